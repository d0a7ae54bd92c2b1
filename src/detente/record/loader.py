"""Folders of YAML into a `Record`: strict, with file and line in every refusal.

Every `*.yaml` file of a folder may hold any of the sections; files are read in the order of their
names. A folder whose `record:` names a `base` is layered over that record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from .._text import plain
from ..errors import InputError
from .fields import code, day, fields, name, refuse, some, text
from .model import Act, Where
from .record import Record
from .schema import SECTIONS
from .yamlfile import Map, read

SHIPPED = Path(__file__).parent / "data"
_HEAD = {
    "name": (name, True),
    "title": (text, True),
    "principals": (some(code), False),
    "last_verified": (day, True),
    "base": (name, False),
}
_loaded: dict[Path, Record] = {}


def load_record(where: str | Path = "us-china") -> Record:
    """The shipped record of that name, or the record in a folder.

    Raises InputError, in one sentence with file and line, for an unknown or repeated key, an entry
    without a source, a date that is none, a reference to nothing, overlapping components, or an
    effect that makes no legal sense (a suspension of nothing).
    """
    folder = SHIPPED / str(where)
    shipped = bool(str(where)) and Path(str(where)).name == str(where) and folder.is_dir()
    if not shipped:
        folder = Path(where)
        if not folder.is_dir():
            raise InputError(
                f"There is no record {plain(where)!r}: neither a shipped one "
                f"({', '.join(records())}) nor a folder; check the name or the path."
            )
        return load_folder(folder)
    if folder not in _loaded:  # shipped files do not change while a program runs
        _loaded[folder] = load_folder(folder)
    return _loaded[folder]


def records() -> tuple[str, ...]:
    """Names of the shipped records."""
    return tuple(sorted(p.name for p in SHIPPED.iterdir() if (p / "record.yaml").is_file()))


def load_folder(folder: Path) -> Record:
    """The record in `folder`, over its base if it names one."""
    return build(read_folder(folder), folder)


def read_folder(folder: Path) -> list[Map]:
    """The files of a folder as mappings of sections, in the order of their names."""
    files = sorted(p for p in folder.glob("*.yaml") if not p.name.startswith("."))
    if folder / "record.yaml" not in files:
        raise InputError(
            f"{plain(folder)} has no record.yaml; `detente record new {plain(folder)}` starts one."
        )
    out = []
    for path in files:
        content = read(path, plain(path.name))
        if content is None:
            continue
        if not isinstance(content, Map):
            raise InputError(f"{path.name}, line 1: a record file holds sections such as `acts:`.")
        out.append(content)
    return out


def build(files: Iterable[Map], folder: Path) -> Record:
    """Entries of the files given, checked together (and with the base record)."""
    head: dict[str, Any] | None = None
    parts: dict[str, list[Any]] = {section: [] for section in SECTIONS}
    for content in files:
        for section, items in content.items():
            if section == "record":
                if head is not None:
                    raise refuse(content, section, "a second `record:`", "keep one")
                head = fields(items, _HEAD, "record", content)
                head["map"] = items
                continue
            if section not in SECTIONS:
                raise refuse(
                    content,
                    section,
                    f"{plain(section)!r} is no section of a record",
                    "the sections are record, " + ", ".join(SECTIONS),
                )
            for item in items if isinstance(items, list) else [items]:
                if not isinstance(item, Map):
                    raise refuse(
                        content,
                        section,
                        f"{section} must be a list of entries",
                        "begin each with a dash",
                    )
                parts[section].append(SECTIONS[section](item))
    if head is None:
        raise InputError(f"{plain(folder)}: no file has a `record:`; add it to record.yaml.")
    record = _assemble(head, parts, folder)
    record.check()
    return record


def _assemble(head: dict[str, Any], parts: dict[str, list[Any]], folder: Path) -> Record:
    if "base" in head:
        if head["base"] not in records():
            raise refuse(
                head["map"],
                "base",
                f"there is no shipped record {head['base']!r}",
                "the shipped ones are " + ", ".join(records()),
            )
        base = load_record(head["base"])
    else:
        base = Record(head["name"], head["title"], (), head["last_verified"])
        if "principals" not in head:
            raise refuse(head["map"], "name", "the record names no principals", "add them")
    record = replace(
        base,
        name=head["name"],
        title=head["title"],
        principals=head.get("principals", base.principals),
        last_verified=head["last_verified"],
        parties=base.parties | {p.code: p for p in parts["parties"]},
        measures_by_id=base.measures_by_id | {m.id: m for m in parts["measures"]},
        acts=(*base.acts, *parts["acts"]),
        statements=(*base.statements, *parts["statements"]),
        agreements_by_id=base.agreements_by_id | {a.id: a for a in parts["agreements"]},
        negotiations=(*base.negotiations, *parts["negotiations"]),
        meetings=(*base.meetings, *parts["meetings"]),
        commitments=(*base.commitments, *parts["commitments"]),
        performances=(*base.performances, *parts["performances"]),
        claims=(*base.claims, *parts["claims"]),
        people=(*base.people, *parts["people"]),
        folders=(*base.folders, str(folder)),
    )
    _check_names(base, parts)
    _check_references(record, head)
    return record


def _ids(record: Record) -> dict[str, Where]:
    groups: tuple[Iterable[Any], ...] = (
        record.measures_by_id.values(), record.acts, record.statements,
        record.agreements_by_id.values(), record.negotiations, record.meetings,
        record.commitments, record.performances, record.claims, record.people,
    )  # fmt: skip
    return {entry.id: entry.where for group in groups for entry in group}


def _check_names(base: Record, parts: dict[str, list[Any]]) -> None:
    """One id, one entry: nothing is overwritten, in one file or across layers."""
    seen = _ids(base)
    codes = {c: p.where for c, p in base.parties.items()}
    for section, entries in parts.items():
        for entry in entries:
            known, key = (codes, entry.code) if section == "parties" else (seen, entry.id)
            if key in known:
                raise InputError(
                    f"{entry.where}: {key} is already the name of the entry at {known[key]}; "
                    "a record only grows, so give the new entry its own name."
                )
            known[key] = entry.where
    plans: dict[str, Where] = {}
    for entry in (*base.acts, *base.statements, *parts["acts"], *parts["statements"]):
        for effect in entry.effects:
            if effect.role in ("threat", "proposal"):
                plan = effect.id or entry.id
                if plan in plans:
                    raise InputError(
                        f"{effect.where}: the plan {plan} is named twice (first at "
                        f"{plans[plan]}); give each effect its own `id:`."
                    )
                plans[plan] = effect.where


def _check_references(record: Record, head: dict[str, Any]) -> None:
    ids = _ids(record)
    plans = {
        e.id or entry.id
        for entry in (*record.acts, *record.statements)
        for e in entry.effects
        if e.role in ("threat", "proposal")
    }

    def need(value: str, known: Iterable[str], what: str, where: object) -> None:
        if value and value not in known:
            raise InputError(
                f"{where}: {value!r} is no {what} of this record; add it or mend the name."
            )

    for code_ in record.principals:
        need(code_, record.parties, "party", head["map"].where("principals"))
    world = {*record.parties, "WLD"}
    for m in record.measures_by_id.values():
        need(m.imposer, record.parties, "party", m.where)
        for target in (*m.targets, *m.excluded, *(t for c in m.components for t in c.targets)):
            need(target, world, "party", m.where)
    for entry in (*record.acts, *record.statements):
        issuer = entry.issuer if isinstance(entry, Act) else entry.by
        need(issuer, record.parties, "party", entry.where)
        for plan in (*entry.withdraws, *(entry.executes if isinstance(entry, Act) else ())):
            need(plan, plans, "threat or proposal", entry.where)
        for effect in entry.effects:
            need(effect.measure, record.measures_by_id, "measure", effect.where)
            need(effect.agreement, record.agreements_by_id, "agreement", effect.where)
            need(effect.under, record.agreements_by_id, "agreement", effect.where)
            if effect.component:
                names = [c.id for c in record.measures_by_id[effect.measure].components]
                need(effect.component, names, f"component of {effect.measure}", effect.where)
    touched = {e.measure for x in (*record.acts, *record.statements) for e in x.effects}
    for m in record.measures_by_id.values():
        if m.id not in touched:
            raise InputError(
                f"{m.where}: no act or statement speaks of the measure {m.id}; add the one that "
                "made it, with its source."
            )
    negotiations = {n.id for n in record.negotiations}
    meetings = {m.id for m in record.meetings}
    for m in record.meetings:
        need(m.negotiation, negotiations, "negotiation", m.where)
        for old in m.replaces:
            need(old, meetings, "meeting", m.where)
    for a in record.agreements_by_id.values():
        need(a.negotiation, negotiations, "negotiation", a.where)
        need(a.meeting, meetings, "meeting", a.where)
    for c in record.commitments:
        need(c.agreement, record.agreements_by_id, "agreement", c.where)
    promised = {c.id for c in record.commitments}
    for p in record.performances:
        need(p.commitment, promised, "commitment", p.where)
    for entry in (*record.claims, *record.statements):
        for about in entry.about:
            need(about, ids, "entry", entry.where)
    for group in (record.negotiations, record.meetings, tuple(record.agreements_by_id.values())):
        for entry in group:
            for party in entry.parties:
                need(party, record.parties, "party", entry.where)
    for entry in (*record.commitments, *record.claims):
        need(entry.by, record.parties, "party", entry.where)
