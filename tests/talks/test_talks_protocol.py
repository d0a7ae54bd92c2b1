"""Alternating offers: known solutions, deadlines, outside options, partial deals, the trace."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from detente.errors import InputError
from detente.talks.agents import Concede, Enough, Salvage, conceding, rational
from detente.talks.negmas_bridge import mechanism, outcome_of
from detente.talks.protocol import Agent, Domain, every, negotiate

START = date(2026, 1, 1)
PIE = np.stack([np.linspace(0, 1, 1001), 1 - np.linspace(0, 1, 1001)], axis=1)


def turns(count: int, gap: int = 1) -> tuple[tuple[date, ...], date]:
    days = tuple(START + timedelta(days=gap * k) for k in range(count))
    return days, days[-1]


@pytest.mark.parametrize("delta", [0.9, 0.8])
def test_rubinstein_split_without_a_deadline_in_sight(delta):
    rate = -np.log(delta)
    days, deadline = turns(160)
    pair = (rational("a"), rational("b"))
    found = negotiate(Domain(PIE, rates=(rate, rate)), pair, days, deadline)
    assert found.kind == "deal"
    assert found.day == days[1]  # agreed at once: offered on the first day, accepted on the next
    assert PIE[found.package, 0] == pytest.approx(1 / (1 + delta), abs=0.003)


def test_last_proposer_takes_all_without_discounting():
    days, deadline = turns(6)  # 0 offers on turns 0, 2, 4; 1 replies to the last on turn 5
    found = negotiate(Domain(PIE), (rational("a"), rational("b")), days, deadline)
    assert found.kind == "deal"
    assert PIE[found.package, 0] == pytest.approx(1.0)
    days, deadline = turns(5)  # now 1 makes the last offer that can be answered
    found = negotiate(Domain(PIE), (rational("a"), rational("b")), days, deadline)
    assert PIE[found.package, 1] == pytest.approx(1.0)


def test_ultimatum_by_hand():
    """Two turns: one offer, one answer; the least the other takes is its outside option."""
    days, deadline = turns(2)
    found = negotiate(
        Domain(PIE, outside=(0.0, 0.4)), (rational("a"), rational("b")), days, deadline
    )
    assert found.kind == "deal"
    assert found.utilities == pytest.approx((0.6, 0.4))


def test_patience_is_worth_having():
    days, deadline = turns(120)
    pair = (rational("a"), rational("b"))
    even = negotiate(Domain(PIE, rates=(0.1, 0.1)), pair, days, deadline)
    hasty = negotiate(Domain(PIE, rates=(0.4, 0.1)), pair, days, deadline)
    assert PIE[hasty.package, 0] < PIE[even.package, 0]


def test_walks_to_a_better_outside_option():
    days, deadline = turns(4)
    found = negotiate(
        Domain(PIE, outside=(0.7, 0.7)), (rational("a"), rational("b")), days, deadline
    )
    assert found.kind == "walked"
    assert max(found.utilities) == pytest.approx(0.7)


def test_two_who_hold_out_meet_the_deadline():
    days, deadline = turns(10)
    hard = Agent("hard", Concede(0.05, reserve=0.9), Enough(Concede(0.05, reserve=0.9)))
    found = negotiate(Domain(PIE), (hard, hard), days, deadline)
    assert (found.kind, found.package, found.utilities) == ("expired", -1, (0.0, 0.0))
    assert [a.day for a in found.trace] == list(days)
    assert {a.kind for a in found.trace} == {"offer"}


def test_two_who_concede_meet_in_the_middle_and_the_softer_gets_less():
    days, deadline = turns(31)
    same = negotiate(Domain(PIE), (conceding("a", 1.0), conceding("b", 1.0)), days, deadline)
    assert PIE[same.package, 0] == pytest.approx(0.5, abs=0.05)
    soft = negotiate(Domain(PIE), (conceding("a", 2.0), conceding("b", 0.4)), days, deadline)
    assert PIE[soft.package, 0] < 0.4


def test_a_partial_agreement_is_kept_when_the_date_passes():
    utility = np.array([[1.0, 0.1], [0.1, 1.0], [0.3, 0.3]])
    domain = Domain(utility, parts=np.array([2, 2, -1]))
    days, deadline = turns(10)
    hard = Concede(0.01, reserve=0.8)
    pair = tuple(Agent(n, hard, Salvage(Enough(hard), after=0.5)) for n in "ab")
    found = negotiate(domain, (pair[0], pair[1]), days, deadline)
    assert found.kind == "expired"
    assert found.utilities == pytest.approx((0.3, 0.3))
    assert [a.package for a in found.trace if a.kind == "partial"] == [2]


def test_calendar_time_counts_not_the_number_of_turns():
    pair = (rational("a"), rational("b"))
    slow = negotiate(Domain(PIE, rates=(0.01, 0.02)), pair, *turns(40, gap=10))
    same = negotiate(Domain(PIE, rates=(0.1, 0.2)), pair, *turns(40, gap=1))
    other = negotiate(Domain(PIE, rates=(0.01, 0.02)), pair, *turns(40, gap=1))
    assert slow.package == same.package
    assert slow.package != other.package
    assert every(10, START, START + timedelta(days=25)) == tuple(
        START + timedelta(days=d) for d in (0, 10, 20)
    )


def test_wrong_input_is_refused():
    with pytest.raises(InputError, match="order"):
        negotiate(Domain(PIE), (rational("a"), rational("b")), [START, START], START)
    with pytest.raises(InputError, match="finite"):
        Domain(np.array([[np.nan, 1.0]]))
    with pytest.raises(InputError, match="zero or more"):
        Domain(PIE, rates=(-0.1, 0.0))

    class Wild:
        def offer(self, view):
            return 5000

        def answer(self, view):
            return "reject"

    wild = Agent("wild", Wild(), Wild())
    with pytest.raises(InputError, match="5000"):
        negotiate(Domain(PIE), (wild, wild), *turns(3))


def test_the_bridge_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "negmas", None)
    with pytest.raises(InputError, match="AGPL"):
        mechanism(Domain(PIE), (object(), object()))


def test_the_bridge_hands_over_issues_and_utilities(monkeypatch):
    """A stub that records what it is given: the shape of the calls, not NegMAS itself."""
    given: dict[str, object] = {}

    class Session:
        def __init__(self, issues, n_steps):
            given.update(issues=issues, steps=n_steps, added=[])
            self.state = SimpleNamespace(agreement=(7,))

        def add(self, negotiator, preferences):
            given["added"].append((negotiator, preferences))

    stub = ModuleType("negmas")
    stub.make_issue = lambda count, name: (count, name)  # type: ignore
    stub.SAOMechanism = Session  # type: ignore
    stub.MappingUtilityFunction = lambda table, issues, reserved_value: table  # type: ignore
    monkeypatch.setitem(sys.modules, "negmas", stub)
    session = mechanism(Domain(PIE), (lambda: "first", lambda: "second"), steps=9)
    assert given["issues"] == [(1001, "package")]
    assert given["steps"] == 9
    names = [n for n, _ in given["added"]]
    assert names == ["first", "second"]
    assert given["added"][0][1][(1000,)] == 1.0
    assert given["added"][1][1][(1000,)] == 0.0
    assert outcome_of(session) == 7


def test_the_bridge_plays_real_agents():
    negmas = pytest.importorskip("negmas", reason="the optional extra negmas is not installed")
    session = mechanism(
        Domain(PIE[::50]), (negmas.AspirationNegotiator, negmas.AspirationNegotiator)
    )
    session.run()
    assert outcome_of(session) is not None
