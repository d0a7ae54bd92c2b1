"""The shipped world, computed from public data packs; `docs/world.md` is its description.

`build(data)` is deterministic: the same files give the same arrays. `tools/build_world.py` writes
the result into the package, `detente world build` anywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from ..world import FLOW, INPUT, REGION, World
from . import elasticities, rare_earths, structure, tariffs
from .sources import CRITICAL, SERVICES, Maps, Sources
from .text import LICENCES, SOURCES, notes

NAME = "detente-2022"
YEAR = 2022


@dataclass(frozen=True)
class Built:
    """A built world, what the build did (figures by name), and its table of elasticities."""

    world: World
    report: dict[str, object]
    elasticities: pd.DataFrame


def build(data: Path, record: Path | None = None) -> Built:
    """The shipped world from the data packs in `data` and the facts in `record` (beside it).

    Raises InputError where a file is missing or a rule table does not fit the data.
    """
    sources = Sources(Path(data), Path(record) if record else Path(data).parent / "record")
    maps = Maps.load()
    world_flows, world_rates, report = tariffs.economies(sources, maps)
    flows, rates = tariffs.by_region(world_flows, world_rates, maps)
    duties = tariffs.collected(sources, maps)
    rates, report["us_cells_without_imports"] = tariffs.with_us_duties(rates, duties, maps)
    extra, added = tariffs.retaliation(sources, flows, maps)
    rates[maps.regions.index("USA"), maps.regions.index("CHN")] += extra
    report |= {f"china_retaliation_{key}": value for key, value in added.items()}

    output, expenditure = flows.sum(axis=1), (flows * (1 + rates)).sum(axis=0)
    own = structure.structure(sources, maps.wiod_of_region, maps)
    inputs0, final0 = structure.prior(own, output, expenditure, maps)
    columns = (1 - own.value_added[:, own.group]) * output
    inputs, final = structure.balanced(inputs0, final0, expenditure, columns)
    report |= _moved(inputs0, inputs, expenditure, output, maps)
    report |= _naive_economies(sources, world_flows, world_rates, maps)

    labels = {dim: list(maps.regions) for dim in ("exporter", "importer", "region")}
    labels |= {dim: list(maps.sectors) for dim in ("sector", "input")}

    def label(value: np.ndarray, dims: tuple[str, ...]) -> xr.DataArray:
        return xr.DataArray(value, {dim: labels[dim] for dim in dims}, dims)

    abroad = flows.sum(axis=(0, 1)) - np.einsum("iik->k", flows)
    trade = dict(zip(maps.sectors, abroad, strict=True)) | {CRITICAL: 0.0}
    table = elasticities.table(sources, maps.shipped_sectors, trade)
    whole = elasticities.dataset(table, maps.shipped_sectors)
    world = World(
        flows=label(flows, FLOW),
        input_use=label(inputs, INPUT),
        final_use=label(final, REGION),
        tariffs=label(rates, FLOW),
        elasticities=whole.sel(sector=list(maps.sectors)),
        name=NAME,
        year=YEAR,
    )
    world, split = rare_earths.carve(world, sources, duties)
    report |= {f"{CRITICAL}_{key}": value for key, value in split.items()}
    world = replace(
        world,
        flows=world.flows.sel(sector=list(maps.shipped_sectors)),
        elasticities=whole,
        sources=SOURCES,
        licences=LICENCES,
        build_hash=sources.hash,
    )
    report |= _accounts(world)
    return Built(replace(world, notes=notes(report)), report, table)


def _moved(
    before: np.ndarray, after: np.ndarray, rows: np.ndarray, output: np.ndarray, maps: Maps
) -> dict[str, object]:
    """How far the balancing moved input use."""
    naive = rows - before.sum(axis=2)
    shift = np.abs(after - before)
    share = np.divide(
        after - before, output[:, None, :], out=np.zeros_like(after), where=output[:, None, :] > 0
    )
    n, k, s = np.unravel_index(int(np.argmax(np.abs(share))), share.shape)
    by_region = shift.sum(axis=(1, 2)) / before.sum(axis=(1, 2))
    return {
        "naive_negative_cells": int((naive < 0).sum()),
        "naive_cells": int(naive.size),
        "naive_negative_in_china": [
            maps.sectors[j] for j in np.flatnonzero(naive[maps.regions.index("CHN")] < 0)
        ],
        "moved_share_of_input_use": float(shift.sum() / before.sum()),
        "moved_most_region": maps.regions[int(np.argmax(by_region))],
        "moved_most_region_share": float(by_region.max()),
        "moved_by_region": dict(zip(maps.regions, by_region.tolist(), strict=True)),
        "moved_median_cost_share_points": float(np.median(np.abs(share)) * 100),
        "moved_most_cost_share_points": float(share[n, k, s] * 100),
        "moved_most_cost_share_at": f"{maps.regions[n]}: {maps.sectors[k]} in {maps.sectors[s]}",
    }


def _naive_economies(
    sources: Sources, flows: np.ndarray, rates: np.ndarray, maps: Maps
) -> dict[str, object]:
    """Final demand that comes out negative in the 81 economies without a balancing."""
    iso = sources.pack("crosswalks/iso3_regions.csv").set_index("iso3")["wiod"]
    names = list(maps.region_of_icio)
    S = np.array([[float(s == own) for s in maps.sector_of_icio.values()] for own in maps.sectors])
    output = flows.sum(axis=1) @ S.T
    expenditure = (flows * (1 + rates)).sum(axis=0) @ S.T
    own = structure.structure(sources, {n: (iso.get(n, "RoW"),) for n in names}, maps)
    inputs, _ = structure.prior(own, output, expenditure, maps)
    negative = expenditure - inputs.sum(axis=2) < 0
    basic = [maps.sectors.index(s) for s in ("chemicals", "steel", "metals", "petroleum")]
    return {
        "naive_negative_share_of_81_economies": float(negative.mean()),
        "naive_negative_basic_materials_china": int(negative[names.index("CHN"), basic].sum()),
    }


def _accounts(world: World) -> dict[str, object]:
    """Headline figures of the finished world, millions of USD."""
    added = world.value_added.sum("sector")
    goods = [s for s in world.sectors if s != SERVICES]
    others = [r for r in world.regions if r != "USA"]
    return {
        "output_musd": float(world.output.sum()),
        "value_added_musd": float(added.sum()),
        "value_added_usa_musd": float(added.sel(region="USA")),
        "value_added_chn_musd": float(added.sel(region="CHN")),
        "deficit_usa_musd": float(world.deficit.sel(region="USA")),
        "tariff_revenue_musd": float(world.tariff_revenue.sum()),
        "us_tariff_on_goods_pct": _rate(world, others, ["USA"], goods),
        "us_tariff_on_china_pct": _rate(world, ["CHN"], ["USA"], goods),
        "china_tariff_on_us_pct": _rate(world, ["USA"], ["CHN"], goods),
    }


def _rate(world: World, exporters: list[str], importers: list[str], goods: list[str]) -> float:
    """Average tariff by flows, percent."""
    at = {"exporter": exporters, "importer": importers, "sector": goods}
    flows = world.flows.sel(at)
    return float(100 * (flows * world.tariffs.sel(at)).sum() / flows.sum())
