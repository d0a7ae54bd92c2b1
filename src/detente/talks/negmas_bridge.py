"""NegMAS agents in our domains: an optional bridge, imported only on request.

NegMAS (Mohammad and others) is under the AGPL and is no dependency of detente; nothing here is
imported by the core. With it installed, `mechanism` gives one of its alternating-offers sessions
over the packages of a `Domain`, to which its own negotiators can be added, and `outcome_of` reads
the end.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..errors import InputError
from .protocol import Domain


def _negmas() -> Any:
    try:
        return import_module("negmas")
    except ImportError:
        raise InputError(
            "NegMAS is not installed; it is an optional extra under the AGPL: install `negmas` to "
            "let its agents play."
        ) from None


def mechanism(domain: Domain, negotiators: tuple[Any, Any], steps: int = 100) -> Any:
    """A NegMAS session over the packages of `domain`, one step a round of offers.

    `negotiators` are NegMAS negotiators, or zero-argument callables that make them, in the order of
    the domain's parties; each gets its party's utilities with disagreement at zero. Raises
    InputError when NegMAS is absent.
    """
    negmas = _negmas()
    count = len(domain.utility)
    issue = negmas.make_issue(count, "package")
    session = negmas.SAOMechanism(issues=[issue], n_steps=steps)
    for party, given in enumerate(negotiators):
        table = {(k,): float(domain.utility[k, party]) for k in range(count)}
        utility = negmas.MappingUtilityFunction(
            table, issues=[issue], reserved_value=float(max(0.0, domain.outside[party]))
        )
        session.add(given() if callable(given) else given, preferences=utility)
    return session


def outcome_of(session: Any) -> int | None:
    """The package agreed in a finished session, None if there was no agreement."""
    agreed = session.state.agreement
    return None if agreed is None else int(agreed[0])
