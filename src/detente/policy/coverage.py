"""What the record's duties amount to on trade: product lists weighted by the trade they cover.

The shipped table (`data/coverage.npz`, made by tools/build_coverage.py) holds US imports of 2024 by
partner and cell, a cell being a sector, a signature (the set of product lists its codes are on) and
a bracket of the ordinary duty. A stack of duties is the same for all goods of a cell, so rates by
partner and sector are exact averages over ten-digit codes. Chinese lists come as shares of sectors.

Nothing is counted twice: the baseline tariffs of the world hold the duties collected in 2024, so
what is added is the stack on the day less the mean stack of 2024, on the same weights.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._text import plain
from ..errors import InputError
from ..record import products
from .stacking import Layer, charge

if TYPE_CHECKING:
    from ..record import Record
    from ..record.query import ComponentState
    from ..world import World

TABLE = Path(__file__).parent / "data" / "coverage.npz"
REGIONS = Path(__file__).parents[1] / "world" / "data" / "regions.csv"
USA, CHINA = "USA", "CHN"
BASE_YEAR = 2024
SERVICES = "services"
REST = "ROW"


@dataclass(frozen=True)
class Coverage:
    """The coverage table of one importer.

    partners: exporters with own weights. value: partners x cells, millions of USD.
    ordinary: partners x cells, ordinary duty as a fraction. column: the column of goods (signature
    or sector) of each cell; sector: the position of its sector. share: list id -> share of each
    column's value on the list. duty: partners x sectors, duties collected in BASE_YEAR.
    """

    importer: str
    partners: tuple[str, ...]
    sectors: tuple[str, ...]
    value: np.ndarray
    ordinary: np.ndarray
    column: np.ndarray
    sector: np.ndarray
    share: Mapping[str, np.ndarray]
    duty: np.ndarray
    listed: np.ndarray  # cells: False for chapters 98 and 99, which no duty reaches

    @cached_property
    def weights(self) -> np.ndarray:
        """Imports by partner and sector, millions of USD."""
        return self.by_sector(self.value)

    def of(self, *partners: str) -> Coverage:
        """The same table for some of the partners."""
        rows = [self.partners.index(p) for p in partners]
        return replace(
            self,
            partners=partners,
            value=self.value[rows],
            ordinary=self.ordinary[rows],
            duty=self.duty[rows],
        )

    def by_sector(self, amounts: np.ndarray) -> np.ndarray:
        """Sums over cells: partners x cells to partners x sectors."""
        out = np.zeros((len(amounts), len(self.sectors)))
        np.add.at(out.T, self.sector, amounts.T)
        return out

    def layer(self, state: ComponentState) -> Layer:
        """A component of the record as it meets this importer's goods."""
        share = self.covered(state.scope.list, state)
        for name in state.scope.minus:
            share = share * (1 - self.covered(name, state))
        stack, rate = state.stack, state.rate_pct / 100
        if stack.kind == "cap_net_of_mfn" and stack.cap_pct is not None:
            rate = min(rate, stack.cap_pct / 100)
        hits = np.array([state.hits(p) for p in self.partners])
        return Layer(rate, share, hits, stack.kind, stack.group, stack.precedence)

    def covered(self, name: str, state: ComponentState | None = None) -> np.ndarray:
        """Share of each column's value on a list (or in a sector of that name)."""
        found = self.share.get(name)
        if found is not None:
            return found
        of = f" of {plain(state.measure)}" if state else ""
        raise InputError(
            f"The product list {plain(name)!r}{of} has no coverage for imports of {self.importer}; "
            "use `all`, a sector's code, or a list of docs/coverage.md."
        )

    def charge(self, states: Iterable[ComponentState]) -> np.ndarray:
        """Additional duty of the components, fraction of the value, partners x cells."""
        layers = [self.layer(s) for s in states if s.imposer == self.importer]
        layers = [x for x in layers if x.hits.any()]
        return charge(layers, self.ordinary, self.column) * self.listed

    def rates(self, states: Iterable[ComponentState]) -> np.ndarray:
        """Additional duty, fraction, partners x sectors, weighted by trade.

        A partner that sells nothing in a sector has the rate of goods on no list.
        """
        states = tuple(states)
        charged = self.charge(states)
        rate = self.by_sector(charged * self.value) / np.maximum(self.weights, 1e-12)
        empty = self.weights <= 0
        return np.where(empty, self._unlisted(states), rate) if empty.any() else rate

    def _unlisted(self, states: Sequence[ComponentState]) -> np.ndarray:
        """Rates on goods of no narrow list, partners x sectors: what reaches whole sectors."""
        layers = []
        for state in (s for s in states if s.imposer == self.importer):
            name = state.scope.list
            share = np.array([float(name in self._broad or name == s) for s in self.sectors])
            layers.append(replace(self.layer(state), share=share))
        nothing = np.zeros((len(self.partners), len(self.sectors)))
        return charge(layers, nothing, np.arange(len(self.sectors)))

    @cached_property
    def _broad(self) -> frozenset[str]:
        return frozenset(p.id for p in products.lists().values() if p.source == products.EVERYTHING)


