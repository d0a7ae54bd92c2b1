"""What every equilibrium must satisfy: certificate, invariances, closures, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import detente as dt
from detente.economy import CutOff, Model, NegativeIncome, NoSupply, Unproductive, solve
from detente.economy.equations import evaluate
from detente.errors import InputError
from detente.policy import Policy
from detente.world import World
from detente.world.elasticities import elasticity_set
from detente.world.synthetic import random_world

CLOSURES = ("fixed", "world_share", "zero")
RICH = {
    "deficits": 0.2,
    "max_tariff": 0.3,
    "max_export_tax": 0.1,
    "max_profit": 0.2,
    "critical": 1,
    "cobb_douglas": False,
}


@pytest.fixture(scope="module")
def world() -> World:
    return random_world(5, 4, seed=11, **RICH)


def war(world: World, points: float = 0.8) -> Policy:
    policy = Policy.of(world)
    return policy.add_tariff(points, "R001", "R002").add_tariff(points, "R002", "R001")


@pytest.mark.parametrize("closure", CLOSURES)
def test_no_change_gives_exactly_no_change(world: World, closure: str) -> None:
    for baseline in (None, war(world)):
        policy = Policy.of(world) if baseline is None else war(world)
        got = solve(world, policy, baseline=baseline, closure=closure)
        for hat in (got.real_income, got.wages, got.prices, got.consumer_prices):
            assert np.abs(hat.values - 1).max() < 1e-10
        assert np.abs(got.ev_musd).max() < 1e-10 * got.income.max()


@pytest.mark.parametrize("closure", CLOSURES)
def test_markets_clear_in_the_results_themselves(world: World, closure: str) -> None:
    """Accounts rebuilt from the labelled results, without the solver's own residual."""
    got = solve(world, war(world), closure=closure)
    assert got.certificate.max_residual <= 1e-10
    assert got.certificate.walras <= 1e-10
    policy = war(world)
    border = got.trade * (1 + policy.export_tax)
    spending = border * (1 + policy.tariff)
    near = {"rtol": 1e-9, "atol": 1e-9 * float(got.income.max())}
    assert np.allclose(spending.sum("exporter").values, got.expenditure.values, **near)
    assert np.allclose(got.trade.sum("importer").values, got.output.values, **near)
    gap = border.sum(("exporter", "sector")).values - border.sum(("importer", "sector")).values
    assert np.allclose(gap, got.deficit.values, **near)
    revenue = (border * policy.tariff).sum(("exporter", "sector")).values
    assert np.allclose(revenue, got.tariff_revenue.values, **near)
    labour = world.value_added.sum("sector").values * got.wages.values
    if closure != "zero":
        assert np.isclose(labour.sum(), world.value_added.values.sum(), rtol=1e-10)
    profits = (world.profit_share * got.output.values).sum("sector").values
    taxes = (got.trade * policy.export_tax).sum(("importer", "sector")).values
    if closure != "zero":  # there hats are against a solved baseline
        assert np.allclose(labour + profits + revenue + taxes + gap, got.income.values, **near)


def test_closures_do_with_deficits_what_they_say(world: World) -> None:
    base = world.deficit.values
    fixed, share, zero = (solve(world, war(world), closure=c) for c in CLOSURES)
    assert np.allclose(fixed.deficit.values, base, rtol=1e-9)
    ratio = float(share.income.sum() / world.income.sum())
    assert abs(ratio - 1) > 1e-6
    assert np.allclose(share.deficit.values, base * ratio, rtol=1e-9)
    assert np.abs(zero.deficit.values).max() < 1e-9 * np.abs(base).max()


def test_doubling_the_unit_changes_nothing(world: World) -> None:
    one, two = solve(world, war(world)), solve(world.rescaled(3.7), war(world))
    assert np.abs(one.real_income.values - two.real_income.values).max() < 1e-10
    assert np.allclose(3.7 * one.ev_musd.values, two.ev_musd.values, rtol=1e-8)


