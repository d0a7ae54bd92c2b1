"""`detente world`, run as a user runs it."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from detente.cli import main
from detente.world import load_world, random_world


def test_info_prints_totals_sources_licences_hash_and_notes(cli) -> None:
    done = cli("world", "info")
    assert done.returncode == 0
    world = load_world()
    shown = " ".join(done.stdout.split())
    for text in ("value added 96.95", world.build_hash[:40], "CC BY 4.0", "Baseline tariffs"):
        assert text in shown
    assert done.stderr.strip().endswith(" s")
    result = json.loads(cli("world", "info", "detente-2022", "--flows", "3", "--json").stdout)
    assert result["build_hash"] == world.build_hash
    assert len(result["largest_flows"]) == 3
    assert result["totals_musd"]["value_added"] == pytest.approx(float(world.value_added.sum()))
    assert result["seconds"] > 0


def test_list_names_the_shipped_world(cli) -> None:
    assert "detente-2022" in cli("world", "list").stdout
    assert json.loads(cli("world", "list", "--json").stdout)["worlds"][0]["year"] == 2022


def test_export_import_aggregate_split(cli, tmp_path) -> None:
    world = random_world(4, 3, 1, max_tariff=0.2)
    world.save(tmp_path / "w.npz")
    assert cli("world", "export", tmp_path / "w.npz", "--out", tmp_path / "t").returncode == 0
    done = cli("world", "import", tmp_path / "t", "--out", tmp_path / "b.npz", "--year", "1999")
    assert done.returncode == 0, done.stderr
    back = load_world(tmp_path / "b.npz")
    assert (back.year, back.regions) == (1999, world.regions)
    np.testing.assert_array_equal(back.flows.values, world.flows.values)

    done = cli("world", "aggregate", tmp_path / "w.npz", "--regions", "both=R001,R002",
               "--out", tmp_path / "a.npz", "--json")  # fmt: skip
    assert json.loads(done.stdout)["regions"] == ["both", "R003", "R004"]
    small = load_world(tmp_path / "a.npz")
    assert (small.name, small.build_hash) == ("a", "")
    assert "Added up from" in small.notes[-1]
    done = cli("world", "split", tmp_path / "w.npz", "S01", "--into", "p=0.25,q=0.75",
               "--out", tmp_path / "s.npz")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert load_world(tmp_path / "s.npz").sectors == ("p", "q", "S02", "S03")
    done = cli("world", "split", tmp_path / "w.npz", "S01", "S02", "--into", "m",
               "--share", "S01=0.1", "--share", "S02=0.2", "--critical",
               "--out", tmp_path / "c.npz")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert load_world(tmp_path / "c.npz").critical == ("m",)


def test_build_writes_the_shipped_world_and_says_what_it_did(cli, packs, tmp_path) -> None:
    pytest.importorskip("pyarrow")
    done = cli("world", "build", "--data", packs, "--out", tmp_path / "new.npz")
    assert done.returncode == 0, done.stderr
    assert "moved_share_of_input_use: 0.1" in done.stdout
    assert load_world(tmp_path / "new.npz").build_hash == load_world().build_hash


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["info", "nowhere"], "There is no world 'nowhere'"),
        (["info", "bad.npz"], "'flows' is negative"),
        (["aggregate", "detente-2022", "--out", "o.npz"], "Nothing to add up"),
        (["aggregate", "detente-2022", "--regions", "a=XXX", "--out", "o.npz"], "no region 'XXX'"),
        (["aggregate", "detente-2022", "--regions", "a", "--out", "o.npz"], "NEW=MEMBER"),
        (["split", "detente-2022", "steel", "--into", "a=x,b=1", "--out", "o.npz"], "NAME=SHARE"),
        (["split", "detente-2022", "steel", "--into", "a=.5,b=.6", "--out", "o.npz"], "add up to"),
        (["import", ".", "--out", "o.npz"], "flows.csv is missing"),
        (["import", ".", "--out", "o.txt"], "does not end in .npz"),
        (["build", "--data", ".", "--out", "o.npz"], "is missing"),
    ],
)
def test_wrong_input_gets_a_sentence_and_status_2(
    tmp_path, monkeypatch, capsys, arguments, says: str
) -> None:
    world = random_world(2, 2, 1)
    world.save(tmp_path / "bad.npz")
    with np.load(tmp_path / "bad.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["flows"][0, 0, 0] = -1.0
    np.savez(tmp_path / "bad.npz", **arrays)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["detente", "world", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr()
    assert ended.value.code == 2
    assert says in shown.err
    assert len(shown.err.strip().splitlines()) == 1
    assert shown.out == ""
    assert not (tmp_path / "o.npz").exists()