@cache
def _table() -> dict[str, np.ndarray]:
    with np.load(TABLE) as data:
        return {name: data[name] for name in data.files}


def about() -> dict[str, Any]:
    """Year, sources and hash of the shipped table."""
    return json.loads(str(_table()["about"]))


@cache
def american() -> Coverage:
    """US imports of 2024: the shipped table."""
    t = _table()
    names = [str(x) for x in t["lists"]]
    bits = np.unpackbits(t["signatures"], axis=1, count=len(names)).astype(bool)
    sectors = tuple(map(str, t["sectors"]))
    share: dict[str, np.ndarray] = {}
    for name, spec in products.lists().items():
        if spec.importer in ("", USA) and spec.source != products.SECTORS:
            own = bits[:, names.index(name)] if name in names else np.ones(len(bits), dtype=bool)
            for less in spec.less:
                own = own & ~bits[:, names.index(less)]
            share[name] = own * spec.share
    sector = t["cell_sector"].astype(int)
    # A column of goods is a signature; sectors named as lists need columns of their own.
    pairs, column = np.unique(
        np.stack([t["cell_signature"].astype(int), sector]), axis=1, return_inverse=True
    )
    share = {name: s[pairs[0]] for name, s in share.items()}
    for k, code in enumerate(sectors):
        share.setdefault(code, (pairs[1] == k).astype(float))
    return Coverage(
        importer=USA,
        partners=tuple(map(str, t["partners"])),
        sectors=sectors,
        value=t["value_musd"].astype(float),
        ordinary=t["ordinary"].astype(float),
        column=column.reshape(-1),
        sector=sector,
        share=share,
        duty=t["duty_musd"].astype(float),
        listed=(sector != len(sectors) - 1).astype(float),
    )


@cache
def chinese() -> Coverage:
    """Chinese imports from the United States: shares of sectors on lists, 2022 weights."""
    t = _table()
    sectors = tuple(str(x) for x in t["sectors"])[:-1]
    share = {
        str(n): s.astype(float) for n, s in zip(t["china_lists"], t["china_share"], strict=True)
    }
    weight, ordinary = t["china_weight"].astype(float), t["china_ordinary"].astype(float)
    return _by_sector(CHINA, (USA,), sectors, share, weight[None], ordinary[None])


def generic(importer: str, world: World) -> Coverage:
    """An importer without lists of its own: goods are the sectors of `world`, weights its flows."""
    partners = tuple(r for r in world.regions if r != importer)
    flows = world.flows.sel(importer=importer, exporter=list(partners)).values
    tariffs = world.tariffs.sel(importer=importer, exporter=list(partners)).values
    return _by_sector(importer, partners, world.sectors, {}, flows, tariffs)


def _by_sector(
    importer: str,
    partners: tuple[str, ...],
    sectors: tuple[str, ...],
    share: dict[str, np.ndarray],
    weight: np.ndarray,
    ordinary: np.ndarray,
) -> Coverage:
    count = len(sectors)
    share = {"all": np.ones(count), **share}
    for k, code in enumerate(sectors):
        share.setdefault(code, (np.arange(count) == k).astype(float))
    return Coverage(
        importer=importer,
        partners=partners,
        sectors=sectors,
        value=weight,
        ordinary=ordinary,
        column=np.arange(count),
        sector=np.arange(count),
        share=share,
        duty=weight * ordinary,
        listed=np.array([float(s != SERVICES) for s in sectors]),
    )


# ------------------------------------------------------------------ over time


def base(record: Record, coverage: Coverage) -> np.ndarray:
    """Mean additional duty of BASE_YEAR by the record, fraction, partners x sectors.

    The mean over days, so that a duty that began in the year counts for its part of it.
    """
    first, last = date(BASE_YEAR, 1, 1), date(BASE_YEAR + 1, 1, 1)
    total, day = np.zeros((len(coverage.partners), len(coverage.sectors))), first
    while day < last:
        states = record.components(day, imposer=coverage.importer)
        changes = [s.next_change for s in states if s.next_change and s.next_change > day]
        begins = [d for d in starts(record) if day < d]
        until = min([last, *changes, *begins])
        total += coverage.rates(states) * (until - day).days
        day = until
    return total / (last - first).days


