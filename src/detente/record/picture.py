"""A picture of the record: points on all goods each way over time, rounds and summits below.

Imports altair, so it is loaded only when a picture is asked for.
"""

from __future__ import annotations

from datetime import date, timedelta
from html import escape
from pathlib import Path
from typing import Any

import altair as alt

from .._files import write_atomic
from .._text import plain
from ..errors import InputError
from .history import history
from .record import Record
from .steps import day_of

FORMATS = (".svg", ".png", ".html")
_COLOURS = ["#1b5e9e", "#b3261e", "#5b7f2b", "#7a4fa3"]


def draw(
    record: Record,
    path: Path,
    known: date | None = None,
    start: date | None = None,
    end: date | None = None,
) -> None:
    """Write the picture to `path` (.svg, .png or a self-contained .html without scripts).

    Solid: points in force; dashed: with what is suspended. After the day of knowledge the lines
    are the recorded defaults. Raises InputError for another ending or an empty span.
    """
    kind = Path(path).suffix.lower()
    if kind not in FORMATS:
        raise InputError(
            f"{plain(path)} ends in {plain(kind) or 'nothing'!r}; write .svg, .png or .html."
        )
    chart = _chart(record, known, start, end)
    if kind == ".png":
        write_atomic(path, _convert("png", chart))
        return
    svg = str(_convert("svg", chart))
    write_atomic(path, svg if kind == ".svg" else _page(record, svg, known, start, end))


def _convert(kind: str, chart: alt.LayerChart | alt.VConcatChart) -> Any:
    import vl_convert

    spec = chart.to_dict()
    if kind == "png":
        return vl_convert.vegalite_to_png(spec, scale=2, allowed_base_urls=[])
    return vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])


def steps(record: Record, known: date | None, first: date, last: date) -> list[dict[str, Any]]:
    """Rows of day, pair, points in force and with the suspended, one at each change."""
    days = {first, last}
    for line in record.lines(known):
        if line.measure.country_wide:
            for series in (line.force, line.rate, line.suspended):
                days |= {day_of(t) for t in series.times[1:]}
    rows = []
    for day in sorted(d for d in days if first <= d <= last):
        for total in record.totals(day, known):
            names = [record.parties[c].name for c in (total.importer, total.exporter)]
            pair = f"{names[0]} on {names[1]}"
            rows.append(
                {
                    "day": day.isoformat(),
                    "pair": plain(pair),
                    "points": total.country_wide_pct,
                    "with suspended": total.country_wide_pct + total.suspended_pct,
                }
            )
    return rows


def _span(
    record: Record, known: date | None, start: date | None, end: date | None
) -> tuple[date, date]:
    days = record.days() or (record.last_verified,)
    first = start or days[0]
    known = known or record.last_verified
    last = end - timedelta(days=1) if end else max(known, days[-1], first + timedelta(days=30))
    if last <= first:
        raise InputError(f"The span from {first} to {last} is empty; give a later end.")
    return first, last


def _chart(
    record: Record, known: date | None, start: date | None, end: date | None
) -> alt.VConcatChart:
    first, last = _span(record, known, start, end)
    rows = steps(record, known, first, last)
    x = alt.X("day:T", title=None, scale=alt.Scale(domain=[first.isoformat(), last.isoformat()]))
    pairs = list(dict.fromkeys(r["pair"] for r in rows))
    colour = alt.Color(
        "pair:N",
        title=None,
        scale=alt.Scale(domain=pairs, range=(_COLOURS * len(pairs))[: len(pairs)]),
        legend=alt.Legend(orient="top", symbolType="stroke"),
    )
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, color=colour)
    solid = base.mark_line(interpolate="step-after", strokeWidth=2).encode(
        y=alt.Y("points:Q", title="additional points on all goods")
    )
    dashed = base.mark_line(interpolate="step-after", strokeDash=[3, 3], strokeWidth=1).encode(
        y=alt.Y("with suspended:Q")
    )
    talks = [
        {"day": m.date.isoformat(), "kind": m.kind, "what": plain(f"{m.title}, {m.place}", 80)}
        for m in record.calendar(known)
        if first <= m.date <= last
    ]
    upper = (dashed + solid).properties(width=720, height=280, title=plain(record.title, 100))
    if not talks:
        return alt.vconcat(upper)
    lower = (
        alt.Chart(alt.Data(values=talks))
        .mark_tick(thickness=2, size=12, color="#444")
        .encode(x=x, y=alt.Y("kind:N", title=None))
        .properties(width=720)
    )
    return alt.vconcat(upper, lower).resolve_scale(x="shared")


def _page(
    record: Record, svg: str, known: date | None, start: date | None, end: date | None
) -> str:
    told = f"as known on {known}" if known else "with all the record knows"
    rows = "\n".join(
        f"<tr><td>{e.date}</td><td>{escape(plain(e.kind))}</td><td>{escape(plain(e.who))}</td>"
        f"<td>{escape(plain(e.what))}</td></tr>"
        for e in history(record, known, start, end)
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(plain(record.title))}</title>
<style>body{{font:15px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
svg{{max-width:100%;height:auto}}td{{padding:.15rem .6rem .15rem 0;vertical-align:top}}
td:first-child{{white-space:nowrap}}</style></head><body>
<h1>{escape(plain(record.title))}</h1>
<p>{told}; last verified {record.last_verified}.
Solid: in force; dashed: with what is suspended.</p>
{svg}
<table>
{rows}
</table></body></html>
"""
