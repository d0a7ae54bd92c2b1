"""Branches of the pending clocks of 18 October 2025, as known that day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

import detente as dt
from detente.errors import InputError
from detente.policy import Policy, branch, branches
from detente.policy.controls import controls, quantity
from detente.policy.inforce import policy

DAY = date(2025, 10, 18)


@pytest.fixture(scope="module")
def record():
    return dt.load_record("us-china")


@pytest.fixture(scope="module")
def world():
    return dt.load_world()


@pytest.fixture(scope="module")
def found(record, world):
    return branches(record, world, DAY)


def test_every_way_out_that_the_dispatch_implies_is_there(found) -> None:
    assert [b.name for b in found] == [
        "standstill",
        "truce-ended",
        "controls",
        "defaults",
        "us-threat-100",
        "us-threat-100-matched",
        "truce-ended-us-threat-100",
        "truce-ended-us-threat-100-matched",
        "all-out",
    ]


def test_country_wide_points_of_each_branch(found) -> None:
    points = {b.name: tuple(b.country_wide_pct.values()) for b in found}
    # Geneva removed 91 points, suspended 24 and kept 10, beside 20 for fentanyl: 54 at expiry.
    assert points == {
        "standstill": (30, 10),
        "truce-ended": (54, 34),
        "controls": (30, 10),
        "defaults": (54, 34),
        "us-threat-100": (130, 10),
        "us-threat-100-matched": (130, 110),
        "truce-ended-us-threat-100": (154, 34),
        "truce-ended-us-threat-100-matched": (154, 134),
        "all-out": (145, 125),
    }


def test_standstill_is_the_measures_in_force(found, record, world) -> None:
    today = policy(record, world, DAY, DAY)
    assert branch(found, "standstill").policy.same_as(today)


def test_nobody_acting_is_what_the_record_gives_for_a_later_day(found, record, world) -> None:
    defaults = branch(found, "defaults")
    later = policy(record, world, defaults.on, DAY)
    assert defaults.policy.same_as(later)


def test_an_answer_is_labelled_as_assumed_and_the_unanswered_has_none(found) -> None:
    assert branch(found, "us-threat-100").assumption == ""
    assert "no such act is recorded" in branch(found, "us-threat-100-matched").assumption


def test_a_threat_never_touches_services_or_third_parties(found) -> None:
    calm = branch(found, "standstill").policy.tariff
    hot = branch(found, "us-threat-100-matched").policy.tariff
    moved = np.abs((hot - calm).values) > 0
    names = hot["sector"].values == "services"
    assert not moved[:, :, names].any()
    where = {
        (str(hot["exporter"].values[i]), str(hot["importer"].values[n]))
        for i, n, _ in np.argwhere(moved)
    }
    assert where == {("CHN", "USA"), ("USA", "CHN")}


def test_the_announced_controls_cap_rare_earths_from_china_only(found) -> None:
    cap = branch(found, "controls").policy.cap
    bound = np.argwhere(np.isfinite(cap.values))
    assert {str(cap["exporter"].values[i]) for i, _, _ in bound} == {"CHN"}
    assert {str(cap["sector"].values[k]) for _, _, k in bound} == {"rare_earths"}
    calm = branch(found, "standstill").policy.cap
    at = {"exporter": "CHN", "importer": "USA", "sector": "rare_earths"}
    assert float(cap.sel(at)) < float(calm.sel(at)) < 1


def test_what_is_not_costed_is_said(found) -> None:
    assert any("Not costed: US fees on Chinese ships" in n for n in found[0].policy.notes)


def test_an_unknown_branch_is_refused_with_the_names(found) -> None:
    with pytest.raises(InputError, match="standstill, truce-ended"):
        branch(found, "peace")


def test_without_pending_clocks_there_is_still_a_standstill(record, world) -> None:
    quiet = branches(record, world, date(2017, 1, 10))
    assert quiet[0].name == "standstill"


def test_later_knowledge_changes_nothing(found, record, world) -> None:
    # The surtax was withdrawn and the truce extended after that day; neither may be seen.
    again = branches(record, world, DAY, DAY)
    assert [b.name for b in again] == [b.name for b in found]
    assert all(a.policy.same_as(b.policy) for a, b in zip(again, found, strict=True))


def test_caps_are_the_observed_quantities(packs) -> None:
    import csv

    with (packs.parent / "record" / "critical_minerals.csv").open(encoding="utf-8") as file:
        facts = {r["fact_id"]: r for r in csv.DictReader(file)}
    us = [float(facts[f"CM14{k}"]["value"]) for k in (5, 6, 7)]
    a_year_before = [us[0] / 1.048, us[2] / (1 - 0.295)]
    expected = np.mean(us) / np.mean(a_year_before)
    assert quantity("licence", "USA", "short") == pytest.approx(expected, abs=1e-3)
    assert quantity("ban", "USA", "short") == 0
    assert quantity("licence", "other", "short") == 1  # more was sold than a year before


def test_caps_loosen_with_the_horizon() -> None:
    short, medium, long = (
        quantity("expanded_licence", "USA", h) for h in ("short", "medium", "long")
    )
    assert 0 < short < medium < long < 1
    with pytest.raises(InputError, match="no control regime 'embargo'"):
        quantity("embargo", "USA", "short")
    with pytest.raises(InputError, match="no horizon 'eternal'"):
        quantity("ban", "USA", "eternal")


def test_controls_known_later_are_not_seen_earlier(record) -> None:
    day = date(2025, 12, 15)
    before, _ = controls(record, day, date(2025, 10, 8))
    after, _ = controls(record, day, date(2025, 10, 18))
    assert {c.measure for c in after} > {c.measure for c in before}


def test_policy_is_callable_from_the_package(record, world) -> None:
    made = dt.policy(record, world, on="2025-10-18", known="2025-10-18")
    assert isinstance(made, Policy)
    with pytest.raises(InputError, match="not a day"):
        dt.policy(record, world, on="yesterday")
