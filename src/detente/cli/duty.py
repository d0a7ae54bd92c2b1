"""`detente duty`: the stack of US duties on one product from one country on a day."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from typing import Annotated

import typer

from .._text import plain
from ._common import Json, Records, emit, finish, note, parse_date, screen, seconds

app = typer.Typer(add_completion=False)


@app.command()
def duty(
    code: Annotated[str, typer.Argument(help="Tariff code, such as 8517.62.0090.")],
    exporter: Annotated[str, typer.Option("--from", help="Country of origin, ISO3.")],
    on: Annotated[str, typer.Option("--on", help="The day; today.")] = "",
    known: Annotated[
        str, typer.Option("--known", help="As known on this day; all that the record knows.")
    ] = "",
    record: Records = "us-china",
    json: Json = False,
) -> None:
    """The duties the United States charges on a product, line by line, with their legal basis.

    Needs the public data packs (DETENTE_DATA) and pyarrow, which the extra `data` installs.

    Example: detente duty 8517.62.0090 --from CHN --on 2025-10-18
    """
    from ..policy.duty import duty as stack_on
    from ..record import load_record

    day = parse_date(on, "--on") if on else datetime.date.today()
    seen = parse_date(known, "--known") if known else None
    facts = load_record(record)
    found = stack_on(facts, code, exporter.upper(), day, seen)
    if json:
        emit(
            {
                **asdict(found),
                "total_pct": found.total_pct,
                "last_verified": facts.last_verified,
                "seconds": seconds(),
            }
        )
        return
    from rich.markup import escape
    from rich.table import Table

    console = screen()
    view = Table(
        title=f"{plain(found.code)} {escape(plain(found.description, 70))}, from "
        f"{found.exporter}, on {day}",
        title_justify="left",
    )
    view.add_column("duty")
    view.add_column("legal basis")
    view.add_column("rate", justify="right")
    view.add_column("adds", justify="right")
    view.add_column("note")
    view.add_row("Ordinary duty", "column 1 of the schedule", "", f"{found.ordinary_pct:.1f}",
                 f"approximate: {found.basis}")  # fmt: skip
    for line in found.lines:
        held = f"{line.suspended_pct:g} suspended" if line.suspended_pct else ""
        legal = "; ".join(filter(None, (line.authority, line.legal)))
        view.add_row(
            escape(plain(line.title)),
            escape(plain(legal)),
            f"{line.rate_pct:g}",
            f"{line.points:.1f}",
            escape(plain("; ".join(filter(None, (line.why, held))))),
        )
    view.add_section()
    view.add_row("Total", "", "", f"{found.total_pct:.1f}", "percent of the customs value")
    console.print(view)
    note(f"The record was last verified on {facts.last_verified}.")
    finish(json)