def test_relabelling_permutes(world: World) -> None:
    order = [3, 0, 4, 1, 2]
    regions = [world.regions[i] for i in order]
    flip = list(reversed(world.sectors))

    def turned(array: xr.DataArray) -> xr.DataArray:
        wanted = {"exporter": regions, "importer": regions, "region": regions}
        wanted |= {"sector": flip, "input": flip}
        return array.sel({dim: wanted[str(dim)] for dim in array.dims})

    names = ("flows", "input_use", "final_use", "tariffs", "export_taxes", "profit_share")
    other = World(
        **{name: turned(getattr(world, name)) for name in names},
        elasticities=world.elasticities.sel(sector=flip),
        critical=world.critical,
    )
    policy = war(world)
    moved = replace(
        policy,
        **{
            name: turned(getattr(policy, name))
            for name in ("tariff", "export_tax", "iceberg", "cap")
        },
    )
    one, two = solve(world, policy), solve(other, moved)
    for name in ("real_income", "wages", "prices", "output", "trade"):
        a, b = getattr(one, name), turned(getattr(one, name))
        assert np.allclose(b.values, getattr(two, name).values, rtol=1e-10), name
        assert not np.allclose(a.values, getattr(two, name).values, rtol=1e-6), name


def test_the_numeraire_is_only_a_unit() -> None:
    """All nominal things twice as large: still a solution of every equation but the numeraire's."""
    model = Model.of(random_world(4, 3, seed=2, **RICH), "medium", "zero")
    done = model.solve_arrays(model.status_quo, tol=1e-13)
    two = np.log(2.0)
    point = evaluate(
        np, model.shape, model.tech, done.flows, done.log_w + two, done.log_p + two, 2 * done.spend
    )
    assert np.abs(point.log_price - done.log_p - two).max() < 1e-11
    assert np.abs(point.spend / (2 * done.spend) - 1).max() < 1e-11
    assert np.abs(point.excess + two).max() < 1e-11  # only the level term reacts


def test_equal_policies_give_equal_numbers_wherever_one_starts(world: World) -> None:
    far = solve(world, war(world, 5.0))
    one = solve(world, war(world))
    two = solve(world, war(world).renamed("twin"), start=far)
    assert np.abs(one.real_income.values - two.real_income.values).max() < 1e-10


def test_a_baseline_policy_is_the_ratio_of_two_equilibria(world: World) -> None:
    high, low = war(world, 1.0), war(world, 0.3)
    both = solve(world, high, baseline=low)
    ratio = solve(world, high).real_income / solve(world, low).real_income
    assert np.abs(both.real_income - ratio).max() < 1e-10
    assert both.baseline_name == low.name


def test_horizons_are_the_elasticities_of_the_world(world: World) -> None:
    e = world.elasticities.copy(deep=True)
    e["trade"].loc["short"] = 1.0
    other = world.with_elasticities(e[["trade"]])
    short, medium = (solve(other, war(other), horizon=h) for h in ("short", "medium"))
    assert (
        abs(float(short.real_income.sel(region="R001") - medium.real_income.sel(region="R001")))
        > 1e-4
    )
    assert short.horizon == "short"
    with pytest.raises(InputError, match="horizon"):
        solve(world, war(world), horizon="soon")


def test_partial_holds_wages_and_expenditure(world: World) -> None:
    got = solve(world, war(world), partial=True)
    assert np.abs(got.wages.values - 1).max() == 0
    assert np.allclose(got.expenditure.values, world.expenditure.values, rtol=1e-12)
    assert got.partial
    whole = solve(world, war(world))
    assert np.abs(got.real_income - whole.real_income).max() > 1e-4


def test_a_tariff_that_raises_revenue_can_pay_the_country_that_sets_it() -> None:
    """Signs known from theory: a small tariff gains at the partner's expense; autarky loses."""
    world = random_world(2, 1, seed=3, input_share=0.0)
    policy = Policy.of(world)
    small = solve(world, policy.add_tariff(0.05, "R001", "R002")).real_income
    assert float(small[0]) > 1 > float(small[1])
    huge = solve(world, policy.add_tariff(10.0, "R001", "R002")).real_income
    assert float(huge[0]) < 1


