"""`detente brief`: where the talks stand, the clocks, and what each way out costs whom."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer

from .._files import check_writable
from .._text import plain
from ..errors import InputError
from ._common import (
    Closure,
    Horizon,
    Json,
    Records,
    Worlds,
    emit,
    finish,
    note,
    parse_date,
    screen,
    seconds,
)

app = typer.Typer(add_completion=False)


@app.command()
def brief(
    as_of: Annotated[str, typer.Option("--as-of", help="The day asked about; today.")] = "",
    known: Annotated[
        str, typer.Option("--known", help="What was known by this day; the day asked about.")
    ] = "",
    dispatch: Annotated[
        Path | None, typer.Option("--dispatch", help="A news text to read beside the record.")
    ] = None,
    published: Annotated[
        str, typer.Option("--published", help="The dispatch's day; the day asked about.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for brief.html, brief.json and tables.")
    ] = None,
    record: Records = "us-china",
    world: Worlds = "",
    horizon: Horizon = "medium",
    closure: Closure = "fixed",
    bargain: Annotated[
        bool, typer.Option("--bargain", help="Also what could be agreed and would hold; slower.")
    ] = False,
    json: Json = False,
) -> None:
    """Where the talks stand, the clocks, and what each way out costs whom.

    Example: detente brief --as-of 2025-10-18 --dispatch dispatch.txt --out OUT
    """
    day = parse_date(as_of, "--as-of") if as_of else datetime.date.today()
    seen = parse_date(known, "--known") if known else day
    if out is not None and out.exists() and not out.is_dir():
        raise InputError(f"--out {plain(out)} is a file; name a folder for the brief.")
    if out is not None:
        check_writable(out)
    from .. import load_record, load_world
    from ..brief import build_brief, write_brief

    reading = None
    if dispatch is not None:
        from .. import read_dispatch

        when = parse_date(published, "--published") if published else day
        reading = read_dispatch(dispatch, published=when)
    with _progress() as progress:
        made = build_brief(
            load_record(record),
            load_world(world) if world else load_world(),
            day,
            seen,
            dispatch=reading,
            horizon=horizon,
            closure=closure,
            bargain=bargain,
            progress=progress,
        )
        progress("drawing and writing", 0, 1)
        paths = write_brief(made, out, seconds()) if out is not None else []
    if json:
        emit({**made.to_dict(), "seconds": seconds()})
        return
    from ..brief.summary import show

    show(made, screen())
    for path in paths:
        note(f"wrote {plain(path)}")
    finish(json)


class _progress:
    """A line of progress on standard error where that is a terminal; silent elsewhere."""

    def __enter__(self):
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self.bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            console=Console(stderr=True),
            transient=True,
        )
        self.bar.start()
        self.task = self.bar.add_task("starting", total=1)

        def step(what: str, done: int, total: int) -> None:
            self.bar.update(
                self.task, description=plain(what, 60), completed=done, total=max(total, 1)
            )

        return step

    def __exit__(self, *exc: object) -> None:
        self.bar.stop()
