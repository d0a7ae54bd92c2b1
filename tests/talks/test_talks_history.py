"""Reading the history, what was known on a day, and pooling."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from detente.errors import InputError
from detente.talks.history import OUTCOMES, history_path, known_on, load_history
from detente.talks.pooling import (
    constant_hazard,
    date_weights,
    extension_lengths,
    outcome_counts,
    pool,
)

HEAD = (
    "id,parties,opened,deadline,threat,threat_size_pp,outcome,outcome_date,days_to_deadline,"
    "extension_days,source,confidence,basis,category,new_deadline,note\n"
)


def row(
    id="X1",
    parties="A-B",
    opened="2020-01-01",
    deadline="2020-03-01",
    size="25",
    outcome="deal",
    resolved="2020-02-20",
    extension="",
    category="US tariff",
):
    return (
        f"{id},{parties},{opened},{deadline},t,{size},{outcome},{resolved},,"
        f"{extension},s,high,read,{category},,\n"
    )


@pytest.fixture
def table(tmp_path):
    def write(*rows):
        path = tmp_path / "negotiation_history.csv"
        path.write_text(HEAD + "".join(rows))
        return path

    return write


def test_codes_become_the_four_outcomes(table):
    codes = ["deal", "truce", "extension", "collapse", "partial", "lapsed", "withdrawn", "unknown"]
    found = load_history(table(*(row(id=c, outcome=c) for c in codes)))
    assert [e.outcome for e in found] == [
        "deal", "deal", "extension", "collapse", "collapse", "lapsed", "lapsed", None,
    ]  # fmt: skip
    assert found[0].days_left == 10
    assert found[0].length == 60


def test_summaries_are_left_out(table):
    path = table(row(id="MU01"), row(id="US01"))
    assert [e.id for e in load_history(path)] == ["US01"]
    assert len(load_history(path, summaries=True)) == 2


def test_knowledge_ends_with_the_day(table):
    path = table(row(id="a"), row(id="b", outcome="unknown", resolved=""), row(id="c", deadline=""))
    episodes = load_history(path)
    assert [e.id for e in known_on(episodes, date(2020, 2, 20))] == ["a"]
    assert known_on(episodes, date(2020, 2, 19)) == ()


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (row(outcome="victory"), "line 2: outcome 'victory'"),
        (row(deadline="2020-13-01"), "line 2: deadline"),
        (row(size="lots"), "line 2: threat_size_pp"),
        (row(opened=""), "line 2: opened is blank"),
    ],
)
def test_bad_rows_are_named(table, bad, words):
    with pytest.raises(InputError, match=words):
        load_history(table(bad))


def test_missing_columns_and_files_are_named(tmp_path):
    path = tmp_path / "h.csv"
    path.write_text("id,parties\n")
    with pytest.raises(InputError, match="opened"):
        load_history(path)
    with pytest.raises(InputError, match="--data"):
        history_path(tmp_path)


def test_a_shared_date_counts_for_less(table):
    same = [row(id=f"s{k}") for k in range(3)]
    episodes = load_history(table(*same, row(id="x", deadline="2020-04-01")))
    weights = date_weights(episodes)
    assert weights == pytest.approx([0.5, 0.5, 0.5, 1.0])
    assert outcome_counts(episodes, weights).sum() == pytest.approx(2.5)


def test_pooling_lies_between_own_experience_and_everybody_s(table):
    days = [f"2020-{m:02d}-{d:02d}" for m in range(1, 13) for d in range(1, 28)]
    own = [row(id=f"o{k}", parties="US-China", deadline=days[k], outcome="deal") for k in range(6)]
    rest = [
        row(id=f"r{k}", parties="US-EU", deadline=days[k + 50], outcome="collapse")
        for k in range(40)
    ]
    other = [
        row(id=f"n{k}", category="non-tariff", deadline=days[k + 120], outcome="extension")
        for k in range(30)
    ]
    episodes = load_history(table(*own, *rest, *other))
    pooled = pool(episodes, category="US tariff", pair="US-China")
    deal = dict(zip(OUTCOMES, pooled.shares, strict=True))
    assert 6 / 76 < deal["deal"] < 1
    assert deal["deal"] > 0.3  # groups differ: own experience dominates
    assert np.all(pooled.weights <= 1 + 1e-12)
    assert pooled.shares.sum() == pytest.approx(1)


def test_hazard_and_lengths_by_hand(table):
    rows = [
        row(id="a", outcome="deal", resolved="2020-01-11"),
        row(
            id="b",
            outcome="extension",
            resolved="2020-01-31",
            extension="90",
            deadline="2020-02-01",
        ),
    ]
    episodes = load_history(table(*rows))
    assert constant_hazard(episodes, np.ones(2)) == pytest.approx((1 / 40, 1 / 40))
    pooled = pool(episodes, category="US tariff", pair="A-B")
    assert extension_lengths(pooled) == {"q10": 90.0, "q50": 90.0, "q90": 90.0}


def test_real_history_adds_up(shared):
    episodes = load_history(history_path(shared))
    raw = load_history(history_path(shared), summaries=True)
    assert len(raw) == 174
    assert len(episodes) == 171
    known = known_on(episodes, date(2026, 11, 22))
    assert len(known) == 151
    assert {e.id for e in raw if e.outcome is None} >= {"UC32", "EU24", "CH03", "S122"}
