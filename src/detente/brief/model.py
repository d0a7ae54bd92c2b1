"""What a brief holds: computed and sourced figures, nothing rendered."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..talks.forecast import Forecast


@dataclass(frozen=True)
class BranchResult:
    """One way out of the pending clocks and what it costs whom.

    Attributes:
        name: identifier, as `detente impact NAME` takes it.
        title: the branch in words.
        why: which clocks run how, with the dates and defaults they rest on.
        on: the day whose measures the branch holds (ISO).
        assumption: what is assumed rather than recorded (an answer in kind), or "".
        country_wide_pct: points on all goods, by "IMPORTER from EXPORTER".
        average_pct: trade-weighted average tariff, the same keys.
        real_income_pct: % change of real income against today's measures, by region.
        ev_musd: equivalent variation in million base-year USD a year, by region.
        wages_pct: % change of wages against world labour income, by region.
        consumer_price_pct: % change of the consumer price index, by region.
        bilateral_trade_pct: % change of the value of trade between the two parties, each way.
        revenue_musd: change of tariff and export-tax revenue, by region.
        output_pct: % change of output, by party, then sector.
        certificate: `max_residual` and `walras` of the equilibrium.
        notes: what is not costed.
    """

    name: str
    title: str
    why: str
    on: str
    assumption: str
    country_wide_pct: dict[str, float]
    average_pct: dict[str, float]
    real_income_pct: dict[str, float]
    ev_musd: dict[str, float]
    wages_pct: dict[str, float]
    consumer_price_pct: dict[str, float]
    bilateral_trade_pct: dict[str, float]
    revenue_musd: dict[str, float]
    output_pct: dict[str, dict[str, float]]
    certificate: dict[str, float]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Brief:
    """The answer to "where do the talks stand, and what does each way out cost whom?".

    `status`, `clocks`, `dispatch` and `bargain` hold what the commands of those names print as
    machine output; `sources` and `versions` say what every figure rests on.
    """

    as_of: str
    known: str
    parties: tuple[str, str]
    status: dict[str, Any]
    clocks: tuple[dict[str, Any], ...]
    branches: tuple[BranchResult, ...]
    dispatch: dict[str, Any] | None
    sources: tuple[str, ...]
    versions: dict[str, str]
    basis: tuple[str, ...]
    region_names: dict[str, str]
    sector_names: dict[str, str]
    timeline: tuple[dict[str, Any], ...] = ()
    averages: tuple[dict[str, Any], ...] = ()
    forecast: Forecast | None = None
    bargain: dict[str, Any] | None = None
    notes: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """The machine output of `detente brief`, without `seconds`."""
        plain = asdict(replace(self, forecast=None))
        return {**plain, "forecast": None if self.forecast is None else self.forecast.to_dict()}
