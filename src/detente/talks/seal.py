"""Forecasts written before the event, with a hash that shows they were not touched after.

The hash is SHA-256 over the forecast's canonical JSON: keys sorted, no spaces, UTF-8, numbers as
Python writes them. It binds the words and numbers, not the hour: publish the hash to prove when.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from .._files import write_atomic
from .._text import plain
from ..errors import InputError


def digest(forecast: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of `forecast`, in hexadecimal."""
    text = json.dumps(
        forecast, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def save(forecast: dict[str, Any], path: Path, written: str) -> str:
    """Write `forecast` and its hash to `path`, refusing to overwrite; returns the hash.

    `written` is the moment of writing, in ISO form; it is under the hash too.
    """
    if Path(path).exists():
        raise InputError(
            f"{plain(path)} exists; a sealed forecast is never overwritten: name a new file."
        )
    body = {**forecast, "written": written}
    sealed = {"forecast": body, "sha256": digest(body)}
    write_atomic(Path(path), json.dumps(sealed, indent=2, ensure_ascii=False) + "\n")
    return sealed["sha256"]


def verify(path: Path) -> tuple[bool, dict[str, Any]]:
    """Whether the forecast in `path` is what its hash was taken of, and the forecast."""
    try:
        sealed = json.loads(Path(path).read_text(encoding="utf-8"))
        forecast, stated = sealed["forecast"], sealed["sha256"]
        return digest(forecast) == stated, forecast
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{plain(path)} cannot be read: {plain(error)}.") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(
            f"{plain(path)} is no sealed forecast; give a file of `detente forecast --save`."
        ) from None
