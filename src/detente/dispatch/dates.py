"""Dates in news English, found and reckoned from the day the words were spoken.

`find(text)` gives the expressions with their offsets; `Expression.on(said, ahead)` turns one
into `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an interval. `ahead` says whether the sentence looks
forward (True), back (False) or does not tell (None): it settles "Friday" and "in November".
Weeks run from Monday to Sunday. What these rules do not cover is put to dateparser.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from .datewords import ABSOLUTE, ANAPHORIC, COMPILED, MONTHS, UP_TO
from .reckoning import RESOLVE, days_of, shift

__all__ = ["MONTHS", "Expression", "bounds", "find", "shift"]


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
        return bool(ANAPHORIC.search(self.text))

    def on(self, said: date | None, ahead: bool | None = None) -> str | None:
        """The ISO date or interval, or None where it cannot be told (no day of speaking)."""
        if self.rule == "length":
            return None
        if said is None:
            if self.rule not in ABSOLUTE:
                return None
            said = date(1, 1, 1)  # absolute expressions do not use it
            if not self.match.groupdict().get("year"):
                return None
        try:
            value = RESOLVE[self.rule](self.match, said, ahead)
        except (ValueError, OverflowError):  # the 31st of November, the year 99999
            return None
        if value is not None and self.lead in UP_TO:
            return f"../{value.partition('/')[2] or value}"
        return value


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


def find(text: str) -> list[Expression]:
    """The date expressions of `text`, in order, not overlapping."""
    taken: list[Expression] = []
    low = text.lower()
    for rule, pattern, needed in COMPILED:
        if not all(any(word in low for word in group) for group in needed):
            continue
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
                span = days_of(match.group("n"), match.group("unit"))
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
