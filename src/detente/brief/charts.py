"""The brief's pictures: each takes plain rows and returns an SVG that fetches nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import vl_convert

from .._text import plain
from ..talks.chart import fan_chart
from .figures import signed
from .model import BranchResult

if TYPE_CHECKING:
    from ..talks.forecast import Forecast

INK, GRID = "#22303c", "#e3e7ea"
PARTY_COLOURS = ["#1f5a8c", "#b8422e"]
FALL, MIDDLE, RISE = "#b2182b", "#f7f7f7", "#2166ac"
WIDTH = 700


def real_income(branches: Sequence[BranchResult], parties: tuple[str, str]) -> str:
    """Real income of the two principals, branch by branch: a bar each."""
    rows = [
        {
            "branch": plain(b.title, 90),
            "party": party,
            "change": b.real_income_pct[party],
            "shown": signed(b.real_income_pct[party], 2),
        }
        for b in branches
        for party in parties
    ]
    titles = [plain(b.title, 90) for b in branches]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("branch:N", sort=titles, title=None, axis=alt.Axis(labelLimit=360)),
        yOffset=alt.YOffset("party:N", sort=list(parties)),
    )
    bars = base.mark_bar().encode(
        x=alt.X(
            "change:Q",
            title="real income, % against today's measures",
            scale=alt.Scale(padding=34),  # room for the figures beside the bars
        ),
        color=alt.Color(
            "party:N",
            sort=list(parties),
            scale=alt.Scale(domain=list(parties), range=PARTY_COLOURS),
            legend=alt.Legend(title=None, orient="top"),
        ),
    )
    # A figure stands outside its bar, on the side to which the bar points.
    label = {"fontSize": 10, "color": INK}
    below = base.transform_filter("datum.change < 0").mark_text(align="right", dx=-3, **label)
    above = base.transform_filter("datum.change >= 0").mark_text(align="left", dx=3, **label)
    encoded = [t.encode(x="change:Q", text=alt.Text("shown:N")) for t in (below, above)]
    chart = alt.layer(bars, *encoded).properties(width=WIDTH - 210, height=alt.Step(13))
    return _svg(chart)


def third_regions(
    branches: Sequence[BranchResult], parties: tuple[str, str], names: dict[str, str]
) -> str:
    """Real income of every other region under every branch: a heat map."""
    rows = [
        {
            "branch": plain(b.title, 90),
            "region": plain(names.get(region, region)),
            "change": change,
        }
        for b in branches
        for region, change in b.real_income_pct.items()
        if region not in parties
    ]
    reach = max((abs(r["change"]) for r in rows), default=0.0) or 1.0
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_rect(stroke="white")
        .encode(
            y=alt.Y(
                "branch:N",
                sort=[plain(b.title, 90) for b in branches],
                title=None,
                axis=alt.Axis(labelLimit=360),
            ),
            x=alt.X("region:N", title=None, axis=alt.Axis(labelAngle=-45, labelLimit=190)),
            color=alt.Color(
                "change:Q",
                scale=alt.Scale(domain=[-reach, 0, reach], range=[FALL, MIDDLE, RISE]),
                legend=alt.Legend(title="real income, %", orient="top", gradientLength=220),
            ),
        )
        .properties(width=WIDTH - 120, height=alt.Step(20))
    )
    return _svg(chart)


def sectors(branch: BranchResult, party: str, names: dict[str, str], each: int = 6) -> str:
    """The sectors of `party` whose output falls and rises most under `branch`."""
    ranked = sorted(branch.output_pct[party].items(), key=lambda item: item[1])
    moved = dict(ranked[:each] + ranked[-each:])
    rows = [{"sector": plain(names.get(s, s), 40), "change": v} for s, v in moved.items()]
    order = [r["sector"] for r in sorted(rows, key=lambda r: r["change"])]
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar()
        .encode(
            y=alt.Y("sector:N", sort=order, title=None, axis=alt.Axis(labelLimit=220)),
            x=alt.X("change:Q", title=f"output of {party}, %"),
            color=alt.condition("datum.change < 0", alt.value(FALL), alt.value(RISE)),
        )
        .properties(width=200, height=alt.Step(15))
    )
    return _svg(chart)


def calendar(as_of: str, clocks: Sequence[dict[str, Any]]) -> str:
    """The pending clocks on a line from `as_of` to the last of them."""
    rows = [{"date": c["date"], "what": plain(c["what"], 70)} for c in clocks if c.get("date")]
    order = [r["what"] for r in rows]
    today = alt.Chart(alt.Data(values=[{"date": as_of}]))
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("what:N", sort=order, title=None, axis=alt.Axis(labelLimit=390))
    )
    x = alt.X("date:T", title=None, axis=alt.Axis(format="%-d %b %Y", labelAngle=-30))
    points = base.mark_circle(size=70, color=FALL).encode(x=x)
    dates = base.mark_text(dx=8, align="left", fontSize=10, color=INK).encode(
        x="date:T", text=alt.Text("date:T", format="%-d %b %Y")
    )
    rule = today.mark_rule(color=INK, strokeDash=[3, 3]).encode(x="date:T")
    layered = alt.layer(rule, points, dates).properties(width=WIDTH - 380, height=alt.Step(22))
    return _svg(layered)


def average_tariffs(rows: Sequence[dict[str, Any]], as_of: str) -> str:
    """The trade-weighted average tariff each way as steps over time."""
    ways = list(dict.fromkeys(row["way"] for row in rows))
    chart = (
        alt.Chart(alt.Data(values=list(rows)))
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(
            x=alt.X("date:T", title=None),
            y=alt.Y("average_pct:Q", title="average tariff, %"),
            color=alt.Color(
                "way:N",
                sort=ways,
                scale=alt.Scale(domain=ways, range=PARTY_COLOURS),
                legend=alt.Legend(title=None, orient="top"),
            ),
        )
    )
    rule = (
        alt.Chart(alt.Data(values=[{"date": as_of}]))
        .mark_rule(color=INK, strokeDash=[3, 3])
        .encode(x="date:T")
    )
    return _svg(alt.layer(chart, rule).properties(width=WIDTH - 60, height=190))


def fan(forecast: Forecast) -> str:
    """The main question's outcomes by date, with their intervals."""
    return _svg(fan_chart(forecast.main).properties(width=WIDTH - 140, height=210))


def _svg(chart: Any) -> str:
    styled = (
        chart.configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=INK,
            gridColor=GRID,
            domainColor=GRID,
            tickColor=GRID,
            labelFontSize=11,
            titleFontSize=11,
            titleFontWeight="normal",
        )
        .configure_legend(labelColor=INK, titleColor=INK, labelFontSize=11, titleFontSize=11)
        .configure(font="Liberation Sans", background="white")
    )
    return vl_convert.vegalite_to_svg(styled.to_dict(), allowed_base_urls=[])
