"""Proposals into entries of the record's schema, for a person to accept.

A dispatch is a report, no legal act. What it says of talks, promises and threats becomes an entry
of that kind; a measure it says was adopted becomes a measure with an act named after the dispatch;
a change of status of a measure that the record may already hold becomes a claim, which a person
links to the act once they have it. `known` is the day of publication.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from .._text import plain
from ..errors import InputError
from ..record.model import INSTRUMENTS
from .dates import bounds
from .events import TALKS, Event, Reading
from .lexicon import rows
from .merge import Proposal

Entries = dict[str, list[dict[str, Any]]]
# What the record calls an instrument of ours; it files licences under export controls.
_RECORDED = {name: name for name in INSTRUMENTS} | {"export_license": "export_control"}


def entries(
    proposal: Proposal, readings: Sequence[Reading], known_parties: Sequence[str]
) -> Entries:
    """The record's entries for one proposal; parties it lacks are added by name.

    Raises `InputError` where the proposal has no day of publication to be known from.
    """
    e = proposal.event
    first = readings[proposal.sources[0]]
    if first.published is None:
        raise InputError(
            f"{plain(first.source)} has no day of publication, so that nothing can be known from "
            "it; give --published."
        )
    known = date.fromisoformat(first.published)
    common = {
        "known": known,
        "sources": [
            f"{readings[s].source or 'dispatch'}, {readings[s].published or 'undated'}"
            for s in proposal.sources
        ],
        "confidence": "medium" if len(proposal.sources) > 1 else "low",
    }
    text = summary(e)
    if e.kind in TALKS:
        found = _meeting(e, known, common)
    elif e.kind == "agreement" and e.status != "planned" and len(e.actor) > 1:
        found = _agreement(e, known, common, text)
    elif e.kind == "commitment":
        found = _commitment(e, known, common, text)
    elif e.kind == "statement":
        found = _statement(e, known, common, text, [])
    elif e.kind == "threat" and e.instrument in _RECORDED:
        measure = _measure(e, text)
        effect = _drop({"role": "threat", "measure": measure["id"], "rate_pct": e.rate_pct,
                        "from": _day(e.date)})  # fmt: skip
        found = {"measures": [measure], **_statement(e, known, common, text, [effect])}
    elif e.kind == "threat":
        found = _statement(e, known, common, text, [])
    elif e.kind in ("measure_announced", "measure_in_force") and e.instrument in _RECORDED:
        found = _enacted(e, known, common, text)
    else:
        claim = {"id": _name(e, "claim"), "dispute": _name(e, "question"), "stance": "asserts",
                 "text": text, "date": known}  # fmt: skip
        found = {"claims": [_drop({**claim, **common})]}
    missing = [c for c in (*e.actor, *e.target) if c not in known_parties and c != "WLD"]
    if missing:
        found["parties"] = [{"code": c, "name": country_name(c)} for c in dict.fromkeys(missing)]
    return found


def summary(e: Event) -> str:
    """The event in plain words of ours; the dispatch's sentences are not copied."""
    who, whom = " and ".join(e.actor) or "unknown", " and ".join(e.target)
    what = e.kind.replace("_", " ")
    parts = [f"{who}: {what}"]
    if e.rate_pct is not None:
        parts.append(f"{e.rate_pct:g} per cent")
    if e.instrument not in (None, "meeting", "agreement"):
        parts.append(str(e.instrument).replace("_", " "))
    if e.scope:
        parts.append(f"on {e.scope}")
    if whom:
        parts.append(f"towards {whom}")
    if e.speaker:
        parts.append(f"by {e.speaker}")
    if e.stance:
        parts.append(f"({e.stance})")
    if e.place:
        parts.append(f"in {e.place}")
    if e.date:
        parts.append(f"on {e.date}")
    if e.certainty != "stated":
        parts.append(f"[{e.certainty}]")
    return plain(" ".join(parts), 400)


def country_name(code: str) -> str:
    for row in rows("countries.csv"):
        if row["code"] == code:
            return row["names"].split("|")[0]
    return code


def _meeting(e: Event, known: date, common: dict[str, Any]) -> Entries:
    first, last = _span(e, known)
    kind = {"call": "call", "summit": "summit"}.get(e.kind, "meeting")
    title = f"{kind} of {' and '.join(e.actor)}" + (f" in {e.place}" if e.place else "")
    entry = {
        "id": _name(e, first.isoformat()), "title": plain(title, 200), "kind": kind,
        "date": first, "parties": list(e.actor), "place": e.place,
        "participants": list(e.participants) or None,
        "planned": True if e.status == "planned" else None,
        "until": last + timedelta(days=1) if last > first else None,
        "text": summary(e) if e.certainty != "stated" else None,
    }  # fmt: skip
    return {"meetings": [_drop({**entry, **common})]}


