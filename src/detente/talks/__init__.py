"""The talks: packages, the protocol, the calendar game, forecasts and their scores.

Names load on first use; the modules are small and can be imported one by one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .forecast import Forecast
    from .issues import Agenda, agenda
    from .packages import Table
    from .protocol import Agent, Domain, negotiate

# The functions `forecast` and `packages` share their modules' names: import them from there.
_WHERE = {
    "Agenda": "issues",
    "Agent": "protocol",
    "Domain": "protocol",
    "Forecast": "forecast",
    "Table": "packages",
    "agenda": "issues",
    "negotiate": "protocol",
}

__all__ = ["Agenda", "Agent", "Domain", "Forecast", "Table", "agenda", "negotiate"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    globals()[name] = value
    return value
