"""Thousands of scenarios: lots that advance together, each scenario with its own outcome.

Scenarios with the same kind of policy are stacked and advance in lockstep (`lockstep.py`); what
plain acceleration does not solve goes to the one-scenario solver and its surer methods, which
also names the cause where there is no solution. Lots of 32 were fastest on NumPy: fewer pay for
calls, more fall out of the cache; threads gain nothing there (docs/benchmarks.md).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .._text import plain
from ..errors import ComputationError, DetenteError, InputError
from . import lockstep
from .equations import Caps, Flows, Point, Technology
from .model import TOLERANCE, Model, Solution
from .solve import base_solution
from .technology import ELASTICITIES, Rates, flows_of

if TYPE_CHECKING:
    from ..policy import Policy
    from ..world import World

Array = np.ndarray
LOT = {"numpy": 32, "jax": 128}
BACKENDS = tuple(LOT)
ORDERS = ("together", "path")

# name: dims, values from (solution, the same under the baseline policy)
RESULTS: dict[str, tuple[tuple[str, ...], Any]] = {
    "real_income": (("region",), lambda new, old: new.real_income / old.real_income),
    "ev_musd": (
        ("region",),
        lambda new, old: (new.real_income / old.real_income - 1) * old.point.income * _unit(new),
    ),
    "wages": (("region",), lambda new, old: np.exp(new.log_w - old.log_w)),
    "consumer_prices": (
        ("region",),
        lambda new, old: np.exp(new.point.log_consumer - old.point.log_consumer),
    ),
    "income": (("region",), lambda new, old: new.point.income * _unit(new)),
    "tariff_revenue": (("region",), lambda new, old: new.point.tariffs * _unit(new)),
    "revenue": (
        ("region",),
        lambda new, old: (new.point.tariffs + new.point.export_taxes) * _unit(new),
    ),
    "rents": (("region",), lambda new, old: new.point.rents * _unit(new)),
    "prices": (
        ("region", "sector"),
        lambda new, old: np.exp(new.point.log_price - old.point.log_price).T,
    ),
    "output": (("region", "sector"), lambda new, old: new.point.output.T * _unit(new)),
    "expenditure": (("region", "sector"), lambda new, old: new.spend.T * _unit(new)),
    "trade": (("exporter", "importer", "sector"), lambda new, old: new.trade * _unit(new)),
    "shadow": (("exporter", "importer", "sector"), lambda new, old: new.wedge),
}
DEFAULT = ("real_income", "ev_musd", "wages", "consumer_prices", "income", "tariff_revenue")


def _unit(solution: Solution) -> float:
    return solution.model.base.unit


def solve_many(
    world: World,
    policies: Sequence[Policy] | Mapping[str, Policy],
    *,
    baseline: Policy | None = None,
    horizon: str = "medium",
    closure: str = "fixed",
    draws: xr.Dataset | None = None,
    order: str = "together",
    keep: Sequence[str] = DEFAULT,
    backend: str = "numpy",
    device: str | None = None,
    lot: int | None = None,
    workers: int = 1,
    tol: float = TOLERANCE,
) -> xr.Dataset:
    """Every policy's equilibrium, with a certificate or the typed error that says why not.

    policies: a list, or a mapping from scenario name to Policy. draws: elasticities over draw x
        sector (`detente.world.draw_elasticities`); every policy is solved at every draw, against
        the baseline at that draw. order: `together`, or `path`: one after another, each started
        from the last that was solved. keep: results to return, of RESULTS. backend: `numpy`, or
        `jax` (the optional extra; 64-bit); device: `cpu` or `gpu` with jax. lot: scenarios that
        advance together. workers: threads that share the lots. tol: certified residual.

    Returns a Dataset over (draw,) scenario with the kept results (region; region x sector; or
    exporter x importer x sector; hats are against the baseline policy, values in millions of USD;
    NaN where there is no solution) and per scenario `status` (`certified` or the error's type),
    `message`, `max_residual`, `walras`, `evaluations`, `method`, `blocs`.

    Raises InputError (no policies, an unknown option, horizon or closure, draws on other sectors)
    and, without draws, what the baseline policy itself raises. Nothing a scenario does is raised.
    """
    named = _named(policies)
    _check(order, "order", ORDERS)
    _check(backend, "backend", BACKENDS)
    for name in keep:
        _check(name, "result", tuple(RESULTS))
    if backend == "numpy" and device not in (None, "cpu"):
        raise InputError(
            f"The numpy backend has no device {plain(device)!r}; use backend='jax' for it."
        )
    if not 1e-14 <= tol <= 1e-4:
        raise InputError(f"tol is {tol}; give a number between 1e-14 and 1e-4.")
    if workers < 1 or (lot is not None and lot < 1):
        raise InputError(f"workers is {workers} and lot is {lot}; give 1 or more.")
    model = Model.of(world, horizon, closure)
    models = [model] if draws is None else drawn(model, draws)
    rates = [_try(model.rates, policy) for policy in named.values()]

    before: list[Solution | DetenteError]
    if draws is None:
        before = [base_solution(model, baseline)]
    else:
        base = model.status_quo if baseline is None else model.rates(baseline)
        before = solve_lots([(m, base, None) for m in models], lot=LOT["numpy"], tol=tol)
    tasks, where = [], []
    outcome: list[list[Solution | DetenteError]] = [[_UNKNOWN] * len(rates) for _ in models]
    for d, (at_draw, old) in enumerate(zip(models, before, strict=True)):
        for k, policy in enumerate(rates):
            bad = next((x for x in (old, policy) if isinstance(x, DetenteError)), None)
            if bad is not None:
                outcome[d][k] = bad
            elif isinstance(old, Solution) and isinstance(policy, Rates):
                tasks.append((at_draw, policy, old))
                where.append((d, k))
    if order == "path":
        solved = _in_order(tasks, tol)
    else:
        solved = solve_lots(
            tasks,
            lot=lot or LOT[backend],
            tol=tol,
            backend=backend,
            device=device,
            workers=workers,
        )
    for (d, k), result in zip(where, solved, strict=True):
        outcome[d][k] = result
    return _dataset(model, named, draws, outcome, before, keep)


_UNKNOWN = ComputationError("not solved")


def solve_lots(
    tasks: Sequence[tuple[Model, Rates, Solution | None]],
    *,
    lot: int = LOT["numpy"],
    tol: float = TOLERANCE,
    backend: str = "numpy",
    device: str | None = None,
    workers: int = 1,
) -> list[Solution | DetenteError]:
    """For each (model, rates, start), its Solution or its error, in the order given.

    Models may differ in trade elasticities within a lot; tasks of one kind share lots.
    """
    found: list[Solution | DetenteError] = [_UNKNOWN] * len(tasks)
    ready: dict[Any, list[tuple[int, Flows]]] = {}
    for i, (model, rates, _) in enumerate(tasks):
        flows = _try(flows_of, model.base, model.tech, rates, (model.regions, model.sectors))
        if isinstance(flows, DetenteError):
            found[i] = flows
            continue
        # what must be alike within a lot: the world but for theta, blocs, and optional arrays
        kind = (id(model.base), id(model.tech.recipe), len(flows.blocs))
        ready.setdefault((*kind, flows.caps is None, flows.net is None), []).append((i, flows))
    lots = [group[k : k + lot] for group in ready.values() for k in range(0, len(group), lot)]

    def work(part: list[tuple[int, Flows]]) -> list[Solution | DetenteError]:
        return _solve_lot([tasks[i] for i, _ in part], [f for _, f in part], tol, lot, run)

    run = lockstep.run
    if backend == "jax":
        from .jax_lockstep import runner

        run = runner(device)
    if workers > 1:
        with ThreadPoolExecutor(workers) as pool:
            results: Iterable[Any] = list(pool.map(work, lots))
    else:
        results = map(work, lots)
    for part, done in zip(lots, results, strict=True):
        for (i, _), result in zip(part, done, strict=True):
            found[i] = result
    return found


def drawn(model: Model, draws: xr.Dataset) -> list[Model]:
    """The model at each draw of elasticities; the nests are built anew only where they differ."""
    if "draw" not in draws.dims or "sector" not in draws.dims:
        raise InputError("draws must have dims draw and sector; see draw_elasticities.")
    if tuple(map(str, draws["sector"].values)) != model.sectors:
        raise InputError("draws are on other sectors than the world; draw them for this world.")
    unknown = [str(name) for name in draws.data_vars if name not in ELASTICITIES]
    if unknown:
        raise InputError(
            f"draws hold {plain(unknown[0])!r}, which is no elasticity; keep "
            f"{', '.join(ELASTICITIES)}."
        )
    values = {str(k): draws[k].transpose("draw", "sector").values for k in draws.data_vars}
    for name, value in values.items():
        if not (np.isfinite(value) & (value > 0 if name == "trade" else value >= 0)).all():
            raise InputError(f"draws of {name} must be finite and not negative (trade above 0).")
    out, built = [], {}
    for d in range(draws.sizes["draw"]):
        own = model.elasticities | {name: value[d] for name, value in values.items()}
        key = tuple(own[name].tobytes() for name in ELASTICITIES if name != "trade")
        if key == tuple(model.elasticities[n].tobytes() for n in ELASTICITIES if n != "trade"):
            built[key] = model
        if key not in built:
            built[key] = Model(
                model.accounts,
                own,
                closure=model.closure,
                regions=model.regions,
                sectors=model.sectors,
            )
        built[key].preconditioner  # noqa: B018 - made once, shared by the copies
        part = copy.copy(built[key])
        part.elasticities = own
        part.tech = part.tech._replace(theta=own["trade"])
        out.append(part)
    return out


def _solve_lot(
    tasks: Sequence[tuple[Model, Rates, Solution | None]],
    flows: Sequence[Flows],
    tol: float,
    size: int,
    run: Any,
) -> list[Solution | DetenteError]:
    """One lot in lockstep; those left over one by one."""
    model = tasks[0][0]
    tech = model.tech
    thetas = np.stack([m.tech.theta for m, _, _ in tasks])
    if (thetas != tech.theta).any():
        tech = tech._replace(theta=thetas)
    stacked = stack(flows)
    lot = lockstep.lot_of(tech, stacked, model.preconditioner)
    value, error, spent, point = run(
        model.shape, lot, _starts(tech, [start for _, _, start in tasks]), tol, size
    )
    log_w, log_p, spend = lockstep.unpack(np, tech, value)
    with np.errstate(all="ignore"):
        demand = point.labour_demand - np.exp(log_w) * tech.labour
    out: list[Solution | DetenteError] = []
    for b, (own, rates, start) in enumerate(tasks):
        if not error[b] <= tol:
            done = _try(own.solve_arrays, rates, start=start, tol=tol)
            if isinstance(done, Solution):
                total = done.evaluations + int(spent[b])
                object.__setattr__(done, "evaluations", total)
            out.append(done)
            continue
        out.append(
            Solution(
                own,
                rates,
                _one(stacked, b),
                log_w[b],
                log_p[b],
                spend[b],
                _one_point(point, b, len(tasks)),
                float(error[b]),
                float(abs(demand[b].sum())),
                int(spent[b]),
                "lockstep",
            )
        )
    return out


def _in_order(
    tasks: Sequence[tuple[Model, Rates, Solution | None]], tol: float
) -> list[Solution | DetenteError]:
    """Each from the last that was solved (at the same draw)."""
    out: list[Solution | DetenteError] = []
    last: Solution | None = None
    for model, rates, start in tasks:
        near = last if last is not None and last.model is model else start
        done = _try(model.solve_arrays, rates, start=near, tol=tol)
        if isinstance(done, Solution):
            last = done
        out.append(done)
    return out


def _starts(tech: Technology, starts: Sequence[Solution | None]) -> Array:
    """[B, D] from solutions; the world's own baseline where there is none."""
    S, N = tech.unit.shape
    given = [k for k, start in enumerate(starts) if start is not None]
    value = np.zeros((len(starts), N + 2 * S * N))
    if given:
        parts = [starts[k] for k in given]
        stacked = (np.stack([getattr(p, x) for p in parts]) for x in ("log_w", "log_p", "spend"))
        with np.errstate(divide="ignore"):
            value[given] = lockstep.pack(np, tech, *stacked)
    return value


def stack(flows: Sequence[Flows]) -> Flows:
    """One Flows with a leading axis. Capped flows are those of any scenario; where a scenario has
    no cap its quota is infinite, and where it has a ban it buys nothing."""
    buy = np.stack([f.buy for f in flows])
    sell = np.stack([f.sell for f in flows])
    net = None if flows[0].net is None else np.stack([f.net for f in flows])
    blocs = np.stack([f.blocs for f in flows])
    given = [(b, f.caps) for b, f in enumerate(flows) if f.caps is not None]
    if not given:
        return Flows(buy, sell, net, None, blocs)
    place = sorted({at for _, caps in given for at in _places(caps)})
    sector, importer, exporter = map(np.array, zip(*place, strict=True))
    at = (slice(None), sector, importer, exporter)
    column = {p: k for k, p in enumerate(place)}
    with np.errstate(divide="ignore", invalid="ignore"):
        log_buy = np.log(buy[at])
        border = np.where(buy[at] > 0, (sell if net is None else net)[at] / buy[at], 1.0)
        tariff = 1 / border - 1
        tax = np.where(buy[at] > 0, border * buy[at] / sell[at], 1.0) - 1
    quota = np.full(log_buy.shape, np.inf)
    rents = np.tile([[1.0], [0.0], [0.0]], (1, len(flows)))
    for b, caps in given:
        mine = [column[p] for p in _places(caps)]
        log_buy[b, mine], quota[b, mine] = caps.log_buy, caps.log_quota
        tariff[b, mine], tax[b, mine] = caps.tariff, caps.export_tax
        rents[:, b] = caps.exporter_share, caps.importer_share, caps.lost
    for array in (buy, sell) if net is None else (buy, sell, net):
        array[at] = 0.0
    shares = (row[:, None] for row in rents)
    caps = Caps(sector, importer, exporter, log_buy, tariff, tax, quota, *shares)
    return Flows(buy, sell, net, caps, blocs)


def _places(caps: Caps) -> list[tuple[int, int, int]]:
    return list(
        zip(caps.sector.tolist(), caps.importer.tolist(), caps.exporter.tolist(), strict=True)
    )


def _one(flows: Flows, b: int) -> Flows:
    """Scenario b of stacked flows, without the capped places it does not use."""
    caps = flows.caps
    if caps is not None:
        caps = Caps(*caps[:3], *(a[b] for a in caps[3:7]), *(a[b, 0] for a in caps[7:]))
    net = None if flows.net is None else flows.net[b]
    return Flows(flows.buy[b], flows.sell[b], net, caps, flows.blocs[b])


def _one_point(point: Point, b: int, size: int) -> Point:
    """Scenario b of a stacked point; arrays that all scenarios share stay as they are."""

    def take(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return value[b] if value.ndim and len(value) == size else value
        if isinstance(value, tuple):
            parts = [take(item) for item in value]
            return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
        return value

    return take(point)
