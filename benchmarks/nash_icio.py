"""All-country Nash tariffs on 2022 data: 81 economies, a tariff on every positive goods flow.

    python benchmarks/nash_icio.py --data ../shared/data [--check] [--out benchmarks/results]

Services are untaxed; input structure as in the world build (WIOD 2011 coefficients balanced to 2022
flows), at 28 sectors. With --check every economy then searches for a better response from three
starts, another algorithm than the one that found the equilibrium. Prints and writes times, sizes,
machine and versions.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import scipy
import xarray as xr

from detente.game.conflict import Conflict
from detente.game.equilibrium import deviations, nash
from detente.game.government import Government
from detente.game.levers import instruments
from detente.game.play import start_inside
from detente.world import World, load_world
from detente.world.build import structure, tariffs
from detente.world.build.sources import Maps, Sources
from detente.world.elasticities import elasticity_set

SERVICES = "services"


def build(data: Path) -> World:
    """The 81 economies at 28 sectors; medium-run trade elasticities of the shipped world."""
    sources, maps = Sources(data, data.parent / "record"), Maps.load()
    flows, rates, _ = tariffs.economies(sources, maps)
    codes = list(maps.sector_of_icio)
    names = [SERVICES if maps.sector_of_icio[c] == SERVICES else c for c in codes]
    economies = list(maps.region_of_icio)
    fine = replace(
        maps,
        sectors=tuple(names),
        wiod_of_sector={
            name: maps.wiod_of_sector[maps.sector_of_icio[code]]
            for name, code in zip(names, codes, strict=True)
        },
    )
    iso = sources.pack("crosswalks/iso3_regions.csv").set_index("iso3")["wiod"]
    own = structure.structure(sources, {e: (iso.get(e, "RoW"),) for e in economies}, fine)
    output, spend = flows.sum(axis=1), (flows * (1 + rates)).sum(axis=0)
    inputs, final = _prior(own, output, spend)
    columns = (1 - own.value_added[:, own.group]) * output
    inputs, final = structure.balanced(inputs, final, spend, columns)
    shipped = load_world().elasticities["trade"].sel(horizon="medium")
    theta = [float(shipped.sel(sector=maps.sector_of_icio[c])) for c in codes]
    labels = {
        "exporter": economies,
        "importer": economies,
        "region": economies,
        "sector": names,
        "input": names,
    }

    def label(value: np.ndarray, *dims: str) -> xr.DataArray:
        return xr.DataArray(value, {d: labels[d] for d in dims}, dims)

    return World(
        flows=label(flows, "exporter", "importer", "sector"),
        input_use=label(inputs, "region", "input", "sector"),
        final_use=label(final, "region", "sector"),
        tariffs=label(rates, "exporter", "importer", "sector"),
        elasticities=elasticity_set(names, trade=theta),
        name="icio-2022-81x28",
        year=2022,
    )


def _prior(
    own: structure.Structure, output: np.ndarray, spend: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Input and final use before balancing: a group's use shared out by expenditure."""
    g = own.group
    same = (g[:, None] == g[None, :]).astype(float)
    total = spend @ same
    share = np.divide(spend, total, out=np.zeros_like(spend), where=total > 0)
    inputs = own.inputs[:, g[:, None], g[None, :]] * output[:, None, :] * share[:, :, None]
    return inputs, own.final[:, g] * spend


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--check", action="store_true", help="search for deviations too")
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--players", type=int, default=0, help="check this many only")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    clock = time.perf_counter()
    world = build(given.data)
    chosen = [i for r in world.regions for i in instruments(world, r)]
    game = Conflict(world, [Government(r) for r in world.regions], chosen)
    result: dict[str, object] = {
        "world": repr(world),
        "tariffs": len(chosen),
        "build_s": time.perf_counter() - clock,
    }
    print(result, flush=True)
    clock, cpu = time.perf_counter(), time.process_time()
    war = nash(game, start_inside(game), tol=1e-5)
    result |= {
        "nash_s": time.perf_counter() - clock,
        "nash_cpu_s": time.process_time() - cpu,
        "gradients": war.evaluations,
        "largest_step_left": war.residual,
        "real_income_pct_mean": 100 * float(war.values.mean() - 1),
        "real_income_pct": dict(
            zip(world.regions, (100 * (war.values - 1)).round(3).tolist(), strict=True)
        ),
        "median_tariff_pct": 100 * float(np.median(war.x)),
    }
    print(result, flush=True)
    if given.check:
        clock, cpu, solves = time.perf_counter(), time.process_time(), game.solves
        who = list(range(given.players or len(game.players)))
        found = deviations(game, war.x, who, starts=given.starts, tol=1e-3, max_iter=25)
        result |= {
            "players_checked": len(who),
            "starts": given.starts,
            "eps_pct": 100 * found.eps,
            "check_s": time.perf_counter() - clock,
            "check_cpu_s": time.process_time() - cpu,
            "check_solves": game.solves - solves,
        }
    result |= {
        "machine": platform.processor() or platform.machine(),
        "cpus": os.cpu_count(),
        "threads": os.environ.get("OMP_NUM_THREADS", "default"),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }
    print(json.dumps(result, indent=1))
    if given.out:
        given.out.mkdir(parents=True, exist_ok=True)
        (given.out / "nash_icio.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
