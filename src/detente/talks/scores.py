"""Proper scores of probability forecasts, and their means with clustered bootstrap intervals.

All are losses: smaller is better, 0 is a certain and right forecast. `p` has shape (n, k) with
rows that sum to one; `y` holds the index of what happened, shape (n,).

References: Good 1952 (log), Brier 1950, Epstein 1969 (ranked probability); for the bootstrap by
clusters, Cameron, Gelbach and Miller 2008.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError

Array = NDArray[np.float64]


def log_score(p: ArrayLike, y: ArrayLike) -> Array:
    """Minus the natural logarithm of the probability given to what happened, shape (n,), nats.

    Infinite where that probability was zero.
    """
    chances, happened = _checked(p, y)
    with np.errstate(divide="ignore"):
        return -np.log(chances[np.arange(len(happened)), happened])


def brier_score(p: ArrayLike, y: ArrayLike) -> Array:
    """Sum over outcomes of the squared error, in [0, 2], shape (n,)."""
    chances, happened = _checked(p, y)
    return ((chances - np.eye(chances.shape[1])[happened]) ** 2).sum(axis=1)


def ranked_probability_score(p: ArrayLike, y: ArrayLike) -> Array:
    """Squared error of cumulative probabilities, over k - 1, in [0, 1], shape (n,).

    The outcomes must be listed from one end of a scale to the other.
    """
    chances, happened = _checked(p, y)
    seen = np.cumsum(np.eye(chances.shape[1])[happened], axis=1)
    miss = (np.cumsum(chances, axis=1) - seen)[:, :-1]
    return (miss**2).sum(axis=1) / (chances.shape[1] - 1)


@dataclass(frozen=True)
class Mean:
    """A mean score with a percentile bootstrap interval; `clusters` is what was resampled."""

    mean: float
    low: float
    high: float
    n: int
    clusters: int


def clustered_mean(
    scores: ArrayLike,
    clusters: ArrayLike,
    *,
    level: float = 0.9,
    draws: int = 4000,
    seed: int = 0,
) -> Mean:
    """Mean of `scores` and an interval from resampling whole clusters with replacement.

    With fewer than two clusters there is nothing to resample and the bounds are NaN.
    """
    values = np.asarray(scores, float)
    labels, group = np.unique(np.asarray(clusters), return_inverse=True)
    if values.size == 0 or values.shape != group.shape:
        raise InputError("Scores and clusters must be lists of the same length, not empty.")
    mean = float(values.mean())
    if len(labels) < 2:
        return Mean(mean, float("nan"), float("nan"), values.size, len(labels))
    total = np.bincount(group, values)
    count = np.bincount(group).astype(float)
    picks = np.random.default_rng(seed).integers(len(labels), size=(draws, len(labels)))
    means = total[picks].sum(axis=1) / count[picks].sum(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Mean(mean, float(low), float(high), values.size, len(labels))


def _checked(p: ArrayLike, y: ArrayLike) -> tuple[Array, NDArray[np.int64]]:
    chances = np.atleast_2d(np.asarray(p, float))
    happened = np.atleast_1d(np.asarray(y))
    if not np.issubdtype(happened.dtype, np.integer) or len(happened) != len(chances):
        raise InputError("Give one whole-number outcome index for each forecast.")
    if chances.shape[1] < 2 or not np.all(np.isfinite(chances)):
        raise InputError("A forecast needs at least two outcomes with finite probabilities.")
    if np.any(chances < 0) or np.any(np.abs(chances.sum(axis=1) - 1) > 1e-9):
        raise InputError("Each forecast's probabilities must be zero or more and sum to one.")
    if np.any(happened < 0) or np.any(happened >= chances.shape[1]):
        raise InputError("An outcome index is not among the forecast's outcomes.")
    return chances, happened.astype(np.int64)
