"""The trade war: parameters from which no player gains by changing its own, and how sure that is.

`nash` solves all players' first-order conditions at once by the stationarity iteration.
`deviations` then asks of every player, by uphill searches from several starts, what it could still
gain: the largest such gain is eps, and the point an eps-Nash equilibrium.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .climb import climb
from .protocol import Game
from .respond import own_bounds, payoff
from .settle import settle


@dataclass(frozen=True)
class Nash:
    """Where the iteration settled: parameters, payoffs by player, largest step left, gradients."""

    x: np.ndarray
    values: np.ndarray
    residual: float
    evaluations: int


@dataclass(frozen=True)
class Deviations:
    """The gain each player could still make alone.

    gains: players searched x starts, in the unit of the payoffs; zero where a search found none.
    best: the parameters at each player's best find, players searched x parameters.
    """

    players: tuple[str, ...]
    gains: np.ndarray
    best: np.ndarray
    evaluations: int

    @property
    def eps(self) -> float:
        """The largest gain that any player still has."""
        return float(self.gains.max(initial=0.0))


def nash(
    game: Game,
    x: np.ndarray,
    players: list[int] | None = None,
    *,
    tol: float = 1e-7,
    max_iter: int = 400,
) -> Nash:
    """Nash parameters of `players` (all if None), the others' fixed at x, found from x.

    Autarky is an equilibrium too: where nobody trades no tariff matters. Start inside, not at
    prohibitive rates. Raises NotSettled if the iteration finds no fixed point.
    """
    who = list(range(len(game.players))) if players is None else players
    lower, upper = own_bounds(game, who, x)
    done = settle(
        lambda y: (game.own_gradients(y), game.curvature(y)),
        x,
        lower,
        upper,
        tol=tol,
        max_iter=max_iter,
    )
    return Nash(done.x, game.values(done.x), done.residual, done.evaluations)


def deviations(
    game: Game,
    x: np.ndarray,
    players: list[int] | None = None,
    *,
    starts: int = 3,
    seed: int = 0,
    tol: float = 1e-6,
    max_iter: int = 200,
) -> Deviations:
    """What each of `players` (all if None) could gain alone at x, by independent searches.

    Searches start from x itself, from the lowest own rates that the bounds and zero allow, and
    from points drawn uniformly between those and twice x plus a half. Each is `climb`, which
    shares nothing with the iteration that found x.
    """
    who = list(range(len(game.players))) if players is None else players
    random = np.random.default_rng(seed)
    gains = np.zeros((len(who), starts))
    best = np.tile(x, (len(who), 1))
    count = 0
    for row, player in enumerate(who):
        lower, upper = own_bounds(game, [player], x)
        here = float(game.values(x)[player])
        floor = np.clip(np.zeros_like(x), lower, upper)
        for start in range(starts):
            if start == 0:
                y = x
            elif start == 1:
                y = floor
            else:
                y = np.clip(floor + random.random(len(x)) * (2 * x + 0.5 - floor), lower, upper)
            top = climb(
                payoff(game, player), y, lower, upper, game.curvature(y), tol=tol, max_iter=max_iter
            )
            count += top.evaluations
            gain = top.value - here
            if gain > gains[row].max(initial=0.0):
                best[row] = top.x
            gains[row, start] = max(0.0, gain)
    return Deviations(tuple(game.players[p] for p in who), gains, best, count)
