"""`detente read`, `signals` and `evaluate-reading` as a user runs them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Cli = Callable[..., subprocess.CompletedProcess[str]]
TEXT = (
    "Canada imposed a 25% tariff on American steel on March 13, 2025. \x1b[2J“We regret that it "
    "has come to this,” Finance Minister Dominic LeBlanc said of the US tariffs in Ottawa.\n"
)
KEYS = {
    "kind", "actor", "target", "instrument", "rate_pct", "scope", "date", "announced_on", "place",
    "participants", "status", "speaker", "stance", "certainty", "salience", "evidence",
}  # fmt: skip


@pytest.fixture
def dispatch(tmp_path: Path) -> Path:
    path = tmp_path / "2025-03-14-agency.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_json_has_the_keys_and_nothing_else_on_standard_output(cli: Cli, dispatch: Path) -> None:
    done = cli("read", dispatch, "--published", "2025-03-14", "--json")
    assert done.returncode == 0, done.stderr
    out = json.loads(done.stdout)
    assert set(out["events"][0]) >= KEYS
    assert out["seconds"] > 0
    text = out["dispatches"][0]["text"]
    for event in out["events"]:
        for item in event["evidence"]:
            assert text[item["start"] : item["end"]] == item["text"]


def test_the_terminal_gets_no_control_characters(cli: Cli, dispatch: Path) -> None:
    done = cli("read", dispatch, "--published", "2025-03-14")
    assert done.returncode == 0
    assert "\x1b[2J" not in done.stdout
    assert "25%" in done.stdout
    assert done.stderr.rstrip().endswith(" s")


def test_standard_input(cli: Cli) -> None:
    done = cli("read", "-", "--published", "2025-03-14", "--json", input=TEXT)
    assert [e["kind"] for e in json.loads(done.stdout)["events"]] == [
        "measure_in_force",
        "statement",
    ]


def test_wrong_input_is_exit_2_and_one_line(cli: Cli, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    for arguments in (
        ["read", empty],
        ["read", tmp_path / "none.txt"],
        ["read", empty, "--published", "yesterday"],
        ["read", empty, "--reader", "llm"],
        ["evaluate-reading", tmp_path],
        ["signals", empty],
    ):
        done = cli(*arguments)
        assert done.returncode == 2, arguments
        assert done.stderr.startswith("detente: ")
        assert done.stderr.count("\n") == 1


def test_saving_asks_or_is_told(cli: Cli, dispatch: Path, tmp_path: Path) -> None:
    folder = tmp_path / "record"
    assert cli("record", "new", folder, "--base", "us-china").returncode == 0
    before = sorted(p.name for p in folder.iterdir())
    silent = cli("read", dispatch, "--published", "2025-03-14", "--save", folder, input="")
    assert silent.returncode == 2
    assert "--yes" in silent.stderr
    assert sorted(p.name for p in folder.iterdir()) == before
    done = cli("read", dispatch, "--published", "2025-03-14", "--save", folder, "--yes")
    assert done.returncode == 0, done.stderr
    assert len(list(folder.glob("*.yaml"))) > len(before)
    assert cli("record", "check", folder).returncode == 0


def test_signals_write_a_table(cli: Cli, dispatch: Path, tmp_path: Path) -> None:
    out = tmp_path / "stance.csv"
    done = cli("signals", dispatch, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["index"]
    assert out.read_text().splitlines()[0] == "day,side,index,signals"


def test_evaluate_reading(cli: Cli, dispatch: Path, tmp_path: Path) -> None:
    event = {"kind": "measure_in_force", "actor": ["CAN"], "target": ["USA"], "rate_pct": 25,
             "date": "2025-03-13", "status": "in_force", "instrument": "tariff"}  # fmt: skip
    gold = tmp_path / "2025-03-14-agency.json"
    gold.write_text(json.dumps({"published": "2025-03-14", "events": [event]}))
    done = cli("evaluate-reading", gold, dispatch, "--json")
    assert done.returncode == 0, done.stderr
    score = json.loads(done.stdout)["kind_actor_target_rate_date_status"]
    assert (score["both"], score["gold"], score["recall"]) == (1, 1, 1.0)
