"""Step functions of time: what the acts known so far say about one quantity.

Time is an integer: minutes of the imposer's local calendar (`moment`), so that 12:01 a.m. Eastern
and 1:01 p.m. in Beijing are exact and a query is one bisection.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime
from typing import Any

DAY = 24 * 60
# A day is asked at noon at the imposer, taken to two o'clock: China times its answers to 12:01 a.m.
# Eastern, which is 12:01 or 13:01 p.m. in Beijing, and every tracker counts them on that day.
ASKED_AT = 14 * 60


def moment(day: date, minutes: int) -> int:
    """Minutes since the calendar's day 0 of `minutes` after local midnight on `day`."""
    return day.toordinal() * DAY + minutes


def asked(on: date | datetime) -> int:
    """The minute a query asks for: a day's noon, or the local time given."""
    if isinstance(on, datetime):
        return moment(on.date(), on.hour * 60 + on.minute)
    return moment(on, ASKED_AT)


def day_of(t: int) -> date:
    return date.fromordinal(t // DAY)


class Steps:
    """A right-open step function of the minute: `start` before the first change."""

    __slots__ = ("times", "values")

    def __init__(self, start: Any) -> None:
        self.times: list[int] = [0]
        self.values: list[Any] = [start]

    def at(self, t: int) -> Any:
        return self.values[bisect_right(self.times, t) - 1]

    def set_from(self, t: int, value: Any) -> None:
        """`value` from `t` on; all that was planned from `t` on is replaced."""
        cut = bisect_right(self.times, t - 1)
        del self.times[cut:], self.values[cut:]
        if not cut or self.values[-1] != value:
            self.times.append(t)
            self.values.append(value)

    def last_change_to(self, value: Any) -> int | None:
        """The last moment at which the function changes to `value`, None if it never does."""
        for t, v in zip(reversed(self.times), reversed(self.values), strict=True):
            if v == value and t > 0:
                return t
        return None

    def move_end(self, old: int, new: int) -> None:
        """What holds just before `old` holds to `new`; then comes what came at `old`."""
        after = self.at(old)
        cut = bisect_right(self.times, old - 1)
        del self.times[cut:], self.values[cut:]
        self.set_from(new, after)

    def next_change(self, t: int) -> int | None:
        """The first change after `t`."""
        i = bisect_right(self.times, t)
        return self.times[i] if i < len(self.times) else None

    def last_change(self, t: int) -> int | None:
        """The last change at or before `t`."""
        i = bisect_right(self.times, t) - 1
        return self.times[i] if i > 0 else None
