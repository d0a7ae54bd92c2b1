"""detente: a trade conflict and the talks to end it, from the news dispatch to the table.

Public names are imported on first use, so that a command which only asks the record loads
neither the solver nor the charts.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# public name -> the module that defines it, in the order of the import chain
_PUBLIC: dict[str, str] = {
    "DetenteError": "errors",
    "InputError": "errors",
    "ComputationError": "errors",
    "Record": "record",
    "load_record": "record",
    "read_dispatch": "dispatch",
    "World": "world",
    "load_world": "world",
    "Policy": "policy",
    "policy": "policy",
    "branches": "policy",
    "Equilibrium": "economy",
    "solve": "economy",
    "solve_many": "economy",
    "impact": "economy",
    "forecast": "talks.forecast",
    "packages": "talks.packages",
    "build_brief": "brief",
    "write_brief": "brief",
}

__all__ = ["__version__", *_PUBLIC]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'detente' has no attribute {name!r}")
    value = getattr(import_module(f"detente.{_PUBLIC[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
