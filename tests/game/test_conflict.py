"""Games on small worlds against brute force, closed forms and an independent solver."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from detente.errors import InputError
from detente.game.bargain import bargains, nash_in_nash
from detente.game.conflict import Conflict
from detente.game.equilibrium import deviations, nash
from detente.game.government import Government
from detente.game.lashkaripour import uniform_tariffs
from detente.game.levers import frozen, instruments
from detente.game.play import optimum, outcome, over_draws, talks, war, would_hold
from detente.game.political import infer_weights
from detente.game.respond import best_response
from detente.policy import Policy
from detente.world import World
from detente.world.elasticities import elasticity_set
from detente.world.synthetic import random_world
from game.oracle_ossa import Ossa, random_ossa, symmetric_nash


def as_world(oracle: Ossa) -> World:
    n, _, s = oracle.T.shape
    regions, goods = [f"R{k + 1}" for k in range(n)], [f"G{k + 1}" for k in range(s)]
    labels = {"exporter": regions, "importer": regions, "sector": goods}
    return World.from_flows(
        xr.DataArray(oracle.T, labels),
        elasticity_set(goods, trade=oracle.sigma - 1),
        tariffs=xr.DataArray(oracle.t, labels),
        profit_share=xr.DataArray(
            np.broadcast_to(1 / oracle.sigma, (n, s)), {"region": regions, "sector": goods}
        ),
    )


def of_all(world: World, **options) -> Conflict:
    chosen = [i for r in world.regions for i in instruments(world, r, **options)]
    return Conflict(world, [Government(r) for r in world.regions], chosen, closure="zero")


@pytest.fixture(scope="module")
def oracle() -> Ossa:
    return random_ossa(3, 2, seed=4)


@pytest.fixture(scope="module")
def game(oracle: Ossa) -> Conflict:
    return of_all(as_world(oracle))


@pytest.fixture(scope="module")
def linked() -> World:
    """Inputs, nests that are not Cobb-Douglas, markups, tariffs, a critical input."""
    return random_world(
        3, 3, seed=2, max_tariff=0.1, max_profit=0.15, critical=1, cobb_douglas=False
    )


# ------------------------------------------------------------------ payoffs and slopes


def test_payoffs_are_the_textbook_solver_s(oracle: Ossa, game: Conflict) -> None:
    random = np.random.default_rng(0)
    x = 0.8 * random.random(len(game.owner))
    rates = game.levers.arrays(x)["tariff"]
    want = oracle.solve(rates)["welfare"]
    assert game.values(x) == pytest.approx(want, rel=1e-8)


GOVERNMENTS = {
    "income": Government("R001"),
    "weights": Government("R001", {"S01": 1.5, "S02": 0.7, "S03": 0.8}),
    "revenue": Government("R001", revenue=0.4),
    "security": Government("R001", security={"S02": 2e4}, rivals=("R003",)),
}


@pytest.mark.parametrize("which", list(GOVERNMENTS))
@pytest.mark.parametrize("by", ["flow", "sector", "uniform"])
def test_slopes_are_differences(linked: World, which: str, by: str) -> None:
    chosen = [
        *instruments(linked, "R001", by=by),
        *instruments(linked, "R001", "export_tax", sectors=["S02"], by=by),
        *instruments(linked, "R002", by=by, added=True),
        *instruments(linked, "R003", "export_cap", partners=["R001"], sectors=["S01"]),
    ]
    governments = [GOVERNMENTS[which], Government("R002"), Government("R003")]
    game = Conflict(linked, governments, chosen)
    random = np.random.default_rng(1)
    x = 0.1 + 0.3 * random.random(len(chosen))
    d = random.standard_normal(len(chosen))
    h = 1e-4
    want = (game.values(x + h * d) - game.values(x - h * d)) / (2 * h)
    got = game.gradients(x, np.eye(3))
    assert got @ d == pytest.approx(want, rel=1e-5, abs=1e-9)
    assert game.own_gradients(x) == pytest.approx(got[game.owner, np.arange(len(x))], abs=1e-14)


def test_sector_incomes_add_up_to_real_income(linked: World) -> None:
    plain = Conflict(linked, [Government("R001")], instruments(linked, "R001"))
    tilted = {"S01": 2.0, "S02": 0.5, "S03": 0.5}
    game = Conflict(linked, [Government("R001", tilted)], instruments(linked, "R001"))
    _, _, rest, mean = game.objectives._split(game.solution(game.start))
    assert np.isfinite(rest).all()
    assert np.isfinite(mean).all()
    ones = dict.fromkeys(tilted, 1.0)
    even = Conflict(linked, [Government("R001", ones)], instruments(linked, "R001"))
    x = game.start + 0.3
    assert even.values(x) == pytest.approx(plain.values(x), rel=1e-12)
    assert even.values(x) == pytest.approx(plain.real_income(x)[:1], rel=1e-12)


# --------------------------------------------------------------------- best responses


def test_grid_search_finds_no_better_response(oracle: Ossa) -> None:
    world = as_world(oracle)
    chosen = instruments(world, "R2", by="sector")
    game = Conflict(world, [Government("R2")], chosen, closure="zero")
    found = optimum(game, "R2")
    assert found.response.second_order < 0
    assert found.response.first_order < 1e-5

    def welfare(rates: tuple[float, float]) -> float:
        t = oracle.t.copy()
        for s, rate in enumerate(rates):
            t[[0, 2], 1, s] = rate
        return float(oracle.solve(t)["welfare"][1])

    best = welfare(tuple(found.response.x))
    assert best == pytest.approx(found.response.value, rel=1e-9)
    coarse = [(a, b) for a in np.linspace(0, 2, 14) for b in np.linspace(0, 2, 14)]
    assert max(map(welfare, coarse)) <= best + 1e-12
    near = found.response.x
    fine = [(near[0] + a, near[1] + b) for a in (-0.02, 0, 0.02) for b in (-0.02, 0, 0.02)]
    assert max(map(welfare, fine)) <= best + 1e-9


def test_bounds_and_frozen_instruments_bind(oracle: Ossa) -> None:
    world = as_world(oracle)
    free = optimum(of_all(world), "R1").response.x[:2]
    cut = float(free.min()) / 2
    game = Conflict(world, [Government("R1")], instruments(world, "R1", upper=cut), closure="zero")
    reply = optimum(game, "R1").response
    assert reply.x == pytest.approx(np.full(4, cut))
    assert reply.at_upper == 4
    held = frozen(instruments(world, "R1"), [0.1, 0.2, 0.3, 0.4])
    game = Conflict(world, [Government("R1")], held, closure="zero")
    assert optimum(game, "R1").response.x == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_export_tax_and_tariff_are_symmetric() -> None:
    """Lerner: of two countries, an export tax does what the same import tariff does."""
    world = random_world(2, 1, seed=3, input_share=0.0)
    by_tariff = Conflict(world, [Government("R001")], instruments(world, "R001"), closure="zero")
    by_tax = Conflict(
        world, [Government("R001")], instruments(world, "R001", "export_tax"), closure="zero"
    )
    one, two = optimum(by_tariff, "R001").response, optimum(by_tax, "R001").response
    assert one.x == pytest.approx(two.x, rel=1e-4)
    assert one.value == pytest.approx(two.value, rel=1e-9)


def test_a_cap_with_its_rents_does_what_the_export_tax_does(linked: World) -> None:
    tax = Conflict(
        linked,
        [Government("R003")],
        instruments(linked, "R003", "export_tax", partners=["R001"], sectors=["S02"]),
    )
    best = optimum(tax, "R003")
    assert best.response.x[0] > 0.01
    sold = tax.solution(best.response.x)
    at = (2, 0, 1)
    cost = np.exp(sold.point.log_cost[1, 2])
    quantity = sold.trade[at] / cost / tax.reference.trade[at]
    cap = Conflict(
        linked,
        [Government("R003")],
        instruments(linked, "R003", "export_cap", partners=["R001"], sectors=["S02"]),
    )
    found = optimum(cap, "R003")
    assert found.response.x[0] == pytest.approx(quantity, rel=1e-3)
    assert found.response.value == pytest.approx(best.response.value, rel=1e-8)


# ------------------------------------------------------------------------------- wars


@pytest.mark.parametrize(("openness", "sigma"), [(0.2, 4.0), (0.5, 6.0), (1.0, 3.0)])
def test_symmetric_war_is_the_closed_form(openness: float, sigma: float) -> None:
    flows = np.array([[1.0, openness], [openness, 1.0]])[:, :, None] * 100
    world = as_world(Ossa(flows, np.zeros_like(flows), np.array([sigma])))
    found = war(of_all(world))
    want = symmetric_nash(openness, sigma)
    assert [r.rate for r in found.outcome.rates] == pytest.approx([want, want], rel=1e-5)
    assert found.kind == "interior"
    assert max(found.eps_pct.values()) < 1e-7


@pytest.mark.parametrize("seed", [1, 5])
def test_lashkaripour_is_exact_for_two_countries(seed: int) -> None:
    """Without inputs or markups; at the optimum's shares, against a partner with tariffs."""
    world = random_world(2, 3, seed=seed, input_share=0.0, max_tariff=0.3, size_spread=3)
    game = Conflict(world, [Government("R001")], instruments(world, "R001"), closure="zero")
    best = optimum(game, "R001").response
    formula = uniform_tariffs(game.solution(best.x))[0]
    assert best.x == pytest.approx(np.full(3, formula), rel=1e-4)


