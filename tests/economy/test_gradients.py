"""Adjoint derivatives agree with central differences to 1e-6 on random directions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from detente.economy import Model, Rates, Solution, solve
from detente.economy.gradient import PARAMETERS, POLICY, SCALARS
from detente.errors import InputError
from detente.policy import Policy
from detente.world.synthetic import random_world

N, S = 4, 4
Array = np.ndarray
RICH = {
    "deficits": 0.2,
    "max_tariff": 0.3,
    "max_export_tax": 0.1,
    "max_profit": 0.2,
    "critical": 1,
    "cobb_douglas": False,
}
ABROAD = ~np.eye(N, dtype=bool)[:, :, None]


def results(done: Solution) -> dict[str, Array]:
    point = done.point
    return {
        "real_income": done.real_income,
        "income": point.income,
        "wages": np.exp(done.log_w),
        "consumer_prices": np.exp(point.log_consumer),
        "revenue": point.tariffs + point.export_taxes,
        "tariff_revenue": point.tariffs,
        "export_tax_revenue": point.export_taxes,
        "rents": point.rents,
        "profits": point.profits,
        "prices": np.exp(point.log_price).T,
        "costs": np.exp(point.log_cost).T,
        "output": point.output.T,
        "expenditure": point.spend.T,
        "trade": done.trade,
    }


def setting(model: Model, caps: bool) -> tuple[Rates, Solution]:
    random = np.random.default_rng(5)
    quo = model.status_quo
    cap = quo.cap
    if caps:
        chosen = ABROAD & (random.random((N, N, S)) < 0.5)
        cap = np.where(chosen, random.uniform(0.05, 1.2, (N, N, S)), np.inf)
    rates = Rates(
        quo.tariff + ABROAD * random.random((N, N, S)) * 0.3,
        quo.export_tax + ABROAD * random.random((N, N, S)) * 0.1,
        np.where(ABROAD, np.exp(0.1 * random.standard_normal((N, N, S))), 1.0),
        cap,
        0.6,
        0.3,
    )
    return rates, model.solve_arrays(rates, tol=1e-13)


def differences(value: Callable[[float], float], h: float) -> float:
    """Fourth-order central difference."""
    return (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h)


def changed(model: Model, name: str, move: Array) -> Model:
    tech = Model(model.accounts, model.elasticities, closure=model.closure)
    if name == "deficits":
        tech.tech = tech.tech._replace(deficit=tech.tech.deficit + move)
        return tech
    values = dict(model.elasticities)
    values[name] = values[name] + move
    return Model(model.accounts, values, closure=model.closure)


@pytest.mark.parametrize(
    ("kind", "closure", "caps"),
    [
        ({}, "fixed", False),
        (RICH, "fixed", True),
        (RICH, "world_share", True),
        (RICH, "zero", True),
    ],
)
def test_everything_against_central_differences(kind: dict, closure: str, caps: bool) -> None:
    model = Model.of(random_world(N, S, seed=31, **kind), "medium", closure)
    rates, done = setting(model, caps)
    assert not caps or (done.wedge > 0).sum() > 8
    random = np.random.default_rng(6)
    shapes = {1: (N,), 2: (N, S), 3: (N, N, S)}
    weights = {name: random.standard_normal(shapes[axes]) for name, axes in SCALARS.items()}
    for asked in (tuple(weights), ("real_income",)) if caps else (tuple(weights),):
        cotangents = {name: weights[name] for name in asked}

        def scalar(solution: Solution, names: tuple[str, ...] = asked) -> float:
            got = results(solution)
            return sum(float((weights[name] * got[name]).sum()) for name in names)

        gradient = done.adjoint.vjp(cotangents)
        size = max(np.abs(gradient["tariff"]).max(), 1e-3)
        for name in POLICY:
            way = random.standard_normal((N, N, S)) * ABROAD
            way = (
                np.where(np.isfinite(rates.cap), way * np.minimum(rates.cap, 1), 0)
                if name == "cap"
                else way
            )

            def at(step: float, name: str = name, way: Array = way) -> float:
                moved = getattr(rates, name) + np.where(way != 0, step * way, 0.0)
                return scalar(
                    model.solve_arrays(replace(rates, **{name: moved}), start=done, tol=1e-13)
                )

            exact = float((gradient[name] * way).sum())
            assert differences(at, 2e-4) == pytest.approx(exact, rel=1e-6, abs=1e-7 * size), name
        for name in PARAMETERS:
            if name.startswith("rent"):

                def by(step: float, name: str = name) -> float:
                    moved = replace(rates, **{name: getattr(rates, name) + step})
                    return scalar(model.solve_arrays(moved, start=done, tol=1e-13))

                exact = float(gradient[name])
            else:
                way = random.standard_normal(N if name == "deficits" else S)
                way = way - way.mean() if name == "deficits" else way
                way = np.ones(S) if name == "final" else way
                if name == "critical" and not kind:
                    continue  # a world without critical inputs has no such elasticity

                def by(step: float, name: str = name, way: Array = way) -> float:
                    other = changed(model, name, step * way)
                    return scalar(other.solve_arrays(rates, start=done, tol=1e-13))

                exact = float((gradient[name] * (1 if name == "final" else way)).sum())
            assert differences(by, 2e-4) == pytest.approx(exact, rel=1e-6, abs=1e-7 * size), name


def test_all_regions_at_once_and_own_instruments() -> None:
    model = Model.of(random_world(N, S, seed=32, **RICH))
    _, done = setting(model, True)
    for name, axis in (("tariff", "ninS->inS"), ("export_tax", "iinS->inS"), ("cap", "iinS->inS")):
        whole = done.adjoint.real_income(name)
        one = done.adjoint.vjp({"real_income": np.eye(N)[1] / done.real_income}, (name,))[name]
        assert np.allclose(whole[1], one, rtol=1e-9, atol=1e-12)
        own = done.adjoint.real_income(name, own=True)
        assert np.allclose(np.einsum(axis, whole), own, rtol=1e-9, atol=1e-13)


def test_the_gradient_ends_where_a_cap_is_slack() -> None:
    model = Model.of(random_world(N, S, seed=33))
    rates, done = setting(model, True)
    gradient = done.adjoint.vjp({"real_income": np.ones(N)}, ("cap",))["cap"]
    slack = np.isfinite(rates.cap) & (done.wedge == 0)
    assert slack.any()
    assert (gradient[slack] == 0).all()
    assert (gradient[done.wedge > 0] != 0).all()


def test_labelled_gradients_are_of_the_hats_that_are_shown() -> None:
    world = random_world(N, S, seed=34, **RICH)
    base = Policy.of(world).add_tariff(0.3, "R002", "R001")
    policy = Policy.of(world).add_tariff(0.5, "R001", "R002")
    got = solve(world, policy, baseline=base, tol=1e-13)
    slope = got.gradient("ev_musd", "R001")
    assert slope.dims == ("exporter", "importer", "sector")
    h = 1e-4

    def ev(step: float) -> float:
        moved = policy.add_tariff(step, "R003", "R002")
        return float(solve(world, moved, baseline=base, tol=1e-13).ev_musd.sel(region="R001"))

    exact = float(slope.sel(importer="R003", exporter="R002").sum())
    assert differences(ev, h) == pytest.approx(exact, rel=1e-6)

    def theta(step: float) -> float:
        e = world.elasticities.copy(deep=True)
        e["trade"].loc[{"sector": "S02"}] += step
        other = world.with_elasticities(e[["trade"]])
        return float(solve(other, policy, baseline=base, tol=1e-13).real_income.sel(region="R001"))

    exact = float(got.gradient("real_income", "R001", "trade").sel(sector="S02"))
    assert differences(theta, h) == pytest.approx(exact, rel=1e-6)


def test_wrong_questions_are_refused() -> None:
    world = random_world(3, 2, seed=1)
    got = solve(world, Policy.of(world))
    with pytest.raises(InputError, match="happiness"):
        got.gradient("happiness", "R001")
    with pytest.raises(InputError, match="R009"):
        got.gradient("wages", "R009")
    with pytest.raises(InputError, match="weather"):
        got.gradient("wages", "R001", "weather")
    with pytest.raises(InputError, match="partial"):
        solve(world, Policy.of(world), partial=True).gradient("wages", "R001")
