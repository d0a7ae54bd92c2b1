"""Recorded export controls as quantity caps, by a stated and sourced rule.

`data/controls.yaml` says which regimes there are, what was observed under each, and which recorded
measure falls under which. The cap is the observed quantity over that of a year earlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from .._text import plain
from ..errors import InputError

if TYPE_CHECKING:
    from ..record import Record
    from ..world import World

HORIZONS = ("short", "medium", "long")


@dataclass(frozen=True)
class Control:
    """A recorded control in force: which flows it caps and at what quantity.

    `quantity` maps importer (or `other`) to quantity relative to the year before, at most 1.
    """

    measure: str
    title: str
    exporter: str
    importers: tuple[str, ...] | None  # None: all
    sectors: tuple[str, ...]
    regime: str
    quantity: dict[str, float]

    def text(self) -> str:
        shown = ", ".join(f"{who} {q:.2f}" for who, q in self.quantity.items())
        return (
            f"{self.title}: {self.regime.replace('_', ' ')}, quantity at most {shown} of the "
            "baseline"
        )


@cache
def _rules() -> dict[str, Any]:
    return yaml.safe_load((files("detente.policy") / "data" / "controls.yaml").read_text("utf-8"))


def costed_measures() -> frozenset[str]:
    """Measures that a rule turns into a cap when they are in force."""
    return frozenset(rule["measure"] for rule in _rules()["controls"])


def quantity(regime: str, partner: str, horizon: str) -> float:
    """The cap of `regime` on sales to `partner` (USA or other) at `horizon`, at most 1.

    Raises:
        InputError: there is no such regime or horizon.
    """
    rules = _rules()
    for kind, given, known in (
        ("control regime", regime, rules["regimes"]),
        ("horizon", horizon, rules["persistence"]),
    ):
        if given not in known:
            raise InputError(
                f"There is no {kind} {plain(given)!r}; choose one of {', '.join(known)}."
            )
    partners = rules["regimes"][regime]["partners"]
    seen = partners.get(partner, partners["other"])
    ratio = min(1.0, float(np.mean(seen["observed"]) / np.mean(seen["earlier"])))
    return 1.0 - rules["persistence"][horizon] * (1.0 - ratio)


def controls(
    record: Record, on: date, known: date | None = None, horizon: str = "medium"
) -> tuple[tuple[Control, ...], tuple[str, ...]]:
    """Controls in force on `on`: those with a rule, and the titles of those not costed."""
    costed: list[Control] = []
    uncosted: list[str] = []
    components = [
        c
        for instrument in ("export_control", "entity_list", "port_fee", "investment_restriction")
        for c in record.components(on, known, instrument=instrument)
        if c.status in ("in_force", "partly_suspended")
    ]
    rules = _rules()["controls"]
    for measure in dict.fromkeys(c.measure for c in components):
        states = [c for c in components if c.measure == measure]
        rule = next((r for r in rules if r["measure"] == measure), None)
        if rule is None:
            uncosted.append(states[0].title)
            continue
        state = next((c for c in states if rule.get("component", c.component) == c.component), None)
        if state is None:  # only parts of it that the rule does not cap are in force
            continue
        age = (on - state.since).days if state.since else 0
        regime = rule["first"] if age < rule["first_days"] else rule["later"]
        costed.append(
            Control(
                measure=measure,
                title=state.title,
                exporter=state.imposer,
                importers=tuple(rule["importers"]) if "importers" in rule else None,
                sectors=tuple(rule["sectors"]),
                regime=regime,
                quantity={p: quantity(regime, p, horizon) for p in ("USA", "other")},
            )
        )
    return tuple(costed), tuple(dict.fromkeys(uncosted))


def apply(cap: np.ndarray, world: World, found: tuple[Control, ...]) -> np.ndarray:
    """`cap` (exporter, importer, sector) lowered to what the controls allow; others untouched."""
    out = cap.copy()
    regions, sectors = list(world.regions), list(world.sectors)
    for control in found:
        if control.exporter not in regions:
            continue
        i = regions.index(control.exporter)
        for n, importer in enumerate(regions):
            if n == i or (control.importers is not None and importer not in control.importers):
                continue
            allowed = control.quantity.get(importer, control.quantity["other"])
            if allowed >= 1:  # at or above what was sold: no restriction
                continue
            for k in (sectors.index(s) for s in control.sectors if s in sectors):
                out[i, n, k] = min(out[i, n, k], allowed)
    return out
