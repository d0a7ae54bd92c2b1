"""Public beliefs about each side's type, moved by events: once for each event, not each article.

log b_k  =  log prior_k + sum over events of 2^(-age / half-life) log l_k(event kind)  + constant

The likelihoods l are judgements kept in `data/events.yaml`. Several reports of an event, and
several acts published together, are one event: those of the same kind by the same side within a
few days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml
from numpy.typing import NDArray

from ..errors import InputError
from .conflict import TYPE_PRIOR, TYPES

if TYPE_CHECKING:
    from ..record import Record

_RELIEF = {"suspension", "abrogation", "prorogation"}
_NEW = {"base", "modification", "resumption"}
# dispatch vocabulary -> kind of event here; statements go by their stance
_FROM_DISPATCH = {
    "threat": "threat",
    "measure_announced": "new_measure",
    "measure_in_force": "new_measure",
    "measure_resumed": "new_measure",
    "measure_suspended": "relief",
    "measure_revoked": "relief",
    "measure_expired": "relief",
    "meeting": "meeting",
    "call": "meeting",
    "summit": "meeting",
    "agreement": "agreement",
    "commitment": "relief",
}


@dataclass(frozen=True, order=True)
class Event:
    """Something a side did on a day; `source` names where it was read."""

    day: date
    side: str
    kind: str
    source: str = ""


def distinct(events: Iterable[Event]) -> tuple[Event, ...]:
    """One event for each (kind, side) and burst of days; the first report stands for all."""
    gap = _table()["same_event_days"]
    out: list[Event] = []
    last: dict[tuple[str, str], date] = {}
    for event in sorted(events):
        key = (event.kind, event.side)
        if key not in last or (event.day - last[key]).days > gap:
            out.append(event)
            last[key] = event.day
    return tuple(out)


def belief(events: Iterable[Event], side: str, as_of: date) -> NDArray[np.float64]:
    """Probability of flexible, resolute, obstinate for `side` at the end of `as_of`.

    Later events are ignored. Raises InputError for a kind that `data/events.yaml` does not list.
    """
    table = _table()
    logs = np.log(TYPE_PRIOR)
    for event in distinct(e for e in events if e.day <= as_of):
        if event.side != side:
            continue
        if event.kind not in table["likelihood"]:
            raise InputError(
                f"No event kind {event.kind!r}; use one of {', '.join(table['likelihood'])}."
            )
        row = table["likelihood"][event.kind]
        weight = 0.5 ** ((as_of - event.day).days / table["half_life_days"])
        logs = logs + weight * np.log([row[name] for name in TYPES])
    chances = np.exp(logs - logs.max())
    return chances / chances.sum()


def record_events(record: Record, known: date) -> list[Event]:
    """Events of the record's principals by the end of `known`."""
    sides = set(record.principals)
    out = []
    for act in record.acts_known(known):
        kinds = set()
        for effect in act.effects:
            if effect.role in _NEW and act.kind == "legal" and (effect.rate_pct or 1) > 0:
                kinds.add("new_measure")
            elif effect.role in _RELIEF:
                kinds.add("relief")
        if act.withdraws:
            kinds.add("withdrawal")
        if "relief" in kinds:  # a truce's order also restates what stays in force
            kinds.discard("new_measure")
        out += [Event(act.known, act.issuer, kind, act.id) for kind in kinds if act.issuer in sides]
    for said in record.statements_known(known):
        kind = "threat" if said.effects else "withdrawal" if said.withdraws else ""
        if kind and said.by in sides:
            out.append(Event(said.known, said.by, kind, said.id))
    for meeting in record.calendar(known):
        if not meeting.planned and meeting.date <= known:
            out += [
                Event(meeting.date, p, "meeting", meeting.id) for p in meeting.parties if p in sides
            ]
    for agreed in record.agreements(known):
        out += [
            Event(agreed.known, p, "agreement", agreed.id) for p in agreed.parties if p in sides
        ]
    return out


def dispatch_events(events: Iterable[Mapping[str, Any]], published: date) -> list[Event]:
    """Events from `detente read`: main events only, those negated or hypothetical left out.

    An event without a day of its own, or dated after the dispatch, moves beliefs on the day of the
    dispatch: what is announced is news then.
    """
    out = []
    for event in events:
        if event.get("salience") == "background":
            continue
        if event.get("certainty") in ("hypothetical", "negated"):
            continue
        kind = _FROM_DISPATCH.get(str(event.get("kind")), "")
        if event.get("kind") == "statement":
            stance = str(event.get("stance"))
            kind = stance if stance in ("conciliatory", "escalatory") else ""
        if event.get("status") == "withdrawn":
            kind = "withdrawal"
        if not kind:
            continue
        for actor in event.get("actor") or ():
            out.append(Event(_day(event, published), str(actor), kind, "dispatch"))
    return out


def _day(event: Mapping[str, Any], published: date) -> date:
    for field in ("announced_on", "date"):
        value = str(event.get(field) or "")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            continue
        return min(day, published)
    return published


@cache
def _table() -> dict[str, Any]:
    text = files("detente.talks").joinpath("data/events.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)
