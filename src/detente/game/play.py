"""The three questions asked of a world: what is best for one, what a war brings, what talks bring.

Labelled results over the algorithms of this package. Real income is in percent of that at the base
policy, per year, at full employment; objectives likewise, as an index of the government's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from .bargain import Bargains, bargains, frontier, ideals
from .conflict import Conflict
from .enforce import Terms, critical_discount_factor, smallest_transfer
from .equilibrium import deviations, nash
from .lashkaripour import uniform_tariffs
from .ray import farthest
from .respond import Response, best_response

if TYPE_CHECKING:
    from ..policy import Policy

PLAIN = Terms()
AUTARKY = 0.01  # share of baseline trade left on a war's flows below which it is autarky

Array = np.ndarray


@dataclass(frozen=True)
class Rate:
    """One instrument at a solution. rate, base: fractions (of quantity for caps); on a bound?"""

    owner: str
    kind: str
    partner: str
    sector: str
    rate: float
    base: float
    bound: str


@dataclass(frozen=True, eq=False)
class Outcome:
    """A point of a conflict with labels.

    real_income_pct: every region's change from the base policy. ev_musd: the same in millions of
    base-year USD per year. objective_pct: each player's own index. trade_left: trade on the flows
    that instruments stand on, over that under the base policy.
    """

    name: str
    x: Array
    rates: tuple[Rate, ...]
    real_income_pct: dict[str, float]
    ev_musd: dict[str, float]
    objective_pct: dict[str, float]
    trade_left: float

    @property
    def losers(self) -> tuple[str, ...]:
        """Regions whose real income falls by more than a millionth of a percent, largest first."""
        fallen = [r for r, v in self.real_income_pct.items() if v < -1e-6]
        return tuple(sorted(fallen, key=lambda r: self.real_income_pct[r]))


@dataclass(frozen=True, eq=False)
class Optimum:
    """A government's best response to the base policy, with its checks."""

    outcome: Outcome
    response: Response


@dataclass(frozen=True, eq=False)
class War:
    """A Nash equilibrium. eps_pct: what each player could still gain, % of its objective.

    kind: interior; corner (some rates end on a bound); or autarky (next to no trade is left).
    """

    outcome: Outcome
    eps_pct: dict[str, float]
    kind: str
    evaluations: int


@dataclass(frozen=True)
class Hold:
    """Whether one party would keep one agreement.

    keep, breach, punished: % of its objective per period, against the base policy.
    critical_discount_factor: per period; infinity if no patience is enough. transfer_pct,
    transfer_musd: the smallest payment per period that makes it hold at `delta`.
    """

    solution: str
    party: str
    keep: float
    breach: float
    punished: float
    critical_discount_factor: float
    delta: float
    transfer_pct: float
    transfer_musd: float

    @property
    def holds(self) -> bool:
        return self.delta >= self.critical_discount_factor


@dataclass(frozen=True, eq=False)
class Talks:
    """Bargains, what they bring every region, and what would hold.

    disagreement, where: payoffs without a deal (% of each party's objective) and what that is.
    frontier: gains over it, points x 2, % (two parties only).
    """

    where: str
    disagreement: dict[str, float]
    bargains: Bargains
    outcomes: tuple[Outcome, ...]
    holds: tuple[Hold, ...]
    frontier: Array
    war: War | None = field(default=None)


def outcome(game: Conflict, x: Array, name: str) -> Outcome:
    """What the parameters x bring, with labels."""
    levers = game.levers
    base = levers.start
    here = levers.arrays(x)

    def bound(k: int) -> str:
        if game.upper[k] <= game.lower[k]:
            return "frozen"
        return "lower" if x[k] <= game.lower[k] else "upper" if x[k] >= game.upper[k] else ""

    rates = []
    for k, lever in enumerate(levers.list):
        old = levers.base_arrays[lever.kind].ravel()[lever.cells]
        new = here[lever.kind].ravel()[lever.cells]
        rates.append(
            Rate(
                lever.owner,
                lever.kind,
                lever.partner,
                lever.sector,
                float(x[k]) if not lever.added else float(new.mean()),
                float(old.mean()) if np.isfinite(old).all() else float(base[k]),
                bound(k),
            )
        )
    done, before = game.solution(x), game.reference
    touched = np.unique(np.concatenate([lever.cells for lever in levers.list]))
    old = before.trade.ravel()[touched].sum()
    change = game.real_income(x) - 1
    income = before.point.income * game.model.base.unit
    regions = game.world.regions
    values = game.values(x) - 1
    return Outcome(
        name,
        x,
        tuple(rates),
        {r: 100 * float(v) for r, v in zip(regions, change, strict=True)},
        {r: float(v) for r, v in zip(regions, change * income, strict=True)},
        {p: 100 * float(v) for p, v in zip(game.players, values, strict=True)},
        float(done.trade.ravel()[touched].sum() / old) if old > 0 else 0.0,
    )


def optimum(game: Conflict, player: str) -> Optimum:
    """The best response of `player` to the base policy, with first- and second-order checks."""
    who = _player(game, player)
    # a cap that does not bind has no slope: start where it does
    capped = np.array([lever.kind == "export_cap" for lever in game.levers.list], bool)
    loose = capped & (game.owner == who) & (game.start >= 1)
    x = np.where(loose, np.maximum(game.lower, 0.9 * game.start), game.start)
    before = float(game.values(game.start)[who])
    reply = best_response(game, who, x)
    reply = replace(reply, gain=reply.value - before)
    return Optimum(outcome(game, reply.x, f"optimum of {player}"), reply)


