"""The accounts of a world, and what must not change them."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from detente.world import World, draw_elasticities, elasticity_set, load_world, random_world
from detente.world.checks import ELASTICITIES, HORIZONS

FIELDS = ("flows", "input_use", "final_use", "tariffs", "export_taxes", "profit_share")
RICH = {
    "density": 0.6,
    "deficits": 0.5,
    "max_tariff": 0.3,
    "max_export_tax": 0.1,
    "max_profit": 0.2,
    "critical": 1,
    "cobb_douglas": False,
}


@pytest.fixture(scope="module")
def world() -> World:
    return random_world(7, 6, 11, size_spread=1e4, **RICH)


def close(a: xr.DataArray, b: xr.DataArray, rel: float = 1e-12) -> None:
    xr.testing.assert_allclose(a, b, rtol=rel, atol=rel * float(abs(b).max()))


def test_income_is_what_is_earned_collected_and_borrowed(world: World) -> None:
    # from the raw fields, not from the world's own properties
    f, t, e = (getattr(world, name).values for name in ("flows", "tariffs", "export_taxes"))
    output = f.sum(axis=1)
    labour = (1 - world.profit_share.values) * output - world.input_use.values.sum(axis=1)
    profits = world.profit_share.values * output
    collected = (f * (1 + e) * t).sum(axis=(0, 2)) + (f * e).sum(axis=(1, 2))
    border = (f * (1 + e)).sum(axis=2)
    borrowed = border.sum(axis=0) - border.sum(axis=1)
    earned = labour.sum(axis=1) + profits.sum(axis=1) + collected + borrowed
    np.testing.assert_allclose(earned, world.final_use.values.sum(axis=1), rtol=1e-10)
    np.testing.assert_allclose(earned, world.income.values, rtol=1e-10)
    np.testing.assert_allclose(world.deficit.values, borrowed, atol=1e-9 * output.sum())
    np.testing.assert_allclose(world.revenue.values, collected, rtol=1e-12)
    np.testing.assert_allclose(world.value_added.values, labour, atol=1e-9 * output.max())


def test_deficits_add_up_to_zero(world: World) -> None:
    assert abs(float(world.deficit.sum())) < 1e-12 * float(world.income.sum())
    assert float(abs(world.deficit).sum()) > 0.01 * float(world.income.sum())


def test_balanced_worlds_have_no_deficits() -> None:
    quiet = random_world(9, 4, 3, size_spread=1e6, max_tariff=0.5, max_export_tax=0.2)
    ratio = quiet.deficit / quiet.income
    assert float(abs(ratio).max()) < 1e-12
    size = quiet.output.sum("sector")
    assert float(size.max() / size.min()) > 1e5


def test_rescaling_changes_values_and_no_rate(world: World) -> None:
    twice = world.rescaled(2.0)
    for name in ("flows", "input_use", "final_use"):
        close(getattr(twice, name), 2 * getattr(world, name))
    for name in ("tariffs", "export_taxes", "profit_share"):
        xr.testing.assert_identical(getattr(twice, name), getattr(world, name))
    close(twice.deficit, 2 * world.deficit)


def test_relabelling_changes_labels_only(world: World) -> None:
    other = world.relabel(regions={"R001": "Atlantis"}, sectors={"S01": "orichalc"})
    assert other.regions[0] == "Atlantis"
    assert other.sectors[0] == "orichalc"
    assert other.critical == ("orichalc",)
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(other, name).values, getattr(world, name).values)
    for name in ELASTICITIES:
        np.testing.assert_array_equal(
            other.elasticities[name].values, world.elasticities[name].values
        )


def test_the_order_of_labels_and_dims_is_free(world: World) -> None:
    backwards = {d: list(reversed(world.regions)) for d in ("exporter", "importer")}
    again = World(
        flows=world.flows,
        input_use=world.input_use.transpose("sector", "region", "input"),
        final_use=world.final_use.sel(sector=list(reversed(world.sectors))),
        tariffs=world.tariffs.sel(backwards),
        elasticities=world.elasticities.sel(horizon=list(reversed(HORIZONS))),
        export_taxes=world.export_taxes,
        profit_share=world.profit_share,
    )
    for name in FIELDS:
        xr.testing.assert_identical(getattr(again, name), getattr(world, name))
    xr.testing.assert_identical(again.elasticities, world.elasticities)


def test_aggregate_then_account_is_account_then_aggregate(world: World) -> None:
    small = world.aggregate(
        regions={"north": ["R002", "R005", "R001"]}, sectors={"goods": ["S02", "S03"]}
    )
    assert small.regions == ("north", "R003", "R004", "R006", "R007")
    assert small.sectors == ("S01", "goods", "S04", "S05", "S06")
    for name in ("output", "expenditure", "value_added", "profits"):
        by_hand = getattr(world, name).to_series().rename("value").reset_index()
        by_hand["region"] = by_hand["region"].replace(
            dict.fromkeys(["R002", "R005", "R001"], "north")
        )
        by_hand["sector"] = by_hand["sector"].replace(dict.fromkeys(["S02", "S03"], "goods"))
        summed = by_hand.groupby(["region", "sector"])["value"].sum().to_xarray()
        close(
            getattr(small, name), summed.sel(region=list(small.regions), sector=list(small.sectors))
        )
    for name in ("income", "deficit", "tariff_revenue", "export_tax_revenue"):
        value = getattr(world, name).to_series()
        value.index = [("north" if r in ("R002", "R005", "R001") else r) for r in value.index]
        summed = value.groupby(level=0).sum().reindex(list(small.regions)).to_numpy()
        np.testing.assert_allclose(
            getattr(small, name).values, summed, atol=1e-9 * float(world.income.max())
        )


def test_a_group_is_critical_only_if_all_its_members_are(world: World) -> None:
    assert world.aggregate(sectors={"mixed": ["S01", "S02"]}).critical == ()
    assert world.aggregate(sectors={"renamed": ["S01"]}).critical == ("renamed",)


def test_arrays_are_read_only(world: World) -> None:
    with pytest.raises(ValueError, match="read-only"):
        world.flows.values[0, 0, 0] = 1.0
    with pytest.raises(AttributeError):
        world.flows = world.tariffs  # type: ignore[misc]


def test_a_saved_world_comes_back_bit_by_bit(world: World, tmp_path) -> None:
    path = tmp_path / "w.npz"
    world.save(path)
    back = load_world(path)
    for name in FIELDS:
        xr.testing.assert_identical(getattr(back, name), getattr(world, name))
    xr.testing.assert_identical(back.elasticities, world.elasticities)
    for name in ("critical", "name", "year", "sources", "licences", "notes", "build_hash"):
        assert getattr(back, name) == getattr(world, name)
    first = path.read_bytes()
    world.save(path)
    assert path.read_bytes() == first


def test_final_use_is_what_the_flows_leave() -> None:
    base = random_world(4, 3, 5, max_tariff=0.2)
    shares = base.input_use / base.output
    again = World.from_flows(
        base.flows, base.elasticities, input_shares=shares, tariffs=base.tariffs
    )
    close(again.final_use, base.final_use)
    bare = World.from_flows(base.flows, base.elasticities)
    close(bare.final_use, bare.expenditure)
    assert float(bare.input_use.sum()) == 0


def test_elasticities_are_replaced_one_at_a_time(world: World) -> None:
    theta = xr.DataArray(np.arange(1.0, 7.0), {"sector": list(world.sectors)}, ("sector",))
    other = world.with_elasticities(xr.Dataset({"trade": theta}))
    assert (other.elasticities["trade"] == theta).all()
    xr.testing.assert_identical(other.elasticities["inputs"], world.elasticities["inputs"])


def test_draws_have_the_mean_and_spread_asked_for() -> None:
    base = random_world(3, 4, 2)
    values = elasticity_set(base.sectors, trade=[1.0, 4.0, 8.0, 2.0], critical=0.0)
    values["trade_std_error"] = 0.4 * values["trade"]
    base = base.with_elasticities(values)
    draws = draw_elasticities(base, 20_000, 7, "short")
    mean, spread = draws["trade"].mean("draw"), draws["trade"].std("draw")
    np.testing.assert_allclose(mean, [1, 4, 8, 2], rtol=0.02)
    np.testing.assert_allclose(spread / mean, 0.4, rtol=0.05)
    assert float(draws["trade"].min()) > 0
    assert (draws["inputs"] == 1).all()
    assert (draws["critical"] == 0).all()
    again = draw_elasticities(base, 20_000, 7, "short")
    xr.testing.assert_identical(draws, again)


def test_random_worlds_are_the_same_for_the_same_seed() -> None:
    one, two = (random_world(6, 4, 9, **RICH) for _ in range(2))
    xr.testing.assert_identical(one.flows, two.flows)
    assert not np.array_equal(random_world(6, 4, 10, **RICH).flows, one.flows)


@pytest.mark.parametrize("seed", range(5))
def test_random_worlds_hold_up_at_the_extremes(seed: int) -> None:
    wild = random_world(
        12, 7, seed, density=0.05, size_spread=1e6, deficits=2.0, max_tariff=10, critical=2,
        max_profit=0.5, max_export_tax=1.0, cobb_douglas=False,
    )  # fmt: skip
    assert float(wild.final_use.min()) >= 0
    assert float((wild.flows == 0).mean()) > 0.5
