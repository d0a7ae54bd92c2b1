"""Uphill search for the maximum of one smooth function over a box: projected L-BFGS.

Another algorithm than `settle`, from any start, so that the two can check each other. Variables are
scaled by the curvature guess; those of negligible curvature (a tariff on a trickle of trade) take
the scale of a hundredth of the largest, so that they cannot run away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from ..errors import ComputationError

Function = Callable[[np.ndarray], tuple[float, np.ndarray]]


@dataclass(frozen=True)
class Top:
    """Where the search ended: x, the value there, evaluations used."""

    x: np.ndarray
    value: float
    evaluations: int


def climb(
    function: Function,
    x: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    curvature: np.ndarray,
    *,
    tol: float = 1e-9,
    max_iter: int = 200,
) -> Top:
    """Maximise function(x) -> (value, gradient) over lower <= x <= upper, from x.

    tol: stop when the scaled projected gradient is below it; its square is about the gain left,
    in the unit of the value. A point without a solution (ComputationError) counts as very low, so
    that the search turns back; if the start has none the error is raised.
    """
    x = np.clip(np.asarray(x, float), lower, upper)
    free = np.flatnonzero(upper > lower)
    value, _ = function(x)
    top: list = [value, x]
    if not len(free):
        return Top(x, value, 1)
    scale = np.sqrt(np.abs(curvature[free]))
    largest = scale.max()
    scale = np.maximum(scale, 0.01 * largest) if largest > 0 else np.ones(len(free))
    count = 1

    def negative(y: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal count
        count += 1
        full = x.copy()
        full[free] = np.clip(y / scale, lower[free], upper[free])
        try:
            here, slope = function(full)
        except ComputationError:
            return 1e6 + abs(value), np.zeros(len(free))
        if here > top[0]:
            top[:] = [here, full]
        return -here, -slope[free] / scale

    minimize(
        negative,
        x[free] * scale,
        jac=True,
        method="L-BFGS-B",
        bounds=np.column_stack([lower[free] * scale, upper[free] * scale]),
        options={"maxiter": max_iter, "ftol": 0.0, "gtol": tol, "maxcor": 12},
    )
    return Top(top[1], float(top[0]), count)
