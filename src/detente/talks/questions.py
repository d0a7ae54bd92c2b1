"""Questions from the record's pending clocks: what resolves when, and what counts as what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from .opportunities import meeting_days

if TYPE_CHECKING:
    from ..record import Record
    from ..record.clocks import Clock

WINDOW = timedelta(days=400)
"""How far ahead an agreement's expiry is asked about."""
NEAR = timedelta(days=60)
"""How far ahead any other clock is: what is due later is not yet on the table."""
TARIFF_CATEGORY, OTHER_CATEGORY = "US tariff", "non-tariff"
_KINDS = {
    "expiry": "act",
    "resume": "act",
    "start": "act",
    "threat": "threat",
    "proposal": "threat",
}


@dataclass(frozen=True)
class Question:
    """One clock as a question; `sides` are author and other side, a and b of the game.

    `kind` is what the date brings if nobody acts (see `conflict.talks_game`), `counts` what makes
    each outcome true, `category` whose past it is estimated on.
    """

    id: str
    text: str
    clock: Clock
    due: date
    kind: str
    start: str
    sides: tuple[str, str]
    category: str
    counts: dict[str, str]


def questions(
    record: Record,
    as_of: date,
    known: date,
    *,
    window: timedelta = WINDOW,
    clocks: Sequence[Clock] | None = None,
) -> tuple[Question, ...]:
    """A question for every clock of the record's principals that falls due within `window`.

    Left out are clocks whose date only ends or lowers a measure, for nobody bargains to keep them,
    and tariffs on all partners, which are not the principals' to settle.
    """
    pending = record.clocks(as_of, known) if clocks is None else clocks
    out = []
    for clock in pending:
        reach = window if clock.kind == "expiry" else min(window, NEAR)
        if clock.kind not in _KINDS or not as_of < clock.date <= as_of + reach:
            continue
        if not clock.measures or _for_everyone(record, clock):
            continue
        out.append(_question(record, clock))
    return tuple(out)


def meetings(record: Record, as_of: date, due: date, known: date) -> list[tuple[date, str]]:
    """Days after `as_of` and before `due` on which the principals are due to meet, with titles.

    Only meetings planned or held by what was known; calls are contacts, not appointments.
    """
    sides = set(record.principals)
    out = []
    for meeting in record.calendar(known):
        if meeting.kind == "call" or not sides <= set(meeting.parties):
            continue
        last = (meeting.until or meeting.date + timedelta(days=1)) - timedelta(days=1)
        for day in meeting_days(meeting.date, max(meeting.date, last)):
            if as_of < day < due:
                out.append((day, meeting.title))
    return out


def _question(record: Record, clock: Clock) -> Question:
    kind = _KINDS[clock.kind]
    author = _author(record, clock)
    other = next(p for p in record.principals if p != author)
    tariff = any(record.measures_by_id[m].instrument == "tariff" for m in clock.measures)
    what = clock.what.split(": ")[0].strip()
    if clock.kind != "expiry":
        titles = [record.measures_by_id[m].title for m in clock.measures]
        what = titles[0] + (f" and {len(titles) - 1} more" if len(titles) > 1 else "")
    day = f"{clock.date.day} {clock.date:%B %Y}"
    if clock.kind == "expiry":
        text = f"{what}: extended, replaced by a deal, or ended on {day}?"
        applies = f"the recorded default is in force the day after: {clock.default}"
    elif kind == "threat":
        text = f"{what}, threatened for {day}: carried out, settled, put off, or let pass?"
        applies = "an order brings the measure into force on or before the date"
    else:
        text = f"{what}, due on {day}: applied, settled, or put off?"
        applies = f"the measure applies the day after: {clock.default}"
    counts = {
        "deal": "by the date both sides announce terms that remove or suspend this default for "
        "both (an announced framework counts; signed papers are shown apart)",
        "extension": "by the date an announcement moves the date, without terms that remove it",
        "collapse": applies,
        "lapsed": "the date passes with neither: no announcement, and the default is not in force",
    }
    return Question(
        id=clock.id,
        text=text,
        clock=clock,
        due=clock.date,
        kind=kind,
        start="threat_a" if kind == "threat" else "truce",
        sides=(author, other),
        category=TARIFF_CATEGORY if tariff else OTHER_CATEGORY,
        counts=counts,
    )


def _for_everyone(record: Record, clock: Clock) -> bool:
    """Whether the clock is about tariffs on all partners alike."""
    found = [record.measures_by_id[m] for m in clock.measures]
    return all(m.instrument == "tariff" and "WLD" in m.targets for m in found)


def _author(record: Record, clock: Clock) -> str:
    """Who imposes what the clock brings; the first principal where both do."""
    imposers = {record.measures_by_id[m].imposer for m in clock.measures}
    return next((p for p in record.principals if p in imposers), record.principals[0])
