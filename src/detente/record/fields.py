"""Converters from YAML values to what entries hold, each refusing what it cannot take.

A converter gets the value, the mapping it stands in and its key, so that a refusal names the file
and the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from .._text import plain
from ..errors import InputError
from .yamlfile import Map

Converter = Callable[[Any, Map, str], Any]
Spec = dict[str, tuple[Converter, bool]]  # key -> (converter, required)
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*\Z")
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,4}\Z")
_HOUR = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z")


def refuse(item: Map, key: str, problem: str, mend: str) -> InputError:
    return InputError(f"{item.where(key)}: {problem}; {mend}.")


def _wrong(item: Map, key: str, value: Any, wanted: str) -> InputError:
    return refuse(item, key, f"{key} is {plain(value, 60)!r}", f"write {wanted}")


def text(value: Any, item: Map, key: str) -> str:
    if isinstance(value, float) and value == int(value):
        value = str(int(value))  # a bare number or year as text
    if not isinstance(value, str) or not value.strip():
        raise _wrong(item, key, value, "text")
    if len(value) > 4000:
        raise refuse(item, key, f"{key} has {len(value)} characters", "keep it below 4000")
    return value.strip()


def name(value: Any, item: Map, key: str) -> str:
    value = text(value, item, key)
    if not _ID.match(value):
        raise _wrong(item, key, value, "a name of lower-case letters, digits and hyphens")
    return value


def code(value: Any, item: Map, key: str) -> str:
    if not isinstance(value, str) or not _CODE.match(value):
        raise _wrong(item, key, value, "a code of capital letters such as USA")
    return value


def day(value: Any, item: Map, key: str) -> date:
    if not isinstance(value, date):
        raise _wrong(item, key, value, "a day as YYYY-MM-DD")
    if not 1900 <= value.year <= 2200:
        raise _wrong(item, key, value, "a day between 1900 and 2200")
    return value


def number(value: Any, item: Map, key: str) -> float:
    if not isinstance(value, float) or not abs(value) < 1e15:
        raise _wrong(item, key, value, "a number")
    return value


def points(value: Any, item: Map, key: str) -> float:
    value = number(value, item, key)
    if not 0 <= value <= 10_000:
        raise _wrong(item, key, value, "percentage points from 0 to 10000")
    return value


def whole(value: Any, item: Map, key: str) -> int:
    value = number(value, item, key)
    if value != int(value):
        raise _wrong(item, key, value, "a whole number")
    return int(value)


def flag(value: Any, item: Map, key: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(item, key, value, "true or false")
    return value


def hour(value: Any, item: Map, key: str) -> int:
    found = _HOUR.match(value) if isinstance(value, str) else None
    if not found:
        raise _wrong(item, key, value, "an hour such as 00:01")
    minutes = int(found[1]) * 60 + int(found[2])
    if minutes >= 14 * 60:
        raise refuse(
            item,
            key,
            f"{key} is {value}, after the noon at which a day is asked",
            "date the change the next day",
        )
    return minutes


def one_of(*words: str) -> Converter:
    def convert(value: Any, item: Map, key: str) -> str:
        if value not in words:
            raise _wrong(item, key, value, "one of " + ", ".join(words))
        return value

    return convert


def many(convert: Converter) -> Converter:
    def convert_all(value: Any, item: Map, key: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _wrong(item, key, value, "a list in [brackets] or with dashes")
        out = tuple(convert(v, item, key) for v in value)
        if len(set(out)) != len(out):
            raise refuse(item, key, f"{key} names something twice", "keep it once")
        return out

    return convert_all


def some(convert: Converter) -> Converter:
    inner = many(convert)

    def convert_some(value: Any, item: Map, key: str) -> tuple[Any, ...]:
        out = inner(value, item, key)
        if not out:
            raise refuse(item, key, f"{key} is empty", f"name at least one of the {key}")
        return out

    return convert_some


def fields(item: Any, spec: Spec, what: str, within: Map) -> dict:
    """The converted values of a mapping, every key of which must be in `spec`."""
    if not isinstance(item, Map):
        raise InputError(f"{within.where()}: {what} must be a list of entries with `key: value`.")
    out = {}
    for key, value in item.items():
        if key not in spec:
            raise refuse(
                item, key, f"{plain(key)!r} is no key of {what}", "the keys are " + ", ".join(spec)
            )
        if value is None:
            raise refuse(item, key, f"{key} is empty", "give it a value or leave the key out")
        out[key] = spec[key][0](value, item, key)
    for key, (_, required) in spec.items():
        if required and key not in out:
            label = f" {plain(item.get('id'))!r}" if item.get("id") else ""
            raise refuse(item, "id", f"{what}{label} has no {key}", f"add `{key}:`")
    return out
