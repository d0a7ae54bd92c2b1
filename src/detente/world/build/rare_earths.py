# pyright: reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportCallIssue=false, reportOptionalMemberAccess=false
# (the stubs of pandas take a cell of a table for any of ten types)
"""Rare earths and magnets: how large they are, who makes, ships and uses them.

Three stages, each carved out of the sector that holds its products: separated compounds and metals
(chemicals), alloys (other basic metals), permanent magnets (fabricated metal products, where both
the industry classification and the product concordance put them). Values of 2024 stand on flows of
2022.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from ..split import FINAL
from ..world import World
from .sources import CRITICAL, Sources, rules
from .tariffs import Collected


def carve(world: World, sources: Sources, duties: Collected) -> tuple[World, dict[str, object]]:
    """`world` with the critical sector split out, and what the split assumed."""
    table = rules("rare_earth_stages.csv")
    stages = tuple(dict.fromkeys(table["stage"]))
    parents = tuple(table[table["stage"] == s]["parent"].iloc[0] for s in stages)
    flows = {}
    for stage, parent in zip(stages, parents, strict=True):
        rows = table[table["stage"] == stage]
        flows[parent] = _flows(world, rows, parent, sources, duties)
    shares = {}
    for parent, value in flows.items():
        whole = world.flows.sel(sector=parent, drop=True)
        shares[parent] = (value / whole.where(whole > 0)).fillna(0.0).clip(0.0, 0.9)
    size = {s: float(flows[p].sum()) for s, p in zip(stages, parents, strict=True)}
    carved = world.split(
        parents,
        into=CRITICAL,
        shares=shares,
        users=_users(world, size, sources),
        tariffs=_tariffs(world, flows, duties),
        critical=True,
    )
    own = carved.flows.sel(sector=CRITICAL)
    report: dict[str, object] = {f"{s}_world_output_musd": v for s, v in size.items()}
    report["china_share_of_output"] = float(own.sel(exporter="CHN").sum() / own.sum())
    report["china_exports_musd"] = float(
        own.sel(exporter="CHN").sum() - own.sel(exporter="CHN", importer="CHN")
    )
    report["us_imports_musd"] = float(
        own.sel(importer="USA").sum() - own.sel(exporter="USA", importer="USA")
    )
    return carved, report


def _value(row: pd.Series, sources: Sources) -> float:
    """Product of the facts named, over the fact it is a part of, times the factor."""
    value = float(row["factor"] or 1)
    for fact in row["facts"].split():
        value *= sources.minerals[fact]
    return value / sources.minerals[row["per"]] if row["per"] else value


def _flows(
    world: World, rows: pd.DataFrame, parent: str, sources: Sources, duties: Collected
) -> xr.DataArray:
    """One stage's flows, exporter x importer, millions of USD.

    Output: world output by producers' shares, what is not listed by `other_producer` weights.
    Into the US: customs values by HS6 code, whoever the seller. China's exports elsewhere: listed
    shares of its exports, the rest by its sales of the parent; home sales are what remains. Other
    producers' sales follow their sales of the parent.
    """
    regions = list(world.regions)

    def listed(what: str) -> dict[str, float]:
        out: dict[str, float] = {}
        for _, row in rows[rows["what"] == what].iterrows():
            out[row["region"]] = out.get(row["region"], 0.0) + _value(row, sources)
        return out

    total = listed("world_output")[""]
    share, others = listed("producer"), listed("other_producer")
    left = 1 - sum(share.values())
    output = pd.Series(0.0, regions)
    for region, value in share.items():
        output[region] += value * total
    for region, value in others.items():
        output[region] += left * total * value / sum(others.values())

    codes = " ".join(rows["hs6"]).split()
    us = duties.critical[duties.critical["hs6"].isin(codes)]
    to_us = us.groupby("region")["imports_usd"].sum().reindex(regions, fill_value=0.0) / 1e6
    to_us["USA"] = 0.0
    sales = world.flows.sel(sector=parent).to_pandas()
    out = pd.DataFrame(0.0, regions, regions)
    for seller in regions:
        weights = sales.loc[seller].copy()
        weights["USA"] = 0.0
        remaining = max(output[seller] - to_us[seller], 0.0)
        if seller == "CHN":
            exports = listed("exports")["CHN"]
            weights["CHN"] = 0.0
            fixed = pd.Series(listed("destination"), dtype=float) * exports
            out.loc["CHN", fixed.index] = fixed
            weights[fixed.index] = 0.0
            if codes:
                abroad = exports - float(fixed.sum()) - float(to_us["CHN"])
            else:  # no customs code of its own: the US takes part in the rest
                weights["USA"] = sales.loc["CHN", "USA"]
                abroad = exports - float(fixed.sum())
            out.loc["CHN"] += max(abroad, 0.0) * weights / weights.sum()
            out.loc["CHN", "CHN"] = max(output["CHN"] - exports, 0.0)
        elif remaining > 0:
            out.loc[seller] = remaining * weights / weights.sum()
    if codes:
        out["USA"] = to_us
    for buyer, reliance in listed("import_reliance").items():
        # home sales are the part of use that is not imported
        out.loc[buyer, buyer] = float(out[buyer].sum()) * (1 - reliance) / reliance
    return xr.DataArray(
        out.to_numpy(), {"exporter": regions, "importer": regions}, ("exporter", "importer")
    )


def _users(world: World, size: dict[str, float], sources: Sources) -> xr.DataArray:
    """Weights of users, region x user: end-use shares of each stage by its size, spread over
    regions by their share in the using sector's output."""
    table = rules("rare_earth_users.csv")
    weight = dict.fromkeys([*world.sectors, FINAL], 0.0)
    for stage, rows in table.groupby("stage"):
        shares = [sources.minerals[f] if f else 100.0 for f in rows["fact"]]
        for sector, value in zip(rows["sector"], shares, strict=True):
            weight[sector] += size[str(stage)] * value / sum(shares)
    per = world.output / world.output.sum("region")
    value = per * xr.DataArray(
        [weight[s] for s in world.sectors], {"sector": list(world.sectors)}, ("sector",)
    )
    return value.rename(sector="user")


def _tariffs(world: World, flows: dict[str, xr.DataArray], duties: Collected) -> xr.DataArray:
    """The parents' tariffs by their part in each flow; US duties as collected on the HS6 codes."""
    value = xr.concat(list(flows.values()), "parent")
    rates = xr.concat([world.tariffs.sel(sector=p, drop=True) for p in flows], "parent")
    total = value.sum("parent")
    rate = ((value * rates).sum("parent") / total.where(total > 0)).fillna(rates.mean("parent"))
    own = duties.rate()[:, -1]
    at = world.regions.index("USA")
    values = rate.transpose("exporter", "importer").values.copy()
    values[:, at] = np.where(np.isfinite(own), own, values[:, at])
    values[at, at] = 0.0
    return xr.DataArray(values, rate.transpose("exporter", "importer").coords)
