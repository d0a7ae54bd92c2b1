"""The stance of each side over time, as an index with its sources.

Every event that shows an attitude or an act counts with a sign and a weight (`WEIGHTS`): an act
weighs more than a threat, a threat more than a word. The index of a side on a day is
`100 * sum(w s 2**(-age/half_life)) / (sum(w 2**(-age/half_life)) + K)` over what was said and done
up to that day: +100 all conciliatory, -100 all escalatory; `K` keeps one remark from deciding.
The scale is a convention, not an estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from .dates import bounds
from .events import Event
from .merge import Merged

HALF_LIFE = 14.0  # days
K = 1.0

# kind -> (sign, weight); None: the sign is that of the stance
WEIGHTS: dict[str, tuple[int | None, float]] = {
    "statement": (None, 1.0),
    "threat": (-1, 2.0),
    "measure_announced": (-1, 2.5),
    "measure_in_force": (-1, 3.0),
    "measure_resumed": (-1, 3.0),
    "measure_suspended": (1, 2.5),
    "measure_revoked": (1, 3.0),
    "commitment": (1, 2.0),
    "agreement": (1, 2.5),
    "summit": (1, 1.5),
    "meeting": (1, 1.0),
    "call": (1, 0.5),
}
_STANCE = {"escalatory": -1, "conciliatory": 1, "neutral": 0}


@dataclass(frozen=True)
class Signal:
    """One event's mark on one side's index: `sign` in -1, 0, 1; `source` names the dispatch."""

    day: date
    side: str
    sign: int
    weight: float
    kind: str
    source: str
    words: str


@dataclass(frozen=True)
class Point:
    """The index of `side` at the end of `day`, and how many signals it rests on."""

    day: date
    side: str
    index: float
    signals: int


@dataclass(frozen=True)
class Stances:
    signals: tuple[Signal, ...]
    points: tuple[Point, ...]
    half_life: float

    def to_dict(self) -> dict[str, Any]:
        return {
            "half_life_days": self.half_life,
            "signals": [s.__dict__ for s in self.signals],
            "index": [p.__dict__ for p in self.points],
        }


def stances(merged: Merged, sides: Sequence[str] = (), half_life: float = HALF_LIFE) -> Stances:
    """The index of each side on each day that brought a signal of any.

    Background events and what is denied or only imagined do not count. An event's day is the day
    it was said or announced, else the day of publication: what lies ahead counts when it is told.
    """
    found: list[Signal] = []
    for proposal in merged.proposals:
        e = proposal.event
        reading = merged.readings[proposal.sources[0]]
        day = signal_day(e, reading.published)
        if day is None or e.salience == "background" or e.certainty in ("negated", "hypothetical"):
            continue
        if e.kind not in WEIGHTS:
            continue
        sign, weight = WEIGHTS[e.kind]
        if sign is None or (e.kind == "threat" and e.stance):
            sign = _STANCE[e.stance or "neutral"]
        words = e.evidence[0].text if e.evidence else ""
        found += [
            Signal(day, side, sign, weight, e.kind, reading.source, words) for side in e.actor
        ]
    wanted = set(sides) or {s.side for s in found}
    found = sorted((s for s in found if s.side in wanted), key=lambda s: (s.day, s.side))
    days = sorted({s.day for s in found})
    points = []
    for side in sorted(wanted):
        own = [s for s in found if s.side == side]
        for day in days:
            past = [s for s in own if s.day <= day]
            if past:
                points.append(
                    Point(day, side, round(_index(past, day, half_life), 2) + 0.0, len(past))
                )
    return Stances(tuple(found), tuple(points), half_life)


def _index(past: list[Signal], day: date, half_life: float) -> float:
    faded = [(s.sign, s.weight * 2 ** (-(day - s.day).days / half_life)) for s in past]
    return 100 * sum(sign * w for sign, w in faded) / (sum(w for _, w in faded) + K)


def signal_day(e: Event, published: str | None) -> date | None:
    """The day a signal was given: never after publication."""
    told = date.fromisoformat(published) if published else None
    for value in (e.announced_on, e.date):
        span = bounds(value)
        if not span or span[0] == date.min or span[1] - span[0] > timedelta(days=7):
            continue
        if told is None or span[1] <= told:
            return span[0]
    return told


def chart(result: Stances, path: Path) -> None:
    """Write the index as SVG, PNG or HTML, by the file's ending; altair is loaded here."""
    import altair as alt

    rows = [{"day": p.day.isoformat(), "side": p.side, "index": p.index} for p in result.points]
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("day:T", title=None),
        y=alt.Y("index:Q", title="stance", scale=alt.Scale(domain=[-100, 100])),
        color=alt.Color("side:N", title=None),
    )
    zero = alt.Chart(alt.Data(values=[{"y": 0}])).mark_rule(color="#999").encode(y="y:Q")
    title = "Stance of each side (-100 escalatory, +100 conciliatory)"
    picture = (
        zero + base.mark_line(interpolate="step-after") + base.mark_point(filled=True)
    ).properties(width=640, height=260, title=title)
    picture.save(str(path))
