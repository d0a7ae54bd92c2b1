"""The ways out of the pending clocks, each as a policy.

A clock's default is what a legal act says will happen if nobody acts; a threat without an act
defaults to nothing and its execution is a branch of its own. An answer to an escalation is an
assumption and labelled so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from ..errors import InputError
from . import controls as _controls
from .arrays import Policy
from .inforce import HORIZON, assemble

if TYPE_CHECKING:
    from ..record import Record
    from ..record.clocks import Clock
    from ..record.query import ComponentState
    from ..world import World

WINDOW = timedelta(days=100)
"""How far ahead clocks count as the near future."""
HELD = timedelta(days=730)
"""How long a what-if extension runs: past any day on which a branch is evaluated."""
MOST_NAMED = 2
"""Clocks that a branch's reasons spell out; more are counted."""
PLANS = ("threat", "proposal")
HOLDABLE = ("expiry", "resume", "start", "end", "step")


@dataclass(frozen=True)
class Branch:
    """One way out.

    Attributes:
        name, title, why: identifier, words, and the clocks, dates and defaults it rests on.
        on: the day whose measures it holds.
        policy: the arrays.
        country_wide_pct: points on all goods, by (importer, exporter).
        assumption: what is assumed rather than recorded, or "".
        components: the tariff components in force, for averages.
        answer_pct: points added on all goods beyond the record, by (importer, exporter).
    """

    name: str
    title: str
    why: str
    on: date
    policy: Policy
    country_wide_pct: dict[tuple[str, str], float]
    assumption: str
    components: tuple[ComponentState, ...]
    answer_pct: dict[tuple[str, str], float]


def branches(
    record: Record,
    world: World,
    as_of: date,
    known: date | None = None,
    *,
    horizon: str = HORIZON,
    window: timedelta = WINDOW,
) -> tuple[Branch, ...]:
    """The branches of the clocks pending on `as_of`, as known on `known` (default: `as_of`).

    The first, `standstill`, holds today's measures; `defaults` lets every recorded default apply.
    """
    return _Plan(record, world, as_of, known or as_of, horizon, window).all()


def branch(found: Sequence[Branch], name: str) -> Branch:
    """The branch called `name`; an InputError lists the names there are."""
    for one in found:
        if one.name == name:
            return one
    raise InputError(
        f"There is no branch {name!r} on this day; there are {', '.join(b.name for b in found)}."
    )


