"""`detente war`: Nash tariffs of a set of players."""

from __future__ import annotations

from typing import Annotated

import typer

from ..errors import InputError
from . import _game as g
from ._common import Closure, Horizon, Json, Worlds, emit, finish, seconds

app = typer.Typer(add_completion=False)


@app.command()
def war(
    players: Annotated[list[str], typer.Argument(help="Two or more regions' codes.")],
    all_partners: Annotated[
        bool, typer.Option("--all-partners", help="Tariffs on everyone, not only each other.")
    ] = False,
    starts: Annotated[
        int, typer.Option("--starts", help="Starts of each player's search for a deviation.")
    ] = 3,
    world: Worlds = "",
    as_of: g.AsOf = "",
    horizon: Horizon = "medium",
    closure: Closure = "fixed",
    instruments: g.By = "flow",
    lower: g.Lower = 0.0,
    upper: g.Upper = 300.0,
    export_tax: g.ExportTax = "",
    weights: g.Weights = None,
    draws: g.Draws = 0,
    seed: g.Seed = 0,
    out: g.Out = None,
    json: Json = False,
) -> None:
    """The trade war: tariffs from which no player gains by changing its own.

    Example: detente war USA CHN --as-of 2025-10-18
    """
    if len(players) < 2:
        raise InputError("A war takes two players or more; name them, for example: war USA CHN.")
    if starts < 1:
        raise InputError(f"--starts is {starts}; give 1 or more searches per player.")
    g.check_out(out)
    setting = g.Setting(
        players,
        world=world,
        as_of=as_of,
        horizon=horizon,
        closure=closure,
        by=instruments,
        lower=lower,
        upper=upper,
        export_tax=export_tax,
        weights=weights,
        each_other=not all_partners,
    )
    from ..game import play

    game = setting.game()
    found = play.war(game, starts=starts, seed=seed)
    spread = {}
    if draws:
        spread = play.over_draws(
            setting.game,
            setting.worlds(draws, seed),
            lambda one: {
                f"{p} real income, %": play.war(one, starts=0).outcome.real_income_pct[p]
                for p in players
            },
        )
    if out:
        from ..game import picture

        picture.save(picture.tariffs(found.outcome), out)
    head = setting.header(game)
    if json:
        emit(
            {
                **head,
                **g.outcome_keys(found.outcome),
                "eps_nash_pct": max(found.eps_pct.values()),
                "eps_by_player_pct": found.eps_pct,
                "kind": found.kind,
                "method": "stationarity iteration; eps by uphill searches from several starts",
                "evaluations": found.evaluations,
                "draws": spread,
                "seconds": seconds(),
            }
        )
        return
    g.show_header(head, f"The war of {', '.join(players)}")
    g.show_rates(found.outcome)
    g.show_income(found.outcome, players)
    left = 100 * found.outcome.trade_left
    print(
        f"An {found.kind} equilibrium; trade on these flows is {left:.0f}% of what it is now. "
        f"eps-Nash: no search from {starts} starts found a player more than "
        f"{max(found.eps_pct.values()):.2g}% of its objective."
    )
    g.show_draws(spread)
    finish(json)
