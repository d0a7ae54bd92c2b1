"""Newton's method with a line search. It knows nothing of what it solves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray
MEMORY = 6  # merits that a step is compared with


@dataclass(frozen=True)
class Descent:
    """Where Newton's method ended: unknowns, error, evaluations of residuals, success."""

    value: Array
    error: float
    evaluations: int
    converged: bool


def newton(
    residual: Callable[[Array], tuple[Array, float]],
    direction: Callable[[Array], Array],
    start: Array,
    *,
    tol: float,
    limit: int = 30,
    largest: float = 2.0,
) -> Descent:
    """Solve F(v) = 0.

    residual(v) returns F(v) and its error (what `tol` bounds; not finite: outside the domain).
    direction(v) returns the Newton step. A step is cut to `largest` in any component, then halved
    until the sum of squares falls below the largest of the last few (Grippo, Lampariello and
    Lucidi 1986, SIAM Journal on Numerical Analysis 23, 707-716), so that it can cross the narrow
    valleys that high elasticities make; at kinks F may be any element of its generalised
    derivative (Qi and Sun 1993, Mathematical Programming 58, 353-367).
    """
    value = start.copy()
    f, error = residual(value)
    spent = 1
    recent: list[float] = []
    if not np.isfinite(error):
        return Descent(value, np.inf, spent, False)
    for _ in range(limit):
        if error <= tol:
            return Descent(value, error, spent, True)
        try:
            step = direction(value)
        except (np.linalg.LinAlgError, ValueError):
            break
        size = np.abs(step).max()
        if not np.isfinite(size):
            break
        length = min(1.0, largest / max(size, 1e-300))
        recent = [*recent[1 - MEMORY :], float(f @ f)]
        merit = max(recent)
        while length > 1e-5:
            trial = value + length * step
            f_trial, error_trial = residual(trial)
            spent += 1
            if np.isfinite(error_trial) and f_trial @ f_trial <= (1 - 1e-4 * length) * merit:
                break
            length *= 0.4
        else:
            break
        value, f, error = trial, f_trial, error_trial
    return Descent(value, error, spent, error <= tol)
