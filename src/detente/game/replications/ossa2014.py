"""Ossa (2014), "Trade Wars and Trade Talks with Data", American Economic Review 104, 4104-4146.

Seven regions and 33 goods of 2007; Krugman (1980) with a fixed number of firms, so constant-markup
profits of 1/sigma and no inputs; trade balanced by the model first. Tables 2 (a unilateral US
tariff), 3 (optimal tariffs), 4 (Nash tariffs) and 5 (efficient cooperation), with unit and with
inferred political weights. The original stopped its searches early: its welfare figures are
comparable to 0.05 points and its median tariffs to 1 point.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import xarray as xr

from ..._replication import Replication, Row, Table
from ..._text import plain
from ...errors import InputError
from ...world import World
from ...world.elasticities import elasticity_set
from ..conflict import Conflict
from ..equilibrium import Nash, deviations, nash
from ..government import Government
from ..levers import instruments
from ..political import infer_weights
from ..ray import farthest
from ..respond import best_response

REFERENCE = (
    'Ossa (2014), "Trade Wars and Trade Talks with Data", American Economic Review 104(12), '
    "4104-4146"
)
REGIONS = ("BRA", "CHN", "EU", "IND", "JPN", "ROW", "USA")
WELFARE, MEDIAN = 0.05, 1.0  # points
OPTIMAL = (1.1, 1.8, 1.9, 1.7, 4.0, 2.9, 2.3)
NASH = (-1.9, -2.2, -2.6, -2.2, -0.8, -5.0, -2.2)
COOPERATION = {"Nash tariffs": 3.4, "factual tariffs": 0.5, "free trade": 0.03}
TARIFF_WEIGHTED = (8.56, 10.76, 2.61, 15.71, 3.45, 5.56, 1.51)

Array = np.ndarray
Weights = dict[str, dict[str, float]]


def load(data: Path) -> tuple[World, World, Array]:
    """The pack as a World, the same with trade balanced by the model, and noncooperative tariffs.

    Noncooperative tariffs are sector x region, NaN where the pack has none.
    """
    sectors = [
        line.strip().strip('"')
        for line in _file(data, "labels.csv").read_text().splitlines()
        if line
    ]
    S, N = len(sectors), len(REGIONS)
    flows = _table(data, "trade_ijs.csv", (S * N, N)).reshape(S, N, N).transpose(1, 2, 0)
    tariffs = _table(data, "tariff_ijs.csv", (S * N, N)).reshape(S, N, N).transpose(1, 2, 0)
    sigma = _table(data, "sigma_s.csv", (S, 5))[:, 0]
    observed = _table(data, "tariff_noncoop.csv", (S, N))
    observed = np.where(observed.any(axis=0), observed, np.nan)
    labels = {"exporter": list(REGIONS), "importer": list(REGIONS), "sector": sectors}

    def world(flows: Array, name: str) -> World:
        return World.from_flows(
            xr.DataArray(flows, labels),
            elasticity_set(sectors, trade=sigma - 1),
            tariffs=xr.DataArray(tariffs, labels),
            profit_share=xr.DataArray(
                np.broadcast_to(1 / sigma, (N, S)),
                {"region": list(REGIONS), "sector": sectors},
            ),
            name=name,
            year=2007,
        )

    raw = world(flows, "ossa2014")
    purged = _game(raw, [], {})
    return (
        raw,
        world(purged.solution(purged.start).trade * purged.model.base.unit, "balanced"),
        (observed),
    )


def replicate(data: Path) -> Replication:
    """All tables from the pack in folder `data`; InputError where a file is missing or wrong."""
    clock = time.perf_counter()
    raw, world, observed = load(Path(data))
    seconds: dict[str, float] = {}

    def lap(what: str) -> None:
        nonlocal clock
        now = time.perf_counter()
        seconds[what], clock = now - clock, now

    lap("loading and balancing")
    tables = [_data(raw), _table2(world)]
    lap("Table 2")
    tables.append(_table3(world, {}))
    lap("Table 3")
    table, war = _table4(world, {})
    tables.append(table)
    lap("Table 4")
    tables.append(_table5(world, {}, war, lower=0.0))
    lap("Table 5 (three cooperative solutions)")
    notes = ["The original took 96 minutes for the Nash tariffs and four days in all."]
    if all(row.agrees for row in tables[0].rows):
        tables.append(_table5(world, {}, war, lower=-0.9))
        lap("Table 5 with import subsidies")
        tables.append(_check(world, war))
        lap("eps-Nash")
        weights, table = _weights(world, observed)
        tables.append(table)
        lap("political weights")
        tables.append(_table3(world, weights))
        table, war = _table4(world, weights)
        tables += [table, _table5(world, weights, war, lower=0.0)]
        lap("Tables 3-5 with political weights")
    else:
        notes.append(
            "These are not the paper's data, so what has no published figure was left out."
        )
    notes.append(
        "Seconds: " + "; ".join(f"{what} {took:.1f}" for what, took in seconds.items()) + "."
    )
    return Replication(
        "ossa2014",
        REFERENCE,
        tuple(tables),
        tuple(notes),
    )


def _game(world: World, chosen: list, weights: Weights, regions: tuple[str, ...] = ()) -> Conflict:
    governments = [Government(r, weights.get(r, {})) for r in regions or REGIONS]
    return Conflict(world, governments, chosen, closure="zero")


def _tariffs(world: World, lower: float = 0.0, upper: float = 9.0) -> list:
    return [i for r in REGIONS for i in instruments(world, r, lower=lower, upper=upper)]


def _data(raw: World) -> Table:
    """The pack's own checks: the figures below are the paper's only on the paper's data."""
    imports = raw.flows.values * ~np.eye(len(REGIONS), dtype=bool)[:, :, None]
    average = 100 * (imports * raw.tariffs.values).sum((0, 2)) / imports.sum((0, 2))
    rows = [Row("sum of trade", "million USD", 33210829.0, float(raw.flows.sum()), 0.5)]
    rows += [
        Row(f"trade-weighted tariff, {r}", "%", published, float(computed), 0.005)
        for r, published, computed in zip(REGIONS, TARIFF_WEIGHTED, average, strict=True)
    ]
    return Table("Data", tuple(rows), "The checks that the data pack states.")


