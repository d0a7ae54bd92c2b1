"""Days told by way of other days, as candidates for the network: "two years later", "the following
March", "three days of talks", "the week of March 2", "last spring", a bare year.

Which day "later" counts from is a matter of judgement; each nearby day gives one candidate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

from .dates import bounds
from .datewords import MONTHS, NUMBERS
from .grammar import Parsed

AGES = range(1900, 2100)  # no dispatch tells of years before, or beyond
Span = tuple[date, date]
Found = tuple[int, int, str, int]  # tokens i up to j, the day, how it was reckoned (of `WAYS`)
WAYS = ("counted from a day told before", "days that end then", "days that begin then",
        "the week of a day", "a season", "a bare year", "a part of the period up to now",
        "a part of the period from now")  # fmt: skip
LATER, ENDING, BEGINNING, WEEK, SEASON, YEAR, SO_FAR, REST = range(len(WAYS))

_WORDS = "|".join(sorted((w for w, n in NUMBERS.items() if n), key=len, reverse=True))
_COUNT = rf"(?P<n>\d{{1,3}}|{_WORDS})"
_MONTH = "|".join(sorted((m for m in MONTHS if len(m) > 3), key=len, reverse=True))
_SHIFTED = re.compile(
    rf"\b{_COUNT}\s+(?P<unit>day|week|month|year)s?\s+(?P<way>later|earlier|ago|before|after(?:wards)?)\b"
    r"|\bthe\s+(?P<next>next|following|previous)\s+(?P<unit1>day|week|month|year)\b",
    re.I,
)
_FOLLOWING = re.compile(rf"\bthe\s+(?P<way>following|previous)\s+(?P<m>{_MONTH})\b", re.I)
_LASTING = re.compile(rf"\b{_COUNT}(?:\s+(?:\w+\s+)?days\s+of\b|-day\b)", re.I)
_WEEK_OF = re.compile(r"\bweek\s+(?:of|beginning|starting)\s+(?:\w+day,?\s+)?$", re.I)
_SEASON = re.compile(
    r"\b(?P<which>last|this|next|the)\s+(?P<season>spring|summer|autumn|fall|winter)\b", re.I
)
_ENDS = {"spring": 5, "summer": 8, "autumn": 11, "fall": 11, "winter": 2}  # the season's last month


def chained(p: Parsed, here: list[str], before: list[str], published: date) -> Iterator[Found]:
    """The candidates of one sentence; `here` the days it names, `before` those told last."""
    text = p.sentence.text
    today = (published, published)
    bases = list(dict.fromkeys(filter(None, map(_closed, (*here, *before)))))
    days = [*bases, today]
    for match in _SHIFTED.finditer(text):
        way = (match["way"] or match["next"]).lower()
        n = _number(match["n"]) if match["n"] else 1
        unit = (match["unit"] or match["unit1"]).lower()
        # "a day after they met": what is told then came before
        signs = {"after": (1, -1), "before": (-1, 1)}.get(way)
        signs = signs or ((-1,) if way in ("earlier", "ago", "previous") else (1,))
        for base in [today] if way == "ago" else days if len(signs) > 1 else bases:
            for value in (v for sign in signs for v in _shifted(base, sign * n, unit)):
                yield *_tokens(p, match), value, LATER
    for match in _FOLLOWING.finditer(text):
        for base in bases:
            value = _month_beside(base, MONTHS[match["m"].lower()], match["way"] == "previous")
            yield *_tokens(p, match), value, LATER
    for match in _LASTING.finditer(text):
        length = timedelta(_number(match["n"]) - 1)
        for day, last in days:
            if day == last and timedelta(0) < length < timedelta(15):
                yield *_tokens(p, match), f"{day - length}/{day}", ENDING
                yield *_tokens(p, match), f"{day}/{day + length}", BEGINNING
    for i, j, e in p.dates:
        if _WEEK_OF.search(text[: e.start - p.sentence.start]):
            for ahead in (True, False):
                span = _closed(e.on(published, ahead))
                if span and span[0] == span[1]:
                    monday = span[0] - timedelta(span[0].weekday())
                    yield i, j, f"{monday}/{monday + timedelta(6)}", WEEK
        span = _closed(e.on(published, None))
        if span and span[0] < published < span[1] and (span[1] - span[0]).days < 366:
            yield i, j, f"{span[0]}/{published}", SO_FAR
            yield i, j, f"{published}/{span[1]}", REST
    for match in _SEASON.finditer(text):
        year = published.year
        over = _ENDS[match["season"].lower()] < published.month
        year += {"last": 0 if over else -1, "this": 0, "the": 0, "next": 1}[match["which"].lower()]
        yield *_tokens(p, match), str(year), SEASON
    for k, word in enumerate(p.low):
        if len(word) == 4 and word.isdigit() and word[:2] in ("19", "20"):
            yield k, k + 1, word, YEAR


def _tokens(p: Parsed, match: re.Match[str]) -> tuple[int, int]:
    """The tokens under a match in the sentence's text."""
    start, end = (x + p.sentence.start for x in match.span())
    inside = [k for k, (a, b) in enumerate(p.at) if a < end and b > start]
    return inside[0], inside[-1] + 1


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word.lower()]


def _closed(value: str | None) -> Span | None:
    """First and last day, if it has both and a story may tell of it."""
    span = bounds(value)
    return span if span and all(x.year in AGES for x in span) else None


def _shifted(base: Span, n: int, unit: str) -> Iterator[str]:
    """`base` moved by n units, no more exact than `base` and the unit are."""
    first, last = base
    if unit in ("day", "week"):
        if first == last:
            with suppress(OverflowError):
                yield str(first + timedelta(n * (7 if unit == "week" else 1)))
        return
    months = 12 * first.year + first.month - 1 + n * (1 if unit == "month" else 12)
    if (last - first).days < 31:  # told to the month or better
        yield f"{months // 12:04d}-{months % 12 + 1:02d}"
    if unit == "year":
        yield f"{months // 12:04d}"


def _month_beside(base: Span, month: int, before: bool) -> str:
    """The first such month after `base`, or the last before it."""
    first, last = base
    # of a whole year, "the following March" is the next year's
    year = first.year - (month >= first.month) if before else last.year + (month <= last.month)
    return f"{year}-{month:02d}"
