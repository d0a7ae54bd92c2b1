"""Tables of dated facts into record entries, row by row, without the columns of hindsight.

The columns are id, date, kind, actor, target, instrument, authority, rate_pct, scope,
effective_from, place, participants, note, source_1, source_2, confidence, and optionally measure
(the id of a measure already in the record) and effective_until, which is read only for rows that
suspend: the end of a suspension is part of the act, while the end of anything else is known from
the row that brought it.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._text import plain
from ..errors import InputError
from .model import INSTRUMENTS

_NEEDED = ("id", "date", "kind", "actor", "source_1")
_ALIAS = {"export_license": "export_control"}


@dataclass(frozen=True, slots=True)
class Intake:
    """Sections ready for `user.add`, and the rows left out with the reason."""

    sections: dict[str, list[dict[str, Any]]]
    skipped: tuple[tuple[str, str], ...]


def table(path: Path, parties: frozenset[str]) -> Intake:
    """Read a CSV of facts; `parties` are the codes the record has, others are added.

    Raises InputError where the file is no such table.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"Cannot read {plain(path)}: {error.strerror}; check the path.") from None
    except UnicodeDecodeError:
        raise InputError(f"{plain(path)} is not UTF-8 text; save it as UTF-8.") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [c for c in _NEEDED if c not in (reader.fieldnames or ())]
    if missing:
        raise InputError(
            f"{plain(path.name)} has no column {', '.join(missing)}; a table of facts needs "
            f"{', '.join(_NEEDED)}."
        )
    sections: dict[str, list[dict[str, Any]]] = {}
    skipped: list[tuple[str, str]] = []
    codes: set[str] = set()
    for row in reader:
        row = {k: (v or "").strip() for k, v in row.items() if isinstance(k, str)}
        try:
            made = _entries(row)
        except ValueError as reason:
            skipped.append((row.get("id", "?"), str(reason)))
            continue
        codes |= {*_codes(row["actor"]), *_codes(row.get("target", ""))} - {"WLD"}
        for section, entry in made:
            sections.setdefault(section, []).append(entry)
    extra = sorted(codes - parties)
    if extra:
        sections = {"parties": [{"code": c, "name": c} for c in extra], **sections}
    return Intake(sections, tuple(skipped))


def _entries(row: dict[str, str]) -> list[tuple[str, dict[str, Any]]]:
    kind, name = row["kind"], _name(row["id"])
    actor = _codes(row["actor"])
    if not name or not actor or not row["date"] or not row["source_1"]:
        raise ValueError("it lacks an id, a date, an actor or a source")
    common: dict[str, Any] = {
        "id": name,
        "date": row["date"],
        "sources": [s for s in (row["source_1"], row.get("source_2", "")) if s],
    }
    if row.get("confidence") in ("high", "medium", "low"):
        common["confidence"] = row["confidence"]
    words = row.get("scope") or row.get("note") or row.get("authority") or kind
    people = [p.strip() for p in row.get("participants", "").split(";") if p.strip()]
    if kind in ("meeting", "call", "summit"):
        return [("meetings", common | _some(
            title=words, kind=kind, parties=actor, place=row.get("place"),
            participants=list(dict.fromkeys(people)),
        ))]  # fmt: skip
    if kind == "statement":
        return [("statements", common | _some(
            by=actor[0], text=words, speaker="; ".join(people), place=row.get("place"),
        ))]  # fmt: skip
    if kind == "agreement":
        return [("agreements", common | {"title": row.get("authority") or words,
                                         "parties": actor, "text": words})]  # fmt: skip
    if kind == "commitment":
        return [("commitments", common | _some(
            by=actor[0], to=_codes(row.get("target", "")) or actor, text=words,
            instrument=_instrument(row),
        ))]  # fmt: skip
    return _measure_rows(row, kind, name, actor, common, words)


def _measure_rows(
    row: dict[str, str], kind: str, name: str, actor: list[str], common: dict[str, Any], words: str
) -> list[tuple[str, dict[str, Any]]]:
    known, start = row.get("measure", ""), row.get("effective_from", "")
    effect: dict[str, Any] = _some(measure=known or f"{name}-measure", **{"from": start})
    rate = row.get("rate_pct", "")
    if rate:
        try:
            effect["rate_pct"] = float(rate)
        except ValueError:
            raise ValueError(f"rate_pct {plain(rate)!r} is no single number") from None
    out: list[tuple[str, dict[str, Any]]] = []
    if not known and kind in ("measure_in_force", "measure_announced", "threat"):
        instrument = _instrument(row)
        if instrument is None:
            raise ValueError(f"its instrument {plain(row.get('instrument', ''))!r} is not known")
        targets = _codes(row.get("target", "")) or ["WLD"]
        out.append(("measures", {
            "id": effect["measure"], "title": words[:120], "imposer": actor[0],
            "targets": targets, "instrument": instrument,
            "authority": row.get("authority") or "not named",
            "scope": {"list": f"{name}-goods", "text": words},
        }))  # fmt: skip
    if kind == "threat":
        effect["role"] = "threat"
        text = row.get("note") or words
        out.append(
            (
                "statements",
                common
                | _some(by=actor[0], text=text, speaker=row.get("participants"), effects=[effect]),
            )
        )
        return out  # fmt: skip
    roles = {
        "measure_in_force": "modification" if known else "base",
        "measure_announced": "proposal",
        "measure_suspended": "suspension",
        "measure_resumed": "resumption",
        "measure_revoked": "abrogation",
        "ruling": "annulment",
    }
    if kind not in roles:
        raise ValueError(f"rows of kind {plain(kind)!r} are left to you")
    if not known and kind not in ("measure_in_force", "measure_announced", "ruling"):
        raise ValueError("it changes an earlier measure; name it in the column `measure`")
    if kind != "measure_announced" and kind != "ruling" and not start:
        raise ValueError("it has no effective_from")
    effect["role"] = roles[kind]
    if kind == "measure_suspended":
        effect["suspended_pct"] = effect.pop("rate_pct", "all")
        if row.get("effective_until"):
            effect["until"] = row["effective_until"]
    elif kind in ("measure_resumed", "measure_revoked", "ruling"):
        effect.pop("rate_pct", None)
    act = common | {
        "issuer": actor[0],
        "title": row.get("authority") or words,
        "kind": "ruling" if kind == "ruling" else "legal",
    }
    if kind != "ruling" or (known and start):
        act["effects"] = [effect]
    out.append(("acts", act))
    return out


def _some(**items: Any) -> dict[str, Any]:
    return {k: v for k, v in items.items() if v not in (None, "", [])}


def _name(value: str) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", value.lower()).strip("-.")


def _codes(value: str) -> list[str]:
    return list(dict.fromkeys(c.strip() for c in value.split(",") if c.strip()))


def _instrument(row: dict[str, str]) -> str | None:
    name = _ALIAS.get(row.get("instrument", ""), row.get("instrument", ""))
    return name if name in INSTRUMENTS else None
