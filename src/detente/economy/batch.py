"""Thousands of scenarios: lots that advance together, each scenario with its own outcome.

Scenarios with the same kind of policy are stacked and advance in lockstep (`lockstep.py`); what
plain acceleration does not solve goes to the one-scenario solver and its surer methods, which
also name the cause where there is no solution. Lots of 32 were fastest on NumPy: smaller ones pay
for calls, larger ones fall out of the cache, and threads gain nothing (docs/benchmarks.md).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
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
    tol: float = TOLERANCE,
) -> xr.Dataset:
    """Every policy's equilibrium, with a certificate or the typed error that says why not.

    policies: a list, or a mapping from scenario name to Policy. draws: elasticities over draw x
        sector (`detente.world.draw_elasticities`); every policy is solved at every draw, against
        the baseline at that draw. order: `together`, or `path`: one after another, each started
        from the last that was solved. keep: results to return, of RESULTS. backend: `numpy`, or
        `jax` (the optional extra; 64-bit); device: `cpu` or `gpu` with jax. lot: scenarios that
        advance together. tol: certified residual.

    Returns a Dataset over (draw,) scenario with the kept results (region; region x sector; or
    exporter x importer x sector; hats are against the baseline policy, values in millions of USD;
    NaN where there is no solution) and per scenario `status` (`certified` or the error's type),
    `message`, `max_residual`, `walras`, `evaluations`, `method`, `blocs`.

    Raises InputError (no policies, an unknown option, horizon or closure, draws on other sectors)
    and, without draws, what the baseline policy itself raises. Nothing a scenario does is raised.
    """
    named = _named(policies)
    _check(order, "order", ORDERS)
    _check(backend, "backend", tuple(LOT))
    for name in keep:
        _check(name, "result", tuple(RESULTS))
    if backend == "numpy" and device not in (None, "cpu"):
        raise InputError(
            f"The numpy backend has no device {plain(device)!r}; use backend='jax' for it."
        )
    if not 1e-14 <= tol <= 1e-4:
        raise InputError(f"tol is {tol}; give a number between 1e-14 and 1e-4.")
    if lot is not None and lot < 1:
        raise InputError(f"lot is {lot}; give 1 or more.")
    model = Model.of(world, horizon, closure)
    options: dict[str, Any] = {"tol": tol, "backend": backend, "device": device}
    options["lot"] = lot or LOT[backend]

    models, before = [model], {0: base_solution(model, baseline) if draws is None else _NOT_SOLVED}
    if draws is not None:
        models = drawn(model, draws)
        base = model.status_quo if baseline is None else model.rates(baseline)
        before = dict(solve_lots([(at_draw, base, None) for at_draw in models], **options))
    table = _Table(model, list(named), len(models), keep)
    tasks, where = [], []
    for k, policy in enumerate(named.values()):
        rates = _try(model.rates, policy)
        for d, at_draw in enumerate(models):
            old = before[d]
            if isinstance(old, Solution) and isinstance(rates, Rates):
                tasks.append((at_draw, rates, old))
                where.append((d, k))
            else:
                table.put(d, k, old if isinstance(old, DetenteError) else rates, old)
    solved = _in_order(tasks, tol) if order == "path" else solve_lots(tasks, **options)
    for i, result in solved:
        d, k = where[i]
        table.put(d, k, result, before[d])
    return table.dataset(None if draws is None else draws["draw"].values)


def solve_lots(
    tasks: Sequence[tuple[Model, Rates, Solution | None]],
    *,
    lot: int = LOT["numpy"],
    tol: float = TOLERANCE,
    backend: str = "numpy",
    device: str | None = None,
) -> Iterator[tuple[int, Solution | DetenteError]]:
    """For each (model, rates, start) its position and its Solution or error, as lots finish.

    Models may differ in trade elasticities within a lot; tasks of one kind share lots.
    """
    run = lockstep.run
    if backend == "jax":
        from .jax_lockstep import runner

        run = runner(device, lot)
    ready: dict[Any, list[tuple[int, Flows]]] = {}

    def work(part: list[tuple[int, Flows]]) -> Iterator[tuple[int, Solution | DetenteError]]:
        solved = _solve_lot([tasks[i] for i, _ in part], [f for _, f in part], tol, run)
        return zip((i for i, _ in part), solved, strict=True)

    for i, (model, rates, _) in enumerate(tasks):
        names = (model.regions, model.sectors)
        flows = _try(flows_of, model.base, model.tech, rates, names)
        if isinstance(flows, DetenteError):
            yield i, flows
            continue
        # alike within a lot: the world but for theta, the number of blocs, the optional arrays
        kind = (id(model.tech.recipe), len(flows.blocs), flows.caps is None, flows.net is None)
        part = ready.setdefault(kind, [])
        part.append((i, flows))
        if len(part) == lot:
            yield from work(ready.pop(kind))
    for part in ready.values():
        yield from work(part)


def _solve_lot(
    tasks: Sequence[tuple[Model, Rates, Solution | None]],
    flows: Sequence[Flows],
    tol: float,
    run: Any,
) -> list[Solution | DetenteError]:
    """One lot in lockstep; those left over one by one."""
    model = tasks[0][0]
    tech = model.tech
    thetas = np.stack([m.tech.theta for m, _, _ in tasks])
    if (thetas != tech.theta).any():
        tech = tech._replace(theta=thetas)
    stacked = _stack(flows, [rates for _, rates, _ in tasks])
    lot = lockstep.lot_of(tech, stacked, model.preconditioner)
    value, error, spent, point = run(
        model.shape, lot, _starts(tech, [start for _, _, start in tasks]), tol
    )
    log_w, log_p, spend = lockstep.unpack(np, tech, value)
    out: list[Solution | DetenteError] = []
    for b, (own, rates, start) in enumerate(tasks):
        if error[b] <= tol:
            gap = point.labour_demand[b] - np.exp(log_w[b]) * tech.labour
            own_point = _one_point(point, b, stacked, flows[b])
            parts = (own, rates, flows[b], log_w[b], log_p[b], spend[b], own_point)
            out.append(
                Solution(*parts, float(error[b]), float(abs(gap.sum())), int(spent[b]), "lockstep")
            )
            continue
        done = _try(own.solve_arrays, rates, start=start, tol=tol)
        if isinstance(done, Solution):
            done = replace(done, evaluations=done.evaluations + int(spent[b]))
        out.append(done)
    return out


def _in_order(
    tasks: Sequence[tuple[Model, Rates, Solution | None]], tol: float
) -> Iterator[tuple[int, Solution | DetenteError]]:
    """Each from the last that was solved at the same draw."""
    last: dict[Model, Solution] = {}
    for i, (model, rates, start) in enumerate(tasks):
        done = _try(model.solve_arrays, rates, start=last.get(model, start), tol=tol)
        if isinstance(done, Solution):
            last[model] = done
        yield i, done


def drawn(model: Model, draws: xr.Dataset) -> list[Model]:
    """The model at each draw of elasticities; the nests are built anew only where they differ.

    Raises InputError where draws are on other dims or sectors, or hold no elasticities.
    """
    if set(draws.dims) != {"draw", "sector"} or not draws.sizes["draw"]:
        raise InputError("draws must have dims draw and sector; see draw_elasticities.")
    if "sector" not in draws.coords or (tuple(map(str, draws["sector"].values)) != model.sectors):
        raise InputError("draws are on other sectors than the world; draw them for this world.")
    values = {}
    for name in map(str, draws.data_vars):
        if name not in ELASTICITIES:
            raise InputError(
                f"draws hold {plain(name)!r}; the elasticities are {', '.join(ELASTICITIES)}."
            )
        value = values[name] = draws[name].transpose("draw", "sector").values.astype(float)
        if not (np.isfinite(value) & (value >= (1e-9 if name == "trade" else 0))).all():
            raise InputError(
                f"draws of {name} must be finite, not negative, and above 0 for trade."
            )
    nests = [name for name in ELASTICITIES if name != "trade"]
    built = {tuple(model.elasticities[name].tobytes() for name in nests): model}
    out = []
    for d in range(draws.sizes["draw"]):
        own = model.elasticities | {name: value[d] for name, value in values.items()}
        key = tuple(own[name].tobytes() for name in nests)
        if key not in built:
            names: dict[str, Any] = {"regions": model.regions, "sectors": model.sectors}
            built[key] = Model(model.accounts, own, closure=model.closure, **names)
        part = copy.copy(built[key])
        # the same for every theta but for the length of a step
        part.preconditioner = built[key].preconditioner
        part.elasticities = own
        part.tech = part.tech._replace(theta=own["trade"])
        out.append(part)
    return out


def _starts(tech: Technology, starts: Sequence[Solution | None]) -> Array:
    """[B, D] from solutions; the world's own baseline where there is none."""
    S, N = tech.unit.shape
    given = [k for k, start in enumerate(starts) if start is not None]
    value = np.zeros((len(starts), N + 2 * S * N))
    if given:
        parts = [start for start in starts if start is not None]
        stacked = (np.stack([getattr(p, x) for p in parts]) for x in ("log_w", "log_p", "spend"))
        with np.errstate(divide="ignore"):
            value[given] = lockstep.pack(np, tech, *stacked)
    return value


def _stack(flows: Sequence[Flows], rates: Sequence[Rates]) -> Flows:
    """One Flows with a leading axis. Its capped flows are those of any scenario; where a scenario
    has no cap the quota is infinite, and where it has a ban it buys nothing."""
    buy = np.stack([f.buy for f in flows])
    sell = np.stack([f.sell for f in flows])
    net = None if flows[0].net is None else np.stack([f.net for f in flows if f.net is not None])
    blocs = np.stack([f.blocs for f in flows])
    each = [f.caps for f in flows if f.caps is not None]
    if not each:
        return Flows(buy, sell, net, None, blocs)
    used = np.zeros(buy.shape[1:], bool)
    for caps in each:
        used[caps.sector, caps.importer, caps.exporter] = True
    s, n, i = np.nonzero(used)
    tariff = np.stack([r.tariff[i, n, s] for r in rates])
    export_tax = np.stack([r.export_tax[i, n, s] for r in rates])
    with np.errstate(divide="ignore"):
        log_buy = np.log(buy[:, s, n, i])
    log_quota = np.full(log_buy.shape, np.inf)
    for b, caps in enumerate(each):
        mine = _columns(s, n, i, caps, used.shape)
        log_buy[b, mine], log_quota[b, mine] = caps.log_buy, caps.log_quota
    for array in (buy, sell) if net is None else (buy, sell, net):
        array[:, s, n, i] = 0.0
    rents = (np.array([[x] for x in part]) for part in zip(*(c[-3:] for c in each), strict=True))
    return Flows(
        buy, sell, net, Caps(s, n, i, log_buy, tariff, export_tax, log_quota, *rents), blocs
    )


def _columns(s: Array, n: Array, i: Array, caps: Caps, shape: tuple[int, ...]) -> Array:
    """Where the flows of `caps` are among the sorted flows (s, n, i)."""
    own = np.ravel_multi_index((caps.sector, caps.importer, caps.exporter), shape)
    return np.asarray(np.searchsorted(np.ravel_multi_index((s, n, i), shape), own))


def _one_point(point: Point, b: int, stacked: Flows, own: Flows) -> Point:
    """Scenario b of a point of stacked flows."""
    made = point.made
    # what the nests hold fixed has no scenario axis
    shared = {
        name: array if array.ndim == ndim else array[b]
        for name, ndim in (("labour", 2), ("bundle", 2), ("base", 2), ("critical", 3))
        for array in [getattr(made, name)]
    }
    nodes = tuple(type(node)(*(array[b] for array in node)) for node in made.inputs)
    rest = {name: getattr(made, name)[b] for name in ("log_cost", "log_inputs", "log_base")}
    wedge = delivered = None
    if own.caps is not None and stacked.caps is not None:
        at = _columns(*stacked.caps[:3], own.caps, own.buy.shape)
        wedge, delivered = np.asarray(point.wedge)[b, at], np.asarray(point.delivered)[b, at]
    fields = {
        name: value[b]
        for name, value in point._asdict().items()
        if name not in ("made", "wedge", "delivered", "deficit")
    }
    fields["deficit"] = point.deficit if point.deficit.ndim == 1 else point.deficit[b]
    made = made._replace(inputs=nodes, **rest, **shared)
    return Point(**fields, made=made, wedge=wedge, delivered=delivered)


class _Table:
    """Results as they come, by draw and scenario."""

    def __init__(self, model: Model, names: list[str], draws: int, keep: Sequence[str]) -> None:
        self.model, self.names, self.size = model, names, (draws, len(names))
        self.values = {
            name: np.full(
                (*self.size, *(len(model.labels(dim)) for dim in RESULTS[name][0])), np.nan
            )
            for name in keep
        }
        self.marks = {name: np.full(self.size, np.nan) for name in ("max_residual", "walras")}
        self.marks |= {name: np.zeros(self.size, int) for name in ("evaluations", "blocs")}
        words = {name: np.full(self.size, "", object) for name in ("status", "message", "method")}
        self.marks = words | self.marks

    def put(self, d: int, k: int, new: Any, old: Any) -> None:
        """The outcome of scenario k at draw d."""
        marks: dict[str, Any]
        if isinstance(new, Solution) and isinstance(old, Solution):
            marks = {"status": "certified", "max_residual": new.residual, "walras": new.walras}
            marks |= {"evaluations": new.evaluations, "method": new.method}
            marks["blocs"] = len(new.flows.blocs)
            for name, array in self.values.items():
                array[d, k] = RESULTS[name][1](new, old)
        else:
            marks = {"status": type(new).__name__, "message": str(new)}
        for name, value in marks.items():
            self.marks[name][d, k] = value

    def dataset(self, draws: Array | None) -> xr.Dataset:
        """Labelled; without the draw dim where there are no draws."""
        coords: dict[str, Any] = {"draw": np.arange(self.size[0]) if draws is None else draws}
        coords["scenario"] = self.names
        data = {}
        for name, array in self.values.items():
            dims = RESULTS[name][0]
            coords |= {dim: list(self.model.labels(dim)) for dim in dims}
            data[name] = (("draw", "scenario", *dims), array)
        for name, array in self.marks.items():
            words = array.dtype == object
            data[name] = (("draw", "scenario"), array.astype(str) if words else array)
        out = xr.Dataset(data, coords, {"closure": self.model.closure})
        return out.isel(draw=0, drop=True) if draws is None else out


_NOT_SOLVED = ComputationError("not solved")


def _named(policies: Sequence[Policy] | Mapping[str, Policy]) -> dict[str, Policy]:
    """Scenario name to policy; policies of one name are numbered."""
    if isinstance(policies, Mapping):
        named = {str(name): policy for name, policy in policies.items()}
    else:
        names = [policy.name for policy in policies]
        if len(set(names)) < len(names):
            names = [f"{name} #{k + 1}" for k, name in enumerate(names)]
        named = dict(zip(names, policies, strict=True))
    if not named:
        raise InputError("solve_many was given no policies; give one or more.")
    return named


def _check(value: str, what: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise InputError(f"There is no {what} {plain(value)!r}; choose one of {', '.join(known)}.")


def _try(function: Any, *args: Any, **options: Any) -> Any:
    """What the function returns, or the error of detente that it raises."""
    try:
        return function(*args, **options)
    except DetenteError as error:
        return error
