"""The record against the collected facts, row by row, where a machine can compare them."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from detente.record import Record, load_record
from detente.record.steps import day_of


@pytest.fixture(scope="module")
def record() -> Record:
    return load_record("us-china")


@pytest.fixture(scope="module")
def facts(shared: Path) -> list[dict[str, str]]:
    with (shared / "record" / "us_china_facts.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def rows(facts: list[dict[str, str]], *kinds: str) -> list[dict[str, str]]:
    return [r for r in facts if r["kind"] in kinds]


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_every_tariff_in_force_stands_at_its_rate_on_its_first_day(record, facts) -> None:
    missing, compared = [], 0
    for r in rows(facts, "measure_in_force"):
        rate = number(r["rate_pct"])
        if r["instrument"] != "tariff" or rate is None or r["id"] == "UC-2025-036":
            continue  # UC-2025-036 is the postal rate on parcels, no duty on goods
        compared += 1
        target = next((t for t in r["target"].split(",") if t != "WLD"), "CHN")
        if r["id"] == "UC-2025-015":
            target = "VNM"  # partners other than China
        found = record.components(r["effective_from"], None, r["actor"], target)
        if rate not in {c.rate_pct for c in found}:
            missing.append((r["id"], r["scope"], rate))
    assert compared >= 35
    assert not missing


def test_every_suspension_of_points_stands_on_its_first_day(record, facts) -> None:
    missing, compared = [], 0
    for r in rows(facts, "measure_suspended"):
        rate = number(r["rate_pct"])
        if rate is None or r["id"] in ("UC-2018-016", "UC-2019-001"):
            continue  # the rise of list 3 was put off by moving its day, not suspended
        compared += 1
        found = record.components(r["effective_from"], None, r["actor"], r["target"][:3])
        if rate not in {c.suspended_pct for c in found}:
            missing.append((r["id"], r["scope"], rate))
    assert compared >= 8
    assert not missing


def test_every_control_begins_on_its_day(record, facts) -> None:
    kinds = ("export_control", "export_license", "entity_list", "port_fee")
    wanted = [
        r
        for r in rows(facts, "measure_in_force", "measure_announced")
        if r["instrument"] in kinds and r["effective_from"]
    ]
    begun = {(line.measure.imposer, day_of(line.force.times[1])) for line in record.lines()}
    assert len(wanted) >= 20
    missing = [
        (r["id"], r["scope"]) for r in wanted if (r["actor"], day(r["effective_from"])) not in begun
    ]
    assert not missing


def test_every_threat_is_there_with_its_rate_and_day(record, facts) -> None:
    plans = {(p.entry.date, p.effect.starts) for p in record.plans()}
    days = {d for d, _ in plans}
    for r in rows(facts, "threat"):
        assert day(r["date"]) in days, r["id"]
        if r["effective_from"]:
            assert (day(r["date"]), day(r["effective_from"])) in plans, r["id"]


def test_every_meeting_is_on_the_calendar(record, facts) -> None:
    held = {m.date for m in record.calendar() if not m.planned}
    missing = [r["id"] for r in rows(facts, "meeting", "call", "summit")
               if day(r["date"]) not in held]  # fmt: skip
    assert not missing


def test_every_ruling_agreement_and_commitment_is_there(record, facts) -> None:
    agreed = {a.date for a in record.agreements()} | {a.date for a in record.acts}
    promised = {c.date for c, _ in record.promises()}
    for r in rows(facts, "ruling", "agreement"):
        assert day(r["date"]) in agreed, r["id"]
    for r in rows(facts, "commitment"):
        assert day(r["date"]) in promised, r["id"]


def test_every_person_of_the_table_holds_the_office(record, shared: Path) -> None:
    with (shared / "record" / "us_china_people.csv").open(encoding="utf-8") as file:
        for r in csv.DictReader(file):
            held = {(o.name, o.role) for o in record.offices(r["from"])}
            assert (r["name"], r["role"]) in held, r["name"]
            if r["until"]:
                left = {(o.name, o.role) for o in record.offices(r["until"])}
                assert (r["name"], r["role"]) not in left, r["name"]
