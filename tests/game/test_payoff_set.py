"""Bargains over finite sets, against brute force and the axioms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detente.errors import InputError
from detente.game.payoff_set import choose, frontier, zone

small = arrays(float, st.tuples(st.integers(1, 40), st.integers(2, 4)), elements=st.integers(-5, 5))


@given(small)
def test_frontier_is_what_nothing_dominates(points: np.ndarray) -> None:
    want = [not any((v >= u).all() and (v > u).any() for v in points) for u in points]
    assert frontier(points).tolist() == want


@given(small)
def test_no_agreement_is_said(points: np.ndarray) -> None:
    d = points.max(axis=0) + 1.0
    assert choose(points, d) is None
    assert not zone(points, d).any()


@given(small)
def test_choices_are_in_the_zone_and_efficient(points: np.ndarray) -> None:
    d = np.zeros(points.shape[1])
    for solution in ("nash", "kalai_smorodinsky", "egalitarian"):
        picked = choose(points, d, solution)
        if picked is None:
            continue
        assert zone(points, d)[picked.option]
        better = ((points >= picked.payoffs).all(axis=1)) & (points > picked.payoffs).any(axis=1)
        if (picked.gains > 0).all():
            assert not better.any()


def test_linear_frontier_has_known_solutions() -> None:
    # u1 + u2 / 2 = 1: Nash and Kalai-Smorodinsky split each party's maximum, egalitarian is equal
    x = np.linspace(0, 1, 3001)
    points = np.column_stack([x, 2 * (1 - x)])
    assert choose(points, [0, 0], "nash").payoffs == pytest.approx([0.5, 1.0], abs=1e-3)
    ks = choose(points, [0, 0], "kalai_smorodinsky")
    assert ks.payoffs == pytest.approx([0.5, 1.0], abs=1e-3)
    assert choose(points, [0, 0], "egalitarian").payoffs == pytest.approx([2 / 3] * 2, abs=1e-3)
    # weights move the Nash bargain along the frontier in proportion
    assert choose(points, [0, 0], "nash", [3, 1]).payoffs == pytest.approx([0.75, 0.5], abs=1e-3)
    assert choose(points, [0, 0], "egalitarian", [2, 1]).payoffs == pytest.approx(
        [0.8, 0.4], abs=1e-3
    )


@given(st.floats(0.1, 10), st.floats(-3, 3))
def test_nash_does_not_depend_on_units(scale: float, shift: float) -> None:
    random = np.random.default_rng(3)
    points = random.random((60, 2))
    first = choose(points, [0.1, 0.1])
    second = choose(points * scale + shift, np.array([0.1, 0.1]) * scale + shift)
    assert first.option == second.option


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: frontier(np.zeros(3)), "options x parties"),
        (lambda: zone(np.zeros((2, 2)), [0.0]), "disagreement"),
        (lambda: choose(np.ones((2, 2)), [0, 0], weights=[1, 0]), "positive"),
        (lambda: choose(np.ones((2, 2)), [0, 0], "dictator"), "dictator"),
        (lambda: choose(np.full((2, 2), np.nan), [0, 0]), "finite"),
    ],
)
def test_bad_input_is_one_sentence(call, word: str) -> None:
    with pytest.raises(InputError, match=word):
        call()
