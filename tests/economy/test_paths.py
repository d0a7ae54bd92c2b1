"""Paths to equilibria that no path of policies reaches, and what makes them exact."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from benchmark_modules import load
from detente.economy import Model
from detente.economy.continuation import follow
from detente.economy.fixedpoint import FixedPoint
from detente.economy.paths import Settled, eased, loosened, starts
from detente.economy.technology import flows_of

stress = load("stress")


def made(number: int) -> tuple[Model, FixedPoint]:
    """A case of the stress suite, ready to be solved."""
    one = stress.case(1, number)
    assert one.assured
    model = Model.of(one.world, one.horizon, one.closure)
    rates = model.rates(one.policy)
    flows = flows_of(model.base, model.tech, rates, (model.regions, model.sectors))
    return model, FixedPoint(model.shape, model.tech, flows, rates, model.preconditioner)


def cubic(v: np.ndarray, s: float) -> np.ndarray:
    return v**3 - 3 * v - 4 * s


def cubic_slope(v: np.ndarray, s: float) -> np.ndarray:
    return np.array([[3 * v[0] ** 2 - 3, -4.0]])


def test_a_path_is_followed_through_both_of_its_folds() -> None:
    start = np.array([-2.0])
    done = follow(
        cubic, cubic_slope, start, (-1, 1), goes_on=lambda: True, tol=lambda s: 1e-10, longest=0.3
    )
    assert done.arrived
    assert done.reached == 1
    roots = np.roots([1, 0, -3, -4])
    np.testing.assert_allclose(done.value, roots[np.isreal(roots)].real, atol=1e-9)


def test_a_path_that_leaves_the_domain_has_not_arrived() -> None:
    def residual(v: np.ndarray, s: float) -> np.ndarray:
        return cubic(v, s) if v[0] < 0.5 else np.array([np.nan])

    done = follow(
        residual, cubic_slope, np.array([-2.0]), (-1, 1), goes_on=lambda: True, tol=lambda s: 1e-10
    )
    assert not done.arrived
    assert done.value[0] < 0.5


def test_a_budget_ends_a_path() -> None:
    steps = iter([True] * 3 + [False] * 99)
    done = follow(
        cubic, cubic_slope, np.array([-2.0]), (-1, 1),
        goes_on=lambda: next(steps), tol=lambda s: 1e-10, longest=0.1,
    )  # fmt: skip
    assert not done.arrived


@pytest.mark.parametrize(("number", "power"), [(2551, 0.0), (2551, 0.25), (2181, 0.0)])
def test_wages_that_are_let_go_bit_by_bit_find_an_equilibrium(number: int, power: float) -> None:
    """A wage falls by 58 logs in 2551; folds lead back and forth in 2181."""
    model, problem = made(number)
    slope = partial(model._markets, problem)
    end, spent = loosened(problem, slope, next(starts(problem)), 30_000, power)
    assert end is not None
    assert spent < 30_000
    assert problem.gaps(end)[-1] < 1e-8


def test_easy_elasticities_lead_to_hard_ones() -> None:
    model, problem = made(2782)

    def easier(t: float):
        one = model._eased(t)
        flows = flows_of(one.base, one.tech, problem.rates, (model.regions, model.sectors))
        part = FixedPoint(one.shape, one.tech, flows, problem.rates, one.preconditioner)
        return part, partial(one._markets, part)

    end, _ = eased(easier, problem.start(), 30_000)
    assert end is not None
    assert problem.gaps(end)[-1] < 1e-6
    assert np.abs(end[: len(model.regions)]).max() < 5, "no wage need collapse here"


def test_held_wages_keep_the_level_of_every_bloc() -> None:
    _, problem = made(1090)
    labour, blocs = problem.tech.labour, problem.flows.blocs
    assert len(blocs) == 2
    for unknowns in starts(problem):
        bill = np.exp(unknowns[: len(labour)]) * labour
        np.testing.assert_allclose(blocs @ bill, blocs @ labour, rtol=1e-12)


@pytest.mark.parametrize("fall", [0.0, -10.0, -45.0])
def test_the_labour_markets_slope_is_exact_where_a_wage_has_collapsed(fall: float) -> None:
    """Labour is then 1e-20 of its users' costs: as what inputs leave, it would be rounding."""
    model, problem = made(2551)
    log_w = np.array([0.2, fall])
    cells = Settled(problem.start())
    for part in np.linspace(0, 1, 6):
        cells.excess(problem, part * log_w)
    here = cells.near
    slope = model._markets(problem, here)
    step = 1e-4
    for n, unit in enumerate(np.eye(2)):
        cells.near = here
        up = cells.excess(problem, log_w + step * unit)
        down = cells.excess(problem, log_w - step * unit)
        np.testing.assert_allclose(slope[:, n], (up - down) / (2 * step), atol=1e-6)


def test_a_deficit_that_is_rounding_is_none() -> None:
    model, _ = made(3016)
    assert model.closure == "fixed"
    assert (model.tech.deficit == 0).all()
    loose = stress.case(1, 5)
    assert not loose.assured
    owing = Model.of(loose.world, loose.horizon, "fixed").tech.deficit
    assert np.abs(owing).max() > 1e-3
    assert abs(owing.sum()) < 1e-15
