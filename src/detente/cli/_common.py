"""What every command shares: exit statuses, `--json`, timing, dates, notes on standard error."""

from __future__ import annotations

import json
import math
import os
import sys
import time
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from .._text import plain
from ..errors import ComputationError, DetenteError, InputError

if TYPE_CHECKING:
    from rich.console import Console

START = time.perf_counter()

Json = Annotated[
    bool, typer.Option("--json", help="Machine output on standard output, nothing else there.")
]

Records = Annotated[
    str, typer.Option("--record", help="A shipped record's name, or the folder of your own.")
]
Worlds = Annotated[str, typer.Option("--world", help="A world's name or file; the shipped one.")]
Horizon = Annotated[str, typer.Option("--horizon", help="short | medium | long")]
Closure = Annotated[str, typer.Option("--closure", help="fixed | world_share | zero")]
BaseUrl = Annotated[
    str | None,
    typer.Option(help="llm: OpenAI-compatible endpoint, such as http://localhost:11434/v1."),
]
Model = Annotated[str | None, typer.Option(help="llm: name of the model.")]
Answers = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER", help="llm: keep the model's answers there, and ask nothing twice."
    ),
]


def run(app: typer.Typer) -> None:
    """Run `app`; an error of ours becomes one line on standard error and its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a character the terminal lacks is no failure
            stream.reconfigure(errors="backslashreplace")
    stdout = sys.stdout
    try:
        app()
    except SystemExit:
        if sys.stdout is not stdout:  # typer's sign that the reader (head, less) has gone
            raise SystemExit(0) from None
        raise
    except DetenteError as error:
        _fail(str(error), error.exit_status)
    except OSError as error:
        name = f" {error.filename!r}" if error.filename else ""
        _fail(
            f"Cannot use{name}: {error.strerror or error}; check the path.", InputError.exit_status
        )
    except MemoryError:
        _fail(
            "Not enough memory; give a smaller world or fewer draws.", ComputationError.exit_status
        )


def _fail(text: str, status: int) -> NoReturn:
    print(f"detente: {plain(text)}", file=sys.stderr)
    raise SystemExit(status) from None


def seconds() -> float:
    """Seconds since the command line was imported."""
    return round(time.perf_counter() - START, 3)


def screen(**options: Any) -> Console:
    """Where tables go. If the reader (head, less) goes away, the command goes on unseen."""
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            self.quiet = True
            _unseen()

    return Screen(**options)


def _unseen() -> None:
    """What is still written goes nowhere: files are yet to be saved, and the exit status tells."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(text: str) -> None:
    """A line for the person at the terminal, on standard error, never in machine output."""
    print(text, file=sys.stderr, flush=True)


def emit(result: dict[str, Any]) -> None:
    """Write `result` as JSON on standard output; NaN and infinities become null."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(_jsonable(result), indent=2, ensure_ascii=not unicode, allow_nan=False)
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _unseen()


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
