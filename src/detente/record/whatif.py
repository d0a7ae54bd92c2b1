"""Hypothetical acts: a truce extended, a threat carried out, a rate set, a measure suspended.

Each function returns one `Act`; `Record.with_acts` applies it after all known acts, so that the
record itself stays as it is.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from .._text import plain
from ..errors import InputError
from .clocks import Clock
from .model import Act, Effect
from .replay import Knowledge, Line
from .steps import DAY, day_of

if TYPE_CHECKING:
    from .record import Record


def _act(record: Record, title: str, issuer: str, effects: tuple[Effect, ...]) -> Act:
    number = 1 + sum(a.what_if for a in record.acts)
    return Act(
        id=f"what-if-{number}",
        title=title,
        issuer=issuer,
        date=date.min,
        known=date.min,
        effects=effects,
        sources=("hypothesis",),
        what_if=True,
    )


def extension(
    record: Record, target: Clock | str, until: date, known: Knowledge, today: date
) -> Act:
    if isinstance(target, Clock):
        agreement, measures = target.agreement, target.measures
        ends = target.date
    elif target in record.agreements_by_id:
        agreement, end = target, known.ends.get(target)
        if end is None:
            raise InputError(f"{target} has no end to extend; name one that expires.")
        ends = end
        measures = tuple(
            {line.measure.id for line in known.lines.values() if agreement in line.under.values()}
        )
    elif target in record.measures_by_id:
        agreement, measures = "", (target,)
        pending = [_pending(line) for line in known.of(record.measures_by_id[target])]
        days = [day for p in pending for day, _ in p if day > today]
        if not days:
            raise InputError(f"{target} has no pending end to extend; name one that expires.")
        ends = min(days)
    else:
        raise InputError(
            f"{plain(target)!r} is no agreement or measure of the record {record.name}; name one "
            "that `detente status` lists."
        )
    if until <= ends:
        raise InputError(f"The end {until} is not after {ends}, when it ends anyway; give a later.")
    effects = []
    for name in measures:
        for line in known.of(record.measures_by_id[name]):
            effects += [
                Effect(
                    "prorogation",
                    measure=name,
                    component=line.component.id,
                    of=of,
                    until=until,
                    under=agreement,
                )
                for day, of in _pending(line)
                if day == ends
            ]
            effects += _steps_held(line, ends, until)
    if agreement:
        effects.append(Effect("prorogation", agreement=agreement, of="agreement", until=until))
    if not effects:
        raise InputError("Nothing of this clock can be extended; suspend its measures instead.")
    return _act(record, f"Extended to {until}", "", tuple(effects))


def _steps_held(line: Line, on: date, until: date) -> list[Effect]:
    """A scheduled change of rate on a day put off to `until`: the rate before it, then the new."""
    out = []
    for t in line.rate.times[1:]:
        if day_of(t) == on and line.active(t - 1) and line.active(t):
            for rate, day in ((line.rate.at(t - 1), on), (line.rate.at(t), until)):
                out.append(
                    Effect(
                        "modification",
                        measure=line.measure.id,
                        component=line.component.id,
                        rate_pct=rate,
                        starts=day,
                        at=t % DAY,
                    )
                )
    return out


def _pending(line: Line) -> list[tuple[date, str]]:
    """The last planned ends of a line that can be prolonged: (day, which)."""
    out = []
    for of, steps, value in (
        ("suspension", line.suspended, 0.0),
        ("measure", line.force, "expired"),
        ("start", line.force, "in_force"),
    ):
        t = steps.last_change_to(value)
        if t is not None and (of == "start" or t == steps.times[-1]):
            out.append((day_of(t), of))
    return out


def execution(
    record: Record, name: str, starts: date | None, rate_pct: float | None, known: Knowledge
) -> Act:
    plan = known.plans.get(name)
    if plan is None:
        raise InputError(
            f"{plain(name)!r} is no threat or proposal known then; known are "
            f"{', '.join(known.plans) or 'none'}."
        )
    effect = plan.effect
    starts = starts or effect.starts
    if starts is None:
        raise InputError(f"{name} names no day; give `starts`.")
    rate_pct = effect.rate_pct if rate_pct is None else rate_pct
    measure = record.measures_by_id[effect.measure]
    if rate_pct is None and measure.instrument == "tariff":
        raise InputError(f"{name} names no rate; give `rate_pct`.")
    executed = Effect(
        role="modification" if known.of(measure) else "base",
        measure=effect.measure,
        component=effect.component,
        rate_pct=rate_pct,
        starts=starts,
        at=effect.at,
        scope=effect.scope,
    )
    return _act(record, f"{measure.title}: carried out", measure.imposer, (executed,))


def rate(record: Record, name: str, rate_pct: float, starts: date) -> Act:
    measure = _measure(record, name)
    if not 0 <= rate_pct <= 10_000:
        raise InputError(f"rate_pct is {rate_pct}; give percentage points from 0 to 10000.")
    effects = (
        Effect("modification", measure=name, rate_pct=rate_pct, starts=starts),
        Effect("resumption", measure=name, starts=starts),
    )
    return _act(record, f"{measure.title}: {rate_pct:g} points", measure.imposer, effects)


def suspension(
    record: Record, name: str, starts: date, until: date | None, points: float | None
) -> Act:
    measure = _measure(record, name)
    effect = Effect("suspension", measure=name, suspended_pct=points, starts=starts, until=until)
    return _act(record, f"{measure.title}: suspended", measure.imposer, (effect,))


def _measure(record: Record, name: str):
    if name not in record.measures_by_id:
        raise InputError(
            f"{plain(name)!r} is no measure of the record {record.name}; `detente status --json` "
            "lists them."
        )
    return record.measures_by_id[name]
