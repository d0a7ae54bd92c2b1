"""The game's letters, estimated on past episodes by penalised likelihood.

For each horizon t in `HORIZONS` take the episodes that were open t days before their date. What
became of each falls in one of six cells: a deal or an extension before or after the next horizon,
the collapse, a lapse. With w the pooling weight of an episode over the number of horizons at which
it was open (it counts once in all), and p the game's cell probabilities at horizon t and stake s,
maximise

    sum w log p_cell(t, s; x)  -  1/2 sum ((x - prior mean) / prior sd)^2

by Fisher scoring; x holds the letters on the scales of `data/priors.yaml`. The curvature at the
maximum gives the covariance that the forecasts' intervals are drawn from (Laplace approximation).
The stake is the threatened points over 25, where the history has them.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import yaml
from numpy.typing import NDArray

from ..errors import ComputationError, InputError
from .conflict import Parameters, outlook
from .history import OUTCOMES, Episode
from .opportunities import calendar

if TYPE_CHECKING:
    from .pooling import Pool

Array = NDArray[np.float64]

HORIZONS = (90, 30, 14, 7, 3, 1)
REFERENCE_POINTS = 25.0
STAKES = (0.3, 0.8, 1.0, 1.8)  # up to 10 points, up to 25, not stated, more
CELLS = ("deal_soon", "extension_soon", "deal_late", "extension_late", "collapse", "lapsed")
_STEP = 1e-4


@dataclass(frozen=True)
class Prior:
    name: str
    scale: str
    mean: float
    sd: float
    why: str


@dataclass(frozen=True, eq=False)
class Fit:
    """Estimated letters on their scales: mean (p,), covariance (p, p), and what they rest on."""

    mean: Array
    covariance: Array
    episodes: float
    log_likelihood: float

    def parameters(self, draws: int = 0, seed: int = 0) -> Parameters:
        """The estimate itself, followed by `draws` draws from its distribution."""
        x = self.mean[:, None]
        if draws:
            half = np.random.default_rng(seed).standard_normal(((draws + 1) // 2, len(self.mean)))
            noise = np.concatenate([half, -half])[:draws]  # antithetic: steadier means
            values, vectors = np.linalg.eigh(self.covariance)
            # the symmetric root: the same on every machine, whatever signs its eigenvectors have
            root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
            x = np.concatenate([x, x + root @ noise.T], axis=1)
        return to_parameters(x)


@cache
def priors() -> tuple[Prior, ...]:
    """The letters with their scales and prior beliefs, in the order of `Fit.mean`."""
    text = files("detente.talks").joinpath("data/priors.yaml").read_text(encoding="utf-8")
    return tuple(Prior(name, **row) for name, row in yaml.safe_load(text).items())


def to_parameters(x: Array) -> Parameters:
    """Letters from their scales, x of shape (p, batch). The stake exponent is held in [0, 1.5]."""
    undo = {"log": np.exp, "logit": lambda v: 1 / (1 + np.exp(-v)), "plain": lambda v: v}
    named = {prior.name: undo[prior.scale](row) for prior, row in zip(priors(), x, strict=True)}
    named["stake"] = np.clip(named["stake"], 0.0, 1.5)
    return Parameters(**named)


def stake_class(size_pp: float | None) -> int:
    """Index into `STAKES` of a threat of so many points."""
    if size_pp is None:
        return 2
    return 0 if size_pp <= 10 else 1 if size_pp <= 25 else 3


def cell_counts(pool: Pool) -> Array:
    """Weighted episodes by horizon, stake class and cell, shape (6, 4, 6)."""
    counts = np.zeros((len(HORIZONS), len(STAKES), len(CELLS)))
    for episode, weight in zip(pool.episodes, pool.weights, strict=True):
        left = _days_left(episode)
        opened = max(episode.length, HORIZONS[-1])
        at_risk = [h for h in HORIZONS if h <= opened and left < h]
        for horizon in at_risk:
            k = HORIZONS.index(horizon)
            cell = _cell(episode, left, k)
            counts[k, stake_class(episode.size_pp), cell] += weight / len(at_risk)
    return counts


def cell_probabilities(x: Array) -> Array:
    """The game's cell probabilities for letters x (p, batch), shape (6, 4, 6, batch)."""
    batch = x.shape[1]
    wide = to_parameters(np.tile(x, (1, len(STAKES))))
    stakes = np.repeat(np.array(STAKES), batch)[None].repeat(2, axis=0)
    out = np.empty((len(HORIZONS), len(STAKES), len(CELLS), batch))
    for k, horizon in enumerate(HORIZONS):
        seen = outlook(calendar(horizon), wide, stakes=stakes)
        ends = seen.ends.reshape(4, len(seen.days_left), len(STAKES), batch)
        after = HORIZONS[k + 1] if k + 1 < len(HORIZONS) else None
        if after is None:
            soon = np.zeros((2, len(STAKES), batch))
        else:
            soon = ends[:2, int(np.flatnonzero(seen.days_left == after)[0])]
        final = ends[:, -1]
        cells = [soon[0], soon[1], final[0] - soon[0], final[1] - soon[1], final[2], final[3]]
        out[k] = np.stack(cells, axis=1)
    return np.maximum(out, 1e-12)


