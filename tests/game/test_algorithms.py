"""The algorithms on games with known answers: no trade in here."""

from __future__ import annotations

import numpy as np
import pytest

from detente.game.climb import climb
from detente.game.equilibrium import deviations, nash
from detente.game.ray import farthest
from detente.game.respond import best_response
from detente.game.settle import NotSettled, settle


class Cournot:
    """n firms, price a - b sum q, unit costs c: u_i = q_i (a - b sum q - c_i)."""

    def __init__(self, costs, a=10.0, b=1.0, upper=20.0) -> None:
        self.c, self.a, self.b = np.asarray(costs, float), a, b
        n = len(self.c)
        self.players = tuple(f"firm {i}" for i in range(n))
        self.owner = np.arange(n)
        self.lower, self.upper = np.zeros(n), np.full(n, upper)

    def values(self, x):
        return x * (self.a - self.b * x.sum() - self.c)

    def jacobian(self, x):
        return np.diag(self.a - self.b * x.sum() - self.c) - self.b * x[:, None]

    def gradients(self, x, weights):
        return weights @ self.jacobian(x)

    def own_gradients(self, x):
        return np.diag(self.jacobian(x))

    def curvature(self, x, weights=None):
        # deliberately not the true 2 b: a guess may be off
        scale = np.ones(len(x)) if weights is None else np.abs(weights).max()
        return 3.0 * self.b * scale * np.ones(len(x))


def test_cournot_nash_is_the_closed_form() -> None:
    game = Cournot([1.0, 1.0, 1.0])
    found = nash(game, np.array([5.0, 0.1, 0.1]))
    assert found.x == pytest.approx([9 / 4] * 3, abs=1e-6)
    assert deviations(game, found.x).eps < 1e-10


def test_cournot_with_a_firm_priced_out_ends_on_its_bound() -> None:
    game = Cournot([1.0, 9.0])
    found = nash(game, np.array([1.0, 1.0]))
    assert found.x == pytest.approx([4.5, 0.0], abs=1e-6)
    reply = best_response(game, 1, np.array([1.0, 1.0]))
    assert reply.x[1] == pytest.approx(0.0, abs=1e-7)
    assert reply.at_lower == 1


def test_a_planted_deviation_is_found() -> None:
    game = Cournot([1.0, 1.0])
    planted = np.array([3.0, 1.0])  # firm 1 should answer 3, at which firm 0 has nothing to gain
    found = deviations(game, planted)
    assert found.gains[1].max() == pytest.approx(4.0, abs=1e-6)  # (9 - 3)^2 / 4 less 1 (9 - 4)
    assert found.eps == pytest.approx(4.0, abs=1e-6)
    assert found.best[1][1] == pytest.approx(3.0, abs=1e-4)
    assert best_response(game, 1, planted).gain == pytest.approx(4.0, abs=1e-9)


class TwoPeaks:
    """One player; u has a peak of height 1 near 1 and one of height 2 near 3."""

    players = ("only",)
    owner = np.array([0])
    lower, upper = np.array([-2.0]), np.array([6.0])

    def values(self, x):
        return np.array([np.exp(-4 * (x[0] - 1) ** 2) + 2 * np.exp(-4 * (x[0] - 3) ** 2)])

    def gradients(self, x, weights):
        low, high = np.exp(-4 * (x[0] - 1) ** 2), np.exp(-4 * (x[0] - 3) ** 2)
        return weights * (-8 * (x[0] - 1) * low - 16 * (x[0] - 3) * high)

    def own_gradients(self, x):
        return self.gradients(x, np.ones((1, 1)))[0]

    def curvature(self, x, weights=None):
        return np.array([16.0])


def test_several_starts_find_the_better_of_two_peaks() -> None:
    game = TwoPeaks()
    stuck = best_response(game, 0, np.array([0.7]))
    assert stuck.x == pytest.approx([1.0], abs=1e-3)
    assert stuck.second_order < 0  # a local maximum, which is all that first and second order say
    search = deviations(game, stuck.x, starts=12, seed=1)
    assert search.eps == pytest.approx(1.0, abs=1e-3)


