"""What a policy does to whom: one call, the figures a reader asks for first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from .equilibrium import Equilibrium
from .solve import solve

if TYPE_CHECKING:
    from ..policy import Policy
    from ..world import World


@dataclass(frozen=True, eq=False, repr=False)
class Impact:
    """The economics of a policy against a baseline; `equilibrium` holds everything else.

    Changes in percent, values in millions of USD per year at the world's base-year prices, full
    employment; horizon and closure as in `equilibrium`.
    """

    equilibrium: Equilibrium

    @cached_property
    def table(self) -> pd.DataFrame:
        """By region, gainers first: real_income_pct, ev_musd, wages_pct, prices_pct (consumer
        prices), tariff_revenue_musd, rents_musd.
        """
        eq = self.equilibrium
        columns = {
            "real_income_pct": 100 * (eq.real_income - 1),
            "ev_musd": eq.ev_musd,
            "wages_pct": 100 * (eq.wages - 1),
            "prices_pct": 100 * (eq.consumer_prices - 1),
            "tariff_revenue_musd": eq.tariff_revenue,
            "rents_musd": eq.rents,
        }
        table = pd.DataFrame({name: array.to_series() for name, array in columns.items()})
        return table.sort_values("ev_musd", ascending=False, kind="stable")

    @property
    def gainers(self) -> tuple[str, ...]:
        """Regions whose real income rises, the largest equivalent variation first."""
        return tuple(map(str, self.table.index[self.table["ev_musd"] > 0]))

    @property
    def losers(self) -> tuple[str, ...]:
        """Regions whose real income falls, the largest loss first."""
        return tuple(map(str, self.table.index[self.table["ev_musd"] < 0][::-1]))

    @cached_property
    def sectors(self) -> xr.Dataset:
        """By region and sector: output_musd (change), output_pct, consumer_price_points.

        consumer_price_points: the sector's part of the change of the consumer price, in points of
        a percent (log), adding up over sectors.
        """
        eq = self.equilibrium
        change = eq.output - eq.baseline_output
        return xr.Dataset(
            {
                "output_musd": change,
                "output_pct": (100 * change / eq.baseline_output).fillna(0.0),
                "consumer_price_points": 100 * eq.consumer_price_effects,
            }
        )

    def decomposition(self) -> xr.Dataset:
        """Where the change of real income comes from; see `Equilibrium.decomposition`."""
        return self.equilibrium.decomposition()


def impact(
    world: World,
    policy: Policy,
    *,
    baseline: Policy | None = None,
    horizon: str = "medium",
    closure: str = "fixed",
    partial: bool = False,
) -> Impact:
    """Solve `world` under `policy` against `baseline` and report what it does to whom.

    partial: the tariff alone: wages and expenditure are held at the baseline, prices and trade
    respond; beside the general equilibrium it shows what those add. Arguments and errors as
    for `solve`.
    """
    return Impact(
        solve(world, policy, baseline=baseline, horizon=horizon, closure=closure, partial=partial)
    )
