"""Frontier and picks against definitions written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.talks.frontier import egalitarian, kalai_smorodinsky, nash, pareto


def by_definition(values):
    return np.array(
        [
            not any(np.all(other >= row) and np.any(other > row) for other in values)
            for row in values
        ]
    )


points = st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=1, max_size=30).map(
    lambda rows: np.array(rows, float)
)


@settings(max_examples=300)
@given(points)
def test_two_parties(values):
    assert pareto(values).tolist() == by_definition(values).tolist()


def test_three_parties():
    values = np.random.default_rng(0).integers(-3, 4, size=(60, 3)).astype(float)
    assert pareto(values).tolist() == by_definition(values).tolist()


@settings(max_examples=200)
@given(points)
def test_picks_are_what_they_are_called(values):
    k = nash(values)
    rational = [row for row in values if min(row) > 0]
    if not rational:
        assert k is None
        assert kalai_smorodinsky(values) is None
        assert egalitarian(values) is None
        return
    assert k is not None
    assert values[k].prod() == pytest.approx(max(row.prod() for row in rational))
    best = np.max(rational, axis=0)
    ks = kalai_smorodinsky(values)
    assert min(values[ks] / best) == pytest.approx(max(min(row / best) for row in rational))
    assert min(values[egalitarian(values)]) == max(min(row) for row in values)


def test_nash_ignores_scales_and_follows_power():
    x = np.linspace(0.01, 0.99, 99)
    values = np.stack([x, 1 - x], axis=1)
    k = nash(values)
    assert k == nash(values * [7.0, 0.3])
    assert values[k] == pytest.approx([0.5, 0.5])
    assert values[nash(values, power=[2.0, 1.0])] == pytest.approx([2 / 3, 1 / 3], abs=0.01)
