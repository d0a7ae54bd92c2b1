"""The talks on the calendar: cutting it, limits, and the direction in which each letter works."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from detente.errors import InputError
from detente.talks.conflict import ENDS, Parameters, outlook
from detente.talks.opportunities import between, calendar

LETTERS = {
    "contact": 0.06,
    "rush": 1.5,
    "deal": 0.5,
    "extend": 0.2,
    "loss": 1.5,
    "audience": 0.5,
    "concession": 1.0,
    "default": 0.85,
    "stake": 0.5,
    "paper": 0.05,
    "fail": 0.007,
}
FLEXIBLE = np.array([1.0, 0.0, 0.0])
OBSTINATE = np.array([0.0, 0.0, 1.0])


def letters(batch: int = 1, **changes: float) -> Parameters:
    return Parameters(
        **{name: np.full(batch, float(v)) for name, v in {**LETTERS, **changes}.items()}
    )


def final(days: int = 20, **options) -> dict[str, float]:
    changes = options.pop("changes", {})
    seen = outlook(calendar(days, options.pop("meetings", ())), letters(**changes), **options)
    return dict(zip(ENDS, seen.final[:, 0], strict=True))


@pytest.mark.parametrize("kind", ["act", "threat", "round"])
def test_outcomes_are_disjoint_and_complete(kind):
    start = "threat_a" if kind == "threat" else "truce"
    shares = final(kind=kind, start=start)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-12)
    assert min(shares.values()) >= 0


@pytest.mark.parametrize("pieces", [2, 5])
def test_the_forecast_does_not_depend_on_how_finely_the_calendar_is_cut(pieces):
    whole = calendar(25, meetings=[6, 7])
    a = outlook(whole, letters())
    b = outlook(whole.cut(pieces), letters())
    assert len(b.days_left) > pieces * 20
    assert b.final == pytest.approx(a.final, abs=1e-12)
    assert b.ends[:, ::pieces] == pytest.approx(a.ends, abs=1e-12)
    assert b.escalated[::pieces] == pytest.approx(a.escalated, abs=1e-12)


def test_cutting_could_change_the_forecast():
    """The test above can fail: pieces that carry chances of contact of their own do change it."""
    from dataclasses import replace

    whole = calendar(25)
    fine = whole.cut(2)
    more = replace(fine, instants=tuple(replace(i, chance=not i.meeting) for i in fine.instants))
    moved = outlook(more, letters()).final - outlook(whole, letters()).final
    assert np.abs(moved).max() > 1e-3


def test_patient_players_who_gain_agree():
    """No cost of delay, no conceding types, nearly no noise, a deal that both want."""
    sharp = {"deal": 60.0, "extend": 0.0, "loss": 60.0, "audience": 1.0, "fail": 1e-9}
    shares = final(days=30, changes=sharp, beliefs=(FLEXIBLE, FLEXIBLE))
    assert shares["deal"] > 0.99


def test_nobody_signs_what_both_refuse():
    sharp = {"deal": -60.0, "extend": -60.0, "loss": 20.0}
    shares = final(days=30, changes=sharp, beliefs=(FLEXIBLE, FLEXIBLE))
    assert shares["deal"] + shares["extension"] < 1e-3
    assert shares["collapse"] == pytest.approx(LETTERS["default"], abs=0.1)


def test_a_deadline_without_discounting_makes_the_length_of_the_road_irrelevant():
    """When the sides meet only on the last day, nothing before it matters."""
    silent = {"contact": 1e-12}
    near, far = final(days=3, changes=silent), final(days=60, changes=silent)
    # what is left is the time value of money, five percent a year
    assert list(near.values()) == pytest.approx(list(far.values()), abs=5e-3)


def test_a_known_obstinate_side_makes_collapse_likelier():
    both = final(beliefs=(FLEXIBLE, FLEXIBLE))
    hard = final(beliefs=(FLEXIBLE, OBSTINATE))
    assert hard["collapse"] > both["collapse"] + 0.02
    assert hard["deal"] < both["deal"]


def test_higher_stakes_make_collapse_rarer_and_none_without_economics():
    low, high = final(stakes=(0.3, 0.3)), final(stakes=(3.0, 3.0))
    assert high["collapse"] < low["collapse"]
    flat = {"stake": 0.0}
    assert final(stakes=(0.3, 0.3), changes=flat) == pytest.approx(
        final(stakes=(3.0, 3.0), changes=flat)
    )


def test_a_scheduled_meeting_helps_and_a_costlier_retreat_hurts_the_one_who_threatens():
    assert final(days=20, meetings=[10, 9])["collapse"] < final(days=20)["collapse"] - 0.01
    cheap = final(kind="threat", start="threat_a", changes={"audience": 0.1})
    dear = final(kind="threat", start="threat_a", changes={"audience": 3.0})
    assert dear["collapse"] > cheap["collapse"]


def test_threat_without_an_act_lapses_more_often_than_a_legal_default():
    assert final(kind="threat", start="threat_a")["lapsed"] > final()["lapsed"]
    assert final(kind="round")["collapse"] == 0


def test_probabilities_by_date_only_grow_and_signed_stays_below_announced():
    seen = outlook(calendar(30, meetings=[9]), letters())
    for k in (1, 2, 3):
        assert np.all(np.diff(seen.ends[k, :, 0]) >= -1e-12)
    assert np.all(seen.signed <= seen.ends[0] + 1e-12)
    assert np.all(np.diff(seen.escalated[:, 0]) >= -1e-12)
    assert seen.ends[2, :-1].max() == 0  # no default before its date


def test_calendar_from_dates():
    found = between(
        date(2025, 10, 18),
        date(2025, 11, 1),
        [(date(2025, 10, 25), "round"), (date(2025, 10, 1), "past"), (date(2025, 11, 5), "late")],
    )
    assert found.days == 14
    assert [i.days_left for i in found.instants if i.meeting] == [7.0, 0.0]
    assert [i.label for i in found.instants if i.label] == ["round"]


def test_unknown_kind_is_refused():
    with pytest.raises(InputError, match="act, threat or round"):
        final(kind="rumour")
