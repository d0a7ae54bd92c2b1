"""Bargains over a finite set of payoffs: packages on the table, or points of a frontier.

`points` is options x parties, `disagreement` what each party has without a deal, both in one unit.
Only options that give every party at least its disagreement payoff can be agreed: the zone of
agreement. Among those,

    Nash                 maximises sum_j beta_j log(u_j - d_j)          (Nash 1950)
    Kalai-Smorodinsky    maximises min_j (u_j - d_j) / (ideal_j - d_j)  (Kalai and Smorodinsky 1975)
    egalitarian          maximises min_j (u_j - d_j) / beta_j           (Kalai 1977)

with bargaining weights beta. On a finite set the maximum of a minimum may be shared: ties go to the
option with the larger sum of the same terms, then to the earlier one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import InputError

SOLUTIONS = ("nash", "kalai_smorodinsky", "egalitarian")


@dataclass(frozen=True)
class Choice:
    """The option a solution picks: its row in `points`, payoffs and gains by party."""

    solution: str
    option: int
    payoffs: np.ndarray
    gains: np.ndarray


def frontier(points: np.ndarray) -> np.ndarray:
    """Which options no other option betters for one party without loss to another; bool, options.

    Options with equal payoffs are all kept.
    """
    points = _points(points)
    order = np.lexsort(tuple(-points[:, ::-1].T))
    keep = np.zeros(len(points), bool)
    best = np.empty((0, points.shape[1]))
    for k in order:  # by falling first payoff: only an earlier option can dominate a later one
        u = points[k]
        covers = (best >= u).all(axis=1)
        if not (covers & (best > u).any(axis=1)).any():
            keep[k] = True
            if not covers.any():
                best = np.vstack([best, u])
    return keep


def zone(points: np.ndarray, disagreement: Sequence[float] | np.ndarray) -> np.ndarray:
    """Which options give no party less than its disagreement payoff; bool, options."""
    points = _points(points)
    inside = points >= _parties(points, disagreement, "disagreement")
    return np.asarray(inside.all(axis=1))


def choose(
    points: np.ndarray,
    disagreement: Sequence[float] | np.ndarray,
    solution: str = "nash",
    weights: Sequence[float] | np.ndarray | None = None,
) -> Choice | None:
    """The option that `solution` picks, or None where no option betters disagreement for all.

    weights: bargaining weights, positive, one per party; equal if None. Kalai-Smorodinsky has
        none: its weights are the ideal gains.
    """
    points = _points(points)
    d = _parties(points, disagreement, "disagreement")
    beta = np.ones(len(d)) if weights is None else _parties(points, weights, "weights")
    if not (beta > 0).all():
        raise InputError(f"Bargaining weights are {beta.tolist()}; give positive numbers.")
    gains = points - d
    inside = np.flatnonzero((gains >= 0).all(axis=1) & (gains > 0).any(axis=1))
    if not len(inside):
        return None
    g = gains[inside]
    if solution == "nash":
        with np.errstate(divide="ignore"):
            first = np.log(g) @ (beta / beta.sum())
        second = g.sum(axis=1)
    elif solution in ("kalai_smorodinsky", "egalitarian"):
        scale = g.max(axis=0) if solution == "kalai_smorodinsky" else beta / beta.sum()
        terms = g[:, scale > 0] / scale[scale > 0]
        first, second = terms.min(axis=1), terms.sum(axis=1)
    else:
        raise InputError(
            f"There is no solution {solution!r}; choose one of {', '.join(SOLUTIONS)}."
        )
    k = int(inside[np.lexsort((np.arange(len(inside)), -second, -first))[0]])
    return Choice(solution, k, points[k], gains[k])


def _points(points: np.ndarray) -> np.ndarray:
    points = np.asarray(points, float)
    if points.ndim != 2 or not points.size or not np.isfinite(points).all():
        raise InputError(
            f"Payoffs must be finite numbers, options x parties; got shape {points.shape}."
        )
    return points


def _parties(points: np.ndarray, values: Sequence[float] | np.ndarray, name: str) -> np.ndarray:
    out = np.asarray(values, float)
    if out.shape != (points.shape[1],) or not np.isfinite(out).all():
        raise InputError(
            f"{name} must be {points.shape[1]} finite numbers, one per party; got {out.tolist()}."
        )
    return out