def test_war_of_three_leaves_nothing_to_gain(oracle: Ossa, game: Conflict) -> None:
    found = war(game)
    assert found.kind == "interior"
    assert max(found.eps_pct.values()) < 1e-6
    x = found.outcome.x

    def own(player: int, rates: np.ndarray) -> float:
        y = x.copy()
        y[game.owner == player] = rates
        return float(oracle.solve(game.levers.arrays(y)["tariff"])["welfare"][player])

    random = np.random.default_rng(0)
    for player in range(3):
        mine = x[game.owner == player]
        here = own(player, mine)
        assert here == pytest.approx(game.values(x)[player], rel=1e-8)
        for _ in range(30):  # the textbook solver knows of no better reply either
            other = np.maximum(0, mine + random.normal(0, random.choice([0.05, 0.5]), len(mine)))
            assert own(player, other) <= here + 1e-10


def test_a_planted_deviation_is_found(game: Conflict) -> None:
    x = nash(game, game.start).x
    planted = np.where(game.owner == 1, 0.4 * x, x)
    found = deviations(game, planted)
    best = best_response(game, 1, planted)
    assert found.gains[1] == pytest.approx(np.full(3, best.gain), rel=1e-3)
    assert found.eps >= best.gain * (1 - 1e-3) > 1e-5


