"""The equilibrium as a fixed point in log w, log P and log X': the map that is iterated.

One evaluation of the equations gives the wages, prices and expenditures that the current ones
imply. The difference is preconditioned by what is known of the world at its baseline: the price and
spending loops of each region with itself (a Leontief inverse per region), which are most of the
feedback, are summed in closed form, and the accelerator (anderson.py) is left with trade.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .equations import Flows, Point, Shape, Technology, costs, evaluate, prices
from .technology import Baseline, Rates

Array = np.ndarray


@dataclass(frozen=True)
class Markets:
    """The labour markets of the baseline, linearised; cells are log P and log X', [S, N] in a row.

    by_price, by_spend [N, cells]: d excess demand for labour; inverse [N, N]: of its total
    derivative with respect to log w; price, spend [cells, N]: what cells do when wages move.
    """

    by_price: Array
    by_spend: Array
    inverse: Array
    price: Array
    spend: Array


@dataclass(frozen=True)
class Preconditioner:
    """Inverses [N, S, S] of one less each region's own price and spending feedback; wage step.

    markets: the baseline's labour markets, if wanted: see `Markets`.
    """

    price: Array
    spend: Array
    wage: Array
    markets: Markets | None = None

    @classmethod
    def of(cls, tech: Technology, base: Baseline) -> Preconditioner:
        N, S = tech.recipe.labour.shape
        inputs = np.zeros((N, S, S))
        start = 0
        order = np.argsort(tech.recipe.order)
        for shares in tech.recipe.inputs:
            inputs[:, :, order[start : start + shares.shape[2]]] = shares
            start += shares.shape[2]
        inputs *= (tech.recipe.bundle * tech.recipe.base)[:, None, :]
        inputs += np.einsum("nks,kl->nls", tech.recipe.critical, tech.recipe.select)
        own = np.arange(N)
        home = base.share[:, own, own].T  # [N, S]
        home_sales = home / (1 + base.tariff[:, own, own].T) / (1 + base.export_tax[:, own, own].T)
        unit = tech.unit.T
        price = np.eye(S) - home[:, :, None] * inputs.transpose(0, 2, 1)
        flow = inputs * ((1 - tech.markup.T) * home_sales * unit)[:, None, :] / unit[:, :, None]
        return cls(
            np.linalg.inv(price + 1e-3 * np.eye(S)),
            np.linalg.inv(np.eye(S) * (1 + 1e-3) - flow),
            np.full(N, 0.3) / (1 + tech.theta.mean() / 5),
        )


@dataclass(frozen=True)
class FixedPoint:
    """The map of one world under one policy. `partial` holds wages and expenditure."""

    shape: Shape
    tech: Technology
    flows: Flows
    rates: Rates
    preconditioner: Preconditioner
    partial: bool = False

    def pack(self, log_w: Array, log_p: Array, spend: Array) -> Array:
        """The unknowns as one vector: log w, log P and log X' over baseline."""
        if self.partial:
            return log_p.ravel().copy()
        active = self.tech.active
        with np.errstate(divide="ignore"):
            log_x = np.where(active, np.log(np.where(active, spend, 1.0) / self.tech.unit), 0.0)
        return np.concatenate([log_w, log_p.ravel(), log_x.ravel()])

    def unpack(self, value: Array) -> tuple[Array, Array, Array]:
        """log w [N], log P and X' [S, N]."""
        S, N = self.tech.unit.shape
        if self.partial:
            return np.zeros(N), value.reshape(S, N), np.where(self.tech.active, self.tech.unit, 0)
        log_p = value[N : N + S * N].reshape(S, N)
        spend = np.exp(value[N + S * N :].reshape(S, N)) * self.tech.unit
        return value[:N], log_p, np.where(self.tech.active, spend, 0.0)

    def start(self) -> Array:
        """The world's own baseline: all hats one."""
        S, N = self.tech.unit.shape
        return np.zeros(S * N if self.partial else N + 2 * S * N)

    def point(self, value: Array) -> Point:
        return evaluate(np, self.shape, self.tech, self.flows, *self.unpack(value))

    def gaps(self, value: Array) -> tuple[Array, Array, Array, Array, float]:
        """Log labour demand over supply [N], gaps of log P and log X' [S, N], X', and the error.

        The error is the largest of |excess labour demand| over labour income, |change in log
        prices| and |change in expenditure| over the larger of baseline and current expenditure.
        """
        log_w, log_p, spend = self.unpack(value)
        point = evaluate(np, self.shape, self.tech, self.flows, log_w, log_p, spend)
        price = point.log_price - log_p
        unit, active = self.tech.unit, self.tech.active
        ratio = np.where(active, point.spend, unit) / np.where(active, spend, unit)
        change = (ratio - 1) * np.minimum(np.where(active, spend, unit) / unit, 1.0)
        demand = point.labour_demand / (np.exp(log_w) * self.tech.labour)
        level = demand - 1 - point.excess  # the numeraire's gap, which must not hide the market's
        error = max(np.abs(part).max() for part in (demand - 1, level, price, change))
        # in logs, since labour demand falls with a power of the wage as high as trade elasticities
        excess = np.log(demand) - level
        return excess, price, np.log(ratio), point.spend, float(error)

    def step(self, value: Array) -> tuple[Array, float]:
        """The preconditioned difference and the error, for `anderson`."""
        own = self.preconditioner
        with np.errstate(all="ignore"):
            if self.partial:
                gap, error = self._price_gap(value)
                return (own.price @ gap.T[..., None])[..., 0].T.ravel(), error
            excess, price, spend, _, error = self.gaps(value)
            if not np.isfinite(error):
                return value, np.inf
            price = (own.price @ price.T[..., None])[..., 0].T.ravel()
            spend = (own.spend @ spend.T[..., None])[..., 0].T.ravel()
            if own.markets is None:
                wage = own.wage * excess
            else:
                at = own.markets
                wage = -(at.inverse @ (excess + at.by_price @ price + at.by_spend @ spend))
                price += at.price @ wage
                spend += at.spend @ wage
        return np.concatenate([wage, price, spend]), error

    def cells_step(self, value: Array) -> tuple[Array, float]:
        """As `step` with wages held: what remains are prices and expenditures."""
        own = self.preconditioner
        with np.errstate(all="ignore"):
            excess, price, spend, _, _ = self.gaps(value)
            error = max(np.abs(price).max(), np.abs(spend).max())
            if not np.isfinite(error):
                return value, np.inf
            price = (own.price @ price.T[..., None])[..., 0].T.ravel()
            spend = (own.spend @ spend.T[..., None])[..., 0].T.ravel()
        return np.concatenate([np.zeros_like(excess), price, spend]), float(error)

    def runaway(self, rounds: int = 1500, still: float = 1e-3) -> tuple[int, int] | None:
        """(sector, region) of the highest price if costs rise without bound at baseline wages.

        Prices are passed through input by input; where inputs can be replaced, or their cost is
        below that of what they make, they settle (Hawkins and Simon 1949, Econometrica 17). They
        count as rising if some log price still gains `still` in the last of all rounds.
        """
        log_w, log_p, spend = self.unpack(self.start())
        rising = True
        with np.errstate(all="ignore"):
            for _ in range(rounds):
                last = log_p
                cost, _ = costs(np, self.shape, self.tech, log_w, log_p)
                log_p = prices(np, self.tech, self.flows, cost, log_p, spend)[0]
                gain = (log_p - last).max()
                rising = not gain <= still
                if not np.isfinite(gain) or np.abs(log_p - last).max() < 1e-9:
                    break
        if not rising:
            return None
        s, n = np.unravel_index(int(np.argmax(np.nan_to_num(log_p, nan=np.inf))), log_p.shape)
        return int(s), int(n)

    def _price_gap(self, value: Array) -> tuple[Array, float]:
        log_w, log_p, spend = self.unpack(value)
        cost, _ = costs(np, self.shape, self.tech, log_w, log_p)
        gap = prices(np, self.tech, self.flows, cost, log_p, spend)[0] - log_p
        return gap, float(np.abs(gap).max())
