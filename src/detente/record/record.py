"""`Record`: the entries of a conflict, and every question by two clocks.

`on` asks what holds on a day (noon at the imposer), `known` what was known by the end of a day. A
question about the past never sees later knowledge; one about the future gets the recorded
defaults: what the acts known so far say will happen if nobody acts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from .._text import plain
from ..errors import InputError
from . import clocks as _clocks
from . import query, whatif
from .model import (
    Act,
    Agreement,
    Claim,
    Commitment,
    Measure,
    Meeting,
    Negotiation,
    Office,
    Party,
    Performance,
    Statement,
)
from .query import ComponentState, MeasureState, Total
from .replay import Knowledge, Line, Plan, replay
from .steps import asked

T = TypeVar("T", Statement, Agreement, Negotiation, Meeting, Commitment, Performance, Claim, Act)
NEVER = date(2200, 1, 1)  # later than any knowledge


@dataclass(frozen=True)
class Record:
    """A conflict's entries by kind, in the order of their files; build one with `load_record`."""

    name: str
    title: str
    principals: tuple[str, ...]
    last_verified: date
    parties: dict[str, Party] = field(default_factory=dict)
    measures_by_id: dict[str, Measure] = field(default_factory=dict)
    acts: tuple[Act, ...] = ()
    statements: tuple[Statement, ...] = ()
    agreements_by_id: dict[str, Agreement] = field(default_factory=dict)
    negotiations: tuple[Negotiation, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    performances: tuple[Performance, ...] = ()
    claims: tuple[Claim, ...] = ()
    people: tuple[Office, ...] = ()
    folders: tuple[str, ...] = ()

    # ---------------------------------------------------------------- questions

    def measures(
        self,
        on: date | str,
        known: date | str | None = None,
        parties: Sequence[str] | None = None,
    ) -> tuple[MeasureState, ...]:
        """Every measure known by `known`, with its status and rates on `on`.

        `parties` (ISO3) keeps the measures that one of them imposes on another of them, those on
        all partners included; by default the record's principals. Raises InputError for a date
        that is none or a party that the record does not know.
        """
        day, knowledge = _day(on, "on"), self._known(known)
        t, chosen = asked(day), self._codes(parties)
        plans: dict[str, list[Plan]] = {}
        for plan in knowledge.plans.values():
            plans.setdefault(plan.effect.measure, []).append(plan)
        out = []
        for measure in self._between(chosen):
            hour = self._hour(measure)
            state = query.measure_state(measure, knowledge, plans.get(measure.id, []), t, hour)
            if state is not None:
                out.append(state)
        return tuple(out)

    def measure(
        self, name: str, on: date | str, known: date | str | None = None
    ) -> MeasureState | None:
        """One measure's state; None where nothing of it was known. Raises InputError if unknown."""
        if name not in self.measures_by_id:
            raise InputError(
                f"{plain(name)!r} is no measure of the record {self.name}; `detente status --json` "
                "lists them."
            )
        states = self.measures(on, known, ())
        return next((s for s in states if s.id == name), None)

    def components(
        self,
        on: date | str,
        known: date | str | None = None,
        imposer: str | None = None,
        target: str | None = None,
        instrument: str | None = "tariff",
    ) -> tuple[ComponentState, ...]:
        """The components in force on `on` by the acts known by `known`; wholly suspended ones too.

        A day after `known` gives the recorded defaults. `rate_pct` is what is in force,
        `suspended_pct` what is suspended; `scope` and `stack` say on which goods and how it
        combines. `instrument=None` gives every instrument.
        """
        t, knowledge = asked(_day(on, "on")), self._known(known)
        out = []
        for line in knowledge.lines.values():
            measure = line.measure
            if (
                line.active(t)
                and (instrument is None or measure.instrument == instrument)
                and (imposer is None or measure.imposer == imposer)
                and (target is None or measure.hits(target, line.component))
            ):
                out.append(query.component_state(line, t))
        return tuple(out)

    def totals(
        self,
        on: date | str,
        known: date | str | None = None,
        parties: Sequence[str] | None = None,
    ) -> tuple[Total, ...]:
        """Additional points on all goods, each party on each other: the country-wide layers."""
        t, knowledge = asked(_day(on, "on")), self._known(known)
        chosen = self._codes(parties)
        return tuple(
            query.totals(knowledge.lines.values(), importer, exporter, t)
            for importer in chosen
            for exporter in chosen
            if importer != exporter
        )

    def clocks(
        self,
        on: date | str,
        known: date | str | None = None,
        parties: Sequence[str] | None = None,
    ) -> tuple[_clocks.Clock, ...]:
        """Days after `on` on which something changes if nobody acts, the nearest first."""
        day, knowledge = _day(on, "on"), self._known(known)
        measures = {m.id: m for m in self._between(self._codes(parties))}
        lines = [line for line in knowledge.lines.values() if line.measure.id in measures]
        chosen = set(self._codes(parties))
        agreements = {a.id: a for a in self.agreements(known) if len(chosen & set(a.parties)) > 1}
        return _clocks.clocks(lines, knowledge, measures, agreements, self.parties, asked(day), day)

    # ------------------------------------------------- entries by the second clock

    def agreements(self, known: date | str | None = None) -> tuple[Agreement, ...]:
        """Agreements known by `known`; `until` is the end as known then."""
        ends = self._known(known).ends
        found = self._by(tuple(self.agreements_by_id.values()), known)
        return tuple(replace(a, until=ends.get(a.id, a.until)) for a in found)

    def plans(self, known: date | str | None = None) -> tuple[Plan, ...]:
        """Threats and proposals known by `known`, and how each was closed by then."""
        return tuple(self._known(known).plans.values())

    def calendar(self, known: date | str | None = None) -> tuple[Meeting, ...]:
        """Meetings held or planned, as known: a plan gives way to what replaced it."""
        found = self._by(self.meetings, known)
        gone = {name for m in found for name in m.replaces}
        return tuple(sorted((m for m in found if m.id not in gone), key=lambda m: m.date))

    def rounds(self, known: date | str | None = None) -> tuple[Meeting, ...]:
        """The rounds of talks held or planned, as known, in order."""
        return tuple(m for m in self.calendar(known) if m.kind == "round")

    def statements_known(self, known: date | str | None = None) -> tuple[Statement, ...]:
        return self._by(self.statements, known)

    def acts_known(self, known: date | str | None = None) -> tuple[Act, ...]:
        return self._by(self.acts, known)

    def promises(
        self, known: date | str | None = None
    ) -> tuple[tuple[Commitment, tuple[Performance, ...]], ...]:
        """Commitments known by `known`, each with what was known of its performance."""
        done = self._by(self.performances, known)
        return tuple(
            (c, tuple(p for p in done if p.commitment == c.id))
            for c in self._by(self.commitments, known)
        )

    def disputes(self, known: date | str | None = None) -> dict[str, tuple[Claim, ...]]:
        """Contested matters: each with its claims, who asserts and who denies, as known."""
        out: dict[str, list[Claim]] = {}
        for claim in self._by(self.claims, known):
            out.setdefault(claim.dispute, []).append(claim)
        return {name: tuple(claims) for name, claims in out.items()}

    def offices(self, on: date | str, side: str | None = None) -> tuple[Office, ...]:
        """Who held which office on a day."""
        day = _day(on, "on")
        return tuple(
            o
            for o in self.people
            if o.starts <= day
            and (o.until is None or day < o.until)
            and (side is None or o.side == side)
        )

    # ----------------------------------------------------------------- what-ifs

    def with_acts(self, *acts: Act) -> Record:
        """This record with hypothetical acts, applied after all others whatever is known."""
        return replace(self, acts=(*self.acts, *(replace(a, what_if=True) for a in acts)))

    def with_extension(
        self, target: _clocks.Clock | str, until: date | str, known: date | str | None = None
    ) -> Record:
        """What if the suspensions or measures that end with `target` ran to `until` instead.

        `target`: a clock, or the id of an agreement or measure. Raises InputError where nothing
        of it is pending after `known` (without it, after the last verified day).
        """
        day = _day(until, "until")
        today = self.last_verified if known is None else _day(known, "known")
        act = whatif.extension(self, target, day, self._known(known), today)
        return self.with_acts(act)

    def with_execution(
        self,
        plan: str,
        starts: date | str | None = None,
        rate_pct: float | None = None,
        known: date | str | None = None,
    ) -> Record:
        """What if a threat or proposal were carried out, as announced unless told otherwise."""
        day = None if starts is None else _day(starts, "starts")
        return self.with_acts(whatif.execution(self, plan, day, rate_pct, self._known(known)))

    def with_rate(self, measure: str, rate_pct: float, starts: date | str) -> Record:
        """What if a measure stood at `rate_pct` points, nothing suspended, from `starts` on."""
        return self.with_acts(whatif.rate(self, measure, rate_pct, _day(starts, "starts")))

    def with_suspension(
        self,
        measure: str,
        starts: date | str,
        until: date | str | None = None,
        points: float | None = None,
    ) -> Record:
        """What if `points` of a measure (None: all) were suspended from `starts`."""
        end = None if until is None else _day(until, "until")
        act = whatif.suspension(self, measure, _day(starts, "starts"), end, points)
        return self.with_acts(act)

    # ------------------------------------------------------------------ inside

    @cached_property
    def _entries(self) -> tuple[list[Act | Statement], list[date]]:
        """Acts and statements in the order of knowledge, and the days of it."""
        order: list[Act | Statement] = [a for a in self.acts if not a.what_if]
        order += [s for s in self.statements if s.effects or s.withdraws]
        order.sort(key=lambda e: e.known)  # stable: file order within a day
        return order, [e.known for e in order]

    @cached_property
    def _cache(self) -> dict[Any, Knowledge]:
        return {}

    def _known(self, known: date | str | None) -> Knowledge:
        day = NEVER if known is None else _day(known, "known")
        entries, days = self._entries
        count = bisect_right(days, day)
        ends = {
            a.id: a.until
            for a in self.agreements_by_id.values()
            if a.until is not None and a.known <= day
        }
        key = (count, len(ends))
        if key not in self._cache:
            what_ifs = [a for a in self.acts if a.what_if]
            self._cache[key] = replay(
                self.measures_by_id, self.parties, ends, [*entries[:count], *what_ifs]
            )
        return self._cache[key]

    def check(self) -> None:
        """Replay everything strictly; raises InputError with the file and line of what is wrong."""
        ends = {a.id: a.until for a in self.agreements_by_id.values() if a.until is not None}
        replay(self.measures_by_id, self.parties, ends, self._entries[0], check=True)

    def _by(self, entries: Iterable[T], known: date | str | None) -> tuple[T, ...]:
        day = NEVER if known is None else _day(known, "known")
        return tuple(e for e in entries if e.known <= day)

    def _hour(self, measure: Measure) -> int:
        party = self.parties.get(measure.imposer)
        return party.legal_hour if party else 0

    def _codes(self, parties: Sequence[str] | None) -> tuple[str, ...]:
        chosen = self.principals if parties is None else tuple(parties)
        for code in chosen:
            if code not in self.parties:
                raise InputError(
                    f"The record {self.name} has no party {plain(code)!r}; it has "
                    f"{', '.join(sorted(self.parties))}."
                )
        return chosen

    def _between(self, chosen: tuple[str, ...]) -> list[Measure]:
        """Measures among `chosen`; all of them where `chosen` is empty."""
        return [
            m
            for m in self.measures_by_id.values()
            if not chosen
            or (
                m.imposer in chosen
                and any(m.hits(p, c) for p in chosen for c in m.components if p != m.imposer)
            )
        ]

    def lines(self, known: date | str | None = None) -> tuple[Line, ...]:
        """The step functions behind the answers, for those who draw or check them."""
        return tuple(self._known(known).lines.values())

    def days(self) -> tuple[date, ...]:
        """Every day on which something became known."""
        groups = (
            self.acts, self.statements, tuple(self.agreements_by_id.values()), self.meetings,
            self.commitments, self.performances, self.claims, self.negotiations,
        )  # fmt: skip
        return tuple(sorted({e.known for group in groups for e in group if e.known < NEVER}))


def _day(value: date | str, name: str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InputError(
            f"{name} is {plain(value)!r}, which is not a day; write it as YYYY-MM-DD."
        ) from None
