"""What the two principals could agree on tariffs between them, and what would hold, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..game.conflict import Conflict
from ..game.government import Government
from ..game.levers import instruments
from ..game.play import talks
from .figures import signed

if TYPE_CHECKING:
    from ..game.play import Hold
    from ..policy import Policy
    from ..world import World

DELTA = 0.9
"""The discount factor per period at which transfers are computed."""


def agreement(
    world: World,
    today: Policy,
    without: Policy,
    parties: tuple[str, str],
    *,
    horizon: str = "medium",
    closure: str = "fixed",
) -> dict[str, Any]:
    """One uniform tariff each way between `parties`, bargained; no deal means `without`.

    A uniform rate is the coarsest question that can be asked; `detente bargain` asks it by sector.
    Returns what was found in figures, and `text` in sentences.
    """
    first, second = parties
    chosen = [
        *instruments(world, first, partners=[second], by="uniform", lower=0.0, upper=3.0),
        *instruments(world, second, partners=[first], by="uniform", lower=0.0, upper=3.0),
    ]
    game = Conflict(
        world,
        [Government(first), Government(second)],
        chosen,
        base=today,
        horizon=horizon,
        closure=closure,
    )
    found = talks(game, disagreement=without, delta=DELTA, points=0)
    no_deal = ", ".join(f"{p} {signed(v, 2)}%" for p, v in found.disagreement.items())
    text = [f"Without a deal ({found.where}), real income against today's measures: {no_deal}."]
    if not found.bargains.agreement:
        text.append("There is no zone of agreement: no uniform tariffs give both more than that.")
        return {"agreement": False, "text": text, "solutions": [], "holds": []}
    deal, outcome = found.bargains.solutions[0], found.outcomes[0]
    gains = ", ".join(f"{p} {signed(100 * g, 2)}" for p, g in zip(parties, deal.gains, strict=True))
    rates = "; ".join(
        f"{r.owner} on {r.partner} {100 * r.rate:.0f}% (now {100 * r.base:.0f}%)"
        for r in outcome.rates
    )
    losers = [f"{r} {signed(outcome.real_income_pct[r], 2)}%" for r in outcome.losers]
    losers = [text for text in losers if text.split()[0] not in parties][:5]
    text.append(
        f"The Nash bargain over one uniform tariff each way would set {rates}: gains over no deal "
        f"in points of real income: {gains}. "
        + (f"It costs third parties: {', '.join(losers)}." if losers else "No third party loses.")
    )
    holds = [h for h in found.holds if h.solution == deal.solution]
    text += [_patience(h) for h in holds]
    text.append(
        "A deal with a known last day and nothing after it unravels wherever a breach pays."
    )
    return {
        "agreement": True,
        "text": text,
        "solutions": [
            {
                "solution": deal.solution,
                "gains_pct": dict(zip(parties, (100 * float(g) for g in deal.gains), strict=True)),
                "real_income_pct": outcome.real_income_pct,
                "tariffs": [
                    {"imposer": r.owner, "partner": r.partner, "rate_pct": 100 * r.rate}
                    for r in outcome.rates
                ],
            }
        ],
        "holds": [
            {
                "party": h.party,
                "critical_discount_factor": (
                    None if math.isinf(h.critical_discount_factor) else h.critical_discount_factor
                ),
            }
            for h in holds
        ],
    }


def _patience(hold: Hold) -> str:
    need = hold.critical_discount_factor
    if need <= 0:
        return f"{hold.party} would keep it however impatient: a breach does not pay."
    if math.isinf(need):
        return (
            f"{hold.party} would not keep it at any patience unless paid "
            f"{hold.transfer_musd / 1000:.1f} billion USD a year."
        )
    return (
        f"{hold.party} would keep it if next year counts for at least {need:.2f} of this one: a "
        "breach is answered a year later by the tariff war."
    )
