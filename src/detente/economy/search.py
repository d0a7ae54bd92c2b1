"""Find the fixed point, by the fast method first and by surer ones where it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from .anderson import anderson
from .diagnosis import failure
from .fixedpoint import FixedPoint
from .newton import newton
from .paths import STARTS, Slope, eased, loosened, starts

Array = np.ndarray
Easier = Callable[[float], tuple[FixedPoint, Slope]]
LIMIT = 4_000  # evaluations along any other path
LAST = 40_000  # along the last paths, where a solution is assured
SMALL_FIRST = 0.25  # power of labour income with which a wage is held on one of them
PATIENT = 10_000  # along a path of wages that are let go, where a solution is assured
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
    markets: Callable[[FixedPoint, Array], Array] | None,
    easier: Easier | None,
    start: Array | None,
    tol: float,
    regions: Sequence[str],
    assured: bool = False,
) -> Found:
    """Solve `problem` to `tol`, or to 1e-10 where rounding allows no more.

    at(share) is the problem part of the way from the baseline; markets(problem, v) the derivative
    of excess labour demand, None where that is too large to factorise. Methods in turn: Anderson
    acceleration from `start` and from the baseline; Newton's method in wages, prices and
    expenditures solved for inside; both along a path of policies, each solved from the last, in
    steps that shrink where one fails; last the paths of `paths.py`, along easier(t) and others.
    Raises NotConverged, NegativeIncome or Unproductive.
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

    value, share, stride, method = fresh, 0.0, 1.0, "newton"
    while stride > 1e-3 and spent < LIMIT:
        target = min(1.0, share + stride)
        last = target == 1.0
        part = problem if last else at(target)
        goal, good = (tol, enough) if last else (1e-8, 1e-7)
        end, error = value, np.inf
        if markets is not None:
            end, error, used = _wages(part, partial(markets, part), value, goal)
            spent += used
        if not error <= good:
            more = anderson(part.step, end, tol=goal, window=20, limit=200, largest=0.5)
            spent += more.evaluations
            end, error = more.value, more.error
        if error <= good:
            if last:
                return Found(end, error, spent, method)
            value, share, stride, method = end, target, 2 * stride, "path"
        else:
            best = min(best, error) if last else best
            stride *= 0.3
    if markets is not None:
        slope = partial(markets, problem)
        for path in _last_resorts(problem, slope, easier, assured):
            end, used = path()
            spent += used
            if end is None:
                continue
            end, error, used = _wages(problem, slope, end, tol)
            spent += used
            if not error <= enough:
                more = anderson(problem.step, end, tol=tol, window=20, limit=200, largest=0.5)
                spent += more.evaluations
                end, error = more.value, more.error
            if error <= enough:
                return Found(end, error, spent, "continuation")
            best = min(best, error)
    reached = problem if share == 0 else at(share)
    raise failure(reached, problem, value, share, best, spent, regions)


def _last_resorts(
    problem: FixedPoint, slope: Slope, easier: Easier | None, assured: bool
) -> Iterator[Callable[[], tuple[Array | None, int]]]:
    """Paths to try in turn; each returns unknowns, or None, and evaluations."""
    if easier is not None:
        yield partial(eased, easier, problem.start(), LIMIT)
    for start in starts(problem, STARTS if assured else 1):
        yield partial(loosened, problem, slope, start, PATIENT if assured else LIMIT)
    if assured:  # small regions let go first; and the first path once more, as long as it takes
        yield partial(loosened, problem, slope, problem.start(), LAST, SMALL_FIRST)
    if assured and easier is not None:
        yield partial(eased, easier, problem.start(), LAST)


def _wages(problem: FixedPoint, slope: Slope, start: Array, tol: float) -> tuple[Array, float, int]:
    """Newton's method in log w; prices and expenditures are solved for at every trial.

    Returns unknowns, their error and the evaluations of the equations that it took.
    """
    N = problem.tech.labour.shape[0]
    spent = 0
    near = start
    solved: dict[bytes, Array] = {}

    def residual(log_w: Array) -> tuple[Array, float]:
        nonlocal spent, near
        inner = anderson(
            problem.cells_step,
            np.concatenate([log_w, near[N:]]),
            tol=min(1e-3 * tol, 1e-12),
            limit=150,
            patience=20,
        )
        spent += inner.evaluations
        if not inner.error <= max(1e-9, tol):
            return log_w, np.inf
        near = solved[log_w.tobytes()] = inner.value
        with np.errstate(all="ignore"):
            excess = problem.gaps(inner.value)[0]
        return excess, float(np.abs(excess).max())

    def direction(log_w: Array) -> Array:
        value = solved[log_w.tobytes()]
        with np.errstate(all="ignore"):
            return np.linalg.solve(slope(value), -problem.gaps(value)[0])

    done = newton(residual, direction, start[:N], tol=0.3 * tol, largest=1.0)
    value = solved.get(done.value.tobytes())
    if value is None:
        return start, np.inf, spent
    with np.errstate(all="ignore"):
        return value, problem.gaps(value)[-1], spent
