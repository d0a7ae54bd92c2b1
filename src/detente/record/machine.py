"""Entries and states as plain dictionaries: the keys of the machine output."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .clocks import Clock
    from .history import Event
    from .query import MeasureState, Total


def country_wide_first(states: Iterable[MeasureState]) -> list[MeasureState]:
    """Measures on all goods before those on some."""
    return sorted(states, key=lambda s: not s.measure.country_wide)


def measure_json(s: MeasureState) -> dict[str, Any]:
    scopes = [
        {
            "component": c.component,
            "list": c.scope.list,
            "text": c.scope.text,
            "minus": list(c.scope.minus),
            "rate_pct": c.rate_pct if s.rate_pct is not None else None,
            "suspended_pct": c.suspended_pct if s.rate_pct is not None else None,
            "status": c.status,
            "stack": {"kind": c.stack.kind, "group": c.stack.group, "rank": c.stack.precedence},
        }
        for c in s.components
    ]
    text = "; ".join(dict.fromkeys(c.scope.text for c in s.components))
    return {
        "id": s.id,
        "title": s.measure.title,
        "imposer": s.measure.imposer,
        "targets": list(s.measure.targets),
        "instrument": s.measure.instrument,
        "rate_pct": s.rate_pct,
        "rate_low_pct": s.rate_low_pct,
        "suspended_pct": s.suspended_pct,
        "default_pct": s.default_pct,
        "status": s.status,
        "effective_from": s.effective_from,
        "effective_until": s.effective_until,
        "suspended_until": s.suspended_until,
        "since": s.since,
        "next_change": s.next_change,
        "known_on": s.known_on,
        "authority": s.measure.authority,
        "country_wide": s.measure.country_wide,
        "scope": text or s.measure.components[0].scope.text,
        "components": scopes,
        "acts": list(s.acts),
        "sources": list(s.sources),
    }


def total_json(t: Total, average: float | None = None) -> dict[str, Any]:
    return {
        "importer": t.importer,
        "exporter": t.exporter,
        "country_wide_pct": t.country_wide_pct,
        "suspended_pct": t.suspended_pct,
        "average_pct": average,
        "measures": list(t.measures),
    }


def clock_json(c: Clock) -> dict[str, Any]:
    return {
        "id": c.id,
        "date": c.date,
        "kind": c.kind,
        "what": c.what,
        "default": c.default,
        "measures": list(c.measures),
        "agreement": c.agreement or None,
        "threat": c.plan or None,
    }


def event_json(e: Event) -> dict[str, Any]:
    return {
        "date": e.date,
        "known": e.known,
        "kind": e.kind,
        "who": e.who,
        "what": e.what,
        "id": e.id,
        "measures": list(e.measures),
        "sources": list(e.sources),
    }
