"""Splitting a sector: the parts add up to the whole, whatever the shares."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import InputError
from detente.world import World, random_world

FIELDS = ("flows", "input_use", "final_use", "tariffs", "export_taxes", "profit_share")
WORLD = random_world(
    5, 6, 3, density=0.7, deficits=0.4, max_tariff=0.3, max_export_tax=0.1, max_profit=0.1,
    cobb_douglas=False,
)  # fmt: skip


def same(one: World, two: World) -> None:
    for name in FIELDS:
        a, b = getattr(one, name), getattr(two, name)
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12 * float(abs(b).max()))
    for name in ("value_added", "expenditure"):
        a, b = getattr(one, name), getattr(two, name)
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9 * float(b.max()))


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=4).filter(lambda x: sum(x) > 0.1))
def test_split_then_aggregate_gives_the_original(raw: list[float]) -> None:
    names = [f"part{i}" for i in range(len(raw))]
    shares = {name: value / sum(raw) for name, value in zip(names, raw, strict=True)}
    parts = WORLD.split("S03", into=names, shares=shares)
    assert parts.sectors == ("S01", "S02", *names, "S04", "S05", "S06")
    for name, share in shares.items():
        whole = WORLD.flows.sel(sector="S03")
        np.testing.assert_allclose(
            parts.flows.sel(sector=name), share * whole, rtol=1e-9, atol=1e-11 * float(whole.max())
        )
    same(parts.aggregate(sectors={"S03": names}), WORLD)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_a_sector_carved_out_of_two_goes_back_in(seed: int) -> None:
    random = np.random.default_rng(seed)
    where = {"exporter": list(WORLD.regions), "importer": list(WORLD.regions)}
    shares = {
        name: xr.DataArray(random.random((5, 5)) ** 4, where, tuple(where))
        for name in ("S02", "S04")
    }
    users = xr.DataArray(random.random(3), {"user": ["S01", "S05", "final"]}, ("user",))
    carved = WORLD.split(("S02", "S04"), into="magnets", shares=shares, users=users, critical=True)
    assert carved.critical == ("magnets",)
    pooled = {"pool": ["S02", "S04"]}
    back = carved.aggregate(sectors={"pool": ["S02", "magnets", "S04"]})
    same(back, WORLD.aggregate(sectors=pooled))


def test_users_buy_by_weight_as_far_as_they_bought_the_parent() -> None:
    users = xr.DataArray([1.0, 3.0], {"user": ["S01", "S05"]}, ("user",))
    small = WORLD.split("S02", into="new", shares=1e-4, users=users)
    bought = small.input_use.sel(input="new")
    np.testing.assert_allclose(bought.sel(sector="S05"), 3 * bought.sel(sector="S01"), rtol=1e-3)
    np.testing.assert_allclose(
        bought.sum("sector") + small.final_use.sel(sector="new"),
        small.expenditure.sel(sector="new"),
        rtol=1e-9,
    )
    # all of the parent's goods: each user's purchases are those of the parent, whatever the weights
    whole = WORLD.split("S02", into="new", shares=1.0, users=users)
    np.testing.assert_allclose(
        whole.final_use.sel(sector="new"), WORLD.final_use.sel(sector="S02"), rtol=1e-9
    )


def test_tariffs_of_the_new_good_leave_revenue_alone() -> None:
    none = xr.zeros_like(WORLD.tariffs.isel(sector=0, drop=True))
    carved = WORLD.split("S02", into="new", shares=0.1, tariffs=none)
    assert float(carved.tariffs.sel(sector="new").max()) == 0
    np.testing.assert_allclose(carved.tariff_revenue, WORLD.tariff_revenue, rtol=1e-12)
    high = xr.full_like(none, 50.0)
    high.values[np.arange(5), np.arange(5)] = 0.0
    with pytest.raises(InputError, match="collect more"):
        WORLD.split("S02", into="new", shares=0.9, tariffs=high)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda w: w.split("S99", into="a", shares=0.1), "There is no sector 'S99'"),
        (lambda w: w.split("S01", into="S02", shares=0.1), "'S02' already"),
        (lambda w: w.split("S01", into="a", shares=1.5), "not between 0 and 1"),
        (lambda w: w.split("S01", into="a", shares=float("nan")), "not between 0 and 1"),
        (lambda w: w.split("S01", into=("a", "b"), shares=(0.5, 0.6)), "add up to 1.1"),
        (lambda w: w.split("S01", into=("a", "b"), shares={"a": 1.0}), "name the parts a, b"),
        (lambda w: w.split("S01", into=("a", "a"), shares=(0.5, 0.5)), "'a' twice"),
        (lambda w: w.split(("S01", "S02"), into=("a", "b"), shares=(0.5, 0.5)), "one name"),
        (lambda w: w.split(("S01", "S02"), into="a", shares={"S01": 0.1}), "name the parents"),
        (
            lambda w: w.split(
                "S01",
                into="a",
                shares=0.1,
                users=xr.DataArray([1.0], {"user": ["nobody"]}, ("user",)),
            ),
            "no user 'nobody'",
        ),
    ],
)
def test_bad_splits_are_refused_in_a_sentence(call, says: str) -> None:
    with pytest.raises(InputError, match=says):
        call(WORLD)
