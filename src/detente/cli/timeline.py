"""`detente timeline`: what happened, in order, as text and picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .._text import plain
from ..record.machine import event_json
from ._common import Json, Records, emit, finish, note, parse_date, seconds
from ._record import Known, verified, wrapped

app = typer.Typer(add_completion=False)


@app.command()
def timeline(
    start: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day.")] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="First day no longer shown.")
    ] = None,
    known: Known = None,
    measure: Annotated[
        str | None, typer.Option("--measure", metavar="ID", help="Only what concerns one measure.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Also a picture: FILE.svg, .png or .html."),
    ] = None,
    record: Records = "us-china",
    json: Json = False,
) -> None:
    """Acts, threats, rounds, agreements and promises in order; a picture of the tariffs each way.

    Example: detente timeline --from 2025-01-01 --out timeline.svg
    """
    from ..record import load_record
    from ..record.history import history

    loaded = load_record(record)
    first = parse_date(start, "--from") if start else None
    last = parse_date(end, "--to") if end else None
    knowledge = parse_date(known, "--known") if known else None
    events = history(loaded, knowledge, first, last, measure)
    if out is not None:
        from ..record.picture import draw

        draw(loaded, out, knowledge, first, last)
        note(f"Wrote {plain(out)}")
    if json:
        emit(
            {
                "record": loaded.name,
                "known": knowledge,
                "last_verified": loaded.last_verified,
                "from": first,
                "to": last,
                "events": [event_json(e) for e in events],
                "picture": str(out) if out else None,
                "seconds": seconds(),
            }
        )
        return
    print(f"{plain(loaded.title)}\n{verified(loaded)}\n")
    for e in events:
        print(f"{e.date}  {e.kind:<15} {wrapped(f'{e.who}: {e.what}', ' ' * 28)}")
    if not events:
        print("Nothing in this span.")
    finish(json)
