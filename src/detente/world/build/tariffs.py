# pyright: reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportCallIssue=false, reportOptionalMemberAccess=false
# (the stubs of pandas take a cell of a table for any of ten types)
"""Baseline tariffs: what importers levied before 2025, by region and sector.

Rates of 81 economies come from Teti's database (MFN or preferential, to 2021); US rates are the
duties collected in 2024 over imports; China's rates on US goods carry the retaliation of 2018-19
net of waivers. `docs/world.md` states what each side's baseline holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .sources import CRITICAL, SERVICES, Maps, Sources, cube, rules

FOOD_PERCENTILE = 75
GOODS_LEFT_OUT = ("98", "99")
"""Chapters of the US schedule without an industry: returned goods, low-value shipments."""


@dataclass(frozen=True)
class Collected:
    """US imports and duties of 2024, USD, region x sector, the critical sector last."""

    imports: np.ndarray
    duty: np.ndarray
    critical: pd.DataFrame  # region, hs6, imports_usd

    def rate(self) -> np.ndarray:
        """Duty over imports, NaN where nothing was imported."""
        return np.divide(
            self.duty, self.imports, out=np.full_like(self.duty, np.nan), where=self.imports > 0
        )


def economies(sources: Sources, maps: Maps) -> tuple[np.ndarray, np.ndarray, dict[str, object]]:
    """Flows and tariffs of the 81 economies, exporter x importer x 28 sectors, and a report.

    Rates on services are dropped. Food rates above the upper quartile of all food rates outside
    the US are cut to it: simple averages over prohibitive quota and alcohol rates. Rates into and
    out of the source's rest of the world are missing, not zero: it gets the flow-weighted mean of
    the other members of our rest of the world, towards each exporter and importer.
    """
    names = tuple(maps.region_of_icio)
    goods = tuple(maps.sector_of_icio)
    columns = ("exporter", "importer", "sector")
    flows = cube(sources.pack("icio2022/flows.parquet"), columns, (names, names, goods), "value")
    table = sources.pack("icio2022/tariffs.parquet")
    services = table["sector"].map(maps.sector_of_icio) == SERVICES
    rates = cube(table[~services], columns, (names, names, goods), "tariff")

    food = [j for j, s in enumerate(goods) if maps.sector_of_icio[s] == "food"]
    others = np.array([maps.region_of_icio[n] != "USA" for n in names])
    seen = rates[:, others][:, :, food]
    cap = float(np.percentile(seen[seen > 0], FOOD_PERCENTILE))
    cut = int((rates[:, others][:, :, food] > cap).sum())
    rates[:, :, food] = np.minimum(rates[:, :, food], cap)

    rest = names.index("ROW")
    pool = np.array([maps.region_of_icio[n] == "ROW" and n != "ROW" for n in names])
    pooled = _mean(rates[:, pool], flows[:, pool], 1)
    rates[:, rest] = np.where(np.arange(len(names))[:, None] == rest, 0.0, pooled)
    rates[rest] = _mean(rates[pool], flows[pool], 0)
    rates[rest, rest] = 0.0
    return flows, rates, {"services_rates_dropped": int(services.sum()), "food_cap": cap,
                          "food_rates_cut": cut}  # fmt: skip


def by_region(flows: np.ndarray, rates: np.ndarray, maps: Maps) -> tuple[np.ndarray, np.ndarray]:
    """Flows added up and tariffs averaged by flows, exporter x importer x sector.

    Trade among the members of a region is home trade: its tariffs are zero.
    """
    names, goods = list(maps.region_of_icio), list(maps.sector_of_icio)
    R = np.array([[float(maps.region_of_icio[n] == r) for n in names] for r in maps.regions])
    S = np.array([[float(maps.sector_of_icio[k] == s) for k in goods] for s in maps.sectors])

    def add(value: np.ndarray) -> np.ndarray:
        return np.einsum("ai,bn,ck,ink->abc", R, R, S, value, optimize=True)

    total, cells = add(flows), add(np.ones_like(flows))
    rate = np.where(
        total > 0, add(flows * rates) / np.where(total > 0, total, 1), add(rates) / cells
    )
    home = np.arange(len(maps.regions))
    rate[home, home] = 0.0
    return total, rate


def collected(sources: Sources, maps: Maps) -> Collected:
    """Calculated duties and imports for consumption of the US in 2024, by region and sector.

    Rows counted twice (Slovakia) and chapters 98 and 99 are left out. Partners not in the pack have
    no weight: their region's rate is that of its covered members.
    """
    table = sources.pack("us_imports_hs10_2024/us_imports_hs10_2024.parquet")
    hs6 = table["hs10"].str[:6]
    table = table.assign(hs6=hs6)[~table["overlap"] & ~hs6.str[:2].isin(GOODS_LEFT_OUT)]
    gtap = sources.pack("crosswalks/hs6_to_gtap65_wiod35.csv").set_index("hs6")["gtap"]
    sector = table["hs6"].map(gtap).map(maps.sector_of_gtap)
    table = table.assign(sector=sector.where(~table["hs6"].isin(maps.critical_hs6), CRITICAL))
    iso = sources.pack("crosswalks/iso3_regions.csv")
    region = {
        partner: maps.region_of_icio.get(code, "ROW")
        for code, partner in zip(iso["iso3"], iso["us_imports_partner"], strict=True)
        if partner
    }
    table = table.assign(region=table["partner"].map(region), one="x")
    table = table[table["sector"].notna() & (table["sector"] != SERVICES)]
    labels = (maps.regions, (*maps.sectors, CRITICAL), ("x",))
    columns = ("region", "sector", "one")
    return Collected(
        cube(table, columns, labels, "imports_usd")[:, :, 0],
        cube(table, columns, labels, "duty_usd")[:, :, 0],
        table[table["sector"] == CRITICAL][["region", "hs6", "imports_usd"]],
    )


def with_us_duties(rates: np.ndarray, duties: Collected, maps: Maps) -> tuple[np.ndarray, int]:
    """`rates` with the US column replaced by duties collected, and how many cells had no imports.

    Where the US imported nothing of a sector from a region it takes the rate on all regions but
    China.
    """
    us, china = maps.regions.index("USA"), maps.regions.index("CHN")
    rate = duties.rate()[:, :-1]
    others = np.arange(len(maps.regions)) != china
    mean = duties.duty[others].sum(axis=0) / np.maximum(duties.imports[others].sum(axis=0), 1.0)
    missing = ~np.isfinite(rate)
    missing[us] = False
    missing[:, maps.sectors.index(SERVICES)] = False
    rate = np.where(np.isfinite(rate), rate, mean[:-1])
    rate[:, maps.sectors.index(SERVICES)] = 0.0
    rate[us] = 0.0
    out = rates.copy()
    out[:, us] = rate
    return out, int(missing.sum())


def retaliation(
    sources: Sources, flows: np.ndarray, maps: Maps
) -> tuple[np.ndarray, dict[str, float]]:
    """China's additional duties on US goods of 2018-19 net of waivers, by sector, and a report.

    The average over all goods before waivers is the published rise of China's average tariff on US
    goods (PIIE: 20 January 2025 less 30 June 2018); sectors with a rate of their own in
    `china_retaliation.csv` keep it, the others share one rate that meets the average.
    """
    table = rules("china_retaliation.csv").set_index("sector")
    published = sources.facts("us_china_rates.csv")
    level = published[
        (published["importer"] == "CHN")
        & (published["exporter"] == "USA")
        & (published["measure"] == "average tariff level")
    ].set_index("date")["rate_pct"]
    rise = float(level["2025-01-20"]) - float(level["2018-06-30"])
    goods = [s for s in maps.sectors if s != SERVICES]
    trade = flows[maps.regions.index("USA"), maps.regions.index("CHN")]
    weight = pd.Series({s: trade[maps.sectors.index(s)] for s in goods})
    weight /= weight.sum()
    added = pd.to_numeric(table["added_pct"], errors="coerce").reindex(goods)
    known = float((added * weight).sum())
    common = (rise - known) / float(weight[added.isna()].sum())
    added = added.fillna(common)
    net = added * (1 - table["waived_share"].astype(float).reindex(goods))
    out = np.zeros(len(maps.sectors))
    for s in goods:
        out[maps.sectors.index(s)] = float(net[s]) / 100
    return out, {
        "published_rise_points": rise,
        "rate_of_other_sectors_points": common,
        "average_net_of_waivers_points": float((net * weight).sum()),
    }


def _mean(rates: np.ndarray, flows: np.ndarray, axis: int) -> np.ndarray:
    """Mean by flows along `axis`; a simple one where nothing flows."""
    total = flows.sum(axis=axis)
    weighted = (rates * flows).sum(axis=axis)
    return np.where(total > 0, weighted / np.where(total > 0, total, 1.0), rates.mean(axis=axis))
