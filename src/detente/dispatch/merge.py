"""Several dispatches on one event: one proposal with its sources, its corrections, its conflicts.

Readings are taken in the order of their days of publication. Two events are one fact if kind
(announced and in force count as two states of one measure), actors, targets and instrument agree
and nothing that identifies it speaks against it (`same_fact`). A later dispatch that says that it
corrects supersedes what it changes; otherwise both values stand side by side as a conflict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from .dates import bounds
from .events import TALKS, Event, Reading

_CORRECTS = re.compile(
    r"\b(?:correction|corrected|corrects|an? (?:earlier|previous) (?:version|story|dispatch)|"
    r"clarif(?:ies|ied|ication)|refiles|we (?:wrongly|incorrectly|mistakenly))\b",
    re.I,
)
_STATES = ("measure_announced", "measure_in_force")
_COMPARED = ("rate_pct", "date", "place", "status", "certainty")


@dataclass(frozen=True)
class Conflict:
    """One field on which dispatches differ: (source number, value) for each."""

    field: str
    values: tuple[tuple[int, Any], ...]


@dataclass(frozen=True)
class Proposal:
    """One fact, ready for a person to accept.

    `event.evidence` names its dispatch by `source`; `sources` are those numbers, in order;
    `superseded` are earlier versions that a later dispatch corrected.
    """

    event: Event
    sources: tuple[int, ...]
    superseded: tuple[Event, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            **self.event.to_dict(),
            "sources": list(self.sources),
            "superseded": [event.to_dict() for event in self.superseded],
            "conflicts": [
                {"field": c.field, "values": [{"source": s, "value": v} for s, v in c.values]}
                for c in self.conflicts
            ],
        }


@dataclass(frozen=True)
class Merged:
    """Proposals from `readings`, which source numbers count from 0."""

    proposals: tuple[Proposal, ...]
    readings: tuple[Reading, ...]


def merge(readings: Sequence[Reading]) -> Merged:
    """One proposal for each fact told by any of `readings`, oldest dispatch first."""
    ordered = tuple(sorted(readings, key=lambda r: r.published or "9999"))  # stable
    proposals: list[Proposal] = []
    for number, reading in enumerate(ordered):
        corrects = bool(_CORRECTS.search(reading.text))
        known = list(range(len(proposals)))  # one reading's own events are never merged
        for event in reading.events:
            marked = replace(
                event, evidence=tuple(replace(e, source=number) for e in event.evidence)
            )
            for k in known:
                if same_fact(proposals[k].event, marked):
                    proposals[k] = _joined(proposals[k], marked, number, corrects)
                    known.remove(k)
                    break
            else:
                proposals.append(Proposal(marked, (number,)))
    return Merged(tuple(proposals), ordered)


def same_fact(a: Event, b: Event) -> bool:
    """Whether two events of different dispatches tell one fact, perhaps differently."""
    if a.kind != b.kind and not (a.kind in _STATES and b.kind in _STATES):
        return False
    if set(a.actor) != set(b.actor) or (a.target and b.target and set(a.target) != set(b.target)):
        return False
    if a.instrument and b.instrument and a.instrument != b.instrument:
        return False
    if a.kind == "statement":
        same_words = {e.text.strip('“”"., ') for e in a.evidence} & {
            e.text.strip('“”"., ') for e in b.evidence
        }
        return a.speaker == b.speaker and bool(same_words)
    close = _close(a.date, b.date, 14)
    if a.kind in TALKS:
        return _close(a.date, b.date, 3) and (a.status == b.status or a.date is not None)
    if a.kind == "agreement":
        return _close(a.date, b.date, 7)
    scopes = _scopes(a.scope, b.scope)
    if a.rate_pct == b.rate_pct:
        return close and (scopes or a.rate_pct is not None)
    # Different rates are one fact told differently only if goods and day are the same.
    return scopes and (a.date == b.date or a.rate_pct is None or b.rate_pct is None) and close


def _scopes(a: str | None, b: str | None) -> bool:
    if a is None or b is None:
        return True
    empty = {"the", "of", "and", "on", "all", "some", "goods", "products", "imports", "from"}
    x = {w.rstrip("s") for w in re.findall(r"\w+", a.lower())} - empty
    y = {w.rstrip("s") for w in re.findall(r"\w+", b.lower())} - empty
    return bool(x & y) or not x or not y


def _close(a: str | None, b: str | None, days: int) -> bool:
    x, y = bounds(a), bounds(b)
    if not x or not y:
        return True
    if x[0] <= y[1] and y[0] <= x[1]:
        return True
    gap = min(abs(x[0] - y[1]), abs(y[0] - x[1]))
    return gap <= timedelta(days=days)


def _joined(proposal: Proposal, new: Event, number: int, corrects: bool) -> Proposal:
    old = proposal.event
    changes: dict[str, Any] = {}
    conflicts = {c.field: c for c in proposal.conflicts}
    for name in ("rate_pct", "scope", "date", "announced_on", "place", "instrument", "speaker"):
        if getattr(old, name) is None and getattr(new, name) is not None:
            changes[name] = getattr(new, name)
    if not old.target and new.target:
        changes["target"] = new.target
    people = tuple(dict.fromkeys((*old.participants, *new.participants)))
    if people != old.participants:
        changes["participants"] = people
    progressed = (old.kind, new.kind) == _STATES or (old.status, new.status) == ("planned", "held")
    if progressed:  # the later dispatch tells the next state of the same thing
        changes |= {"kind": new.kind, "status": new.status}
        if new.date:
            changes["date"] = new.date
    corrected = False
    for name in _COMPARED:
        x, y = getattr(old, name), getattr(new, name)
        if x is None or y is None or x == y or name in changes or (progressed and name == "status"):
            continue
        if name == "date":
            a, b = bounds(x), bounds(y)
            if a and b and a[0] <= b[1] and b[0] <= a[1]:  # one only tells it more exactly
                if (b[1] - b[0]) < (a[1] - a[0]):
                    changes[name] = y
                continue
        order = ("hypothetical", "reported", "stated")
        if name == "certainty" and {x, y} <= set(order):
            changes[name] = max(x, y, key=order.index)
            continue
        if corrects:
            changes[name] = y
            corrected = True
            conflicts.pop(name, None)
        else:
            told = conflicts[name].values if name in conflicts else ((proposal.sources[0], x),)
            conflicts[name] = Conflict(name, (*told, (number, y)))
    event = replace(old, **changes, evidence=(*old.evidence, *new.evidence))
    superseded = (*proposal.superseded, old) if corrected else proposal.superseded
    return Proposal(event, (*proposal.sources, number), superseded, tuple(conflicts.values()))
