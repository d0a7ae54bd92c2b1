"""A branch's equilibrium as the plain figures a brief shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import xarray as xr

from .model import BranchResult

if TYPE_CHECKING:
    from ..economy import Equilibrium
    from ..policy import Branch


def percent_change(hats: xr.DataArray) -> dict[str, float]:
    """Hats over one dimension as % changes by label."""
    return {label: 100 * (hat - 1) for label, hat in by_label(hats).items()}


def by_label(values: xr.DataArray) -> dict[str, float]:
    """Values over one dimension by label."""
    labels = values[values.dims[0]].values
    return {str(label): float(v) for label, v in zip(labels, values.values, strict=True)}


def result(
    branch: Branch,
    equilibrium: Equilibrium,
    parties: Sequence[str],
    averages: Mapping[tuple[str, str], float],
) -> BranchResult:
    """The figures of `branch`, relative to the equilibrium's baseline."""
    after, before = equilibrium.output, equilibrium.baseline_output
    trade, trade_before = equilibrium.trade, equilibrium.baseline_trade
    ways = [(i, n) for i in parties for n in parties if i != n]
    revenue = equilibrium.revenue
    return BranchResult(
        name=branch.name,
        title=branch.title,
        why=branch.why,
        on=branch.on.isoformat(),
        assumption=branch.assumption,
        country_wide_pct={f"{n} from {i}": v for (n, i), v in branch.country_wide_pct.items()},
        average_pct={f"{n} from {i}": v for (n, i), v in averages.items()},
        real_income_pct=percent_change(equilibrium.real_income),
        ev_musd=by_label(equilibrium.ev_musd),
        wages_pct=percent_change(equilibrium.wages),
        consumer_price_pct=percent_change(equilibrium.consumer_prices),
        bilateral_trade_pct={
            f"{i} to {n}": _change(
                float(trade.sel(exporter=i, importer=n).sum()),
                float(trade_before.sel(exporter=i, importer=n).sum()),
            )
            for i, n in ways
        },
        revenue_musd=by_label(revenue - equilibrium.baseline_revenue),
        output_pct={
            party: {
                str(s): _change(float(after.sel(region=party, sector=s)), was)
                for s in after["sector"].values
                if (was := float(before.sel(region=party, sector=s))) > 0
            }
            for party in parties
        },
        certificate={
            "max_residual": equilibrium.certificate.max_residual,
            "walras": equilibrium.certificate.walras,
        },
        notes=equilibrium.notes,
    )


def _change(now: float, was: float) -> float:
    return 100 * (now / was - 1) if was > 0 else 0.0
