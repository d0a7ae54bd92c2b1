"""Proper scores against hand arithmetic and against their defining property; the bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import InputError
from detente.talks.scores import (
    brier_score,
    clustered_mean,
    log_score,
    ranked_probability_score,
)

P = [[0.5, 0.3, 0.2], [0.0, 1.0, 0.0]]


def test_by_hand():
    assert log_score(P, [1, 1]) == pytest.approx([-np.log(0.3), 0.0])
    assert brier_score(P, [1, 0]) == pytest.approx([0.25 + 0.49 + 0.04, 2.0])
    # cumulative 0.5, 0.8 against 0, 1, and 0, 1 against 1, 1; over two steps
    assert ranked_probability_score(P, [1, 0]) == pytest.approx([(0.25 + 0.04) / 2, 0.5])


def test_impossible_things_that_happen_score_infinity():
    assert log_score(P, [0, 0])[1] == np.inf


def test_the_ranked_score_punishes_distance():
    far, near = [[0, 0, 1]], [[0, 1, 0]]
    assert ranked_probability_score(far, [0]) > ranked_probability_score(near, [0])
    assert brier_score(far, [0]) == brier_score(near, [0])


shares = st.lists(st.floats(0.02, 1), min_size=4, max_size=4).map(lambda v: np.array(v) / sum(v))


@pytest.mark.parametrize("rule", [log_score, brier_score, ranked_probability_score])
@given(truth=shares, told=shares)
def test_telling_the_truth_is_best(rule, truth, told):
    def expected(p):
        return truth @ rule(np.tile(p, (4, 1)), np.arange(4))

    assert expected(truth) <= expected(told) + 1e-12


def test_interval_resamples_clusters():
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(10), 20)
    scores = rng.normal(size=10)[group]  # all the spread is between clusters
    by_cluster = clustered_mean(scores, group)
    by_row = clustered_mean(scores, np.arange(200))
    assert by_cluster.low < by_cluster.mean < by_cluster.high
    assert (by_cluster.high - by_cluster.low) > 3 * (by_row.high - by_row.low)
    assert (by_cluster.n, by_cluster.clusters) == (200, 10)
    assert clustered_mean(scores, group) == by_cluster  # seeded


def test_one_cluster_has_no_interval():
    only = clustered_mean([1.0, 3.0], ["a", "a"])
    assert only.mean == 2.0
    assert np.isnan(only.low)
    assert np.isnan(only.high)


@pytest.mark.parametrize(
    ("p", "y"),
    [
        ([[0.5, 0.6]], [0]),
        ([[-0.1, 1.1]], [0]),
        ([[0.5, 0.5]], [2]),
        ([[0.5, 0.5]], [0, 1]),
        ([[np.nan, 1.0]], [0]),
        ([[1.0]], [0]),
    ],
)
def test_refuses_what_is_no_forecast(p, y):
    with pytest.raises(InputError):
        log_score(p, y)
