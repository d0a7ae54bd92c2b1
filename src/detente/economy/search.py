"""Find the fixed point, by the fast method first and by surer ones where it fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .anderson import anderson
from .errors import NegativeIncome, NotConverged
from .fixedpoint import FixedPoint

Array = np.ndarray
ENOUGH = 1e-10  # accepted where rounding stops the iteration above a smaller tolerance


@dataclass(frozen=True)
class Found:
    """Unknowns, error, evaluations of the equations in all, and the method that succeeded."""

    value: Array
    error: float
    evaluations: int
    method: str


def search(
    problem: FixedPoint,
    at: Callable[[float], FixedPoint],
    start: Array | None,
    tol: float,
    regions: Sequence[str],
) -> Found:
    """Solve `problem` to `tol`, or to 1e-10 where rounding allows no more.

    `at(share)` is the problem part of the way from the baseline.
    Methods in turn: Anderson acceleration from `start` or the baseline; along a path of policies,
    each solved from the last, in steps that shrink where one fails.
    Raises NotConverged or NegativeIncome.
    """
    spent = 0
    enough = max(tol, ENOUGH)
    starts = [problem.start()] if start is None else [start, problem.start()]
    best = np.inf
    for first in starts:
        done = anderson(problem.step, first, tol=tol)
        spent += done.evaluations
        if done.error <= enough:
            return Found(done.value, done.error, spent, "anderson")
        best = min(best, done.error)
    value, share, stride = problem.start(), 0.0, 0.25
    while stride > 1e-3:
        target = min(1.0, share + stride)
        part = problem if target == 1.0 else at(target)
        done = anderson(
            part.step, value, tol=tol if target == 1 else 1e-6, window=20, limit=800, largest=0.5
        )
        spent += done.evaluations
        if done.error <= (enough if target == 1 else 1e-6):
            value, share, stride = done.value, target, 2 * stride
            if share == 1.0:
                return Found(value, done.error, spent, "path")
        else:
            stride *= 0.3
            if target == 1.0:
                best = min(best, done.error)
    raise _failure(problem, value, share, best, spent, regions)


def _failure(
    problem: FixedPoint,
    value: Array,
    share: float,
    best: float,
    spent: int,
    regions: Sequence[str],
) -> NotConverged | NegativeIncome:
    with np.errstate(all="ignore"):
        point = problem.point(value)
        poorest = int(np.argmin(point.income / problem.tech.labour))
        if not point.income[poorest] > 0.05 * problem.tech.labour[poorest]:
            return NegativeIncome(
                f"{regions[poorest]} would have no income left after what it owes or pays out "
                f"(its income vanishes {share:.0%} of the way to this policy); "
                "use closure='world_share' or 'zero', or smaller subsidies."
            )
    return NotConverged(
        f"No equilibrium was found: the largest relative residual is {best:.1e} after {spent} "
        f"evaluations, and a path of policies from the baseline ends {share:.0%} of the way."
    )
