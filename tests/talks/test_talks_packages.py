"""Packages on the shipped record and world: options, values, words; checked one by one."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

import detente as dt
from detente.errors import InputError
from detente.policy.inforce import policy
from detente.talks.explain import in_words, steps, third_parties, today, trades
from detente.talks.issues import Agenda, Issue, Option, agenda, load_issues
from detente.talks.packages import packages
from detente.talks.stakes import hold, last_clock

AS_OF = date(2025, 10, 18)


@pytest.fixture(scope="module")
def record():
    return dt.load_record("us-china")


@pytest.fixture(scope="module")
def world():
    return dt.load_world()


@pytest.fixture(scope="module")
def full(record):
    return agenda(record, AS_OF, AS_OF)


def some(full: Agenda, *names: str) -> Agenda:
    return Agenda(tuple(i for i in full.issues if i.id in names), full.not_costed)


@pytest.fixture(scope="module")
def table(record, world, full):
    chosen = some(full, "us-ieepa-fentanyl", "cn-general-2025", "chn-purchases", "duration")
    return packages(record, world, AS_OF, chosen)


def test_agenda_says_what_is_on_the_table(full):
    found = {i.id: i for i in full.issues}
    fentanyl = [o.title for o in found["us-ieepa-fentanyl"].options]
    assert fentanyl == ["stays at 20 points", "falls to 10 points", "falls to zero"]
    general = [o.id for o in found["cn-general-2025"].options]
    assert general == ["keep", "resume", "halve", "drop"]
    assert found["cn-general-2025"].options[1].title == "returns to 34 points"
    assert {"chn-controls-pending", "chn-purchases", "usa-older", "duration"} <= set(found)
    assert any("fees" in title for title in full.not_costed)
    assert not any("100%" in i.title for i in full.issues)  # a threat is not an offer


def test_agenda_knows_nothing_later(record):
    early = agenda(record, date(2025, 9, 1), date(2025, 9, 1))
    assert "chn-controls-pending" not in {i.id for i in early.issues}


def test_each_package_has_the_value_of_its_own_equilibrium(record, world, table):
    """One package at a time, from the record's own what-ifs and the one-scenario solver."""
    day = last_clock(record, AS_OF, AS_OF)
    held = hold(record, AS_OF, AS_OF, day)
    now = policy(held, world, day, AS_OF)
    no_deal = dt.solve(world, policy(record, world, day, AS_OF), baseline=now).real_income
    names = [i.id for i in table.issues]
    wanted = {"us-ieepa-fentanyl": 1, "cn-general-2025": 3, "chn-purchases": 0, "duration": 1}
    row = table.find([wanted[n] for n in names])
    other = held.with_rate("us-ieepa-fentanyl", 10.0, day).with_rate("cn-general-2025", 0.0, day)
    agreed = dt.solve(world, policy(other, world, day, AS_OF), baseline=now).real_income
    for p, party in enumerate(table.parties):
        expected = 100 * (agreed - no_deal).sel(region=party).item() * 365 / 730
        assert table.gains[row, p] == pytest.approx(expected, abs=1e-6)
    assert third_parties(table, row)["VNM"] == pytest.approx(
        100 * (agreed - no_deal).sel(region="VNM").item(), abs=1e-6
    )


def test_purchases_raise_those_imports_by_about_the_promise(record, world, full):
    from detente.talks.packages import _Builder

    chosen = some(full, "chn-purchases")
    build = _Builder(record, world, AS_OF, AS_OF, "medium", chosen.issues)
    bought = dt.solve(world, build.policy([1]), baseline=build.today)
    trade = bought.trade.sel(exporter="USA", importer="CHN")
    before = dt.solve(world, build.today).trade.sel(exporter="USA", importer="CHN")
    for sector in ("agriculture", "food"):
        assert (trade / before).sel(sector=sector).item() == pytest.approx(1.25, abs=0.12)
    assert (trade / before).sel(sector="machinery").item() == pytest.approx(1.0, abs=0.02)


def test_longer_packages_are_worth_in_proportion(table):
    names = [i.id for i in table.issues]
    at = names.index("duration")
    short, long = (table.choices[:, at] == k for k in (0, 2))
    assert table.gains[short] == pytest.approx(table.gains[long] * 90 / 730)


def test_ranking_and_frontier(table):
    ranked = table.ranked()
    assert sorted(ranked) == list(range(len(table.choices)))
    assert ranked[0] == table.picks["nash"]
    for row in table.frontier:
        assert (table.gains[row] > 0).all()
        better = (table.gains >= table.gains[row]).all(axis=1)
        assert not (table.gains[better] > table.gains[row]).any()


