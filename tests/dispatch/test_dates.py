"""Dates in words: each line of the gold set's table, and what general parsers get wrong."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.dispatch.dates import bounds, find

FRIDAY = date(2025, 10, 17)


@pytest.mark.parametrize(
    ("words", "ahead", "iso"),
    [
        ("a week from tomorrow", True, "2025-10-25"),
        ("two weeks from Monday", True, "2025-11-03"),
        ("this Friday", True, "2025-10-17"),
        ("next Friday", True, "2025-10-24"),
        ("last Friday", False, "2025-10-10"),
        ("on Friday", False, "2025-10-17"),
        ("on Friday", True, "2025-10-24"),
        ("on Monday", True, "2025-10-20"),
        ("Thursday evening", False, "2025-10-16"),
        ("next week", True, "2025-10-20/2025-10-26"),
        ("last week", False, "2025-10-06/2025-10-12"),
        ("this week", None, "2025-10-13/2025-10-19"),
        ("later this week", True, "2025-10-17/2025-10-19"),
        ("later this month", True, "2025-10-17/2025-10-31"),
        ("earlier this month", False, "2025-10-01/2025-10-17"),
        ("earlier this year", False, "2025"),
        ("next month", True, "2025-11"),
        ("last year", False, "2024"),
        ("early November", True, "2025-11-01/2025-11-10"),
        ("mid-November", True, "2025-11-11/2025-11-20"),
        ("late November", True, "2025-11-21/2025-11-30"),
        ("the end of October", True, "2025-10-31"),
        ("by the end of October", True, "../2025-10-31"),
        ("by 31 October", True, "../2025-10-31"),
        ("until November 10", True, "../2025-11-10"),
        ("within 30 days", True, "2025-10-17/2025-11-16"),
        ("from November 1", True, "2025-11-01"),
        ("since 1 July", False, "2025-07-01"),
        ("as of January 5", True, "2026-01-05"),
        ("in November", True, "2025-11"),
        ("in November", False, "2024-11"),
        ("three weeks ago", False, "2025-09-26"),
        ("in 10 days", True, "2025-10-27"),
        ("10 and 11 May", False, "2025-05-10/2025-05-11"),
        ("May 10-11", False, "2025-05-10/2025-05-11"),
        ("June 30 to July 2", False, "2025-06-30/2025-07-02"),
        ("December 30 to January 2, 2026", True, "2025-12-30/2026-01-02"),
        ("Friday, October 3", False, "2025-10-03"),
        ("1st of August 2025", False, "2025-08-01"),
        ("in the third quarter of 2026", True, "2026-07/2026-09"),
        ("from the first of July", True, "2026-07-01"),
        ("on the twenty-first of May", False, "2025-05-21"),
        ("the first of the month", False, "2025-10-01"),
        ("on the last day of February", True, "2026-02-28"),
        ("in the second week of January", True, "2026-01-05/2026-01-11"),
        ("the first week of August 2026", True, "2026-08-03/2026-08-09"),
        ("the last week of next month", True, "2025-11-24/2025-11-30"),
        ("until Christmas Eve", True, "../2025-12-24"),
        ("since New Year’s Day", False, "2025-01-01"),
        ("by year-end", True, "../2025-12-31"),
        ("yesterday", False, "2025-10-16"),
        ("on 29 February", False, "2024-02-29"),
        ("on 3.11.2025", True, "2025-11-03"),
    ],
)
def test_words_become_days(words: str, ahead: bool | None, iso: str) -> None:
    found = find(f"It happens {words}.")
    assert [e.on(FRIDAY, ahead) for e in found] == [iso]


@pytest.mark.parametrize(
    "words", ["they may march on", "Theresa May said", "the second round", "soon", "2025 items"]
)
def test_what_is_no_date(words: str) -> None:
    assert find(words) == []


def test_an_impossible_day_is_unknown() -> None:
    assert [e.on(FRIDAY, True) for e in find("on 31 November 2025")] == [None]


def test_without_a_day_of_speaking_only_whole_dates_are_known() -> None:
    assert [e.on(None) for e in find("on 1 July 2019, on Friday, on 3 May")] == [
        "2019-07-01", None, None,
    ]  # fmt: skip


def test_bounds_of_open_and_short_dates() -> None:
    assert bounds("../2025-10-31") == (date.min, date(2025, 10, 31))
    assert bounds("2025-02") == (date(2025, 2, 1), date(2025, 2, 28))
    assert bounds("2024/..") == (date(2024, 1, 1), date.max)
    assert bounds("no date") is None


@given(st.dates(date(2018, 1, 8), date(2026, 12, 20)))
def test_weekdays_agree_with_the_calendar(said: date) -> None:
    """Whatever the day, "next Friday" is the Friday of next week and "on Monday" a Monday."""
    friday = bounds(find("next Friday")[0].on(said, True))
    monday = bounds(find("on Monday")[0].on(said, False))
    assert friday is not None
    assert monday is not None
    assert friday[0].isocalendar()[2] == 5
    assert 4 - said.weekday() + 7 == (friday[0] - said).days
    assert monday[0].weekday() == 0
    assert 0 <= (said - monday[0]).days < 7
