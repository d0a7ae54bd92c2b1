"""Pictures of tariffs and of the Pareto frontier. Charts are imported only when one is drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._files import atomic_path, write_atomic
from .._text import ScriptJSON, plain
from ..errors import InputError

if TYPE_CHECKING:
    from .play import Outcome, Talks

FORMATS = (".png", ".svg", ".html")
BASE, CHOSEN = "in force", "solution"


def tariffs(outcome: Outcome) -> Any:
    """Rates of an outcome beside those of the base policy: one panel per government (altair)."""
    import altair as alt

    rows = [
        {"imposer": r.owner, "on": f"{r.sector} ({r.partner})", "rate": 100 * rate, "which": which}
        for r in outcome.rates
        if r.kind != "export_cap"
        for which, rate in ((BASE, r.base), (CHOSEN, r.rate))
    ]
    partners = {(r.owner, r.partner) for r in outcome.rates}
    if len(partners) > 4:
        rows = _by_sector(outcome)
    return (
        alt.Chart(alt.Data(values=rows), title=plain(outcome.name))
        .mark_point(filled=True, size=60)
        .encode(
            x=alt.X("rate:Q", title="rate, %"),
            y=alt.Y("on:N", title=None, sort=None),
            color=alt.Color("which:N", title=None, sort=[BASE, CHOSEN]),
            shape=alt.Shape("which:N", title=None, sort=[BASE, CHOSEN]),
            column=alt.Column("imposer:N", title="set by"),
        )
        .resolve_scale(y="independent")
        .properties(width=260)
    )


def _by_sector(outcome: Outcome) -> list[dict[str, Any]]:
    """Simple averages over partners: too many flows to show one by one."""
    groups: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for r in outcome.rates:
        if r.kind != "export_cap":
            groups.setdefault((r.owner, r.sector), []).append((r.base, r.rate))
    return [
        {"imposer": owner, "on": sector, "rate": 100 * sum(v) / len(v), "which": which}
        for (owner, sector), pairs in groups.items()
        for which, v in zip((BASE, CHOSEN), zip(*pairs, strict=True), strict=True)
    ]


def frontier(talks: Talks) -> Any:
    """The Pareto frontier of two parties with the bargains on it (altair)."""
    import altair as alt

    first, second = talks.bargains.parties
    line = [{"x": float(a), "y": float(b), "order": k} for k, (a, b) in enumerate(talks.frontier)]
    marks = [
        {
            "x": 100 * float(b.gains[0]),
            "y": 100 * float(b.gains[1]),
            "what": b.solution.replace("_", "-"),
        }
        for b in talks.bargains.solutions
    ]
    marks.append({"x": 0.0, "y": 0.0, "what": f"no deal: {plain(talks.where)}"})
    x = alt.X("x:Q", title=f"{plain(first)}: gain over no deal, % per year")
    y = alt.Y("y:Q", title=f"{plain(second)}: gain over no deal, % per year")
    curve = (
        alt.Chart(alt.Data(values=line))
        .mark_line(color="#555", strokeWidth=1.5)
        .encode(x=x, y=y, order="order:Q")
    )
    points = (
        alt.Chart(alt.Data(values=marks))
        .mark_point(filled=True, size=90)
        .encode(x=x, y=y, color=alt.Color("what:N", title=None), shape=alt.Shape("what:N"))
    )
    return (curve + points).properties(width=420, height=320, title="What could be agreed")


def save(chart: Any, path: Path) -> None:
    """Write a chart as .png, .svg or self-contained .html; InputError for other endings."""
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise InputError(f"--out {plain(path)} must end in one of {', '.join(FORMATS)}.")
    if path.suffix.lower() == ".html":
        write_atomic(path, chart.to_html(inline=True, json_kwds={"cls": ScriptJSON}))
        return
    kind = path.suffix.lower()[1:]
    with atomic_path(path) as temporary:
        chart.save(str(temporary), format=kind)
