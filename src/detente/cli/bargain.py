"""`detente bargain`: bargains between players, and what would hold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._text import plain
from ..errors import InputError
from . import _game as g
from ._common import Closure, Horizon, Json, Worlds, emit, finish, screen, seconds

if TYPE_CHECKING:
    from ..game.play import Talks
    from ..policy import Policy

app = typer.Typer(add_completion=False)


@app.command()
def bargain(
    players: Annotated[list[str], typer.Argument(help="Two or more regions' codes.")],
    disagreement: Annotated[
        str,
        typer.Option(
            "--disagreement",
            help="Without a deal: war | status-quo | lapse (all recorded defaults apply).",
        ),
    ] = "war",
    power: Annotated[
        str, typer.Option("--power", help="Bargaining weights in the order of players: 2,1.")
    ] = "",
    delta: Annotated[
        float, typer.Option("--delta", help="Discount factor per period for transfers.")
    ] = 0.9,
    lag: Annotated[int, typer.Option("--lag", help="Periods until a breach is seen.")] = 1,
    punishment: Annotated[
        float, typer.Option("--punishment", help="Periods that punishment lasts; for ever.")
    ] = math.inf,
    hazard: Annotated[
        float, typer.Option("--hazard", help="Chance per period that the deal ends by itself.")
    ] = 0.0,
    all_partners: Annotated[
        bool, typer.Option("--all-partners", help="Tariffs on everyone, not only each other.")
    ] = False,
    points: Annotated[int, typer.Option("--points", help="Points of the frontier.")] = 9,
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
    """The trade talks: what could be agreed over tariffs, who gains and loses, what would hold.

    Example: detente bargain USA CHN --disagreement status-quo --as-of 2025-10-18
    """
    if len(players) < 2:
        raise InputError("Talks take two players or more; name them: bargain USA CHN.")
    if points == 1 or points < 0:
        raise InputError(f"--points is {points}; give 2 or more, or 0 for no frontier.")
    if out and (len(players) != 2 or not points):
        raise InputError("--out draws the frontier of two parties; name two, with --points.")
    if not 0 < delta < 1:
        raise InputError(f"--delta is {delta:g}; give a discount factor between 0 and 1.")
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
    from ..game.enforce import Terms

    terms = Terms(lag, punishment, hazard)
    beta = _power(power, players)
    apart = _disagreement(setting, disagreement)
    game = setting.game()
    found = play.talks(
        game,
        disagreement=apart,
        weights=beta,
        delta=delta,
        terms=terms,
        points=points if len(players) == 2 else 0,
        starts=3,
    )
    spread = {}
    if draws:

        def ask(one: Any) -> dict[str, float]:
            said = play.talks(one, disagreement=apart, weights=beta, points=0)
            nash = said.bargains.solutions[0].gains if said.bargains.agreement else [0] * 9
            gains = {f"{p} gain, Nash, %": 100 * float(nash[k]) for k, p in enumerate(players)}
            return {"common gain, %": 100 * said.bargains.common, **gains}

        spread = play.over_draws(setting.game, setting.worlds(draws, seed), ask)
    if out and found.bargains.agreement:
        from ..game import picture

        picture.save(picture.frontier(found), out)
    head = setting.header(game)
    if json:
        emit({**head, **_keys(found), "draws": spread, "seconds": seconds()})
        return
    g.show_header(head, f"Talks between {', '.join(players)}")
    _show(found, players, delta)
    g.show_draws(spread)
    finish(json)


def _power(power: str, players: list[str]) -> list[float] | None:
    if not power:
        return None
    try:
        values = [float(part) for part in power.split(",")]
    except ValueError:
        values = []
    if len(values) != len(players):
        raise InputError(
            f"--power {plain(power)!r} must be {len(players)} numbers with commas between them."
        )
    return values


def _disagreement(setting: g.Setting, name: str) -> str | Policy:
    if name == "lapse":
        if not setting.on_record:
            raise InputError("--disagreement lapse needs the record; it is for the shipped world.")
        from ..policy import branch, branches

        ways = branches(
            setting.record, setting.world, setting.day, setting.day, horizon=setting.horizon
        )
        names = [one.name for one in ways]
        return branch(ways, "defaults" if "defaults" in names else "truce-ended").policy
    if name not in ("war", "status-quo"):
        raise InputError(f"--disagreement {plain(name)!r} is none; choose war, status-quo, lapse.")
    return name.replace("-", " ")


def _keys(found: Talks) -> dict[str, Any]:
    deals = zip(found.bargains.solutions, found.outcomes, strict=True)
    parties = found.bargains.parties
    war = found.war
    assert war is not None
    return {
        "disagreement": {"what": found.where, "objective_pct": found.disagreement},
        "agreement": found.bargains.agreement,
        "common_gain_pct": 100 * found.bargains.common,
        "ideal_gain_pct": dict(zip(parties, 100 * found.bargains.ideal, strict=True)),
        "solutions": [
            {
                "solution": deal.solution,
                "gains_pct": dict(zip(parties, 100 * deal.gains, strict=True)),
                **g.outcome_keys(outcome),
            }
            for deal, outcome in deals
        ],
        "frontier_pct": found.frontier,
        "holds": [
            {
                "solution": h.solution,
                "party": h.party,
                "critical_discount_factor": h.critical_discount_factor,
                "keep_pct": h.keep,
                "breach_pct": h.breach,
                "punished_pct": h.punished,
                "delta": h.delta,
                "holds": h.holds,
                "smallest_transfer_musd": h.transfer_musd,
            }
            for h in found.holds
        ],
        "war": g.outcome_keys(war.outcome),
        "eps_nash_pct": max(war.eps_pct.values()),
    }


def _show(found: Talks, players: list[str], delta: float) -> None:
    from rich.table import Table

    console = screen()
    apart = ", ".join(f"{p} {v:+.3f}%" for p, v in found.disagreement.items())
    console.print(f"Without a deal ({plain(found.where)}): {apart}.", highlight=False)
    if not found.bargains.agreement:
        console.print("There is no zone of agreement: no deal gives every party more than that.")
        return
    table = Table("bargain", title="Gains over no deal, %", title_justify="left")
    for player in players:
        table.add_column(player, justify="right")
    table.add_column("third parties that lose (against now)")
    for deal, outcome in zip(found.bargains.solutions, found.outcomes, strict=True):
        losers = [r for r in outcome.losers if r not in players]
        table.add_row(
            deal.solution.replace("_", "-"),
            *(f"{100 * gain:+.3f}" for gain in deal.gains),
            ", ".join(f"{r} {outcome.real_income_pct[r]:+.2f}" for r in losers[:5]) or "none",
        )
    console.print(table)
    table = Table("bargain", "party", title="What would hold", title_justify="left")
    for heading in ("kept, %", "breach, %", "war, %", "patience needed", "transfer, billion USD"):
        table.add_column(heading, justify="right")
    for h in found.holds:
        need = h.critical_discount_factor
        table.add_row(
            h.solution.replace("_", "-"),
            h.party,
            f"{h.keep:+.3f}",
            f"{h.breach:+.3f}",
            f"{h.punished:+.3f}",
            "none is enough" if math.isinf(need) else f"{need:.3f}",
            f"{h.transfer_musd / 1000:.1f}",
        )
    console.print(table)
    console.print(
        f"Patience: the least discount factor per period. Transfer: the smallest payment per "
        f"period that makes the party keep the deal at {delta:g}. A deal with a known last day "
        "and nothing after it unravels wherever a breach pays.",
        style="dim",
        highlight=False,
    )
