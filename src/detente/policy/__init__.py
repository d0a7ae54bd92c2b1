"""Trade policy as arrays: what is in force on a date, on a branch, or under a what-if.

The package is callable, so that `import detente as dt; dt.policy(record, world, on=...)` and
`from detente.policy import Policy` are both true. Names load on first use: asking for an average
tariff needs no labelled arrays.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .arrays import Policy
    from .scenario import Scenario, load_scenario
    from .ways import Branch, branch, branches

_WHERE = {
    "Policy": "arrays",
    "Branch": "ways",
    "branch": "ways",
    "branches": "ways",
    "Scenario": "scenario",
    "load_scenario": "scenario",
}

__all__ = ["Branch", "Policy", "Scenario", "branch", "branches", "load_scenario"]


class _Callable(ModuleType):
    def __call__(self, *args: Any, **options: Any) -> Policy:
        from .inforce import policy

        return policy(*args, **options)


sys.modules[__name__].__class__ = _Callable
policy = sys.modules[__name__]  # what `detente.policy` names, however it is first reached


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    globals()[name] = value
    return value
