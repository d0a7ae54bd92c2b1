"""What happened, in order, and what changed in knowledge between two days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ..errors import InputError
from .clocks import Clock
from .model import Act, Agreement, Commitment, Meeting, Performance, Statement
from .query import MeasureState, Total
from .record import Record


@dataclass(frozen=True, slots=True)
class Event:
    """An entry on the day it is dated: `what` in the record's words, `kind` and `who` beside."""

    date: date
    known: date
    kind: str
    who: str
    what: str
    id: str
    measures: tuple[str, ...]
    sources: tuple[str, ...]


def history(
    record: Record,
    known: date | None = None,
    start: date | None = None,
    end: date | None = None,
    measure: str | None = None,
) -> tuple[Event, ...]:
    """Acts, statements, meetings, agreements, promises and their performance, oldest first.

    Only what was known by `known`, dated from `start` to before `end`; with `measure`, only the
    acts and statements on it. Raises InputError for an unknown measure or an empty span.
    """
    if measure is not None and measure not in record.measures_by_id:
        raise InputError(f"{measure!r} is no measure of the record {record.name}; check its id.")
    if start and end and end <= start:
        raise InputError(f"The span from {start} to {end} is empty; give a later end.")
    events = [
        e
        for e in _events(record, known)
        if (start is None or e.date >= start)
        and (end is None or e.date < end)
        and (measure is None or measure in e.measures)
    ]
    return tuple(sorted(events, key=lambda e: (e.date, e.known)))


def _events(record: Record, known: date | None) -> Iterable[Event]:
    for act in record.acts_known(known):
        yield _event(act, act.kind, act.issuer, f"{act.title}{_effects(record, act)}")
    for s in record.statements_known(known):
        kind = "threat" if s.effects else "statement"
        yield _event(s, kind, f"{s.by}, {s.speaker}" if s.speaker else s.by, s.text)
    for m in record.calendar(known):
        number = f" {m.number}" if m.number else ""
        kind = f"planned {m.kind}" if m.planned else m.kind
        place = f", {m.place}" if m.place else ""
        yield _event(m, kind + number, " ".join(m.parties), m.title + place)
    for a in record.agreements(known):
        yield _event(a, "agreement", " ".join(a.parties), f"{a.title}: {a.text}")
    for c, done in record.promises(known):
        yield _event(c, "commitment", c.by, c.text)
        for p in done:
            yield _event(p, "performance", p.by or c.by, p.text)


_DONE = {
    "base": "{rate}from {start}",
    "modification": "{rate}from {start}",
    "suspension": "{held}suspended from {start}",
    "resumption": "resumes on {start}",
    "prorogation": "{of} moved to {until}",
    "abrogation": "ends on {start}",
    "annulment": "annulled from {start}",
    "proposal": "{rate}proposed",
}


def _effects(record: Record, act: Act) -> str:
    """What an act does, in words: at most three effects, and how many more."""
    words = []
    for e in act.effects:
        if e.role not in _DONE:
            continue
        title = (
            record.agreements_by_id[e.agreement].title
            if e.agreement
            else record.measures_by_id[e.measure].title
        )
        done = _DONE[e.role].format(
            rate="" if e.rate_pct is None else f"{e.rate_pct:g} points ",
            held="" if e.suspended_pct is None else f"{e.suspended_pct:g} points ",
            start=e.starts,
            until=e.until,
            of={"suspension": "end of its suspension", "start": "start"}.get(e.of, "end"),
        )
        if e.role == "modification" and e.rate_pct is None:
            done = f"new scope {done}"
        words.append(f"{title} {done}")
    words = list(dict.fromkeys(words))
    more = f"; and {len(words) - 3} more" if len(words) > 3 else ""
    return f" -> {'; '.join(words[:3])}{more}" if words else ""


def _event(
    entry: Act | Statement | Meeting | Agreement | Commitment | Performance,
    kind: str,
    who: str,
    what: str,
) -> Event:
    effects = entry.effects if isinstance(entry, Act | Statement) else ()
    measures = tuple(dict.fromkeys(e.measure for e in effects if e.measure))
    if isinstance(entry, Statement):
        measures = (*measures, *(a for a in entry.about if a not in measures))
    return Event(entry.date, entry.known, kind, who, what, entry.id, measures, entry.sources)


@dataclass(frozen=True, slots=True)
class Revision:
    """How a measure's state on a day differs between two days of knowledge; None: not yet known."""

    id: str
    title: str
    before: MeasureState | None
    after: MeasureState | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What was learned after `first`, up to and including `second`, about `on` and beyond."""

    first: date
    second: date
    on: date
    entries: tuple[Event, ...]
    revisions: tuple[Revision, ...]
    clocks_gone: tuple[Clock, ...]
    clocks_new: tuple[Clock, ...]
    totals_before: tuple[Total, ...]
    totals_after: tuple[Total, ...]


def difference(record: Record, first: date, second: date, on: date | None = None) -> Difference:
    """What changed in knowledge between the ends of two days, asked on `on` (the second day)."""
    if second <= first:
        raise InputError(
            f"Knowledge of {second} is not later than of {first}; name the earlier day first."
        )
    on = on or second
    before = {s.id: s for s in record.measures(on, first)}
    after = {s.id: s for s in record.measures(on, second)}
    revisions = [
        Revision(name, record.measures_by_id[name].title, before.get(name), state)
        for name, state in after.items()
        if _shown(before.get(name)) != _shown(state)
    ]
    # Clocks are compared from the first day on, so that one that ran out in between still shows.
    old = {_clock_key(c): c for c in record.clocks(min(first, on), first)}
    new = {_clock_key(c): c for c in record.clocks(min(first, on), second)}
    return Difference(
        first,
        second,
        on,
        tuple(e for e in history(record, second) if e.known > first),
        tuple(revisions),
        tuple(c for key, c in old.items() if key not in new),
        tuple(c for key, c in new.items() if key not in old),
        record.totals(on, first),
        record.totals(on, second),
    )


def _shown(s: MeasureState | None) -> tuple | None:
    if s is None:
        return None
    return (s.status, s.rate_pct, s.suspended_pct, s.default_pct, s.effective_from,
            s.effective_until, s.suspended_until,
            tuple((c.component, c.rate_pct, c.scope) for c in s.components))  # fmt: skip


def _clock_key(c: Clock) -> tuple:
    return (c.date, c.kind, c.agreement, c.plan, c.measures)
