"""A user's own record: layered, atomic, safe against a second writer and hostile text."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from detente.errors import InputError
from detente.record import load_record, user

STATEMENT = {
    "statements": [
        {
            "id": "mine-1",
            "by": "USA",
            "date": "2026-11-20",
            "text": "A new threat of 50 points.",
            "effects": [
                {"role": "threat", "measure": "cn-general-2025", "rate_pct": 50.0,
                 "from": "2026-12-24"}
            ],
            "sources": ["my notes"],
        }
    ]
}  # fmt: skip


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    user.new(folder, "mine", "Mine", base="us-china", last_verified=date(2026, 11, 1))
    return folder


def small(folder: Path) -> Path:
    user.new(
        folder, "small", "Small", parties={"AAA": "A", "BBB": "B"}, last_verified=date(2026, 1, 1)
    )
    return folder


def words(n: int) -> dict:
    return {
        "statements": [
            {"id": f"s-{n}", "by": "AAA", "date": "2026-01-01", "text": f"Words {n}",
             "sources": ["s"]}
        ]
    }  # fmt: skip


def test_layered_over_the_shipped_record(mine: Path) -> None:
    before = len(load_record("us-china").statements)
    path = user.add(mine, STATEMENT)
    record = load_record(mine)
    assert path.name == "000001-mine-1.yaml"
    assert len(record.statements) == before + 1
    assert [c.plan for c in record.clocks("2026-11-22") if c.plan == "mine-1"] == ["mine-1"]
    assert len(load_record("us-china").statements) == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda e: e.pop("sources"), "has no sources"),
        (lambda e: e.update(by="XXX"), "no party"),
        (lambda e: e.update(id="us-threat-100"), "already the name"),
        (lambda e: e.update(colour="red"), "no key"),
        (lambda e: e.update(date="soon"), "YYYY-MM-DD"),
    ],
)
def test_a_wrong_entry_leaves_nothing(mine: Path, change, message: str) -> None:
    wrong = json.loads(json.dumps(STATEMENT))
    change(wrong["statements"][0])
    before = sorted(p.name for p in mine.iterdir())
    with pytest.raises(InputError, match=message) as refused:
        user.add(mine, wrong)
    assert "000001" not in str(refused.value), "a file that nobody can look into"
    assert sorted(p.name for p in mine.iterdir() if p.name != ".lock") == before


def test_all_entries_of_one_add_or_none(tmp_path: Path) -> None:
    folder = small(tmp_path / "r")
    two = words(1)
    two["statements"].append({"id": "s-2", "by": "AAA", "date": "2026-01-01", "text": "No source"})
    with pytest.raises(InputError):
        user.add(folder, two)
    assert not load_record(folder).statements


HOSTILE = (
    "<script>alert(1)</script> \x1b[31mred\x1b]0;title\x07 \u202egnp {{x}} '\"; 1e5 null: - # &a"
)


def test_hostile_text_comes_back_as_text_and_is_shown_as_text(
    tmp_path: Path, cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small(tmp_path / "r")
    for n, text in enumerate((HOSTILE, "1e5", "yes", "~", "2025-01-01", "- a", "a: b", "\u2028x")):
        entry = {"id": f"h-{n}", "by": "AAA", "date": "2026-01-01", "speaker": text,
                 "text": text, "sources": [text]}  # fmt: skip
        user.add(folder, entry, "statements")
    record = load_record(folder)
    assert record.statements[0].text == HOSTILE
    assert [s.text for s in record.statements[1:7]] == [
        "1e5", "yes", "~", "2025-01-01", "- a", "a: b",
    ]  # fmt: skip
    for args in (
        ("timeline", "--record", folder),
        ("diff", "--record", folder, "--known", "2025-01-01", "--known", "2026-02-01"),
        ("status", "--record", folder, "--on", "2026-02-01"),
        ("record", "check", folder),
    ):
        done = cli(*args)
        assert done.returncode == 0, done.stderr
        for char in "\x1b\x07\u202e":
            assert char not in done.stdout
    shown = cli("timeline", "--record", folder, "--json")
    assert json.loads(shown.stdout)["events"][0]["what"] == HOSTILE


def test_hostile_text_in_a_measure_is_shown_as_text(tmp_path: Path, cli) -> None:
    folder = small(tmp_path / "r")
    measure = {
        "measures": [{"id": "m", "title": HOSTILE, "imposer": "AAA", "targets": ["BBB"],
                      "instrument": "tariff", "authority": HOSTILE, "country_wide": True,
                      "scope": {"list": "all", "text": HOSTILE}}],
        "acts": [{"id": "a", "title": HOSTILE, "issuer": "AAA", "date": "2026-01-01",
                  "effects": [{"role": "base", "measure": "m", "rate_pct": 5,
                               "from": "2026-03-01", "until": "2026-04-01"}],
                  "sources": [HOSTILE]}],
    }  # fmt: skip
    user.add(folder, measure)
    out = tmp_path / "t.html"
    for args in (
        ("status", "--record", folder, "--on", "2026-02-01"),
        ("timeline", "--record", folder, "--out", out),
    ):
        done = cli(*args)
        assert done.returncode == 0, done.stderr
        assert "red" in done.stdout
        assert not set("\x1b\x07\u202e") & set(done.stdout)
    assert "<script>alert(1)" not in out.read_text(encoding="utf-8")


def test_two_writers_do_not_corrupt(tmp_path: Path) -> None:
    folder = small(tmp_path / "r")
    code = (
        "import sys; from detente.record import user\n"
        "for n in range(int(sys.argv[2]), int(sys.argv[2]) + 15):\n"
        "    user.add(sys.argv[1], {'statements': [{'id': f's-{n}', 'by': 'AAA',"
        " 'date': '2026-01-01', 'text': f'Words {n}', 'sources': ['s']}]})\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(folder), str(first)])
        for first in (0, 100)
    ]
    assert [w.wait(120) for w in writers] == [0, 0]
    record = load_record(folder)
    assert {s.id for s in record.statements} == {
        f"s-{n}" for first in (0, 100) for n in range(first, first + 15)
    }
    numbers = [p.name[:6] for p in folder.glob("0*.yaml")]
    assert len(set(numbers)) == len(numbers) == 30


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_killed_add_loses_nothing(tmp_path: Path) -> None:
    """Kill a writer at many moments: every entry it reported is there, and the record loads."""
    folder = small(tmp_path / "r")
    code = (
        "import sys; from detente.record import user\n"
        "n = int(sys.argv[2])\n"
        "while True:\n"
        "    user.add(sys.argv[1], {'statements': [{'id': f's-{n}', 'by': 'AAA',"
        " 'date': '2026-01-01', 'text': f'Words {n}', 'sources': ['s']}]})\n"
        "    print(n, flush=True); n += 1\n"
    )
    first, reported = 0, set()
    for attempt in range(8):
        writer = subprocess.Popen(
            [sys.executable, "-c", code, str(folder), str(first)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        reported.add(int(writer.stdout.readline()))  # it has begun
        time.sleep(0.003 * attempt + 0.0017)
        os.kill(writer.pid, signal.SIGKILL)
        reported |= {int(x) for x in writer.stdout.read().split("\n")[:-1] if x}
        writer.wait()
        writer.stdout.close()
        found = {int(s.id[2:]) for s in load_record(folder).statements}
        assert reported <= found
        first = max(found) + 1
    user.add(folder, words(first))  # no lock is left behind
    assert f"s-{first}" in {s.id for s in load_record(folder).statements}


def test_commands_start_add_check_and_import(tmp_path: Path, cli) -> None:
    folder = tmp_path / "own"
    assert cli("record", "new", folder, "--party", "USA=United States", "--party",
               "CHN=China").returncode == 0  # fmt: skip
    again = cli("record", "new", folder, "--base", "us-china")
    assert again.returncode == 2
    assert "exists" in again.stderr
    facts = tmp_path / "facts.csv"
    facts.write_text(
        "id,date,kind,actor,target,instrument,authority,rate_pct,scope,effective_from,"
        "effective_until,known_status_after,note,source_1,confidence,measure\n"
        "F1,2025-02-01,measure_in_force,USA,CHN,tariff,EO,10,all goods,2025-02-04,2025-03-04,"
        "raised later,note,paper,high,\n"
        "F2,2025-03-03,measure_in_force,USA,CHN,tariff,EO 2,20,all goods,2025-03-04,,,n,paper,high,"
        "f1-measure\n"
        "F3,2025-04-01,threat,USA,CHN,tariff,,50,all goods,2025-05-01,,,more,paper,high,\n"
        "F4,2025-04-02,measure_in_force,USA,CHN,tariff,EO,5-10,some,2025-05-01,,,n,paper,high,\n",
        encoding="utf-8",
    )
    taken = cli("record", "import", folder, facts, "--json")
    assert taken.returncode == 0, taken.stderr
    assert [s["id"] for s in json.loads(taken.stdout)["skipped"]] == ["F4"]
    record = load_record(folder)
    # The hindsight columns are not loaded: on 1 March nobody knew of the rise.
    assert record.measure("f1-measure", "2025-03-10", "2025-03-01").rate_pct == 10
    assert record.measure("f1-measure", "2025-03-10").rate_pct == 20
    assert record.measure("f3-measure", "2025-04-10", "2025-04-10").status == "threatened"
    entry = tmp_path / "entry.yaml"
    entry.write_text("id: s\nby: USA\ndate: 2025-06-01\ntext: T\nsources: [x]\n", encoding="utf-8")
    assert cli("record", "add", folder, entry, "--section", "statements").returncode == 0
    wrong = cli("record", "add", folder, entry, "--section", "statements")
    assert wrong.returncode == 2
    assert wrong.stderr.count("\n") == 1
    checked = cli("record", "check", folder, "--json")
    assert json.loads(checked.stdout)["entries"]["statements"] == 2


def test_a_folder_that_is_none(cli, tmp_path: Path) -> None:
    for args in (("record", "check", tmp_path / "none"), ("status", "--record", tmp_path)):
        done = cli(*args)
        assert done.returncode == 2
        assert done.stderr.startswith("detente: ")