def test_autarky_is_told_from_an_interior_war(oracle: Ossa) -> None:
    world = as_world(oracle)
    chosen = [i for r in world.regions for i in instruments(world, r, lower=15.0, upper=20.0)]
    game = Conflict(world, [Government(r) for r in world.regions], chosen, closure="zero")
    assert war(game, starts=0).kind == "autarky"
    cut = of_all(world, upper=0.05)
    assert war(cut, starts=0).kind == "corner"


# ------------------------------------------------------------------------------ talks


def test_bargains_lie_where_their_axioms_say(game: Conflict) -> None:
    fight = nash(game, game.start)
    d = fight.values
    found = bargains(game, game.start, d)
    assert found.agreement
    by = {b.solution: b for b in found.solutions}
    product = {name: float(np.log(b.gains).sum()) for name, b in by.items()}
    assert product["nash"] >= max(product.values()) - 1e-9
    spread = by["kalai_smorodinsky"].gains / found.ideal
    assert spread == pytest.approx(np.full(3, spread[0]), rel=1e-3)
    assert by["egalitarian"].gains.min() == pytest.approx(found.common, rel=1e-6)
    assert by["egalitarian"].gains.min() >= max(b.gains.min() for b in by.values()) - 1e-7
    # no random deal gives every party more than a bargain gives it
    random = np.random.default_rng(0)
    for _ in range(300):
        y = np.clip(by["nash"].x + random.normal(0, 0.1, len(game.owner)), 0, 3)
        assert not (game.values(y) > by["nash"].values + 1e-9).all()


