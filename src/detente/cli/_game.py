"""What `optimum`, `war` and `bargain` share: the world, the base policy, instruments, output."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._text import plain
from ..errors import InputError
from ._common import parse_date, screen

if TYPE_CHECKING:
    from ..game.conflict import Conflict
    from ..game.play import Outcome
    from ..policy import Policy
    from ..world import World

AsOf = Annotated[
    str, typer.Option("--as-of", help="Measures in force on this day are the base; today.")
]
By = Annotated[
    str,
    typer.Option(
        "--instruments",
        help="One rate per flow (partner and sector) | sector (all partners alike: MFN among "
        "those named) | partner | uniform.",
    ),
]
Lower = Annotated[float, typer.Option("--lower", help="Lowest tariff, percent.")]
Upper = Annotated[float, typer.Option("--upper", help="Highest tariff, percent.")]
ExportTax = Annotated[
    str,
    typer.Option("--export-tax", help="Sectors on whose exports players may also set a tax: a,b."),
]
Weights = Annotated[
    Path | None,
    typer.Option("--weights", help="YAML of political weights, region: {sector: weight}."),
]
Draws = Annotated[int, typer.Option("--draws", help="Also on this many draws of elasticities.")]
Seed = Annotated[int, typer.Option("--seed", help="Of draws and searches.")]
Out = Annotated[Path | None, typer.Option("--out", help="A picture: .png, .svg or .html.")]


class Setting:
    """The options of one run, and the game they make on any world with the same labels."""

    def __init__(
        self,
        players: list[str],
        *,
        world: str,
        as_of: str,
        horizon: str,
        closure: str,
        by: str,
        lower: float,
        upper: float,
        export_tax: str,
        weights: Path | None,
        each_other: bool,
        against: list[str] | None = None,
    ) -> None:
        from .. import load_world

        self.players, self.horizon, self.closure = players, horizon, closure
        self.by, self.lower, self.upper = by, lower / 100, upper / 100
        self.each_other, self.against = each_other, against
        self.taxed = [s.strip() for s in export_tax.split(",") if s.strip()]
        self.world: World = load_world(world) if world else load_world()
        self.weights = _weights(weights)
        self.day = parse_date(as_of, "--as-of") if as_of else datetime.date.today()
        self.on_record = not world
        unknown = [p for p in players if p not in self.world.regions]
        if unknown:
            raise InputError(
                f"player {plain(unknown[0])!r} is not in this world; choose from "
                f"{', '.join(self.world.regions)}."
            )
        if len(set(players)) < len(players):
            raise InputError(f"A player is named twice in {' '.join(players)}; name each once.")
        self.base: Policy | None = None
        if self.on_record:
            from .. import load_record
            from ..policy.inforce import policy

            self.record = load_record("us-china")
            self.base = policy(self.record, self.world, self.day, self.day, horizon=horizon)

    def game(self, world: World | None = None) -> Conflict:
        """The game on `world`, the setting's own if None."""
        from ..game.conflict import Conflict
        from ..game.government import Government
        from ..game.levers import instruments

        world = world or self.world
        chosen = []
        for player in self.players:
            partners = self.against
            if self.each_other:
                partners = [p for p in self.players if p != player]
            chosen += instruments(
                world, player, partners=partners, by=self.by, lower=self.lower, upper=self.upper
            )
            if self.taxed:
                chosen += instruments(
                    world, player, "export_tax", partners=partners, sectors=self.taxed
                )
        return Conflict(
            world,
            [Government(p, self.weights.get(p, {})) for p in self.players],
            chosen,
            base=self.base,
            horizon=self.horizon,
            closure=self.closure,
        )

    def worlds(self, draws: int, seed: int) -> list[World]:
        """The world under draws of its elasticities."""
        from ..world.elasticities import draw_elasticities

        drawn = draw_elasticities(self.world, draws, seed, self.horizon)
        return [self.world.with_elasticities(drawn.isel(draw=k, drop=True)) for k in range(draws)]

    def header(self, game: Conflict) -> dict[str, Any]:
        """The keys that say what was asked."""
        return {
            "players": list(game.players),
            "objective": {g.region: g.objective for g in game.governments},
            "world": self.world.name,
            "year": self.world.year,
            "base": f"in force on {self.day}" if self.on_record else "the world's own tariffs",
            "horizon": self.horizon,
            "closure": self.closure,
        }