def test_second_order_tells_a_minimum() -> None:
    game = TwoPeaks()
    x = np.array([1.95])
    for _ in range(60):  # Newton's method to the trough between the peaks
        h = 1e-5
        g, up = game.own_gradients(x), game.own_gradients(x + h)
        x = x - g / ((up - g) / h)
    assert 1.5 < x[0] < 2.5
    reply = best_response(game, 0, x)
    assert reply.second_order > 0


class Quadratic:
    """u_p = gain_p . x - |x|^2 / 2: the frontier is known from its weighted sums."""

    def __init__(self, gain, lower=-9.0, upper=9.0) -> None:
        self.gain = np.asarray(gain, float)
        n = self.gain.shape[1]
        self.players = tuple(map(str, range(len(self.gain))))
        self.owner = np.arange(n) % len(self.gain)
        self.lower, self.upper = np.full(n, lower), np.full(n, upper)

    def values(self, x):
        return self.gain @ x - 0.5 * x @ x

    def gradients(self, x, weights):
        return weights @ (self.gain - x)

    def own_gradients(self, x):
        return self.gain[self.owner, np.arange(len(x))] - x

    def curvature(self, x, weights=None):
        return np.full(len(x), 1.0 if weights is None else weights.sum())


@pytest.mark.parametrize("direction", [(1.0, 1.0), (2.0, 1.0), (1.0, 0.0), (0.0, 1.0)])
@pytest.mark.parametrize("lower", [-9.0, 0.4])
def test_ray_meets_the_frontier_where_a_fine_grid_does(direction, lower: float) -> None:
    game = Quadratic([[2.0, 0.3], [-0.5, 1.5]], lower=lower)
    found = farthest(game, np.array([0.5, 0.5]), np.zeros(2), np.array(direction))
    axis = np.linspace(max(lower, -1), 2.5, 1401)
    x = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    u = x @ game.gain.T - 0.5 * (x * x).sum(axis=1, keepdims=True)
    d = np.array(direction)
    allowed = (u[:, d == 0] >= -1e-12).all(axis=1)
    best = (u[:, d > 0] / d[d > 0]).min(axis=1)[allowed].max()
    assert found.z == pytest.approx(best, abs=2e-3)
    assert (found.values - found.z * d >= -1e-7).all()
    assert found.weights @ d == pytest.approx(1.0)


def test_climb_agrees_with_settle_on_a_box() -> None:
    random = np.random.default_rng(0)
    A = random.standard_normal((8, 8))
    H = A @ A.T + np.eye(8)
    b = 4 * random.standard_normal(8)
    lower, upper = np.full(8, -0.5), np.full(8, 0.5)
    top = climb(
        lambda x: (float(b @ x - 0.5 * x @ H @ x), b - H @ x),
        np.zeros(8), lower, upper, np.diag(H),
    )  # fmt: skip
    done = settle(lambda x: (b - H @ x, np.diag(H)), np.zeros(8), lower, upper)
    assert top.x == pytest.approx(done.x, abs=1e-5)
    assert (done.x == upper).any() or (done.x == lower).any()


def test_it_ends_on_a_kink() -> None:
    # two parameters: the first gains steeply up to 0.3 and loses slowly beyond, as where a quota
    # stops binding; the second follows the first
    def field(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        first = 1.6 if x[0] < 0.3 else -0.05 * (1 + x[0])
        return np.array([first, x[0] - x[1]]), np.array([2.0, 1.0])

    done = settle(field, np.array([0.9, 0.0]), np.zeros(2), np.full(2, 3.0))
    assert done.x == pytest.approx([0.3, 0.3], abs=1e-5)


def test_a_search_cut_short_says_so() -> None:
    game = Cournot([1.0, 1.0, 1.0])
    with pytest.raises(NotSettled, match="after 3 gradients"):
        nash(game, np.array([9.0, 0.1, 0.1]), max_iter=3)
