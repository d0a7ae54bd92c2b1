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
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from ..errors import InputError
from .baselines import always_extend, base_rate, constant_hazard
from .calibration import REFERENCE_POINTS, Vintage, vintage
from .conflict import outlook
from .history import OUTCOMES, Episode
from .opportunities import calendar
from .scores import Mean, brier_score, clustered_mean, log_score, ranked_probability_score

Array = NDArray[np.float64]

HORIZONS = (30, 14, 7, 3, 1)
METHODS = ("game", "game without economics", "always extend", "base rate", "constant hazard")
# From good to bad for the talks; the ranked score needs an order.
RANKED = tuple(OUTCOMES.index(name) for name in ("deal", "extension", "lapsed", "collapse"))
DRAWS, SEED = 60, 0


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
    stakes: tuple[float, float]
    forecasts: Mapping[str, Array]


# What a default costs each side relative to the reference case, as known on a day; see `stakes`.
Stakes = Callable[[Question, date], tuple[float, float]]


def stakes_by_points(question: Question, as_of: date) -> tuple[float, float]:
    """The threatened points over 25 for both sides: the economics of a world without an economy."""
    points = question.size_pp or REFERENCE_POINTS
    return points / REFERENCE_POINTS, points / REFERENCE_POINTS


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
                outcome=episode.outcome,
                resolved=episode.resolved,
            )
        )
    return tuple(out)


def ask(questions: Sequence[Question], stakes: Stakes = stakes_by_points) -> list[Asked]:
    """Every forecast of every method on every question and horizon that was open."""
    out = []
    for question in questions:
        for days in HORIZONS:
            as_of = question.asked(days)
            if as_of is None:
                continue
            known = vintage(as_of, question.category)
            at_stake = stakes(question, as_of)
            forecasts = {
                "game": _game(question, as_of, days, known, at_stake),
                "game without economics": _game(question, as_of, days, known, (1.0, 1.0)),
                "always extend": always_extend(),
                "base rate": base_rate(known.shares),
                "constant hazard": constant_hazard(days, known.hazards, known.shares),
            }
            out.append(Asked(question, as_of, days, at_stake, forecasts))
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
    question: Question, as_of: date, days: int, known: Vintage, stakes: tuple[float, float]
) -> Array:
    """The game's probabilities, the mean over draws of its letters."""
    kind = question.kind(as_of)
    letters = known.fit.parameters(DRAWS, SEED)
    if stakes == (1.0, 1.0):  # without economics: the exponent itself is zero
        letters = replace(letters, stake=np.zeros_like(letters.stake))
    start = {"act": "truce", "threat": "threat_a", "round": "truce"}[kind]
    seen = outlook(calendar(days), letters, kind=kind, start=start, stakes=stakes)
    return seen.final[:, 1:].mean(axis=1)


@cache
def _spec() -> list[dict[str, Any]]:
    text = files("detente.talks").joinpath("data/backtest_2025.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)
