"""A seeded part of the stress suite: certified, or an error that names the cause."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from benchmark_modules import load
from detente.economy import Model, NotConverged
from detente.economy.diagnosis import failure
from detente.economy.fixedpoint import FixedPoint
from detente.economy.technology import flows_of
from detente.errors import ComputationError

oracle = load("oracle")
stress = load("stress")
CAUSES = {error.__name__ for error in ComputationError.__subclasses__()}


def test_every_case_ends_certified_or_in_a_typed_error() -> None:
    results = [stress.judge(stress.case(1, number)) for number in range(140, 190)]
    counts = Counter(result["status"] for result in results)
    assert set(counts) <= {"certified", *CAUSES}
    assert counts["certified"] >= 38
    assert all(result["message"] for result in results if result["status"] != "certified")
    features = {name for result in results for name in result["features"]}
    assert len(features) >= 14, "the subset must reach most kinds of trouble"
    assert {result["closure"] for result in results} == {"fixed", "world_share", "zero"}


def test_where_existence_is_assured_every_case_is_certified() -> None:
    cases = ((number, stress.case(1, number)) for number in range(2000))
    some = list(islice((pair for pair in cases if pair[1].assured), 45))
    assert len(some) == 45
    results = {number: stress.judge(one) for number, one in some}
    refused = {number for number, result in results.items() if result["status"] != "certified"}
    assert not refused, {number: results[number]["message"] for number in refused}


def test_a_tiny_region_by_itself_has_no_deficit_from_the_rounding_of_others() -> None:
    one = stress.case(1, 29)
    model = Model.of(one.world, one.horizon, one.closure)
    alone = model.base.blocs.sum(axis=1) == 1
    assert alone.any()
    assert (model.base.blocs[alone] @ model.tech.deficit == 0).all()
    assert stress.judge(one)["evaluations"] < 100


def test_a_solution_is_found_where_paths_of_policies_close_upon_themselves() -> None:
    """Trade elasticities near 0.1: a wage falls by thirty logs, and the baseline is not unique."""
    result = stress.judge(stress.case(1, 1090))
    assert result["status"] == "certified", result
    assert result["method"] == "continuation"
    assert result["oracle"] < 1e-9


def test_taxes_on_inputs_that_nothing_replaces_can_leave_no_prices() -> None:
    """Tariffs alone rule out every price system here; the oracle proves what the solver says."""
    one = stress.case(1, 1286)
    assert one.assured, "no rate is negative, no deficit, no cap"
    result = stress.judge(one)
    assert (result["status"], result["assured"]) == ("Unproductive", False)
    # and it proves nothing where there are prices: a fiftieth of these tariffs
    mild = replace(one.policy, tariff=one.policy.tariff / 50)
    assert not oracle.no_prices(one.world, mild, horizon=one.horizon)
    model = Model.of(one.world, one.horizon, one.closure)
    done = model.solve_arrays(model.rates(mild))
    assert max(stress.check(replace(one, policy=mild), done).values()) < 1e-8


@pytest.mark.parametrize(
    ("number", "cause", "remedy"),
    [
        (138, "tariffs below zero, down to -49%", "tariffs of zero or more"),
        (74, "trade balances held in the numeraire", "closure='world_share' or 'zero'"),
        (825, "capped flows (2), the tightest at 1.9e-05", "looser caps"),
        (1090, "trade elasticities below one (down to 0.075)", "a longer horizon"),
        (29, "trade elasticities up to 40", "lower trade elasticities"),
    ],
)
def test_a_refusal_would_say_what_is_hard_and_what_to_change(
    number: int, cause: str, remedy: str
) -> None:
    one = stress.case(1, number)
    model = Model.of(one.world, one.horizon, one.closure)
    rates = model.rates(one.policy)
    flows = flows_of(model.base, model.tech, rates, (model.regions, model.sectors))
    problem = FixedPoint(model.shape, model.tech, flows, rates, model.preconditioner)
    why = failure(problem, problem, problem.start(), 0.0, 1.0, 1, model.regions)
    assert isinstance(why, NotConverged)
    hard, helps = str(why).split("What makes this case hard: ")[1].split("What may help: ")
    assert cause in hard
    assert remedy in helps


@pytest.mark.parametrize("part", ["wage", "price", "spending", "wedge"])
def test_the_oracle_sees_a_small_error(part: str) -> None:
    """A candidate that is off by 1e-4 in one place is no equilibrium."""
    cases = (stress.case(13, number) for number in range(500))
    for one in cases:
        if "caps 0 to 2" not in one.features or len(one.world.regions) > 7:
            continue
        model = Model.of(one.world, one.horizon, one.closure)
        try:
            done = model.solve_arrays(model.rates(one.policy))
        except ComputationError:
            continue
        if (done.wedge > 0.1).any():
            break
    else:
        pytest.fail("no case with a cap that binds")
    assert max(stress.check(one, done).values()) < 1e-8
    good = oracle.Candidate(
        np.exp(done.log_w), np.exp(done.log_p).T, done.spend.T.copy(), done.wedge
    )
    value = getattr(good, part).copy()
    # the wedge of a flow that is traded; the largest of the rest
    found_at = np.argmax(value if part != "wedge" else done.trade * (done.wedge > 0))
    value[np.unravel_index(found_at, value.shape)] *= 1 + 1e-4
    found = oracle.violations(
        one.world,
        one.policy,
        replace(good, **{part: value}),
        horizon=one.horizon,
        closure=one.closure,
        blocs=[list(range(len(one.world.regions)))],
    )
    assert max(found.values()) > 1e-6


def test_a_false_certificate_or_an_assured_refusal_fails_the_suite() -> None:
    good = stress.judge(stress.case(11, 0)) | {"assured": True, "status": "certified"}
    for key in ("residual", "oracle"):
        good.setdefault(key, 0.0)
    good.setdefault("method", "anderson")
    assert stress.passed(stress.summary([good]))
    assert not stress.passed(stress.summary([good, good | {"status": "NotConverged"}]))
    loose = good | {"assured": False}
    assert stress.passed(stress.summary([loose, loose | {"status": "NotConverged"}]))
    assert not stress.passed(stress.summary([loose, loose | {"status": "untyped"}]))
    assert not stress.passed(stress.summary([loose, loose | {"status": "false certificate"}]))


def test_a_stopped_run_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out.jsonl"
    arguments = ["stress.py", "--count", "4", "--seed", "1", "--out", str(path)]
    monkeypatch.setattr(sys, "argv", arguments)
    stress.main()
    lines = path.read_text().splitlines()
    assert [json.loads(line)["number"] for line in lines] == [0, 1, 2, 3]
    path.write_text("\n".join(lines[:2]) + "\n" + lines[2][:20])  # killed while writing
    stress.main()
    assert set(stress.known(path)) >= {0, 1, 3}
    assert json.loads(capsys.readouterr().out.split("\n}\n")[-2] + "\n}")["cases"] == 4


def test_a_case_depends_on_seed_and_number_alone() -> None:
    one, same, other = stress.case(5, 3), stress.case(5, 3), stress.case(5, 4)
    assert one.features == same.features
    np.testing.assert_array_equal(one.policy.tariff.values, same.policy.tariff.values)
    assert one.world.flows.shape != other.world.flows.shape or not np.array_equal(
        one.world.flows.values, other.world.flows.values
    )
