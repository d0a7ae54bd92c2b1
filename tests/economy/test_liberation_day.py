"""Ignatenko et al. (2025): published tables, the special case, an optimum, a tampered pack."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from detente.economy import Model, Rates
from detente.economy.replications.liberation_day_2025 import (
    calibrate,
    columns,
    formula,
    load,
    on_imports,
    optimum,
    replicate,
)
from detente.economy.replications.liberation_day_2025_model import Economy, solve
from detente.economy.technology import Accounts
from detente.errors import InputError


@pytest.fixture(scope="module")
def folder(packs: Path) -> Path:
    return packs / "trade2023"


@pytest.fixture(scope="module")
def economy(folder: Path) -> Economy:
    return calibrate(load(folder))


def test_published_tables_agree_to_the_printed_digit(folder: Path) -> None:
    result = replicate(folder)
    counted = [row for table in result.tables for row in table.rows if row.published is not None]
    assert len(counted) == 14
    assert [row.quantity for row in counted if not row.agrees] == []
    assert result.agrees


def test_calibration_is_the_published_one(economy: Economy, folder: Path) -> None:
    us = load(folder).us
    assert economy.nu[us] == pytest.approx(0.270, abs=0.001)
    assert economy.nu[0] == pytest.approx(0.114, abs=0.001)
    assert economy.phi[us] == pytest.approx(1.433, abs=0.0005)
    assert economy.phi[0] == pytest.approx(1.151, abs=0.0005)


def test_optima_of_text_code_and_model_differ(economy: Economy, folder: Path) -> None:
    pack = load(folder)
    assert formula(economy, pack.us) == pytest.approx(0.218, abs=0.0005)
    rate, gain = optimum(economy, pack, lump_sum=False)
    assert (rate, gain) == (pytest.approx(0.251, abs=0.0005), pytest.approx(1.806, abs=0.0005))
    rate, gain = optimum(economy, pack, lump_sum=True)
    assert (rate, gain) == (pytest.approx(0.142, abs=0.0005), pytest.approx(0.514, abs=0.0005))


def test_no_tariff_changes_nothing(economy: Economy) -> None:
    done = solve(economy, np.zeros_like(economy.trade))
    np.testing.assert_allclose(columns(done), 0, atol=1e-7)


def test_markets_clear_in_levels(economy: Economy, folder: Path) -> None:
    """Every market is checked in dollars from the outcome alone."""
    pack = load(folder)
    tariff = on_imports(pack, pack.tariff)
    done = solve(economy, tariff)
    X, nu = done.trade, economy.nu
    earned = np.array([(1 - nu) @ X[i] + nu[i] * X[:, i].sum() for i in range(len(nu))])
    Y = done.w * done.L * economy.income
    np.testing.assert_allclose(earned, Y, rtol=1e-8)
    E = done.E * economy.spending
    np.testing.assert_allclose((X * (1 + tariff)).sum(axis=0), E, rtol=1e-9)
    T = economy.spending - economy.income
    np.testing.assert_allclose(
        E, (X * tariff).sum(axis=0) + Y + T * Y.sum() / economy.income.sum(), rtol=1e-8
    )
    assert economy.spending @ (done.P - 1) == pytest.approx(0, abs=1e-8 * economy.spending.sum())


def test_without_its_extras_it_is_one_sector_of_the_family() -> None:
    """phi = 1, nu = psi = kappa = 0: Armington with deficits fixed in world labour income."""
    random = np.random.default_rng(0)
    N, eps = 5, 4.0
    trade = random.uniform(0.1, 1, (N, N)) + 5 * np.eye(N)
    tariff = random.uniform(0, 1, (N, N)) * (1 - np.eye(N))
    zero, one = np.zeros(N), np.ones(N)
    done = solve(Economy(trade, zero, one, eps, 0.0, 0.0), tariff, tol=1e-13)
    flat = np.zeros((N, N, 1))
    accounts = Accounts(
        trade[:, :, None],
        np.zeros((N, 1, 1)),
        trade.sum(axis=0)[:, None],
        flat,
        flat,
        np.zeros((N, 1)),
    )
    unit = dict.fromkeys(("value_added", "inputs", "critical", "final"), np.ones(1))
    model = Model(accounts, {"trade": np.array([eps]), **unit})
    eq = model.solve_arrays(Rates(tariff[:, :, None], flat, flat + 1, flat + np.inf), tol=1e-13)
    np.testing.assert_allclose(done.E / done.P, eq.real_income, rtol=1e-9)
    relative = done.w / done.w[0]
    np.testing.assert_allclose(relative, np.exp(eq.log_w - eq.log_w[0]), rtol=1e-9)


def copied(folder: Path, to: Path) -> Path:
    to.mkdir()
    for name in ("trade_cepii.csv", "gdp.csv", "tariffs.csv", "ids.json"):
        shutil.copyfile(folder / name, to / name)
    return to


def test_a_tampered_pack_exits_1(folder: Path, tmp_path: Path, cli: Callable) -> None:
    pack = copied(folder, tmp_path / "pack")
    rates = (pack / "tariffs.csv").read_text().splitlines()
    rates[34] = "0.60"  # China, after the header
    (pack / "tariffs.csv").write_text("\n".join(rates) + "\n")
    done = cli("replicate", "liberation-day-2025", "--data", pack, "--json")
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["agrees"] is False


def test_the_command_says_what_agrees(folder: Path, cli: Callable) -> None:
    done = cli("replicate", "liberation-day-2025", "--data", folder, "--json")
    assert done.returncode == 0, done.stderr
    out = json.loads(done.stdout)
    assert out["agrees"] is True
    assert {"name", "tables", "seconds"} <= set(out)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("gdp.csv", "gdp\n1\n2\n", "same countries"),
        ("tariffs.csv", "applied_tariff\nhigh\n", "numbers"),
        ("tariffs.csv", None, "cannot be read"),
        ("ids.json", "{}", "position of US"),
        ("ids.json", '{"US": 500}', "position from 1"),
    ],
)
def test_a_bad_pack_is_refused(
    folder: Path, tmp_path: Path, name: str, text: str | None, words: str
) -> None:
    pack = copied(folder, tmp_path / "pack")
    (pack / name).unlink()
    if text is not None:
        (pack / name).write_text(text)
    with pytest.raises(InputError, match=words):
        load(pack)


def test_values_out_of_range_are_refused(folder: Path, tmp_path: Path) -> None:
    pack = copied(folder, tmp_path / "pack")
    lines = (pack / "gdp.csv").read_text().splitlines()
    lines[3] = "-5"
    (pack / "gdp.csv").write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError, match=r"gdp\.csv holds a value out of range"):
        load(pack)
