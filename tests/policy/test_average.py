"""Average tariffs against the published series, and the command."""

from __future__ import annotations

import csv
import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from detente.errors import InputError
from detente.policy.average import averages, has_weights, published, series
from detente.policy.coverage import american
from detente.record import load_record

# Trade War Redux tracker, country-by-time.csv (github.com/tradewartracker/trade-war-redux-2025):
# additional duty since 2025 on imports from China, to which its 2024 level of 10.9 is added.
TRACKER = {
    "2025-06-03": 28.5,
    "2025-08-07": 31.1,
    "2025-10-14": 31.0,
    "2025-11-14": 18.9,
    "2026-04-06": 10.3,
    "2026-07-24": 11.9,
}
BASE = 10.9


def us_on_china(day: str, known: str | None = None) -> float:
    seen = None if known is None else date.fromisoformat(known)
    found = averages(load_record("us-china"), date.fromisoformat(day), seen)
    return next(a.average_pct for a in found if a.importer == "USA")


@pytest.mark.parametrize("day", TRACKER)
def test_within_two_points_of_the_tracker(day: str) -> None:
    assert us_on_china(day) == pytest.approx(TRACKER[day] + BASE, abs=2)


def test_restated_figures_are_those_of_the_record_pack(shared: Path) -> None:
    with (shared / "record" / "us_china_rates.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    theirs = {
        r["date"]: float(r["rate_pct"])
        for r in rows
        if r["series"] == "Trade War Redux tracker" and "additional" in r["measure"]
    }
    assert {day: theirs[day] for day in TRACKER} == TRACKER
    known = {
        (r["date"], r["importer"], float(r["rate_pct"])) for r in rows if "PIIE" in r["series"]
    }
    for entry in published():
        if entry.series == "piie":
            assert (entry.date.isoformat(), entry.importer, entry.average_pct) in known


def test_the_base_is_what_was_collected() -> None:
    (found,) = averages(load_record("us-china"), date(2024, 7, 1), pairs=(("USA", "CHN"),))
    assert found.base_pct == pytest.approx(BASE, abs=0.05)
    assert found.added_pct == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(
    ("day", "published_pct"),
    # PIIE (Bown), average Chinese tariff on US goods; weights differ, waivers are not counted.
    [("2018-09-25", 18.3), ("2020-02-14", 20.3), ("2025-01-20", 21.2), ("2025-05-14", 32.6)],
)
def test_the_chinese_side_is_near_piie(day: str, published_pct: float) -> None:
    found = averages(load_record("us-china"), date.fromisoformat(day))
    chinese = next(a for a in found if a.importer == "CHN")
    assert chinese.average_pct == pytest.approx(published_pct, abs=1.5)


def test_knowledge_changes_the_answer_about_the_same_day() -> None:
    # Phones and computers left the reciprocal duty on 11 April, back to 5 April.
    before, after = us_on_china("2025-04-10", "2025-04-10"), us_on_china("2025-04-10", "2025-04-11")
    assert before - after > 20
    # As known on 15 October 2025 the truce ended on 10 November: 24 points came back.
    assert us_on_china("2025-11-12", "2025-10-15") > us_on_china("2025-11-12") + 20


def test_a_series_has_a_step_for_each_change_and_agrees_with_the_days() -> None:
    record = load_record("us-china")
    steps = series(record, date(2025, 1, 1), date(2025, 12, 31))
    assert steps[0].on == date(2025, 1, 1)
    for importer in ("USA", "CHN"):
        mine = [s for s in steps if s.importer == importer]
        assert [s.on for s in mine] == sorted({s.on for s in mine})
        assert all(a.average_pct != b.average_pct for a, b in pairwise(mine))
        for day in (date(2025, 4, 11), date(2025, 6, 30), date(2025, 12, 31)):
            held = [s for s in mine if s.on <= day][-1]
            now = next(a for a in averages(record, day) if a.importer == importer)
            assert held.average_pct == pytest.approx(now.average_pct, abs=1e-9)


