"""What would hold: against the textbook formula and against playing the repeated game out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import InputError
from detente.game.enforce import (
    Party,
    Terms,
    critical_discount_factor,
    holds,
    last_day,
    smallest_transfer,
)


def play(keep, breach, punished, delta, lag, punishment, hazard, transfer=0.0, periods=20000):
    """Present value of a breach over compliance, by adding up the periods one by one."""
    alive, discount, total = 1.0, 1.0, 0.0
    for t in range(periods):
        if t < lag:
            total += discount * alive * (breach - keep - transfer)
        elif t < lag + punishment:
            total += discount * alive * (punished - keep - transfer)
        discount *= delta
        alive *= 1 - hazard
        if discount * alive < 1e-16:
            break
    return total


def test_textbook_formula() -> None:
    assert critical_discount_factor(2.0, 3.0, 1.0) == pytest.approx(0.5, abs=1e-12)


@given(lag=st.integers(1, 6), prize=st.floats(0.05, 5), bite=st.floats(0.05, 5))
def test_a_lag_takes_the_root(lag: int, prize: float, bite: float) -> None:
    want = (prize / (prize + bite)) ** (1 / lag)
    got = critical_discount_factor(1.0, 1 + prize, 1 - bite, Terms(lag=lag))
    assert got == pytest.approx(want, rel=1e-9)


@given(
    lag=st.integers(1, 4),
    punishment=st.one_of(st.integers(1, 30).map(float), st.just(math.inf)),
    hazard=st.floats(0, 0.3),
    prize=st.floats(0.05, 3),
    bite=st.floats(0.05, 3),
)
def test_the_threshold_is_where_playing_it_out_breaks_even(
    lag: int, punishment: float, hazard: float, prize: float, bite: float
) -> None:
    terms = Terms(lag, punishment, hazard)
    delta = critical_discount_factor(0.0, prize, -bite, terms)
    if math.isinf(delta):
        # not even a party that hardly discounts at all keeps the agreement
        assert play(0.0, prize, -bite, 1 - 1e-9, lag, punishment, hazard) > -1e-6
        return
    assert play(0.0, prize, -bite, delta, lag, punishment, hazard) == pytest.approx(0, abs=1e-6)
    assert play(0.0, prize, -bite, 0.999 * delta, lag, punishment, hazard) > 0
    if delta < 0.999:
        assert play(0.0, prize, -bite, 1.001 * delta, lag, punishment, hazard) < 0


def test_too_short_a_punishment_never_bites() -> None:
    assert math.isinf(critical_discount_factor(1.0, 3.0, 0.0, Terms(punishment=1)))
    assert critical_discount_factor(1.0, 3.0, 0.0, Terms(punishment=5)) < 1


def test_no_temptation_and_no_punishment() -> None:
    assert critical_discount_factor(1.0, 1.0, 0.5) == 0.0
    assert math.isinf(critical_discount_factor(1.0, 1.5, 1.0))


def test_hazard_asks_for_more_patience() -> None:
    safe = critical_discount_factor(1.0, 2.0, 0.0)
    assert critical_discount_factor(1.0, 2.0, 0.0, Terms(hazard=0.2)) == pytest.approx(safe / 0.8)


@given(
    delta=st.floats(0.05, 0.95),
    lag=st.integers(1, 4),
    punishment=st.one_of(st.integers(1, 10).map(float), st.just(math.inf)),
    hazard=st.floats(0, 0.3),
)
def test_the_smallest_transfer_just_holds(
    delta: float, lag: int, punishment: float, hazard: float
) -> None:
    terms = Terms(lag, punishment, hazard)
    pay = smallest_transfer(0.0, 1.0, -0.5, delta, terms)
    gain = play(0.0, 1.0, -0.5, delta, lag, punishment, hazard, transfer=pay)
    if pay > 0:
        # paid at the end of a kept period: a breach forgoes it from the first period on
        assert gain == pytest.approx(0, abs=1e-6)
        assert not holds(0.0, 1.0, -0.5, delta, terms)
    else:
        assert gain <= 1e-9
        assert holds(0.0, 1.0, -0.5, delta * (1 + 1e-9), terms)


def test_a_truce_with_a_known_last_day_unravels() -> None:
    parties = [Party("USA", 0.0, 0.4, -1.0), Party("CHN", 0.0, 0.1, -1.0)]
    said = last_day(parties, periods=12, delta=0.95)
    assert said.unravels
    assert said.kept == (False,) * 12
    assert said.breaks == {"USA": pytest.approx(0.4), "CHN": pytest.approx(0.1)}
    # the same truce without a last day holds at this patience
    assert critical_discount_factor(0.0, 0.4, -1.0) < 0.95


def test_what_follows_the_last_day_can_hold_it() -> None:
    parties = [Party("USA", 0.0, 0.4, -1.0), Party("CHN", 0.0, 0.1, -1.0)]
    need = last_day(parties, 3, 0.9).needed
    assert need["USA"] == pytest.approx(0.4 / 0.9)
    enough = {name: value * (1 + 1e-9) for name, value in need.items()}
    assert last_day(parties, 3, 0.9, after=enough).kept == (True, True, True)
    short = {**enough, "USA": 0.9 * need["USA"]}
    assert last_day(parties, 3, 0.9, after=short).unravels


def test_without_temptation_the_last_day_is_harmless() -> None:
    assert last_day([Party("A", 1.0, 1.0, 0.0)], 4, 0.5).kept == (True,) * 4


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: Terms(lag=0), "lag"),
        (lambda: Terms(punishment=0.5), "punishment"),
        (lambda: Terms(hazard=1.0), "hazard"),
        (lambda: critical_discount_factor(np.nan, 1, 0), "finite"),
        (lambda: smallest_transfer(0, 1, -1, 1.0), "discount factor"),
        (lambda: last_day([], 0, 0.9), "last day"),
        (lambda: last_day([], 3, 1.5), "discount factor"),
    ],
)
def test_bad_input_is_one_sentence(call, word: str) -> None:
    with pytest.raises(InputError, match=word):
        call()
