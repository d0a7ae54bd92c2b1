"""How the forecasts would have done on the US-China clocks of 2025, and against what.

A question is asked 30, 14, 7, 3 and 1 days before its date if it was open then. Each forecast uses
the estimates of the last vintage before that day, hence only episodes resolved earlier, and only
what the record knew then. The score of a method is its mean over forecasts; because the forecasts
of a question, and the questions that one meeting settled, stand or fall together, the interval
resamples whole dates of resolution.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml
from numpy.typing import NDArray

from ..errors import InputError
from .baselines import always_extend, base_rate, constant_hazard
from .beliefs import belief, record_events
from .calibration import REFERENCE_POINTS, Vintage, vintage
from .conflict import TYPE_PRIOR, outlook
from .history import OUTCOMES, Episode
from .opportunities import between
from .questions import meetings
from .scores import Mean, brier_score, clustered_mean, log_score, ranked_probability_score
from .stakes import RANGE

if TYPE_CHECKING:
    from ..record import Record
    from ..world import World

Array = NDArray[np.float64]

HORIZONS = (30, 14, 7, 3, 1)
METHODS = ("game", "game without economics", "always extend", "base rate", "constant hazard")
# From good to bad for the talks; the ranked score needs an order.
RANKED = tuple(OUTCOMES.index(name) for name in ("deal", "extension", "lapsed", "collapse"))
DRAWS, SEED = 200, 0


@dataclass(frozen=True)
class Question:
    """A clock of 2025: `due`, what it was, and what the history says became of it."""

    id: str
    what: str
    opened: date
    due: date
    act: date | None
    is_round: bool
    category: str
    size_pp: float | None
    points_back: float
    all_goods: bool
    outcome: str
    resolved: date

    def kind(self, as_of: date) -> str:
        if self.is_round:
            return "round"
        return "act" if self.act is not None and self.act <= as_of else "threat"

    def asked(self, days: int) -> date | None:
        """The day so many days before the date, if the question was open at its end."""
        day = self.due - timedelta(days=days)
        return day if self.opened <= day < self.resolved else None


@dataclass(frozen=True)
class Asked:
    """One question on one day: each method's probabilities in the order of `OUTCOMES`."""

    question: Question
    as_of: date
    days: int
    setting: Setting
    forecasts: Mapping[str, Array]


@dataclass(frozen=True)
class Setting:
    """What else was known on the day: stakes, meetings on the calendar, beliefs about the sides."""

    stakes: tuple[float, float] = (1.0, 1.0)
    planned: tuple[tuple[date, str], ...] = ()
    beliefs: tuple[Array, Array] = (TYPE_PRIOR, TYPE_PRIOR)


Settings = Callable[[Question, date], Setting]


def points_only(question: Question, as_of: date) -> Setting:
    """The threatened points over 25 as stakes of both sides; nothing else is known."""
    ratio = (question.size_pp or REFERENCE_POINTS) / REFERENCE_POINTS
    return Setting((ratio, ratio))


def from_record(record: Record, world: World) -> Settings:
    """Stakes from equilibria on the tariffs of the day, beliefs and meetings as the record knew.

    A default on all goods is costed with the other side's default, or an answer in kind, against
    25 points both ways; the stakes of a default on few goods or on no tariff are one.
    """
    from ..economy import solve
    from ..policy.inforce import policy

    sides = (record.principals[0], record.principals[1])
    goods = [s for s in world.sectors if s != "services"]

    def losses(points: float, back: float, as_of: date) -> list[float]:
        now = policy(record, world, as_of, as_of)
        then = now.add_tariff(points / 100, sides[0], sides[1], goods)
        then = then.add_tariff(back / 100, sides[1], sides[0], goods)
        income = solve(world, then, baseline=now).real_income
        return [-float(np.log(income.sel(region=p).item())) for p in sides]

    def setting(question: Question, as_of: date) -> Setting:
        heard = record_events(record, as_of)
        beliefs = (belief(heard, sides[0], as_of), belief(heard, sides[1], as_of))
        planned = tuple(meetings(record, as_of, question.due, as_of))
        if not question.all_goods or not question.size_pp:
            return Setting((1.0, 1.0), planned, beliefs)
        lost = losses(question.size_pp, question.points_back or question.size_pp, as_of)
        reference = losses(REFERENCE_POINTS, REFERENCE_POINTS, as_of)
        ratio = np.clip(np.array(lost) / np.array(reference), *RANGE)
        return Setting((float(ratio[0]), float(ratio[1])), planned, beliefs)

    return setting


