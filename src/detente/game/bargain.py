"""Trade talks: bargains over a smooth game, from a disagreement point.

With u_j(x) the payoffs and d_j those without a deal, over all x that the parties can set:

    egalitarian          the farthest point along the ray of bargaining weights (Kalai 1977)
    Kalai-Smorodinsky    along the ray to the ideal gains (Kalai and Smorodinsky 1975)
    Nash                 maximises sum_j beta_j log(u_j - d_j)  (Nash 1950)
    Nash-in-Nash         each pair strikes its Nash bargain given the others' (Horn, Wolinsky 1988)

A party's ideal is the most it can have while no other has less than without a deal. There is a zone
of agreement where the ray of equal gains has a length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from .climb import climb
from .payoff_set import SOLUTIONS
from .protocol import Game
from .ray import Ray, farthest

ZONE = 1e-6  # common gain (payoffs) below which there is nothing to agree on

Array = np.ndarray


@dataclass(frozen=True)
class Bargain:
    """One solution: parameters, payoffs of all players, gains of the parties over no deal."""

    solution: str
    x: Array
    values: Array
    gains: Array


@dataclass(frozen=True)
class Bargains:
    """All solutions asked for; none where there is no zone of agreement.

    disagreement: payoffs without a deal, parties. common: the largest gain that every party can
    have at once. ideal: each party's largest gain while none loses (parties), NaN if not needed.
    """

    parties: tuple[str, ...]
    disagreement: Array
    common: float
    ideal: Array
    solutions: tuple[Bargain, ...]

    @property
    def agreement(self) -> bool:
        """Whether some deal gives every party more than no deal."""
        return self.common > ZONE


def bargains(
    game: Game,
    x: Array,
    disagreement: Array,
    parties: list[int] | None = None,
    *,
    weights: Sequence[float] | Array | None = None,
    solutions: Sequence[str] = SOLUTIONS,
    free: Array | None = None,
) -> Bargains:
    """Bargains of `parties` (all players if None) that can set their parameters, or the free ones.

    disagreement: payoffs without a deal, shape parties. weights: bargaining weights, positive;
    equal if None (Kalai-Smorodinsky has none). x: where the search starts.
    Raises InputError for weights or solutions that are none, and NoCooperation.
    """
    who = list(range(len(game.players))) if parties is None else parties
    d = np.asarray(disagreement, float)
    beta = np.ones(len(who)) if weights is None else np.asarray(weights, float)
    if beta.shape != (len(who),) or not (np.isfinite(beta).all() and (beta > 0).all()):
        raise InputError(
            f"Bargaining weights are {np.asarray(weights).tolist()}; give {len(who)} positive "
            "numbers, one per party."
        )
    unknown = [name for name in solutions if name not in SOLUTIONS]
    if unknown:
        raise InputError(
            f"There is no solution {unknown[0]!r}; choose from {', '.join(SOLUTIONS)}."
        )
    equal = farthest(game, x, d, np.ones(len(who)), who, free=free)
    names = tuple(game.players[p] for p in who)
    ideal = np.full(len(who), np.nan)
    if equal.z <= ZONE:
        return Bargains(names, d, equal.z, ideal, ())
    found = []
    for name in solutions:
        if name == "egalitarian":
            even = np.allclose(beta, beta[0])
            point = equal if even else farthest(game, equal.x, d, beta / beta.max(), who, free=free)
            y = point.x
        elif name == "kalai_smorodinsky":
            ideal = ideals(game, equal, d, who, free)
            y = farthest(game, equal.x, d, ideal / ideal.max(), who, free=free).x
        else:
            y = nash_bargain(game, equal.x, d, who, beta, free)
        values = game.values(y)
        found.append(Bargain(name, y, values, values[who] - d))
    return Bargains(names, d, equal.z, ideal, tuple(found))


def ideals(
    game: Game, equal: Ray, disagreement: Array, parties: list[int], free: Array | None = None
) -> Array:
    """Each party's largest gain while no other has less than its disagreement payoff, parties."""
    out = np.zeros(len(parties))
    for k in range(len(parties)):
        out[k] = farthest(
            game, equal.x, disagreement, np.eye(len(parties))[k], parties, free=free
        ).z
    return out


def nash_bargain(
    game: Game,
    x: Array,
    disagreement: Array,
    parties: list[int],
    weights: Array,
    free: Array | None = None,
) -> Array:
    """Parameters that maximise sum_j beta_j log(u_j - d_j), from x, where all gain something."""
    mine = np.isin(game.owner, parties) if free is None else free
    lower, upper = np.where(mine, game.lower, x), np.where(mine, game.upper, x)
    beta = weights / weights.sum()
    floor = 1e-3 * float((game.values(x)[parties] - disagreement).min())

    def function(y: Array) -> tuple[float, Array]:
        gains = game.values(y)[parties] - disagreement
        # below the floor the logarithm goes on as its tangent, so that the search can come back
        safe = np.maximum(gains, floor)
        value = float(beta @ (np.log(safe) + (gains - safe) / floor))
        row = np.zeros((1, len(game.players)))
        row[0, parties] = beta / safe
        return value, game.gradients(y, row)[0]

    row = np.zeros(len(game.players))
    row[parties] = beta / np.maximum(game.values(x)[parties] - disagreement, floor)
    top = climb(function, x, lower, upper, game.curvature(x, row), tol=1e-7)
    return top.x


def frontier(
    game: Game, start: Array, disagreement: Array, pair: list[int], ideal: Array, points: int = 9
) -> Array:
    """Points of the Pareto frontier between two parties' ideals: gains, points x 2."""
    out = []
    x = start
    for share in np.linspace(0.0, 1.0, points):
        direction = np.array([(1 - share) * ideal[0], share * ideal[1]]) / ideal.max()
        found = farthest(game, x, disagreement, direction, pair, enough=1e-8, gap_tol=1e-6)
        out.append(found.values[pair] - disagreement)
        x = found.x
    return np.array(out)


def nash_in_nash(
    game: Game,
    x: Array,
    pairs: Sequence[tuple[int, int]],
    mutual: Sequence[Array],
    *,
    weights: Array | None = None,
    tol: float = 1e-5,
    rounds: int = 30,
) -> tuple[Array, int]:
    """Every pair's Nash bargain over its mutual parameters, given all others', until none moves.

    mutual: for each pair, which parameters (bool) it bargains over; without a deal those stay at
    x. A pair that cannot agree keeps x. weights: bargaining weights of all players, equal if None.
    Returns the parameters and the rounds it took; stops after `rounds`.
    """
    beta = np.ones(len(game.players)) if weights is None else np.asarray(weights, float)
    now = np.array(x, float)
    for count in range(1, rounds + 1):
        before = now
        for pair, free in zip(pairs, mutual, strict=True):
            who = list(pair)
            apart = np.where(free, x, now)
            d = game.values(apart)[who]
            found = bargains(game, apart, d, who, weights=beta[who], solutions=("nash",), free=free)
            now = found.solutions[0].x if found.solutions else apart
        if np.abs(now - before).max(initial=0.0) <= tol:
            return now, count
    return now, rounds
