"""Alternating offers over packages, in calendar time.

Two parties take turns. On its day the proposer names a package, accepts the standing offer, signs
part of it, or walks away; the other answers on its own next day. A date that passes brings the
disagreement point, and before it each party can take its outside option. Every act is kept in the
trace.

A party is an `Agent`: an offering policy and an acceptance policy, both small objects that see the
same `View` and nothing else, so that any two can be combined. Utilities are numbers by package,
one column for each party, on a scale where the disagreement point is zero; delay discounts them by
exp(-rate * days).

Rubinstein (1982) is the case of two `Backward` agents without a deadline; with one, backward
induction from the last day gives the exact subgame-perfect offers. Time-dependent concession
follows Faratin, Sierra and Jennings (1998).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Domain:
    """What is bargained over.

    `utility` (packages, 2) above disagreement; `outside` what each side gets by walking away;
    `rates` discount per day; `parts` maps a package to the partial agreement that can be signed now
    while talks on the rest go on (-1: none).
    """

    utility: Array
    outside: tuple[float, float] = (0.0, 0.0)
    rates: tuple[float, float] = (0.0, 0.0)
    parts: NDArray[np.intp] | None = None

    def __post_init__(self) -> None:
        if self.utility.ndim != 2 or self.utility.shape[1] != 2 or not len(self.utility):
            raise InputError("A domain needs utilities of at least one package for two parties.")
        if not np.isfinite(self.utility).all():
            raise InputError("Utilities must be finite numbers.")
        if min(self.rates) < 0:
            raise InputError("Discount rates must be zero or more.")

    def worth(self, package: int, party: int, days: float) -> float:
        """Discounted utility of a package agreed after `days`."""
        return float(self.utility[package, party] * np.exp(-self.rates[party] * days))


@dataclass(frozen=True)
class Act:
    """One line of the trace; `package` is -1 where none is named."""

    day: date
    party: int
    kind: str  # offer, accept, partial, walk, wait
    package: int = -1
    utilities: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class View:
    """What an agent sees on its day: `remaining` counts the days on which someone can still act."""

    domain: Domain
    party: int
    day: date
    start: date
    deadline: date
    remaining: int
    standing: int  # package offered by the other side, -1 if none
    floor: tuple[float, float]  # secured by a partial agreement
    trace: tuple[Act, ...]

    @property
    def elapsed(self) -> float:
        return float((self.day - self.start).days)

    @property
    def used(self) -> float:
        """Share of the time to the deadline that has passed."""
        total = max(1, (self.deadline - self.start).days)
        return min(1.0, self.elapsed / total)


class Offering(Protocol):
    """Names the package to offer, None to wait."""

    def offer(self, view: View) -> int | None: ...


class Acceptance(Protocol):
    """Says what to do with the standing offer: accept, partial, walk or reject."""

    def answer(self, view: View) -> str: ...


@dataclass(frozen=True)
class Agent:
    name: str
    offering: Offering
    acceptance: Acceptance


@dataclass(frozen=True)
class Outcome:
    """How it ended: `kind` is deal, walked or expired; utilities are discounted to the first day.

    After an expiry each side has what a partial agreement secured, else its disagreement value,
    zero.
    """

    kind: str
    package: int
    day: date
    utilities: tuple[float, float]
    trace: tuple[Act, ...] = field(repr=False)


def negotiate(
    domain: Domain,
    agents: tuple[Agent, Agent],
    days: Sequence[date],
    deadline: date,
    *,
    first: int = 0,
) -> Outcome:
    """Play alternating offers on `days` (one turn each) until `deadline`, `first` beginning.

    Raises InputError for days out of order, none before the deadline, or an agent that names a
    package that does not exist.
    """
    turns = [day for day in days if day <= deadline]
    if not turns or any(b <= a for a, b in itertools.pairwise(turns)):
        raise InputError("Turns must be days in order, at least one of them by the deadline.")
    start, standing, party = turns[0], -1, first
    floor: tuple[float, float] = (0.0, 0.0)
    trace: list[Act] = []

    def act(day: date, kind: str, package: int = -1) -> tuple[float, float]:
        elapsed = (day - start).days
        pair = (0.0, 0.0)
        if package >= 0:
            pair = (domain.worth(package, 0, elapsed), domain.worth(package, 1, elapsed))
        trace.append(Act(day, party, kind, package, pair))
        return pair

    for k, day in enumerate(turns):
        agent = agents[party]
        left = len(turns) - k
        view = View(domain, party, day, start, deadline, left, standing, floor, tuple(trace))
        answer = agent.acceptance.answer(view)
        if answer == "walk":
            act(day, "walk")
            elapsed = (day - start).days
            out = [domain.outside[p] * np.exp(-domain.rates[p] * elapsed) for p in (0, 1)]
            ends = (max(floor[0], float(out[0])), max(floor[1], float(out[1])))
            return Outcome("walked", -1, day, ends, tuple(trace))
        if standing >= 0 and answer == "accept":
            return Outcome("deal", standing, day, act(day, "accept", standing), tuple(trace))
        if standing >= 0 and answer == "partial" and domain.parts is not None:
            part = int(domain.parts[standing])
            if part >= 0:
                floor = act(day, "partial", part)
        chosen = agent.offering.offer(view)
        if chosen is None:
            act(day, "wait")
            standing = -1
        elif not 0 <= chosen < len(domain.utility):
            raise InputError(f"{agent.name} offers package {chosen}, which does not exist.")
        else:
            act(day, "offer", chosen)
            standing = chosen
        party = 1 - party
    return Outcome("expired", -1, deadline, floor, tuple(trace))


def every(days: int, start: date, deadline: date) -> tuple[date, ...]:
    """Turns every so many days from `start` to `deadline`."""
    return tuple(
        start + timedelta(days=k) for k in range(0, (deadline - start).days + 1, max(1, days))
    )
