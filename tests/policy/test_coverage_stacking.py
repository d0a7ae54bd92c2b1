"""How duties on one good add up: each stack kind, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from detente.policy.stacking import Layer, charge, taken

ONE = np.array([1.0])


def layer(rate: float, kind: str = "add", group: str = "", precedence: int = 0, share: float = 1.0):
    return Layer(rate, np.array([share]), ONE, kind, group, precedence)


def total(*layers: Layer, ordinary: float = 0.0) -> float:
    return float(charge(list(layers), np.array([[ordinary]]), np.array([0]))[0, 0])


def test_no_layer_is_no_duty() -> None:
    assert total() == 0.0


def test_added_layers_add_up() -> None:
    assert total(layer(0.2), layer(0.25), layer(0.075)) == pytest.approx(0.525)


def test_only_the_highest_of_a_max_group() -> None:
    assert total(layer(0.25, "max", "g"), layer(0.5, "max", "g"), layer(0.1)) == pytest.approx(0.6)


def test_precedence_decides_not_the_rate() -> None:
    steel, general = layer(0.25, "exclusive", "g", 3), layer(1.25, "exclusive", "g", 1)
    assert total(general, steel) == pytest.approx(0.25)


def test_a_zero_rate_of_higher_precedence_keeps_the_others_out() -> None:
    exempt, general = layer(0.0, "exclusive", "g", 2), layer(0.1, "exclusive", "g", 1)
    assert total(general, exempt) == 0.0


def test_content_pays_its_duty_and_the_rest_the_general_one() -> None:
    metal = layer(0.5, "content_share", "g", 3, share=0.4)
    general = layer(0.1, "exclusive", "g", 1)
    assert total(metal, general) == pytest.approx(0.4 * 0.5 + 0.6 * 0.1)


def test_two_contents_share_what_is_there() -> None:
    steel = layer(0.5, "content_share", "g", 3, share=0.5)
    aluminium = layer(0.5, "content_share", "g", 3, share=0.5)
    assert total(steel, aluminium, layer(0.1, "exclusive", "g", 1)) == pytest.approx(
        0.5 * 0.5 + 0.25 * 0.5 + 0.25 * 0.1
    )


def test_a_cap_tops_up_the_ordinary_duty_and_no_more() -> None:
    cap = layer(0.15, "cap_net_of_mfn")
    assert total(cap, ordinary=0.025) == pytest.approx(0.125)
    assert total(cap, ordinary=0.25) == 0.0


def test_a_cap_in_a_group_takes_its_turn() -> None:
    car, general = layer(0.15, "cap_net_of_mfn", "g", 6), layer(0.1, "exclusive", "g", 1)
    assert total(car, general, ordinary=0.025) == pytest.approx(0.125)
    assert total(car, layer(0.5, "exclusive", "g", 7), ordinary=0.025) == pytest.approx(0.5)


def test_groups_do_not_touch_each_other() -> None:
    assert total(
        layer(0.25, "exclusive", "301", 1), layer(1.0, "exclusive", "301", 2),
        layer(0.25, "exclusive", "232", 5), layer(1.25, "exclusive", "232", 1), layer(0.2),
    ) == pytest.approx(1.0 + 0.25 + 0.2)  # fmt: skip


def test_partners_and_goods_are_told_apart() -> None:
    only_first = Layer(0.1, np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    everyone = Layer(0.05, np.array([1.0, 1.0]), np.array([1.0, 1.0]))
    column = np.array([0, 1, 1])
    found = charge([only_first, everyone], np.zeros((2, 3)), column)
    assert found == pytest.approx(np.array([[0.15, 0.05, 0.05], [0.05, 0.05, 0.05]]))


def test_no_group_charges_more_than_the_whole_value() -> None:
    rng = np.random.default_rng(7)
    layers = [
        Layer(rng.random(), rng.random(4), np.ones(3), kind, "g", int(rng.integers(0, 3)))
        for kind in rng.choice(["exclusive", "content_share", "max"], 12)
    ]
    parts = sum(entry.part for entry in taken(layers))
    assert np.all(parts <= 1 + 1e-12)
