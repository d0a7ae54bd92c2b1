"""The real calendar of a clock: on which days the sides can move.

Moves happen only at opportunities. On a scheduled day (a round, a summit, the legal date itself)
the sides are sure to meet; on any other civil day they are in contact with probability 1 -
exp(-rate). A day holds at most one contact, whatever the calendar is cut into: `cut` inserts
instants at which nothing can happen, and what follows must not change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True)
class Instant:
    """A point `days_left` before the clock's date, with what can happen there.

    `meeting` is sure contact, `chance` that random contact is possible, `last` the clock's own day.
    """

    days_left: float
    meeting: bool = False
    chance: bool = False
    last: bool = False
    label: str = ""


@dataclass(frozen=True)
class Calendar:
    """Instants in order of time, the last with `days_left` 0."""

    instants: tuple[Instant, ...]

    @property
    def days(self) -> float:
        return self.instants[0].days_left

    def cut(self, pieces: int) -> Calendar:
        """The same calendar with every interval between instants cut into `pieces`."""
        out = [self.instants[0]]
        for before, after in zip(self.instants, self.instants[1:], strict=False):
            step = (before.days_left - after.days_left) / pieces
            out += [Instant(before.days_left - step * k) for k in range(1, pieces)]
            out.append(after)
        return replace(self, instants=tuple(out))


def calendar(
    days: int, meetings: Iterable[int] = (), labels: dict[int, str] | None = None
) -> Calendar:
    """Civil days from `days` before the clock's date to the date itself.

    `meetings` are days before the date on which the sides are sure to meet. The first instant is
    the day of the forecast, on which nothing more can happen.
    """
    sure = set(meetings)
    names = labels or {}
    first = Instant(float(days))
    if days <= 0:
        return Calendar((Instant(0.0, meeting=True, last=True),))
    middle = tuple(
        Instant(float(d), meeting=d in sure, chance=d not in sure, label=names.get(d, ""))
        for d in range(days - 1, 0, -1)
    )
    return Calendar((first, *middle, Instant(0.0, meeting=True, last=True)))


def between(as_of: date, due: date, meetings: Iterable[tuple[date, str]] = ()) -> Calendar:
    """The calendar from `as_of` to `due` with the scheduled meetings that fall strictly between."""
    total = max(0, (due - as_of).days)
    named = {(due - day).days: what for day, what in meetings if as_of < day < due}
    return calendar(total, named, named)


def meeting_days(first: date, last: date) -> tuple[date, ...]:
    """Every day of a meeting that lasts from `first` to `last`."""
    return tuple(first + timedelta(days=k) for k in range((last - first).days + 1))
