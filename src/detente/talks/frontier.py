"""Pareto frontiers and bargaining picks from a finite set of packages, in plain numpy.

`gains` has shape (packages, parties): what each party has above its disagreement value.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def pareto(gains: ArrayLike) -> NDArray[np.bool_]:
    """Which rows no other row beats: none is as good for all and better for one. Shape (packages,).

    Two parties take one sort; more are compared block by block. Duplicates all count.
    """
    values = np.asarray(gains, float)
    if values.shape[1] != 2:
        keep = np.ones(len(values), bool)
        for k, row in enumerate(values):
            beats = (values >= row).all(axis=1) & (values > row).any(axis=1)
            keep[k] = not beats.any()
        return keep
    order = np.lexsort((-values[:, 1], -values[:, 0]))
    first, second = values[order].T
    # best of the second party among rows strictly better for the first
    reached = np.maximum.accumulate(second)
    new = np.concatenate([[True], first[1:] < first[:-1]])
    group = np.cumsum(new) - 1
    starts = np.flatnonzero(new)
    before = np.concatenate([[-np.inf], reached[starts[1:] - 1]])[group]
    top = second[starts][group]  # sorted: the group's first row is its best
    keep = np.empty(len(values), bool)
    keep[order] = (second == top) & (second > before)
    return keep


def nash(gains: ArrayLike, power: ArrayLike | None = None) -> int | None:
    """Row of the largest (weighted) product of gains, all positive; None where there is none.

    Nash 1950; weights as in the asymmetric solution. Ties go to the first row.
    """
    values = np.asarray(gains, float)
    weight = np.ones(values.shape[1]) if power is None else np.asarray(power, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where((values > 0).all(axis=1), np.log(values) @ weight, -np.inf)
    best = int(np.argmax(score))
    return best if np.isfinite(score[best]) else None


def kalai_smorodinsky(gains: ArrayLike) -> int | None:
    """Row with the largest least share of each party's best individually rational gain."""
    values = np.asarray(gains, float)
    rational = (values > 0).all(axis=1)
    if not rational.any():
        return None
    ideal = values[rational].max(axis=0)
    score = np.where(rational, (values / ideal).min(axis=1), -np.inf)
    return int(np.argmax(score))


def egalitarian(gains: ArrayLike) -> int | None:
    """Row with the largest smallest gain (Kalai 1977), None where nobody can gain together."""
    values = np.asarray(gains, float)
    score = values.min(axis=1)
    best = int(np.argmax(score))
    return best if score[best] > 0 else None
