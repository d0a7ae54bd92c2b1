"""What every command shares: exit statuses, `--json`, timing, dates, notes on standard error."""

from __future__ import annotations

import json
import math
import sys
import time
from datetime import date
from typing import Annotated, Any

import typer

from .._text import plain
from ..errors import DetenteError, InputError

START = time.perf_counter()

Json = Annotated[
    bool, typer.Option("--json", help="Machine output on standard output, nothing else there.")
]


def run(app: typer.Typer) -> None:
    """Run `app`; an error of ours becomes one line on standard error and its exit status."""
    try:
        app()
    except DetenteError as error:
        print(f"detente: {plain(error)}", file=sys.stderr)
        raise SystemExit(error.exit_status) from None
    except BrokenPipeError:
        # The reader (head, less) has gone; that is no failure of ours.
        sys.stderr.close()
        raise SystemExit(0) from None


def seconds() -> float:
    """Seconds since the command line was imported."""
    return round(time.perf_counter() - START, 3)


def note(text: str) -> None:
    """A line for the person at the terminal, on standard error, never in machine output."""
    print(text, file=sys.stderr, flush=True)


def emit(result: dict[str, Any]) -> None:
    """Write `result` as JSON on standard output; NaN and infinities become null."""
    json.dump(_jsonable(result), sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")


def finish(json_output: bool) -> None:
    """Say how long the command took (machine output carries `seconds` instead)."""
    if not json_output:
        note(f"{seconds():.2f} s")


def parse_date(value: str, option: str) -> date:
    """An ISO day from the command line, or a sentence that says what is wrong with it."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InputError(
            f"{option} {plain(value)!r} is not a day; write it as YYYY-MM-DD, for example "
            "2025-10-18."
        ) from None


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _jsonable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_jsonable(v) for v in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return _jsonable(value.tolist())
    return value
