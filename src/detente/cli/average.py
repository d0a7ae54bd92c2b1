"""`detente average`: the average tariff each way over time, as a table, a CSV or a picture."""

from __future__ import annotations

import csv
import datetime
import io
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._text import plain
from ..errors import InputError
from ._common import Json, Records, emit, finish, note, parse_date, screen, seconds

if TYPE_CHECKING:
    from ..policy.average import Average, Published

app = typer.Typer(add_completion=False)
SUFFIXES = (".csv", ".svg", ".png", ".html")
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Average tariffs</title>'
    "<body>{svg}<p>Lines: detente. Points: as published by PIIE and by the Trade War Redux "
    "tracker.</p></body></html>\n"
)
COLUMNS: tuple[str, ...] = (
    "date",
    "importer",
    "exporter",
    "series",
    "average_pct",
    "base_pct",
    "added_pct",
)


@app.command()
def average(
    start: Annotated[str, typer.Option("--from", help="First day.")] = "2018-01-01",
    end: Annotated[str, typer.Option("--to", help="Last day; today.")] = "",
    known: Annotated[
        str, typer.Option("--known", help="As known on this day; all that the record knows.")
    ] = "",
    parties: Annotated[
        list[str] | None,
        typer.Option("--importer", help="Importer whose averages to show; both, if not given."),
    ] = None,
    exporter: Annotated[
        str,
        typer.Option(
            "--exporter", help="Another partner of the United States, such as JPN; WLD: all."
        ),
    ] = "",
    record: Records = "us-china",
    out: Annotated[
        Path | None, typer.Option("--out", help="Write it to FILE.csv, .svg, .png or .html.")
    ] = None,
    json: Json = False,
) -> None:
    """The average tariff each way, trade-weighted, one line for each day on which it changes.

    Beside it stand the figures of PIIE and of the Trade War Redux tracker where they published one
    for the day; why they differ is in docs/coverage.md.

    Example: detente average --from 2025-01-01 --to 2025-12-31 --out averages.svg
    """
    from ..policy.average import published, series
    from ..record import load_record

    first = parse_date(start, "--from")
    last = parse_date(end, "--to") if end else datetime.date.today()
    seen = parse_date(known, "--known") if known else None
    if out is not None and out.suffix.lower() not in SUFFIXES:
        raise InputError(
            f"--out {plain(out)} ends in {plain(out.suffix) or 'nothing'}; end it in "
            f"{', '.join(SUFFIXES)}."
        )
    facts = load_record(record)
    steps = series(facts, first, last, seen, _pairs(parties or [], exporter))
    others = [
        p
        for p in published()
        if first <= p.date <= last
        and any((p.importer, p.exporter) == (s.importer, s.exporter) for s in steps)
    ]
    if out is not None:
        _write(out, steps, others, last)
    if json:
        emit(
            {
                "from": first,
                "to": last,
                "known": seen,
                "last_verified": facts.last_verified,
                "series": [asdict(s) | {"definition": s.definition} for s in steps],
                "published": [asdict(p) for p in others],
                "out": None if out is None else str(out),
                "seconds": seconds(),
            }
        )
        return
    _show(steps, others)
    note(f"The record was last verified on {facts.last_verified}.")
    if out is not None:
        note(f"Written: {plain(out)}")
    finish(json)


def _pairs(importers: list[str], exporter: str) -> tuple[tuple[str, str], ...]:
    from ..policy.average import has_weights

    pairs = (("USA", exporter),) if exporter else (("USA", "CHN"), ("CHN", "USA"))
    chosen = tuple(p for p in pairs if not importers or p[0] in importers)
    for pair in chosen or (("".join(importers), exporter or "any"),):
        if not has_weights(*pair):
            raise InputError(
                f"There are no trade weights for imports of {plain(pair[0])} from "
                f"{plain(pair[1])}; take USA as importer with a partner of docs/coverage.md, or "
                "CHN with USA."
            )
    return chosen