def load_questions(episodes: Sequence[Episode]) -> tuple[Question, ...]:
    """The questions of `data/backtest_2025.yaml`, with outcomes from the history."""
    by_id = {episode.id: episode for episode in episodes}
    out = []
    for row in _spec():
        if row["episode"] not in by_id:
            raise InputError(
                f"The history has no episode {row['episode']}; give the whole file with --data."
            )
        episode = by_id[row["episode"]]
        due = row.get("date", episode.deadline)
        assert episode.outcome
        assert episode.resolved
        assert due
        act = row.get("act")
        out.append(
            Question(
                id=episode.id,
                what=row["what"],
                opened=row.get("opened", episode.opened),
                due=due,
                act=None if act in (None, "none") else act,
                is_round=bool(row.get("round", False)),
                category="non-tariff" if episode.category == "non-tariff" else "US tariff",
                size_pp=episode.size_pp,
                points_back=float(row.get("points_back", 0)),
                all_goods=row.get("goods") == "all",
                outcome=episode.outcome,
                resolved=episode.resolved,
            )
        )
    return tuple(out)


def ask(
    questions: Sequence[Question],
    settings: Settings = points_only,
    estimates: Callable[[date, str], Vintage] = vintage,
) -> list[Asked]:
    """Every forecast of every method on every question and horizon that was open.

    `estimates` gives what could be estimated by a day for a category, the shipped vintages.
    """
    out = []
    for question in questions:
        for days in HORIZONS:
            as_of = question.asked(days)
            if as_of is None:
                continue
            known = estimates(as_of, question.category)
            setting = settings(question, as_of)
            forecasts = {
                "game": _game(question, as_of, known, setting),
                "game without economics": _game(question, as_of, known, setting, False),
                "always extend": always_extend(),
                "base rate": base_rate(known.shares),
                "constant hazard": constant_hazard(days, known.hazards, known.shares),
            }
            out.append(Asked(question, as_of, days, setting, forecasts))
    return out


@dataclass(frozen=True)
class Table:
    """Mean scores: `rows[method][score]`; `gaps[method]` is the game's log score less the method's,
    so that below zero the game did better."""

    rows: Mapping[str, Mapping[str, Mean]]
    gaps: Mapping[str, Mean]
    n: int


def score(asked: Sequence[Asked]) -> Table:
    """Scores of every method over deadline questions (rounds are shown, not scored)."""
    counted = [row for row in asked if not row.question.is_round]
    if not counted:
        raise InputError("There is no forecast of a deadline to score.")
    happened = np.array([OUTCOMES.index(row.question.outcome) for row in counted])
    dates = [row.question.resolved.isoformat() for row in counted]
    order = np.array(RANKED)
    place = np.argsort(order)[happened]
    rows, logs = {}, {}
    for method in METHODS:
        p = np.array([row.forecasts[method] for row in counted])
        logs[method] = log_score(p, happened)
        rows[method] = {
            "log": clustered_mean(logs[method], dates),
            "Brier": clustered_mean(brier_score(p, happened), dates),
            "ranked": clustered_mean(ranked_probability_score(p[:, order], place), dates),
        }
    gaps = {
        method: clustered_mean(logs["game"] - logs[method], dates)
        for method in METHODS
        if method != "game"
    }
    return Table(rows, gaps, len(counted))


def _game(
    question: Question, as_of: date, known: Vintage, setting: Setting, economics: bool = True
) -> Array:
    """The game's probabilities, the mean over draws of its letters."""
    kind = question.kind(as_of)
    letters = known.fit.parameters(DRAWS, SEED)
    if not economics:
        letters = replace(letters, stake=np.zeros_like(letters.stake))
    seen = outlook(
        between(as_of, question.due, setting.planned),
        letters,
        kind=kind,
        start="threat_a" if kind == "threat" else "truce",
        stakes=setting.stakes,
        beliefs=setting.beliefs,
    )
    return seen.final[:, 1:].mean(axis=1)


@cache
def _spec() -> list[dict[str, Any]]:
    text = files("detente.talks").joinpath("data/backtest_2025.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)
