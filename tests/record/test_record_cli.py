"""The commands on the record: keys, days, wrong input, pictures, nothing learned later."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

KEYS = {
    "id", "title", "imposer", "targets", "instrument", "rate_pct", "suspended_pct", "default_pct",
    "status", "effective_from", "effective_until", "known_on", "authority", "scope", "sources",
}  # fmt: skip
THAT_DAY = ("--on", "2025-10-18", "--known", "2025-10-18")


def test_status_keys_and_figures_of_18_october_2025(cli) -> None:
    done = cli("status", *THAT_DAY, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["on"], found["known"], found["parties"]) == (
        "2025-10-18",
        "2025-10-18",
        ["USA", "CHN"],
    )
    assert all(set(m) >= KEYS for m in found["measures"])
    assert all(m["sources"] and m["known_on"] <= "2025-10-18" for m in found["measures"])
    totals = {(t["importer"], t["exporter"]): t for t in found["totals"]}
    assert totals["USA", "CHN"]["country_wide_pct"] == 30
    assert totals["CHN", "USA"]["country_wide_pct"] == 10
    assert 30 < totals["USA", "CHN"]["average_pct"] < 60
    dates = {c["date"] for c in found["clocks"]}
    assert {"2025-11-01", "2025-11-08", "2025-11-09", "2025-11-10", "2025-12-01"} <= dates
    assert all(set(c) >= {"date", "what", "default", "measures"} for c in found["clocks"])
    assert found["last_verified"]
    assert found["seconds"] > 0


def test_status_text_shows_the_day_and_nothing_later(cli) -> None:
    done = cli("status", *THAT_DAY)
    assert done.returncode == 0, done.stderr
    for words in ("30, and 24 suspended", "30 to 54 points", "US fentanyl tariff", "threatened",
                  "2025-11-10", "Notice 57", "critical software"):  # fmt: skip
        assert words in done.stdout, words
    # What came later: Busan, the ruling, the surcharge, the duty of 2026, the extensions.
    for words in ("Busan", "annul", "surcharge", "2026-11-10", "2027", "Section 122"):
        assert words not in done.stdout, words
    assert done.stderr.strip().endswith(" s")


def test_status_loads_neither_scipy_nor_charts() -> None:
    code = (
        "import sys; sys.argv = ['detente', 'status', '--on', '2025-10-18']\n"
        "from detente.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "bad = {'scipy', 'altair', 'pandas', 'xarray', 'jax', 'matplotlib'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(bad)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_status_of_two_other_parties(cli) -> None:
    found = json.loads(cli("status", *THAT_DAY, "--parties", "USA", "VNM", "--json").stdout)
    assert [m["imposer"] for m in found["measures"]] == ["USA"] * len(found["measures"])
    assert not any(c["agreement"] for c in found["clocks"])  # the truce is with China
    total = next(t for t in found["totals"] if t["importer"] == "USA")
    assert total["country_wide_pct"] == 20  # the country rate of August 2025, not 10 and 20


@pytest.mark.parametrize(
    "args",
    [
        ("status", "--on", "18.10.2025"),
        ("status", "--on", "2025-02-30"),
        ("status", "--parties", "USA,ATLANTIS"),
        ("status", "--parties", "USA"),
        ("status", "CHN"),
        ("status", "--record", "us-mars"),
        ("diff", "--known", "2025-10-27"),
        ("diff", "--known", "2025-10-27", "--known", "2025-10-15"),
        ("timeline", "--measure", "nothing"),
        ("timeline", "--from", "2025-02-01", "--to", "2025-01-01"),
        ("timeline", "--out", "picture.gif"),
    ],
)
def test_wrong_input_gets_one_sentence_and_status_2(cli, args, tmp_path: Path) -> None:
    done = cli(*args, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("detente: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert not list(tmp_path.iterdir())


def test_diff_shows_what_was_learned_at_kuala_lumpur(cli) -> None:
    done = cli("diff", "--known", "2025-10-15", "--known", "2025-10-27", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert all("2025-10-15" < e["known"] <= "2025-10-27" for e in found["entries"])
    ids = {e["id"] for e in found["entries"]}
    assert {"us-100-off-the-table", "round-5-kuala-lumpur", "kuala-lumpur-framework"} <= ids
    changed = {m["id"]: m for m in found["measures"]}
    surtax = changed["us-surtax-threat-2025"]
    assert (surtax["before"]["status"], surtax["after"]["status"]) == ("threatened", "withdrawn")
    assert "us-ieepa-fentanyl" not in changed
    assert "us-threat-100" in {c["threat"] for c in found["clocks"]["gone"]}
    text = cli("diff", "--known", "2025-10-15", "--known", "2025-10-27").stdout
    assert "threatened -> withdrawn" in text


def test_timeline_in_order_within_its_span(cli) -> None:
    done = cli("timeline", "--from", "2025-05-01", "--to", "2025-06-01", "--json")
    events = json.loads(done.stdout)["events"]
    days = [e["date"] for e in events]
    assert days == sorted(days)
    assert days[0] >= "2025-05-01"
    assert days[-1] < "2025-06-01"
    assert "us-eo-14298" in {e["id"] for e in events}
    early = cli("timeline", "--from", "2025-05-01", "--known", "2025-05-11", "--json")
    assert "us-eo-14298" not in {e["id"] for e in json.loads(early.stdout)["events"]}


@pytest.mark.parametrize("ending", ["svg", "png", "html"])
def test_timeline_pictures(cli, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"timeline.{ending}"
    done = cli("timeline", "--from", "2025-01-01", "--out", out)
    assert done.returncode == 0, done.stderr
    data = out.read_bytes()
    assert len(data) > 5000
    if ending == "png":
        assert data.startswith(b"\x89PNG")
    else:
        text = data.decode()
        assert "<svg" in text
        assert "<script" not in text
        assert "United States on China" in text


def test_picture_steps_are_the_totals() -> None:
    from datetime import date

    from detente.record import load_record
    from detente.record.picture import steps

    record = load_record()
    rows = steps(record, None, date(2025, 1, 1), date(2026, 10, 1))
    peak = max(r["points"] for r in rows if r["pair"].startswith("United States"))
    assert peak == 145
    assert max(r["points"] for r in rows if r["pair"].startswith("China")) == 125


def test_the_worked_example_of_another_conflict(cli) -> None:
    folder = Path(__file__).resolve().parents[2] / "docs" / "examples" / "us-canada"
    done = cli(
        "status", "--record", folder, "--on", "2025-03-10", "--known", "2025-03-10", "--json"
    )
    assert done.returncode == 0, done.stderr
    states = {m["id"]: m for m in json.loads(done.stdout)["measures"]}
    assert (states["us-border-tariff"]["rate_pct"], states["us-border-tariff"]["rate_low_pct"]) == (
        25,
        10,
    )
    assert states["ca-surtax-2"]["status"] == "withdrawn"
    assert "us-ad-surtax" not in states
    assert "USMCA" in states["us-border-tariff"]["scope"]
    # Put off on 3 February before it began; annulled in 2026; not all was repealed.
    from detente.record import load_record

    record = load_record(folder)
    assert record.measure("us-border-tariff", "2025-02-10", "2025-02-02").status == "in_force"
    assert record.measure("us-border-tariff", "2025-02-10", "2025-02-03").status == "announced"
    assert record.measure("us-border-tariff", "2026-02-24").status == "annulled"
    assert record.measure("ca-surtax-1", "2025-09-01").status == "revoked"
    assert record.measure("ca-surtax-metals", "2025-09-01").status == "in_force"
    assert record.measure("us-ad-surtax", "2025-12-01").status == "threatened"