def fit(pool: Pool, *, start: Array | None = None, max_steps: int = 40, tol: float = 1e-5) -> Fit:
    """Estimate the letters for the target of `pool`.

    Raises ComputationError when the maximum is not reached in `max_steps` steps.
    """
    counts = cell_counts(pool)
    mean = np.array([prior.mean for prior in priors()])
    weight = np.array([prior.sd for prior in priors()]) ** -2
    x = mean.copy() if start is None else np.array(start, float)

    def objective(p: Array, at: Array) -> float:
        return float((counts * np.log(p)).sum() - 0.5 * (weight * (at - mean) ** 2).sum())

    for _ in range(max_steps):
        bumped = np.concatenate([x[:, None], x[:, None] + _STEP * np.eye(len(x))], axis=1)
        p = cell_probabilities(bumped)
        base, slope = p[..., 0], (p[..., 1:] - p[..., :1]) / _STEP
        score = np.einsum("hsc,hscp->p", counts / base, slope) - weight * (x - mean)
        held = counts.sum(axis=2, keepdims=True) / base
        information = np.einsum("hsc,hscp,hscq->pq", held, slope, slope) + np.diag(weight)
        step = np.linalg.solve(information, score)
        here = objective(base, x)
        if float(score @ step) < tol:
            return Fit(x, np.linalg.inv(information), pool.effective, here)
        scale = 2.0 ** -np.arange(6)
        tried = x[:, None] + step[:, None] * scale
        values = cell_probabilities(tried)
        gained = [objective(values[..., j], tried[:, j]) for j in range(len(scale))]
        best = int(np.argmax(gained))
        if gained[best] <= here:
            return Fit(x, np.linalg.inv(information), pool.effective, here)
        x = tried[:, best]
    raise ComputationError(f"The talks' letters were not estimated in {max_steps} steps.")


@dataclass(frozen=True, eq=False)
class Vintage:
    """What was estimated from the episodes resolved by `known`, for one category of talks."""

    known: date
    category: str
    fit: Fit
    shares: Array
    hazards: tuple[float, float]
    extension_days: dict[str, float]


@cache
def vintages() -> dict[str, tuple[Vintage, ...]]:
    """The shipped estimates by category, oldest first (`tools/build_calibration.py`)."""
    text = files("detente.talks").joinpath("data/calibration.json").read_text(encoding="utf-8")
    stored = json.loads(text)
    names = [prior.name for prior in priors()]
    if stored["letters"] != names:
        raise InputError(
            "data/calibration.json was made for other letters than data/priors.yaml lists; "
            "run tools/build_calibration.py."
        )
    out: dict[str, list[Vintage]] = {}
    for row in stored["vintages"]:
        lower = np.zeros((len(names), len(names)))
        lower[np.tril_indices(len(names))] = row["covariance"]
        covariance = lower + np.tril(lower, -1).T
        fitted = Fit(np.array(row["mean"]), covariance, row["episodes"], row["log_likelihood"])
        out.setdefault(row["category"], []).append(
            Vintage(
                date.fromisoformat(row["known"]),
                row["category"],
                fitted,
                np.array(row["shares"]) / sum(row["shares"]),
                (row["hazards"][0], row["hazards"][1]),
                row["extension_days"],
            )
        )
    return {category: tuple(rows) for category, rows in out.items()}


def vintage(as_of: date, category: str = "US tariff") -> Vintage:
    """The latest shipped estimate that uses nothing learned after `as_of`.

    Raises InputError for a category that was not estimated or a day before the first one.
    """
    table = vintages()
    if category not in table:
        raise InputError(f"No estimate for {category!r}; there are {', '.join(table)}.")
    rows = table[category]
    k = bisect_right([row.known for row in rows], as_of)
    if k == 0:
        raise InputError(
            f"The first estimate uses what was known on {rows[0].known}; ask for a later day "
            f"than {as_of}."
        )
    return rows[k - 1]


def _days_left(episode: Episode) -> float:
    """Days from resolution to the date; a default cannot apply before its date."""
    left = episode.days_left
    assert left is not None
    return min(left, 0) if episode.outcome in ("collapse", "lapsed") else left


def _cell(episode: Episode, left: float, k: int) -> int:
    which = OUTCOMES.index(episode.outcome or "")
    if which >= 2:
        return which + 2
    soon = k + 1 < len(HORIZONS) and left >= HORIZONS[k + 1]
    return which if soon else which + 2


def date_range(first: date, last: date, months: int) -> Sequence[date]:
    """First days of every `months`-th month from `first` on, then `last`."""
    out, year, month = [], first.year, first.month
    while (day := date(year, month, 1)) < last:
        out.append(day)
        year, month = year + (month + months - 1) // 12, (month + months - 1) % 12 + 1
    return [*out, last]
