"""A solved counterfactual with labels: hats and levels relative to a baseline policy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from .model import Solution

Array = np.ndarray
FLOW = ("exporter", "importer", "sector")


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
