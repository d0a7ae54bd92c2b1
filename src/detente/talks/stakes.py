"""What a clock's default is worth to each side: the game's stakes, from equilibria.

    s_i = loss of real income of side i under this default alone, answered
          / loss of side i under 25 points on all goods both ways,

both against today's measures going on. A unilateral default of tariffs is answered point for point,
which is an assumption: an unanswered tariff can pay the one who imposes it, and no side counts on
that. The reference is the same for all clocks of a day, so stakes compare across them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from ..errors import ComputationError

if TYPE_CHECKING:
    from ..policy import Policy
    from ..record import Record
    from ..record.clocks import Clock
    from ..world import World
    from .questions import Question

REFERENCE_POINTS = 25.0
RANGE = (0.1, 6.0)  # beyond this the game's exponent is an extrapolation
HELD = timedelta(days=730)
_HOLDABLE = ("expiry", "resume", "start", "end")


@dataclass(frozen=True)
class Stake:
    """Stakes of author and other side, what each loses in percent of real income, and a note."""

    stakes: tuple[float, float]
    loss_pct: tuple[float, float]
    note: str

    @property
    def costed(self) -> bool:
        return not self.note.startswith("not costed")


def hold(record: Record, as_of: date, known: date, until: date, but: Clock | None = None) -> Record:
    """`record` with every default pending on `as_of` put off past `until`, except that of `but`."""
    for clock in record.clocks(as_of, known):
        if but is not None and clock.id == but.id:
            continue
        if clock.kind in _HOLDABLE and clock.measures:
            record = record.with_extension(clock, until + HELD, known)
    return record


def last_clock(record: Record, as_of: date, known: date) -> date:
    """The day after the last pending clock, on which every way out is compared."""
    return max((c.date for c in record.clocks(as_of, known)), default=as_of) + timedelta(days=1)


class Valuer:
    """Solves defaults on one world and day; equilibria are kept by policy."""

    def __init__(
        self, record: Record, world: World, as_of: date, known: date, horizon: str = "medium"
    ) -> None:
        self.record, self.world, self.horizon = record, world, horizon
        self.as_of, self.known = as_of, known
        self.day = last_clock(record, as_of, known)
        self.standstill = self._policy(None)
        self._reference: dict[str, float] | None = None

    def stake(self, question: Question) -> Stake:
        """Stakes of `question`; one each where the economy does not see what changes."""
        from ..economy import solve

        default, note = self._default(question)
        if default.same_as(self.standstill):
            return Stake((1.0, 1.0), (0.0, 0.0), "not costed: no tariff or cap changes")
        try:
            found = solve(self.world, default, baseline=self.standstill, horizon=self.horizon)
        except ComputationError as error:
            return Stake((1.0, 1.0), (0.0, 0.0), f"not costed: {error}")
        income = found.real_income
        losses = [-float(np.log(income.sel(region=p).item())) for p in question.sides]
        reference = self._reference_losses()
        stakes = [
            float(np.clip(loss / reference[p], *RANGE)) if reference[p] > 0 else 1.0
            for p, loss in zip(question.sides, losses, strict=True)
        ]
        percent = [100 * float(np.expm1(-loss)) for loss in losses]
        return Stake((stakes[0], stakes[1]), (percent[0], percent[1]), note)

    def _default(self, question: Question) -> tuple[Policy, str]:
        """The policy on the day after the last clock if this default alone applies, answered."""
        clock = question.clock
        policy = self._policy(clock)
        author, other = question.sides
        imposers = {self.record.measures_by_id[m].imposer for m in clock.measures}
        points = self._points(clock)
        if len(imposers) > 1 or not points:
            return policy, ""
        goods = [s for s in self.world.sectors if s != "services"]
        answered = policy.add_tariff(points / 100, importer=other, exporter=author, sector=goods)
        return answered, f"{other} answers with {points:g} points on all goods (an assumption)"

    def _points(self, clock: Clock) -> float:
        """Points on all goods that the default adds to what its author takes from the other."""
        if clock.plan:
            plan = next(p for p in self.record.plans(self.known) if p.id == clock.plan)
            tariff = self.record.measures_by_id[plan.effect.measure].instrument == "tariff"
            return float(plan.effect.rate_pct or 0.0) if tariff else 0.0
        wide = {
            c.measure: c.after_pct - c.before_pct
            for c in clock.changes
            if self.record.measures_by_id[c.measure].country_wide
        }
        return max(0.0, sum(wide.values()))

    def _policy(self, applies: Clock | None) -> Policy:
        """Everything pending is put off, except what `applies`."""
        from ..policy.inforce import policy

        record = hold(self.record, self.as_of, self.known, self.day, applies)
        if applies is not None and applies.plan:
            plan = next(p for p in self.record.plans(self.known) if p.id == applies.plan)
            measure = self.record.measures_by_id[plan.effect.measure]
            if measure.instrument == "tariff" and plan.effect.rate_pct is not None:
                record = record.with_execution(applies.plan, known=self.known)
        return policy(record, self.world, self.day, self.known, horizon=self.horizon)

    def _reference_losses(self) -> dict[str, float]:
        if self._reference is None:
            from ..economy import solve

            first, second = self.record.principals[:2]
            goods = [s for s in self.world.sectors if s != "services"]
            points = REFERENCE_POINTS / 100
            policy = self.standstill.add_tariff(points, first, second, goods)
            policy = policy.add_tariff(points, second, first, goods)
            found = solve(self.world, policy, baseline=self.standstill, horizon=self.horizon)
            self._reference = {
                p: -float(np.log(found.real_income.sel(region=p).item())) for p in (first, second)
            }
        return self._reference


def without_economics(stake: Stake) -> Stake:
    """The same with stakes of one: what the game says when it knows no economy."""
    return replace(stake, stakes=(1.0, 1.0))
