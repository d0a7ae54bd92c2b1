"""Batches agree with the one-scenario solver, record errors, and spoil nothing."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import xarray as xr

import detente.economy as economy
from detente.economy import solve, solve_many
from detente.economy.batch import RESULTS, drawn
from detente.economy.model import Model
from detente.errors import InputError
from detente.policy import Policy
from detente.world import World, draw_elasticities, random_world


@pytest.fixture(scope="module")
def world() -> World:
    return random_world(
        6, 5, seed=3, max_tariff=0.1, critical=1, cobb_douglas=False, deficits=0.05, max_profit=0.1
    )


def some(world: World, count: int, seed: int = 0) -> list[Policy]:
    """Tariffs on one pair; every third has a cap and every fifth an export tax."""
    random = np.random.default_rng(seed)
    out = []
    for k in range(count):
        a, b = random.choice(world.regions, 2, replace=False)
        policy = Policy.of(world).add_tariff(random.uniform(0, 1), a, b, name=f"p{k}")
        if k % 3 == 0:
            policy = policy.set_cap(random.uniform(0, 1.1), b, a, world.sectors[k % 5], f"p{k}")
        if k % 5 == 0:
            tax = policy.export_tax.copy()
            tax.loc[{"exporter": a, "importer": b}] = 0.2
            policy = Policy(policy.tariff, tax, policy.iceberg, policy.cap, name=f"p{k}")
        out.append(policy)
    return out


def alone(world: World, policy: Policy, **options: str) -> xr.Dataset:
    eq = solve(world, policy, tol=1e-12, **options)  # type: ignore[arg-type]
    names = [name for name in RESULTS if name != "income"]
    return xr.Dataset({name: getattr(eq, name) for name in names} | {"income": eq.income})


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_every_result_is_that_of_the_one_scenario_solver(world: World, backend: str) -> None:
    if backend == "jax":
        pytest.importorskip("jax")
    policies = some(world, 9 if backend == "numpy" else 4)
    many = solve_many(world, policies, keep=list(RESULTS), backend=backend, lot=4, tol=1e-12)
    assert (many.status == "certified").all()
    assert (many.max_residual <= 1e-10).all()
    assert "lockstep" in many.method.values
    for policy in policies:
        one = alone(world, policy)
        got = many.sel(scenario=policy.name)
        for name in RESULTS:
            scale = np.abs(one[name].values).max() + 1e-12
            np.testing.assert_allclose(
                got[name].values, one[name].values, atol=1e-8 * scale, err_msg=name
            )


def test_one_failed_scenario_spoils_no_other(world: World) -> None:
    good = some(world, 4)
    first = world.regions[0]
    others = [r for r in world.regions if r != first]
    starved = Policy.of(world, "starved")
    for sector in world.sectors:
        starved = starved.set_cap(0.0, others, first, sector, "starved")
    one_way = starved  # bans on exports alone: imports could not be paid for
    elsewhere = Policy.of(random_world(4, 5), "elsewhere")
    many = solve_many(world, [good[0], one_way, good[1], elsewhere, *good[2:]])
    assert many.status.sel(scenario="elsewhere") == "InputError"
    assert many.status.sel(scenario="starved") == "CutOff"
    assert "other exporter labels" in str(many.message.sel(scenario="elsewhere").values)
    assert np.isnan(many.real_income.sel(scenario="starved")).all()
    clean = solve_many(world, good)
    names = [policy.name for policy in good]
    assert (many.status.sel(scenario=names) == "certified").all()
    np.testing.assert_allclose(
        many.real_income.sel(scenario=names), clean.real_income.sel(scenario=names), rtol=1e-9
    )


def test_baseline_and_closure_are_honoured(world: World) -> None:
    policies = some(world, 3)
    base = some(world, 4)[3]
    many = solve_many(world, policies, baseline=base, closure="world_share", horizon="short")
    for policy in policies:
        eq = solve(world, policy, baseline=base, closure="world_share", horizon="short")
        got = many.sel(scenario=policy.name)
        np.testing.assert_allclose(got.real_income, eq.real_income, rtol=1e-8)
        np.testing.assert_allclose(got.wages, eq.wages, rtol=1e-8)
    assert many.closure == "world_share"


def test_a_path_starts_each_scenario_from_the_last(world: World) -> None:
    a, b = world.regions[:2]
    path = [Policy.of(world).add_tariff(0.5 + k / 50, a, b, name=f"{k}") for k in range(8)]
    together, along = solve_many(world, path), solve_many(world, path, order="path")
    np.testing.assert_allclose(along.real_income, together.real_income, rtol=1e-8)
    assert along.evaluations[1:].mean() < together.evaluations[1:].mean()


def test_draws_are_solved_as_worlds_with_those_elasticities(world: World) -> None:
    errors = {"trade": world.elasticities.trade, "trade_std_error": world.elasticities.trade * 0.2}
    uncertain = world.with_elasticities(xr.Dataset(errors))
    draws = draw_elasticities(uncertain, 3, seed=1)
    draws["inputs"] = draws["inputs"] * xr.DataArray([1.0, 1.0, 0.9], dims="draw")
    policies = some(world, 4)
    base = some(world, 5)[4]
    many = solve_many(world, policies, draws=draws, baseline=base)
    assert many.real_income.dims == ("draw", "scenario", "region")
    assert (many.status == "certified").all()
    for d in range(3):
        one = world.with_elasticities(draws.isel(draw=d, drop=True))
        for policy in policies:
            eq = solve(one, policy, baseline=base)
            got = many.real_income.sel(draw=d, scenario=policy.name)
            np.testing.assert_allclose(got, eq.real_income, rtol=1e-8)
    assert float(many.real_income.std("draw").max()) > 1e-5


def test_draws_alike_but_for_trade_share_their_nests(world: World) -> None:
    draws = draw_elasticities(world, 3, seed=1)[["trade"]] * xr.DataArray(
        [1, 1.1, 1.2], dims="draw"
    )
    models = drawn(Model.of(world), draws)
    assert all(part.tech.recipe is models[0].tech.recipe for part in models)
    assert not np.array_equal(models[0].tech.theta, models[2].tech.theta)


def test_policies_of_one_name_are_numbered(world: World) -> None:
    same = [policy.renamed("same") for policy in some(world, 2)]
    assert list(solve_many(world, same).scenario.values) == ["same #1", "same #2"]
    named = solve_many(world, {"x": same[0], "y": same[1]})
    assert list(named.scenario.values) == ["x", "y"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"order": "random"}, "order"),
        ({"backend": "cuda"}, "backend"),
        ({"device": "gpu"}, "numpy backend"),
        ({"keep": ["happiness"]}, "result"),
        ({"tol": 1.0}, "tol"),
        ({"lot": 0}, "lot"),
        ({"horizon": "never"}, "horizon"),
        ({"closure": "open"}, "closure"),
        ({"draws": xr.Dataset()}, "draws"),
    ],
)
def test_wrong_options_are_refused(world: World, options: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        solve_many(world, some(world, 1), **options)


def test_no_policies_are_refused(world: World) -> None:
    with pytest.raises(InputError, match="no policies"):
        solve_many(world, [])


def test_draws_out_of_range_or_of_another_world_are_refused(world: World) -> None:
    draws = draw_elasticities(world, 2, seed=0)
    with pytest.raises(InputError, match="other sectors"):
        solve_many(world, some(world, 1), draws=draw_elasticities(random_world(3, 3), 2, seed=0))
    with pytest.raises(InputError, match="trade"):
        solve_many(world, some(world, 1), draws=draws.assign(trade=draws.trade * 0))
    with pytest.raises(InputError, match="taste"):
        solve_many(world, some(world, 1), draws=draws.assign(taste=draws.trade))


def test_without_jax_the_message_says_what_to_install(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(InputError, match=r"detente\[jax\]"):
        solve_many(world, some(world, 1), backend="jax")


def test_a_device_that_is_not_there_is_an_input_error(world: World) -> None:
    jax = pytest.importorskip("jax")
    if any(device.platform == "gpu" for device in jax.devices()):
        pytest.skip("there is a GPU here")
    with pytest.raises(InputError, match="gpu"):
        solve_many(world, some(world, 1), backend="jax", device="gpu")


def test_numpy_batches_do_not_load_jax() -> None:
    import subprocess

    code = "import sys, detente.economy; assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert economy.solve_many is solve_many
