"""The brief in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .._text import plain
from .figures import figure, percent, signed
from .model import Brief

if TYPE_CHECKING:
    from ..talks.forecast import Forecast


def show(brief: Brief, console: Console) -> None:
    """Print the state of play, the clocks, the branches, and what else the brief holds."""
    first, second = (brief.region_names.get(p, p) for p in brief.parties)
    console.print(
        Text(f"{first} and {second}, as of {brief.as_of} (known {brief.known})", style="bold")
    )
    for total in brief.status["totals"]:
        average = total.get("average_pct")
        shown = "" if average is None else f", {figure(average)}% on average by trade"
        console.print(
            f"  {total['importer']} on goods of {total['exporter']}: "
            f"{figure(total['country_wide_pct'])} points on all goods{shown}"
        )
    _clocks(brief, console)
    _branches(brief, console)
    for text in (brief.bargain or {}).get("text", ()):
        console.print(Text(plain(text)))
    if brief.forecast:
        _odds(brief.forecast, console)
    if brief.dispatch:
        main = sum(e["salience"] == "main" for e in brief.dispatch["events"])
        console.print(
            f"The dispatch holds {len(brief.dispatch['events'])} events, {main} of them new; "
            "none has entered the record."
        )
    console.print(Text(" ".join(brief.basis), style="dim"))


def _clocks(brief: Brief, console: Console) -> None:
    view = Table("date", "clock", "if nobody acts", title="Clocks", title_justify="left")
    for clock in brief.clocks:
        view.add_row(
            clock["date"] or "no date", Text(plain(clock["what"])), Text(plain(clock["default"]))
        )
    console.print(view if brief.clocks else "No clock is pending.")


def _branches(brief: Brief, console: Console) -> None:
    view = Table("branch", title="What each way out costs whom", title_justify="left")
    for party in brief.parties:
        view.add_column(f"{party} %", justify="right")
        view.add_column(f"{party} USD bn", justify="right")
    view.add_column("others, worst", justify="right")
    for branch in brief.branches:
        cells: list[str | Text] = [Text(plain(branch.title))]
        for party in brief.parties:
            cells += [
                signed(branch.real_income_pct[party], 3),
                signed(branch.ev_musd[party] / 1000, 1),
            ]
        others = {r: v for r, v in branch.real_income_pct.items() if r not in brief.parties}
        worst = min(others, key=lambda r: others[r], default=None)
        cells.append("" if worst is None else f"{worst} {signed(others[worst], 3)}")
        view.add_row(*cells)
    console.print(view)


def _odds(forecast: Forecast, console: Console) -> None:
    view = Table("question", "by", title="How likely", title_justify="left")
    view.add_column("outcomes, with intervals")
    for question in forecast.to_dict()["questions"]:
        odds = ", ".join(
            f"{o['name']} {percent(o['probability'])} ({percent(o['low'])} to {percent(o['high'])})"
            for o in question["outcomes"]
        )
        view.add_row(Text(plain(question["text"])), question["resolves_on"], odds)
    console.print(view)
