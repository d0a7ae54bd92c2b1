"""Last resorts: paths to an equilibrium that start where there is one only, and lead on at folds.

Eaves (1972), Mathematical Programming 3, 1-22; Garcia and Zangwill (1981), Pathways to Solutions,
Fixed Points, and Equilibria. A path of policies starts at a baseline that may itself be one of
several equilibria; these do not. On both of them the unknowns are log wages: prices and
expenditures are solved for at every wage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from .anderson import anderson
from .continuation import Path, follow
from .fixedpoint import FixedPoint

Array = np.ndarray
Slope = Callable[[Array], Array]  # d log labour demand over supply / d log w at given unknowns
HOLD = (-7.0, 28.0)  # log of what labour markets weigh against held wages: first and last
STARTS = 8  # wages to hold, where a solution is assured


class Settled:
    """Prices and expenditures that solve their conditions at given wages, from the last ones."""

    def __init__(self, start: Array) -> None:
        self.near, self.spent = start, 0

    def excess(self, problem: FixedPoint, log_w: Array) -> Array:
        """Log labour demand over supply [N] at log w; not finite where cells find no solution."""
        N = len(log_w)
        first = np.concatenate([log_w, self.near[N:]])
        inner = anderson(problem.cells_step, first, tol=1e-14, limit=300, patience=20)
        self.spent += inner.evaluations
        if not inner.error <= 1e-9:
            return np.full(N, np.nan)
        self.near = inner.value
        with np.errstate(all="ignore"):
            return problem.gaps(inner.value)[0]

    def end(self, path: Path, come: bool) -> Array | None:
        """Unknowns at the end of a path, if it has `come` far enough."""
        return np.concatenate([path.value, self.near[len(path.value) :]]) if come else None


def eased(
    easier: Callable[[float], tuple[FixedPoint, Slope]], start: Array, limit: int
) -> tuple[Array | None, int]:
    """Unknowns near a solution, and evaluations, along a path of elasticities.

    easier(t) is the problem under the target's policy with elasticities that go from ordinary ones
    (t = 0), where wages balance trade with ease, to its own (t = 1).
    """
    first, slope = easier(0.0)
    begun = anderson(first.step, start, tol=1e-10)
    spent = begun.evaluations
    if not begun.error <= 1e-7:
        begun = anderson(first.step, start, tol=1e-10, window=20, patience=150, largest=0.5)
        spent += begun.evaluations
    if not begun.error <= 1e-7:
        return None, spent
    cells = Settled(begun.value)
    cells.spent = spent
    N = first.tech.labour.shape[0]
    small = 1e-6

    def residual(log_w: Array, t: float) -> Array:
        nonlocal slope
        problem, slope = easier(t)
        return cells.excess(problem, log_w)

    def derivative(log_w: Array, t: float) -> Array:
        with np.errstate(all="ignore"):
            by_wage, here = slope(cells.near), cells.near
            ahead = cells.excess(easier(t + small)[0], log_w)
            back = cells.excess(easier(t - small)[0], log_w)
            cells.near = here
            return np.column_stack([by_wage, (ahead - back) / (2 * small)])

    done = follow(
        residual,
        derivative,
        begun.value[:N],
        (0.0, 1.0),
        goes_on=lambda: cells.spent < limit,
        tol=lambda t: 1e-8,
        longest=2.0,
    )
    return cells.end(done, done.arrived), cells.spent


def loosened(
    problem: FixedPoint, slope: Slope, start: Array, limit: int, power: float = 0.0
) -> tuple[Array | None, int]:
    """Unknowns near a solution, and evaluations, along a path of wages that are let go.

    The path is e^s E(w) = grip (log w - v), E the log of labour demand over supply and v the wages
    of `start`, which are held at first (s low) and then let go bit by bit; grip is labour income to
    a `power`, so that above zero small regions are let go first. The parameter is a log
    because a region or a group of them whose trade is a millionth of its income finds its wage only
    when the hold has loosened to less than that.
    """
    N = problem.tech.labour.shape[0]
    cells, held = Settled(start), start[:N]
    grip = problem.tech.labour**power

    def residual(log_w: Array, s: float) -> Array:
        return np.exp(s) * cells.excess(problem, log_w) - grip * (log_w - held)

    def derivative(log_w: Array, s: float) -> Array:
        with np.errstate(all="ignore"):
            by_wage = np.exp(s) * slope(cells.near) - np.diag(grip)
            return np.column_stack([by_wage, np.exp(s) * problem.gaps(cells.near)[0]])

    done = follow(
        residual,
        derivative,
        held,
        HOLD,
        goes_on=lambda: cells.spent < limit,
        tol=lambda s: 1e-6 + 1e-12 * np.exp(s),
        longest=8.0,
    )
    # a path that stops late, where the hold weighs less than rounding, has arrived all the same
    return cells.end(done, done.arrived or done.reached > 0.5 * HOLD[1]), cells.spent


def starts(problem: FixedPoint, count: int = STARTS) -> Iterator[Array]:
    """Unknowns whose wages `loosened` may hold: the baseline's, then scattered ones."""
    fresh = problem.start()
    yield fresh
    random = np.random.default_rng(0)
    blocs, labour = problem.flows.blocs, problem.tech.labour
    for _ in range(count - 1):
        log_w = random.normal(0, 1, len(labour))
        level = np.log((blocs @ (np.exp(log_w) * labour)) / (blocs @ labour))
        yield np.concatenate([log_w - level @ blocs, fresh[len(labour) :]])
