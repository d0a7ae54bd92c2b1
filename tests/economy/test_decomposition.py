"""Decompositions add up, and say what they should where the answer is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import detente as dt
from detente.economy import Equilibrium, solve
from detente.errors import InputError
from detente.policy import Policy
from detente.world import World
from detente.world.synthetic import random_world

PARTS = ("terms_of_trade", "volume", "taxes_and_rents", "trade_costs", "profits", "transfers")
RICH = {"deficits": 0.2, "max_tariff": 0.2, "max_export_tax": 0.1, "max_profit": 0.2, "critical": 1}


@pytest.fixture(scope="module")
def world() -> World:
    return random_world(4, 3, seed=41, cobb_douglas=False, **RICH)


def adds_up(got: Equilibrium) -> None:
    parts = got.decomposition()
    total = sum(parts[name] for name in PARTS)
    assert np.abs(total - (got.real_income - 1)).max() < 1e-8
    assert np.abs(parts["gap"]).max() < 1e-8
    for name in PARTS[:4]:
        assert np.allclose(parts[f"{name}_by_partner"].sum(("partner", "sector")), parts[name])


def test_parts_add_up_to_the_exact_change(world: World) -> None:
    base = Policy.of(world)
    policy = base.add_tariff(1.0, "R001", "R002").add_tariff(0.5, "R002", None)
    abroad = ~np.eye(4, dtype=bool)[:, :, None]
    adds_up(solve(world, policy, closure="world_share"))
    costly = replace(
        policy, iceberg=policy.iceberg.copy(data=np.where(abroad, 1.3, 1.0) * np.ones(3))
    )
    caps = replace(costly.set_cap(0.4, None, "R002"), rent_share=0.5, rent_lost=0.2)
    adds_up(solve(world, caps, baseline=base.add_tariff(0.3, "R003", "R001")))


def test_a_ban_adds_up_too(world: World) -> None:
    adds_up(solve(world, Policy.of(world).set_cap(0, "R003", "R002", "S02")))


def test_a_small_change_is_first_order_terms(world: World) -> None:
    """Terms of trade from prices alone, and no part where nothing of the kind moves."""
    plain = random_world(3, 2, seed=4)
    got = solve(plain, Policy.of(plain).add_tariff(1e-5, "R001", "R002"))
    parts = got.decomposition()
    for name in ("taxes_and_rents", "trade_costs", "profits"):
        assert np.abs(parts[name]).max() == 0
    flows = plain.flows.values
    change = np.log(got.costs.values)
    sold = (flows.sum(axis=1) * change).sum(axis=1)
    bought = np.einsum("ins,is->n", flows, change)
    expected = (sold - bought) / plain.income.values
    assert np.allclose(parts["terms_of_trade"], expected, rtol=1e-3, atol=1e-12)
    # zero tariffs before: volume is second order
    assert np.abs(parts["volume"]).max() < 1e-3 * np.abs(parts["terms_of_trade"]).max()


def test_terms_of_trade_are_worth_nothing_to_the_world_as_a_whole(world: World) -> None:
    got = solve(world, Policy.of(world).add_tariff(0.01, "R001", "R002"))
    parts = got.decomposition()
    terms = parts["terms_of_trade"] * world.income.values
    assert abs(float(terms.sum())) < 2e-3 * float(np.abs(terms).sum())


def test_consumer_prices_by_sector_add_up(world: World) -> None:
    got = solve(world, Policy.of(world).add_tariff(2.0, "R001", None))
    effects = got.consumer_price_effects
    assert np.abs(effects.sum("sector") - np.log(got.consumer_prices)).max() < 1e-12
    assert effects.dims == ("region", "sector")


def test_impact_says_who_gains_and_who_loses(world: World) -> None:
    policy = Policy.of(world).add_tariff(0.6, "R001", "R002").add_tariff(0.6, "R002", "R001")
    whole = dt.impact(world, policy)
    table = whole.table
    assert set(whole.gainers) | set(whole.losers) == set(world.regions)
    assert list(table["ev_musd"]) == sorted(table["ev_musd"], reverse=True)
    income = world.income.to_series()
    ev = table["real_income_pct"] / 100 * income
    assert np.allclose(ev[table.index], table["ev_musd"])
    assert set(whole.sectors.data_vars) == {"output_musd", "output_pct", "consumer_price_points"}
    alone = dt.impact(world, policy, partial=True)
    assert (alone.table["wages_pct"] == 0).all()
    with pytest.raises(InputError, match="partial"):
        alone.decomposition()
