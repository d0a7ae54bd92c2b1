"""Score the talks game where nobody looked while it was made: deadlines outside US-China.

    python tools/score_elsewhere.py [--data DIR] [--from DAY]

Every episode of the history that is not between the United States and China, had a deadline and was
resolved from `--from` on (1 January 2025) is asked 30, 14, 7, 3 and 1 days before, with letters
fitted to the episodes resolved before the quarter began, in its category. Stakes are the points
threatened over 25;
nothing else is known. Prints the scores. Ten minutes on one core.
"""

from __future__ import annotations

import argparse
from datetime import date
from functools import cache
from pathlib import Path

from detente.talks.backtest import METHODS, Question, ask, score
from detente.talks.calibration import Vintage, fit
from detente.talks.history import Episode, history_path, known_on, load_history
from detente.talks.pooling import constant_hazard, extension_lengths, pool

OWN = ("US tariff", "Chinese tariff", "foreign retaliation")
REST = "non-tariff"
NOBODY = "(no pair)"


def question(episode: Episode) -> Question:
    assert episode.deadline
    assert episode.outcome
    assert episode.resolved
    return Question(
        id=episode.id,
        what=episode.parties,
        opened=episode.opened,
        due=episode.deadline,
        act=episode.opened,
        is_round=False,
        category=episode.category if episode.category in OWN else REST,
        size_pp=episode.size_pp,
        points_back=0.0,
        all_goods=True,
        outcome=episode.outcome,
        resolved=episode.resolved,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--from", dest="start", type=date.fromisoformat, default=date(2025, 1, 1))
    options = parser.parse_args()
    episodes = load_history(history_path(options.data))
    asked_of = [
        question(e)
        for e in known_on(episodes, date.max)
        if e.pair != "US-China" and e.resolved and e.resolved >= options.start
    ]

    @cache
    def fitted(day: date, category: str) -> Vintage:
        pooled = pool(known_on(episodes, day), category=category, pair=NOBODY)
        print("fit", day, category, f"{pooled.effective:.1f}", flush=True)
        return Vintage(
            day,
            category,
            fit(pooled),
            pooled.shares,
            constant_hazard(pooled.episodes, pooled.weights),
            extension_lengths(pooled),
        )

    def estimates(as_of: date, category: str) -> Vintage:
        return fitted(date(as_of.year, 3 * ((as_of.month - 1) // 3) + 1, 1), category)

    asked = ask(asked_of, estimates=estimates)
    table = score(asked)
    print(f"{len(asked_of)} deadlines, {table.n} forecasts")
    for method in METHODS:
        for name, mean in table.rows[method].items():
            print(f"{method:24} {name:7} {mean.mean:.4f} ({mean.low:.4f} to {mean.high:.4f})")
        if method in table.gaps:
            gap = table.gaps[method]
            print(
                f"{'':24} game less this, log {gap.mean:+.4f} ({gap.low:+.4f} to {gap.high:+.4f})"
            )
    print(f"{table.rows['game']['log'].clusters} dates of resolution")


if __name__ == "__main__":
    main()
