"""The shipped world: every property that is claimed of it, from the file as a user has it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from importlib import resources

import numpy as np
import pytest

from detente.world import World, draw_elasticities, load_world, shipped
from detente.world.checks import ELASTICITIES, HORIZONS

DATA = resources.files("detente.world") / "data"


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


def test_it_is_small_and_has_a_hash_a_year_sources_licences_and_notes(world: World) -> None:
    assert "detente-2022" in shipped()
    assert len((DATA / "detente-2022.npz").read_bytes()) < 1_000_000
    assert (world.name, world.year) == ("detente-2022", 2022)
    assert len(world.build_hash) == 64
    for text in (world.sources, world.licences, world.notes):
        assert len(text) >= 4
    assert any("Baseline tariffs, US side" in note for note in world.notes)
    assert any("Baseline tariffs, Chinese side" in note for note in world.notes)
    assert any("CC BY 4.0" in licence for licence in world.licences)


def test_labels_are_those_of_the_tables(world: World) -> None:
    assert world.regions == tuple(row["code"] for row in rows("regions.csv"))
    assert world.sectors == tuple(row["code"] for row in rows("sectors.csv"))
    assert world.critical == ("rare_earths",)


def test_accounts_balance_to_1e_9_and_nothing_is_negative(world: World) -> None:
    content = io.BytesIO((DATA / "detente-2022.npz").read_bytes())
    with np.load(content) as stored:  # raw numbers, not what World made of them
        flows, use = stored["flows"], stored["input_use"]
        final, tariffs = stored["final_use"], stored["tariffs"]
    for value in (flows, use, final, tariffs):
        assert np.isfinite(value).all()
        assert value.min() >= 0
    spent = (flows * (1 + tariffs)).sum(axis=0)
    used = use.sum(axis=2) + final
    assert np.abs(spent - used).max() <= 1e-9 * spent.max()
    np.testing.assert_allclose(used, spent, rtol=1e-9)
    output = flows.sum(axis=1)
    assert (output - use.sum(axis=1)).min() >= -1e-9 * output.max()
    income = (output - use.sum(axis=1)).sum(axis=1) + (flows * tariffs).sum(axis=(0, 2))
    income += flows.sum(axis=(0, 2)) - flows.sum(axis=(1, 2))
    np.testing.assert_allclose(final.sum(axis=1), income, rtol=1e-9)
    assert float(world.profit_share.max()) == 0
    assert float(abs(world.export_taxes).max()) == 0


def test_value_added_is_near_the_national_accounts(world: World) -> None:
    added = world.value_added.sum("sector") / 1e6
    assert float(added.sum()) == pytest.approx(97, rel=0.01)
    assert float(added.sel(region="USA")) == pytest.approx(25.9, rel=0.01)
    assert float(added.sel(region="CHN")) == pytest.approx(15.8, rel=0.01)
    assert any("17.9" in note for note in world.notes)


def test_the_tariffs_hold_what_is_said(world: World) -> None:
    tariffs = world.tariffs
    assert float(tariffs.sel(sector="services").max()) == 0
    home = np.arange(len(world.regions))
    assert float(abs(tariffs.values[home, home]).max()) == 0
    assert float(tariffs.sel(sector="food").max()) < 0.31  # capped, China's retaliation on top
    goods = [s for s in world.sectors if s != "services"]
    flows = world.flows.sel(sector=goods)
    paid = flows * tariffs.sel(sector=goods)

    def mean(exporter: str, importer: str) -> float:
        at = {"exporter": exporter, "importer": importer}
        return float(paid.sel(at).sum() / flows.sel(at).sum())

    # collected on Chinese goods in 2024: 10.9% (Census weights); North America is nearly free
    assert mean("CHN", "USA") == pytest.approx(0.11, abs=0.02)
    assert mean("CAN", "USA") < 0.005
    assert mean("MEX", "USA") < 0.01
    assert mean("USA", "CAN") < 0.01
    # above MFN, below the statutory 21.2% of January 2025, as waivers are taken off
    assert 0.08 < mean("USA", "CHN") < 0.15
    # farm goods were waived almost entirely, machinery in part
    extra = tariffs.sel(exporter="USA", importer="CHN") - tariffs.sel(
        exporter="JPN", importer="CHN"
    )
    assert 0.04 < float(extra.sel(sector="machinery")) < 0.09


def test_rare_earths_are_chinese_small_and_used_by_those_who_are_said_to(world: World) -> None:
    flows = world.flows.sel(sector="rare_earths")
    assert 0.88 < float(flows.sel(exporter="CHN").sum() / flows.sum()) < 0.95
    assert float(flows.sum()) < 20_000  # millions of USD
    exports = float(flows.sel(exporter="CHN").sum() - flows.sel(exporter="CHN", importer="CHN"))
    assert exports == pytest.approx(2860 + 424 + 105 + 83, rel=0.01)
    us = float(flows.sel(importer="USA").sum() - flows.sel(exporter="USA", importer="USA"))
    assert us == pytest.approx(617 + 8, rel=0.02)  # Census, and alloys without a code
    use = world.input_use.sel(input="rare_earths").sum("region")
    shares = use / (use.sum() + float(world.final_use.sel(sector="rare_earths").sum()))
    named = ["vehicles", "machinery", "electronics", "electrical", "petroleum"]
    assert float(shares.sel(sector=named).sum()) > 0.7
    assert float(shares.sel(sector="vehicles")) > 0.1


def test_every_elasticity_has_a_row_with_its_source(world: World) -> None:
    table = rows("elasticities.csv")
    assert len(table) == len(ELASTICITIES) * len(HORIZONS) * len(world.sectors)
    for row in table:
        at = {"horizon": row["horizon"], "sector": row["sector"]}
        value = float(world.elasticities[row["elasticity"]].sel(at))
        assert value == pytest.approx(float(row["value"]), rel=1e-5)
        error = float(world.elasticities[f"{row['elasticity']}_std_error"].sel(at))
        assert error == pytest.approx(float(row["std_error"]), rel=1e-5, abs=1e-12)
        assert row["source"].strip()
        assert row["confidence"] in ("high", "medium", "low")


def test_elasticities_rise_with_the_horizon_and_critical_ones_are_low(world: World) -> None:
    for name in ELASTICITIES:
        value = world.elasticities[name].sel(horizon=list(HORIZONS)).values
        assert (np.diff(value, axis=0) >= 0).all(), name
    assert float(world.elasticities["critical"].sel(horizon="short").max()) <= 0.2
    assert float(world.elasticities["critical"].sel(horizon="long").min()) >= 0.3
    long = world.elasticities["trade"].sel(horizon="long")
    assert 2 < float(long.min()) < float(long.max()) < 12


def test_draws_are_positive_and_centred(world: World) -> None:
    draws = draw_elasticities(world, 4000, 1, "medium")
    point = world.elasticities["trade"].sel(horizon="medium")
    np.testing.assert_allclose(draws["trade"].mean("draw"), point, rtol=0.05)
    assert float(draws["trade"].min()) > 0
    assert float(draws["critical"].std()) > 0


def test_it_loads_without_scipy_or_charts() -> None:
    code = (
        "import json, sys; from detente.world import load_world; load_world(); "
        "print(json.dumps([m for m in ('scipy', 'altair', 'jax') if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
