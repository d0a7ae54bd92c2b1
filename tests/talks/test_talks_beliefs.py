"""Beliefs: one increment for each event, fading with time, blind to the future."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

import detente as dt
from detente.errors import InputError
from detente.talks.beliefs import Event, belief, dispatch_events, distinct, record_events
from detente.talks.conflict import TYPE_PRIOR

DAY = date(2025, 10, 10)


def test_no_news_no_change():
    assert belief([], "USA", DAY) == pytest.approx(TYPE_PRIOR)
    assert belief([Event(DAY, "CHN", "threat")], "USA", DAY) == pytest.approx(TYPE_PRIOR)


def test_one_event_by_hand():
    found = belief([Event(DAY, "USA", "threat")], "USA", DAY)
    weighed = TYPE_PRIOR * [0.8, 1.0, 1.3]
    assert found == pytest.approx(weighed / weighed.sum())


def test_ten_articles_on_one_event_count_once():
    once = belief([Event(DAY, "USA", "threat", "first")], "USA", DAY)
    many = [Event(DAY + timedelta(days=k % 3), "USA", "threat", f"paper {k}") for k in range(10)]
    assert belief(many, "USA", DAY + timedelta(days=2)) == pytest.approx(
        belief([Event(DAY, "USA", "threat")], "USA", DAY + timedelta(days=2))
    )
    assert len(distinct(many)) == 1
    later = Event(DAY + timedelta(days=20), "USA", "threat", "another")
    twice = belief([*many, later], "USA", DAY + timedelta(days=20))
    assert twice[2] > once[2]


def test_old_news_fades_by_half():
    log = []
    for age in (0, 45, 90):
        b = belief([Event(DAY, "USA", "threat")], "USA", DAY + timedelta(days=age))
        log.append(np.log(b[2] / b[0]) - np.log(TYPE_PRIOR[2] / TYPE_PRIOR[0]))
    assert log[1] == pytest.approx(log[0] / 2)
    assert log[2] == pytest.approx(log[0] / 4)


def test_tomorrow_is_not_known():
    tomorrow = Event(DAY + timedelta(days=1), "USA", "agreement")
    assert belief([tomorrow], "USA", DAY) == pytest.approx(TYPE_PRIOR)


def test_unknown_kind_is_named():
    with pytest.raises(InputError, match="rumour"):
        belief([Event(DAY, "USA", "rumour")], "USA", DAY)


def test_the_record_speaks_only_of_what_was_known():
    record = dt.load_record("us-china")
    before = record_events(record, date(2025, 10, 25))
    after = record_events(record, date(2025, 11, 12))
    assert max(e.day for e in before) <= date(2025, 10, 25)
    assert set(before) <= set(after)
    hard = belief(before, "USA", date(2025, 10, 11))
    soft = belief(after, "USA", date(2025, 11, 12))
    assert hard[2] > TYPE_PRIOR[2]  # the threat of 10 October
    assert soft[2] < hard[2]  # the truce of 30 October


def test_dispatch_events_leave_out_background_and_hypothesis():
    rows = [
        {"kind": "threat", "actor": ["USA"], "announced_on": "2025-10-10"},
        {"kind": "threat", "actor": ["USA"], "certainty": "hypothetical"},
        {"kind": "agreement", "actor": ["USA", "CHN"], "salience": "background"},
        {"kind": "statement", "actor": ["CHN"], "stance": "conciliatory", "date": "2025-10-17"},
        {"kind": "statement", "actor": ["CHN"], "stance": "neutral"},
        {"kind": "meeting", "actor": ["USA"], "date": "2025-10-25/2025-10-26"},
    ]
    found = dispatch_events(rows, date(2025, 10, 18))
    assert [(e.day.isoformat(), e.side, e.kind) for e in found] == [
        ("2025-10-10", "USA", "threat"),
        ("2025-10-17", "CHN", "conciliatory"),
        ("2025-10-18", "USA", "meeting"),
    ]


def test_a_dispatch_that_repeats_the_record_changes_nothing():
    record = dt.load_record("us-china")
    day = date(2025, 10, 18)
    known = record_events(record, day)
    again = dispatch_events(
        [{"kind": "threat", "actor": ["USA"], "announced_on": "2025-10-10"}], day
    )
    assert belief([*known, *again], "USA", day) == pytest.approx(belief(known, "USA", day))
