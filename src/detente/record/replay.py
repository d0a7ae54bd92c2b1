"""What the acts known by a day say: one line of step functions for each component of a measure.

Acts are applied in the order in which they became known (entries of one day in file order). Each
replaces, from its own first day on, what earlier acts had planned; what it does not name stays.
That is all there is to the second clock: a later act is not applied, so it cannot be seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ..errors import InputError
from .model import PLANS, Act, Component, Effect, Measure, Party, Scope, Statement
from .steps import Steps, day_of, moment

ALL = math.inf  # all points, or the whole of a measure that has no rate
ENDED = ("expired", "revoked", "annulled", "withdrawn")


class Line:
    """A component's history as known: in force or not, points, points suspended, scope."""

    __slots__ = ("acts", "component", "force", "measure", "rate", "scope", "suspended", "under")

    def __init__(self, measure: Measure, component: Component) -> None:
        self.measure, self.component = measure, component
        self.force = Steps("pending")
        self.rate = Steps(None)
        self.suspended = Steps(0.0)
        self.scope = Steps(component.scope)
        self.under: dict[int, str] = {}  # moment of a change -> the agreement it belongs to
        self.acts: list[Act] = []

    def active(self, t: int) -> bool:
        return self.force.at(t) == "in_force"

    def points(self, t: int) -> tuple[float, float]:
        """Points in force and points suspended at `t`; both 0 where there is no rate or force."""
        if not self.active(t):
            return 0.0, 0.0
        rate = self.rate.at(t) or 0.0
        held = min(self.suspended.at(t), rate)
        return rate - held, held

    def status(self, t: int) -> str:
        """One of the derived statuses, or "" before the first act was made."""
        force = self.force.at(t)
        held = self.suspended.at(t)
        if force == "in_force":
            if held <= 0:
                return "in_force"
            rate = self.rate.at(t)
            return "suspended" if rate is None or held >= rate else "partly_suspended"
        if force == "pending":
            if self.force.next_change(t) is None or self.made > t:
                return ""
            return "suspended" if held > 0 else "announced"
        return force

    @property
    def made(self) -> int:
        """The moment of the first act."""
        return min((moment(a.date, 0) for a in self.acts if not a.what_if), default=0)

    def next_change(self, t: int) -> int | None:
        found = [s.next_change(t) for s in (self.force, self.rate, self.suspended)]
        return min((x for x in found if x is not None), default=None)

    def since(self, t: int) -> int | None:
        """The last change at or before `t`."""
        found = [s.last_change(t) for s in (self.force, self.rate, self.suspended)]
        return max((x for x in found if x is not None), default=None)


@dataclass(frozen=True, slots=True)
class Plan:
    """A threat or a proposal, and how it was closed, if it was."""

    id: str
    effect: Effect
    entry: Act | Statement
    closed: str = ""  # executed, withdrawn
    by: Act | Statement | None = None  # what closed it

    def moment(self, hour: int) -> int | None:
        if self.effect.starts is None:
            return None
        return moment(self.effect.starts, hour if self.effect.at is None else self.effect.at)


@dataclass(slots=True)
class Knowledge:
    """All that the acts and statements known by a day say."""

    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    ends: dict[str, date] = field(default_factory=dict)  # agreement -> its end

    def of(self, measure: Measure) -> list[Line]:
        found = (self.lines.get((measure.id, c.id)) for c in measure.components)
        return [line for line in found if line is not None]


def replay(
    measures: Mapping[str, Measure],
    parties: Mapping[str, Party],
    ends: Mapping[str, date],
    entries: Iterable[Act | Statement],
    *,
    check: bool = False,
) -> Knowledge:
    """Apply `entries`, in their order, to nothing.

    With `check`, what makes no legal sense (a suspension of nothing, a second base, overlapping
    components) raises InputError with file and line; without, it has no effect.
    """
    out = Knowledge(ends=dict(ends))
    for entry in entries:
        for name in (*getattr(entry, "executes", ()), *entry.withdraws):
            plan = out.plans.get(name)
            if plan is None or plan.closed:
                if check:
                    state = f"{plan.by.id} closed" if plan and plan.by else "nothing announced"
                    raise InputError(
                        f"{entry.where}: {entry.id} closes {name}, which {state} by then; name "
                        "an open threat or proposal."
                    )
                continue
            how = "executed" if name in getattr(entry, "executes", ()) else "withdrawn"
            out.plans[name] = Plan(plan.id, plan.effect, plan.entry, how, entry)
        for effect in entry.effects:
            if effect.role in PLANS:
                name = effect.id or entry.id
                out.plans[name] = Plan(name, effect, entry)
            elif effect.agreement:
                _prolong(out, effect, entry, check)
            else:
                assert isinstance(entry, Act)
                measure = measures[effect.measure]
                party = parties.get(measure.imposer)
                hour = effect.at if effect.at is not None else (party.legal_hour if party else 0)
                for component in measure.components:
                    if effect.component in ("", component.id):
                        _apply(out, measure, component, effect, entry, hour, check)
                if check and len(measure.components) > 1:
                    _refuse_overlap(out.of(measure), effect)
    return out


def _prolong(out: Knowledge, effect: Effect, entry: Act | Statement, check: bool) -> None:
    old = out.ends.get(effect.agreement)
    assert effect.until is not None
    if check and (old is None or effect.until <= old):
        raise InputError(
            f"{effect.where}: {entry.id} prolongs {effect.agreement} to {effect.until}, but it "
            f"{'has no end' if old is None else f'runs to {old}'}; give a later end."
        )
    if old is not None and effect.until > old:
        out.ends[effect.agreement] = effect.until


