"""A solved counterfactual with labels: hats and levels relative to a baseline policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from .._text import plain
from ..errors import InputError
from .model import Solution

Array = np.ndarray
FLOW = ("exporter", "importer", "sector")
HATS = ("real_income", "ev_musd", "wages", "consumer_prices", "prices", "costs")


@dataclass(frozen=True)
class Certificate:
    """Evidence that an equilibrium is one.

    max_residual: the largest of |excess demand for labour| over labour income, |change in log
    prices| and |change in expenditure| over expenditure in one more evaluation of the equations.
    walras: |world excess demand for labour| over world labour income. evaluations: how many
    evaluations of the equations it took. method: which solver succeeded.
    """

    max_residual: float
    walras: float
    evaluations: int
    method: str


@dataclass(frozen=True, eq=False, repr=False)
class Equilibrium:
    """A certified counterfactual; build with `solve`.

    Hats are ratios to the baseline policy's equilibrium, which has the same closure and horizon.
    Levels are millions of USD per year in the numeraire (world labour income is that of the
    world). `solution` and `baseline_solution` hold the plain arrays.
    """

    solution: Solution
    baseline_solution: Solution
    name: str
    baseline_name: str
    horizon: str
    notes: tuple[str, ...] = ()

    # ------------------------------------------------------------------ what it stands on

    @property
    def closure(self) -> str:
        """fixed, world_share or zero."""
        return self.solution.model.closure

    @property
    def partial(self) -> bool:
        """Whether wages and expenditure were held."""
        return self.solution.partial

    @property
    def certificate(self) -> Certificate:
        done = self.solution
        return Certificate(done.residual, done.walras, done.evaluations, done.method)

    @property
    def blocs(self) -> tuple[tuple[str, ...], ...]:
        """Trade blocs that bans leave without trade between them; one if the world is whole.

        Each bloc's labour income is its own at the baseline, by convention, so wages and prices
        of different blocs cannot be compared.
        """
        regions = self.solution.model.regions
        return tuple(
            tuple(regions[n] for n in np.flatnonzero(row)) for row in self.solution.flows.blocs
        )

    # ---------------------------------------------------------------------------- results

    @cached_property
    def real_income(self) -> xr.DataArray:
        """Hat of income over the consumer price, by region (exact, not first order)."""
        return self._label(
            self.solution.real_income / self.baseline_solution.real_income, ("region",)
        )

    @cached_property
    def ev_musd(self) -> xr.DataArray:
        """Equivalent variation by region: baseline income times the change of real income."""
        income = self.baseline_solution.point.income * self._unit
        return self._label((self.real_income.values - 1) * income, ("region",))

    @cached_property
    def wages(self) -> xr.DataArray:
        """Hat of the wage by region, in the numeraire."""
        return self._label(np.exp(self.solution.log_w - self.baseline_solution.log_w), ("region",))

    @cached_property
    def prices(self) -> xr.DataArray:
        """Hat of the purchaser price of each composite good, region x sector."""
        change = self.solution.point.log_price - self.baseline_solution.point.log_price
        return self._label(np.exp(change).T, ("region", "sector"))

    @cached_property
    def costs(self) -> xr.DataArray:
        """Hat of producers' unit cost, region x sector."""
        change = self.solution.point.log_cost - self.baseline_solution.point.log_cost
        return self._label(np.exp(change).T, ("region", "sector"))

    @cached_property
    def consumer_prices(self) -> xr.DataArray:
        """Hat of the price of final consumption, by region."""
        change = self.solution.point.log_consumer - self.baseline_solution.point.log_consumer
        return self._label(np.exp(change), ("region",))

    @cached_property
    def trade(self) -> xr.DataArray:
        """What producers get for goods delivered, exporter x importer x sector, millions of USD."""
        return self._label(self.solution.trade * self._unit, FLOW)

    @cached_property
    def baseline_trade(self) -> xr.DataArray:
        """The same under the baseline policy."""
        return self._label(self.baseline_solution.trade * self._unit, FLOW)

    @cached_property
    def output(self) -> xr.DataArray:
        """Producers' sales, region x sector, millions of USD."""
        return self._label(self.solution.point.output.T * self._unit, ("region", "sector"))

    @cached_property
    def baseline_output(self) -> xr.DataArray:
        """The same under the baseline policy."""
        return self._label(self.baseline_solution.point.output.T * self._unit, ("region", "sector"))

    @cached_property
    def expenditure(self) -> xr.DataArray:
        """Spending at purchaser prices, region x sector, millions of USD."""
        return self._label(self.solution.spend.T * self._unit, ("region", "sector"))

    @cached_property
    def income(self) -> xr.DataArray:
        """Final spending by region, millions of USD."""
        return self._label(self.solution.point.income * self._unit, ("region",))

    @cached_property
    def tariff_revenue(self) -> xr.DataArray:
        """Tariff revenue by region, millions of USD."""
        return self._label(self.solution.point.tariffs * self._unit, ("region",))

    @cached_property
    def revenue(self) -> xr.DataArray:
        """Tariff and export-tax revenue by region, millions of USD."""
        point = self.solution.point
        return self._label((point.tariffs + point.export_taxes) * self._unit, ("region",))

    @cached_property
    def baseline_revenue(self) -> xr.DataArray:
        """The same under the baseline policy."""
        point = self.baseline_solution.point
        return self._label((point.tariffs + point.export_taxes) * self._unit, ("region",))

    @cached_property
    def rents(self) -> xr.DataArray:
        """Rents of binding caps that the region gets, millions of USD."""
        return self._label(self.solution.point.rents * self._unit, ("region",))

    @cached_property
    def shadow(self) -> xr.DataArray:
        """The export tax m that would hold each capped flow at its cap, as a fraction."""
        return self._label(self.solution.wedge, FLOW)

    @cached_property
    def deficit(self) -> xr.DataArray:
        """Net-of-tariff imports less exports by region, millions of USD."""
        return self._label(self.solution.point.deficit * self._unit, ("region",))

    # ---------------------------------------------------------------------- understanding

    def decomposition(self, tol: float = 1e-8) -> xr.Dataset:
        """Exact parts of the change of real income (hat less 1), adding up to `total`.

        Over region: terms_of_trade, volume, taxes_and_rents, trade_costs, profits, transfers,
        total, gap (total less the parts, below `tol` unless a path could not be refined further).
        The first four also with `_by_partner` (region, partner, sector), profits with `_by_sector`.
        See decomposition.py. Raises InputError on a partial equilibrium.
        """
        from .decomposition import PARTNER, decompose

        if self.partial:
            raise InputError(
                "A partial equilibrium has no decomposition: its markets do not clear; solve "
                "without partial=True."
            )
        parts = decompose(self.baseline_solution, self.solution, tol)
        out = {}
        for name in PARTNER:
            value = getattr(parts, name)
            detail = self._label(value, ("region", "partner", "sector"))
            out[f"{name}_by_partner"] = detail
            out[name] = detail.sum(("partner", "sector"))
        out["profits_by_sector"] = self._label(parts.profits, ("region", "sector"))
        out["profits"] = out["profits_by_sector"].sum("sector")
        for name in ("transfers", "total", "gap"):
            out[name] = self._label(getattr(parts, name), ("region",))
        return xr.Dataset(out, attrs={"unit": "fraction of baseline real income"})

    @cached_property
    def consumer_price_effects(self) -> xr.DataArray:
        """Each sector's part of the log change of the consumer price, region x sector.

        Sato-Vartia weights (Sato 1976, Vartia 1976), exact for CES demand: the parts add up to
        log(consumer_prices).
        """
        old, new = self.baseline_solution.point, self.solution.point
        a, b = old.final, new.final
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(np.abs(b / a - 1) < 1e-9, (a + b) / 2, (b - a) / np.log(b / a))
        mean = np.where((a > 0) & (b > 0), mean, 0.0)
        weights = mean / mean.sum(axis=1, keepdims=True)
        return self._label(weights * (new.log_price - old.log_price).T, ("region", "sector"))

    def vjp(
        self,
        cotangents: Mapping[str, xr.DataArray | float],
        wrt: Iterable[str] = ("tariff", "export_tax", "cap", "trade"),
    ) -> dict[str, xr.DataArray]:
        """Gradient of sum(cotangent x result) over results, by one adjoint solve.

        cotangents: for names of results (`real_income`, `ev_musd`, `wages`, `consumer_prices`,
        `prices`, `costs`: hats against the baseline; `income`, `revenue`, `tariff_revenue`,
        `export_tax_revenue`, `rents`, `profits`, `output`, `expenditure`, `trade`: millions of
        USD), a number for all entries or an array with the result's dims; absent labels count
        zero. wrt: policy arrays (`tariff`, `export_tax`, `iceberg`, `cap`; exporter x importer x
        sector, per unit), elasticities (`trade`, `value_added`, `inputs`, `critical`, over sector;
        `final`), `deficits` (region, per million USD), `rent_share`, `rent_lost`.

        Only what depends on the policy moves: a baseline policy's own equilibrium moves with
        elasticities and deficits, not with the policy. Where a cap is exactly at its kink, the
        derivative is that of the side that binds not. Raises InputError on unknown names.
        """
        names = tuple(wrt)
        out = self._pulled(self.solution, cotangents, names, 1.0)
        shared = [name for name in names if name not in ("tariff", "export_tax", "iceberg", "cap")]
        shared = [name for name in shared if not name.startswith("rent")]
        hats = {name: value for name, value in cotangents.items() if name in HATS}
        if shared and hats and self.baseline_solution is not self.solution:
            moved = self._pulled(self.baseline_solution, hats, tuple(shared), -1.0)
            out |= {name: out[name] + moved[name] for name in shared}
        return out

    def gradient(self, result: str, region: str, wrt: str = "tariff") -> xr.DataArray:
        """d result of one region / d a policy array or parameter; see `vjp`."""
        one = xr.DataArray([1.0], {"region": [region]}, ("region",))
        return self.vjp({result: one}, (wrt,))[wrt]

    def _pulled(
        self,
        at: Solution,
        cotangents: Mapping[str, xr.DataArray | float],
        wrt: tuple[str, ...],
        sign: float,
    ) -> dict[str, xr.DataArray]:
        """vjp of the hats' numerators (sign 1, at the solution) or denominators (-1)."""
        asked: dict[str, Array] = {}
        for name, given in cotangents.items():
            dims = _dims(name)
            value = _filled(given, dims, {dim: at.model.labels(dim) for dim in dims}, name)
            kind = name
            if name == "ev_musd":
                value = value * self.baseline_solution.point.income * self._unit
                kind = "real_income"
            if name in HATS:
                world = _of_world(self.solution, kind), _of_world(self.baseline_solution, kind)
                # hat = world[0] / world[1]; to the denominator it is -hat / world[1]
                value = value / world[1] if sign > 0 else -value * world[0] / world[1] ** 2
            else:
                value = value * self._unit
            asked[kind] = asked[kind] + value if kind in asked else value
        found = at.adjoint.vjp(asked, wrt)
        dims = {"deficits": ("region",), "final": (), "rent_share": (), "rent_lost": ()}
        dims |= dict.fromkeys(("tariff", "export_tax", "iceberg", "cap"), FLOW)
        scale = {"deficits": 1 / self._unit}
        return {
            name: self._label(value * scale.get(name, 1.0), dims.get(name, ("sector",)))
            for name, value in found.items()
        }

    # ------------------------------------------------------------------------------------

    @property
    def _unit(self) -> float:
        return self.solution.model.base.unit

    def _label(self, values: Array, dims: tuple[str, ...]) -> xr.DataArray:
        labels = {dim: list(self.solution.model.labels(dim)) for dim in dims}
        return xr.DataArray(values, labels, dims)

    def __repr__(self) -> str:
        done = self.certificate
        return (
            f"Equilibrium({self.name!r} against {self.baseline_name!r}, {self.horizon}, "
            f"closure {self.closure}, residual {done.max_residual:.1e})"
        )