def _table2(world: World) -> Table:
    game = _game(world, [], {})
    base = game.model.status_quo
    rows = []
    for sector, name, welfare, wage in (
        ("crp", "chemicals", 0.17, 1.45),
        ("wap", "apparel", -0.14, 0.67),
    ):
        tariff = np.array(base.tariff)
        tariff[:-1, -1, world.sectors.index(sector)] += 0.5
        done = game.model.solve_arrays(
            type(base)(tariff, base.export_tax, base.iceberg, base.cap), tol=1e-11
        )
        wages = np.exp(done.log_w)
        gain = 100 * (done.real_income[-1] - 1)
        rise = 100 * (wages[-1] / wages.mean() - 1)
        rows.append(Row(f"US tariff on {name} +50 points: US welfare", "%", welfare, gain, 0.005))
        rows.append(Row(f"US tariff on {name} +50 points: US wage", "%", wage, rise, 0.005))
    return Table("2", tuple(rows), "Wage relative to the simple mean of all wages.")


def _name(table: str, weights: Weights) -> str:
    return f"{table}, political weights" if weights else table


def _own(game: Conflict, x: Array, region: int) -> float:
    return float(100 * np.median(x[game.owner == region]))


def _table3(world: World, weights: Weights) -> Table:
    game = _game(world, _tariffs(world), weights)
    own, others, medians = [], [], []
    for p in range(len(REGIONS)):
        reply = best_response(game, p, game.start, second_order=False)
        change = 100 * (game.values(reply.x) - 1)
        own.append(float(change[p]))
        others.append(float(np.delete(change, p).mean()))
        medians.append(_own(game, reply.x, p))
    published = not weights
    rows = [
        Row(f"own welfare, {r}", "%", p if published else None, o, WELFARE)
        for r, p, o in zip(REGIONS, OPTIMAL, own, strict=True)
    ]
    rows += [
        Row("own welfare, mean", "%", 2.2 if published else None, np.mean(own).item(), WELFARE),
        Row(
            "others' welfare, mean", "%", -0.7 if published else None, np.mean(others).item(), 0.05
        ),
        Row(
            "median tariff, mean", "%", 58.9 if published else None, np.mean(medians).item(), MEDIAN
        ),
    ]
    return Table(_name("3: optimal tariffs", weights), tuple(rows))


