"""`detente forecast`: what becomes of each pending clock, how likely, and the track record."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._text import plain
from ._common import Horizon, Json, Records, Worlds, emit, finish, note, parse_date, screen, seconds

if TYPE_CHECKING:
    from ..talks.backtest import Asked, Table
    from ..talks.forecast import Forecast

app = typer.Typer(add_completion=False)


@app.command()
def forecast(
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="The day asked about; today by default.")
    ] = "",
    known: Annotated[
        str, typer.Option("--known", metavar="DATE", help="What was known by this day; that day.")
    ] = "",
    dispatch: Annotated[
        Path | None, typer.Option("--dispatch", help="A news text whose events move beliefs too.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Fan chart: .html, .svg, .png, .pdf or .json.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", help="Write the forecast with its SHA-256, once.")
    ] = None,
    verify: Annotated[
        Path | None, typer.Option("--verify", help="Check a saved forecast; exit 1 if changed.")
    ] = None,
    backtest: Annotated[
        bool, typer.Option("--backtest", help="Score on the US-China clocks of 2025 instead.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder with negotiation_history.csv (backtest).")
    ] = None,
    record: Records = "us-china",
    world: Worlds = "",
    economics: Annotated[
        bool, typer.Option("--economics/--no-economics", help="Stakes from equilibria, or all one.")
    ] = True,
    horizon: Horizon = "medium",
    draws: Annotated[int, typer.Option("--draws", help="Draws of the estimated letters.")] = 120,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws.")] = 0,
    json: Json = False,
) -> None:
    """Probabilities by date of what becomes of each pending clock, with their track record.

    Example: detente forecast --as-of 2025-10-18
    """
    if verify is not None:
        raise typer.Exit(_verify(verify, json))
    day = parse_date(as_of, "--as-of") if as_of else datetime.date.today()
    seen = parse_date(known, "--known") if known else day
    from .. import load_record, load_world

    facts = load_record(record)
    base = (load_world(world) if world else load_world()) if economics else None
    if backtest:
        _backtest(facts, base, data, json)
        return
    from ..talks.forecast import forecast as make

    heard: list[Any] = []
    if dispatch is not None:
        from .. import read_dispatch
        from ..talks.beliefs import dispatch_events

        reading = read_dispatch(dispatch, published=day)
        heard = dispatch_events([e.to_dict() for e in reading.events], day)
    made = make(
        facts,
        base,
        day,
        known=seen,
        events=heard,
        draws=draws,
        seed=seed,
        horizon=horizon,
        economics=economics,
    )
    result = made.to_dict()
    if out is not None:
        from ..talks.chart import write_chart

        write_chart(made, out)
        note(f"wrote {plain(out)}")
    if save is not None:
        from ..talks.seal import save as seal

        written = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        note(f"wrote {plain(save)}, sha256 {seal(result, save, written)}")
    if json:
        emit({**result, "seconds": seconds()})
        return
    _show(made, result)
    finish(json)


def _verify(path: Path, json: bool) -> int:
    from ..talks.seal import digest, verify

    holds, forecast = verify(path)
    if json:
        emit({"holds": holds, "sha256": digest(forecast), "written": forecast.get("written")})
    else:
        told = "unchanged since" if holds else "CHANGED since it was sealed; it said"
        print(f"{plain(path)}: {told} {plain(forecast.get('written', 'an unknown time'))}.")
        print(f"sha256 of its content: {digest(forecast)}")
        finish(json)
    return 0 if holds else 1


def _show(made: Forecast, result: dict[str, Any]) -> None:

    console = screen(highlight=False, markup=False)  # questions hold titles from the record
    console.print(f"Forecast on {made.as_of}, as known on {made.known}.\n", style="bold")
    for asked in result["questions"]:
        console.print(f"{asked['resolves_on']}  {plain(asked['text'], 200)}", style="bold")
        for row in asked["outcomes"]:
            p, low, high = (100 * row[key] for key in ("probability", "low", "high"))
            bar = "█" * round(p / 2.5)
            console.print(f"  {row['name']:<14}{p:3.0f}%  ({low:.0f} to {high:.0f})  {bar}")
        _remarks(console, asked)
        ahead = (datetime.date.fromisoformat(asked["resolves_on"]) - made.as_of).days
        if ahead > 90 and "stakes" in asked:
            console.print(f"  {ahead} days ahead: beyond the 90 days that the estimates look at")
        console.print()
    gap = (made.known - made.last_verified).days
    if gap > 0:
        console.print(
            f"The record was last verified {gap} days before: what happened since is not in it."
        )
    console.print(
        f"Record {made.record}, last verified {made.last_verified}; world {plain(made.world)}, "
        f"{made.horizon} horizon; letters estimated for {result['estimated_for']} talks on the "
        f"episodes known on {made.estimates} "
        f"(worth {made.episodes:.0f}); {made.draws} draws, seed {made.seed}. Intervals show what "
        "so few episodes leave open about the letters, not what the model may have wrong. "
        "`--json` states what counts for each outcome; `--backtest` how such forecasts did.",
        style="dim",
    )


def _remarks(console: Any, asked: dict[str, Any]) -> None:
    if "stakes" not in asked:
        return
    costs = [
        f"{side} {row['real_income_pct']:+.2f}% real income"
        for side, row in asked["stakes"].items()
    ]
    told = plain(asked["stakes_note"])
    if told.startswith("not costed"):
        console.print(f"  stakes {told}")
    else:
        console.print(f"  if it comes: {', '.join(costs)}" + (f" ({told})" if told else ""))
    signed = asked["signed_by_then"]["probability"]
    console.print(f"  a deal counts when announced; signed by then: {100 * signed:.0f}%")
    days = asked["extension_days"]
    if days:
        console.print(
            f"  past extensions moved the date by {days['q10']:.0f} to {days['q90']:.0f} days, "
            f"half by at most {days['q50']:.0f}"
        )
    if asked["meetings"]:
        named = dict.fromkeys(f"{m['date']} {m['title']}" for m in asked["meetings"])
        console.print("  on the calendar: " + plain("; ".join(named)))
    for mover in asked["moves"][:3]:
        parts = [f"{n} {100 * v:+.0f}" for n, v in mover["change"].items() if abs(v) >= 0.005]
        if parts:
            console.print(f"  if {plain(mover['what'])}: {', '.join(parts)} points")


def _backtest(facts: Any, base: Any, data: Path | None, json: bool) -> None:
    from ..talks.backtest import ask, from_record, load_questions, points_only, score
    from ..talks.history import history_path, load_history

    questions = load_questions(load_history(history_path(data)))
    settings = points_only if base is None else from_record(facts, base)
    asked = ask(questions, settings)
    table = score(asked)
    if json:
        emit({**_plain_table(asked, table), "seconds": seconds()})
        return
    _show_table(asked, table)
    finish(json)


def _plain_table(asked: list[Asked], table: Table) -> dict[str, Any]:
    from ..talks.backtest import METHODS
    from ..talks.history import OUTCOMES

    return {
        "scores": {
            method: {name: vars(mean) for name, mean in table.rows[method].items()}
            for method in METHODS
        },
        "game_less_other_log_score": {name: vars(mean) for name, mean in table.gaps.items()},
        "forecasts": [
            {
                "question": row.question.id,
                "what": row.question.what,
                "due": row.question.due,
                "as_of": row.as_of,
                "days": row.days,
                "scored": not row.question.is_round,
                "happened": row.question.outcome,
                "resolved": row.question.resolved,
                "stakes": row.setting.stakes,
                "forecasts": {
                    method: dict(zip(OUTCOMES, p.round(4).tolist(), strict=True))
                    for method, p in row.forecasts.items()
                },
            }
            for row in asked
        ],
    }


def _show_table(asked: list[Asked], table: Table) -> None:
    from ..talks.backtest import METHODS
    from ..talks.history import OUTCOMES

    heads = "".join(f"{name:>11}" for name in OUTCOMES)
    print(f"due         days{heads}  happened   clock")
    for row in asked:
        shown = "".join(f"{100 * p:>10.0f}%" for p in row.forecasts["game"])
        name = row.question.what + (" [shown, not scored]" if row.question.is_round else "")
        happened = row.question.outcome
        print(f"{row.question.due}  {row.days:>4}{shown}  {happened:<9}  {plain(name)}")
    means = table.rows["game"]["log"]
    print(
        f"\nMean scores of {table.n} forecasts of clocks resolved on {means.clusters} dates; "
        "smaller is better,\n90% intervals from resampling dates.\n"
    )
    print(f"{'method':<24}{'log':>22}{'Brier':>22}{'ranked':>22}{'game less this, log':>26}")
    for method in METHODS:
        cells = "".join(f"{_cell(m):>22}" for m in table.rows[method].values())
        gap = table.gaps.get(method)
        told = "" if gap is None else _cell(gap, "+")
        print(f"{method:<24}{cells}{told:>26}".rstrip())
    print(
        f"\n{means.clusters} dates in one year between two governments cannot tell calibrated "
        "from lucky: read the intervals,\nnot the ranking."
    )


def _cell(mean: Any, sign: str = "") -> str:
    return f"{mean.mean:{sign}.2f} ({mean.low:{sign}.2f}, {mean.high:{sign}.2f})"