def _agreement(e: Event, known: date, common: dict[str, Any], text: str) -> Entries:
    first, last = _span(e, known)
    open_start = bool(e.date and e.date.startswith(".."))
    day = _day(e.announced_on) or (known if open_start else first)
    entry = {
        "id": _name(e, day.isoformat()), "title": f"Agreement of {' and '.join(e.actor)}",
        "date": day, "parties": list(e.actor), "text": text,
        "until": last + timedelta(days=1) if "/" in (e.date or "") and last > day else None,
    }  # fmt: skip
    return {"agreements": [_drop({**entry, **common})]}


def _commitment(e: Event, known: date, common: dict[str, Any], text: str) -> Entries:
    if not e.target:
        return _statement(e, known, common, text, [])
    entry = {
        "id": _name(e, "commitment"), "by": e.actor[0], "to": list(e.target), "text": text,
        "date": _day(e.announced_on) or known,
        "instrument": _RECORDED.get(e.instrument or ""),
    }  # fmt: skip
    return {"commitments": [_drop({**entry, **common})]}


def _statement(
    e: Event, known: date, common: dict[str, Any], text: str, effects: list[dict[str, Any]]
) -> Entries:
    day = _day(e.announced_on if e.kind == "threat" else e.date) or known
    entry = {
        "id": _name(e, e.kind), "by": e.actor[0], "speaker": e.speaker, "text": text,
        "date": min(day, known), "place": None, "effects": effects or None,
    }  # fmt: skip
    return {"statements": [_drop({**entry, **common})]}


def _measure(e: Event, text: str) -> dict[str, Any]:
    scope = e.scope or "goods not named"
    return {
        "id": _name(e, "measure"), "title": text[:200], "imposer": e.actor[0],
        "targets": list(e.target) or ["WLD"], "instrument": _RECORDED[e.instrument or ""],
        "authority": "as reported; no legal act seen",
        "scope": {"list": _slug(scope), "text": plain(scope, 200)},
    }  # fmt: skip


def _enacted(e: Event, known: date, common: dict[str, Any], text: str) -> Entries:
    measure = _measure(e, text)
    start = _day(e.date)
    effect = _drop({"role": "base" if start else "proposal", "measure": measure["id"],
                    "rate_pct": e.rate_pct, "from": start})  # fmt: skip
    act = {
        "id": _name(e, "act"), "kind": "announcement", "issuer": e.actor[0],
        "title": f"As reported: {text}"[:200],
        "date": min(_day(e.announced_on) or known, known), "effects": [effect],
    }  # fmt: skip
    return {"measures": [measure], "acts": [_drop({**act, **common})]}


def _span(e: Event, known: date) -> tuple[date, date]:
    found = bounds(e.date)
    if not found:
        return known, known
    first, last = found
    first = last if first == date.min else first
    return first, first if last == date.max else last


def _day(value: str | None) -> date | None:
    """The first day of a date that has one; a month or year alone gives none."""
    if not value or value.startswith("..") or len(value.split("/")[0]) < 10:
        return None
    found = bounds(value)
    return found[0] if found else None


def _name(e: Event, tail: str) -> str:
    """An id from what the event is, the same every time it is read."""
    parts = [*e.actor, *e.target, e.kind.replace("measure_", ""), e.instrument or "",
             f"{e.rate_pct:g}" if e.rate_pct is not None else "", e.date or e.announced_on or "",
             (e.speaker or e.place or e.scope or "")[:24], tail]  # fmt: skip
    start = str(e.evidence[0].start) if e.kind == "statement" and e.evidence else ""
    return _slug("-".join(str(part) for part in (*parts, start) if part))[:100]


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower().replace("..", "by")).strip("-") or "unnamed"


def _drop(entry: dict[str, Any]) -> dict[str, Any]:
    # days as text and lists copied: a YAML writer would tie shared objects by anchors
    copied = {
        k: v.isoformat() if isinstance(v, date) else list(v) if isinstance(v, list) else v
        for k, v in entry.items()
    }
    return {key: value for key, value in copied.items() if value is not None}


__all__ = ["entries", "summary"]
