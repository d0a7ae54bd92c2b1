"""Estimates and backtest: what they may use, and that they would notice if they were wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from detente.errors import InputError
from detente.talks.backtest import HORIZONS, METHODS, ask, load_questions, score
from detente.talks.baselines import always_extend, base_rate, constant_hazard
from detente.talks.calibration import (
    CELLS,
    cell_counts,
    cell_probabilities,
    date_range,
    fit,
    priors,
    stake_class,
    vintage,
)
from detente.talks.history import OUTCOMES, Episode, history_path, known_on, load_history
from detente.talks.pooling import Pool, pool


def episode(outcome="deal", left=5, length=40, size=25.0) -> Episode:
    due = date(2025, 6, 30)
    from datetime import timedelta

    return Episode(
        "x", "A-B", "US tariff", due - timedelta(days=length), due, outcome,
        due - timedelta(days=left), size, None,
    )  # fmt: skip


def one(found: Episode) -> np.ndarray:
    return cell_counts(Pool((found,), np.ones(1), 1.0, 1.0))


def test_an_episode_counts_once_over_the_horizons_at_which_it_was_open():
    counts = one(episode(left=5, length=40))
    assert counts.sum() == pytest.approx(1)
    # open 30, 14 and 7 days before; resolved between the horizons of 7 and 3 days
    assert counts[:, 1, CELLS.index("deal_soon")].tolist() == pytest.approx([0, 0, 0, 1 / 3, 0, 0])
    assert counts[:, 1, CELLS.index("deal_late")].tolist() == pytest.approx(
        [0, 1 / 3, 1 / 3, 0, 0, 0]
    )


def test_a_default_cannot_apply_before_its_date():
    counts = one(episode("collapse", left=9, length=8, size=100.0))
    assert counts[:, 3, CELLS.index("collapse")].sum() == pytest.approx(1)
    assert np.count_nonzero(counts) == 3  # 7, 3 and 1 days before


def test_same_day_episodes_still_count():
    assert one(episode("deal", left=0, length=0)).sum() == pytest.approx(1)


def test_stake_classes():
    assert [stake_class(v) for v in (10, 25, None, 26)] == [0, 1, 2, 3]


def test_cells_of_the_game_are_probabilities():
    x = np.array([p.mean for p in priors()])[:, None]
    p = cell_probabilities(x)
    assert p.sum(axis=2) == pytest.approx(1.0, abs=1e-6)
    assert p.min() >= 0


def test_estimation_finds_the_game_that_made_the_data(monkeypatch):
    """Counts made by known letters, a thousand episodes: their probabilities must come back."""
    import detente.talks.calibration as calibration

    monkeypatch.setattr(calibration, "HORIZONS", (14, 7, 1))
    truth = np.array([p.mean for p in priors()])
    names = [p.name for p in priors()]
    truth[names.index("deal")] += 0.8
    truth[names.index("loss")] += 0.5
    truth[names.index("default")] -= 0.6
    made = cell_probabilities(truth[:, None])[..., 0]
    monkeypatch.setattr(calibration, "cell_counts", lambda _: made * 80.0)
    found = fit(Pool((), np.ones(0), 1.0, 1.0))
    again = cell_probabilities(found.mean[:, None])[..., 0]
    start = cell_probabilities(np.array([[p.mean] for p in priors()]))[..., 0]
    assert np.abs(again - made).max() < 0.02
    assert np.abs(start - made).max() > 0.08
    assert np.all(np.linalg.eigvalsh(found.covariance) > 0)


def test_shipped_estimate_is_the_maximum(shared):
    """A later step from the shipped letters goes nowhere: they are what the tool computes."""
    stored = vintage(date(2025, 11, 1))
    episodes = known_on(load_history(history_path(shared)), stored.known)
    pooled = pool(episodes, category="US tariff", pair="US-China")
    again = fit(pooled, start=stored.fit.mean)
    assert again.mean == pytest.approx(stored.fit.mean, abs=2e-2)
    assert again.log_likelihood == pytest.approx(stored.fit.log_likelihood, abs=1e-3)
    assert pooled.shares == pytest.approx(stored.shares, abs=1e-5)
    assert pooled.effective == pytest.approx(stored.fit.episodes, abs=0.01)


def test_months():
    found = date_range(date(2025, 11, 1), date(2026, 2, 10), 1)
    assert [str(d) for d in found] == [
        "2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01", "2026-02-10",
    ]  # fmt: skip


def test_baselines():
    assert always_extend().sum() == pytest.approx(1)
    assert base_rate([0.1, 0.2, 0.3, 0.4]).tolist() == [0.1, 0.2, 0.3, 0.4]
    p = constant_hazard(30, (0.01, 0.03), [0.1, 0.1, 0.6, 0.2])
    settled = 1 - np.exp(-0.04 * 30)
    assert p == pytest.approx(
        [settled / 4, settled * 3 / 4, (1 - settled) * 0.75, (1 - settled) * 0.25]
    )


@pytest.fixture(scope="module")
def asked(shared_questions):
    chosen = [q for q in shared_questions if q.id in ("UC16", "UC19", "UC22", "UC23")]
    return ask(chosen)


@pytest.fixture(scope="module")
def shared_questions(shared):
    return load_questions(load_history(history_path(shared)))


def test_questions_are_asked_only_while_open(shared_questions):
    by_id = {q.id: q for q in shared_questions}
    assert [h for h in HORIZONS if by_id["UC22"].asked(h)] == [14, 7, 3]  # settled 2 days before
    assert by_id["UC22"].kind(date(2025, 10, 18)) == "threat"
    assert by_id["UC16"].kind(date(2025, 1, 28)) == "threat"
    assert by_id["UC16"].kind(date(2025, 2, 1)) == "act"
    assert by_id["UC23"].asked(1) is None  # extended on 30 October
    assert {q.resolved.year for q in shared_questions} <= {2024, 2025, 2026}


def test_every_forecast_uses_only_earlier_estimates(asked):
    for row in asked:
        known = vintage(row.as_of, row.question.category).known
        assert known <= row.as_of < row.question.resolved
        for method in METHODS:
            assert row.forecasts[method].sum() == pytest.approx(1)


def test_rounds_are_shown_and_not_scored(asked):
    assert any(row.question.is_round for row in asked)
    table = score(asked)
    assert table.n == sum(not row.question.is_round for row in asked)
    with pytest.raises(InputError, match="no forecast"):
        score([row for row in asked if row.question.is_round])


def test_a_prophet_scores_better_than_all(asked):
    """If the forecasts knew the outcome the table would show it."""
    better = [
        replace(
            row,
            forecasts={
                **row.forecasts,
                "game": 0.9 * np.eye(4)[OUTCOMES.index(row.question.outcome)] + 0.025,
            },
        )
        for row in asked
    ]
    table = score(better)
    for method in METHODS[1:]:
        assert table.gaps[method].mean < 0
        assert table.rows["game"]["Brier"].mean < table.rows[method]["Brier"].mean


def test_an_incomplete_history_is_named(shared):
    episodes = [e for e in load_history(history_path(shared)) if e.id != "UC23"]
    with pytest.raises(InputError, match="UC23"):
        load_questions(episodes)
