"""The forecasts that the game has to beat, each from earlier episodes only.

All return probabilities in the order of `history.OUTCOMES` (deal, extension, collapse, lapsed).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

# A rule that is always sure has an infinite log score the first time it errs.
FLOOR = 0.01


def always_extend() -> Array:
    """The date is always moved, up to a floor on the other outcomes."""
    return np.array([FLOOR, 1 - 3 * FLOOR, FLOOR, FLOOR])


def base_rate(shares: ArrayLike) -> Array:
    """How such episodes ended, whatever the days left; `shares` are pooled outcome shares."""
    return np.asarray(shares, float)


def constant_hazard(days_left: float, hazards: tuple[float, float], shares: ArrayLike) -> Array:
    """A deal and an extension come at constant daily rates; the rest splits as in `shares`."""
    total = sum(hazards)
    settled = -np.expm1(-total * max(0.0, days_left))
    rest = np.asarray(shares, float)[2:]
    settled_as = np.array(hazards) / total * settled
    return np.concatenate([settled_as, (1 - settled) * rest / rest.sum()])
