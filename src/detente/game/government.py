"""What a government maximises, and how that responds to the equilibrium.

Objective of government n, an index that is 1 at the reference policy:

    G = sum_s lam_s T_s / P + revenue R / P  over its reference,  + sum_k v_k (h_k - h0_k) / I0

T_s is the income of sector s: its factor payments V_s, its profits, and the share V_s / V of all
other income (tariff and export-tax revenue, rents, deficits), so that sum_s T_s = I and G is real
income where every lam_s is 1 (Ossa 2014, American Economic Review 104, 4104-4146, section I.C,
where labour is the only factor). V_s is sales less profits times the baseline value-added share.
R is tariff revenue, I income, P the consumer price. h_k is the share of good k, at producer prices,
that does not come from rivals; v_k says what full independence is worth per year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .._text import plain
from ..errors import InputError

if TYPE_CHECKING:
    from ..economy import Model, Solution
    from ..world import World

Array = np.ndarray


@dataclass(frozen=True)
class Government:
    """A player. Real income alone unless told otherwise.

    region: whose government. sector_weights: political weight lam by sector, 1 where not named;
    they must average 1 over the world's sectors. revenue: what a dollar of tariff revenue counts
    beyond its part in income (0.3: 1.3 dollars). security: by sector, the millions of USD per year
    that buying nothing from `rivals` would be worth.
    """

    region: str
    sector_weights: Mapping[str, float] = field(default_factory=dict)
    revenue: float = 0.0
    security: Mapping[str, float] = field(default_factory=dict)
    rivals: tuple[str, ...] = ()

    @property
    def objective(self) -> str:
        """In words."""
        parts = ["real income"]
        if self.sector_weights:
            parts.append(f"political weights on {len(self.sector_weights)} sectors")
        if self.revenue:
            parts.append(f"tariff revenue weighted {1 + self.revenue:g}")
        if self.security:
            parts.append(f"security of supply of {', '.join(self.security)}")
        return ", ".join(parts)


class Objectives:
    """The objectives of several governments as functions of a solution: values and slopes.

    Raises InputError for a region, sector or rival that is not in the world, weights that do not
    average 1 or are negative, and security without rivals.
    """

    def __init__(
        self, world: World, model: Model, governments: list[Government], reference: Solution
    ) -> None:
        regions, sectors = list(world.regions), list(world.sectors)
        N, S, P = len(regions), len(sectors), len(governments)
        names = [g.region for g in governments]
        for name in names:
            _known(name, regions, "player")
        self.model = model
        self.at = np.array([regions.index(name) for name in names], int)
        self.weights = np.ones((P, S))
        self.revenue = np.array([g.revenue for g in governments], float)
        self.security = np.zeros((P, S))
        self.rivals = np.zeros((P, N), bool)
        for p, g in enumerate(governments):
            for sector, weight in g.sector_weights.items():
                _known(sector, sectors, f"sector_weights of {g.region}: sector")
                self.weights[p, sectors.index(sector)] = weight
            self._check_weights(g, self.weights[p])
            for sector, worth in g.security.items():
                _known(sector, sectors, f"security of {g.region}: sector")
                self.security[p, sectors.index(sector)] = worth / model.base.unit
            for rival in g.rivals:
                _known(rival, regions, f"rival of {g.region}")
                self.rivals[p, regions.index(rival)] = True
            if g.security and not g.rivals:
                raise InputError(
                    f"{g.region} values security of supply but names no rivals; name them."
                )
        with np.errstate(invalid="ignore", divide="ignore"):
            cost = ((1 - world.profit_share) * world.output).values
            self.value_added_share = np.where(cost > 0, world.value_added.values / cost, 0.0)
        self.income0 = reference.point.income[self.at]
        self.political0 = np.ones(P)
        self.safe0 = np.zeros(P)
        political, safe = self._parts(reference)
        self.political0, self.safe0 = political, safe

    @staticmethod
    def _check_weights(g: Government, weights: Array) -> None:
        if not (np.isfinite(weights).all() and (weights >= 0).all()):
            raise InputError(f"sector_weights of {g.region} must be numbers of zero or more.")
        if abs(weights.mean() - 1) > 1e-6:
            raise InputError(
                f"sector_weights of {g.region} average {weights.mean():.6g} over the world's "
                "sectors (1 where not named); divide them so that they average 1."
            )

    def values(self, done: Solution) -> Array:
        """G of every player; 1 at the reference (plus nothing for unchanged security)."""
        political, safe = self._parts(done)
        return political / self.political0 + safe - self.safe0

    def slopes(self, done: Solution, weights: Array) -> dict[str, Array]:
        """Cotangents of sum_p weights[k, p] G_p for the economy's adjoint, rows first.

        income, consumer_prices, tariff_revenue [k, N]; output [k, N, S] (with political weights);
        trade [k, exporter, importer, S] (where a government values security).
        """
        K = len(weights)
        point = done.point
        N, S = len(point.income), len(self.value_added_share.T)
        political, _ = self._parts(done)
        price = np.exp(point.log_consumer[self.at]) * self.political0
        # several objectives may belong to one region: add them up by region
        where = np.eye(N)[self.at]
        scaled = weights / price
        V, _, rest, mean = self._split(done)
        fall = weights * political / self.political0 / np.exp(point.log_consumer[self.at])
        out = {"income": (scaled * mean) @ where, "consumer_prices": -fall @ where}
        if self.revenue.any():
            out["tariff_revenue"] = (scaled * self.revenue) @ where
        if not np.allclose(self.weights, 1.0, rtol=0, atol=1e-12):
            tilt = self.weights - mean[:, None]  # [P, S]
            markup = self.model.tech.markup.T[self.at]
            per_v = tilt * (1 + rest / V.sum(axis=1))[:, None]
            by_output = per_v * self.value_added_share[self.at] * (1 - markup) + tilt * markup
            out["output"] = np.einsum("kp,ps,pn->kns", scaled, by_output, where)
        if self.security.any():
            trade = done.trade
            out["trade"] = np.zeros((K, N, N, S))
            for p, n in enumerate(self.at):
                bought = trade[:, n, :]  # [i, S]
                total = np.where(bought.sum(axis=0) > 0, bought.sum(axis=0), 1.0)
                foreign = (self.rivals[p][:, None] * bought).sum(axis=0) / total
                slope = (foreign[None] - self.rivals[p][:, None]) / total
                slope = slope * self.security[p] / self.income0[p]
                out["trade"][:, :, n, :] += weights[:, p, None, None] * slope
        return out

    def _split(self, done: Solution) -> tuple[Array, Array, Array, Array]:
        """V [P, S], profits [P, S], other income [P] and the weight lam-bar it carries [P]."""
        point = done.point
        output = point.output.T[self.at]
        markup = self.model.tech.markup.T[self.at]
        V = self.value_added_share[self.at] * (1 - markup) * output
        profits = markup * output
        rest = point.income[self.at] - V.sum(axis=1) - profits.sum(axis=1)
        return V, profits, rest, (self.weights * V).sum(axis=1) / V.sum(axis=1)

    def _parts(self, done: Solution) -> tuple[Array, Array]:
        """Political real income (before division by its reference) and security, [P] each."""
        point = done.point
        V, profits, rest, mean = self._split(done)
        income = (self.weights * (V + profits)).sum(axis=1) + mean * rest
        income = income + self.revenue * point.tariffs[self.at]
        political = income / np.exp(point.log_consumer[self.at])
        safe = np.zeros(len(self.at))
        if self.security.any():
            trade = done.trade
            for p, n in enumerate(self.at):
                total = trade[:, n, :].sum(axis=0)
                foreign = (self.rivals[p][:, None] * trade[:, n, :]).sum(axis=0)
                own = 1 - np.divide(foreign, total, out=np.zeros_like(total), where=total > 0)
                safe[p] = self.security[p] @ own / self.income0[p]
        return political, safe


def _known(label: str, labels: list[str], what: str) -> None:
    if label not in labels:
        raise InputError(
            f"{what} {plain(label)!r} is not in this world; choose from {', '.join(labels)}."
        )
