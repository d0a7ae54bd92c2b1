"""Offering and acceptance policies for `protocol.negotiate`, each one idea."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .protocol import Acceptance, Agent, View


@dataclass(frozen=True)
class Concede:
    """Aim at a share of one's best package that falls with time; offer what serves the other most.

    The aspiration is best * (1 - used^(1/speed)) + reserve: `speed` below 1 holds out (Boulware),
    above 1 gives in early; `reserve` is the least worth having.
    """

    speed: float = 0.3
    reserve: float = 0.0

    def aspiration(self, view: View) -> float:
        best = float(view.domain.utility[:, view.party].max())
        share = 1 - view.used ** (1 / self.speed)
        return self.reserve + (best - self.reserve) * share

    def offer(self, view: View) -> int | None:
        own = view.domain.utility[:, view.party]
        enough = np.flatnonzero(own >= min(self.aspiration(view), float(own.max())) - 1e-12)
        if own[enough].max() <= 0:
            return None
        other = view.domain.utility[enough, 1 - view.party]
        return int(enough[np.argmax(other)])


@dataclass(frozen=True)
class Enough:
    """Accept what is as good as one would ask for now; on the last day what beats the reserve."""

    offering: Concede = field(default_factory=Concede)

    def answer(self, view: View) -> str:
        if view.standing < 0:
            return "reject"
        own = float(view.domain.utility[view.standing, view.party])
        if own >= self.offering.aspiration(view) - 1e-12 and own > 0:
            return "accept"
        last = view.remaining == 1
        return "accept" if last and own > self.offering.reserve else "reject"


@dataclass(frozen=True)
class Salvage:
    """As `inner`, but once `after` of the time is used, sign the part both already agree on."""

    inner: Acceptance
    after: float = 0.8

    def answer(self, view: View) -> str:
        said = self.inner.answer(view)
        secured = max(view.floor) > 0
        if said == "reject" and view.standing >= 0 and view.used >= self.after and not secured:
            return "partial"
        return said


@dataclass(frozen=True)
class Backward:
    """Subgame-perfect play against one's like: exact by backward induction over the turns left.

    On the last turn anything better than breaking off is accepted; before it, the proposer offers
    its best package among those that the other takes rather than wait for its own turn.
    """

    def offer(self, view: View) -> int | None:
        plan = self._plan(view)
        return plan[0]

    def answer(self, view: View) -> str:
        walk = view.domain.outside[view.party] * _fade(view, view.party, view.elapsed)
        value = max(self._plan(view)[1], 0.0)
        if view.standing < 0:
            return "walk" if walk > value + 1e-12 else "reject"
        own = view.domain.worth(view.standing, view.party, view.elapsed)
        if own >= max(value, walk) - 1e-12:
            return "accept"
        return "walk" if walk > value + 1e-12 else "reject"

    def _plan(self, view: View) -> tuple[int | None, float]:
        """The offer now and what it brings, if turns go on at the pace seen so far."""
        domain, turns = view.domain, view.remaining
        gap = _pace(view)
        # value to each side of reaching turn t (0: now) with the floor at alternating sides
        ahead = np.zeros(2)
        chosen: int | None = None
        for t in range(turns - 1, -1, -1):
            mover = view.party if t % 2 == 0 else 1 - view.party
            reply = view.elapsed + gap * (t + 1)
            if t == turns - 1:  # no turn is left on which the other could accept
                value, chosen = np.array(ahead), None
            else:
                worth = np.stack(
                    [domain.utility[:, p] * _fade(view, p, reply) for p in (0, 1)], axis=1
                )
                other = 1 - mover
                walk = domain.outside[other] * _fade(view, other, reply)
                taken = worth[:, other] >= max(ahead[other], walk, 0.0) - 1e-12
                best = np.where(taken, worth[:, mover], -np.inf)
                k = int(np.argmax(best))
                if best[k] > ahead[mover]:
                    value, chosen = worth[k].copy(), k
                else:
                    value, chosen = np.array(ahead), None
            ahead = np.maximum(value, 0.0)
        return chosen, float(ahead[view.party])


def _fade(view: View, party: int, days: float) -> float:
    return float(np.exp(-view.domain.rates[party] * days))


def _pace(view: View) -> float:
    """Days between turns, from what is left: the turns after this one are evenly spread."""
    left = (view.deadline - view.day).days
    return left / (view.remaining - 1) if view.remaining > 1 else 0.0


def conceding(name: str, speed: float = 0.3, reserve: float = 0.0) -> Agent:
    """An agent that concedes with time and accepts what it would ask for."""
    policy = Concede(speed, reserve)
    return Agent(name, policy, Enough(policy))


def rational(name: str) -> Agent:
    """An agent that plays backward induction and expects the same of the other."""
    policy = Backward()
    return Agent(name, policy, policy)
