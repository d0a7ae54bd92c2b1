"""`detente signals`: the stance of each side over time."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .._files import atomic_path, write_atomic
from .._text import plain
from ..errors import InputError
from ._common import Json, emit, finish, note, screen, seconds

if TYPE_CHECKING:
    from ..dispatch.signals import Stances

app = typer.Typer(add_completion=False)


@app.command()
def signals(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Dispatches, in any order.")
    ],
    published: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Day of publication of those that do not state one."),
    ] = None,
    side: Annotated[
        list[str] | None, typer.Option("--side", help="Only this side (USA, CHN, EU); repeatable.")
    ] = None,
    half_life: Annotated[float, typer.Option(help="Days after which a signal counts half.")] = 14.0,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write .csv, .svg, .png or .html.")
    ] = None,
    json: Json = False,
) -> None:
    """The stance of each side over time, as an index from -100 (escalatory) to +100.

    A file whose name begins with a day (2025-10-18-agency.txt) was published on it.

    Example: detente signals 2025-10-18-agency.txt 2025-10-20-agency.txt --out stance.svg
    """
    from ..dispatch.merge import merge
    from ..dispatch.signals import chart, stances
    from .read import read_files

    if not 0.1 <= half_life <= 3650:
        raise InputError(f"--half-life {half_life:g} is not between 0.1 and 3650 days.")
    if out is not None and out.suffix not in (".csv", ".svg", ".png", ".html"):
        raise InputError(f"--out {plain(out)} must end in .csv, .svg, .png or .html.")
    merged = merge(read_files(files, published, day_in_name=True))
    result = stances(merged, side or (), half_life)
    if not result.points:
        raise InputError(
            "No dispatch holds a dated signal of these sides; give --published, or other files."
        )
    if out is not None and out.suffix == ".csv":
        write_atomic(out, _csv(result))
    elif out is not None:
        with atomic_path(out) as temporary:
            # altair goes by the ending, so the chart is drawn beside and then moved
            drawn = temporary.with_suffix(out.suffix)
            try:
                chart(result, drawn)
                temporary.write_bytes(drawn.read_bytes())
            finally:
                drawn.unlink(missing_ok=True)
    if json:
        emit({**result.to_dict(), "seconds": seconds()})
    else:
        _show(result)
        if out is not None:
            note(f"wrote {plain(out)}")
    finish(json)


def _csv(result: Stances) -> str:
    handle = io.StringIO()
    writer = csv.writer(handle, lineterminator="\n")
    writer.writerow(["day", "side", "index", "signals"])
    writer.writerows([p.day.isoformat(), p.side, p.index, p.signals] for p in result.points)
    return handle.getvalue()


def _show(result: Stances) -> None:
    from rich.markup import escape
    from rich.table import Table

    console = screen()
    table = Table("day", "side", "index", "signals", box=None, header_style="bold", pad_edge=False)
    for point in result.points:
        table.add_row(point.day.isoformat(), point.side, f"{point.index:+.0f}", str(point.signals))
    console.print(table)
    sources = Table("day", "side", "", "kind", "words", "source", box=None, pad_edge=False)
    for s in result.signals:
        mark = {1: "+", -1: "-", 0: "0"}[s.sign]
        words = escape(plain(s.words, 60))
        sources.add_row(s.day.isoformat(), s.side, mark, s.kind, words, escape(plain(s.source, 40)))
    console.print(sources)
    console.print(
        f"Half-life {result.half_life:g} days; weights by kind; a convention, not an estimate."
    )
