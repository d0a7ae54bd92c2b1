"""The forecast: probabilities by date of what becomes of each pending clock.

For each question the calendar game is solved from the day of the forecast on, with letters drawn
from their estimated distribution as known then, beliefs moved by the events of the record, the
meetings on the calendar, and stakes from the equilibria of the clock's default. The probabilities
are means over draws; low and high are the 5th and 95th percentile over draws: uncertainty about
the letters, not about which of the outcomes will occur, and not about the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .beliefs import Event, belief, record_events
from .calibration import Vintage, vintage
from .conflict import ENDS, SOLVED, TYPE_PRIOR, TYPES, Outlook, Parameters, outlook
from .opportunities import between
from .questions import WINDOW, Question, meetings, questions
from .stakes import Stake, Valuer

if TYPE_CHECKING:
    from ..record import Record
    from ..world import World

Array = NDArray[np.float64]

DRAWS = 120
SEED = 0
QUANTILES = (0.05, 0.95)
DIGITS = 4
ESTIMATED_FOR = "US-China"  # the pair whose past counts in full, see `calibration`


@dataclass(frozen=True)
class Chance:
    """A probability with the interval from parameter uncertainty."""

    name: str
    probability: float
    low: float
    high: float


@dataclass(frozen=True)
class Mover:
    """What would change the forecast, and by how much: {outcome: change in probability}."""

    what: str
    change: dict[str, float]


@dataclass(frozen=True, eq=False)
class QuestionForecast:
    """One question's answer; `days` are the dates of the columns of the arrays by date.

    `by_date` holds mean, low and high of each outcome having come by a date, (3, 4, dates);
    `signed` the chance that a deal is papered by the date it falls due, `escalated` of escalation
    or collapse by each date, (3, dates).
    """

    question: Question
    outcomes: tuple[Chance, ...]
    signed: Chance
    days: tuple[date, ...]
    by_date: Array
    escalated: Array
    stake: Stake
    beliefs: dict[str, dict[str, float]]
    meetings: tuple[tuple[date, str], ...]
    movers: tuple[Mover, ...]
    extension_days: dict[str, float]
    residual: float


@dataclass(frozen=True, eq=False)
class Forecast:
    """Every question on a day, the latest estimate used, and the seed of the draws."""

    as_of: date
    known: date
    record: str
    last_verified: date
    world: str
    horizon: str
    estimates: date
    episodes: float
    questions: tuple[QuestionForecast, ...]
    seed: int
    draws: int

    @property
    def main(self) -> QuestionForecast:
        """The question that the talks are about: the agreement's expiry, else the last clock."""
        expiries = [q for q in self.questions if q.question.clock.kind == "expiry"]
        return (expiries or list(self.questions))[-1]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for machine output, rounded so that two runs agree to the digit."""
        asked = [_plain_question(q) for q in self.questions]
        if self.questions:
            asked.append(_escalation(self.main))
        return {
            "as_of": self.as_of.isoformat(),
            "known": self.known.isoformat(),
            "record": self.record,
            "last_verified": self.last_verified.isoformat(),
            "world": self.world,
            "horizon": self.horizon,
            "estimates": self.estimates.isoformat(),
            "estimated_for": ESTIMATED_FOR,
            "episodes": self.episodes,
            "seed": self.seed,
            "draws": self.draws,
            "questions": asked,
            "by_date": [row for q in self.questions for row in _plain_dates(q)],
        }


def forecast(
    record: Record,
    world: World | None,
    as_of: date,
    *,
    known: date | None = None,
    events: Iterable[Event] = (),
    draws: int = DRAWS,
    seed: int = SEED,
    horizon: str = "medium",
    window: timedelta = WINDOW,
    economics: bool = True,
) -> Forecast:
    """Forecast every pending clock of `record` on `as_of`, with nothing known after `known`.

    `events` are further events, for instance of a dispatch (`beliefs.dispatch_events`); `world` may
    be None with `economics=False`, the game without economics. Raises InputError when nothing is
    pending in `window` or no estimate is that old.
    """
    known = known or as_of
    if draws < 10:
        raise InputError(f"{draws} draws give no interval; ask for at least 10.")
    asked = questions(record, as_of, known, window=window)
    if not asked:
        raise InputError(
            f"Nothing is pending within {window.days} days of {as_of} as known on {known}; choose "
            "another day or a record with an open clock."
        )
    if economics and world is None:
        raise InputError("A forecast with economics needs a world; give one or economics=False.")
    valuer = Valuer(record, world, as_of, known, horizon) if economics and world else None
    heard = [*record_events(record, known), *events]
    found = []
    for question in asked:
        estimate = vintage(known, question.category)
        stake = valuer.stake(question) if valuer else Stake((1.0, 1.0), (0.0, 0.0), "not costed")
        planned = meetings(record, as_of, question.due, known)
        found.append(
            _answer(question, as_of, estimate, stake, planned, heard, draws=draws, seed=seed)
        )
    expiries = [q for q in asked if q.clock.kind == "expiry"]
    main = vintage(known, (expiries or asked)[-1].category)
    return Forecast(
        as_of=as_of,
        known=known,
        record=record.name,
        last_verified=record.last_verified,
        world=world.name if world is not None and economics else "none",
        horizon=horizon,
        estimates=main.known,
        episodes=main.fit.episodes,
        questions=tuple(found),
        seed=seed,
        draws=draws,
    )


def _answer(
    question: Question,
    as_of: date,
    estimate: Vintage,
    stake: Stake,
    planned: list[tuple[date, str]],
    heard: list[Event],
    *,
    draws: int,
    seed: int,
) -> QuestionForecast:
    beliefs = [belief(heard, side, as_of) for side in question.sides]
    drawn = estimate.fit.parameters(draws, seed)
    own = _Case(stake.stakes, (beliefs[0], beliefs[1]))
    cases = _cases(question, stake, own)
    # the draws and, at the estimate, what would change it: one game for all
    letters = [drawn, _take(drawn, np.zeros(len(cases), int))]
    seen = _play(question, as_of, planned, letters, [own] * (draws + 1) + list(cases.values()))
    keep = slice(0, draws + 1)
    days = tuple(question.due - timedelta(days=int(d)) for d in seen.days_left)
    by_date = np.stack([_spread(seen.ends[k][:, keep]) for k in range(4)], axis=1)
    outcomes = tuple(_chance(name, by_date[:, k, -1]) for k, name in enumerate(ENDS))
    base = seen.final[:, 0]
    moved = {what: seen.final[:, draws + 1 + k] - base for k, what in enumerate(cases)}
    what, calendar = _other_calendar(question, as_of, planned)
    if what:
        other = _play(question, as_of, calendar, [_take(drawn, np.zeros(1, int))], [own])
        moved[what] = other.final[:, 0] - base
    return QuestionForecast(
        question=question,
        outcomes=outcomes,
        signed=_chance("signed", _spread(seen.signed[-1:, keep])[:, 0]),
        days=days,
        by_date=by_date,
        escalated=_spread(seen.escalated[:, keep]),
        stake=stake,
        beliefs={
            side: dict(zip(TYPES, np.round(b, DIGITS).tolist(), strict=True))
            for side, b in zip(question.sides, beliefs, strict=True)
        },
        meetings=tuple(planned),
        movers=_movers(moved),
        extension_days=estimate.extension_days,
        residual=seen.equilibrium.residual,
    )


@dataclass(frozen=True)
class _Case:
    """A setting of the game: stakes, beliefs about both sides, factor on audience costs."""

    stakes: tuple[float, float]
    beliefs: tuple[Array, Array]
    audience: float = 1.0


def _cases(question: Question, stake: Stake, own: _Case) -> dict[str, _Case]:
    """Settings that differ from `own` in one thing, by what it is."""
    a, b = question.sides
    hard = np.eye(len(TYPES))[-1]
    twice = (stake.stakes[0] * 2, stake.stakes[1] * 2)
    cases = {
        "the default costs both sides twice as much": replace(own, stakes=twice),
        f"{a} is known to be obstinate": replace(own, beliefs=(hard, own.beliefs[1])),
        f"{b} is known to be obstinate": replace(own, beliefs=(own.beliefs[0], hard)),
    }
    if stake.costed:
        cases["no economics: stakes of the reference case"] = replace(own, stakes=(1.0, 1.0))
    if any(np.abs(x - TYPE_PRIOR).max() > 1e-6 for x in own.beliefs):
        prior = (TYPE_PRIOR, TYPE_PRIOR)
        cases["nothing heard from either side"] = replace(own, beliefs=prior)
    if question.kind == "threat":
        cases["backing down costs twice as much at home"] = replace(own, audience=2.0)
    return cases


def _other_calendar(
    question: Question, as_of: date, planned: list[tuple[date, str]]
) -> tuple[str, list[tuple[date, str]]]:
    """The meetings called off, or one called where none is; no words where there is no room."""
    if planned:
        return "the planned meetings do not take place", []
    if (question.due - as_of).days > 8:
        week = (question.due - timedelta(days=7), "round")
        return "a round is called a week before the date", [week]
    return "", planned


def _movers(moved: dict[str, Array]) -> tuple[Mover, ...]:
    """Largest change first."""
    movers = [
        Mover(what, dict(zip(ENDS, np.round(change, DIGITS).tolist(), strict=True)))
        for what, change in moved.items()
    ]
    return tuple(sorted(movers, key=lambda m: -max(abs(v) for v in m.change.values())))


def _play(
    question: Question,
    as_of: date,
    planned: list[tuple[date, str]],
    letters: list[Parameters],
    cases: list[_Case],
) -> Outlook:
    """The game of one question from `as_of` on, with letters and settings column by column."""
    joined = Parameters(
        **{
            name: np.concatenate([getattr(each, name) for each in letters])
            for name in vars(letters[0])
        }
    )
    audience = joined.audience * np.array([case.audience for case in cases])
    return outlook(
        between(as_of, question.due, planned),
        replace(joined, audience=audience),
        kind=question.kind,
        start=question.start,
        stakes=np.array([case.stakes for case in cases]).T,
        beliefs=tuple(np.stack([case.beliefs[i] for case in cases], axis=1) for i in (0, 1)),
    )


def _take(letters: Parameters, columns: NDArray[np.intp]) -> Parameters:
    return Parameters(**{name: getattr(letters, name)[columns] for name in vars(letters)})


def _spread(values: Array) -> Array:
    """Mean, low and high over draws, (3, n), of values (n, 1 + draws); the first is no draw."""
    drawn = values[:, 1:]
    low, high = np.quantile(drawn, QUANTILES, axis=1)
    return np.stack([drawn.mean(axis=1), low, high])


def _chance(name: str, three: Array) -> Chance:
    p, low, high = (round(float(v), DIGITS) for v in three)
    return Chance(name, p, low, high)


def _plain_chance(chance: Chance) -> dict[str, Any]:
    return {
        "name": chance.name,
        "probability": chance.probability,
        "low": chance.low,
        "high": chance.high,
    }


def _plain_question(answer: QuestionForecast) -> dict[str, Any]:
    q = answer.question
    return {
        "id": q.id,
        "text": q.text,
        "resolves_on": q.due.isoformat(),
        "counts": q.counts,
        "outcomes": [_plain_chance(c) for c in answer.outcomes],
        "signed_by_then": _plain_chance(answer.signed),
        "kind": q.kind,
        "sides": list(q.sides),
        "stakes": {
            side: {"relative": round(s, DIGITS), "real_income_pct": round(loss, DIGITS)}
            for side, s, loss in zip(
                q.sides, answer.stake.stakes, answer.stake.loss_pct, strict=True
            )
        },
        "stakes_note": answer.stake.note,
        "beliefs": answer.beliefs,
        "meetings": [{"date": day.isoformat(), "title": title} for day, title in answer.meetings],
        "moves": [{"what": m.what, "change": m.change} for m in answer.movers],
        "extension_days": answer.extension_days,
        "solver_residual_below": SOLVED,
    }


def _escalation(answer: QuestionForecast) -> dict[str, Any]:
    """The main clock's risk of escalation, a question of its own beside its outcomes."""
    q = answer.question
    yes = _chance("escalation", answer.escalated[:, -1])
    no = Chance(
        "no escalation",
        round(1 - yes.probability, DIGITS),
        round(1 - yes.high, DIGITS),
        round(1 - yes.low, DIGITS),
    )
    return {
        "id": f"escalation-by-{q.due}",
        "text": f"Does either side carry out a threat, or the default apply, by {q.due}?",
        "resolves_on": q.due.isoformat(),
        "counts": {
            "escalation": "at any time up to the date a threatened measure of either side, or the "
            "default of the clock, is in force, also if it is withdrawn again",
            "no escalation": "none of this happens",
        },
        "outcomes": [_plain_chance(yes), _plain_chance(no)],
    }


def _plain_dates(answer: QuestionForecast) -> list[dict[str, Any]]:
    """Daily for the last two weeks, weekly before, always the first and last day."""
    rows = []
    last = len(answer.days) - 1
    for k, day in enumerate(answer.days):
        left = last - k
        if k and left > 14 and left % 7:
            continue
        row: dict[str, Any] = {"question": answer.question.id, "date": day.isoformat()}
        for j, name in enumerate(ENDS):
            p, low, high = (round(float(v), DIGITS) for v in answer.by_date[:, j, k])
            row[name] = {"probability": p, "low": low, "high": high}
        row["unresolved"] = round(1 - float(answer.by_date[0, :, k].sum()), DIGITS)
        row["escalated"] = round(float(answer.escalated[0, k]), DIGITS)
        rows.append(row)
    return rows
