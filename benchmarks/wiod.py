"""The full WIOD 2011 table as a world, and the trade war that the benchmark solves.

41 regions x 35 industries, every origin and use in place. Treatment: the 352 negative cells of
final demand (inventories and a few small investments) are set to zero, output is then the row sum
of what is sold, and value added what inputs leave of it; tariffs are zero, theta is 5 everywhere,
production and final demand are Cobb-Douglas.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from detente.policy import Policy
from detente.world import World, elasticity_set

FLOW = ("exporter", "importer", "sector")
GOODS = tuple(f"c{k}" for k in range(1, 17))


def wiod(folder: Path, theta: float = 5.0) -> World:
    """The world in the data pack at `folder`."""
    regions = pd.read_csv(folder / "regions.csv").sort_values("order").code.tolist()
    sectors = pd.read_csv(folder / "industries.csv").code.tolist()
    at = {code: k for k, code in enumerate(regions)}
    of = {code: k for k, code in enumerate(sectors)}
    N, S = len(regions), len(sectors)
    flows, use = np.zeros((N, N, S)), np.zeros((N, S, S))
    inputs = pd.read_parquet(folder / "intermediate.parquet")
    final = pd.read_parquet(folder / "final.parquet")
    final = final[final.value > 0]
    for table in (inputs, final):
        i, n = table.exporter.map(at).to_numpy(), table.importer.map(at).to_numpy()
        np.add.at(flows, (i, n, table.industry.map(of).to_numpy()), table.value.to_numpy(float))
    n, k = inputs.importer.map(at).to_numpy(), inputs.industry.map(of).to_numpy()
    np.add.at(use, (n, k, inputs.use_industry.map(of).to_numpy()), inputs.value.to_numpy(float))
    # rounding leaves a few tiny industries that buy more than they sell: cut their inputs
    output, cost = flows.sum(axis=1), use.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        use *= np.where(cost > output, output / cost, 1.0)[:, None, :]
    labels = {"exporter": regions, "importer": regions, "region": regions}
    labels |= {"sector": sectors, "input": sectors}

    def label(value: np.ndarray, *dims: str) -> xr.DataArray:
        return xr.DataArray(value, {dim: labels[dim] for dim in dims}, dims)

    # what is left of expenditure after inputs, zero but for rounding where all is used up
    spent = flows.sum(axis=0)
    rest = spent - use.sum(axis=2)
    return World(
        flows=label(flows, *FLOW),
        input_use=label(use, "region", "input", "sector"),
        final_use=label(np.where(rest > 1e-12 * spent, rest, 0.0), "region", "sector"),
        tariffs=label(np.zeros_like(flows), *FLOW),
        elasticities=elasticity_set(sectors, trade=theta),
        name="wiod-2011",
        year=2011,
    )


def war(world: World, points: float = 1.0) -> Policy:
    """US and China put `points` (1 is 100 points) on each other's goods, c1 to c16."""
    policy = Policy.of(world).add_tariff(points, "USA", "CHN", GOODS)
    return policy.add_tariff(points, "CHN", "USA", GOODS, name="war")
