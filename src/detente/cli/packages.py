"""`detente packages`: what is on the table, what each package is worth to whom, what trades."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._text import plain
from ..errors import InputError
from ._common import Horizon, Json, Records, Worlds, emit, finish, parse_date, screen, seconds

if TYPE_CHECKING:
    from ..talks.packages import Table

app = typer.Typer(add_completion=False)

PICKS = {
    "nash": "Nash: largest product of gains",
    "kalai_smorodinsky": "Kalai-Smorodinsky: equal shares of the best each could have",
    "egalitarian": "egalitarian: largest smaller gain",
}


@app.command()
def packages(
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="The day asked about; today by default.")
    ] = "",
    known: Annotated[
        str, typer.Option("--known", metavar="DATE", help="What was known by this day; that day.")
    ] = "",
    issues: Annotated[
        Path | None, typer.Option("--issues", help="YAML with issues of your own, governments.")
    ] = None,
    explain: Annotated[
        int, typer.Option("--explain", help="Rank of a package to put into words; 0: the picks.")
    ] = 0,
    top: Annotated[int, typer.Option("--top", help="How many packages to list.")] = 10,
    limit: Annotated[
        int, typer.Option("--limit", help="Most equilibria to solve; beyond, issues stay fixed.")
    ] = 3000,
    record: Records = "us-china",
    world: Worlds = "",
    horizon: Horizon = "medium",
    json: Json = False,
) -> None:
    """The packages on the table, valued for both sides and everyone else.

    Example: detente packages --as-of 2025-10-18
    """
    day = parse_date(as_of, "--as-of") if as_of else datetime.date.today()
    seen = parse_date(known, "--known") if known else day
    if top < 1 or limit < 1:
        raise InputError(f"--top {top} and --limit {limit} must be at least 1.")
    from .. import load_record, load_world
    from ..talks.issues import Agenda, agenda, load_issues
    from ..talks.packages import packages as value

    facts = load_record(record)
    base = load_world(world) if world else load_world()
    table = agenda(facts, day, seen)
    governments: dict[str, Any] = {}
    if issues is not None:
        own, governments = load_issues(issues, tuple(facts.principals[:2]))
        table = Agenda((*own, *table.issues), table.not_costed)
    made = value(
        facts,
        base,
        day,
        table,
        known=seen,
        governments=governments,
        horizon=horizon,
        limit=limit,
    )
    if not 0 <= explain <= len(made.choices):
        raise InputError(f"--explain {explain} is no rank; there are {len(made.choices)} packages.")
    if json:
        emit({**_plain(made, day, seen, horizon, top), "seconds": seconds()})
        return
    _show(made, day, seen, horizon, top, explain)
    finish(json)


def _package(made: Table, row: int) -> dict[str, Any]:
    from ..talks.explain import in_words, third_parties

    return {
        "options": {i.id: o.id for i, o in zip(made.issues, made.options(row), strict=True)},
        "gain_pct": dict(zip(made.parties, made.gains[row].tolist(), strict=True)),
        "third_parties_pct": third_parties(made, row),
        "words": in_words(made, row),
    }


def _plain(
    made: Table, day: datetime.date, known: datetime.date, horizon: str, top: int
) -> dict[str, Any]:
    from ..talks.explain import steps, trades

    ranked = made.ranked()
    return {
        "as_of": day,
        "known": known,
        "horizon": horizon,
        "parties": list(made.parties),
        "valued": len(made.choices),
        "equilibria": made.equilibria,
        "failed": made.failed,
        "max_residual": made.max_residual,
        "evaluated_on": made.day,
        "issues": [
            {
                "id": i.id,
                "title": i.title,
                "side": i.side,
                "options": [{"id": o.id, "title": o.title} for o in i.options],
            }
            for i in made.issues
        ],
        "left_as_today": list(made.fixed),
        "not_costed": list(made.not_costed),
        "no_deal_pct": dict(zip(made.parties, made.no_deal.tolist(), strict=True)),
        "packages": [{"rank": k + 1, **_package(made, int(r))} for k, r in enumerate(ranked[:top])],
        "frontier": [_package(made, int(r)) for r in made.frontier[:200]],
        "picks": {
            name: None if row is None else _package(made, row) for name, row in made.picks.items()
        },
        "steps": [
            {"issue": s.issue, "option": s.option, "title": s.title, "change_pct": dict(s.change)}
            for s in steps(made)
        ],
        "trades": [
            {
                "gives": t.gives.title,
                "for": t.takes.title,
                "change_pct": dict(t.change),
            }
            for t in trades(made)
        ],
    }


def _show(
    made: Table, day: datetime.date, known: datetime.date, horizon: str, top: int, explain: int
) -> None:

    from ..talks.explain import in_words, steps, trades

    console = screen(highlight=False, soft_wrap=True)
    a, b = made.parties
    console.print(
        f"[bold]Packages on {day}[/bold], as known on {known}: {len(made.choices)} valued by "
        f"{made.equilibria} equilibria ({horizon} horizon).\n"
        f"No deal costs {a} {made.no_deal[0]:+.3f}% and {b} {made.no_deal[1]:+.3f}% of real income "
        f"against today's measures; gains below are against no deal, percent a year.\n"
    )
    ranked = made.ranked()
    console.print(f"rank   {a:>7}  {b:>7}  what changes from today (issue: option)")
    for k, row in enumerate(ranked[:top]):
        figures = "  ".join(f"{g:+7.3f}" for g in made.gains[row])
        console.print(f"{k + 1:>4}   {figures}  {plain(_changes(made, int(row)))}")
    console.print("\nIssues: " + plain("; ".join(f"{i.id} = {i.title}" for i in made.issues)) + ".")
    frontier = made.frontier
    console.print(f"\n{len(frontier)} packages are on the frontier and beat no deal for both.")
    if explain:
        console.print(
            f"\n[bold]Rank {explain}[/bold]: {plain(in_words(made, ranked[explain - 1]))}"
        )
    else:
        for name, row in made.picks.items():
            words = (
                "none: no package beats no deal for both" if row is None else in_words(made, row)
            )
            console.print(f"\n[bold]{PICKS[name]}[/bold]: {plain(words)}")
    console.print("\n[bold]From today, one step at a time[/bold]")
    for step in steps(made):
        moved = ", ".join(f"{p} {v:+.3f}" for p, v in step.change.items())
        console.print(f"  {plain(step.title)}: {moved}")
    found = trades(made)
    console.print("\n[bold]What trades against what[/bold] (both gain from the pair)")
    for trade in found or []:
        moved = ", ".join(f"{p} {v:+.3f}" for p, v in trade.change.items())
        console.print(f"  {plain(trade.gives.title)}  for  {plain(trade.takes.title)}: {moved}")
    if not found:
        console.print("  no pair of single steps serves both from today's measures")
    if made.fixed:
        console.print(f"\nLeft as today (more than the limit): {plain('; '.join(made.fixed))}.")
    if made.not_costed:
        console.print(
            f"\nOn the table but not costed ({len(made.not_costed)}; state values with --issues): "
            f"{plain('; '.join(made.not_costed))}.",
            style="dim",
        )


def _changes(made: Table, row: int) -> str:
    chosen = zip(made.issues, made.choices[row], made.options(row), strict=True)
    return ", ".join(f"{i.id}: {o.id}" for i, k, o in chosen if k != i.today or o.days)