@dataclass(frozen=True)
class _Plan:
    """What all branches of one day share."""

    record: Record
    world: World
    as_of: date
    known: date
    horizon: str
    window: timedelta

    @cached_property
    def clocks(self) -> tuple[Clock, ...]:
        found = self.record.clocks(self.as_of, self.known)
        return tuple(c for c in found if c.date and c.date <= self.as_of + self.window)

    @cached_property
    def everywhere(self) -> tuple[Clock, ...]:
        """The same with the clocks that concern third parties only, which most branches hold."""
        found = self.record.clocks(self.as_of, self.known, tuple(self.record.parties))
        return tuple(c for c in found if c.date and c.date <= self.as_of + self.window)

    @cached_property
    def day(self) -> date:
        """The day after the last clock, on which every branch is evaluated."""
        return max((c.date for c in self.everywhere), default=self.as_of) + timedelta(days=1)

    @cached_property
    def parties(self) -> tuple[str, str]:
        first, second = self.record.principals[:2]
        return first, second

    def all(self) -> tuple[Branch, ...]:
        truce = [c for c in self.clocks if self._changes_tariffs(c)]
        controls = [c for c in self.clocks if c.kind == "start" and self._starts_controls(c)]
        threats = [c for c in self.clocks if c.kind == "threat" and self._threatens_tariffs(c)]
        legal = [c for c in self.everywhere if c.kind not in PLANS]
        out = [
            self._make(
                "standstill", "Today's measures go on", [], "Nothing that is pending happens"
            )
        ]
        if truce:
            out.append(self._make("truce-ended", "Truce ended", truce, "Only the truce ends"))
        if controls:
            out.append(
                self._make(
                    "controls", "Announced controls take effect", controls, "Only they start"
                )
            )
        if legal and legal not in (truce, controls):
            out.append(
                self._make(
                    "defaults", "Nobody acts: all defaults apply", legal, "Every legal default"
                )
            )
        for threat in threats:
            out += self._escalations(threat, [], "")
            if truce:
                out += self._escalations(threat, truce, "truce-ended-")
        peak = self._peak()
        return tuple(out if peak is None else [*out, peak])

    def _escalations(self, threat: Clock, default: list[Clock], prefix: str) -> list[Branch]:
        """The threat executed, unanswered and matched point for point."""
        measure = self.record.measures_by_id[threat.measures[0]]
        target = next(p for p in self.parties if p != measure.imposer)
        plan = next(p for p in self.record.plans(self.known) if p.id == threat.plan)
        rate = plan.effect.rate_pct or 0.0
        ended = ", truce ended" if default else ", truce extended"
        title = f"{measure.title}{ended}"
        why = f"The threat for {threat.date} is carried out"
        answer = {(target, measure.imposer): rate}
        name = f"{prefix}{threat.plan}"
        return [
            self._make(f"{name}", f"{title}, unanswered", default, why, execute=threat.plan),
            self._make(
                f"{name}-matched",
                f"{title}, matched",
                default,
                why,
                execute=threat.plan,
                answer=answer,
                assumption=f"{target} answers with {rate:g} points on all goods of "
                f"{measure.imposer}; no such act is recorded.",
            ),
        ]

    def _make(
        self,
        name: str,
        title: str,
        default: Sequence[Clock],
        why: str,
        execute: str = "",
        answer: dict[tuple[str, str], float] | None = None,
        assumption: str = "",
    ) -> Branch:
        record = self.record
        reasons = [why]
        applies = {clock.id for clock in default}
        if len(default) <= MOST_NAMED:
            reasons += [f"{c.date}: {c.what}; {c.default}" for c in default]
        else:
            reasons.append(f"{len(default)} clocks run out, from {default[0].date} on")
        for clock in self.everywhere:
            if clock.kind in HOLDABLE and clock.id not in applies:
                record = record.with_extension(clock, self.day + HELD, self.known)
        if execute:
            record = record.with_execution(execute, known=self.known)
        components = record.components(self.day, self.known)
        costed, uncosted = _controls.controls(record, self.day, self.known, self.horizon)
        return self._branch(
            name, title, reasons, record, components, (costed, uncosted), answer or {}, assumption
        )

    def _peak(self) -> Branch | None:
        """A return to the highest country-wide points on record, with every default applied."""
        days = {s for s in self._starts() if s <= self.as_of}
        if not days:
            return None

        def level(day: date) -> float:
            return sum(t.country_wide_pct for t in self.record.totals(day, self.known))

        top = max(sorted(days), key=level)
        if level(top) <= level(self.as_of) or level(top) <= 0:
            return None
        record = self.record
        kept = [c for c in record.components(self.day, self.known) if not self._between_parties(c)]
        then = [c for c in record.components(top, self.known) if self._between_parties(c)]
        controls = _controls.controls(record, self.day, self.known, self.horizon)
        points = "; ".join(
            f"{t.importer} on {t.exporter} {t.country_wide_pct:g}"
            for t in record.totals(top, self.known)
        )
        return self._branch(
            "all-out",
            f"All-out: back to the peak of {top:%B %Y}",
            [f"Country-wide points as on {top} ({points}), every other default applied"],
            record,
            (*kept, *then),
            controls,
            {},
            "Both sides return to their highest country-wide rates; no act orders it.",
        )

    def _branch(
        self,
        name: str,
        title: str,
        reasons: Sequence[str],
        record: Record,
        components: Sequence[ComponentState],
        controls: tuple[tuple[_controls.Control, ...], tuple[str, ...]],
        answer: dict[tuple[str, str], float],
        assumption: str,
    ) -> Branch:
        policy = assemble(record, self.world, components, *controls, name=name)
        for (importer, exporter), points in answer.items():
            goods = [s for s in self.world.sectors if s != "services"]
            policy = policy.add_tariff(points / 100, importer, exporter, goods)
        first, second = self.parties
        country_wide = {
            (n, i): sum(
                c.rate_pct for c in components if c.country_wide and c.imposer == n and c.hits(i)
            )
            + answer.get((n, i), 0.0)
            for n, i in ((first, second), (second, first))
        }
        return Branch(
            name=name,
            title=title,
            why=". ".join(reasons) + ".",
            on=self.day,
            policy=policy,
            country_wide_pct=country_wide,
            assumption=assumption,
            components=tuple(components),
            answer_pct=answer,
        )

    def _changes_tariffs(self, clock: Clock) -> bool:
        """Whether the clock's default moves country-wide tariff points between the parties."""
        return clock.kind not in PLANS and any(
            self.record.measures_by_id[m].country_wide
            and self.record.measures_by_id[m].instrument == "tariff"
            for m in clock.measures
        )

    def _starts_controls(self, clock: Clock) -> bool:
        measures = self.record.measures_by_id
        return any(measures[m].instrument == "export_control" for m in clock.measures)

    def _threatens_tariffs(self, clock: Clock) -> bool:
        plan = next(p for p in self.record.plans(self.known) if p.id == clock.plan)
        measure = self.record.measures_by_id[plan.effect.measure]
        return measure.instrument == "tariff" and plan.effect.rate_pct is not None

    def _between_parties(self, component: ComponentState) -> bool:
        return (
            component.country_wide
            and component.imposer in self.parties
            and any(component.hits(p) for p in self.parties)
            and "WLD" not in component.targets
        )

    def _starts(self) -> set[date]:
        """Days on which a country-wide layer between the parties changed."""
        from ..record.steps import day_of

        return {
            day_of(t)
            for line in self.record.lines(self.known)
            if line.measure.country_wide and line.measure.imposer in self.parties
            for t in (*line.force.times, *line.rate.times, *line.suspended.times)
            if t > 0
        }
