"""The game solver against an oracle that enumerates whole paths, against nashpy, and in limits."""

from __future__ import annotations

import itertools

import nashpy
import numpy as np
import pytest

from detente.errors import InputError
from detente.talks.stages import Chance, Game, Move, NotConverged, Wait, solve


def random_tree(seed: int, types: tuple[int, int] = (2, 2), precision: float = 1.3):
    """Three moves (0, 1, 0) with a chance node in between; every history is a state of its own.

    Returns the game, and the tree as plain dictionaries for the oracle: node -> (kind, children).
    """
    rng = np.random.default_rng(seed)
    nodes: list[str] = [""]
    tree: dict[str, tuple[object, list[str]]] = {}
    layers: list[list[str]] = [[""]]
    kinds: list[object] = [0, "chance", 1, 0]
    for kind in kinds:
        layer = []
        for node in layers[-1]:
            children = [node + letter for letter in "xyz"[: 2 + (kind == 0)]]
            tree[node] = (kind, children)
            layer += children
        layers.append(layer)
        nodes += layer
    index = {name: k for k, name in enumerate(nodes)}
    chances = {node: rng.dirichlet([1.0, 1.0]) for node in layers[1]}
    pay = {leaf: rng.normal(size=(2, max(types))) * 2 for leaf in layers[-1]}
    toll = {(node, a): rng.normal(size=2) for node in layers[0] for a in range(3)}
    prior = rng.dirichlet(np.ones(types[0] * types[1])).reshape(types)

    stages = []
    for kind, layer in zip(kinds, layers, strict=False):
        at = np.array([index[node] for node in layer])
        to = np.array([[index[child] for child in tree[node][1]] for node in layer])
        if kind == "chance":
            stages.append(Chance(at, to, np.array([chances[n] for n in layer])[:, :, None]))
        else:
            reward = np.zeros((2, *to.shape, 1, 1))
            if layer == layers[0]:
                reward[:, 0, :, 0, 0] = np.array([toll["", a] for a in range(3)]).T
            stages.append(Move(int(str(kind)), at, to, reward))
    terminal = np.zeros((2, len(nodes), max(types), 1))
    for leaf, value in pay.items():
        terminal[:, index[leaf], :, 0] = value
    game = Game(
        tuple(nodes), 0, tuple(stages), prior[:, :, None], terminal, np.full((2, 1), precision)
    )
    return game, tree, chances, pay, toll, prior, precision


def oracle(tree, chances, pay, toll, prior, precision):
    """Behaviour at every (history, own type), by enumerating complete paths for both types."""
    k0, k1 = prior.shape
    leaves = list(pay)
    play = {
        (node, k): np.full(len(children), 1 / len(children))
        for node, (kind, children) in tree.items()
        if kind != "chance"
        for k in range(k0 if kind == 0 else k1)
    }

    def chance_of(path: str, types: tuple[int, int], skip: str | None) -> float:
        weight = prior[types]
        for depth in range(len(path)):
            node, step = path[:depth], "xyz".index(path[depth])
            if node == skip:
                continue
            kind = tree[node][0]
            weight *= chances[node][step] if kind == "chance" else play[node, types[kind]][step]
        return weight

    for _ in range(2000):
        change = 0.0
        for (node, own), old in list(play.items()):
            mover = tree[node][0]
            value, mass = np.zeros(len(old)), 0.0
            for types in itertools.product(range(k0), range(k1)):
                if types[mover] != own:
                    continue
                for leaf in leaves:
                    if not leaf.startswith(node):
                        continue
                    step = "xyz".index(leaf[len(node)])
                    weight = chance_of(leaf, types, node)
                    gain = pay[leaf][mover, own] + (toll["", step][mover] if node == "" else 0.0)
                    value[step] += weight * gain
                    mass += weight if step == 0 else 0.0
            scaled = precision * value / mass
            new = np.exp(scaled - scaled.max())
            new /= new.sum()
            new = 0.5 * old + 0.5 * new
            change = max(change, float(np.abs(new - old).max()))
            play[node, own] = new
        if change < 1e-12:
            return play
    raise AssertionError("the oracle did not converge")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_solver_agrees_with_enumeration_of_the_extensive_form(seed):
    game, tree, chances, pay, toll, prior, precision = random_tree(seed)
    solved = solve(game, tol=1e-12)
    expected = oracle(tree, chances, pay, toll, prior, precision)
    for stage, sigma in zip(game.stages, solved.strategies, strict=True):
        if sigma is None:
            continue
        for m, state in enumerate(stage.at):
            for k in range(sigma.shape[2]):
                found = sigma[m, :, k, 0]
                assert found == pytest.approx(expected[game.states[state], k], abs=1e-9)


def test_oracle_can_fail():
    game, tree, chances, pay, toll, prior, precision = random_tree(1)
    solved = solve(game)
    other = oracle(tree, chances, pay, toll, prior, precision * 1.05)
    assert np.abs(solved.strategies[0][0, :, 0, 0] - other["", 0]).max() > 1e-4


