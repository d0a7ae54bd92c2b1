"""What would hold: can each party be trusted to keep an agreement that no court enforces?

Per period of the repeated game a party gets C while the agreement is kept, D while it breaks it
unpunished (its best response), P while it is punished (the trade war, or whatever follows). It
keeps the agreement if no breach pays. With a breach seen after `lag` periods, punishment lasting
`punishment` periods and a chance `hazard` each period that the agreement ends whatever anyone does,
effective patience is x = delta (1 - hazard) and a breach does not pay if

    (D - C) (1 + x + ... + x^(lag-1)) <= (C - P) x^lag (1 + x + ... + x^(punishment-1)).

With lag 1, endless punishment and no hazard this is delta >= (D - C) / (D - P). Sources: Friedman
(1971), "A non-cooperative equilibrium for supergames"; Bagwell and Staiger (2002), "The Economics
of the World Trading System", ch. 6.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.optimize import brentq

from ..errors import InputError


@dataclass(frozen=True)
class Terms:
    """How an agreement is watched and enforced.

    lag: periods before a breach is seen and answered, 1 or more (1: answered next period).
    punishment: periods that the punishment lasts; infinity for ever.
    hazard: chance per period, in [0, 1), that the agreement ends for reasons outside the game.
    """

    lag: int = 1
    punishment: float = math.inf
    hazard: float = 0.0

    def __post_init__(self) -> None:
        if self.lag < 1 or self.lag != int(self.lag):
            raise InputError(f"lag is {self.lag}; give a whole number of periods, 1 or more.")
        if not self.punishment >= 1:
            raise InputError(f"punishment is {self.punishment}; give 1 or more periods.")
        if not 0 <= self.hazard < 1:
            raise InputError(f"hazard is {self.hazard}; give a chance per period in [0, 1).")


def _sum(x: float, n: float) -> float:
    """1 + x + ... + x^(n-1), for x in [0, 1)."""
    return (1.0 - x**n) / (1.0 - x)


def _temptation(x: float, terms: Terms) -> tuple[float, float]:
    """Discounted periods of temptation and of punishment that a breach brings."""
    return _sum(x, terms.lag), x**terms.lag * _sum(x, terms.punishment)


def critical_discount_factor(
    keep: float, breach: float, punished: float, terms: Terms = Terms()
) -> float:
    """The least patience per period at which a party keeps the agreement.

    keep, breach, punished: the party's payoff per period (C, D, P above), in any one unit.
    Returns 0 where there is no temptation, and infinity where no patience is enough (the
    punishment is no worse than the agreement, or too short or uncertain).
    """
    if not all(map(math.isfinite, (keep, breach, punished))):
        raise InputError(f"Payoffs must be finite numbers; got {keep}, {breach}, {punished}.")
    if breach <= keep:
        return 0.0
    if punished >= keep:
        return math.inf

    def slack(x: float) -> float:
        tempted, bitten = _temptation(x, terms)
        return (keep - punished) * bitten - (breach - keep) * tempted

    # slack / tempted rises with x, so there is one root at most; the limit x -> 1 decides
    most = 1.0 - 1e-12
    if slack(most) < 0:
        return math.inf
    x: float = brentq(slack, 0.0, most, xtol=1e-15, rtol=1e-14)  # type: ignore[assignment]
    delta = x / (1.0 - terms.hazard)
    return delta if delta < 1 else math.inf


def holds(
    keep: float, breach: float, punished: float, delta: float, terms: Terms = Terms()
) -> bool:
    """Whether a party with discount factor `delta` keeps the agreement."""
    return delta >= critical_discount_factor(keep, breach, punished, terms)


def smallest_transfer(
    keep: float, breach: float, punished: float, delta: float, terms: Terms = Terms()
) -> float:
    """The least payment per period, while the agreement is kept, that makes the party keep it.

    It is paid at the end of a period in which the party complied, so that a breach forfeits it.
    In the unit of the payoffs; 0 where the agreement holds without one.
    """
    if not 0 < delta < 1:
        raise InputError(f"The discount factor is {delta}; give a number between 0 and 1.")
    tempted, bitten = _temptation(delta * (1.0 - terms.hazard), terms)
    short = (breach - keep) * tempted - (keep - punished) * bitten
    return max(0.0, short / (tempted + bitten))


@dataclass(frozen=True)
class Party:
    """One party's payoffs per period: the agreement kept, its best breach, the punishment."""

    name: str
    keep: float
    breach: float
    punished: float


@dataclass(frozen=True)
class LastDay:
    """What backward induction says of a truce with a known last day.

    kept: for every period, first to last, whether the truce is kept in it.
    breaks: who would breach in the last period, with the gain that tempts (unit of the payoffs).
    needed: for each party the least that must be at stake after the last day (the present value,
        in the period after, of having kept the truce over having broken it) for the truce to be
        kept to the end.
    """

    kept: tuple[bool, ...]
    breaks: dict[str, float]
    needed: dict[str, float]

    @property
    def unravels(self) -> bool:
        """Whether the truce is broken from its first period on."""
        return not any(self.kept)


def last_day(
    parties: list[Party], periods: int, delta: float, after: dict[str, float] | None = None
) -> LastDay:
    """Backward induction on a truce of `periods` periods that everyone knows to end.

    after: by party, what follows the last day is worth (present value in the period after) to it
        if the truce was kept to the end, above what it is worth if it was broken; zero for a
        truce that nothing follows. A broken truce is war, the punishment, to the end.

    In the last period nothing but `after` is at stake: a party that gains from a breach takes it,
    the other side foresees it, and so in every period before.
    """
    if periods < 1:
        raise InputError(f"A truce of {periods} periods has no last day; give 1 or more.")
    if not 0 < delta < 1:
        raise InputError(f"The discount factor is {delta}; give a number between 0 and 1.")
    stake = {party.name: (after or {}).get(party.name, 0.0) for party in parties}
    kept: list[bool] = []
    breaks: dict[str, float] = {}
    for period in range(periods):
        tempted = {
            p.name: p.breach - p.keep
            for p in parties
            if p.breach - p.keep > delta * stake[p.name] + 1e-15
        }
        if period == 0:
            breaks = tempted
        kept.append(not tempted)
        # what keeping the truce up to here is worth over having broken it before
        stake = {
            p.name: 0.0 if tempted else p.keep - p.punished + delta * stake[p.name] for p in parties
        }
    needed = {p.name: max(0.0, (p.breach - p.keep) / delta) for p in parties}
    return LastDay(tuple(reversed(kept)), breaks, needed)