def starts(record: Record, known: date | None = None) -> tuple[date, ...]:
    """Days on which something of a tariff changes by the acts known."""
    days = set()
    for line in record.lines(known):
        if line.measure.instrument == "tariff":
            for steps in (line.rate, line.suspended, line.force, line.scope):
                days |= {date.fromordinal(t // 1440) for t in steps.times if t > 1440}
    return tuple(sorted(days))


def additional(record: Record, components: Iterable[ComponentState], world: World) -> np.ndarray:
    """What `components` add to the baseline tariffs of `world`: exporter x importer x sector.

    Fractions of the value. For US imports, and Chinese imports from the United States, the change
    from the record's mean of BASE_YEAR, weighted by the trade of that year (2022 for China); for
    any other importer the change from the same mean on the sectors of the world. Home sales and
    services have none. Regions of the world are matched by their codes (`world/data/regions.csv`)
    or ISO3; a region that is neither gets the mean of partners that belong to no other. Sectors are
    matched by code; one that is not in the table gets the partner's mean over all goods.

    Raises:
        InputError: a component names a product list without coverage.
    """
    states = tuple(components)
    out = np.zeros((len(world.regions), len(world.regions), len(world.sectors)))
    for importer in dict.fromkeys(s.imposer for s in states):
        if importer not in world.regions:
            continue
        n = world.regions.index(importer)
        for coverage in _tables(importer, world):
            change = coverage.rates(states) - base_of(record, coverage)
            _place(out[:, n, :], coverage, change, world)
    for i in range(len(world.regions)):
        out[i, i, :] = 0
    return out


def _tables(importer: str, world: World) -> tuple[Coverage, ...]:
    if importer == USA:
        return (american(),)
    if importer == CHINA:
        return (chinese(),)
    return (generic(importer, world),)


_bases: dict[tuple[Any, ...], np.ndarray] = {}


def base_of(record: Record, coverage: Coverage) -> np.ndarray:
    """`base`, remembered: what-ifs do not reach back to BASE_YEAR."""
    key = (
        tuple(record.measures_by_id.values()),
        tuple(a for a in record.acts if not a.what_if),
        coverage.importer,
        coverage.partners,
        coverage.sectors,
        coverage.ordinary.tobytes(),
    )
    if key not in _bases:
        _bases[key] = base(record, coverage)
    return _bases[key]


def _place(out: np.ndarray, coverage: Coverage, change: np.ndarray, world: World) -> None:
    """Write partners x sectors into `out`, regions x sectors of `world`."""
    groups = partners_of(world.regions, coverage.partners)
    weights = coverage.weights
    for r, members in enumerate(groups):
        if not members or world.regions[r] == coverage.importer:
            continue
        w = weights[members]
        for s, code in enumerate(world.sectors):
            if code == SERVICES:
                continue
            if code in coverage.sectors:
                k = coverage.sectors.index(code)
                v = w[:, k] if w[:, k].sum() > 0 else np.ones(len(members))
                out[r, s] = np.average(change[members, k], weights=v)
            else:
                out[r, s] = np.average(change[members], weights=np.maximum(w, 1e-12))


def partners_of(regions: Sequence[str], partners: Sequence[str]) -> list[list[int]]:
    """Positions of the partners that belong to each region."""
    member = _members()
    owner: dict[str, int] = {}
    for r, region in enumerate(regions):
        for code in (region, *member.get(region, ())):
            owner.setdefault(code, r)
    rest = [r for r, region in enumerate(regions) if region == REST]
    other = rest or [r for r, g in enumerate(regions) if g not in member and g not in partners]
    groups: list[list[int]] = [[] for _ in regions]
    for p, partner in enumerate(partners):
        if partner in owner:
            groups[owner[partner]].append(p)
        else:
            for r in other:
                groups[r].append(p)
    return groups


def members(region: str) -> tuple[str, ...]:
    """ISO3 codes of the countries of a region of the shipped world; empty if it has none."""
    return _members().get(region, ())


@cache
def _members() -> dict[str, tuple[str, ...]]:
    """Region code -> ISO3 codes, from the world's regions."""
    return {row["code"]: tuple(row["icio"].split()) for row in products.rows(REGIONS)}
