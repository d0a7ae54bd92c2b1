"""The brief: its figures, its page, its files."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

import detente as dt
from detente.brief import build_brief, write_brief
from detente.brief.html import render
from detente.errors import InputError

DAY = date(2025, 10, 18)


@pytest.fixture(scope="module")
def brief():
    steps = []
    made = build_brief(
        dt.load_record("us-china"),
        dt.load_world(),
        DAY,
        progress=lambda what, done, total: steps.append((done, total)),
    )
    assert steps, "a long computation says how far it is"
    return made


def test_it_has_the_documented_keys(brief) -> None:
    keys = {"as_of", "known", "status", "clocks", "branches", "dispatch", "sources", "versions"}
    assert keys <= set(brief.to_dict())
    for branch in brief.to_dict()["branches"]:
        assert {
            "name",
            "why",
            "country_wide_pct",
            "real_income_pct",
            "ev_musd",
            "certificate",
        } <= set(branch)


def test_every_figure_is_certified(brief) -> None:
    for branch in brief.branches:
        assert branch.certificate["max_residual"] <= 1e-10
        assert abs(branch.certificate["walras"]) <= 1e-10


def test_no_change_is_no_change(brief) -> None:
    calm = brief.branches[0]
    assert calm.name == "standstill"
    assert max(abs(v) for v in calm.real_income_pct.values()) < 1e-8
    assert max(abs(v) for v in calm.output_pct["USA"].values()) < 1e-8


def test_equivalent_variation_has_the_sign_of_real_income(brief) -> None:
    for branch in brief.branches:
        for region, change in branch.real_income_pct.items():
            if abs(change) > 1e-7:
                assert change * branch.ev_musd[region] > 0


def test_a_surtax_costs_both_principals_and_cuts_their_trade(brief) -> None:
    by_name = {b.name: b for b in brief.branches}
    hot = by_name["us-threat-100-matched"]
    assert all(hot.real_income_pct[p] < 0 for p in brief.parties)
    assert all(change < -30 for change in hot.bilateral_trade_pct.values())


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "action", "data", "srcset"):
                self.addresses.append(value or "")
            assert not name.startswith("on"), f"<{tag} {name}> would run"


def test_the_page_fetches_nothing_and_runs_nothing(brief) -> None:
    text = render(brief)
    page = Page()
    page.feed(text)
    assert "script" not in page.tags
    assert all(address.startswith("#") for address in page.addresses)
    assert "default-src 'none'" in text
    assert not re.search(r"url\((?!['\"]?#)", text)
    assert page.tags.count("svg") >= 5


def test_hostile_text_is_shown_as_text(brief) -> None:
    bad = "<script>alert(1)</script>\u202e\x1b[31m"
    measures = [{**brief.status["measures"][0], "title": bad, "status": "announced"}]
    event = {
        "kind": "statement",
        "rate_pct": None,
        "actor": [bad],
        "target": [],
        "speaker": bad,
        "date": bad,
        "stance": None,
        "certainty": "stated",
        "salience": "main",
        "evidence": [{"start": 0, "end": 1, "text": bad}],
    }
    hostile = replace(
        brief,
        status={**brief.status, "measures": measures},
        clocks=({**brief.clocks[0], "what": bad, "default": bad},),
        branches=tuple(replace(b, title=bad + b.name, why=bad) for b in brief.branches),
        dispatch={"events": [event], "source": bad, "published": "2025-10-18"},
        sources=(bad,),
        notes=(bad,),
    )
    text = render(hostile)
    page = Page()
    page.feed(text)
    assert "script" not in page.tags
    assert "\u202e" not in text
    assert "\x1b" not in text


def test_files_hold_what_the_brief_holds(brief, tmp_path: Path) -> None:
    paths = write_brief(brief, tmp_path / "out", 1.5)
    assert {p.name for p in paths} >= {"brief.html", "brief.json", "regions.csv", "measures.csv"}
    machine = json.loads((tmp_path / "out" / "brief.json").read_text())
    assert machine["seconds"] == 1.5
    with (tmp_path / "out" / "regions.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(brief.branches) * len(brief.region_names)
    first = machine["branches"][1]["real_income_pct"]["USA"]
    assert any(float(r["real_income_pct"]) == first for r in rows)
    assert not list((tmp_path / "out").glob(".*")), "no temporary file is left"


def test_a_spreadsheet_formula_in_a_note_is_quoted(brief, tmp_path: Path) -> None:
    clocks = ({**brief.clocks[0], "what": "=HYPERLINK(1)"},)
    write_brief(replace(brief, clocks=clocks), tmp_path)
    assert "'=HYPERLINK(1)" in (tmp_path / "clocks.csv").read_text()


def test_out_that_is_a_file_is_refused(brief, tmp_path: Path) -> None:
    (tmp_path / "here").write_text("kept")
    with pytest.raises(InputError, match="is a file"):
        write_brief(brief, tmp_path / "here")
    assert (tmp_path / "here").read_text() == "kept"


def test_a_world_without_a_principal_is_refused() -> None:
    world = dt.load_world()
    other = world.relabel(regions={"CHN": "XXX"})
    with pytest.raises(InputError, match="two that are regions"):
        build_brief(dt.load_record("us-china"), other, DAY)
