"""Quantity caps: complementarity, and their equivalence to taxes, tariffs and waste."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from detente.economy import solve
from detente.policy import Policy
from detente.world import World
from detente.world.synthetic import random_world


@pytest.fixture(scope="module")
def world() -> World:
    return random_world(
        5, 4, seed=21, max_tariff=0.2, deficits=0.1, critical=1, cobb_douglas=False, max_profit=0.1
    )


def capped(world: World, **options: float) -> Policy:
    """Many caps, binding and slack, with new tariffs."""
    random = np.random.default_rng(3)
    policy = Policy.of(world).add_tariff(0.4, "R001", "R002")
    abroad = ~np.eye(5, dtype=bool)[:, :, None]
    level = np.where(
        abroad & (random.random((5, 5, 4)) < 0.5), random.uniform(0.05, 1.6, (5, 5, 4)), np.inf
    )
    return replace(policy, cap=policy.cap.copy(data=level), **options)


@pytest.mark.parametrize("closure", ["fixed", "world_share", "zero"])
def test_quantity_or_wedge(world: World, closure: str) -> None:
    policy = capped(world, rent_share=0.5, rent_lost=0.2)
    got = solve(world, policy, closure=closure)
    assert got.certificate.max_residual <= 1e-10
    baseline = got.solution.model.base.flows.transpose(2, 1, 0)
    cost = np.exp(got.solution.point.log_cost.T)[:, None, :]
    quantity = got.solution.trade / cost / baseline
    cap, wedge = policy.cap.values, got.shadow.values
    finite = np.isfinite(cap)
    assert (wedge >= 0).all()
    assert (wedge[~finite] == 0).all()
    binding = wedge > 0
    assert binding.sum() > 10
    assert (finite & ~binding).sum() > 5
    assert np.abs(quantity[binding] / cap[binding] - 1).max() < 1e-9
    assert (quantity[finite] <= cap[finite] * (1 + 1e-9)).all()


def same(one, two) -> None:
    for name in ("real_income", "wages", "prices", "output"):
        a, b = getattr(one, name).values, getattr(two, name).values
        assert np.allclose(a, b, rtol=1e-9), name


def test_a_cap_whose_rents_the_exporter_keeps_is_an_export_tax(world: World) -> None:
    policy = capped(world, rent_share=1.0)
    got = solve(world, policy)
    none = policy.cap.copy(data=np.full(policy.cap.shape, np.inf))
    tax = (1 + got.shadow) * (1 + policy.export_tax) - 1
    equal = solve(world, replace(policy, cap=none, export_tax=tax))
    same(got, equal)
    assert float(got.rents.sum()) > 0
    assert np.allclose(equal.revenue - got.revenue, got.rents, rtol=1e-7, atol=1e-3)


def test_a_cap_whose_rents_the_importer_keeps_is_a_tariff(world: World) -> None:
    policy = capped(world, rent_share=0.0)
    got = solve(world, policy)
    none = policy.cap.copy(data=np.full(policy.cap.shape, np.inf))
    tariff = (1 + got.shadow) * (1 + policy.tariff) - 1
    same(got, solve(world, replace(policy, cap=none, tariff=tariff)))


def test_a_cap_whose_rents_are_wasted_is_an_iceberg_cost(world: World) -> None:
    policy = capped(world, rent_share=0.0, rent_lost=1.0)
    got = solve(world, policy)
    none = policy.cap.copy(data=np.full(policy.cap.shape, np.inf))
    same(got, solve(world, replace(policy, cap=none, iceberg=policy.iceberg * (1 + got.shadow))))
    assert float(got.rents.sum()) == 0


def test_a_ban_is_the_limit_of_caps(world: World) -> None:
    policy = Policy.of(world)
    ban = solve(world, policy.set_cap(0.0, ["R003", "R004"], "R002")).real_income
    gaps = [
        float(
            abs(solve(world, policy.set_cap(q, ["R003", "R004"], "R002")).real_income - ban).max()
        )
        for q in (1e-2, 1e-4, 1e-6, 1e-8)
    ]
    assert all(b < 0.4 * a for a, b in pairwise(gaps))
    assert gaps[-1] < 1e-5


def test_a_cap_above_what_is_traded_changes_nothing(world: World) -> None:
    policy = Policy.of(world)
    got = solve(world, policy.set_cap(1.0, "R001", "R002").set_cap(2.0, "R002", None))
    assert np.abs(got.real_income.values - 1).max() < 1e-10
    assert got.shadow.values.max() < 1e-10


def test_scarcity_prices_rise_as_substitution_falls() -> None:
    """A critical input under a cap: the harder to replace, the dearer; Leontief is the bound."""
    world = random_world(4, 4, seed=9, critical=1, home_share=0.4)
    policy = Policy.of(world).set_cap(0.2, "R001", None, "S01")
    losses, wedges = [], []
    for sigma in (1.0, 0.2, 0.0):
        e = world.elasticities.copy(deep=True)
        e["critical"][:] = sigma
        e["trade"].loc[{"sector": "S01"}] = 0.3
        got = solve(world.with_elasticities(e[["critical", "trade"]]), policy)
        losses.append(1 - float(got.real_income.sel(region="R001")))
        wedges.append(float(got.shadow.max()))
    assert losses[0] < losses[1] < losses[2]
    assert wedges[0] < wedges[1] < wedges[2]