def test_bargaining_weight_helps(game: Conflict) -> None:
    d = nash(game, game.start).values
    even = bargains(game, game.start, d, solutions=("nash",)).solutions[0]
    strong = bargains(game, game.start, d, weights=[3, 1, 1], solutions=("nash",)).solutions[0]
    assert strong.gains[0] > even.gains[0] + 1e-6
    assert strong.gains[1] < even.gains[1] + 1e-9


def test_no_zone_of_agreement_is_said(game: Conflict) -> None:
    deal = bargains(game, game.start, np.ones(3), solutions=("egalitarian",)).solutions[0]
    found = bargains(game, deal.x, deal.values + 1e-3)
    assert not found.agreement
    assert found.solutions == ()


def test_mfn_constrained_bargains_gain_no_more(oracle: Ossa) -> None:
    world = as_world(oracle)
    free, bound = of_all(world), of_all(world, by="sector")
    d = np.ones(3)
    more = bargains(free, free.start, d, solutions=("egalitarian",)).common
    less = bargains(bound, bound.start, d, solutions=("egalitarian",)).common
    assert 0 < less <= more + 1e-8


def test_nash_in_nash_leaves_no_pair_a_better_bargain(game: Conflict) -> None:
    levers, players = game.levers.list, game.players
    pairs = [(0, 1), (0, 2), (1, 2)]
    mutual = [
        np.array([{i.owner, i.partner} == {players[a], players[b]} for i in levers])
        for a, b in pairs
    ]
    start = game.start
    x, rounds = nash_in_nash(game, start, pairs, mutual, tol=1e-4)
    assert rounds < 30
    for pair, free in zip(pairs, mutual, strict=True):
        who = list(pair)
        apart = np.where(free, start, x)
        d = game.values(apart)[who]
        again = bargains(game, apart, d, who, solutions=("nash",), free=free)
        here = game.values(x)[who] - d
        if again.solutions:
            assert np.log(here).sum() >= np.log(again.solutions[0].gains).sum() - 1e-3
        else:
            assert here == pytest.approx(np.zeros(2), abs=1e-6)


def test_talks_say_what_would_hold(oracle: Ossa) -> None:
    world = as_world(oracle)
    pair = ("R1", "R2")
    chosen = [
        *instruments(world, "R1", partners=["R2"]),
        *instruments(world, "R2", partners=["R1"]),
    ]
    game = Conflict(world, [Government(p) for p in pair], chosen, closure="zero")
    found = talks(game, points=4)
    assert found.where == "war"
    assert len(found.outcomes) == 3
    assert (np.diff(found.frontier[:, 1]) >= -1e-4).all()  # from one ideal to the other
    assert (np.diff(found.frontier[:, 0]) <= 1e-4).all()
    for hold in found.holds:
        assert hold.breach >= hold.keep - 1e-9
        if hold.breach > hold.keep and hold.punished < hold.keep:
            want = (hold.breach - hold.keep) / (hold.breach - hold.punished)
            assert hold.critical_discount_factor == pytest.approx(want)
        assert (hold.transfer_pct == 0) == hold.holds
    # the war itself tempts nobody
    for hold in would_hold(game, found.war.outcome.x, "war", found.war):
        assert hold.breach - hold.keep < 1e-5
    said = outcome(game, found.outcomes[0].x, "again")
    assert said.losers == tuple(
        sorted(
            (r for r, v in said.real_income_pct.items() if v < -1e-6),
            key=lambda r: said.real_income_pct[r],
        )
    )


def test_a_policy_can_be_the_disagreement_point(oracle: Ossa) -> None:
    world = as_world(oracle)
    game = of_all(world)
    high = Policy.of(world).add_tariff(0.5, ["R1", "R2"], ["R1", "R2"], name="lapse")
    found = talks(game, disagreement=high, points=0)
    t = oracle.t.copy()
    t[0, 1] += 0.5
    t[1, 0] += 0.5
    want = oracle.solve(t)["welfare"]
    assert found.where == "lapse"
    assert list(found.disagreement.values()) == pytest.approx(100 * (want - 1), abs=1e-7)


# -------------------------------------------------------------------- weights, draws


