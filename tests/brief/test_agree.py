"""What could be agreed, on a small made-up world."""

from __future__ import annotations

import pytest

from detente.brief.agree import agreement
from detente.policy import Policy
from detente.world.synthetic import random_world


@pytest.fixture(scope="module")
def world():
    made = random_world(3, 3, seed=11)
    return made.relabel(regions=dict(zip(made.regions, ("USA", "CHN", "ROW"), strict=True)))


def test_high_tariffs_leave_room_for_a_deal(world) -> None:
    base = Policy.of(world)
    war = base.add_tariff(1.0, "USA", "CHN").add_tariff(1.0, "CHN", "USA")
    found = agreement(world, base, war.renamed("war"), ("USA", "CHN"), closure="world_share")
    assert found["agreement"]
    gains = found["solutions"][0]["gains_pct"]
    assert min(gains.values()) > 0
    assert {h["party"] for h in found["holds"]} == {"USA", "CHN"}
    assert any("Nash bargain" in text for text in found["text"])
    assert "Without a deal (war)" in found["text"][0]


def test_nobody_gives_up_what_it_has_for_nothing(world) -> None:
    # No deal is already the bargain itself: nothing is left to gain.
    base = Policy.of(world)
    war = base.add_tariff(1.0, "USA", "CHN").add_tariff(1.0, "CHN", "USA")
    deal = agreement(world, base, war, ("USA", "CHN"), closure="world_share")
    rates = {r["imposer"]: r["rate_pct"] / 100 for r in deal["solutions"][0]["tariffs"]}
    tariff = base.tariff.copy(deep=True)
    tariff.loc[{"exporter": "CHN", "importer": "USA"}] = rates["USA"]
    tariff.loc[{"exporter": "USA", "importer": "CHN"}] = rates["CHN"]
    agreed = Policy(tariff, base.export_tax, base.iceberg, base.cap, name="agreed")
    again = agreement(world, base, agreed, ("USA", "CHN"), closure="world_share")
    if again["agreement"]:
        assert max(again["solutions"][0]["gains_pct"].values()) < 1e-2
