"""Stationarity iteration: every parameter solves its own first-order condition, again and again.

With g the derivatives and d a guess of their slopes, x <- clip(x + g/d): one gradient of all
players' own payoffs moves every player at once, so that a fixed point is where no player gains from
a small step. Anderson acceleration in the metric of d (Walker and Ni 2011) speeds it up; a step
that makes matters clearly worse is replaced by a shorter plain one. Where payoffs have a kink (a
quota that a tariff just stops from binding) the derivative jumps from plus to minus and this does
not settle: a second walk takes plain steps and bisects the parameters that swing to and fro.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..errors import ComputationError

LEFT = 1e-13  # gain (in payoffs) promised by the steps left that is not worth another one


Field = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


class NotSettled(ComputationError):
    """The stationarity iteration found no fixed point."""


@dataclass(frozen=True)
class Settled:
    """A fixed point: x, the largest step left (unit of x), and how many gradients it took."""

    x: np.ndarray
    residual: float
    evaluations: int


def settle(
    field: Field,
    x: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    *,
    tol: float = 1e-7,
    max_iter: int = 400,
    memory: int = 5,
    longest: float = 0.5,
) -> Settled:
    """Find x with x = clip(x + g/d, lower, upper), where field(x) gives (g, d), d > 0.

    longest: no parameter moves further than this in one step.
    Raises NotSettled after `max_iter` gradients.
    """
    x = np.clip(np.asarray(x, float), lower, upper)
    steps: list[np.ndarray] = []
    points: list[np.ndarray] = []
    damping, best = 1.0, np.inf
    worst = np.inf
    swings, before = np.zeros(len(x), int), np.zeros_like(x)
    up, down = np.full_like(x, -np.inf), np.full_like(x, np.inf)  # where g > 0 and g < 0
    for iteration in range(1, max_iter + 1):
        plain = iteration > max_iter // 2
        g, d = field(x)
        step = np.clip(x + np.clip(g / d, -longest, longest), lower, upper) - x
        # between the two sides of a kink there is nothing left to gain
        left = np.where((swings >= 2) & (np.abs(down - up) <= tol), 0.0, step)
        worst = float(np.abs(left).max(initial=0.0))
        if worst <= tol or float(np.abs(g * left).sum()) <= LEFT:
            return Settled(x, worst, iteration)
        if plain:
            up, down = np.where(g > 0, x, up), np.where(g > 0, down, x)
            swings += step * before < -0.5 * before**2
            kinked = (swings >= 2) & np.isfinite(up) & np.isfinite(down)
            before = step
            x = np.where(kinked, 0.5 * (up + down), x + step)
            continue
        size = float(np.sqrt(d @ step**2))
        if size > 2.0 * best:
            # the last moves led away: forget them and walk more carefully
            steps, points = [], []
            damping = max(0.1, 0.5 * damping)
            best = size
        else:
            best = min(best, size)
            damping = min(1.0, 1.25 * damping)
        steps.append(step)
        points.append(x)
        steps, points = steps[-memory - 1 :], points[-memory - 1 :]
        move = damping * step
        if len(steps) > 1:
            move = _accelerated(steps, points, d, damping)
        x = np.clip(x + np.clip(move, -longest, longest), lower, upper)
    raise NotSettled(
        f"No fixed point after {max_iter} gradients: some rate would still move by {worst:.1e}; "
        "start elsewhere, tighten the bounds or raise max_iter."
    )


def _accelerated(
    steps: list[np.ndarray], points: list[np.ndarray], d: np.ndarray, damping: float
) -> np.ndarray:
    """The move that would have cancelled the steps so far, were they linear in the points."""
    last = steps[-1]
    dS = np.stack([last - s for s in steps[:-1]], axis=1)
    dX = np.stack([points[-1] - p for p in points[:-1]], axis=1)
    weighted = dS * d[:, None]
    normal = dS.T @ weighted
    scale = np.trace(normal)
    if not scale > 0:
        return damping * last
    c = np.linalg.solve(normal + 1e-12 * scale * np.eye(len(normal)), weighted.T @ last)
    return damping * (last - dS @ c) - dX @ c
