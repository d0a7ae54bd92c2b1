"""`detente impact`: the economics of one branch or scenario."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._text import plain
from ._common import (
    Closure,
    Horizon,
    Json,
    Records,
    Worlds,
    emit,
    finish,
    parse_date,
    screen,
    seconds,
)

if TYPE_CHECKING:
    from ..economy import Equilibrium

app = typer.Typer(add_completion=False)


@app.command()
def impact(
    scenario: Annotated[
        str, typer.Argument(help="A branch's name (see `detente brief`) or a YAML overlay.")
    ],
    as_of: Annotated[str, typer.Option("--as-of", help="The day asked about; today.")] = "",
    known: Annotated[str, typer.Option("--known", help="What was known by this day.")] = "",
    record: Records = "us-china",
    world: Worlds = "",
    horizon: Horizon = "medium",
    closure: Closure = "fixed",
    partial: Annotated[
        bool, typer.Option("--partial", help="Hold wages and expenditure: the tariff alone.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Decompose the change of real income.")
    ] = False,
    json: Json = False,
) -> None:
    """What one branch or scenario does to every region, against the measures in force.

    Example: detente impact truce-ended --as-of 2025-10-18
    """
    from .. import load_record, load_world
    from ..economy import solve
    from ..policy import branch, branches, load_scenario
    from ..policy.inforce import policy as in_force

    day = parse_date(as_of, "--as-of") if as_of else datetime.date.today()
    seen = parse_date(known, "--known") if known else day
    facts, base = load_record(record), load_world(world) if world else load_world()
    today = in_force(facts, base, day, seen, horizon=horizon)
    path = Path(scenario)
    if path.suffix in (".yaml", ".yml"):
        overlay = load_scenario(path)
        start = (
            today
            if overlay.base == "today"
            else type(today).of(base)
            if overlay.base == "baseline"
            else branch(branches(facts, base, day, seen, horizon=horizon), overlay.base).policy
        )
        chosen = overlay.over(start)
    else:
        chosen = branch(branches(facts, base, day, seen, horizon=horizon), scenario).policy
    solved = solve(base, chosen, baseline=today, horizon=horizon, closure=closure, partial=partial)
    result = {
        "name": chosen.name,
        **figures(solved),
        "as_of": day.isoformat(),
        "notes": solved.notes,
    }
    if explain:
        result["decomposition"] = _decomposition(solved)
    if json:
        emit({**result, "seconds": seconds()})
    else:
        _show(result, base.year)
        finish(json)


def figures(solved: Equilibrium) -> dict[str, Any]:
    """The machine output of an equilibrium: changes against its baseline."""

    from ..brief.results import by_label, percent_change

    return {
        "baseline": solved.baseline_name,
        "horizon": solved.horizon,
        "closure": solved.closure,
        "partial": solved.partial,
        "real_income_pct": percent_change(solved.real_income),
        "ev_musd": by_label(solved.ev_musd),
        "wages_pct": percent_change(solved.wages),
        "prices_pct": percent_change(solved.consumer_prices),
        "tariff_revenue_musd": by_label(solved.tariff_revenue),
        "certificate": asdict(solved.certificate),
    }


def _decomposition(solved: Equilibrium) -> dict[str, Any]:
    from ..brief.results import by_label

    parts = solved.decomposition()
    return {
        str(name): by_label(array)
        for name, array in parts.data_vars.items()
        if array.dims == ("region",)
    }


def _show(result: dict[str, Any], year: int) -> None:
    from rich.table import Table
    from rich.text import Text

    console = screen(markup=False)  # names come from files: nothing in them is an instruction
    title = Text(f"{plain(result['name'], 90)} against {plain(result['baseline'], 90)}")
    view = Table("region", title=title)
    for heading in ("real income %", "EV, USD bn a year", "wage %", "consumer price %"):
        view.add_column(heading, justify="right")
    order = sorted(result["real_income_pct"], key=lambda r: result["real_income_pct"][r])
    for region in order:
        view.add_row(
            plain(region),
            f"{result['real_income_pct'][region]:+.3f}",
            f"{result['ev_musd'][region] / 1000:+.1f}",
            f"{result['wages_pct'][region]:+.2f}",
            f"{result['prices_pct'][region]:+.2f}",
        )
    console.print(view)
    if "decomposition" in result:
        parts = result["decomposition"]
        split = Table("region", *parts, title="Change of real income, parts that add up, %")
        for region in order:
            split.add_row(plain(region), *(f"{100 * parts[name][region]:+.3f}" for name in parts))
        console.print(split)
    for text in result["notes"]:
        console.print(plain(text), style="dim")
    kind = (
        "partial equilibrium: wages and expenditure held"
        if result["partial"]
        else "full employment"
    )
    console.print(
        f"Per year, {year} USD; {kind}; {result['horizon']} horizon; deficits {result['closure']}; "
        f"residual {result['certificate']['max_residual']:.1e}.",
        style="dim",
    )
