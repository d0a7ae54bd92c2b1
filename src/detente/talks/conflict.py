"""The talks as a game on the calendar: two governments, one clock, seven actions.

Public states while the clock runs: `truce`, `threat_a`, `threat_b` (a threat of one side is
pending), `breach` (one side has broken part of the truce), `escalated` (a threat was carried out),
`principle` (terms announced, not yet papered). It ends in `deal` (signed), `extension`, `collapse`
(the default applied) or `lapsed` (the date passed and nothing happened); `principle` at the end is
an announced deal.

Actions: hold, offer, extend, threaten, execute, withdraw for whoever has the floor; accept or hold
for the other side when something is offered. Terms in principle are signed, or fall through, at
daily rates. When the clock runs out the recorded default applies with probability `default`; a
threat without a legal act has no default, and its author chooses on the day between carrying it
out and backing down.

Payoffs are in units of the noise in choices and relative to the truce going on. Side i of type k
gets

    deal       D * g_i^b - kappa * c_k         concession costs c = (0, 1, 3)
    extension  E
    collapse   -L * s_i^b * m_k                tolerance of conflict m = (1, 0.7, 0.2)
    lapsed     -A if i let his own threat pass, else 0

for k flexible, resolute, obstinate; s_i is what the default costs side i and g_i what a deal
brings it, each relative to the reference case (`stakes`); b = 0 is the game without economics.
Backing down from one's own threat, or from terms in principle, costs the audience cost A (Fearon
1994). The numbers c and m set the types apart and are assumptions; the other letters are estimated
(`calibration`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from .opportunities import Calendar
from .stages import Chance, Equilibrium, Game, Move, Stage, Wait, solve

Array = NDArray[np.float64]

TYPES = ("flexible", "resolute", "obstinate")
CONCESSION = np.array([0.0, 1.0, 3.0])
ENDURANCE = np.array([1.0, 0.7, 0.2])
AUDIENCE = 0.5  # of the author who carries a threat out as often as a default applies
TYPE_PRIOR = np.array([0.4, 0.4, 0.2])

SOLVED = 1e-7  # largest change of a choice probability in the last round
LIVE = ("truce", "threat_a", "threat_b", "breach", "escalated", "principle")
ENDS = ("deal", "extension", "collapse", "lapsed")
ACTIONS = ("hold", "offer", "extend", "threaten", "execute", "withdraw")
SIDES = "ab"

# Shares of the default's cost that open conflict short of the default brings in a year.
ESCALATED_SHARE, BREACH_SHARE = 1.0, 0.25
DISCOUNT_A_YEAR = 0.05


@dataclass(frozen=True, eq=False)
class Parameters:
    """The estimated letters; each of shape (batch,).

    `contact` daily rate of contact far from the date; `rush` log factor on it at the date, fading
    with exp(-days/7); `deal` D, `extend` E, `loss` L, `audience` A, `concession` kappa in noise
    units; `default` the chance that a default applies when nothing is done; `stake` the exponent b;
    `paper` and `fail` the daily rates at which terms in principle are signed or fall through.
    """

    contact: Array
    rush: Array
    deal: Array
    extend: Array
    loss: Array
    audience: Array
    concession: Array
    default: Array
    stake: Array
    paper: Array
    fail: Array

    @property
    def batch(self) -> int:
        return len(self.contact)


@dataclass(frozen=True, eq=False)
class Outlook:
    """What the game implies, with probabilities of shape (..., batch).

    `days_left` of each instant of the calendar, and the state of play after it: `ends` in the order
    deal (announced), extension, collapse, lapsed, shape (4, instants, batch); `signed` the part of
    deal that is papered; `escalated` the chance of ever having been in escalation or collapse.
    """

    days_left: Array
    ends: Array
    signed: Array
    escalated: Array
    equilibrium: Equilibrium

    @property
    def final(self) -> Array:
        """Outcome probabilities at the end, shape (4, batch)."""
        return self.ends[:, -1]


@cache
def _states() -> tuple[tuple[str, ...], dict[str, int]]:
    names = list(LIVE)
    names += [f"{s}@{i}" for s in LIVE for i in SIDES]
    names += [f"{s}>{what}_{i}" for s in LIVE[:-1] for what in ("offer", "extend") for i in SIDES]
    names += ENDS
    return tuple(names), {name: k for k, name in enumerate(names)}


def _leads_to(state: str, action: str, side: str) -> str | None:
    """Where `action` by `side` leads from a live state; None if it is not open there."""
    other = "b" if side == "a" else "a"
    if action == "hold":
        return state
    if state == "principle":
        return "truce" if action == "withdraw" else None
    if action in ("offer", "extend"):
        return f"{state}>{action}_{side}"
    table = {
        ("truce", "threaten"): f"threat_{side}",
        ("truce", "execute"): "breach",
        (f"threat_{side}", "execute"): "escalated",
        (f"threat_{side}", "withdraw"): "truce",
        (f"threat_{other}", "execute"): "breach",
        ("breach", "threaten"): f"threat_{side}",
        ("breach", "execute"): "escalated",
        ("breach", "withdraw"): "truce",
        ("escalated", "withdraw"): "truce",
    }
    return table.get((state, action))


def talks_game(
    calendar: Calendar,
    parameters: Parameters,
    *,
    kind: str = "act",
    start: str = "truce",
    stakes: ArrayLike = (1.0, 1.0),
    gains: ArrayLike = (1.0, 1.0),
    beliefs: Sequence[ArrayLike] = (TYPE_PRIOR, TYPE_PRIOR),
) -> tuple[Game, list[int]]:
    """The game, and for each instant of `calendar` the number of stages played by its end.

    `kind` says what the clock's date brings if nobody acts: `act`, a legal default; `threat`,
    nothing but what side a, the threat's author, then chooses; `round`, nothing at all. `stakes`
    and `gains` have shape (2,) or (2, batch); `beliefs` are the public beliefs about the types of
    a and b.
    """
    names, at = _states()
    p = parameters
    worth = _payoffs(p, _sides(stakes, p.batch), _sides(gains, p.batch))
    terminal = np.zeros((2, len(names), len(TYPES), p.batch))
    flow = np.zeros_like(terminal)
    for i, side in enumerate(SIDES):
        terminal[i, at["deal"]] = worth["deal"][i]
        terminal[i, at["principle"]] = worth["deal"][i] * (p.paper / (p.paper + p.fail))
        terminal[i, at["extension"]] = p.extend
        terminal[i, at["collapse"]] = worth["collapse"][i]
        terminal[i, at["lapsed"]] = -p.audience if side == "a" else 0.0
        flow[i, at["escalated"]] = ESCALATED_SHARE * worth["collapse"][i] / 365
        flow[i, at["breach"]] = BREACH_SHARE * worth["collapse"][i] / 365
    rate = np.full((2, 1), DISCOUNT_A_YEAR / 365)

    both = [*_turn("a", False, p.audience), *_turn("b", False, p.audience)]
    either = [*_turn("a", True, p.audience), *_turn("b", True, p.audience)]
    stages: list[Stage] = []
    ends_at = [0]
    for before, now in zip(calendar.instants, calendar.instants[1:], strict=False):
        days = before.days_left - now.days_left
        stages += [Wait(days, flow, rate), _papering(p, days)]
        if now.meeting:
            stages += both
        elif now.chance:
            stages += [_contact(p, now.days_left), *either]
        ends_at.append(len(stages))
    if len(calendar.instants) == 1:
        stages += both
    stages += _clock(p, kind)
    ends_at[-1] = len(stages)
    first, second = (_types(b) for b in beliefs)
    prior = first[:, None] * second[None, :]
    precision = np.ones((2, 1))
    return Game(names, at[start], tuple(stages), prior, terminal, precision), ends_at


def outlook(calendar: Calendar, parameters: Parameters, **options: object) -> Outlook:
    """Solve the game of `talks_game` (same options) and read off what it implies."""
    game, ends_at = talks_game(calendar, parameters, **options)  # type: ignore[arg-type]
    equilibrium = solve(game, tol=SOLVED)
    return read_outlook(calendar, equilibrium, ends_at)


def read_outlook(calendar: Calendar, equilibrium: Equilibrium, ends_at: list[int]) -> Outlook:
    """Probabilities by instant from a solved game."""
    _, at = _states()
    path = equilibrium.distribution()
    ever = equilibrium.distribution(stop=(at["escalated"], at["collapse"]))
    picked = np.stack([path[k] for k in ends_at], axis=1)  # (states, instants, batch)
    ends = np.stack([picked[at[name]] for name in ENDS])
    signed = ends[0].copy()
    ends[0] += picked[at["principle"]]
    hit = np.stack([ever[k][at["escalated"]] + ever[k][at["collapse"]] for k in ends_at])
    days_left = np.array([instant.days_left for instant in calendar.instants])
    return Outlook(days_left, ends, signed, hit, equilibrium)


def _payoffs(p: Parameters, stakes: Array, gains: Array) -> dict[str, list[Array]]:
    """Worth of a deal and of collapse by side, each (types, batch)."""
    deal = [p.deal * gains[i] ** p.stake - p.concession * CONCESSION[:, None] for i in (0, 1)]
    collapse = [-p.loss * stakes[i] ** p.stake * ENDURANCE[:, None] for i in (0, 1)]
    return {"deal": deal, "collapse": collapse}


def _types(belief: ArrayLike) -> Array:
    shaped = np.asarray(belief, float)
    return shaped[:, None] if shaped.ndim == 1 else shaped


def _sides(values: ArrayLike, batch: int) -> Array:
    shaped = np.asarray(values, float)
    return np.broadcast_to(shaped[:, None] if shaped.ndim == 1 else shaped, (2, batch))


@cache
def _floor(side: str, marked: bool) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """`at` and `to` of the side that has the floor; `marked` where chance gave it."""
    _, at = _states()
    to = np.full((len(LIVE), len(ACTIONS)), -1)
    for m, state in enumerate(LIVE):
        for a, action in enumerate(ACTIONS):
            target = _leads_to(state, action, side)
            if target is not None:
                to[m, a] = at[target]
    source = [at[f"{s}@{side}"] if marked else at[s] for s in LIVE]
    return np.array(source), to


@cache
def _reply(side: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """`at` and `to` of the answer to what `side` has offered: hold, accept."""
    _, at = _states()
    source, to = [], []
    for state in LIVE[:-1]:
        for what, end in (("offer", "principle"), ("extend", "extension")):
            source.append(at[f"{state}>{what}_{side}"])
            to.append([at[state], at[end]])
    return np.array(source), np.array(to)


def _turn(side: str, marked: bool, audience: Array) -> list[Stage]:
    i = SIDES.index(side)
    source, to = _floor(side, marked)
    reward = np.zeros((2, len(LIVE), len(ACTIONS), 1, len(audience)))
    back = ACTIONS.index("withdraw")
    for state in (f"threat_{side}", "principle"):
        reward[i, LIVE.index(state), back] = -audience
    answer = _reply(side)
    return [Move(i, source, to, reward), Move(1 - i, *answer)]


def _contact(p: Parameters, days_left: float) -> Chance:
    """With some probability one side, either with equal chance, has the floor."""
    _, at = _states()
    rate = p.contact * np.exp(p.rush * np.exp(-days_left / 7))
    chance = -np.expm1(-rate)
    to = np.array([[at[s], at[f"{s}@a"], at[f"{s}@b"]] for s in LIVE])
    prob = np.broadcast_to(np.stack([1 - chance, chance / 2, chance / 2]), (len(LIVE), 3, p.batch))
    return Chance(np.array([at[s] for s in LIVE]), to, prob)


def _papering(p: Parameters, days: float) -> Chance:
    """Terms in principle are signed or fall through over `days`, as competing exponential risks."""
    _, at = _states()
    total = p.paper + p.fail
    gone = -np.expm1(-total * days)
    prob = np.stack([1 - gone, gone * p.paper / total, gone * p.fail / total])[None]
    to = np.array([[at["principle"], at["deal"], at["truce"]]])
    return Chance(np.array([at["principle"]]), to, prob)


def _clock(p: Parameters, kind: str) -> list[Stage]:
    """What happens when the clock runs out.

    The history does not say which dates had an act behind them, so the author of a mere threat is
    given the domestic reward of carrying it out that makes an author of average type, at reference
    stakes and an audience cost `AUDIENCE`, as likely to do so as a legal default is to apply.
    Types and stakes move him from there.
    """
    _, at = _states()
    ends = [at["collapse"], at["lapsed"]]
    sure = np.array([1.0, 0.0])[:, None]
    if kind == "act":
        chance = np.broadcast_to(np.stack([p.default, 1 - p.default]), (4, 2, p.batch))
        last = Chance(np.array([at[s] for s in LIVE[:4]]), np.array([ends] * 4), chance)
        return [last, Chance(np.array([at["escalated"]]), np.array([ends]), sure[None])]
    if kind == "round":
        over = np.array([at[s] for s in LIVE[:5]])
        return [Chance(over, np.array([ends] * 5), np.stack([1 - sure] * 5))]
    if kind != "threat":
        raise InputError(f"A clock of kind {kind!r} is unknown; use act, threat or round.")
    author = np.array([at["threat_a"], at["breach"]])
    average = -p.loss * (TYPE_PRIOR @ ENDURANCE)
    reward = np.zeros((2, 1, 2, 1, p.batch))
    reward[0, 0, 0, 0] = np.log(p.default / (1 - p.default)) - average - AUDIENCE
    decides = Move(0, author, np.array([ends, ends]), reward)
    others = np.array([at["truce"], at["threat_b"], at["escalated"]])
    falls = np.stack([1 - sure, 1 - sure, sure])
    return [decides, Chance(others, np.array([ends] * 3), falls)]
