"""Caliendo and Parro (2015), Table 2, from the data pack; a tampered pack must not agree."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from detente.economy.replications.caliendo_parro_2015 import load, replicate
from detente.errors import InputError


@pytest.fixture(scope="module")
def pack(packs: Path) -> Path:
    pytest.importorskip("pyarrow")
    return packs / "caliendo_parro_2015"


def test_every_published_figure_agrees_and_the_exact_change_is_shown(pack: Path) -> None:
    done = replicate(pack)
    rows = {row.quantity: row for table in done.tables for row in table.rows}
    published = [row for table in done.tables for row in table.rows if row.published is not None]
    assert len(published) == 15
    assert done.agrees
    assert all(row.agrees for row in published)
    # the trap: the first-order total of Mexico is 1.31, the exact change on the same solution 0.007
    assert rows["Mexico: real income, zero deficits"].computed == pytest.approx(0.007, abs=5e-4)
    assert rows["Canada: real income, zero deficits"].computed == pytest.approx(-0.11, abs=5e-3)
    assert rows["USA: real income, zero deficits"].computed == pytest.approx(0.07, abs=5e-3)


def tampered(pack: Path, folder: Path) -> Path:
    copy = folder / "pack"
    shutil.copytree(pack, copy)
    theta = pd.read_csv(copy / "theta.csv")
    theta.loc[theta.sector.str.startswith("Auto"), "value"] = 1.84  # what the paper prints
    theta.to_csv(copy / "theta.csv", index=False)
    return copy


def test_a_tampered_input_does_not_agree(
    pack: Path, tmp_path: Path, cli: Callable[..., object]
) -> None:
    done = cli("replicate", "caliendo-parro-2015", "--json", "--data", tampered(pack, tmp_path))
    assert done.returncode == 1  # type: ignore[attr-defined]
    answer = json.loads(done.stdout)  # type: ignore[attr-defined]
    assert answer["agrees"] is False
    wrong = [r for t in answer["tables"] for r in t["rows"] if r["agrees"] is False]
    assert any(row["quantity"].startswith("Mexico") for row in wrong)


def test_an_incomplete_pack_is_refused_by_name(pack: Path, tmp_path: Path) -> None:
    copy = tmp_path / "pack"
    shutil.copytree(pack, copy)
    theta = pd.read_csv(copy / "theta.csv")
    theta.iloc[:-1].to_csv(copy / "theta.csv", index=False)
    with pytest.raises(InputError, match=r"theta\.csv"):
        load(copy)
    (copy / "deficit.csv").unlink()
    theta.to_csv(copy / "theta.csv", index=False)
    with pytest.raises(InputError, match=r"deficit\.csv"):
        load(copy)
    theta["value"] = np.nan
    theta.to_csv(copy / "theta.csv", index=False)
    shutil.copy(pack / "deficit.csv", copy)
    with pytest.raises(InputError, match="no number"):
        load(copy)
