"""Reckoning: what day, month or interval a date expression means, from the day it was said."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from .datewords import FEASTS, MONTHS, NUMBERS, ORDINALS, WEEKDAYS

DAY = timedelta(days=1)
Resolver = Callable[[re.Match[str], date, "bool | None"], "str | None"]


def iso(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"


def add_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS.get(word.lower(), 0)


def days_of(n: str, unit: str) -> int:
    size = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365}
    return number(n) * size[unit.lower().rstrip("s")]


def shift(day: date, n: int, unit: str) -> date:
    unit = unit.lower().rstrip("s")
    if unit in ("month", "year"):
        return add_months(day, n * (12 if unit == "year" else 1))
    return day + n * DAY * {"day": 1, "week": 7, "fortnight": 14}[unit]


def _month(word: str) -> int:
    return MONTHS[word.lower().rstrip(".")]


_STEPS = {"this": 0, "that": 0, "same": 0, "last": -1, "next": 1, "following": 1}


def _which_year(m: re.Match[str], said: date) -> int | None:
    groups = m.groupdict()
    if groups.get("year"):
        return int(groups["year"])
    if groups.get("rel"):
        return said.year + _STEPS[groups["rel"].split()[-2].lower()]
    return None


def _nearest(said: date, month: int, day: int, ahead: bool | None) -> date:
    """The day without a year: the latest up to `said`, or the first from it on."""
    found = []
    for year in range(said.year - 4, said.year + 5):  # 29 February comes every four years
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    if not found:
        raise ValueError("no such day")
    if ahead is None:
        return min(found, key=lambda d: abs(d - said))
    if ahead:
        return min(d for d in found if d >= said)
    return max(d for d in found if d <= said)


def _iso(m: re.Match[str], said: date, ahead: bool | None) -> str:
    return date(int(m["year"]), int(m["m"]), int(m["d"])).isoformat()


def _day(m: re.Match[str], said: date, ahead: bool | None) -> str:
    year = _which_year(m, said)
    if year is not None:
        return date(year, _month(m["m"]), int(m["d"])).isoformat()
    return _nearest(said, _month(m["m"]), int(m["d"]), ahead).isoformat()


def _range(m: re.Match[str], said: date, ahead: bool | None) -> str:
    groups = m.groupdict()
    first_month = _month(m["m1"])
    last_month = _month(groups["m2"]) if groups.get("m2") else first_month
    if groups.get("year"):
        last = date(int(m["year"]), last_month, int(m["d2"]))
    elif groups.get("y1"):
        last = _nearest(date(int(m["y1"]), first_month, 1), last_month, int(m["d2"]), True)
    else:
        last = _nearest(said, last_month, int(m["d2"]), ahead)
    first = _nearest(last, first_month, int(m["d1"]), False)
    return iso(first, last)


def _month_year(m: re.Match[str], said: date, ahead: bool | None) -> tuple[int, int]:
    month, year = _month(m["m"]), _which_year(m, said)
    which = (m.groupdict().get("which") or "").lower()
    if year is None and which.startswith("this p"):
        ahead = False
    elif year is None and (which in ("this", "that") or which.endswith("same")):
        year = said.year
    elif year is None and which == "last":
        return (said.year if month < said.month else said.year - 1), month
    elif year is None and which in ("next", "this coming"):
        return (said.year if month > said.month else said.year + 1), month
    if year is None:
        if ahead is None:
            gap = (month - said.month + 6) % 12 - 6
            ahead = gap >= 0
        if ahead:
            year = said.year if month >= said.month else said.year + 1
        else:
            year = said.year if month <= said.month else said.year - 1
    return year, month


def _half(m: re.Match[str], said: date, ahead: bool | None) -> str:
    year, month = _month_year(m, said, ahead)
    last = calendar.monthrange(year, month)[1]
    low, high = (1, 15) if m["part"].lower() == "first" else (16, last)
    return iso(date(year, month, low), date(year, month, high))


def _years(m: re.Match[str], said: date, ahead: bool | None) -> str:
    groups = m.groupdict()
    if groups.get("two"):
        return f"{said.year:04d}/{said.year + 1:04d}"
    return f"{m['y1']}/{m['year']}"


def _months(m: re.Match[str], said: date, ahead: bool | None) -> str:
    year, month = _month_year(m, said, ahead)
    last = _month(m["m2"])
    if last <= month and not m["year"]:
        year, end = (year, year + 1) if ahead is not False else (year - 1, year)
    else:
        end = year
    return f"{year:04d}-{month:02d}/{end:04d}-{last:02d}"


def _month_only(m: re.Match[str], said: date, ahead: bool | None) -> str:
    year, month = _month_year(m, said, ahead)
    return f"{year:04d}-{month:02d}"


def _part(m: re.Match[str], said: date, ahead: bool | None) -> str:
    groups = m.groupdict()
    part = groups["part"].lower().removeprefix("the ")
    if groups.get("m"):
        year, month = _month_year(m, said, ahead)
    elif groups.get("unit"):
        step = {"this": 0, "the": 0, "next": 1, "last": -1}[groups["which"].lower()]
        unit = groups["unit"].lower()
        if unit == "week":
            monday = said - said.weekday() * DAY + 7 * step * DAY
            if part in ("end", "late"):
                return (monday + 6 * DAY).isoformat()
            return (
                monday.isoformat()
                if part in ("beginning", "start")
                else iso(monday, monday + 6 * DAY)
            )
        if unit == "year":
            return _part_of_year(part, said.year + step)
        there = add_months(said.replace(day=1), step)
        year, month = there.year, there.month
    else:
        return _part_of_year(part, int(groups["year"]))
    last = calendar.monthrange(year, month)[1]
    low, high = {"early": (1, 10), "mid": (11, 20), "middle": (11, 20), "late": (21, last),
                 "beginning": (1, 1), "start": (1, 1), "end": (last, last),
                 "close": (last, last)}[part]  # fmt: skip
    return iso(date(year, month, low), date(year, month, high))


def _part_of_year(part: str, year: int) -> str:
    if part in ("end", "close"):
        return f"{year}-12-31"
    if part in ("beginning", "start"):
        return f"{year}-01-01"
    low, high = {"early": (1, 4), "mid": (5, 8), "middle": (5, 8), "late": (9, 12)}[part]
    return f"{year}-{low:02d}/{year}-{high:02d}"


def _quarter(m: re.Match[str], said: date, ahead: bool | None) -> str:
    groups = m.groupdict()
    year = int(groups["year"]) if groups.get("year") else said.year
    year += {"next": 1, "last": -1}.get((groups.get("which") or "").lower(), 0)
    size = 3 if groups["unit"].lower() == "quarter" else 6
    index = {"first": 0, "second": 1, "third": 2, "fourth": 3}.get(
        groups["q"].lower(), 12 // size - 1
    )
    if index * size >= 12:
        raise ValueError("no such part of a year")
    return f"{year}-{index * size + 1:02d}/{year}-{index * size + size:02d}"


def _day_in(m: re.Match[str], said: date, ahead: bool | None) -> str:
    which = (m["which"] or "this").lower()
    there = add_months(said.replace(day=1), {"next": 1, "last": -1}.get(which, 0))
    return there.replace(day=int(m["d"])).isoformat()


def _month_named(m: re.Match[str], said: date, ahead: bool | None) -> tuple[int, int]:
    """The month of "the first of July" or "the second week of next month"."""
    if m["m"]:
        return _month_year(m, said, ahead)
    step = {"next": 1, "last": -1}.get(m["which"].lower(), 0)
    there = add_months(said.replace(day=1), step)
    return there.year, there.month


def _ordinal(m: re.Match[str], said: date, ahead: bool | None) -> str:
    nth = ORDINALS[m["nth"].lower()]
    if m["m"] and _which_year(m, said) is None:
        return _nearest(said, _month(m["m"]), nth, ahead).isoformat()
    year, month = _month_named(m, said, ahead)
    return date(year, month, nth).isoformat()


def _week_of(m: re.Match[str], said: date, ahead: bool | None) -> str:
    year, month = _month_named(m, said, ahead)
    last = date(year, month, calendar.monthrange(year, month)[1])
    nth = m["nth"].lower()
    if m["unit"].lower() == "day":
        return (last if nth in ("last", "final") else date(year, month, ORDINALS[nth])).isoformat()
    # a week belongs to the month of its Thursday (ISO 8601)
    if nth in ("last", "final"):
        within = last - 3 * DAY
    else:
        within = date(year, month, 4) + 7 * (ORDINALS[nth] - 1) * DAY
    monday = within - within.weekday() * DAY
    return iso(monday, monday + 6 * DAY)


def _feast(m: re.Match[str], said: date, ahead: bool | None) -> str:
    month, day = FEASTS[" ".join(m["feast"].lower().replace("’", "'").split())]
    return _nearest(said, month, day, ahead).isoformat()


def _year_end(m: re.Match[str], said: date, ahead: bool | None) -> str:
    return date(said.year - (ahead is False), 12, 31).isoformat()


def _after_next(m: re.Match[str], said: date, ahead: bool | None) -> str:
    rel = (m["rel"] or "").lower()
    if rel:
        base = said + {"tomorrow": 1, "yesterday": -1}.get(rel, 0) * DAY
    else:
        base = _weekday_after(said, WEEKDAYS[m["wd"].lower()])
    return shift(base, number(m["n"]), m["unit"]).isoformat()


def _weekday_after(said: date, wanted: int) -> date:
    return said + ((wanted - said.weekday() - 1) % 7 + 1) * DAY


def _weekday_before(said: date, wanted: int, *, today: bool) -> date:
    back = (said.weekday() - wanted) % 7
    return said - (back if back or today else 7) * DAY


def _rel_day(m: re.Match[str], said: date, ahead: bool | None) -> str:
    rel = m["rel"].lower()
    step = {"the day after tomorrow": 2, "tomorrow": 1, "yesterday": -1, "last night": -1,
            "the day before yesterday": -2}.get(rel, 0)  # fmt: skip
    return (said + step * DAY).isoformat()


def _near_day(m: re.Match[str], said: date, ahead: bool | None) -> str:
    near = m["near"].lower()
    step = -1 if re.search(r"previous|(?:day|ning|night|noon) before", near) else 0
    step = 1 if re.search(r"next|following|(?:day|ning|night|noon) after", near) else step
    return (said + step * DAY).isoformat()


def _weekday(m: re.Match[str], said: date, ahead: bool | None) -> str:
    which = (m["which"] or "").lower()
    wanted = WEEKDAYS[m["wd"].lower()]
    monday = said - said.weekday() * DAY
    if which == "this":
        day = monday + wanted * DAY
    elif which == "next":
        day = monday + (7 + wanted) * DAY
    elif which in ("last", "past", "this past"):
        day = _weekday_before(said, wanted, today=False)
    elif which in ("coming", "this coming") or ahead:
        day = _weekday_after(said, wanted)
    else:
        day = _weekday_before(said, wanted, today=True)
    if m["wd2"]:
        return iso(day, _weekday_after(day, WEEKDAYS[m["wd2"].lower()]))
    return day.isoformat()


def _weekday_week(m: re.Match[str], said: date, ahead: bool | None) -> str:
    step = {"next": 7, "last": -7, "this": 0}[(m["which"] or m["which2"]).lower()]
    wanted = WEEKDAYS[(m["wd"] or m["wd2"]).lower()]
    return (said + (step + wanted - said.weekday()) * DAY).isoformat()


def _ago(m: re.Match[str], said: date, ahead: bool | None) -> str | None:
    n = number(m["n"])
    if n == 0:
        return None
    sign = -1 if m["dir"].lower() in ("ago", "earlier", "before") else 1
    there = shift(said, sign * n, m["unit"])
    unit = m["unit"].lower().rstrip("s")
    if unit == "month":
        return f"{there.year:04d}-{there.month:02d}"
    if unit == "year":
        return f"{there.year:04d}"
    return there.isoformat()


def _within(m: re.Match[str], said: date, ahead: bool | None) -> str | None:
    n = number(m["n"])
    return iso(said, shift(said, n, m["unit"])) if n else None


def _in_n(m: re.Match[str], said: date, ahead: bool | None) -> str | None:
    n = number(m["n"])
    if not n or ahead is False:  # "in two years" of something past is a length
        return None
    return shift(said, n, m["unit"]).isoformat()


def _part_of(m: re.Match[str], said: date, ahead: bool | None) -> str:
    first, last = _unit_bounds(said, m["unit"].lower(), 0)
    part = m["part"].lower()
    if m["unit"].lower() == "year":
        return f"{said.year:04d}" if part in ("earlier", "early") else iso(said, last)
    return iso(said, last) if part in ("later", "late") else iso(first, said)


def _unit_bounds(said: date, unit: str, step: int) -> tuple[date, date]:
    if unit == "week":
        monday = said + (7 * step - said.weekday()) * DAY
        return monday, monday + 6 * DAY
    if unit == "year":
        return date(said.year + step, 1, 1), date(said.year + step, 12, 31)
    if unit == "quarter":
        first = add_months(said.replace(month=(said.month - 1) // 3 * 3 + 1, day=1), 3 * step)
        return first, add_months(first, 3) - DAY
    first = add_months(said.replace(day=1), step)
    return first, add_months(first, 1) - DAY


def _weekend(m: re.Match[str], said: date, ahead: bool | None) -> str:
    which = m["which"].lower()
    saturday = said + (5 - said.weekday()) * DAY
    if which == "next":
        saturday += 7 * DAY
    elif which in ("last", "this past") or (which != "this" and ahead is not True):
        saturday -= (0 if said.weekday() == 6 and which != "last" else 7) * DAY
    return iso(saturday, saturday + DAY)


def _unit(m: re.Match[str], said: date, ahead: bool | None) -> str:
    which, unit = m["which"].lower(), m["unit"].lower()
    if which in ("the following", "the previous", "the coming", "the past", "coming", "past"):
        step = 1 if which in ("the following", "the coming", "coming") else -1
    else:
        step = {"next": 1, "last": -1}.get(which, 0)
    first, last = _unit_bounds(said, unit, step)
    if unit == "year":
        return f"{first.year:04d}"
    if unit == "month":
        return f"{first.year:04d}-{first.month:02d}"
    return iso(first, last)


def _loose(m: re.Match[str], said: date, ahead: bool | None) -> str | None:
    return parse_loose(m["loose"], said)


def _year(m: re.Match[str], said: date, ahead: bool | None) -> str:
    return m["year"]


RESOLVE: dict[str, Resolver] = {
    "iso": _iso, "range": _range, "day": _day, "part": _part, "quarter": _quarter,
    "month": _month_only, "day_in": _day_in, "after_next": _after_next, "rel_day": _rel_day,
    "near_day": _near_day, "half": _half, "years": _years, "months": _months,
    "weekday_week": _weekday_week, "weekday": _weekday, "ago": _ago, "within": _within,
    "in_n": _in_n, "part_of": _part_of, "weekend": _weekend, "unit": _unit, "year": _year,
    "loose": _loose, "ordinal": _ordinal, "week_of": _week_of, "feast": _feast,
    "year_end": _year_end,
}  # fmt: skip


@lru_cache(maxsize=1024)
def parse_loose(text: str, said: date) -> str | None:
    """A date written in a way the rules above do not know, by dateparser (imported here: slow)."""
    from datetime import datetime

    import dateparser

    found = dateparser.parse(
        text,
        languages=["en"],
        settings={
            "RELATIVE_BASE": datetime(said.year, said.month, said.day),
            "PREFER_DATES_FROM": "past",
            "REQUIRE_PARTS": ["day", "month"],
            "DATE_ORDER": "DMY",
        },
    )
    return None if found is None else found.date().isoformat()
