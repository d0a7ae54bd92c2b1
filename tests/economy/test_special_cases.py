"""The published special cases hold to 1e-9 against textbook solvers written in levels."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from detente.economy import Model, presets, solve
from detente.errors import InputError
from detente.policy import Policy
from detente.world.synthetic import random_world

_spec = importlib.util.spec_from_file_location(
    "oracles_textbook", Path(__file__).with_name("oracles_textbook.py")
)
assert _spec
assert _spec.loader
oracle = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(oracle)

N = 4
NAMES = list("ABCD")
EXACT = 1e-9
Array = np.ndarray


def labelled(values: Array) -> xr.DataArray:
    """exporter x importer x sector."""
    sectors = [f"s{k}" for k in range(values.shape[2])]
    coords = {"exporter": NAMES, "importer": NAMES, "sector": sectors}
    return xr.DataArray(values, coords, tuple(coords))


def tariffs(seed: int, S: int, high: float = 0.6) -> Array:
    rates = high * np.random.default_rng(seed).random((N, N, S))
    rates[np.arange(N), np.arange(N)] = 0
    return rates


def compare(world, policy_tariffs: Array, iceberg: Array | None, before, after, closure) -> None:
    policy = Policy.of(world)
    changed = {"tariff": policy.tariff.copy(data=policy_tariffs)}
    if iceberg is not None:
        changed["iceberg"] = policy.iceberg.copy(data=iceberg)
    policy = Policy(
        **{**{k: getattr(policy, k) for k in ("tariff", "export_tax", "iceberg", "cap")}, **changed}
    )
    got = solve(world, policy, closure=closure)
    wage = after["w"] / before["w"]
    real = after["income"] / after["P"] / (before["income"] / before["P"])
    assert np.abs(got.wages.values / wage - 1).max() < EXACT
    assert np.abs(got.real_income.values / real - 1).max() < EXACT
    scale = world.value_added.values.sum() / (before["w"] @ before["labour"])
    assert np.abs(got.trade.values - scale * after["flows"].reshape(got.trade.shape)).max() < (
        EXACT * scale * after["flows"].max()
    )


def test_armington() -> None:
    random = np.random.default_rng(1)
    taste, labour = random.lognormal(0, 1, (N, N)), random.lognormal(0, 1, N)
    t0, t1 = tariffs(2, 1)[:, :, 0], tariffs(3, 1, 2.0)[:, :, 0]
    before = oracle.armington(taste, labour, t0, 3.5) | {"labour": labour}
    after = oracle.armington(taste, labour, t1, 3.5)
    world = presets.armington(labelled(before["flows"][:, :, None]), 3.5, labelled(t0[:, :, None]))
    compare(world, t1[:, :, None], None, before, after, "zero")


def test_eaton_kortum() -> None:
    random = np.random.default_rng(4)
    T, labour = random.lognormal(0, 1, N), random.lognormal(0, 1, N)
    d0 = 1 + random.random((N, N)) * (1 - np.eye(N))
    change = 1 + 0.4 * random.random((N, N)) * (1 - np.eye(N))
    t0, t1 = tariffs(5, 1)[:, :, 0], tariffs(6, 1, 1.5)[:, :, 0]
    before = oracle.eaton_kortum(T, d0, labour, t0, 4.0, 0.4) | {"labour": labour}
    after = oracle.eaton_kortum(T, d0 * change, labour, t1, 4.0, 0.4)
    flows = labelled(before["flows"][:, :, None])
    world = presets.eaton_kortum(flows, 4.0, 0.4, labelled(t0[:, :, None]))
    compare(world, t1[:, :, None], change[:, :, None], before, after, "zero")


def test_ossa() -> None:
    random = np.random.default_rng(7)
    S = 3
    sigma = np.array([1.9, 3.6, 8.0])
    firms, labour = random.lognormal(0, 1, (N, S)), random.lognormal(0, 1, N)
    tau = 1 + random.random((N, N, S)) * (1 - np.eye(N))[:, :, None]
    mu = random.dirichlet(np.ones(S), N)
    t0, t1 = tariffs(8, S), tariffs(9, S, 1.2)
    before = oracle.ossa(firms, tau, labour, t0, sigma, mu) | {"labour": labour}
    after = oracle.ossa(firms, tau, labour, t1, sigma, mu)
    world = presets.ossa_2014(labelled(before["flows"]), sigma, labelled(t0))
    compare(world, t1, None, before, after, "zero")


@pytest.mark.parametrize("seed", [1, 2])
def test_caliendo_parro(seed: int) -> None:
    made = random_world(N, 3, seed=seed, max_tariff=0.3, deficits=0.3, cobb_douglas=False)
    world = presets.caliendo_parro_2015(made)
    rates = tariffs(seed + 10, 3, 1.0)
    unit = world.value_added.values.sum()
    after = oracle.caliendo_parro(
        world.flows.values / unit,
        world.input_use.values / unit,
        world.final_use.values / unit,
        world.tariffs.values,
        rates,
        world.elasticities["trade"].values[0],
        world.deficit.values / unit,
    )
    before = {
        "w": np.ones(N),
        "P": np.ones(N),
        "income": world.income.values / unit,
        "labour": world.value_added.values.sum(axis=1) / unit,
    }
    compare(world, rates, None, before, after, "fixed")


def test_nested_ces_costs_and_shares_at_an_equilibrium() -> None:
    """At the equilibrium's own prices: costs and input spending, one producer at a time."""
    world = random_world(N, 5, seed=3, critical=2, cobb_douglas=False, max_tariff=0.2)
    sigma = {
        "value_added": [0.5, 1, 1.4, 0, 2],
        "inputs": [0, 0.2, 1, 3, 10],
        "critical": [0, 0, 0.1, 0.2, 1],
    }
    e = world.elasticities.copy()
    for name, values in sigma.items():
        e[name] = (("horizon", "sector"), np.tile(np.array(values, float), (3, 1)))
    e["final"] = (("horizon", "sector"), np.full((3, 5), 0.3))
    world = world.with_elasticities(e[[*sigma, "final", "trade"]])
    policy = Policy.of(world).add_tariff(1.5, "R001", None).add_tariff(0.5, None, "R002")
    got = solve(world, policy)
    labour = world.value_added.values
    cost, share = oracle.nested(
        got.wages.values,
        got.prices.values,
        world.output.values,
        world.input_use.values,
        labour,
        [0, 1],
        *(np.array(values, float) for values in sigma.values()),
    )
    assert np.abs(got.costs.values / cost - 1).max() < EXACT
    spending = (share * got.output.values[:, None, :]).sum(axis=2)
    weights = world.final_use.values * got.prices.values**0.7
    spending += weights / weights.sum(axis=1, keepdims=True) * got.income.values[:, None]
    assert np.abs(got.expenditure.values / spending - 1).max() < EXACT
    paid = (got.output.values * (1 - share.sum(axis=1))).sum(axis=1)
    assert np.abs(paid / (got.wages.values * labour.sum(axis=1)) - 1).max() < EXACT