def check_out(out: Path | None) -> None:
    """Refuse a picture that cannot be written before anything is solved."""
    from ..game.picture import FORMATS

    if out and out.suffix.lower() not in FORMATS:
        raise InputError(f"--out {plain(out)} must end in one of {', '.join(FORMATS)}.")


def outcome_keys(outcome: Outcome) -> dict[str, Any]:
    """The machine output of an outcome."""
    return {
        "tariffs": [
            {
                "imposer": r.owner,
                "kind": r.kind,
                "partner": r.partner,
                "sector": r.sector,
                "rate_pct": 100 * r.rate,
                "base_pct": 100 * r.base,
                "bound": r.bound,
            }
            for r in outcome.rates
        ],
        "real_income_pct": outcome.real_income_pct,
        "ev_musd": outcome.ev_musd,
        "objective_pct": outcome.objective_pct,
        "trade_left_pct": 100 * outcome.trade_left,
        "losers": list(outcome.losers),
    }


def show_header(head: dict[str, Any], title: str) -> None:
    console = screen()
    console.print(f"[bold]{title}[/bold]")
    objectives = "; ".join(f"{p}: {plain(text)}" for p, text in head["objective"].items())
    console.print(
        f"{head['world']} ({head['year']}), {head['horizon']} run, closure {head['closure']}, "
        f"against measures {head['base']}; per year, base-year USD, full employment.\n"
        f"Objectives: {objectives}.",
        style="dim",
        highlight=False,
    )


def show_income(outcome: Outcome, players: list[str], most: int = 6) -> None:
    """Real income of the players, then of the third parties that gain or lose most."""
    from rich.table import Table

    table = Table("region", title="Real income", title_justify="left")
    table.add_column("change, %", justify="right")
    table.add_column("billion USD", justify="right")
    others = [r for r in outcome.real_income_pct if r not in players]
    others.sort(key=lambda r: -abs(outcome.ev_musd[r]))
    for region in [*players, *others[:most]]:
        table.add_row(
            region,
            f"{outcome.real_income_pct[region]:+.3f}",
            f"{outcome.ev_musd[region] / 1000:+.1f}",
        )
    screen().print(table)


def show_rates(outcome: Outcome) -> None:
    """Average rates by government and partner, and the range over sectors."""
    from rich.table import Table

    table = Table("set by", "instrument", "on", title="Rates", title_justify="left")
    for heading in ("median, %", "lowest", "highest", "median now"):
        table.add_column(heading, justify="right")
    groups: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for r in outcome.rates:
        groups.setdefault((r.owner, r.kind, r.partner), []).append((100 * r.rate, 100 * r.base))
    if len(groups) > 12:
        merged: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
        for (owner, kind, _), values in groups.items():
            merged.setdefault((owner, kind, "all partners"), []).extend(values)
        groups = merged
    for (owner, kind, partner), values in groups.items():
        rates, base = zip(*values, strict=True)
        table.add_row(
            owner,
            kind.replace("_", " "),
            partner,
            f"{_median(rates):.1f}",
            f"{min(rates):.1f}",
            f"{max(rates):.1f}",
            f"{_median(base):.1f}",
        )
    screen().print(table)


def show_draws(draws: dict[str, dict[str, float]]) -> None:
    """How sure signs are."""
    from rich.table import Table

    if not draws:
        return
    first = next(iter(draws.values()))
    table = Table(
        "",
        title=f"{first['draws']} draws of elasticities ({first['failed']} without equilibrium)",
        title_justify="left",
    )
    for heading in ("5%", "median", "95%", "chance above 0"):
        table.add_column(heading, justify="right")
    for name, row in draws.items():
        table.add_row(
            name,
            f"{row['p05']:+.3f}",
            f"{row['p50']:+.3f}",
            f"{row['p95']:+.3f}",
            f"{row['positive']:.0%}",
        )
    screen().print(table)


def _median(values: tuple[float, ...]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _weights(path: Path | None) -> dict[str, dict[str, float]]:
    if path is None:
        return {}
    from ..record.yamlfile import read

    loaded = read(path)
    if not isinstance(loaded, dict) or not all(
        isinstance(row, dict)
        and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in row.values())
        for row in loaded.values()
    ):
        raise InputError(
            f"--weights {plain(path)} must map regions to sectors to numbers, for example "
            "'USA: {steel: 1.5, electronics: 0.5}'."
        )
    return {str(r): {str(s): float(v) for s, v in row.items()} for r, row in loaded.items()}
