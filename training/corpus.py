"""Dispatches with marked events: the format of `dispatches/`, described in README.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from detente.dispatch.dates import bounds
from detente.dispatch.events import DATE, INSTRUMENTS, KINDS, TALKS, Event
from detente.dispatch.lexicon import rows

HERE = Path(__file__).parent
CODES = {row["code"] for row in rows("countries.csv")} | {"EU", "WLD"}
USUAL = {
    "measure_announced": "announced", "measure_in_force": "in_force",
    "measure_suspended": "suspended", "measure_resumed": "in_force",
    "measure_expired": "expired", "measure_revoked": "revoked", "threat": "threatened",
    "agreement": "announced", "commitment": "announced",
}  # fmt: skip
OTHER = {
    "measure_suspended": {"partly_suspended"}, "measure_revoked": {"withdrawn", "annulled"},
    "threat": {"withdrawn"}, "agreement": {"planned", "in_force"},
    "meeting": {"planned", "held"}, "call": {"planned", "held"}, "summit": {"planned", "held"},
}  # fmt: skip
STANCE = {"esc": "escalatory", "con": "conciliatory", "neu": "neutral"}
CERTAINTY = {"rep": "reported", "hyp": "hypothetical", "neg": "negated"}
MARK = re.compile(r"\[(\d+(?:,\d+)*):([^\[\]]+)\]")
HEAD = re.compile(r"=== ([a-z0-9][a-z0-9-]*) \| (\d{4}-\d\d-\d\d)\Z")


@dataclass(frozen=True)
class Example:
    """A dispatch; `marks` are (start, end, event) in code points of `text`, event from 0."""

    name: str
    published: str
    text: str
    events: tuple[Event, ...]
    marks: tuple[tuple[int, int, int], ...]


def read(path: Path, codes: set[str]) -> Iterator[Example | str]:
    """The dispatches of a file; a string tells what is wrong with one."""
    blocks = re.split(r"(?m)^(?==== )", path.read_text(encoding="utf-8"))
    if blocks[0].strip():
        yield f"{path.name}: text before the first heading"
    for block in blocks[1:]:
        try:
            yield _example(block, codes)
        except ValueError as error:
            yield f"{path.name}: {block.splitlines()[0][4:40]}: {error}"


def _example(block: str, codes: set[str]) -> Example:
    heading, _, rest = block.partition("\n")
    head = HEAD.match(heading.strip())
    if not head:
        raise ValueError(f"heading {heading!r} is not '=== name | YYYY-MM-DD'")
    date.fromisoformat(head[2])
    marked, line, facts = rest.partition("\n--\n")
    if not line:
        raise ValueError("no line '--' between text and events")
    numbers: list[str] = []
    events: list[Event] = []
    for row in facts.strip().splitlines():
        if row.strip():
            number, event = _event(row, codes)
            if number in numbers:
                raise ValueError(f"event {number} stands twice")
            numbers.append(number)
            events.append(event)
    text, marks, at = "", [], 0
    marked = _unwrapped(marked.strip())
    for mark in MARK.finditer(marked):
        text += marked[at : mark.start()]
        start = len(text)
        text += mark[2]
        at = mark.end()
        for number in mark[1].split(","):
            if number not in numbers:
                raise ValueError(f"mark [{number}:{mark[2]}] has no event line")
            marks.append((start, len(text), numbers.index(number)))
    text += marked[at:]
    if "[" in text or "]" in text:
        k = max(text.find("["), text.find("]"))
        raise ValueError(f"a bracket that is no mark near {text[max(0, k - 20) : k + 20]!r}")
    for k, number in enumerate(numbers):
        if not any(m[2] == k for m in marks):
            raise ValueError(f"event {number} is not marked in the text")
    return Example(head[1], head[2], text, tuple(events), tuple(marks))


def _unwrapped(text: str) -> str:
    """Lines cut near the width of the page joined again; headlines and points stay lines."""
    return re.sub(r"(?m)^(?=.{90})(.*\S)[ \t]*\n(?![\s\-*•–—]|\d\d[:.h]\d\d)", r"\1 ", text)


def _event(row: str, codes: set[str]) -> tuple[str, Event]:
    number, kind, sides, *facts = row.split()
    if kind not in KINDS:
        raise ValueError(f"event {number}: kind {kind!r} is not one of {', '.join(KINDS)}")
    actor, _, target = (tuple(sorted(s.split("+"))) if s else () for s in sides.partition(">"))
    target = tuple(t for t in target if t)
    for code in actor + target:
        if code not in codes:
            raise ValueError(f"event {number}: {code!r} is no ISO3 code, EU or WLD")
    if kind in (*TALKS, "agreement") and target:
        raise ValueError(f"event {number}: a {kind} has all sides as actors and no target")
    values: dict[str, object] = {"status": USUAL.get(kind)}
    for fact in facts:
        key, equals, value = fact.partition("=")
        if key == "rate":
            values["rate_pct"] = float(value.rstrip("%"))
        elif key == "date":
            if not DATE.match(value) or bounds(value) is None:
                raise ValueError(f"event {number}: date {value!r} is no ISO date or interval")
            values["date"] = value
        elif key == "inst":
            if value not in (*INSTRUMENTS, "none"):
                raise ValueError(f"event {number}: inst {value!r} is unknown")
            values["instrument"] = None if value == "none" else value
        elif key == "stance" and value in STANCE:
            values["stance"] = STANCE[value]
        elif key == "cert" and value in CERTAINTY:
            values["certainty"] = CERTAINTY[value]
        elif fact == "bg":
            values["salience"] = "background"
        elif not equals and fact in OTHER.get(kind, {USUAL.get(kind)} - {None}) | {USUAL.get(kind)}:
            values["status"] = fact
        else:
            raise ValueError(f"event {number}: {fact!r} does not belong to a {kind}")
    if kind in TALKS:
        values["instrument"] = "meeting"
        if values["status"] is None:
            raise ValueError(f"event {number}: say planned or held")
    elif kind == "agreement":
        values["instrument"] = "agreement"
    elif kind == "statement":
        if "stance" not in values:
            raise ValueError(f"event {number}: a statement needs stance=")
    elif "instrument" not in values:
        raise ValueError(f"event {number}: a {kind} needs inst=")
    return number, Event(kind=kind, actor=actor, target=target, **values)  # type: ignore[arg-type]
