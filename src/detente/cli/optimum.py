"""`detente optimum`: one government's best response."""

from __future__ import annotations

from typing import Annotated

import typer

from . import _game as g
from ._common import Closure, Horizon, Json, Worlds, emit, finish, seconds

app = typer.Typer(add_completion=False)


@app.command()
def optimum(
    player: Annotated[str, typer.Argument(help="The government, by its region's code.")],
    against: Annotated[
        str, typer.Option("--against", help="Only tariffs on these partners: CHN,VNM.")
    ] = "",
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
    """What a government would do alone if nobody answered: its optimal tariffs, all at once.

    Example: detente optimum USA --against CHN --as-of 2025-10-18 --out optimum.png
    """
    g.check_out(out)
    setting = g.Setting(
        [player],
        world=world,
        as_of=as_of,
        horizon=horizon,
        closure=closure,
        by=instruments,
        lower=lower,
        upper=upper,
        export_tax=export_tax,
        weights=weights,
        each_other=False,
        against=[p.strip() for p in against.split(",") if p.strip()] or None,
    )
    from ..game import play
    from ..game.respond import best_response

    game = setting.game()
    found = play.optimum(game, player)
    spread = {}
    if draws:
        spread = play.over_draws(
            setting.game,
            setting.worlds(draws, seed),
            lambda one: {
                f"{player} objective, %": 100
                * (best_response(one, 0, one.start, second_order=False).value - 1)
            },
        )
    if out:
        from ..game import picture

        picture.save(picture.tariffs(found.outcome), out)
    head = setting.header(game)
    reply = found.response
    if json:
        emit(
            {
                **head,
                **g.outcome_keys(found.outcome),
                "gain_pct": 100 * reply.gain,
                "first_order": reply.first_order,
                "second_order": reply.second_order,
                "at_lower": reply.at_lower,
                "at_upper": reply.at_upper,
                "evaluations": reply.evaluations,
                "draws": spread,
                "seconds": seconds(),
            }
        )
        return
    g.show_header(head, f"What {player} would do alone")
    g.show_rates(found.outcome)
    g.show_income(found.outcome, [player])
    verdict = "a maximum" if reply.second_order < 0 else "second order not negative"
    print(
        f"Gain {100 * reply.gain:+.4f}% of its objective. First order: largest step left "
        f"{reply.first_order:.1e}; second order: {reply.second_order:.3f} ({verdict}); "
        f"{reply.at_lower} rates at the lower bound, {reply.at_upper} at the upper."
    )
    g.show_draws(spread)
    finish(json)