def test_results_are_labelled(world: World) -> None:
    got = solve(world, war(world))
    assert got.real_income.dims == ("region",)
    assert got.prices.dims == ("region", "sector")
    assert got.trade.dims == ("exporter", "importer", "sector")
    assert list(got.real_income["region"].values) == list(world.regions)
    assert "residual" in repr(got)


def test_a_closed_bloc_keeps_its_own_wage_level() -> None:
    world = random_world(5, 3, seed=4)
    away = ["R001", "R002"]
    rest = [r for r in world.regions if r not in away]
    policy = Policy.of(world).set_cap(0, away, rest).set_cap(0, rest, away)
    got = solve(world, policy)
    assert sorted(map(len, got.blocs)) == [2, 3]
    labour = world.value_added.sum("sector")
    for bloc in got.blocs:
        names = list(bloc)
        own = float((labour * got.wages).sel(region=names).sum() / labour.sel(region=names).sum())
        assert own == pytest.approx(1, abs=1e-10)
    assert any("blocs" in note for note in got.notes)
    assert float(got.trade.sel(exporter=away, importer=rest).sum()) == 0


def test_causes_of_refusal_are_named() -> None:
    world = random_world(4, 3, seed=5, deficits=0.4)
    others = [r for r in world.regions if r != "R001"]
    policy = Policy.of(world)
    with pytest.raises(CutOff, match=r"R001.*closure='zero'"):
        solve(world, policy.set_cap(0, "R001", others).set_cap(0, others, "R001"))
    one_way = policy.set_cap(0, others, "R001")
    with pytest.raises(CutOff, match="one direction"):
        solve(world, one_way, closure="zero")
    sparse = random_world(4, 3, seed=5, density=0.2)
    needed = sparse.flows.where(sparse.flows.exporter != sparse.flows.importer, 0.0)
    home = sparse.flows.where(sparse.flows.exporter == sparse.flows.importer, 0.0).sum("exporter")
    at = np.argwhere((home.values == 0) & (needed.sum("exporter").values > 0))
    assert len(at)
    region, sector = sparse.regions[at[0][0]], sparse.sectors[at[0][1]]
    with pytest.raises(NoSupply, match=f"{region} buys {sector}"):
        solve(sparse, Policy.of(sparse).set_cap(0, region, None, sector))


def test_inputs_that_cost_more_than_what_they_make_are_named() -> None:
    """Two countries that cannot do without each other's inputs, taxed tenfold both ways."""
    world = random_world(2, 2, seed=1, home_share=0.05, input_share=0.8)
    e = elasticity_set(list(world.sectors), trade=0.02, value_added=0.0, inputs=0.0, final=0.5)
    policy = Policy.of(world).add_tariff(10.0, None, None)
    with pytest.raises(Unproductive, match=r"R00\d rise without bound"):
        solve(world.with_elasticities(e), policy, closure="zero")


def test_income_that_vanishes_is_named() -> None:
    world = random_world(3, 2, seed=8, deficits=1.5, home_share=0.3)
    policy = Policy.of(world)
    huge = policy
    for region in world.regions:
        huge = huge.add_tariff(-0.95, region, None)
    with pytest.raises((NegativeIncome, dt.ComputationError)) as error:
        solve(world, huge)
    assert len(str(error.value)) > 40


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"closure": "open"}, "closure"),
        ({"tol": 1.0}, "tol"),
        ({"horizon": ""}, "horizon"),
    ],
)
def test_wrong_options_are_refused(world: World, options: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        solve(world, Policy.of(world), **options)


def test_a_policy_of_another_world_is_refused(world: World) -> None:
    other = random_world(4, 4, seed=1)
    with pytest.raises(InputError, match="labels"):
        solve(world, Policy.of(other))
    moved = world.relabel(regions={"R001": "X"})
    with pytest.raises(InputError, match="exporter labels"):
        solve(world, Policy.of(moved))


def test_a_region_that_earns_nothing_is_refused() -> None:
    world = random_world(3, 2, seed=1)
    model = Model.of(world)
    accounts = replace(model.accounts, profit_share=np.ones((3, 2)))
    with pytest.raises(InputError, match="value added"):
        Model(accounts, model.elasticities)