def _dims(result: str) -> tuple[str, ...]:
    from .gradient import SCALARS

    axes = 1 if result == "ev_musd" else SCALARS.get(result)
    if axes is None:
        raise InputError(
            f"There is no result {plain(result)!r} to differentiate; choose from ev_musd, "
            f"{', '.join(SCALARS)}."
        )
    return (("region",), ("region", "sector"), FLOW)[axes - 1]


def _filled(
    given: xr.DataArray | float, dims: tuple[str, ...], labels: Mapping[str, tuple], name: str
) -> Array:
    """The cotangent on all labels of `dims`, zero where it names none."""
    coords = {dim: list(labels[dim]) for dim in dims}
    if isinstance(given, float | int):
        return np.full([len(c) for c in coords.values()], float(given))
    for dim in given.dims:
        unknown = [
            x for x in given[dim].values if dim not in dims or str(x) not in labels[str(dim)]
        ]
        if unknown:
            raise InputError(
                f"The cotangent of {name} has {plain(dim)} {plain(unknown[0])!r}, which that "
                f"result has not; its dims are {', '.join(dims)}."
            )
    full = given.reindex({dim: coords[str(dim)] for dim in given.dims}).fillna(0.0)
    return full.broadcast_like(xr.DataArray(0.0, coords, dims)).transpose(*dims).to_numpy()


def _of_world(done: Solution, name: str) -> Array:
    """A hat relative to the world, as in `Solution`."""
    point = done.point
    if name == "real_income":
        return done.real_income
    if name == "prices":
        return np.exp(point.log_price.T)
    if name == "costs":
        return np.exp(point.log_cost.T)
    return np.exp(done.log_w if name == "wages" else point.log_consumer)
