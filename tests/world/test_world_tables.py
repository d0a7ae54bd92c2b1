"""Worlds as CSV tables: a round trip, and one broken folder for every rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xarray as xr

from detente.errors import InputError
from detente.world import random_world
from detente.world.tables import read_tables, write_tables

FLOWS = "exporter,importer,sector,value\nA,A,x,10\nB,B,x,8\nA,B,x,2\nB,A,x,1\nA,A,y,5\nB,B,y,5\n"
ELASTICITIES = (
    "elasticity,horizon,sector,value\ntrade,all,all,5\ntrade,short,x,2\nvalue_added,all,all,1\n"
    "inputs,all,all,1\ncritical,all,all,0\nfinal,all,all,1\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "flows.csv").write_text(FLOWS)
    (tmp_path / "elasticities.csv").write_text(ELASTICITIES)
    return tmp_path


def test_a_world_survives_the_round_trip(tmp_path: Path) -> None:
    world = random_world(
        4, 4, 2, density=0.5, deficits=0.3, max_tariff=0.3, max_export_tax=0.1, max_profit=0.1,
        critical=1, cobb_douglas=False,
    )  # fmt: skip
    write_tables(world, tmp_path)
    back = read_tables(tmp_path)
    order = {"exporter": list(world.regions), "importer": list(world.regions)}
    order |= {"sector": list(world.sectors)}
    xr.testing.assert_identical(back.flows.sel(order), world.flows)
    for name in ("input_use", "final_use", "tariffs", "export_taxes", "profit_share"):
        value = getattr(world, name)
        xr.testing.assert_allclose(getattr(back, name).reindex_like(value), value, rtol=1e-15)
    xr.testing.assert_allclose(
        back.elasticities.reindex_like(world.elasticities), world.elasticities
    )
    assert (back.critical, back.name, back.notes) == (world.critical, world.name, world.notes)


def test_final_use_follows_from_the_flows(folder: Path) -> None:
    (folder / "tariffs.csv").write_text("exporter,importer,sector,value\nA,B,x,0.5\n")
    (folder / "input_use.csv").write_text("region,input,sector,value\nA,x,y,1\n")
    world = read_tables(folder, year=2001)
    assert world.year == 2001
    assert float(world.final_use.sel(region="A", sector="x")) == pytest.approx(10)
    assert float(world.final_use.sel(region="B", sector="x")) == pytest.approx(8 + 2 * 1.5)
    assert float(world.elasticities["trade"].sel(horizon="short", sector="x")) == 2
    assert float(world.elasticities["trade"].sel(horizon="short", sector="y")) == 5


BROKEN = {
    "negative": ("flows.csv", FLOWS + "A,B,y,-3\n", "flows.csv, line 8: value -3 is negative"),
    "no number": ("flows.csv", FLOWS + "A,B,y,much\n", "line 8: value 'much' is not a number"),
    "NaN": ("flows.csv", FLOWS + "A,B,y,nan\n", "line 8: value 'nan' is not a number"),
    "twice": ("flows.csv", FLOWS + "A,B,x,3\n", "line 8: A, B, x comes twice"),
    "column": ("flows.csv", "exporter,importer,value\nA,A,1\n", "has no column 'sector'"),
    "empty": ("flows.csv", "", "is not a CSV table"),
    "no rows": ("flows.csv", "exporter,importer,sector,value\n", "has no rows"),
    "region": (
        "tariffs.csv",
        "exporter,importer,sector,value\nA,C,x,0.1\n",
        "tariffs.csv, line 2: importer 'C' is not in flows.csv",
    ),
    "sector": (
        "input_use.csv",
        "region,input,sector,value\nA,z,x,1\n",
        "input_use.csv, line 2: input 'z' is not in flows.csv",
    ),
    "unbalanced": ("final_use.csv", "region,sector,value\nA,x,1\n", "do not balance"),
    "elasticity": (
        "elasticities.csv",
        ELASTICITIES + "sigma,all,all,1\n",
        "line 8: elasticity 'sigma' is unknown",
    ),
    "no elasticity": (
        "elasticities.csv",
        "elasticity,horizon,sector,value\ntrade,all,all,5\n",
        "has no value for value_added, short, 'x'",
    ),
    "about": ("about.json", '{"year": "2001"}', "'year' is \"2001\"; give one int"),
    "about key": ("about.json", '{"jahr": 2001}', "unknown key 'jahr'"),
    "about text": ("about.json", "{", "about.json is not JSON"),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_table_is_refused_with_file_and_line(rule: str, folder: Path) -> None:
    name, text, says = BROKEN[rule]
    (folder / name).write_text(text)
    with pytest.raises(InputError, match=re.escape(says)) as caught:
        read_tables(folder)
    assert "\n" not in str(caught.value)


def test_a_missing_table_is_named(folder: Path) -> None:
    (folder / "elasticities.csv").unlink()
    with pytest.raises(InputError, match=r"elasticities\.csv is missing"):
        read_tables(folder)
    with pytest.raises(InputError, match="is not a folder"):
        read_tables(folder / "nowhere")
