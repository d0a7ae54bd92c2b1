"""Find the fixed point, by the fast method first and by surer ones where it fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from .anderson import anderson
from .errors import NegativeIncome, NotConverged
from .fixedpoint import FixedPoint
from .newton import newton

Array = np.ndarray
LIMIT = 20_000  # evaluations before giving up
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
    direction: Callable[[FixedPoint, Array], Array] | None,
    start: Array | None,
    tol: float,
    regions: Sequence[str],
) -> Found:
    """Solve `problem` to `tol`, or to 1e-10 where rounding allows no more.

    at(share) is the problem part of the way from the baseline; direction(problem, v) the Newton
    step, None where that is too large to factorise. Methods in turn: Anderson acceleration from
    `start` and from the baseline; Newton's method from the baseline; both along a path of policies,
    each solved from the last, in steps that shrink where one fails.
    Raises NotConverged or NegativeIncome.
    """
    spent, best = 0, np.inf
    enough = max(tol, ENOUGH)
    fresh = problem.start()
    for first in [fresh] if start is None else [start, fresh]:
        done = anderson(problem.step, first, tol=tol)
        spent += done.evaluations
        if done.error <= enough:
            return Found(done.value, done.error, spent, "anderson")
        best = min(best, done.error)

    def solve(part: FixedPoint, value: Array, goal: float) -> tuple[Array, float, str]:
        nonlocal spent
        ends = (value, np.inf, "")
        if direction is not None:
            fine = newton(part.residual, partial(direction, part), value, tol=0.1 * goal)
            spent += fine.evaluations
            with np.errstate(all="ignore"):
                ends = (fine.value, part.gaps(fine.value)[-1], "newton")
            if ends[1] <= goal:
                return ends
        more = anderson(part.step, value, tol=goal, window=20, limit=300, largest=0.5)
        spent += more.evaluations
        return (more.value, more.error, "anderson") if more.error < ends[1] else ends

    value, share, stride = fresh, 0.0, 1.0
    while stride > 1e-3 and spent < LIMIT:
        target = min(1.0, share + stride)
        last = target == 1.0
        part = problem if last else at(target)
        end, error, method = solve(part, value, tol if last else 1e-7)
        if error <= (enough if last else 1e-7):
            value, share, stride = end, target, 2 * stride
            if last:
                return Found(value, error, spent, method if share == stride / 2 else "path")
        else:
            stride *= 0.3
            best = min(best, error) if last else best
    raise _failure(problem if share == 0 else at(share), value, share, best, spent, regions)


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
