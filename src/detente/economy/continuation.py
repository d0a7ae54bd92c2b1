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
    """Where following ended: unknowns, the parameter there, and whether it is the last one."""

    value: Array
    reached: float
    arrived: bool


def follow(
    residual: Callable[[Array, float], Array],
    slope: Callable[[Array, float], Array],
    start: Array,
    span: tuple[float, float],
    *,
    goes_on: Callable[[], bool],
    tol: Callable[[float], float],
    longest: float = 8.0,
) -> Path:
    """Follow F(v, s) = 0 from near v = `start` at s = span[0] until s = span[1].

    residual(v, s) returns F, [n] (not finite: outside the domain); slope(v, s) its derivative
    [n, n + 1], the last column with respect to s, at a point where residual was evaluated.
    goes_on() is asked before every step; tol(s) bounds |F| on the path; `longest` a step in (v, s).
    """
    n = len(start)
    first, last = span
    ahead = np.append(np.zeros(n), 1.0)  # the direction of travel
    begun = _correct(residual, slope, np.append(start, first), ahead, tol)
    if begun is None:
        return Path(start, first, False)
    here, derivative, _ = begun
    length = 0.1
    while goes_on() and np.isfinite(derivative).all() and length > 1e-7:
        try:
            tangent = np.linalg.solve(np.vstack([derivative, ahead]), np.append(np.zeros(n), 1.0))
        except np.linalg.LinAlgError:
            break
        tangent /= np.linalg.norm(tangent)
        arrived = _correct(residual, slope, here + length * tangent, tangent, tol)
        if arrived is None:
            length *= 0.4
            continue
        point = arrived[0]
        if point[n] >= last:
            guess = here + (last - here[n]) / (point[n] - here[n]) * (point - here)
            end = _correct(residual, slope, guess, np.append(np.zeros(n), 1.0), tol)
            if end is not None:
                return Path(end[0][:n], last, True)
            length *= 0.4
            continue
        if point[n] < first - 1:
            break  # back beyond the start, where nothing leads on
        ahead = tangent
        here, derivative, rounds = arrived
        if rounds <= 3:
            length = min(1.6 * length, longest)
    return Path(here[:n], float(here[n]), False)


def _correct(
    residual: Callable[[Array, float], Array],
    slope: Callable[[Array, float], Array],
    guess: Array,
    tangent: Array,
    tol: Callable[[float], float],
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
        if size <= tol(point[n]):
            return point, derivative, rounds
        try:
            step = np.linalg.solve(np.vstack([derivative, tangent]), np.append(-gap, 0.0))
        except np.linalg.LinAlgError:
            return None
        if not np.abs(step).max() < 3:
            return None
        point, last = point + step, size
    return None