def test_a_series_backwards_is_refused() -> None:
    with pytest.raises(InputError, match=r"--to 2025-01-01 comes before --from 2025-02-01"):
        series(load_record("us-china"), date(2025, 2, 1), date(2025, 1, 1))


def test_only_pairs_with_weights() -> None:
    assert has_weights("USA", "JPN")
    assert has_weights("CHN", "USA")
    assert not has_weights("CHN", "JPN")
    assert averages(load_record("us-china"), date(2025, 1, 1), pairs=(("EU27", "USA"),)) == ()


def test_third_countries_pay_their_rates() -> None:
    pairs = (("USA", "VNM"), ("USA", "CHE"), ("USA", "JPN"))
    found = averages(load_record("us-china"), date(2025, 10, 18), pairs=pairs)
    vietnam, swiss, japan = (a.added_pct for a in found)
    assert 10 < vietnam < 20  # 20 less electronics
    assert 15 < swiss < 39  # 39 less medicines, gold and the like
    assert 10 < japan < 15  # 15 in all on cars and most goods


# The same tracker on 14 October 2025, additional points on partners whose goods it treats as we do.
# Left out: the European Union, Switzerland, the United Kingdom, Singapore and India, for which it
# misses the medicines of Annex II, and South Korea, whose cars it puts at 15 before the notice.
OTHERS = {"VNM": 14.9, "THA": 15.2, "IDN": 18.8, "CAN": 10.9, "MEX": 8.6, "BRA": 27.0, "TUR": 17.1}


@pytest.mark.parametrize("partner", OTHERS)
def test_third_countries_are_near_the_tracker(partner: str) -> None:
    (found,) = averages(load_record("us-china"), date(2025, 10, 14), pairs=(("USA", partner),))
    assert found.added_pct == pytest.approx(OTHERS[partner], abs=1)


def test_all_partners_are_near_the_budget_lab() -> None:
    # Yale Budget Lab, State of Tariffs: average US statutory tariff 11.2 on 9 November 2026.
    (found,) = averages(load_record("us-china"), date(2026, 11, 9), pairs=(("USA", "WLD"),))
    assert found.average_pct == pytest.approx(11.2, abs=1)
    assert found.base_pct == pytest.approx(2.357, abs=0.001)  # calculated rate of the import table


def test_partners_of_the_record_are_in_the_table() -> None:
    record = load_record("us-china")
    known = {*american().partners, "WLD", "MAC"}
    for line in record.lines():
        measure = line.measure
        if measure.imposer == "USA" and measure.instrument == "tariff":
            for target in line.component.targets or measure.targets:
                assert target in known, f"{measure.id}: duties on {target} would reach no trade"


def test_command_json_and_files(cli, tmp_path: Path) -> None:
    out = tmp_path / "averages.csv"
    options = ("--from", "2025-01-01", "--to", "2025-12-31")
    done = cli("average", *options, "--json", "--out", out)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["from"] == "2025-01-01"
    assert {s["importer"] for s in result["series"]} == {"USA", "CHN"}
    assert result["seconds"] >= 0
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == len(result["series"]) + len(result["published"])
    shown = cli("average", *options)
    assert "tracker" in shown.stdout
    assert "2025-04-12" in shown.stdout


@pytest.mark.parametrize("suffix", [".svg", ".png", ".html"])
def test_command_draws(cli, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"averages{suffix}"
    done = cli("average", "--from", "2025-01-01", "--to", "2025-12-31", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    content = out.read_bytes()
    start = {".svg": b"<svg", ".png": b"\x89PNG", ".html": b"<!doctype html>"}[suffix]
    assert content.startswith(start)
    if suffix != ".png":
        assert b"http" not in content.replace(b"http://www.w3.org", b"")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--from", "soon"), "--from 'soon' is not a day"),
        (("--out", "a.pdf"), "end it in .csv, .svg, .png, .html"),
        (("--exporter", "ZZZ"), "no trade weights for imports of USA from ZZZ"),
        (("--importer", "EU27"), "no trade weights for imports of EU27"),
    ],
)
def test_command_refuses_in_one_sentence(cli, options: tuple[str, ...], words: str) -> None:
    done = cli("average", *options)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""
