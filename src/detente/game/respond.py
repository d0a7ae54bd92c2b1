"""One player's best response, with the checks that tell a maximum from a stationary point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

from .climb import climb
from .protocol import Game
from .settle import NotSettled, settle


@dataclass(frozen=True)
class Response:
    """A best response and how good it is.

    x: all parameters, the player's own at its best, the others' as given.
    value, gain: the player's payoff there, and over its payoff at the given x.
    first_order: largest step the player's own first-order conditions still ask for, rates.
    second_order: largest eigenvalue of the Hessian over free parameters, each scaled by the
        curvature guess: negative at a strict local maximum (about -1 for a perfect guess). NaN
        if not asked for or nothing is free.
    at_lower, at_upper: how many own parameters end on a bound.
    evaluations: gradients computed.
    """

    player: str
    x: np.ndarray
    value: float
    gain: float
    first_order: float
    second_order: float
    at_lower: int
    at_upper: int
    evaluations: int


def own_bounds(game: Game, players: list[int], x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bounds that leave only the parameters of `players` free, the others fixed at x."""
    own = np.isin(game.owner, players)
    return np.where(own, game.lower, x), np.where(own, game.upper, x)


def best_response(
    game: Game, player: int, x: np.ndarray, *, tol: float = 1e-7, second_order: bool = True
) -> Response:
    """The player's best parameters given the others' in x, by the stationarity iteration.

    Where that finds no fixed point, or one that is no better than x, the uphill search takes over.
    """
    weights = np.zeros((1, len(game.players)))
    weights[0, player] = 1.0
    lower, upper = own_bounds(game, [player], x)

    def field(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return game.gradients(y, weights)[0], game.curvature(y)

    before = float(game.values(x)[player])
    try:
        done = settle(field, x, lower, upper, tol=tol)
        y, evaluations = done.x, done.evaluations
    except NotSettled:
        y, evaluations = x, 0
    if not evaluations or float(game.values(y)[player]) < before:
        top = climb(payoff(game, player), x, lower, upper, game.curvature(x))
        y, evaluations = top.x, evaluations + top.evaluations
    value = float(game.values(y)[player])
    g, d = field(y)
    step = np.clip(y + g / d, lower, upper) - y
    free = (lower < y) & (y < upper)
    return Response(
        player=game.players[player],
        x=y,
        value=value,
        gain=value - before,
        first_order=float(np.abs(step).max(initial=0.0)),
        second_order=(
            _top_eigenvalue(game, weights, y, np.flatnonzero(free), d) if second_order else np.nan
        ),
        at_lower=int(((y <= lower) & (upper > lower)).sum()),
        at_upper=int(((y >= upper) & (upper > lower)).sum()),
        evaluations=evaluations,
    )


def payoff(game: Game, player: int):
    """The player's payoff and its gradient, as `climb` wants them."""
    weights = np.zeros((1, len(game.players)))
    weights[0, player] = 1.0

    def function(y: np.ndarray) -> tuple[float, np.ndarray]:
        value = float(game.values(y)[player])
        return value, game.gradients(y, weights)[0]

    return function


def _top_eigenvalue(
    game: Game, weights: np.ndarray, x: np.ndarray, free: np.ndarray, d: np.ndarray
) -> float:
    """Largest eigenvalue of D^-1/2 H D^-1/2 over the free parameters, H by central differences."""
    n = len(free)
    if not n:
        return float("nan")
    scale = np.sqrt(d[free])

    def product(v: np.ndarray) -> np.ndarray:
        direction = v.ravel() / scale
        # a trickle of trade has next to no curvature: do not let it set the size of the step
        step = 1e-4 / max(1e-300, float(np.abs(direction).max()))
        up, down = x.copy(), x.copy()
        up[free] += step * direction
        down[free] -= step * direction
        g = game.gradients(up, weights)[0] - game.gradients(down, weights)[0]
        return g[free] / (2 * step) / scale

    if n <= 12:
        hessian = np.stack([product(e) for e in np.eye(n)])
        return float(np.linalg.eigvalsh(0.5 * (hessian + hessian.T)).max())
    operator = LinearOperator((n, n), matvec=product, dtype=float)  # type: ignore[call-arg]
    start = scale / np.linalg.norm(scale)
    try:
        found = eigsh(
            operator,
            k=1,
            which="LA",
            v0=start,
            tol=1e-2,  # type: ignore[arg-type]
            ncv=min(n, 12),
            maxiter=12,
        )
        return float(found[0][0])
    except ArpackNoConvergence as error:
        return float(error.eigenvalues[0]) if len(error.eigenvalues) else float("nan")