def war(game: Conflict, *, starts: int = 3, seed: int = 0) -> War:
    """The Nash equilibrium of all players' instruments, with an independent search for gains.

    The iteration starts inside, at the sufficient-statistics tariffs of `lashkaripour` within the
    bounds; with starts=0 no search is made and eps is NaN.
    """
    found = nash(game, start_inside(game))
    if starts:
        search = deviations(game, found.x, starts=starts, seed=seed)
        eps = dict(zip(search.players, 100 * search.gains.max(axis=1), strict=True))
    else:
        eps = dict.fromkeys(game.players, float("nan"))
    what = outcome(game, found.x, "war")
    free = game.upper > game.lower
    edge = free & ((found.x <= game.lower) | (found.x >= game.upper))
    kind = "autarky" if what.trade_left < AUTARKY else "corner" if edge.any() else "interior"
    return War(what, {p: float(v) for p, v in eps.items()}, kind, found.evaluations)


def start_inside(game: Conflict) -> Array:
    """Parameters from which to look for a war: formula tariffs, other instruments as they are."""
    formula = uniform_tariffs(game.reference)
    x = game.start
    for k, lever in enumerate(game.levers.list):
        if lever.kind == "tariff" and not lever.added:
            x[k] = formula[game.world.regions.index(lever.owner)]
        elif lever.kind == "export_cap":
            x[k] = 0.5 * (game.lower[k] + game.upper[k])
    return np.clip(x, game.lower, game.upper)


def talks(
    game: Conflict,
    *,
    disagreement: str | Policy = "war",
    weights: Sequence[float] | None = None,
    delta: float = 0.9,
    terms: Terms = PLAIN,
    points: int = 9,
    starts: int = 0,
) -> Talks:
    """Bargains among all players of `game`, from a disagreement point, and what would hold.

    disagreement: `war` (the Nash equilibrium), `status quo` (the base policy), or a Policy (such
        as what the law says happens on a day). Punishment of a breach is the war. delta: the
        discount factor at which the smallest transfers are computed. points: of the frontier,
        for two parties; 0 for none. starts: searches for deviations from the war.
    """
    fight = war(game, starts=starts)
    if isinstance(disagreement, str):
        if disagreement not in ("war", "status quo"):
            raise InputError(
                f"The disagreement point is {disagreement!r}; choose war, 'status quo' or a policy."
            )
        where = disagreement
        x = fight.outcome.x if disagreement == "war" else game.start
        d = game.values(x) if disagreement == "war" else np.ones(len(game.players))
    else:
        where = disagreement.name
        rates = game.model.rates(disagreement)
        d = game.objectives.values(game.model.solve_arrays(rates, tol=1e-11))
    found = bargains(game, game.start, d, weights=weights)
    named = tuple(outcome(game, b.x, b.solution) for b in found.solutions)
    holds = tuple(
        hold
        for b in found.solutions
        for hold in would_hold(game, b.x, b.solution, fight, delta, terms)
    )
    edge = np.zeros((0, 2))
    if points and found.agreement and len(game.players) == 2:
        who = [0, 1]
        ideal = found.ideal
        if not np.isfinite(ideal).all():
            ideal = ideals(game, farthest(game, game.start, d, np.ones(2)), d, who)
        edge = 100 * frontier(game, found.solutions[0].x, d, who, ideal, points)
    return Talks(
        where,
        {p: 100 * float(v - 1) for p, v in zip(game.players, d, strict=True)},
        found,
        named,
        holds,
        edge,
        fight,
    )


def would_hold(
    game: Conflict, x: Array, name: str, fight: War, delta: float = 0.9, terms: Terms = PLAIN
) -> tuple[Hold, ...]:
    """For each player: value of keeping the agreement x, of its best breach, of war; thresholds."""
    keep = game.values(x)
    punished = game.values(fight.outcome.x)
    out = []
    for p, player in enumerate(game.players):
        breach = best_response(game, p, x, second_order=False).value
        c, d, w = (100 * float(v - 1) for v in (keep[p], breach, punished[p]))
        pay = smallest_transfer(c, d, w, delta, terms)
        income = game.objectives.income0[p] * game.model.base.unit
        out.append(
            Hold(
                name,
                player,
                c,
                d,
                w,
                critical_discount_factor(c, d, w, terms),
                delta,
                pay,
                pay / 100 * float(income),
            )
        )
    return tuple(out)


def over_draws(
    make: Callable[[Any], Conflict], worlds: Sequence[Any], ask: Callable[[Conflict], Mapping]
) -> dict[str, dict[str, float]]:
    """A question asked of the same game on many worlds: how sure each sign is, and intervals.

    make(world) builds the game, ask(game) answers with numbers by name; both may raise
    ComputationError, and such draws are counted as failed. Returns by name: mean, p05, p50, p95,
    positive (share of draws above zero), draws, failed.
    """
    from ..errors import ComputationError

    answers: list[Mapping] = []
    failed = 0
    for world in worlds:
        try:
            answers.append(ask(make(world)))
        except ComputationError:
            failed += 1
    if not answers:
        raise ComputationError("No draw of the elasticities has an equilibrium; widen the bounds.")
    out = {}
    for name in answers[0]:
        values = np.array([a[name] for a in answers], float)
        low, mid, high = np.quantile(values, [0.05, 0.5, 0.95])
        out[name] = {
            "mean": float(values.mean()),
            "p05": float(low),
            "p50": float(mid),
            "p95": float(high),
            "positive": float((values > 0).mean()),
            "draws": len(values),
            "failed": failed,
        }
    return out


def _player(game: Conflict, name: str) -> int:
    if name not in game.players:
        raise InputError(f"{name} is no player of this game; players: {', '.join(game.players)}.")
    return game.players.index(name)
