"""Follow a path of solutions through its folds. It knows nothing of what it solves.

Pseudo-arclength continuation: Keller (1977), in Rabinowitz (ed.), Applications of Bifurcation
Theory, 359-384. Where every point of the path has a solution and the first has one only, the path
that starts there reaches the end, though it may turn back on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Path:
    """Where following ended: unknowns, how far it came at most (1 is the end), and success."""

    value: Array
    furthest: float
    arrived: bool


def follow(
    residual: Callable[[Array, float], Array],
    slope: Callable[[Array, float], Array],
    start: Array,
    *,
    goes_on: Callable[[], bool],
    tol: float = 1e-7,
    longest: float = 2.0,
) -> Path:
    """Follow F(v, t) = 0 from v = `start`, t = 0 until t = 1.

    residual(v, t) returns F, [n] (not finite: outside the domain); slope(v, t) its derivative
    [n, n + 1], the last column with respect to t, at a point where residual was evaluated.
    goes_on() is asked before every step. `longest` bounds a step in (v, t).
    """
    n = len(start)
    here = np.append(start, 0.0)
    ahead = np.append(np.zeros(n), 1.0)  # the direction of travel
    length, furthest = 0.1, 0.0
    if not np.isfinite(residual(here[:n], 0.0)).all():
        return Path(start, 0.0, False)
    derivative = slope(here[:n], 0.0)
    while goes_on() and length > 1e-7:
        try:
            tangent = np.linalg.solve(np.vstack([derivative, ahead]), np.append(np.zeros(n), 1.0))
        except np.linalg.LinAlgError:
            return Path(here[:n], furthest, False)
        tangent /= np.linalg.norm(tangent)
        arrived = _correct(residual, slope, here + length * tangent, tangent, tol)
        if arrived is None:
            length *= 0.4
            continue
        point, derivative, rounds = arrived
        if point[n] >= 1:  # cut where the path crosses the end
            part = (1 - here[n]) / (point[n] - here[n])
            return Path((here + part * (point - here))[:n], 1.0, True)
        ahead, here = tangent, point
        furthest = max(furthest, float(here[n]))
        if rounds <= 3:
            length = min(1.6 * length, longest)
    return Path(here[:n], furthest, False)


def _correct(
    residual: Callable[[Array, float], Array],
    slope: Callable[[Array, float], Array],
    guess: Array,
    tangent: Array,
    tol: float,
    limit: int = 7,
) -> tuple[Array, Array, int] | None:
    """Newton's method from a predicted point, at right angles to the path."""
    n = len(guess) - 1
    point, last = guess, np.inf
    for rounds in range(limit):
        gap = residual(point[:n], point[n])
        size = np.abs(gap).max()
        if not np.isfinite(size) or size > 2 * last:
            return None
        derivative = slope(point[:n], point[n])
        if size <= tol:
            return point, derivative, rounds
        try:
            step = np.linalg.solve(np.vstack([derivative, tangent]), np.append(-gap, 0.0))
        except np.linalg.LinAlgError:
            return None
        if not np.abs(step).max() < 3:
            return None
        point, last = point + step, size
    return None