def _apply(
    out: Knowledge,
    measure: Measure,
    component: Component,
    effect: Effect,
    act: Act,
    hour: int,
    check: bool,
) -> None:
    key = (measure.id, component.id)
    line = out.lines.get(key)
    if line is None:
        if effect.role != "base" and not (act.what_if and effect.role == "modification"):
            # An effect on the whole measure passes over components that no act has begun.
            if check and (effect.component or not any(k[0] == measure.id for k in out.lines)):
                _nothing(effect, act, measure)
            return
        line = out.lines[key] = Line(measure, component)
    elif effect.role == "base" and check:
        force, last = line.force.values[-1], line.force.times[-1]
        assert effect.starts is not None
        if force not in ENDED or last > moment(effect.starts, hour):
            raise InputError(
                f"{effect.where}: {act.id} is a second base of {measure.id}/{component.id}, which "
                "it overlaps; make it a modification."
            )
    if act not in line.acts:
        line.acts.append(act)
    start = moment(effect.starts, hour) if effect.starts else 0
    until = moment(effect.until, hour) if effect.until else None
    match effect.role:
        case "base" | "modification":
            _set(line, effect, act, start, until, check)
        case "suspension":
            _suspend(line, effect, act, start, until, check)
        case "resumption":
            if check and not line.suspended.at(start) > 0:
                _nothing(effect, act, measure)
            line.suspended.set_from(start, 0.0)
        case "prorogation":
            assert until is not None
            _prorogue(line, effect, act, until, check)
        case "abrogation" | "annulment":
            force = line.force.at(start)
            if force in ENDED:
                if check and (effect.component or len(measure.components) == 1):
                    _nothing(effect, act, measure)
                return
            word = "annulled" if effect.role == "annulment" else "revoked"
            line.force.set_from(start, "withdrawn" if force == "pending" else word)
            if effect.under:
                line.under[start] = effect.under


def _set(line: Line, effect: Effect, act: Act, start: int, until: int | None, check: bool) -> None:
    if effect.role == "base" or line.force.at(start) != "in_force":
        if check and effect.role == "modification" and line.force.at(start) in ENDED:
            _nothing(effect, act, line.measure)
        line.force.set_from(start, "in_force")
    if effect.role == "base":
        line.scope.set_from(start, effect.scope or line.component.scope)
        line.suspended.set_from(start, 0.0)
        line.rate.set_from(start, effect.rate_pct)
    else:
        if effect.rate_pct is not None:
            line.rate.set_from(start, effect.rate_pct)
        if effect.scope is not None:
            line.scope.set_from(start, effect.scope)
    if until is not None:
        line.force.set_from(until, "expired")
        if effect.under:
            line.under[until] = effect.under


def _suspend(
    line: Line, effect: Effect, act: Act, start: int, until: int | None, check: bool
) -> None:
    held = ALL if effect.suspended_pct is None else effect.suspended_pct
    if check:
        moments = [start] + [
            t
            for t in (*line.force.times, *line.rate.times)
            if t > start and (until is None or t < until)
        ]
        rates = [line.rate.at(t) for t in moments if line.active(t)]
        if not rates or held == 0:
            _nothing(effect, act, line.measure)
        if held is not ALL and all(rate is None or held > rate for rate in rates):
            raise InputError(
                f"{effect.where}: {act.id} suspends {held:g} points of {line.measure.id}, which "
                f"has {max((r or 0.0) for r in rates):g}; suspend no more than there is, or `all`."
            )
    line.suspended.set_from(start, held)
    if until is not None:
        line.suspended.set_from(until, 0.0)
        if effect.under:
            line.under[until] = effect.under


def _prorogue(line: Line, effect: Effect, act: Act, until: int, check: bool) -> None:
    if effect.of == "suspension":
        steps, old = line.suspended, line.suspended.last_change_to(0.0)
    elif effect.of == "measure":
        steps, old = line.force, line.force.last_change_to("expired")
    else:
        steps, old = line.force, line.force.last_change_to("in_force")
    if old is not None and old != steps.times[-1] and effect.of != "start":
        old = None  # something else comes later: nothing pending to prolong
    if old is None or until <= old or (check and day_of(old) < act.known):
        if check and (effect.component or len(line.measure.components) == 1):
            what = "no end to prolong" if old is None else f"its end at {day_of(old)}"
            raise InputError(
                f"{effect.where}: {act.id} prolongs the {effect.of} of {line.measure.id} to "
                f"{day_of(until)}, which has {what}; give a later day before that end comes."
            )
        return
    steps.move_end(old, until)
    agreement = effect.under or line.under.get(old, "")
    if agreement:
        line.under[until] = agreement


def _nothing(effect: Effect, act: Act, measure: Measure) -> None:
    name = measure.id + (f"/{effect.component}" if effect.component else "")
    raise InputError(
        f"{effect.where}: {act.id} is a {effect.role} of nothing: {name} is not in force or due "
        "then, as far as was known; check the dates or add the act that began it."
    )


def _refuse_overlap(lines: list[Line], effect: Effect) -> None:
    for i, one in enumerate(lines):
        for two in lines[i + 1 :]:
            for t in {*one.force.times, *two.force.times, *one.scope.times, *two.scope.times}:
                if (
                    one.active(t)
                    and two.active(t)
                    and _same(one.scope.at(t), two.scope.at(t))
                    and one.component.targets == two.component.targets
                ):
                    raise InputError(
                        f"{effect.where}: components {one.component.id} and {two.component.id} of "
                        f"{one.measure.id} overlap from {day_of(t)}: both cover "
                        f"{one.scope.at(t).list!r}; end one or give it another list."
                    )


def _same(a: Scope, b: Scope) -> bool:
    return a.list == b.list and a.minus == b.minus
