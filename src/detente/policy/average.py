"""Average tariffs each way, on a day or as a series of steps, weighted by trade.

US imports: what was collected in 2024 on the partner's goods, plus the change of the record's
duties since (see `coverage`), on the imports of 2024, goods without a sector included. Chinese
imports from the United States: ordinary duties plus the record's statutory duties, waivers not
counted, on the flows of 2022. Fixed weights: trade that a duty ends keeps its weight.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .._text import plain
from ..errors import InputError
from ..record import products
from .coverage import CHINA, USA, Coverage, american, base_of, chinese, starts

if TYPE_CHECKING:
    from ..record import ComponentState, Record

WORLD = "WLD"
PUBLISHED = Path(__file__).parent / "data" / "published_averages.csv"
DEFINITIONS = {
    USA: "duties collected in 2024 and the record's change since, on imports of 2024",
    CHINA: "ordinary duties and the record's duties, waivers not counted, on flows of 2022",
}


@dataclass(frozen=True)
class Average:
    """The average tariff of `importer` on goods of `exporter`, percent of the value.

    base_pct: of the base year (USA) or the ordinary duty (China); added_pct: what the record adds.
    """

    importer: str
    exporter: str
    on: date
    average_pct: float
    base_pct: float
    added_pct: float

    @property
    def definition(self) -> str:
        return DEFINITIONS[self.importer]


@dataclass(frozen=True)
class Published:
    """A figure of another series (`piie` or `tracker`), for comparison only."""

    date: date
    importer: str
    exporter: str
    series: str
    average_pct: float
    source: str


def averages(
    record: Record,
    on: date,
    known: date | None = None,
    pairs: tuple[tuple[str, str], ...] = ((USA, CHINA), (CHINA, USA)),
) -> tuple[Average, ...]:
    """Averages on `on` as known on `known` for pairs (importer, exporter); pairs without weights
    are left out."""
    return tuple(_average(record, pair, on, known) for pair in pairs if has_weights(*pair))


def series(
    record: Record,
    start: date,
    end: date,
    known: date | None = None,
    pairs: tuple[tuple[str, str], ...] = ((USA, CHINA), (CHINA, USA)),
) -> tuple[Average, ...]:
    """Averages from `start` to `end`, both included: one at the start and one at each change.

    Raises InputError where `end` comes before `start`.
    """
    if end < start:
        raise InputError(f"--to {end} comes before --from {start}; swap them.")
    days = [start, *(d for d in starts(record, known) if start < d <= end)]
    out: list[Average] = []
    for pair in pairs:
        if not has_weights(*pair):
            continue
        last: Average | None = None
        for day in days:
            now = _average(record, pair, day, known)
            if last is None or abs(now.average_pct - last.average_pct) > 1e-9:
                out.append(now)
                last = now
    return tuple(out)


def has_weights(importer: str, exporter: str) -> bool:
    """Whether the shipped table weighs the goods of `exporter` (WLD: all) in `importer`."""
    return (importer == USA and exporter in (WORLD, *american().partners)) or (
        importer == CHINA and exporter == USA
    )


@cache
def published() -> tuple[Published, ...]:
    """What PIIE and the Trade War Redux tracker published, with their sources."""
    return tuple(
        Published(
            date.fromisoformat(r["date"]),
            r["importer"],
            r["exporter"],
            r["series"],
            float(r["average_pct"]),
            r["source"],
        )
        for r in products.rows(PUBLISHED)
    )


def average_of(
    record: Record, components: Iterable[ComponentState], importer: str, exporter: str
) -> float:
    """The average, percent of the value, under tariff `components` of a day or a what-if."""
    base, added = _parts(record, components, importer, exporter)
    return 100 * (base + added)


def _average(record: Record, pair: tuple[str, str], on: date, known: date | None) -> Average:
    base, added = _parts(record, record.components(on, known, pair[0]), *pair)
    return Average(*pair, on, 100 * (base + added), 100 * base, 100 * added)


def _parts(
    record: Record, components: Iterable[ComponentState], importer: str, exporter: str
) -> tuple[float, float]:
    """Base and what the record adds, as fractions of the value."""
    coverage = _one(importer, exporter)
    rates = coverage.rates(c for c in components if c.imposer == importer)
    if importer == USA:
        rates = rates - base_of(record, coverage)
    total = coverage.weights.sum()
    return float(coverage.duty.sum() / total), float(np.sum(rates * coverage.weights) / total)


@cache
def _one(importer: str, exporter: str) -> Coverage:
    table = american() if importer == USA else chinese()
    if importer == USA and exporter == WORLD:
        return table
    if exporter not in table.partners:
        raise InputError(
            f"There are no weights for goods of {plain(exporter)} in {plain(importer)}; the table "
            f"has {', '.join(table.partners)}."
        )
    return table.of(exporter)
