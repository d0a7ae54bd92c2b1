"""From a world's accounts to the arrays the equations need, and from a policy to its flows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import nest
from .equations import Caps, Flows, Shape, Technology
from .errors import CutOff, NoSupply

Array = np.ndarray
ELASTICITIES = ("trade", "value_added", "inputs", "critical", "final")
ROUNDING = 1e-12  # of a region's trade


@dataclass(frozen=True)
class Accounts:
    """A balanced baseline as plain arrays, axes as in `World`."""

    flows: Array
    input_use: Array
    final_use: Array
    tariffs: Array
    export_taxes: Array
    profit_share: Array
    critical: tuple[int, ...] = ()


@dataclass(frozen=True)
class Baseline:
    """What policies change: [s, importer, exporter] arrays, and the unit of account.

    share: pi; flows: z in units of world labour income; tariff, export_tax: baseline rates;
    abroad [N, N]: False for home sales; unit: world labour income in the world's currency;
    income, deficit [N]: the world's own; needed [S, N]: positive expenditure.
    """

    share: Array
    flows: Array
    tariff: Array
    export_tax: Array
    unit: float
    income: Array
    deficit: Array
    needed: Array

    @cached_property
    def blocs(self) -> Array:
        """Trade blocs of the world as it is, [C, N]."""
        return _trade_blocs(self.flows)


def _trade_blocs(flows: Array) -> Array:
    """Sets of regions that trade with each other, directly or not, as indicators [C, N]."""
    from scipy.sparse.csgraph import connected_components

    trades = np.asarray((flows > 0).any(axis=0))
    if trades.all():
        return np.ones((1, len(trades)))
    return _indicator(np.asarray(connected_components(trades, connection="weak")[1]))


def _adding_up(deficit: Array, size: Array, blocs: Array) -> Array:
    """Deficits that add up to zero in each trade bloc; the gap is shared out by size.

    By size, because the rounding of a large region would be a deficit of a small one. A deficit
    that is itself rounding is none: a region whose wage collapses could not pay even that.
    """
    deficit = np.where(np.abs(deficit) <= ROUNDING * size, 0.0, deficit)
    weight = blocs * np.where(deficit != 0, size, 0.0)
    weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
    return deficit - (blocs @ deficit) @ weight


def technology(
    accounts: Accounts, elasticities: Mapping[str, Array], *, closure: str
) -> tuple[Shape, Technology, Baseline]:
    """The equations' arrays for a world at one elasticity set and deficit closure.

    Accounts may be off by rounding (a World is checked to 1e-9): flows, taxes and input use are
    taken as given, and final use and value added as what they leave, so that the baseline solves
    the equations to rounding.
    """
    swapped = (2, 1, 0)
    flows = np.ascontiguousarray(accounts.flows.transpose(swapped))
    tariff = np.ascontiguousarray(accounts.tariffs.transpose(swapped))
    tax = np.ascontiguousarray(accounts.export_taxes.transpose(swapped))
    markup = np.ascontiguousarray(accounts.profit_share.T)
    output = flows.sum(axis=1)
    border = flows * (1 + tax)
    bought = border * (1 + tariff)
    spend = bought.sum(axis=2)
    use = _fitting(accounts.input_use, (1 - markup.T) * output.T, spend.T)
    final = np.maximum(spend.T - use.sum(axis=2), 0.0)
    final[final < 1e-12 * spend.T] = 0.0
    cost = (1 - markup.T) * output.T
    labour_ns = np.maximum(cost - use.sum(axis=1), 0.0)
    labour = labour_ns.sum(axis=1)
    unit = float(labour.sum()) or 1.0
    income = final.sum(axis=1)
    bought_abroad, sold_abroad = border.sum(axis=(0, 2)), border.sum(axis=(0, 1))
    deficit = _adding_up(
        bought_abroad - sold_abroad, np.maximum(bought_abroad, sold_abroad), _trade_blocs(flows)
    )

    N = len(final)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(spend[:, :, None] > 0, bought / spend[:, :, None], np.eye(N))
    critical = tuple(accounts.critical)
    recipe, shape = recipe_of(use, labour_ns, final, critical, elasticities)
    tech = Technology(
        theta=np.asarray(elasticities["trade"], float),
        labour=labour / unit,
        markup=markup,
        unit=np.where(spend > 0, spend, unit) / unit,
        active=spend > 0,
        deficit=np.zeros_like(deficit) if closure == "zero" else deficit / unit,
        world_income=np.asarray((income.sum() - deficit.sum()) / unit),
        recipe=recipe,
    )
    base = Baseline(
        share, flows / unit, tariff, tax, unit, income / unit, deficit / unit, spend > 0
    )
    return Shape(shape, closure == "world_share"), tech, base


def _fitting(use: Array, cost: Array, spend: Array) -> Array:
    """Input use, cut by rounding where it exceeds the user's cost or the supply of the input."""
    for axis, room in ((1, cost[:, None, :]), (2, spend[:, :, None])):
        total = use.sum(axis=axis, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            use = use * np.where(total > room, room / total, 1.0)
    return use


def recipe_of(
    use: Array, labour: Array, final: Array, critical: Sequence[int], sigma: Mapping[str, Array]
) -> tuple[nest.Recipe, nest.Shape]:
    """Cost shares and nests from input use [n, k, s], labour [n, s] and final use [n, k]."""
    N, S = final.shape
    ordinary = np.ones(S, bool)
    ordinary[list(critical)] = False
    bundle = use[:, ordinary].sum(axis=1)
    base = bundle + labour
    cost = base + use[:, ~ordinary].sum(axis=1)

    def shares(part: Array, whole: Array, empty: float = 0.0) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(whole > 0, part / whole, empty)

    inputs = shares(use * ordinary[:, None], bundle[:, None, :])
    values = np.asarray(sigma["inputs"], float)
    levels = sorted(set(values.tolist()))
    groups = tuple(
        nest.Group(nest.form(level), tuple(np.flatnonzero(values == level).tolist()))
        for level in levels
    )
    order = np.argsort([s for group in groups for s in group.sectors])
    select = np.zeros((len(critical), S))
    select[np.arange(len(critical)), list(critical)] = 1
    labour_share = shares(labour, base, 1.0)
    critical_share = (
        np.stack([shares(use[:, k], cost) for k in critical], axis=1)
        if critical
        else (np.zeros((N, 0, S)))
    )
    final_sigma = float(np.asarray(sigma["final"], float).flat[0])
    recipe = nest.Recipe(
        inputs=tuple(np.ascontiguousarray(inputs[:, :, list(g.sectors)]) for g in groups),
        inputs_r=tuple(np.float64(1 - level) for level in levels),
        labour=labour_share,
        bundle=1 - labour_share,
        value_added_r=1 - np.asarray(sigma["value_added"], float),
        base=1 - critical_share.sum(axis=1),
        critical=critical_share,
        critical_r=1 - np.asarray(sigma["critical"], float),
        select=select,
        final=final / final.sum(axis=1, keepdims=True),
        final_r=np.float64(1 - final_sigma),
        order=order,
    )
    shape = nest.Shape(
        inputs=groups,
        value_added_cd=bool(np.all(np.asarray(sigma["value_added"]) == 1)),
        final_form=nest.form(final_sigma),
        critical=tuple(critical),
    )
    return recipe, shape


@dataclass(frozen=True)
class Rates:
    """A policy as plain arrays [exporter, importer, sector], axes as in `Policy`."""

    tariff: Array
    export_tax: Array
    iceberg: Array
    cap: Array
    rent_share: float = 1.0
    rent_lost: float = 0.0


def flows_of(
    base: Baseline, tech: Technology, rates: Rates, names: tuple[tuple[str, ...], tuple[str, ...]]
) -> Flows:
    """The equations' flows under a policy; only flows whose cost changed are computed anew.

    Raises NoSupply where a ban leaves a region without any source of a good it buys, and CutOff
    where no equilibrium can exist because trade between two blocs could only run one way or has
    to finance a deficit.
    """
    swapped = (2, 1, 0)
    tariff = np.ascontiguousarray(rates.tariff.transpose(swapped))
    changed = tariff != base.tariff
    taxed = base.export_tax.any() or rates.export_tax.any()
    export_tax = np.ascontiguousarray(rates.export_tax.transpose(swapped)) if taxed else None
    if export_tax is not None:
        changed |= export_tax != base.export_tax
    iceberg = None
    if (rates.iceberg != 1).any():
        iceberg = np.ascontiguousarray(rates.iceberg.transpose(swapped))
        changed |= iceberg != 1
    at = np.nonzero(changed)
    log_kap = np.log((1 + tariff[at]) / (1 + base.tariff[at]))
    if export_tax is not None:
        log_kap += np.log((1 + export_tax[at]) / (1 + base.export_tax[at]))
    if iceberg is not None:
        log_kap += np.log(iceberg[at])
    buy = base.share.copy()
    buy[at] *= np.exp(-tech.theta[at[0]] * log_kap)

    caps = None
    capped = np.isfinite(rates.cap)
    if capped.any():
        exporter, importer, sector = np.nonzero(capped)
        caps = _caps(base, tech, rates, (sector, importer, exporter), buy)
        buy[sector, importer, exporter] = 0.0
    net = buy / (1 + tariff)
    sell = net if export_tax is None else net / (1 + export_tax)
    # only a ban divides the world's trade into more blocs than it has
    banned = capped.any() and (rates.cap == 0).any()
    blocs = _blocs(base, tech, buy, caps, names) if banned else base.blocs
    return Flows(buy, sell, None if export_tax is None else net, caps, blocs)


def _caps(
    base: Baseline, tech: Technology, rates: Rates, at: tuple[Array, Array, Array], buy: Array
) -> Caps | None:
    sector, importer, exporter = at
    level = rates.cap[exporter, importer, sector]
    kept = (level > 0) & (buy[at] > 0)
    sector, importer, exporter, level = (a[kept] for a in (sector, importer, exporter, level))
    if not len(sector):
        return None
    return Caps(
        sector,
        importer,
        exporter,
        np.log(buy[sector, importer, exporter]),
        rates.tariff[exporter, importer, sector],
        rates.export_tax[exporter, importer, sector],
        np.log(level) + np.log(base.flows[sector, importer, exporter]),
        np.float64(rates.rent_share),
        np.float64(1 - rates.rent_share - rates.rent_lost),
        np.float64(rates.rent_lost),
    )


def _blocs(
    base: Baseline,
    tech: Technology,
    buy: Array,
    caps: Caps | None,
    names: tuple[tuple[str, ...], tuple[str, ...]],
) -> Array:
    """Trade blocs [C, N]: sets of regions that trade with each other, directly or not."""
    from scipy.sparse.csgraph import connected_components

    regions, sectors = names
    open_ = buy > 0
    if caps is not None:
        open_[caps.sector, caps.importer, caps.exporter] = True
    lost = base.needed & ~open_.any(axis=2)
    if lost.any():
        s, n = np.argwhere(lost)[0]
        raise NoSupply(
            f"{regions[int(n)]} buys {sectors[int(s)]} but the policy bans every source of it "
            f"({int(lost.sum())} such cases); leave one source open or set a small positive cap."
        )
    trades = (open_ & base.needed[:, :, None]).any(axis=0)  # importer, exporter
    weak = np.asarray(connected_components(trades, connection="weak")[1])
    strong = np.asarray(connected_components(trades, connection="strong")[1])
    count = int(weak.max()) + 1
    if strong.max() + 1 > count:
        for c in range(count):
            inside = np.flatnonzero(weak == c)
            if len(set(strong[inside])) > 1:
                parts = [inside[strong[inside] == part] for part in sorted(set(strong[inside]))]
                small = min(parts, key=lambda part: tech.labour[part].sum())
                raise CutOff(
                    f"{', '.join(regions[int(n)] for n in small)} would trade with the rest in one "
                    "direction only, which nothing can pay for; ban or open both directions."
                )
    blocs = _indicator(weak)
    gap = blocs @ tech.deficit
    if count > 1 and (np.abs(gap) > 1e-9 * (blocs @ tech.labour)).any():
        c = int(np.argmax(np.abs(gap) / (blocs @ tech.labour)))
        if 2 * (blocs[c] @ tech.labour) > 1:  # name the smaller side
            c = int(np.argmin(blocs @ tech.labour))
        raise CutOff(
            f"{', '.join(regions[int(n)] for n in np.flatnonzero(blocs[c]))} would be cut off with "
            "a trade deficit or surplus that nobody finances; use closure='zero'."
        )
    return blocs


def _indicator(label: Array) -> Array:
    out = np.zeros((int(label.max()) + 1, len(label)))
    out[label, np.arange(len(label))] = 1
    return out
