"""The game: what governments do alone, in a war and in talks, and what would hold.

Names load on first use: bargains over finite sets and self-enforcement need no world.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .bargain import bargains, nash_in_nash
    from .conflict import Conflict
    from .enforce import Party, Terms, critical_discount_factor, last_day, smallest_transfer
    from .equilibrium import deviations, nash
    from .government import Government
    from .levers import instruments
    from .payoff_set import choose, frontier, zone
    from .play import optimum, outcome, over_draws, talks, war, would_hold
    from .political import infer_weights
    from .ray import farthest
    from .respond import best_response

_WHERE = {
    "Conflict": "conflict",
    "Government": "government",
    "Party": "enforce",
    "Terms": "enforce",
    "bargains": "bargain",
    "best_response": "respond",
    "choose": "payoff_set",
    "critical_discount_factor": "enforce",
    "deviations": "equilibrium",
    "farthest": "ray",
    "frontier": "payoff_set",
    "infer_weights": "political",
    "instruments": "levers",
    "last_day": "enforce",
    "nash": "equilibrium",
    "nash_in_nash": "bargain",
    "optimum": "play",
    "outcome": "play",
    "over_draws": "play",
    "smallest_transfer": "enforce",
    "talks": "play",
    "war": "play",
    "would_hold": "play",
    "zone": "payoff_set",
}

__all__ = [
    "Conflict",
    "Government",
    "Party",
    "Terms",
    "bargains",
    "best_response",
    "choose",
    "critical_discount_factor",
    "deviations",
    "farthest",
    "frontier",
    "infer_weights",
    "instruments",
    "last_day",
    "nash",
    "nash_in_nash",
    "optimum",
    "outcome",
    "over_draws",
    "smallest_transfer",
    "talks",
    "war",
    "would_hold",
    "zone",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    globals()[name] = value
    return value