def test_weights_that_made_tariffs_optimal_are_found_again(oracle: Ossa) -> None:
    world = as_world(random_ossa(3, 4, seed=7))
    true = {"G1": 1.25, "G2": 0.8, "G3": 1.05, "G4": 0.9}

    def make(weights):
        chosen = instruments(world, "R1", by="sector", upper=5.0)
        return Conflict(world, [Government("R1", weights)], chosen, closure="zero")

    tariffs = optimum(make(true), "R1").response.x
    found = infer_weights(make({}), tariffs, tol=1e-4, rounds=30)
    assert found.rms < 1e-3
    assert found.weights == pytest.approx(true, abs=0.02)


def test_draws_give_signs_and_intervals(linked: World) -> None:
    worlds = [linked.with_elasticities(elasticity_set(linked.sectors, trade=t)) for t in (3, 5, 8)]

    def make(world: World) -> Conflict:
        return Conflict(world, [Government("R001")], instruments(world, "R001", by="uniform"))

    said = over_draws(make, worlds, lambda g: {"gain": 100 * optimum(g, "R001").response.gain})
    row = said["gain"]
    assert row["draws"] == 3
    assert row["failed"] == 0
    assert row["p05"] <= row["p50"] <= row["p95"]
    assert row["positive"] == 1.0


# --------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda w: Conflict(w, [Government("XXX")], []), "player 'XXX' is not in this world"),
        (lambda w: Conflict(w, [], []), "at least one player"),
        (lambda w: Conflict(w, [Government("R001")] * 2, []), "named twice"),
        (lambda w: Conflict(w, [Government("R001", {"S01": 2.0})], []), "average 1"),
        (lambda w: Conflict(w, [Government("R001", {"S01": -1.0})], []), "zero or more"),
        (lambda w: Conflict(w, [Government("R001", {"S99": 1.0})], []), "S99"),
        (lambda w: Conflict(w, [Government("R001", security={"S01": 1})], []), "rivals"),
        (lambda w: Conflict(w, [Government("R001")], instruments(w, "R002")), "no player"),
        (
            lambda w: Conflict(
                w, [Government("R001")], [*instruments(w, "R001"), *instruments(w, "R001")]
            ),
            "same flow",
        ),
        (lambda w: instruments(w, "XXX"), "XXX"),
        (lambda w: instruments(w, "R001", "quota"), "quota"),
        (lambda w: instruments(w, "R001", by="moon"), "moon"),
        (lambda w: instruments(w, "R001", partners=["R001"]), "itself"),
        (lambda w: instruments(w, "R001", lower=0.5, upper=0.1), "Bounds"),
        (lambda w: instruments(w, "R001", lower=-1.5), "above -1"),
        (lambda w: instruments(w, "R001", upper=math.inf), "finite"),
        (lambda w: instruments(w, "R001", "export_cap", added=True), "level"),
        (lambda w: instruments(w, "R001", sectors=["S99"]), "S99"),
    ],
)
def test_bad_input_is_one_sentence(linked: World, make, words: str) -> None:
    with pytest.raises(InputError, match=words) as error:
        make(linked)
    assert str(error.value).count("\n") == 0


def test_no_trade_behind_an_instrument(linked: World) -> None:
    flows = linked.flows.copy(deep=True)
    flows.loc[{"exporter": "R002", "importer": "R001"}] = 0
    empty = World.from_flows(flows, linked.elasticities)
    with pytest.raises(InputError, match="no trade with R002"):
        instruments(empty, "R001", partners=["R002"])
    some = replace(linked)
    assert len(instruments(some, "R001", partners=["R002"])) == 3


def test_a_nearby_factorisation_gives_the_same_slopes(
    linked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = instruments(linked, "R001")
    direct = Conflict(linked, [Government("R001")], chosen)
    monkeypatch.setattr("detente.game.conflict.LARGE", 1)
    reused = Conflict(linked, [Government("R001")], chosen)
    one = np.ones((1, 1))
    reused.gradients(reused.start, one)
    assert reused._factorised is not None
    far = reused.start + 0.4
    assert reused.gradients(far, one) == pytest.approx(direct.gradients(far, one), rel=1e-5)