def leader_follower(matrix: np.ndarray, precision: float) -> Game:
    """Zero sum: player 0 picks a row in the open, player 1 then picks a column."""
    rows, columns = matrix.shape
    states = ("start", *(f"row {r}" for r in range(rows)))
    states += tuple(f"{r},{c}" for r in range(rows) for c in range(columns))
    first = Move(0, np.array([0]), np.arange(1, rows + 1)[None])
    leaves = 1 + rows + np.arange(rows * columns).reshape(rows, columns)
    second = Move(1, np.arange(1, rows + 1), leaves)
    terminal = np.zeros((2, len(states), 1, 1))
    terminal[0, 1 + rows :, 0, 0] = matrix.ravel()
    terminal[1] = -terminal[0]
    return Game(
        states, 0, (first, second), np.ones((1, 1, 1)), terminal, np.full((2, 1), precision)
    )


@pytest.mark.parametrize("seed", range(4))
def test_precise_players_reach_the_value_of_the_normal_form(seed):
    matrix = np.random.default_rng(seed).normal(size=(3, 3))
    plans = list(itertools.product(range(3), repeat=3))  # a column for every row seen
    normal = np.array([[matrix[r, plan[r]] for plan in plans] for r in range(3)])
    row, column = nashpy.Game(normal).linear_program()
    value = row @ normal @ column
    solved = solve(leader_follower(matrix, precision=400.0))
    assert solved.value[0, 0, 0, 0] == pytest.approx(value, abs=0.02)


def test_a_known_type_is_a_game_with_one_type():
    game, *_ = random_tree(5)
    sure = game.prior.copy()
    sure[:, 1] = 0
    sure /= sure.sum()
    wide = solve(Game(game.states, 0, game.stages, sure, game.terminal, game.precision))
    narrow = solve(Game(game.states, 0, game.stages, sure[:, :1], game.terminal, game.precision))
    assert wide.value[:, :, :1] == pytest.approx(narrow.value, abs=1e-10)


def test_equal_types_reveal_nothing():
    """When types do not matter to payoffs, beliefs must not either."""
    game, *_ = random_tree(6)
    terminal = np.repeat(game.terminal[:, :, :1], 2, axis=2)
    many = solve(Game(game.states, 0, game.stages, game.prior, terminal, game.precision))
    one = solve(
        Game(
            game.states,
            0,
            game.stages,
            np.ones((1, 1, 1)),
            terminal[:, :, :1],
            game.precision,
        )
    )
    assert np.ptp(many.value, axis=(1, 2)).max() < 1e-10
    assert many.value[:, :1, :1] == pytest.approx(one.value, abs=1e-10)


def test_batches_are_independent():
    first, *_ = random_tree(7, precision=0.5)
    second, *_ = random_tree(7, precision=2.0)
    both = Game(
        first.states,
        0,
        first.stages,
        first.prior,
        first.terminal,
        np.concatenate([first.precision, second.precision], axis=1),
    )
    together = solve(both).value
    assert together[..., :1] == pytest.approx(solve(first).value, abs=1e-8)
    assert together[..., 1:] == pytest.approx(solve(second).value, abs=1e-8)


def test_probability_is_conserved_and_stopping_is_a_first_passage():
    game, *_ = random_tree(8)
    solved = solve(game)
    for shares in solved.distribution():
        assert shares.sum() == pytest.approx(1, abs=1e-12)
    child = game.stages[0].to[0, 1]
    stopped = solved.distribution(stop=(int(child),))
    assert stopped[-1][child, 0] == pytest.approx(solved.distribution()[1][child, 0], abs=1e-12)


def test_waiting_discounts_and_pays_exactly():
    flow = np.zeros((2, 1, 1, 1))
    flow[0] = 3.0
    rate = np.array([[0.02], [0.0]])
    terminal = np.ones((2, 1, 1, 1))
    game = Game(
        ("only",), 0, (Wait(10.0, flow, rate),), np.ones((1, 1, 1)), terminal, np.ones((2, 1))
    )
    value = solve(game).value[:, 0, 0, 0]
    expected = np.exp(-0.2) + 3 * (1 - np.exp(-0.2)) / 0.02
    assert value == pytest.approx([expected, 1.0], rel=1e-12)


def test_refuses_what_is_no_game():
    with pytest.raises(InputError, match="twice"):
        Game(
            ("a", "b"),
            0,
            (Move(0, np.array([0, 0]), np.array([[1], [1]])),),
            np.ones((1, 1, 1)),
            np.zeros((2, 2, 1, 1)),
            np.ones((2, 1)),
        )
    with pytest.raises(InputError, match="no open action"):
        Game(
            ("a", "b"),
            0,
            (Move(0, np.array([0]), np.array([[-1, -1]])),),
            np.ones((1, 1, 1)),
            np.zeros((2, 2, 1, 1)),
            np.ones((2, 1)),
        )


def test_says_when_it_did_not_converge():
    game, *_ = random_tree(9)
    with pytest.raises(NotConverged):
        solve(game, tol=0.0, max_rounds=3)
