"""Ossa (2014): the published tables from the pack, the textbook solver, and a tampered pack."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from detente.errors import InputError
from detente.game.replications import ossa2014
from detente.game.replications.ossa2014 import NASH, OPTIMAL, REGIONS, load, replicate
from game.oracle_ossa import Ossa


@pytest.fixture(scope="module")
def pack(packs: Path) -> Path:
    return packs / "ossa2014"


def test_trade_is_balanced_as_the_textbook_does(pack: Path) -> None:
    raw, world, _ = load(pack)
    sigma = np.array(raw.elasticities["trade"].sel(horizon="medium")) + 1
    mine = Ossa(raw.flows.values, raw.tariffs.values, sigma).balanced()
    assert world.flows.values == pytest.approx(mine.T / mine.wages.sum() * float(
        world.value_added.sum()), rel=1e-7)  # fmt: skip
    assert float(abs(world.deficit).max()) < 1e-6 * float(world.income.sum())


@pytest.mark.slow
def test_published_tables_agree(pack: Path) -> None:
    result = replicate(pack)
    assert result.agrees
    named = {table.table: table for table in result.tables}
    assert [row.published for row in named["3: optimal tariffs"].rows[:7]] == list(OPTIMAL)
    assert [row.published for row in named["4: Nash tariffs"].rows[:7]] == list(NASH)
    assert all(row.published is None for row in named["Political weights"].rows)
    counted = sum(row.agrees is not None for table in result.tables for row in table.rows)
    assert counted == 8 + 4 + 10 + 9 + 3
    gains = [row.computed for row in named["5: cooperation"].rows]
    assert gains == pytest.approx([3.425, 0.524, 0.0294], abs=2e-3)
    assert named["4, checked"].rows[0].computed < 1e-6
    # tilting weights explains how observed tariffs differ, where they are not prohibitive
    fits = {r.quantity: r.computed for r in named["Political weights"].rows}
    assert all(fits[f"{r}: correlation of tariffs"] > 0.95 for r in REGIONS if r != "JPN")


def test_nash_of_the_paper_by_the_textbook(pack: Path) -> None:
    _, world, _ = load(pack)
    table, war = ossa2014._table4(world, {})
    game = ossa2014._game(world, ossa2014._tariffs(world), {})
    sigma = np.array(world.elasticities["trade"].sel(horizon="medium")) + 1
    mine = Ossa(world.flows.values, world.tariffs.values, sigma)
    want = 100 * (mine.solve(game.levers.arrays(war.x)["tariff"])["welfare"] - 1)
    assert [row.computed for row in table.rows[:7]] == pytest.approx(want.tolist(), abs=1e-5)


@pytest.mark.parametrize("rank", [0, 3, 7])
def test_a_largest_flow_changed_by_a_tenth_does_not_agree(
    pack: Path, tmp_path: Path, cli, rank: int
) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(pack, folder)
    file = folder / "trade_ijs.csv"
    file.chmod(0o644)
    flows = np.loadtxt(file, delimiter=",")
    flows.ravel()[np.argsort(flows, axis=None)[-1 - rank]] *= 1.1
    np.savetxt(file, flows, delimiter=",", fmt="%.9g")
    raw, _, _ = load(folder)
    assert not all(row.agrees for row in ossa2014._data(raw).rows)
    if rank == 0:
        done = cli("replicate", "ossa2014", "--data", folder)
        assert done.returncode == 1, done.stderr


def test_a_broken_pack_is_refused(pack: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(pack, folder)
    folder.chmod(0o755)
    (folder / "sigma_s.csv").chmod(0o644)
    (folder / "sigma_s.csv").write_text("1,2,3\n")
    with pytest.raises(InputError, match=r"sigma_s\.csv"):
        load(folder)
    (folder / "sigma_s.csv").unlink()
    with pytest.raises(InputError, match=r"no sigma_s\.csv"):
        load(folder)
