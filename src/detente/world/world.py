"""A baseline of the world economy: labelled arrays that satisfy the accounts.

Values are millions of current USD per year at basic prices, net of tariffs. n importer or region,
i exporter, k input, s sector; e export tax, t tariff:

    Y[i,s] = sum_n flows[i,n,s]                            output
    X[n,k] = sum_i flows[i,n,k] (1+e)(1+t)                 expenditure, at purchaser prices
           = sum_s input_use[n,k,s] + final_use[n,k]
    V[n,s] = (1 - profit_share) Y - sum_k input_use[n,k,s] >= 0
    D[n]   = border value of imports less that of exports  (border value: flows (1+e))
    I[n]   = sum_s V + profits + revenue + D = sum_k final_use[n,k]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from .._text import plain
from ..errors import InputError
from . import checks

FLOW = ("exporter", "importer", "sector")
INPUT = ("region", "input", "sector")
REGION = ("region", "sector")


@dataclass(frozen=True, eq=False, repr=False)
class World:
    """A baseline. Every field is checked on construction and read-only afterwards.

    flows: exporter x importer x sector, what the producer receives, home sales included.
    input_use: region x input x sector, what producers of `sector` spend on the composite good
        `input`, tariffs included.
    final_use: region x sector, final spending, tariffs included.
    tariffs: exporter x importer x sector, fraction of the border value, zero or more.
    elasticities: Dataset over horizon (short, medium, long) x sector; see `elasticities.py`.
    export_taxes: exporter x importer x sector, fraction of `flows`, above -1; zero if None.
    profit_share: region x sector, share of sales in [0, 1); zero if None.
    critical: sectors that are critical inputs (a node of their own in production).
    sources, licences, notes: lines of text; build_hash: of the data and script it came from.

    Arrays may come in any order of dims and labels; `flows` sets the order. Regions and sectors
    must be the same everywhere. Raises InputError naming field, label and value.
    """

    flows: xr.DataArray
    input_use: xr.DataArray
    final_use: xr.DataArray
    tariffs: xr.DataArray
    elasticities: xr.Dataset
    export_taxes: xr.DataArray = None  # type: ignore[assignment]
    profit_share: xr.DataArray = None  # type: ignore[assignment]
    critical: tuple[str, ...] = ()
    name: str = "world"
    year: int | None = None
    sources: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    build_hash: str = ""

    def __post_init__(self) -> None:
        flows = checks.array(self.flows, "flows", FLOW)
        regions = tuple(flows.coords["exporter"].values)
        sectors = tuple(flows.coords["sector"].values)
        labels = {"exporter": regions, "importer": regions, "region": regions}
        labels |= {"sector": sectors, "input": sectors}

        def take(value: object, name: str, dims: tuple[str, ...]) -> xr.DataArray:
            if value is None and name in ("export_taxes", "profit_share"):
                coords = {dim: list(labels[dim]) for dim in dims}
                return xr.DataArray(
                    np.zeros([len(c) for c in coords.values()]), coords, dims, name=name
                )
            out = checks.array(value, name, dims)
            for dim in dims:
                out = checks.aligned(out, name, dim, labels[dim])
            checks.finite(out, name)
            return out

        done = {
            "flows": take(flows, "flows", FLOW),
            "input_use": take(self.input_use, "input_use", INPUT),
            "final_use": take(self.final_use, "final_use", REGION),
            "tariffs": take(self.tariffs, "tariffs", FLOW),
            "export_taxes": take(self.export_taxes, "export_taxes", FLOW),
            "profit_share": take(self.profit_share, "profit_share", REGION),
        }
        for name in ("flows", "input_use", "final_use", "tariffs", "profit_share"):
            checks.at_least(done[name], name, 0)
        checks.at_least(done["export_taxes"], "export_taxes", -1, strict=True)
        checks.below(done["profit_share"], "profit_share", 1)
        for name, value in done.items():
            object.__setattr__(self, name, checks.frozen(value))
        object.__setattr__(self, "elasticities", checks.elasticities(self.elasticities, sectors))
        for name in ("critical", "sources", "licences", "notes"):
            object.__setattr__(self, name, tuple(map(str, getattr(self, name))))
        for sector in checks.unique([*self.critical, "."], "critical", "sector")[:-1]:
            self._sector(sector, "critical")
        checks.balanced(
            self.expenditure, self.input_use.sum("sector").rename(input="sector") + self.final_use
        )
        checks.valued(self._raw_value_added, self.output)
        poor = self.final_use.values.sum(axis=1) <= 0
        if poor.any():
            raise InputError(
                f"World field 'final_use' is zero in all sectors of region "
                f"'{plain(regions[int(np.argmax(poor))])}'; a region must spend something."
            )

    # ----------------------------------------------------------------- labels

    @property
    def regions(self) -> tuple[str, ...]:
        """Region codes; also the labels of `exporter` and `importer`."""
        return tuple(map(str, self.flows.coords["exporter"].values))

    @property
    def sectors(self) -> tuple[str, ...]:
        """Sector codes; also the labels of `input`."""
        return tuple(map(str, self.flows.coords["sector"].values))

    @property
    def horizons(self) -> tuple[str, ...]:
        """short, medium, long."""
        return checks.HORIZONS

    # --------------------------------------------------------------- accounts

    @cached_property
    def output(self) -> xr.DataArray:
        """Y: what producers receive, region x sector."""
        return self.flows.sum("importer").rename(exporter="region").rename("output")

    @cached_property
    def border_value(self) -> xr.DataArray:
        """Flows with export taxes, before tariffs, exporter x importer x sector."""
        return (self.flows * (1 + self.export_taxes)).rename("border_value")

    @cached_property
    def purchases(self) -> xr.DataArray:
        """Flows with export taxes and tariffs, exporter x importer x sector."""
        return (self.border_value * (1 + self.tariffs)).rename("purchases")

    @cached_property
    def expenditure(self) -> xr.DataArray:
        """X: spending at purchaser prices, region x sector."""
        return self.purchases.sum("exporter").rename(importer="region").rename("expenditure")

    @cached_property
    def profits(self) -> xr.DataArray:
        """Markup profits, region x sector."""
        return (self.profit_share * self.output).rename("profits")

    @property
    def _raw_value_added(self) -> xr.DataArray:
        return self.output - self.profits - self.input_use.sum("input")

    @cached_property
    def value_added(self) -> xr.DataArray:
        """V: payments to labour (all primary factors), region x sector."""
        return self._raw_value_added.clip(min=0).rename("value_added")

    @cached_property
    def tariff_revenue(self) -> xr.DataArray:
        """What importers collect, by region."""
        by = (self.border_value * self.tariffs).sum(("exporter", "sector"))
        return by.rename(importer="region").rename("tariff_revenue")

    @cached_property
    def export_tax_revenue(self) -> xr.DataArray:
        """What exporters collect, by region."""
        by = (self.flows * self.export_taxes).sum(("importer", "sector"))
        return by.rename(exporter="region").rename("export_tax_revenue")

    @cached_property
    def revenue(self) -> xr.DataArray:
        """Tariff and export-tax revenue, by region."""
        return (self.tariff_revenue + self.export_tax_revenue).rename("revenue")

    @cached_property
    def deficit(self) -> xr.DataArray:
        """D: border value of imports less that of exports, by region; adds up to zero."""
        value = self.border_value.sum("sector").values
        gap = value.sum(axis=0) - value.sum(axis=1)
        return xr.DataArray(gap, {"region": list(self.regions)}, ("region",), name="deficit")

    @cached_property
    def income(self) -> xr.DataArray:
        """I: what the region spends finally, by region."""
        return self.final_use.sum("sector").rename("income")

    # ------------------------------------------------------------ other worlds

    def rescaled(self, factor: float) -> World:
        """The same world in another unit: every value times `factor`; rates unchanged."""
        if not (np.isfinite(factor) and factor > 0):
            raise InputError(f"A world is rescaled by a positive number, not {factor!r}.")
        return replace(
            self,
            flows=self.flows * factor,
            input_use=self.input_use * factor,
            final_use=self.final_use * factor,
        )

    def with_elasticities(self, values: xr.Dataset) -> World:
        """The same world with some or all elasticities replaced.

        `values` holds any of the variables of `World.elasticities`, each over sector (then the
        same at every horizon) or over horizon x sector. A replaced elasticity keeps no standard
        error unless `values` gives one.
        """
        from .elasticities import merged

        # the accounts do not depend on elasticities: they are kept, with all that was derived
        other = copy(self)
        whole = checks.elasticities(merged(self.elasticities, values), self.sectors)
        object.__setattr__(other, "elasticities", whole)
        return other

    def relabel(
        self,
        regions: Mapping[str, str] | None = None,
        sectors: Mapping[str, str] | None = None,
    ) -> World:
        """The same world with labels renamed, old to new; what is not named keeps its label."""
        from .aggregate import relabel

        return relabel(self, regions or {}, sectors or {})

    def aggregate(
        self,
        regions: Mapping[str, Sequence[str]] | None = None,
        sectors: Mapping[str, Sequence[str]] | None = None,
    ) -> World:
        """Add up regions or sectors: new label to its members; see `aggregate.aggregate`."""
        from .aggregate import aggregate

        return aggregate(self, regions or {}, sectors or {})

    def split(self, sectors: str | Sequence[str], into: Any, shares: Any, **options: Any) -> World:
        """Split a sector, or carve a new one out of several; see `split.split`."""
        from .split import split

        return split(self, sectors, into, shares, **options)

    def save(self, path: str | Path) -> None:
        """Write one .npz file with everything inside; `load_world(path)` reads it back."""
        from .storage import save

        save(self, Path(path))

    @classmethod
    def from_flows(
        cls,
        flows: xr.DataArray,
        elasticities: xr.Dataset,
        *,
        input_shares: xr.DataArray | None = None,
        tariffs: xr.DataArray | None = None,
        **fields: Any,
    ) -> World:
        """A world whose final use is what the flows leave after input use.

        input_shares: region x input x sector, spending on `input` per unit of output; none if
            None (then final use is all expenditure). tariffs: zero if None. `fields` are further
            fields of World. Raises InputError where final use or value added comes out negative.
        """
        flows = checks.array(flows, "flows", FLOW)
        regions = list(flows.coords["exporter"].values)
        sectors = list(flows.coords["sector"].values)
        flows = checks.aligned(flows, "flows", "importer", regions)
        checks.finite(flows, "flows")
        checks.at_least(flows, "flows", 0)
        rates = xr.zeros_like(flows) if tariffs is None else tariffs
        taxes = fields.get("export_taxes")
        spending = flows * (1 + rates) if taxes is None else flows * (1 + taxes) * (1 + rates)
        expenditure = spending.sum("exporter").rename(importer="region")
        if input_shares is None:
            coords = {"region": regions, "input": sectors, "sector": sectors}
            input_use = xr.DataArray(
                np.zeros((len(regions), len(sectors), len(sectors))), coords, INPUT
            )
        else:
            output = flows.sum("importer").rename(exporter="region")
            input_use = checks.array(input_shares, "input_shares", INPUT) * output
        final = expenditure - input_use.sum("sector").rename(input="sector")
        # a difference of sums is zero to rounding where everything is used as an input
        final = final.where(abs(final) > 1e-12 * expenditure, 0.0)
        return cls(flows, input_use, final, rates, elasticities, **fields)

    # ------------------------------------------------------------------- other

    def _sector(self, label: str, field: str) -> str:
        if label not in self.sectors:
            raise InputError(
                f"There is no sector '{plain(label)}' ({field}); the sectors are "
                f"{plain(', '.join(self.sectors), 400)}."
            )
        return label

    def __repr__(self) -> str:
        return (
            f"World({self.name!r}, {len(self.regions)} regions x {len(self.sectors)} sectors"
            f"{f', {self.year}' if self.year else ''})"
        )