def test_words_name_every_option_and_both_gains(table):
    row = int(table.ranked()[0])
    words = in_words(table, row)
    for issue, option in zip(table.issues, table.options(row), strict=True):
        assert option.title in words or issue.id == "duration"
    assert "USA" in words
    assert "CHN" in words
    assert "Third parties" in words


def test_steps_and_trades_add_up(table):
    start = today(table)
    assert all(k == i.today for k, i in zip(table.choices[start], table.issues, strict=True)
               if i.id != "duration")  # fmt: skip
    found = steps(table)
    one = next(s for s in found if (s.issue, s.option) == ("us-ieepa-fentanyl", "drop"))
    choices = list(table.choices[start])
    choices[[i.id for i in table.issues].index("us-ieepa-fentanyl")] = 2
    moved = table.gains[table.find(choices)] - table.gains[start]
    assert list(one.change.values()) == pytest.approx(moved.tolist())
    for trade in trades(table):
        assert min(trade.change.values()) > 0
        assert min(trade.gives.change.values()) < 0
        assert min(trade.takes.change.values()) < 0


def test_stated_issues_count_in_dollars(record, world, full):
    own = Issue("chips", "Chip licences", "", (
        Option("none", "none"), Option("some", "some", values={"USA": -2000.0, "CHN": 9000.0}),
    ))  # fmt: skip
    chosen = Agenda((own, *some(full, "us-ieepa-fentanyl").issues), ())
    found = packages(record, world, AS_OF, chosen)
    without, with_it = found.find([0, 0]), found.find([1, 0])
    moved = found.gains[with_it] - found.gains[without]
    assert moved == pytest.approx([-200000 / found.gdp_musd[0], 900000 / found.gdp_musd[1]])
    assert found.equilibria == 4  # three policies and no deal: stated values need no equilibrium


def test_political_weights_change_values_and_ones_do_not(record, world, full):
    chosen = some(full, "us-ieepa-fentanyl")
    plain = packages(record, world, AS_OF, chosen)
    weights = dict.fromkeys(world.sectors, 1.0)
    same = packages(record, world, AS_OF, chosen, governments={"USA": {"sector_weights": weights}})
    assert same.gains == pytest.approx(plain.gains, abs=1e-6)
    fiscal = packages(record, world, AS_OF, chosen, governments={"USA": {"revenue": 1.0}})
    assert fiscal.gains[2, 0] < plain.gains[2, 0] - 0.01  # it loses the duty it counts double
    assert fiscal.gains[:, 1] == pytest.approx(plain.gains[:, 1], abs=1e-6)


def test_the_limit_leaves_issues_as_they_are_and_says_so(record, world, full):
    chosen = some(full, "us-ieepa-fentanyl", "cn-general-2025")
    found = packages(record, world, AS_OF, chosen, limit=5)
    assert found.equilibria == 4
    assert found.fixed == ("Chinese additional tariff on all US goods",)


def test_thousands_of_packages_need_no_more_equilibria_than_policies(table):
    assert len(table.choices) == 3 * 4 * 3 * 3
    assert table.equilibria == 3 * 4 * 3 + 1
    assert table.failed == 0
    assert table.max_residual <= 1e-10


def test_own_issues_from_yaml(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(
        "issues:\n- id: soy\n  options:\n  - {id: a}\n  - {id: b, values: {USA: 10}}\n"
        "governments:\n  USA: {horizon_days: 365}\n"
    )
    issues, governments = load_issues(path, ("USA", "CHN"))
    assert issues[0].options[1].values == {"USA": 10}
    assert governments == {"USA": {"horizon_days": 365}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a", "issues"),
        ("issues:\n- {id: x}\n", "needs `id` and `options`"),
        ("issues:\n- {id: x, options: [{id: a}]}\n", "at least two"),
        ("issues:\n- {id: x, options: [{id: a}, {id: b, values: {FRA: 1}}]}\n", "FRA"),
        ("issues:\n- {id: x, options: [{id: a}, {id: b, values: {USA: much}}]}\n", "much"),
        ("governments: {FRA: {}}\n", "governments.FRA"),
        ("governments: {USA: {horizon_days: soon}}\n", "horizon_days"),
        ("issues: [\n", "mend the YAML"),
        ("issues: 2025-02-30", "not a day"),
        ("issues: " + "[" * 5000, "nested"),
    ],
)
def test_bad_files_are_named(tmp_path, text, words):
    path = tmp_path / "own.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=words) as error:
        load_issues(path, ("USA", "CHN"))
    assert "own.yaml" in str(error.value)


def test_empty_agenda_is_refused(record, world):
    with pytest.raises(InputError, match="nothing on the table"):
        packages(record, world, AS_OF, Agenda((), ()))


def test_values_are_finite(table):
    assert np.isfinite(table.gains).all()
    assert np.isfinite(table.income).all()
