"""YAML with line numbers, and nothing that YAML guesses: duplicate keys are refused.

Values come back as text, numbers, booleans, days, lists and `Map`s (dictionaries that know their
line); a plain `1:01` or `NO` stays text, since only ISO days, numbers, true and false are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from .._text import plain
from ..errors import InputError
from .model import Where

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class Map(dict[str, Any]):
    """A mapping of the file and the line on which it starts; `lines` has the line of each key."""

    __slots__ = ("file", "line", "lines")

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file, self.line, self.lines = file, line, {}

    def where(self, key: str = "") -> Where:
        return Where(self.file, self.lines.get(key, self.line))


def parse(text: str, name: str) -> Any:
    """The content of one YAML text; `name` is what messages call it.

    Raises InputError with the line where the text is no YAML, repeats a key, uses an anchor again
    or nests deeper than any entry does. Read as events, so that no text can exhaust the stack.
    """
    try:
        return _document(yaml.parse(text, Loader=_LOADER), name)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise InputError(
            f"{name}{line}: {plain(problem)}; mend the YAML (quote text that holds ': ' or '#')."
        ) from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: {plain(error, 200)}; write it as plain YAML text.") from None


def read(path: Path, name: str | None = None) -> Any:
    """`parse` of a file of at most 8 MB in UTF-8."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"Cannot read {plain(path)}: {error.strerror}; check the path.") from None
    if len(data) > 8_000_000:
        raise InputError(f"{plain(path)} has {len(data)} bytes; split files above 8000000.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{plain(path)}: byte {error.start} is no UTF-8; save the file as UTF-8."
        ) from None
    return parse(text, name or str(path))


def _document(events: Iterator[Any], file: str) -> Any:
    content = None
    for count, event in enumerate(
        e for e in events if not isinstance(e, (yaml.StreamStartEvent, yaml.DocumentEndEvent))
    ):
        if isinstance(event, yaml.StreamEndEvent):
            break
        if count:
            line = event.start_mark.line + 1
            raise InputError(f"{file}, line {line}: a second document begins; keep one.")
        content = _build(events, next(events), file, 0)
    return content


def _build(events: Iterator[Any], event: Any, file: str, depth: int) -> Any:
    line = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent):  # by which a small file grows without end
        raise InputError(f"{file}, line {line}: an anchor is used again; write it out.")
    if depth > 12:
        raise InputError(f"{file}, line {line}: nested deeper than any entry is; flatten it.")
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event, file)
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            items.append(_build(events, item, file, depth + 1))
        return items
    out = Map(file, line)
    while not isinstance(named := next(events), yaml.MappingEndEvent):
        line = named.start_mark.line + 1
        if not isinstance(named, yaml.ScalarEvent):
            raise InputError(f"{file}, line {line}: a key must be a word; write `name: value`.")
        key = named.value
        if key in out:
            raise InputError(
                f"{file}, line {line}: the key {plain(key)!r} is given twice in one entry "
                f"(first on line {out.lines[key]}); keep one of them."
            )
        out[key] = _build(events, next(events), file, depth + 1)
        out.lines[key] = line
    return out


def _scalar(event: Any, file: str) -> Any:
    value = event.value
    if event.style:  # quoted or block: text as written
        return value
    if value in _WORDS:
        return _WORDS[value]
    if _NUMBER.match(value):
        return float(value)
    if _DAY.match(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise InputError(
                f"{file}, line {event.start_mark.line + 1}: {value} is not a day of the calendar; "
                "write an existing day as YYYY-MM-DD."
            ) from None
    return value
