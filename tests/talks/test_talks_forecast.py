"""The forecast on the shipped record and world, its seal and its charts."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pytest

import detente as dt
from detente.errors import InputError
from detente.talks.calibration import vintage, vintages
from detente.talks.conflict import ENDS
from detente.talks.forecast import forecast
from detente.talks.questions import questions
from detente.talks.seal import digest, save, verify
from detente.talks.stakes import Valuer

OCTOBER, NOW = date(2025, 10, 18), date(2026, 11, 22)


@pytest.fixture(scope="module")
def record():
    return dt.load_record("us-china")


@pytest.fixture(scope="module")
def world():
    return dt.load_world()


@pytest.fixture(scope="module")
def october(record, world):
    return forecast(record, world, OCTOBER, draws=20)


@pytest.fixture(scope="module")
def now(record, world):
    return forecast(record, world, NOW, draws=20)


def test_october_asks_what_was_pending(october):
    asked = {q.question.clock.plan or q.question.id: q.question for q in october.questions}
    assert asked["us-threat-100"].due == date(2025, 11, 1)
    assert asked["us-threat-100"].kind == "threat"
    assert "2025-11-10:truce" in asked
    assert asked["2025-11-10:truce"].kind == "act"
    assert "54" in asked["2025-11-10:truce"].counts["collapse"]  # what the law says, not 145
    titles = " ".join(q.text for q in asked.values())
    assert "vehicles" not in titles  # duties on all partners are not theirs to settle


def test_now_asks_about_the_tenth_of_january(now):
    assert now.main.question.due == date(2027, 1, 10)
    assert now.main.question.clock.kind == "expiry"


@pytest.mark.parametrize("name", ["october", "now"])
def test_machine_output(name, request):
    result = request.getfixturevalue(name).to_dict()
    assert {"as_of", "questions", "by_date", "seed"} <= set(result)
    for asked in result["questions"]:
        assert {"text", "resolves_on", "counts", "outcomes"} <= set(asked)
        chances = asked["outcomes"]
        assert sum(c["probability"] for c in chances) == pytest.approx(1, abs=3e-4)
        assert set(asked["counts"]) == {c["name"] for c in chances}
        for c in chances:
            assert 0 <= c["low"] <= c["probability"] <= c["high"] <= 1
    first = result["questions"][0]["id"]
    rows = [r for r in result["by_date"] if r["question"] == first]
    assert [r["date"] for r in rows] == sorted(r["date"] for r in rows)
    last = sum(rows[-1][name]["probability"] for name in ENDS)
    assert last == pytest.approx(1, abs=3e-4)
    assert rows[0]["unresolved"] == pytest.approx(1)
    assert result["questions"][-1]["outcomes"][0]["name"] == "escalation"
    json.dumps(result, allow_nan=False)


def test_reproducible_to_the_digit_and_the_seed_matters(record, world, now):
    again = forecast(record, dt.load_world(), NOW, draws=20)
    assert digest(again.to_dict()) == digest(now.to_dict())
    other = forecast(record, world, NOW, draws=20, seed=1)
    assert other.to_dict()["questions"] != now.to_dict()["questions"]


def test_nothing_learned_later_enters(record, world):
    """Taking out of the record all that came after changes no digit of an old forecast."""
    from dataclasses import replace

    blind = replace(
        record,
        acts=tuple(a for a in record.acts if a.known <= OCTOBER),
        statements=tuple(s for s in record.statements if s.known <= OCTOBER),
        meetings=tuple(m for m in record.meetings if m.known <= OCTOBER),
        agreements_by_id={k: a for k, a in record.agreements_by_id.items() if a.known <= OCTOBER},
    )
    options = {"draws": 10, "economics": False, "window": timedelta(days=25)}
    assert digest(forecast(blind, None, OCTOBER, **options).to_dict()) == digest(
        forecast(record, None, OCTOBER, **options).to_dict()
    )


def test_estimates_are_of_their_time():
    for category, rows in vintages().items():
        for row in rows:
            assert vintage(row.known, category) is row
    assert vintage(OCTOBER).known == date(2025, 10, 1)
    with pytest.raises(InputError, match="first estimate"):
        vintage(date(2020, 1, 1))
    with pytest.raises(InputError, match="No estimate"):
        vintage(OCTOBER, "weather")


def test_stakes_are_relative_to_the_reference_and_ordered(record, world):
    valuer = Valuer(record, world, OCTOBER, OCTOBER)
    by_plan = {q.clock.plan or q.id: q for q in questions(record, OCTOBER, OCTOBER)}
    truce = valuer.stake(by_plan["2025-11-10:truce"])
    surtax = valuer.stake(by_plan["us-threat-100"])
    for side in (0, 1):
        assert 0.5 < truce.stakes[side] < 1.2  # 24 points against 25 on higher walls
        assert 1.5 < surtax.stakes[side] < 4  # 100 points hurt more, but less than four times
        assert truce.loss_pct[side] < 0
    assert "assumption" in surtax.note
    software = valuer.stake(by_plan["us-threat-software"])
    assert not software.costed
    assert software.stakes == (1.0, 1.0)


def test_stakes_move_the_forecast_in_the_right_direction(record, october):
    flat = forecast(record, None, OCTOBER, draws=20, economics=False, window=timedelta(days=15))
    named = {q.question.clock.plan: q for q in october.questions}
    base = {q.question.clock.plan: q for q in flat.questions}
    collapse = ENDS.index("collapse")
    told, blind = (x["us-threat-100"].outcomes[collapse].probability for x in (named, base))
    assert told < blind  # twice the stakes: the threat is carried out less often


def test_movers_say_what_would_change_it(october):
    for answer in october.questions:
        names = [m.what for m in answer.movers]
        assert any("planned meetings" in n for n in names)
        sizes = [max(abs(v) for v in m.change.values()) for m in answer.movers]
        assert sizes == sorted(sizes, reverse=True)
        for mover in answer.movers:
            assert sum(mover.change.values()) == pytest.approx(0, abs=5e-4)


def test_intervals_come_from_the_letters(record):
    wide = forecast(record, None, NOW, draws=60, economics=False).main
    widths = [c.high - c.low for c in wide.outcomes]
    assert min(widths[:3]) > 0.02
    assert np.all(wide.by_date[1] <= wide.by_date[2])


def test_what_cannot_be_asked(record, world):
    with pytest.raises(InputError, match="at least 10"):
        forecast(record, world, OCTOBER, draws=2)
    with pytest.raises(InputError, match="needs a world"):
        forecast(record, None, OCTOBER)
    with pytest.raises(InputError, match="pending"):
        forecast(record, world, date(2031, 1, 1))


def test_seal_holds_and_breaks(tmp_path, october):
    path = tmp_path / "f.json"
    mark = save(october.to_dict(), path, "2025-10-18T12:00:00+00:00")
    holds, found = verify(path)
    assert holds
    assert digest(found) == mark
    text = path.read_text()
    path.write_text(text.replace('"seed": 0', '"seed": 1', 1))
    assert not verify(path)[0]
    with pytest.raises(InputError, match="never overwritten"):
        save(october.to_dict(), path, "now")
    path.write_text("{}")
    with pytest.raises(InputError, match="no sealed forecast"):
        verify(path)


def test_digest_ignores_order_and_sees_every_digit():
    assert digest({"a": 1, "b": [0.1]}) == digest({"b": [0.1], "a": 1})
    assert digest({"a": 0.1}) != digest({"a": 0.1000001})


def test_fan_chart_holds_every_outcome_and_fetches_nothing(tmp_path, now):
    from detente.talks.chart import fan_chart, write_chart

    spec = fan_chart(now.main).to_dict()
    rows = spec["data"]["values"]
    assert "url" not in json.dumps(spec["data"])
    assert {r["outcome"] for r in rows} == set(ENDS)
    path = tmp_path / "fan.svg"
    write_chart(now, path)
    assert "<svg" in path.read_text()
    with pytest.raises(InputError, match="ends in"):
        write_chart(now, tmp_path / "fan.gif")
