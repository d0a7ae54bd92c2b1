"""A finite two-player game with private types, solved as a logit quantal-response equilibrium.

The game knows nothing of trade. Play runs through a list of stages over one finite set of public
states. In a `Move` one player, in the states where it is his, picks an action that leads to another
state; a `Chance` spreads a state over others; a `Wait` lets time pass. Each player knows his own
type and the public state, and infers the other's type from how the state came about.

**Equilibrium.** With W_i(s, k) the expected payoff of player i from a point on, k the pair of
types, mu_i(k_j | s, k_i) his Bayesian belief at that point under the strategies played, and
Lambda_i his precision, the mover plays

    sigma_i(a | s, k_i) = softmax_a( Lambda_i * sum_kj mu_i(k_j | s, k_i) [r_i(s, a, k_i) + W_i(s',
    k)] ), s' = to(s, a):

the agent quantal-response equilibrium of McKelvey and Palfrey (1998, Experimental Economics
1:9-41) of the game whose information sets are (player, stage, public state, own type). If the
states record the whole history, that is the extensive form itself. Given beliefs, one backward
pass is exact; given strategies, one forward pass gives the beliefs exactly; the two are repeated
to a fixed point, and the largest change of any probability in the last round is the certificate.

Arrays carry a last axis of `batch` independent parameter draws, solved together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..errors import ComputationError, InputError

Array = NDArray[np.float64]
Index = NDArray[np.intp]


class NotConverged(ComputationError):
    """Strategies and beliefs did not reach a fixed point."""


@dataclass(frozen=True, eq=False)
class Move:
    """Player `player` decides in the n states `at`; action a leads from at[m] to to[m, a].

    `to` has shape (n, actions), -1 where the action is not open. `reward` is paid to each player on
    the action, shape (2, n, actions, types, batch) or broadcastable to it; `types` is the receiving
    player's own type.
    """

    player: int
    at: Index
    to: Index
    reward: Array = field(default_factory=lambda: np.zeros((2, 1, 1, 1, 1)))


@dataclass(frozen=True, eq=False)
class Chance:
    """Nature leads from at[m] to to[m, j] with probability prob[m, j], shape (n, j, batch or 1)."""

    at: Index
    to: Index
    prob: Array


@dataclass(frozen=True, eq=False)
class Wait:
    """`days` pass: payoffs accrue at `flow` a day, shape (2, states, types, batch or 1), and what
    comes later is discounted by exp(-rate * days), rate per day and player, shape (2, batch or
    1)."""

    days: float
    flow: Array
    rate: Array


Stage = Move | Chance | Wait


@dataclass(frozen=True, eq=False)
class Game:
    """Stages over `states`; play begins in state `start`.

    `prior` is the joint probability of the types, shape (K0, K1, batch or 1); `terminal` what each
    state is worth at the end, (2, states, types, batch or 1), with room for the larger number of
    types; `precision` the inverse of the noise in choices, (2, batch or 1).
    """

    states: tuple[str, ...]
    start: int
    stages: tuple[Stage, ...]
    prior: Array
    terminal: Array
    precision: Array

    def __post_init__(self) -> None:
        for number, stage in enumerate(self.stages):
            if isinstance(stage, Wait):
                continue
            if len(set(stage.at.tolist())) != len(stage.at):
                raise InputError(f"Stage {number} lists a state twice in `at`; list each once.")
            if np.any(stage.to.max(axis=1) < 0):
                raise InputError(f"Stage {number} has a state with no open action; give it one.")
            if np.any(stage.to >= len(self.states)):
                raise InputError(f"Stage {number} leads to a state that does not exist.")
            if isinstance(stage, Chance) and np.abs(stage.prob.sum(axis=1) - 1).max() > 1e-9:
                raise InputError(f"Stage {number}: probabilities of chance must sum to one.")
        if np.abs(self.prior.sum(axis=(0, 1)) - 1).max() > 1e-9:
            raise InputError("The prior over types must sum to one.")

    @cached_property
    def batch(self) -> int:
        sizes = {self.prior.shape[-1], self.terminal.shape[-1], self.precision.shape[-1]}
        for stage in self.stages:
            if isinstance(stage, Move):
                sizes.add(stage.reward.shape[-1])
            elif isinstance(stage, Chance):
                sizes.add(stage.prob.shape[-1])
            else:
                sizes |= {stage.flow.shape[-1], stage.rate.shape[-1]}
        return max(sizes)


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """A solved game: one strategy (n, actions, K, batch) for each `Move`, None for other stages.

    `value` is each player's expected payoff at the start, by both types, (2, K0, K1, batch);
    `residual` the largest change of any choice probability in the last round.
    """

    game: Game
    strategies: tuple[Array | None, ...]
    value: Array
    residual: float
    rounds: int

    def distribution(self, stop: tuple[int, ...] = ()) -> list[Array]:
        """Probability of each state before every stage and at the end, each (states, batch).

        Play that enters a state in `stop` stays there: the chance of ever having been in it.
        """
        return [rho.sum(axis=(1, 2)) for rho in _forward(self.game, self.strategies, stop)]


def solve(
    game: Game,
    *,
    tol: float = 1e-9,
    max_rounds: int = 400,
    guess: tuple[Array | None, ...] | None = None,
) -> Equilibrium:
    """The logit quantal-response equilibrium of `game` (see the module's text).

    Raises NotConverged when strategies still move by more than `tol` after `max_rounds`; the mean
    of old and new beliefs is used once the plain iteration stops shrinking.
    """
    reached = None if guess is None else _reached(game, guess)
    previous, damping, residual = guess, 0.0, np.inf
    for count in range(1, max_rounds + 1):
        strategies, value = _backward(game, reached)
        if previous is not None:
            last = residual
            residual = max(
                (
                    float(np.abs(new - old).max())
                    for new, old in zip(strategies, previous, strict=True)
                    if new is not None and old is not None
                ),
                default=0.0,
            )
            if residual <= tol:
                return Equilibrium(game, strategies, value, residual, count)
            if residual > 0.8 * last:
                damping = min(0.9, damping + 0.25)
        fresh = _reached(game, strategies)
        if reached is None or damping == 0:
            reached = fresh
        else:
            reached = [
                None if a is None or b is None else damping * a + (1 - damping) * b
                for a, b in zip(reached, fresh, strict=True)
            ]
        previous = strategies
    raise NotConverged(
        f"Beliefs and strategies still moved by {residual:.1e} after {max_rounds} rounds; "
        "lower the precision of choices."
    )


def _backward(
    game: Game, reached: list[Array | None] | None
) -> tuple[tuple[Array | None, ...], Array]:
    """Strategies by backward induction, given how likely types are in each state and stage."""
    k0, k1 = game.prior.shape[:2]
    shape = (2, len(game.states), k0, k1, game.batch)
    worth = np.empty(shape)
    worth[0] = _own(game.terminal[0], 0, k0, k1)
    worth[1] = _own(game.terminal[1], 1, k0, k1)
    strategies: list[Array | None] = [None] * len(game.stages)
    for t in range(len(game.stages) - 1, -1, -1):
        stage = game.stages[t]
        if isinstance(stage, Wait):
            fade = np.exp(-stage.rate * stage.days)
            # integral of exp(-rate t) over the wait; its limit at rate zero is the wait itself
            held = np.where(
                np.abs(stage.rate) < 1e-12,
                stage.days,
                -np.expm1(-stage.rate * stage.days) / np.where(stage.rate == 0, 1, stage.rate),
            )
            for i in (0, 1):
                worth[i] *= fade[i]
                worth[i] += _own(stage.flow[i] * held[i], i, k0, k1)
        elif isinstance(stage, Chance):
            worth[:, stage.at] = np.einsum(
                "pmjklb,mjb->pmklb", worth[:, stage.to], _full(stage.prob, game.batch)
            )
        else:
            i = stage.player
            after = worth[:, stage.to]  # (2, n, actions, K0, K1, batch)
            paid = np.broadcast_to(
                stage.reward, np.broadcast_shapes(stage.reward.shape, (2, 1, 1, 1, 1))
            )
            after[0] += _own(paid[0], 0, k0, k1)
            after[1] += _own(paid[1], 1, k0, k1)
            belief = _belief(game, None if reached is None else reached[t], stage, k0, k1)
            own = "kl"[i]
            expected = np.einsum(f"maklb,mklb->ma{own}b", after[i], belief)
            sigma = _softmax(expected * game.precision[i], stage.to)
            strategies[t] = sigma
            worth[:, stage.at] = np.einsum(f"pmaklb,ma{own}b->pmklb", after, sigma)
    return tuple(strategies), worth[:, game.start]


def _forward(
    game: Game, strategies: tuple[Array | None, ...], stop: tuple[int, ...] = ()
) -> Iterator[Array]:
    """Joint probability of state and types before each stage and at the end, as a live view."""
    k0, k1 = game.prior.shape[:2]
    rho = np.zeros((len(game.states), k0, k1, game.batch))
    rho[game.start] = game.prior
    for stage, sigma in zip(game.stages, strategies, strict=True):
        yield rho
        if isinstance(stage, Wait):
            continue
        going = np.flatnonzero(~np.isin(stage.at, stop))
        if not len(going):
            continue
        here = rho[stage.at[going]]
        if isinstance(stage, Chance):
            flow = here[:, None] * _full(stage.prob[going], game.batch)[:, :, None, None]
        else:
            assert sigma is not None
            shown = sigma[going]
            shown = shown[:, :, :, None] if stage.player == 0 else shown[:, :, None]
            flow = here[:, None] * shown
        rho[stage.at[going]] = 0
        _scatter(rho, stage.to[going], flow)
    yield rho


def _reached(game: Game, strategies: tuple[Array | None, ...]) -> list[Array | None]:
    """Joint probability of types in the deciding states of each `Move`, None for other stages."""
    return [
        rho[stage.at] if isinstance(stage, Move) else None
        for stage, rho in zip(game.stages, _forward(game, strategies), strict=False)
    ]


def _scatter(rho: Array, to: Index, flow: Array) -> None:
    """Add `flow` (n, actions, ...) to the states that `to` names."""
    target = to.ravel()
    order = np.argsort(target, kind="stable")
    order = order[np.searchsorted(target[order], 0) :]  # closed actions carry nothing
    names, starts = np.unique(target[order], return_index=True)
    rho[names] += np.add.reduceat(flow.reshape(target.size, *rho.shape[1:])[order], starts)


def _belief(game: Game, reached: Array | None, stage: Move, k0: int, k1: int) -> Array:
    """The other's type given own type, at each deciding state, (n, K0, K1, batch)."""
    axis = 2 if stage.player == 0 else 1
    prior = np.broadcast_to(game.prior, (len(stage.at), k0, k1, game.batch))
    joint = prior if reached is None else reached
    total = joint.sum(axis=axis, keepdims=True)
    fallback = prior / np.maximum(prior.sum(axis=axis, keepdims=True), 1e-300)
    return np.where(total > 1e-250, joint / np.maximum(total, 1e-300), fallback)


def _softmax(values: Array, to: Index) -> Array:
    """Logit choice over open actions, axis 1."""
    closed = (to < 0)[:, :, None, None]
    masked = np.where(closed, -np.inf, values)
    masked = masked - masked.max(axis=1, keepdims=True)
    weight = np.exp(masked)
    return weight / weight.sum(axis=1, keepdims=True)


def _own(values: Array, player: int, k0: int, k1: int) -> Array:
    """An array (..., types, batch) by own type laid out over both players' types."""
    kept = values[..., : (k0, k1)[player], :] if values.shape[-2] > 1 else values
    return kept[..., :, None, :] if player == 0 else kept[..., None, :, :]


def _full(prob: Array, batch: int) -> Array:
    return np.broadcast_to(prob, (*prob.shape[:2], batch))
