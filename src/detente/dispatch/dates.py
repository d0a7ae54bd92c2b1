"""Dates in news English, found and reckoned from the day the words were spoken.

`find(text)` gives the expressions with their offsets; `Expression.on(said, ahead)` turns one
into `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an interval. `ahead` says whether the sentence looks
forward (True), back (False) or does not tell (None): it settles "Friday" and "in November".
Weeks run from Monday to Sunday. What these rules do not cover is put to dateparser.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

DAY = timedelta(days=1)
MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
MONTHS |= {name[:3].lower(): n for n, name in enumerate(calendar.month_name) if name}
MONTHS["sept"] = 9
WEEKDAYS = {name.lower(): n for n, name in enumerate(calendar.day_name)}
WEEKDAYS |= {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4,
             "sat": 5, "sun": 6}  # fmt: skip
NUMBERS = {
    w: n
    for n, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
}
NUMBERS |= {"a": 1, "an": 1, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
            "a couple of": 2, "several": 0, "a few": 0}  # fmt: skip

Resolver = Callable[[re.Match[str], date, "bool | None"], "str | None"]


@dataclass(frozen=True)
class Expression:
    """One date expression, `text[start:end]`; `lead` is the preposition before it, if any.

    `span` is the number of days, where the words give a length of time ("for 90 days").
    """

    start: int
    end: int
    text: str
    lead: str
    rule: str
    match: re.Match[str]
    span: int | None = None

    @property
    def anaphoric(self) -> bool:
        """Whether it counts from a day told before ("a day earlier", "that June")."""
        return bool(_ANAPHORIC.search(self.text))

    def on(self, said: date | None, ahead: bool | None = None) -> str | None:
        """The ISO date or interval, or None where it cannot be told (no day of speaking)."""
        if self.rule == "length":
            return None
        if said is None:
            if self.rule not in _ABSOLUTE:
                return None
            said = date(1, 1, 1)  # absolute expressions do not use it
            if not self.match.groupdict().get("year"):
                return None
        try:
            value = _RESOLVE[self.rule](self.match, said, ahead)
        except (ValueError, OverflowError):  # the 31st of November, the year 99999
            return None
        if value is not None and self.lead in _UP_TO:
            return f"../{value.partition('/')[2] or value}"
        return value


def iso(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"


def bounds(value: str | None) -> tuple[date, date] | None:
    """First and last day of an ISO date or interval; open ends are `date.min` and `date.max`."""
    if not value:
        return None
    first, _, last = value.partition("/")
    try:
        return _edge(first, 0), _edge(last or first, 1)
    except ValueError:
        return None


def _edge(value: str, last: int) -> date:
    if value == "..":
        return date.max if last else date.min
    parts = [int(part) for part in value.split("-")]
    if len(parts) == 3:
        return date(parts[0], parts[1], parts[2])
    if len(parts) == 2:
        length = calendar.monthrange(parts[0], parts[1])[1]
        return date(parts[0], parts[1], length if last else 1)
    return date(parts[0], 12, 31) if last else date(parts[0], 1, 1)


def add_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


# --- words -----------------------------------------------------------------------------------

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_DAYNAME = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_SHORTDAY = r"(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)\.?"
_NUMBER = (
    r"(?:\d{1,4}|a couple of|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"thirteen|fourteen|fifteen|eighteen|twenty|thirty|forty|fifty|sixty|ninety)"
)
_UNIT = r"(?:day|week|fortnight|month|year)s?"
_ORD = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:20\d\d|19[89]\d)"
_DASH = r"\s?(?:-|–|—|to|and|through|until)\s?"
_WD = rf"(?:(?:{_DAYNAME}|{_SHORTDAY}),?\s+)?(?:the\s+)?"

_LEAD = (
    r"(?:(?P<lead>by|until|till|before|no later than|not later than|from|since|as of|as from|"
    r"starting on|starting from|starting|beginning on|beginning|effective from|effective|on|in|at|"
    r"through|after|for|within|over|during)\s+)?"
)
_UP_TO = {"by", "until", "till", "before", "no later than", "not later than", "through"}

_ANAPHORIC = re.compile(
    r"\b(?:earlier|later|before)$|^(?:(?:on|in|by|at|during)\s+)?(?:the\s+|that\s+)?same\b|\bthat\s+\w+$|"
    r"^the\s+(?:day|evening|night|morning)\s+(?:before|after)|"
    r"\bthe\s+(?:previous|next|following|same)\s+(?:day|morning|afternoon|evening|night|week|month|year)$",
    re.I,
)
# name -> pattern; longer and more exact ones first, as the first that matches wins.
_PATTERNS: list[tuple[str, str]] = [
    ("iso", r"(?P<year>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)\b"),
    ("loose", r"(?P<loose>\d{1,2}[./]\d{1,2}[./](?P<year>20\d\d))\b"),
    (
        "near_day",
        r"(?P<near>the\s+(?:previous|next|following)\s+(?:day|morning|afternoon|evening|night)|"
        r"the\s+(?:day|evening|night|morning|afternoon)\s+(?:before|after)(?=[,.;:)]|\s*$)|"
        r"(?:that\s+(?:very\s+|same\s+)?|(?:the|this)\s+(?:very\s+)?same\s+)"
        r"(?:day|morning|afternoon|evening|night)|(?:a\s+few\s+|some\s+|several\s+|only\s+|just\s+)?"
        r"(?:hours|minutes|moments)\s+(?:earlier|later|before(?=[,.])|ago))(?!\w)",
    ),
    (
        "range",
        rf"{_WD}(?P<d1>\d{{1,2}}){_ORD}\s+(?P<m1>{_MONTH})(?:,?\s+(?P<y1>{_YEAR}))?"
        rf"{_DASH}{_WD}(?P<d2>\d{{1,2}}){_ORD}\s+(?P<m2>{_MONTH})(?:,?\s+(?P<year>{_YEAR}))?",
    ),
    (
        "range",
        rf"{_WD}(?P<m1>{_MONTH})\s+(?P<d1>\d{{1,2}}){_ORD}(?:,?\s+(?P<y1>{_YEAR}))?"
        rf"{_DASH}{_WD}(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?!\d){_ORD}(?:,?\s+(?P<year>{_YEAR}))?",
    ),
    (
        "range",
        rf"{_WD}(?P<d1>\d{{1,2}}){_ORD}{_DASH}{_WD}(?P<d2>\d{{1,2}}){_ORD}\s+(?:of\s+)?"
        rf"(?P<m1>{_MONTH})(?:,?\s+(?P<year>{_YEAR}))?",
    ),
    (
        "range",
        rf"{_WD}(?P<m1>{_MONTH})\s+(?P<d1>\d{{1,2}}){_ORD}{_DASH}{_WD}"
        rf"(?P<d2>\d{{1,2}})(?!\d|%|\s+(?:per ?cent|countries|billion|million)){_ORD}"
        rf"(?:,?\s+(?P<year>{_YEAR}))?",
    ),
    (
        "day",
        rf"{_WD}(?P<d>\d{{1,2}}){_ORD}\s+(?:of\s+)?(?P<m>{_MONTH})(?:,?\s+(?P<year>{_YEAR})\b)?"
        rf"(?P<rel>\s+(?:of\s+)?(?:this|last|next|that|the\s+same|the\s+following)\s+year)?",
    ),
    (
        "day",
        rf"{_WD}(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}})"
        rf"(?!\d|,\d|%|\s+(?:per ?cent|billion|million)){_ORD}"
        rf"(?:,?\s+(?P<year>{_YEAR})\b)?(?P<rel>\s+(?:of\s+)?(?:this|last|next|that|the\s+same|the\s+following)\s+year)?",
    ),
    (
        "part",
        rf"(?:the\s+)?(?P<part>early|mid|middle|late|beginning|start|end|close)[\s-]+(?:in\s+|of\s+)?"
        rf"(?P<m>{_MONTH})(?:,?\s+(?:of\s+)?(?P<year>{_YEAR})\b)?(?P<rel>\s+(?:of\s+)?(?:this|last|next|that|the\s+same|the\s+following)\s+year)?",
    ),
    (
        "part",
        r"(?P<part>early|mid|late|the beginning|the start|the middle|the end|end)[\s-]+"
        r"(?:in\s+|of\s+)?(?P<which>this|the|next|last)\s+(?P<unit>month|year|week)\b",
    ),
    (
        "part",
        rf"(?P<part>early|mid|late|the beginning|the start|the middle|the end|end)[\s-]+"
        rf"(?:in\s+|of\s+)?(?P<year>{_YEAR})\b",
    ),
    (
        "half",
        rf"(?:the\s+)?(?P<part>first|second|latter)\s+half\s+of\s+(?P<m>{_MONTH})"
        rf"(?:,?\s+(?P<year>{_YEAR})\b)?",
    ),
    (
        "quarter",
        rf"(?P<q>first|second|third|fourth|last)\s+(?P<unit>quarter|half)"
        rf"(?:\s+of\s+(?:(?P<year>{_YEAR})|(?P<which>this|next|last)\s+year|the\s+year))?",
    ),
    (
        "years",
        rf"(?:the\s+years\s+)?(?P<y1>{_YEAR})\s?(?:-|–|—|to|and|through|until)\s?(?P<year>{_YEAR})\b"
        r"(?!-)",
    ),
    ("years", r"(?P<two>this\s+(?:year\s+and\s+next(?:\s+year)?|and\s+next\s+year))\b"),
    (
        "months",
        rf"(?:between\s+)?(?P<m>{_MONTH})\s+(?:to|and|through)\s+(?P<m2>{_MONTH})"
        rf"(?!\s*\d{{1,2}}\b(?!\d))(?:,?\s+(?P<year>{_YEAR})\b)?",
    ),
    ("month", rf"(?P<m>{_MONTH}),?\s+(?:of\s+)?(?P<year>{_YEAR})\b"),
    (
        "month",
        r"(?:(?P<which>last|next|this past|this coming|this|that|the\s+same)\s+)"
        rf"(?P<m>{_MONTH})(?![-\w])",
    ),
    (
        "month",
        rf"(?P<m>{_MONTH})(?P<rel>\s+(?:of\s+)?(?:this|last|next|that|the\s+same|the\s+following)\s+year)",
    ),
    (
        "day_in",
        r"the\s+(?P<d>\d{1,2})(?:st|nd|rd|th)(?:\s+of\s+(?P<which>this|the|next|last)\s+month)?"
        r"(?!\s+(?:round|session|meeting|time|century|anniversary|summit|century))",
    ),
    (
        "after_next",
        rf"(?P<n>{_NUMBER})\s+(?P<unit>days?|weeks?)\s+(?:from|after)\s+"
        rf"(?:(?P<rel>tomorrow|today|now|yesterday)|(?:this\s+|next\s+)?(?P<wd>{_DAYNAME}))",
    ),
    (
        "rel_day",
        r"(?P<rel>the day after tomorrow|the day before yesterday|today|tomorrow|"
        r"yesterday|tonight|last night|this (?:morning|afternoon|evening))\b",
    ),
    (
        "weekday_week",
        rf"(?:(?P<wd>{_DAYNAME})\s+(?:of\s+)?(?P<which>next|last)\s+week|"
        rf"(?P<which2>next|last|this)\s+week'?s?\s+(?:on\s+)?(?P<wd2>{_DAYNAME}))",
    ),
    (
        "weekday",
        rf"(?:(?P<which>this coming|this past|next|last|this|coming|past)\s+)?(?P<wd>{_DAYNAME})s?"
        rf"(?:{_DASH}(?P<wd2>{_DAYNAME}))?(?:\s+(?:morning|afternoon|evening|night))?\b",
    ),
    ("ago", rf"(?P<n>{_NUMBER})\s+(?P<unit>{_UNIT})\s+(?P<dir>ago|earlier|before(?=[,.]))"),
    (
        "ago",
        rf"(?P<n>{_NUMBER})\s+(?P<unit>{_UNIT})\s+(?P<dir>later|from now|on(?=[,.])|hence|time)",
    ),
    (
        "within",
        rf"(?P<how>within|in the next|over the next|in the coming|during the next)\s+"
        rf"(?:the next\s+)?(?P<n>{_NUMBER})[\s-]+(?P<unit>{_UNIT})\b",
    ),
    ("in_n", rf"(?P<how>in)\s+(?P<n>{_NUMBER})\s+(?P<unit>{_UNIT})(?:['’]?\s+time)?\b(?!\s+of\b)"),
    (
        "length",
        rf"(?:for|by)\s+(?:a\s+further\s+|another\s+|an\s+additional\s+|a\s+period\s+of\s+|at\s+least\s+|up\s+to\s+)?"
        rf"(?P<n>{_NUMBER})(?:\s+more)?[\s-]+(?P<unit>{_UNIT})\b",
    ),
    ("length", rf"(?P<n>{_NUMBER})-(?P<unit>day|week|month|year)\b"),
    (
        "part_of",
        r"(?P<part>later|earlier|late|early)\s+(?:on\s+)?(?:in\s+)?(?P<which>this|the)\s+"
        r"(?P<unit>week|month|year)\b",
    ),
    ("weekend", r"(?:(?P<which>this coming|this past|next|last|this|the|over the)\s+)weekend\b"),
    (
        "unit",
        r"(?P<which>next|last|this|that same|that|the same|the following|the previous|the coming|"
        r"the past|coming|past)\s+"
        r"(?P<unit>week|month|year|quarter)\b(?!\s+(?:after|before)\s+\w+ing)",
    ),
    ("month", rf"(?P<m>{_MONTH})(?!\s*[-\d])(?!\w)"),
    ("year", rf"(?P<year>{_YEAR})\b(?!\s*(?:items|products|goods|tonnes|tons|per|%))"),
]
_ABSOLUTE = {
    "iso",
    "loose",
    "range",
    "day",
    "part",
    "quarter",
    "month",
    "year",
    "years",
    "months",
    "half",
}

_COMPILED = [
    (name, re.compile(rf"(?<![\w-]){_LEAD}{pattern}", re.I)) for name, pattern in _PATTERNS
]
# One cheap look that says whether a piece of text can hold a date at all.
_HINT = re.compile(
    rf"{_MONTH}|{_DAYNAME}|\b(?:day|week|month|year|quarter|half|yesterday|today|tomorrow|tonight|"
    rf"night|morning|afternoon|evening|hour|minute|moment|fortnight|weekend|20\d\d|19\d\d)s?\b|"
    rf"\bthe \d",
    re.I,
)
_SMALL_MONTH = re.compile(r"(?:may|march|mar|sun|sat|mon|wed|dec|jan|second)\b")


def find(text: str) -> list[Expression]:
    """The date expressions of `text`, in order, not overlapping."""
    if not _HINT.search(text):
        return []
    taken: list[Expression] = []
    for rule, pattern in _COMPILED:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other.end and other.start < end for other in taken):
                continue
            month = match.groupdict().get("m") or ""
            if month and month[0].islower():  # "may", "march": verbs
                continue
            lead = (match.group("lead") or "").lower()
            if rule == "month" and not _month_stands(text, match, lead):
                continue
            if (
                rule == "year"
                and not lead
                and not re.search(r"(?:of|year|late|early|mid|and|,|\()[\s-]*$", text[:start], re.I)
            ):
                continue
            if match.groupdict().get("wd") and match.group("wd")[0].islower():
                continue
            inner = match.start("lead") if lead else start
            span = None
            if rule == "length":
                span = _days(match.group("n"), match.group("unit"))
            taken.append(Expression(inner, end, text[inner:end], lead, rule, match, span))
    return sorted(taken, key=lambda found: found.start)


def _month_stands(text: str, match: re.Match[str], lead: str) -> bool:
    """Whether a bare month name is a month: "May" may be a name, "March" a verb."""
    groups = match.groupdict()
    if groups.get("year") or groups.get("which") or groups.get("rel"):
        return True
    if match.group("m").lower() in {"may", "march"}:
        return lead in {"in", "by", "from", "since", "until", "till", "before", "at", "during"}
    return True


# --- reckoning -------------------------------------------------------------------------------


def number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS.get(word.lower(), 0)


def _days(n: str, unit: str) -> int:
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


_RESOLVE: dict[str, Resolver] = {
    "iso": _iso, "range": _range, "day": _day, "part": _part, "quarter": _quarter,
    "month": _month_only, "day_in": _day_in, "after_next": _after_next, "rel_day": _rel_day,
    "near_day": _near_day, "half": _half, "years": _years, "months": _months,
    "weekday_week": _weekday_week, "weekday": _weekday, "ago": _ago, "within": _within,
    "in_n": _in_n, "part_of": _part_of, "weekend": _weekend, "unit": _unit, "year": _year,
    "loose": _loose,
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
