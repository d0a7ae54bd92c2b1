"""A record of your own: a folder of YAML under version control, layered over a shipped record.

Every `add` is one new file, checked together with all the others before it is moved into place:
killed at any point it leaves the folder as it was or with the whole entry. A lock keeps a second
writer waiting meanwhile. Nothing is ever rewritten.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from .._files import write_atomic
from .._text import plain
from ..errors import InputError
from .loader import build, load_folder, load_record, read_folder, records
from .record import Record
from .schema import SECTIONS
from .yamlfile import Map, parse

WAIT_S = 30.0  # how long an add waits for another writer
_DATES = ("date", "known", "from", "until", "last_verified")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")


class _Dumper(yaml.SafeDumper):
    """Text that is no single word is quoted, so that it comes back as the same text."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    bare = _WORD.match(value) and value.lower() not in ("true", "false", "null")
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if bare else '"')


_Dumper.add_representer(str, _text)


def new(
    folder: Path,
    name: str,
    title: str,
    *,
    base: str | None = None,
    parties: Mapping[str, str] | None = None,
    last_verified: date,
) -> Record:
    """Start a record in `folder`: over the shipped record `base`, or on its own with `parties`.

    `parties` maps codes to names; all of them become the principals. Raises InputError where the
    folder already holds a record, or neither a base nor two parties are given.
    """
    path = Path(folder) / "record.yaml"
    if path.exists():
        raise InputError(f"{plain(path)} exists; `detente record add` extends it.")
    if base is None and len(parties or {}) < 2:
        raise InputError("A record needs a base or at least two parties; name them.")
    if base is not None and base not in records():
        raise InputError(
            f"There is no shipped record {plain(base)!r}; there are {', '.join(records())}."
        )
    if base is not None:
        last_verified = load_record(base).last_verified  # nothing newer is in it yet
    head: dict[str, Any] = {"name": name, "title": title, "last_verified": last_verified}
    content: dict[str, Any] = {"record": head}
    if base is not None:
        head["base"] = base
    if parties:
        head["principals"] = list(parties)
        content["parties"] = [{"code": c, "name": n} for c, n in parties.items()]
    text = dump(content)
    record = build([_file(text, "record.yaml")], Path(folder))
    write_atomic(path, text)
    return record


def add(folder: Path | str, entries: Mapping[str, Any] | str, section: str | None = None) -> Path:
    """Append entries to the record in `folder` as one new file, all of them or none.

    `entries`: a mapping of sections to lists of entries, the same as YAML or JSON text, or one
    entry with its `section` (acts, statements, measures ...). Days may be dates or YYYY-MM-DD.
    Returns the new file. Raises InputError, writing nothing, where any entry is wrong.
    """
    folder = Path(folder)
    if isinstance(entries, str):
        content = _plain(parse(entries, "the new entry"))
    else:
        content = _plain(entries)
    if section is not None:
        content = {section: [content]}
    if not isinstance(content, dict) or not content:
        raise InputError("The new entry is no mapping of sections; write for example `acts:`.")
    content = {k: v if isinstance(v, list) else [v] for k, v in content.items()}
    if "record" in content:
        raise InputError("The new entry has a `record:`; only record.yaml has one, leave it out.")
    text = dump(content)
    with _locked(folder):
        files = read_folder(folder)
        name = f"{_next_number(folder):06d}-{_slug(content)}.yaml"
        new_file = _file(text, name)
        # In the order in which the loader will read them: file names, the new one among them.
        try:
            build(sorted([*files, new_file], key=lambda f: f.file), folder)
        except InputError as error:  # the file is not there yet: nobody could look into it
            said = re.sub(rf"{re.escape(name)}(?:, line \d+)?", "the new entry", str(error))
            raise InputError(said) from None
        path = folder / name
        write_atomic(path, text)
    return path


def check(folder: Path | str) -> Record:
    """Load the record in `folder` strictly; raises InputError with file and line."""
    return load_folder(Path(folder))


def dump(content: Mapping[str, Any]) -> str:
    """YAML of `content` that the loader reads back as the same values."""
    return yaml.dump(
        _plain(content), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100
    )


def _file(text: str, name: str) -> Map:
    content = parse(text, name)
    if not isinstance(content, Map):
        raise InputError(f"{name}: a record file holds sections such as `acts:`.")
    return content


def _plain(value: Any, key: str = "") -> Any:
    """Plain containers; days written as text become days where a day belongs."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v, str(k)) for k, v in value.items() if v is not None}
    if isinstance(value, str):
        if key in _DATES and _DAY.match(value):
            with suppress(ValueError):
                return date.fromisoformat(value)
        return value
    if isinstance(value, Sequence):
        return [_plain(v) for v in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _slug(content: Mapping[str, Any]) -> str:
    for section in (*SECTIONS, *content):
        for entry in content.get(section, ()):
            if isinstance(entry, Mapping) and (entry.get("id") or entry.get("code")):
                name = str(entry.get("id") or entry.get("code")).lower()
                return re.sub(r"[^a-z0-9]+", "-", name)[:40].strip("-") or "entry"
    return "entry"


def _next_number(folder: Path) -> int:
    numbers = [int(p.name[:6]) for p in folder.glob("[0-9]*-*.yaml") if p.name[:6].isdigit()]
    return max(numbers, default=0) + 1


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system frees it if this process dies."""
    try:
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise InputError(
            f"Cannot write in {plain(folder)}: {error.strerror}; check the path."
        ) from None
    try:
        end = time.monotonic() + WAIT_S
        while not _try_lock(handle):
            if time.monotonic() > end:
                raise InputError(
                    f"Another program has been writing in {plain(folder)} for {WAIT_S:g} s; try "
                    "again when it is done."
                )
            time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