def test_the_cobb_douglas_limit_is_approached_from_both_sides() -> None:
    world = random_world(3, 4, seed=5)
    policy = Policy.of(world).add_tariff(1.0, "R001", "R002")
    exact = solve(world, policy).real_income.values
    for eps in (1e-7, -1e-7):
        e = world.elasticities.copy()
        for name in ("value_added", "inputs", "final"):
            e[name] = e[name] + eps
        near = solve(world.with_elasticities(e), policy).real_income.values
        assert np.abs(near - exact).max() < 1e-7
        assert np.abs(near - exact).max() > 0


def test_presets_refuse_what_they_cannot_be() -> None:
    flows = labelled(np.ones((N, N, 2)))
    with pytest.raises(InputError, match="sigma"):
        presets.armington(flows, 1.0)
    with pytest.raises(InputError, match="one sector"):
        presets.eaton_kortum(flows, 4.0, 0.5)
    with pytest.raises(InputError, match="labour_share"):
        presets.eaton_kortum(flows[:, :, :1], 4.0, 0.0)
    with pytest.raises(InputError, match="sigma"):
        presets.ossa_2014(flows, np.array([2.0, 0.9]))
    assert set(presets.REFERENCES) == {
        "armington",
        "eaton_kortum",
        "caliendo_parro_2015",
        "ossa_2014",
    }


def test_eaton_kortum_equals_armington_without_inputs() -> None:
    world = random_world(N, 1, seed=6, input_share=0.0)
    flows = world.flows
    one, two = presets.eaton_kortum(flows, 4.0, 1.0), presets.armington(flows, 5.0)
    results = []
    for made in (one, two):
        policy = Policy.of(made).add_tariff(0.7, "R001", "R003")
        results.append(solve(made, policy).real_income.values)
    assert np.abs(results[0] - results[1]).max() < 1e-12
    assert Model.of(one).tech.recipe.bundle.max() < 1e-12
