"""Scenario overlays: what they change and what they refuse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from detente.errors import InputError
from detente.policy import Policy, load_scenario
from detente.world.synthetic import random_world

NAMES = ("USA", "CHN", "EU27")
SECTORS = ("farming", "services", "machines")


@pytest.fixture(scope="module")
def world():
    made = random_world(3, 3, seed=3)
    return made.relabel(
        regions=dict(zip(made.regions, NAMES, strict=True)),
        sectors=dict(zip(made.sectors, SECTORS, strict=True)),
    )


def write(folder: Path, text: str) -> Path:
    path = folder / "what-if.yaml"
    path.write_text(text)
    return path


def test_an_overlay_changes_what_it_names(world, tmp_path: Path) -> None:
    text = """
name: test
tariffs:
  - {importer: USA, exporter: [CHN, EU27], sectors: machines, set_pct: 60}
  - {importer: CHN, exporter: USA, add_pct: 10}
caps:
  - {exporter: CHN, importer: USA, sectors: [machines], quantity: 0.5}
rent_share: 0.25
"""
    base = Policy.of(world)
    out = load_scenario(write(tmp_path, text)).over(base)
    assert out.name == "test"
    assert out.rent_share == 0.25
    flow = {"importer": "USA", "exporter": "EU27", "sector": "machines"}
    assert float(out.tariff.sel(flow)) == pytest.approx(0.6)
    back = {"importer": "CHN", "exporter": "USA"}
    added = (out.tariff - base.tariff).sel(back)
    # Services carry no border measure unless a scenario names them.
    np.testing.assert_allclose(added.values, [0.1, 0.0, 0.1], atol=1e-15)
    capped = np.isfinite(out.cap.values)
    assert capped.sum() == 1
    at = {"exporter": "CHN", "importer": "USA", "sector": "machines"}
    assert float(out.cap.sel(at)) == 0.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tariffs: [{importer: USA, exporter: CHN}]", "add_pct or set_pct"),
        ("tariffs: [{importer: USA, exporter: CHN, add_pct: 1, set_pct: 2}]", "add_pct or set_pct"),
        ("tarifs: []", "tarifs"),
        ("tariffs: [{importer: USA, exporter: CHN, add_pct: .nan}]", "valid number"),
        ("tariffs: [{importer: USA, exporter: CHN, add_pct: 1e999}]", "finite"),
        ("caps: [{importer: USA, exporter: CHN, quantity: -1}]", "quantity"),
        ("name: a\nname: b", "twice"),
        ("- a list", "mapping"),
        ("name: [unclosed", "YAML"),
        ("name: 2025-02-30", "not a day"),
        ("? [a, b]\n: 1", "key must be a word"),
        ("name: " + "[" * 5000, "what-if"),
        ("rent_share: " + "9" * 6000, "rent_share"),
        ("tariffs: [{importer: USA, exporter: CHN, add_pct: true}]", "add_pct"),
        ("name: &a [x]\nbase: *a", "anchor"),
        ("name: a\0b", "what-if"),
    ],
)
def test_a_wrong_overlay_is_refused_in_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        load_scenario(write(tmp_path, text))
    assert "what-if.yaml" in str(caught.value)


def test_a_code_that_plain_yaml_takes_for_false_is_a_code(tmp_path: Path) -> None:
    scenario = load_scenario(
        write(tmp_path, "tariffs: [{importer: NO, exporter: CHN, add_pct: 5}]")
    )
    assert scenario.tariffs[0].importer == ("NO",)


def test_an_entry_on_home_sales_is_refused(world, tmp_path: Path) -> None:
    path = write(tmp_path, "tariffs: [{importer: USA, exporter: USA, add_pct: 5}]")
    with pytest.raises(InputError, match="home sales"):
        load_scenario(path).over(Policy.of(world))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.yaml"):
        load_scenario(tmp_path / "absent.yaml")


def test_an_unknown_region_is_refused(world, tmp_path: Path) -> None:
    path = write(tmp_path, "tariffs: [{importer: USA, exporter: ATL, add_pct: 5}]")
    with pytest.raises(InputError, match="ATL"):
        load_scenario(path).over(Policy.of(world))