def _table4(world: World, weights: Weights) -> tuple[Table, Nash]:
    game = _game(world, _tariffs(world), weights)
    war = nash(game, game.start)
    change = 100 * (war.values - 1)
    published = not weights
    rows = [
        Row(f"welfare, {r}", "%", p if published else None, float(c), WELFARE)
        for r, p, c in zip(REGIONS, NASH, change, strict=True)
    ]
    medians = np.mean([_own(game, war.x, p) for p in range(len(REGIONS))]).item()
    rows += [
        Row("welfare, mean", "%", -2.4 if published else None, change.mean().item(), WELFARE),
        Row("median tariff, mean", "%", 58.1 if published else None, medians, MEDIAN),
    ]
    return Table(_name("4: Nash tariffs", weights), tuple(rows)), war


def _table5(world: World, weights: Weights, war: Nash, lower: float) -> Table:
    game = _game(world, _tariffs(world, lower=lower), weights)
    rows = []
    for origin, published in COOPERATION.items():
        x = {"Nash tariffs": war.x, "factual tariffs": game.start}.get(origin, 0 * war.x)
        before = np.log(game.values(x))
        # equal relative gains: a ray of the logs of welfare
        found = farthest(_Logs(game), x, before, np.ones(len(REGIONS)))
        gains = 100 * np.expm1(found.values - before)
        counted = published if not weights and lower == 0 else None
        rows.append(Row(f"equal gain from {origin}", "%", counted, float(gains.min()), WELFARE))
    note = "Tariffs of zero or more." if lower == 0 else "Import subsidies allowed."
    name = "5: cooperation" if lower == 0 else "5: cooperation with import subsidies"
    return Table(_name(name, weights), tuple(rows), note)


class _Logs:
    """A game whose payoffs are logs."""

    def __init__(self, game: Conflict) -> None:
        self.game = game
        self.players, self.owner = game.players, game.owner
        self.lower, self.upper = game.lower, game.upper

    def values(self, x: Array) -> Array:
        return np.log(self.game.values(x))

    def gradients(self, x: Array, weights: Array) -> Array:
        return self.game.gradients(x, weights / self.game.values(x))

    def own_gradients(self, x: Array) -> Array:
        return self.game.own_gradients(x) / self.game.values(x)[self.owner]

    def curvature(self, x: Array, weights: Array | None = None) -> Array:
        if weights is None:
            return self.game.curvature(x) / self.game.values(x)[self.owner]
        return self.game.curvature(x, weights / self.game.values(x))


def _check(world: World, war: Nash) -> Table:
    game = _game(world, _tariffs(world), {})
    found = deviations(game, war.x)
    rows = (Row("largest gain left to any region", "%", None, 100 * found.eps, 0.0),)
    return Table("4, checked", rows, "Uphill searches from three starts for each region.")


def _weights(world: World, observed: Array) -> tuple[Weights, Table]:
    """Political weights by region; where the pack has no tariffs, from the applied averages."""
    weights: Weights = {}
    rows = []
    for p, region in enumerate(REGIONS):
        imports = world.flows.values[:, p] * (np.arange(len(REGIONS)) != p)[:, None]
        applied = (imports * world.tariffs.values[:, p]).sum(axis=0) / imports.sum(axis=0)
        target = np.where(np.isnan(observed[:, p]), applied, observed[:, p])
        game = _game(world, list(instruments(world, region, by="sector", upper=5.0)), {}, (region,))
        found = infer_weights(game, target)
        weights[region] = found.weights
        rows += [
            Row(f"{region}: largest weight", "", None, max(found.weights.values()), 0.0),
            Row(f"{region}: correlation of tariffs", "", None, found.correlation, 0.0),
        ]
    note = (
        "Weights by sector, averaging 1, under which optimal MFN tariffs match the observed "
        "noncooperative ones (applied averages for BRA, IND and ROW, for which there are none), "
        "both as deviations from their averages, tariffs above 225% counting as 225%."
    )
    return weights, Table("Political weights", tuple(rows), note)


def _file(data: Path, name: str) -> Path:
    path = data / name
    if not path.is_file():
        raise InputError(f"There is no {name} in {plain(data)}; name the folder of the data pack.")
    return path


def _table(data: Path, name: str, shape: tuple[int, int]) -> Array:
    path = _file(data, name)
    try:
        values = np.loadtxt(path, delimiter=",", ndmin=2)
    except ValueError as error:
        raise InputError(
            f"{plain(path)} is not a table of numbers ({plain(error)}); restore it."
        ) from None
    if values.shape != shape or not np.isfinite(values).all():
        raise InputError(
            f"{plain(path)} has shape {values.shape}; it must be {shape}, all numbers."
        )
    return values
