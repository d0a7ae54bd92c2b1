"""The forecast drawn: how likely each outcome is to have come by each day, with its interval."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._files import atomic_path
from .._text import ScriptJSON, plain
from ..errors import InputError
from .conflict import ENDS

if TYPE_CHECKING:
    from .forecast import Forecast, QuestionForecast

FORMATS = (".html", ".svg", ".png", ".pdf", ".json")
COLOURS = {
    "deal": "#1b7837",
    "extension": "#4393c3",
    "collapse": "#b2182b",
    "lapsed": "#878787",
}


def fan_chart(answer: QuestionForecast) -> Any:
    """An altair chart of one question: lines are means over draws, bands the 5-95% interval."""
    import altair as alt

    rows = [
        {
            "date": day.isoformat(),
            "outcome": name,
            "probability": float(answer.by_date[0, k, j]),
            "low": float(answer.by_date[1, k, j]),
            "high": float(answer.by_date[2, k, j]),
        }
        for k, name in enumerate(ENDS)
        for j, day in enumerate(answer.days)
    ]
    colour = alt.Color(
        "outcome:N",
        title=None,
        scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
    )
    base = alt.Chart(alt.Data(values=rows)).encode(x=alt.X("date:T", title=None), color=colour)
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format="%")
    band = base.mark_area(opacity=0.18).encode(
        y=alt.Y("low:Q", scale=scale, axis=axis, title="has come by"), y2="high:Q"
    )
    line = base.mark_line(strokeWidth=2).encode(
        y=alt.Y("probability:Q", scale=scale, axis=axis, title="has come by"),
        tooltip=["date:T", "outcome:N", alt.Tooltip("probability:Q", format=".1%")],
    )
    layers = [band, line]
    if answer.meetings:
        marks = [{"date": day.isoformat(), "what": title} for day, title in answer.meetings]
        layers.append(
            alt.Chart(alt.Data(values=marks))
            .mark_rule(strokeDash=[3, 3], color="#666666")
            .encode(x="date:T", tooltip=["what:N", "date:T"])
        )
    title = plain(answer.question.text, 110)
    return alt.layer(*layers).properties(width=560, height=260, title=title)


def write_chart(forecast: Forecast, path: Path) -> None:
    """Write the fan charts of all questions to `path`; its ending names the format.

    Raises InputError for an ending that is not in `FORMATS`.
    """
    import altair as alt

    path = Path(path)
    if path.suffix not in FORMATS:
        raise InputError(
            f"--out {plain(path)} ends in {plain(path.suffix)!r}; end it in {', '.join(FORMATS)}."
        )
    chart = alt.vconcat(*(fan_chart(q) for q in forecast.questions)).configure_view(stroke=None)
    with atomic_path(path) as temporary:
        options: dict[str, Any] = {}
        if path.suffix == ".html":
            options = {"inline": True, "json_kwds": {"cls": ScriptJSON}}
        chart.save(str(temporary), **options, format=path.suffix[1:])  # type: ignore[arg-type]
