"""States on a day as known on a day: pure functions of `replay`'s lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .model import Act, Measure, Scope, Stack, Statement
from .replay import ENDED, Knowledge, Line, Plan
from .steps import day_of, moment


@dataclass(frozen=True, slots=True)
class ComponentState:
    """A component of a tariff (or other measure) on a day.

    `rate_pct`: ad valorem points in force; `suspended_pct`: points suspended; both 0 for a measure
    without a rate. `since`: first day of this state; `next_change`: the next day on which it
    changes by the acts known, None if none does.
    """

    measure: str
    component: str
    title: str
    imposer: str
    targets: tuple[str, ...]
    excluded: tuple[str, ...]
    instrument: str
    authority: str
    status: str
    rate_pct: float
    suspended_pct: float
    scope: Scope
    stack: Stack
    country_wide: bool
    acts: tuple[str, ...]
    sources: tuple[str, ...]
    since: date | None
    next_change: date | None

    def hits(self, target: str) -> bool:
        """Whether goods of `target` (ISO3) pay it."""
        if target in self.targets:
            return True
        return "WLD" in self.targets and target != self.imposer and target not in self.excluded


@dataclass(frozen=True, slots=True)
class MeasureState:
    """A measure on a day as known on a day; statuses are derived here and stored nowhere.

    Rates are in ad valorem points, None where the instrument has none; of a measure with several
    rates, `rate_pct` is the highest and `rate_low_pct` the lowest in force. `default_pct` is the
    rate in force after the next change if nobody acts (a threat without an act: 0), None if none
    is pending. `effective_until` is the first day on which it will no longer apply,
    `suspended_until` the day its suspension ends, both as known.
    """

    measure: Measure
    status: str
    rate_pct: float | None
    rate_low_pct: float | None
    suspended_pct: float | None
    default_pct: float | None
    effective_from: date | None
    effective_until: date | None
    suspended_until: date | None
    since: date | None
    next_change: date | None
    known_on: date
    first_known_on: date
    components: tuple[ComponentState, ...]
    acts: tuple[str, ...]
    plans: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.measure.id


@dataclass(frozen=True, slots=True)
class Total:
    """Country-wide points of `importer` on all goods of `exporter`, in force and suspended."""

    importer: str
    exporter: str
    country_wide_pct: float
    suspended_pct: float
    measures: tuple[str, ...]


def component_state(line: Line, t: int) -> ComponentState:
    rate, held = line.points(t)
    since, nxt = line.since(t), line.next_change(t)
    measure, component = line.measure, line.component
    return ComponentState(
        measure=measure.id,
        component=component.id,
        title=measure.title,
        imposer=measure.imposer,
        targets=component.targets or measure.targets,
        excluded=measure.excluded,
        instrument=measure.instrument,
        authority=measure.authority,
        status=line.status(t),
        rate_pct=rate,
        suspended_pct=held,
        scope=line.scope.at(t),
        stack=component.stack,
        country_wide=measure.country_wide,
        acts=tuple(a.id for a in line.acts),
        sources=_sources(line.acts),
        since=None if since is None else day_of(since),
        next_change=None if nxt is None else day_of(nxt),
    )


def measure_state(
    measure: Measure, known: Knowledge, plans: list[Plan], t: int, hour: int
) -> MeasureState | None:
    """The state of a measure at minute `t`; None where nothing of it is known."""
    lines = [line for line in known.of(measure) if line.status(t)]
    # Open plans last: they are what a measure without an act is judged by.
    plans = sorted((p for p in plans if plan_status(p, t, hour)), key=lambda p: not p.closed)
    if not lines and not plans:
        return None
    entries: list[Act | Statement] = [a for line in lines for a in line.acts if not a.what_if]
    entries += [e for p in plans for e in (p.entry, p.by) if e is not None]
    states = tuple(component_state(line, t) for line in lines)
    rated = any(line.rate.values[-1] is not None for line in lines)
    active = [line.points(t) for line in lines if line.active(t)]
    rates = [r for r, _ in active]
    nxt = min((c for c in (line.next_change(t) for line in lines) if c is not None), default=None)
    return MeasureState(
        measure=measure,
        status=_status([s.status for s in states], lines, plans, t, hour),
        rate_pct=max(rates, default=0.0) if rated else (None if lines else 0.0),
        rate_low_pct=min(rates, default=0.0) if rated else (None if lines else 0.0),
        suspended_pct=max((h for _, h in active), default=0.0) if rated else None,
        default_pct=_default(lines, plans, nxt, t, hour, rated),
        effective_from=_first(lines, plans),
        effective_until=_last(lines, t),
        suspended_until=_suspended_until(lines, t),
        since=max((s.since for s in states if s.since), default=None),
        next_change=None if nxt is None else day_of(nxt),
        known_on=max((e.known for e in entries), default=date.min),
        first_known_on=min((e.known for e in entries), default=date.min),
        components=states,
        acts=_unique(a.id for line in lines for a in line.acts),
        plans=tuple(p.id for p in plans),
        sources=_sources(entries),
    )


def _status(states: list[str], lines: list[Line], plans: list[Plan], t: int, hour: int) -> str:
    live = [s for s in states if s in ("in_force", "partly_suspended", "suspended")]
    if live:
        if all(s == "suspended" for s in live):
            return "suspended"
        return "in_force" if all(s == "in_force" for s in live) else "partly_suspended"
    if "announced" in states:
        return "announced"
    if states:
        latest = max(lines, key=lambda line: line.force.last_change(t) or 0)
        return latest.force.at(t)
    return plan_status(plans[-1], t, hour)


def plan_status(plan: Plan, t: int, hour: int) -> str:
    """threatened or announced while open; withdrawn; expired once its day passed without an act.

    Empty before it was uttered; a plan carried out by another measure's act counts as expired.
    """
    if moment(plan.entry.date, 0) > t:
        return ""
    if plan.by is not None and moment(plan.by.date, 0) <= t:
        return "withdrawn" if plan.closed == "withdrawn" else "expired"
    start = plan.moment(hour)
    if start is not None and start <= t:
        return "expired"
    return "threatened" if plan.effect.role == "threat" else "announced"


def _default(
    lines: list[Line], plans: list[Plan], nxt: int | None, t: int, hour: int, rated: bool
) -> float | None:
    if lines:
        if nxt is None or not rated:
            return None
        return max((line.points(nxt)[0] for line in lines), default=0.0)
    return 0.0 if plan_status(plans[-1], t, hour) in ("threatened", "announced") else None


def _first(lines: list[Line], plans: list[Plan]) -> date | None:
    starts = [line.force.times[1] for line in lines if len(line.force.times) > 1]
    if starts:
        return day_of(min(starts))
    return plans[-1].effect.starts if plans else None


def _last(lines: list[Line], t: int) -> date | None:
    """The end of the whole measure: None if any component is open-ended."""
    ends = []
    for line in lines:
        if line.force.values[-1] not in ENDED:
            return None
        ends.append(line.force.times[-1])
    return day_of(max(ends)) if ends else None


def _suspended_until(lines: list[Line], t: int) -> date | None:
    ends = [line.suspended.next_change(t) for line in lines if line.suspended.at(t) > 0]
    return day_of(min(e for e in ends if e is not None)) if any(ends) else None


def totals(lines: Iterable[Line], importer: str, exporter: str, t: int) -> Total:
    """The sum of the country-wide tariff layers in force; of exclusive layers the foremost."""
    found: dict[str, tuple[int, float, float, str]] = {}
    for line in lines:
        measure, stack = line.measure, line.component.stack
        if (
            measure.country_wide
            and measure.instrument == "tariff"
            and measure.imposer == importer
            and measure.hits(exporter, line.component)
            and line.active(t)
        ):
            key = stack.group or f"{measure.id}/{line.component.id}"
            if key not in found or found[key][0] < stack.precedence:
                found[key] = (stack.precedence, *line.points(t), measure.id)
    layers = found.values()
    return Total(
        importer,
        exporter,
        sum((rate for _, rate, _, _ in layers), 0.0),
        sum((held for _, _, held, _ in layers), 0.0),
        _unique(name for *_, name in layers),
    )


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))


def _sources(entries: Iterable) -> tuple[str, ...]:
    return _unique(s for e in entries for s in e.sources)
