"""Pending clocks: the days on which something changes if nobody acts, and what the law says then.

A clock's default is what an act orders. A threat without an act has a clock too, whose default is
that nothing happens; carrying it out is a what-if (`Record.with_execution`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from .model import Agreement, Measure, Party
from .query import plan_status, totals
from .replay import ENDED, Knowledge, Line
from .steps import day_of

# kind of change -> what happens then, in words; {names} are the measures
_WHAT = {
    "start": "{names}: due to take effect",
    "resume": "{names}: suspension ends",
    "suspend": "{names}: suspension begins",
    "end": "{names}: end",
    "step": "{names}: rate changes",
}
_DEFAULT = {
    "start": "takes effect as published",
    "resume": "applies again in full",
    "suspend": "is suspended",
    "end": "no longer applies",
    "step": "the scheduled rate applies",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What a clock does to one component; points in force before and after."""

    measure: str
    component: str
    kind: str  # start, resume, suspend, end, step
    before_pct: float
    after_pct: float


@dataclass(frozen=True, slots=True)
class Clock:
    """A pending day: `kind` is that of its changes, `expiry` for an agreement, `threat`/`proposal`.

    `plan` names the threat or proposal to execute; `changes` are what the default brings.
    """

    id: str
    date: date
    kind: str
    what: str
    default: str
    measures: tuple[str, ...]
    agreement: str = ""
    plan: str = ""
    changes: tuple[Change, ...] = ()


def clocks(
    lines: Iterable[Line],
    known: Knowledge,
    measures: Mapping[str, Measure],
    agreements: Mapping[str, Agreement],
    parties: Mapping[str, Party],
    t: int,
    on: date,
) -> tuple[Clock, ...]:
    """Clocks after `t` of the lines given, of open plans on `measures` and of `agreements`."""
    lines = list(lines)
    groups: dict[tuple[date, str, str, str], list[tuple[Line, int, Change]]] = {}
    for line in lines:
        for b in _boundaries(line, t):
            change = _change(line, b)
            if change is None:
                continue
            agreement = line.under.get(b, "")
            if known.ends.get(agreement) != day_of(b):
                agreement = ""
            imposer = "" if agreement else line.measure.imposer
            kind = "" if agreement else change.kind
            groups.setdefault((day_of(b), agreement, imposer, kind), []).append((line, b, change))
    for name, end in known.ends.items():
        if name in agreements and end > on:
            groups.setdefault((end, name, "", ""), [])
    out = [_clock(key, members, lines, measures, agreements) for key, members in groups.items()]
    out += _plan_clocks(known, measures, parties, t)
    return tuple(sorted(out, key=lambda c: (c.date, c.kind, c.id)))


def _boundaries(line: Line, t: int) -> list[int]:
    times = {*line.force.times, *line.rate.times, *line.suspended.times}
    return sorted(b for b in times if b > t)


def _change(line: Line, b: int) -> Change | None:
    """The change at `b`; None where nothing that applies changes."""
    was, now = line.force.at(b - 1), line.force.at(b)
    before, after = line.points(b - 1)[0], line.points(b)[0]
    held_was, held_now = line.suspended.at(b - 1), line.suspended.at(b)
    if was != now:
        if now == "in_force":
            kind = "start" if line.status(b) != "suspended" else ""
        else:
            kind = "end" if was == "in_force" or now not in ENDED else ""
    elif now != "in_force":
        kind = ""
    elif held_now < held_was:
        kind = "resume"
    elif held_now > held_was:
        kind = "suspend"
    else:
        kind = "step" if before != after else ""
    if not kind:
        return None
    return Change(line.measure.id, line.component.id, kind, before, after)


def _clock(
    key: tuple[date, str, str, str],
    members: list[tuple[Line, int, Change]],
    lines: list[Line],
    measures: Mapping[str, Measure],
    agreements: Mapping[str, Agreement],
) -> Clock:
    day, agreement, imposer, kind = key
    changes = tuple(c for _, _, c in members)
    names = tuple(dict.fromkeys(c.measure for c in changes))
    if agreement:
        what = f"{agreements[agreement].title}: expires"
        parts = [_totals_text(lines, members)]
        parts += [
            f"{measures[n].title}: {_DEFAULT[next(c.kind for c in changes if c.measure == n)]}"
            for n in names
            if not measures[n].country_wide
        ]
        default = "; ".join(p for p in parts if p)
        default = default or "the agreement ends; no act changes a measure then"
        return Clock(
            f"{day}:{agreement}", day, "expiry", what, default, names, agreement, "", changes
        )
    titles = "; ".join(_title(measures[n], changes) for n in names)
    default = _totals_text(lines, members) or _DEFAULT[kind] + _rates_text(changes)
    return Clock(
        f"{day}:{imposer.lower()}:{kind}",
        day,
        kind,
        _WHAT[kind].format(names=titles),
        default,
        names,
        changes=changes,
    )


def _title(measure: Measure, changes: tuple[Change, ...]) -> str:
    """The measure's title, and in brackets the components that change if not all do."""
    moved = [c.component for c in changes if c.measure == measure.id]
    if len(moved) == len(measure.components):
        return measure.title
    return f"{measure.title} ({'; '.join(measure.component(m).scope.text for m in moved)})"


def _totals_text(lines: list[Line], members: list[tuple[Line, int, Change]]) -> str:
    """Country-wide points before and after, for each pair a country-wide layer changes."""
    out = {}
    for line, b, _ in members:
        if line.measure.country_wide and line.measure.instrument == "tariff":
            importer = line.measure.imposer
            exporter = (line.component.targets or line.measure.targets)[0]
            before = totals(lines, importer, exporter, b - 1).country_wide_pct
            after = totals(lines, importer, exporter, b).country_wide_pct
            out[importer, exporter] = (
                f"{importer} on {exporter}: {before:g} to {after:g} points on all goods"
            )
    return "; ".join(out.values())


def _rates_text(changes: tuple[Change, ...]) -> str:
    rates = sorted({(c.before_pct, c.after_pct) for c in changes if c.before_pct != c.after_pct})
    if not rates:
        return ""
    return " (" + ", ".join(f"{a:g} to {b:g} points" for a, b in rates) + ")"


def _plan_clocks(
    known: Knowledge, measures: Mapping[str, Measure], parties: Mapping[str, Party], t: int
) -> list[Clock]:
    out = []
    for plan in known.plans.values():
        measure = measures.get(plan.effect.measure)
        if measure is None:
            continue
        party = parties.get(measure.imposer)
        hour = party.legal_hour if party else 0
        start = plan.moment(hour)
        if start is None or start <= t:
            continue
        if plan.closed or not plan_status(plan, t, hour):
            continue
        threat = plan.effect.role == "threat"
        rate = plan.effect.rate_pct
        points = "" if rate is None else f" ({rate:g} points)"
        out.append(
            Clock(
                f"{day_of(start)}:{plan.id}",
                day_of(start),
                "threat" if threat else "proposal",
                f"{measure.title}: {'threatened' if threat else 'proposed'} for this day{points}",
                "nothing: no legal act orders it"
                if threat
                else "nothing: no final act orders it yet",
                (measure.id,),
                plan=plan.id,
            )
        )
    return out
