"""`detente replicate`: published figures beside computed ones."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from .._text import plain
from ..errors import InputError
from ._common import Json, emit, finish, screen, seconds

# name -> module with `replicate(data: Path) -> Replication`
REPLICATIONS = {
    "caliendo-parro-2015": "detente.economy.replications.caliendo_parro_2015",
    "liberation-day-2025": "detente.economy.replications.liberation_day_2025",
    "ossa2014": "detente.game.replications.ossa2014",
}

app = typer.Typer(add_completion=False)


@app.command()
def replicate(
    name: Annotated[str, typer.Argument(help=" | ".join(REPLICATIONS))],
    data: Annotated[Path, typer.Option("--data", help="Folder of the publication's data pack.")],
    json: Json = False,
) -> None:
    """Published figures beside ours; exit status 1 if one that is published does not agree.

    Example: detente replicate caliendo-parro-2015 --data ../shared/data/caliendo_parro_2015
    """
    if name not in REPLICATIONS:
        raise InputError(
            f"There is no replication {plain(name)!r}; choose one of {', '.join(REPLICATIONS)}."
        )
    if not data.is_dir():
        raise InputError(f"--data {plain(data)} is not a folder; name the folder of the data pack.")
    result = import_module(REPLICATIONS[name]).replicate(data)
    if json:
        emit({**result.to_dict(), "seconds": seconds()})
    else:
        _show(result)
        finish(json)
    raise typer.Exit(0 if result.agrees else 1)


def _show(result: object) -> None:
    from rich.table import Table

    console = screen()
    console.print(f"[bold]{result.name}[/bold]: {result.reference}")  # type: ignore[attr-defined]
    for table in result.tables:  # type: ignore[attr-defined]
        view = Table("quantity", "unit", title=table.table, title_justify="left")
        for heading in ("published", "computed"):
            view.add_column(heading, justify="right")
        view.add_column("agrees")
        for row in table.rows:
            verdict = {True: "yes", False: "[red]NO[/red]", None: "not counted"}[row.agrees]
            published = "" if row.published is None else f"{row.published:g}"
            view.add_row(row.quantity, row.unit, published, f"{row.computed:.4g}", verdict)
        console.print(view)
        if table.note:
            console.print(table.note, style="dim")
    for text in result.notes:  # type: ignore[attr-defined]
        console.print(text)
    console.print("agrees" if result.agrees else "[red]does not agree[/red]")  # type: ignore[attr-defined]
