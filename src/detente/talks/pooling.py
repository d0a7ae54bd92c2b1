"""How much of other negotiations' experience counts for this one.

Outcome shares of a group are drawn around those of its parent (all, then category, then pair):

    p_group | p_parent ~ Dirichlet(c * p_parent),  n_group | p_group ~ Multinomial.

The concentration c is the value of largest marginal likelihood (Dirichlet-multinomial; Minka
2000, Estimating a Dirichlet distribution) on a fixed grid. A parent with N episodes therefore
enters its child as c pseudo-episodes, which is the same as giving each of them the weight c/N: a
power prior (Ibrahim and Chen 2000). The weights are what everything else uses.

Episodes that fell due on the same date are one another's news. A date shared by m of them counts
as m / (1 + (m - 1) r) episodes, with r = 1/2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from .history import OUTCOMES, Episode

Array = NDArray[np.float64]

CONCENTRATIONS = np.geomspace(1.0, 64.0, 25)
INTRACLUSTER = 0.5
PRIOR = 0.5  # Jeffreys: pseudo-episodes of each outcome before any was seen


@dataclass(frozen=True)
class Pool:
    """Weights over episodes for one target; `counts` are the weighted outcomes with the prior."""

    episodes: tuple[Episode, ...]
    weights: Array
    concentration_category: float
    concentration_pair: float

    @property
    def counts(self) -> Array:
        return outcome_counts(self.episodes, self.weights) + PRIOR

    @property
    def shares(self) -> Array:
        """Posterior mean outcome shares, in the order of `OUTCOMES`."""
        return self.counts / self.counts.sum()

    @property
    def effective(self) -> float:
        """Episodes' worth of information."""
        return float(self.weights.sum())


def date_weights(episodes: Sequence[Episode]) -> Array:
    """Weight of each episode so that a shared date counts for less than its members' number."""
    size = Counter(episode.deadline for episode in episodes)
    return np.array([1 / (1 + (size[e.deadline] - 1) * INTRACLUSTER) for e in episodes])


def outcome_counts(episodes: Sequence[Episode], weights: Array) -> Array:
    """Weighted number of episodes by outcome, shape (4,)."""
    index = np.array([OUTCOMES.index(e.outcome or "") for e in episodes], dtype=int)
    return np.bincount(index, weights, minlength=len(OUTCOMES)).astype(float)


def pool(episodes: Sequence[Episode], *, category: str, pair: str) -> Pool:
    """Weights for a target of this category between this pair, from resolved `episodes`."""
    episodes = tuple(episodes)
    base = date_weights(episodes)
    same_category = np.array([e.category == category for e in episodes], dtype=bool)
    same_pair = np.array([e.pair == pair for e in episodes], dtype=bool)
    groups = {e.category for e in episodes}
    tables = np.array(
        [outcome_counts(episodes, base * [e.category == g for e in episodes]) for g in groups]
    ).reshape(len(groups), len(OUTCOMES))
    top = _concentration(tables, tables.sum(axis=0) + PRIOR)
    weights = _weighted(base, same_category, top)

    inside = base * same_category
    pairs = {e.pair for e, here in zip(episodes, same_category, strict=True) if here}
    tables = np.array(
        [outcome_counts(episodes, inside * [e.pair == g for e in episodes]) for g in pairs]
    ).reshape(len(pairs), len(OUTCOMES))
    parent = outcome_counts(episodes, weights) + PRIOR
    low = _concentration(tables, parent)
    weights = np.where(same_pair & same_category, base, _scaled(weights, low))
    return Pool(episodes, weights, top, low)


def constant_hazard(episodes: Sequence[Episode], weights: Array) -> tuple[float, float]:
    """Weighted daily hazards of a deal and of an extension: events over days at risk."""
    exposure = sum(
        w * max(1.0, (e.resolved - e.opened).days)
        for e, w in zip(episodes, weights, strict=True)
        if e.resolved
    )
    counts = outcome_counts(episodes, weights)
    return float(counts[0] / exposure), float(counts[1] / exposure)


def extension_lengths(pool: Pool) -> dict[str, float]:
    """Weighted 10, 50 and 90 percent quantiles of the days by which a date was moved."""
    rows = [
        (float(e.extension_days), w)
        for e, w in zip(pool.episodes, pool.weights, strict=True)
        if e.outcome == "extension" and e.extension_days
    ]
    if not rows:
        return {}
    days, weight = np.array(sorted(rows)).T
    reach = (np.cumsum(weight) - weight / 2) / weight.sum()
    return {f"q{q}": float(np.interp(q / 100, reach, days)) for q in (10, 50, 90)}


def _weighted(base: Array, inside: NDArray[np.bool_], c: float) -> Array:
    """`base` inside the group; outside it the rest, scaled to c pseudo-episodes in all."""
    outside = _scaled(np.where(inside, 0.0, base), c)
    return np.where(inside, base, outside)


def _scaled(weights: Array, total: float) -> Array:
    """`weights` scaled down to sum to `total`; never up, for pooling adds no information."""
    held = weights.sum()
    return weights * min(1.0, total / held) if held > 0 else weights


def _concentration(tables: Array, parent: Array) -> float:
    """Dirichlet concentration of largest marginal likelihood, groups in the rows of `tables`."""
    share = parent / parent.sum()
    size = tables.sum(axis=1)

    def marginal(c: float) -> float:
        return float(
            np.sum(gammaln(c) - gammaln(c + size))
            + np.sum(gammaln(c * share + tables) - gammaln(c * share))
        )

    return float(max(CONCENTRATIONS, key=marginal))
