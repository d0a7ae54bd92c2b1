"""Policy arrays: what is refused, and what the small changes do."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from detente.economy import solve
from detente.errors import InputError
from detente.policy import Policy
from detente.world import load_world
from detente.world.synthetic import random_world


@pytest.fixture(scope="module")
def world():
    return random_world(4, 3, seed=7)


def test_baseline_is_the_worlds_own(world) -> None:
    policy = Policy.of(world)
    xr.testing.assert_equal(policy.tariff, world.tariffs)
    assert np.isinf(policy.cap.values).all()
    assert (policy.iceberg.values == 1).all()


def test_added_tariff_stands_on_the_named_flows_only(world) -> None:
    base = Policy.of(world)
    importer, exporter, sector = world.regions[0], world.regions[1], world.sectors[2]
    changed = base.add_tariff(0.25, importer, exporter, sector)
    difference = changed.tariff - base.tariff
    assert float(difference.sum()) == pytest.approx(0.25)
    at = {"importer": importer, "exporter": exporter, "sector": sector}
    assert float(difference.sel(at)) == pytest.approx(0.25)


def test_home_sales_stay_free(world) -> None:
    changed = Policy.of(world).add_tariff(0.5, world.regions, world.regions)
    home = [changed.tariff.values[i, i] for i in range(len(world.regions))]
    assert not np.any(home)


def test_a_cap_never_loosens_an_older_one(world) -> None:
    importer, exporter = world.regions[0], world.regions[1]
    tight = Policy.of(world).set_cap(0.2, importer, exporter)
    still = tight.set_cap(0.9, importer, exporter)
    assert still.same_as(tight)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("tariff", -1.0, "above -1"),
        ("tariff", np.nan, "above -1"),
        ("iceberg", 0.0, "above 0"),
        ("cap", -0.1, "0 or more"),
    ],
)
def test_impossible_values_are_refused(world, field: str, value: float, words: str) -> None:
    base = Policy.of(world)
    array = getattr(base, field).copy(deep=True)
    array[0, 1, 2] = value
    arrays = {n: getattr(base, n) for n in ("tariff", "export_tax", "iceberg", "cap")}
    with pytest.raises(InputError, match=words) as caught:
        Policy(**{**arrays, field: array})
    assert world.regions[0] in str(caught.value)
    assert world.sectors[2] in str(caught.value)


def test_a_cap_at_home_is_refused(world) -> None:
    base = Policy.of(world)
    cap = base.cap.copy(deep=True)
    cap[1, 1, 0] = 0.1
    with pytest.raises(InputError, match="home sales"):
        Policy(base.tariff, base.export_tax, base.iceberg, cap)


def test_a_tariff_at_home_is_refused_by_the_world_it_is_put_to(world) -> None:
    base = Policy.of(world)
    tariff = base.tariff.copy(deep=True)
    tariff[1, 1, 0] = 0.1
    changed = Policy(tariff, base.export_tax, base.iceberg, base.cap)
    with pytest.raises(InputError, match="home sales"):
        solve(world, changed)


def test_a_region_that_adds_up_several_keeps_the_tariffs_among_them() -> None:
    world = load_world().aggregate(regions={"ASEAN": ["IDN", "VNM", "MYS", "XAS"]})
    base = Policy.of(world)
    assert float(base.tariff.sel(exporter="ASEAN", importer="ASEAN").max()) > 0
    assert float(abs(solve(world, base).real_income - 1).max()) < 1e-12
    raised = base.add_tariff(0.1, world.regions, world.regions)
    home = {"exporter": "ASEAN", "importer": "ASEAN"}
    assert raised.tariff.sel(home).equals(base.tariff.sel(home))
    assert solve(world, raised).certificate.max_residual < 1e-10


def test_rent_shares_must_add_up(world) -> None:
    base = Policy.of(world)
    with pytest.raises(InputError, match="rent_share"):
        Policy(base.tariff, base.export_tax, base.iceberg, base.cap, rent_share=0.8, rent_lost=0.5)


def test_an_unknown_region_is_named_with_the_choices(world) -> None:
    with pytest.raises(InputError, match="'ATL' is not in this world") as caught:
        Policy.of(world).add_tariff(0.1, "ATL", world.regions[0])
    assert world.regions[0] in str(caught.value)


def test_arrays_of_another_world_are_refused(world) -> None:
    base, other = Policy.of(world), Policy.of(random_world(3, 3, seed=1))
    with pytest.raises(InputError, match="labels"):
        Policy(base.tariff, other.export_tax, base.iceberg, base.cap)