def _show(steps: tuple[Average, ...], others: list[Published]) -> None:
    from rich.table import Table

    console = screen()
    for pair in dict.fromkeys((s.importer, s.exporter) for s in steps):
        view = Table(title=f"{pair[0]} on goods of {pair[1]}, percent", title_justify="left")
        view.add_column("from")
        for heading in ("average", "added", "PIIE", "tracker"):
            view.add_column(heading, justify="right")
        mine = [s for s in steps if (s.importer, s.exporter) == pair]
        theirs = {(p.date, p.series): p for p in others if (p.importer, p.exporter) == pair}
        days = sorted({s.on for s in mine} | {day for day, _ in theirs})
        for day in days:
            now = next((s for s in mine if s.on == day), None)
            cells = [f"{theirs[day, s].average_pct:.1f}" if (day, s) in theirs else "" for s in
                     ("piie", "tracker")]  # fmt: skip
            ours = (f"{now.average_pct:.1f}", f"{now.added_pct:+.1f}") if now else ("", "")
            view.add_row(str(day), *ours, *cells)
        console.print(view)
        console.print(f"Average: {mine[0].definition}.", style="dim")


def _rows(steps: tuple[Average, ...], others: list[Published]) -> list[dict[str, Any]]:
    ours = [
        {
            "date": s.on.isoformat(),
            "importer": s.importer,
            "exporter": s.exporter,
            "series": "detente",
            "average_pct": round(s.average_pct, 3),
            "base_pct": round(s.base_pct, 3),
            "added_pct": round(s.added_pct, 3),
        }
        for s in steps
    ]
    return ours + [
        {
            "date": p.date.isoformat(),
            "importer": p.importer,
            "exporter": p.exporter,
            "series": p.series,
            "average_pct": p.average_pct,
        }
        for p in others
    ]


def _write(
    out: Path, steps: tuple[Average, ...], others: list[Published], last: datetime.date
) -> None:
    from .._files import write_atomic

    rows = _rows(steps, others)
    if out.suffix.lower() == ".csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)
        write_atomic(out, text.getvalue())
        return
    import vl_convert

    picture = _chart(rows, last).to_json()
    if out.suffix.lower() == ".png":
        write_atomic(out, vl_convert.vegalite_to_png(picture, scale=2))
        return
    svg = vl_convert.vegalite_to_svg(picture)
    write_atomic(out, svg if out.suffix.lower() == ".svg" else _PAGE.format(svg=svg))


def _chart(rows: list[dict[str, Any]], last: datetime.date) -> Any:
    """Steps for ours, points for the published figures, a colour for each direction."""
    import altair as alt

    names = {"USA": "US", "CHN": "Chinese"}
    for row in rows:
        row["way"] = f"{names.get(row['importer'], row['importer'])} tariff on {row['exporter']}"
    ours = [r for r in rows if r["series"] == "detente"]
    for way in {r["way"] for r in ours}:
        end = max((r for r in ours if r["way"] == way), key=lambda r: r["date"])
        ours.append(end | {"date": last.isoformat()})
    x = alt.X("date:T", title=None)
    y = alt.Y("average_pct:Q", title="average tariff, percent, trade-weighted")
    colour = alt.Color(
        "way:N",
        scale=alt.Scale(range=["#b8422e", "#1f5a8c"]),
        legend=alt.Legend(title=None, orient="top"),
    )
    line = alt.Chart(alt.Data(values=ours)).mark_line(interpolate="step-after", strokeWidth=2)
    points = alt.Chart(alt.Data(values=[r for r in rows if r["series"] != "detente"])).mark_point(
        size=45, filled=False
    )
    shape = alt.Shape(
        "series:N",
        scale=alt.Scale(domain=["piie", "tracker"], range=["circle", "diamond"]),
        legend=alt.Legend(title="published", orient="top"),
    )
    chart = alt.layer(
        line.encode(x=x, y=y, color=colour),
        points.encode(x=x, y=y, color=colour, shape=shape),
    )
    return chart.properties(width=760, height=340)
