"""Ossa (2014) the textbook way: one function of wages and expenditures, given to a root finder.

Written from the paper's equilibrium conditions alone, it shares nothing with detente's economy.
i exporter, j importer, s sector; arrays [i, j, s]. Fixed numbers of firms with constant markups,
labour mobile between sectors, Cobb-Douglas across sectors, no inputs, balanced trade.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import root


class Ossa:
    """flows [i, j, s] net of tariffs and balanced; tariffs [i, j, s]; sigma [s]."""

    def __init__(self, flows: np.ndarray, tariffs: np.ndarray, sigma: np.ndarray) -> None:
        self.T, self.t, self.sigma = flows, tariffs, sigma
        spend = (flows * (1 + tariffs)).sum(axis=0)
        self.X = spend.sum(axis=1)
        self.share = flows * (1 + tariffs) / spend[None]
        self.mu = spend / self.X[:, None]
        self.sales = flows.sum(axis=1)
        self.wages = (self.sales * (1 - 1 / sigma)).sum(axis=1)

    def solve(self, t: np.ndarray, deficits: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """Hats of wages, expenditure and welfare, and flows, under tariffs t [i, j, s]."""
        n = len(self.X)
        deficits = np.zeros(n) if deficits is None else deficits
        sigma = self.sigma
        with np.errstate(divide="ignore"):
            log_share = np.log(self.share)

        def state(v: np.ndarray):
            w, x = np.exp(v[:n]), np.exp(v[n:])
            cost = log_share + (1 - sigma) * np.log(w[:, None, None] * (1 + t) / (1 + self.t))
            top = cost.max(axis=0)
            total = np.exp(cost - top).sum(axis=0)
            log_price = (np.log(total) + top) / (1 - sigma)
            share = np.exp(cost - top) / total
            flows = share * (self.mu * (self.X * x)[:, None])[None] / (1 + t)
            return w, x, log_price, flows

        def gaps(v: np.ndarray) -> np.ndarray:
            w, x, _, flows = state(v)
            sales = flows.sum(axis=1)
            labour = (sales * (1 - 1 / sigma)).sum(axis=1) / (self.wages * w) - 1
            labour[-1] = self.wages @ w / self.wages.sum() - 1  # numeraire for the last market
            revenue = (t * flows).sum(axis=(0, 2))
            income = self.wages * w + (sales / sigma).sum(axis=1) + revenue + deficits
            return np.concatenate([labour, income / (self.X * x) - 1])

        found = root(gaps, np.zeros(2 * n), method="hybr", tol=1e-13)
        v = found.x
        assert np.abs(gaps(v)).max() < 1e-9, found.message
        w, x, log_price, flows = state(v)
        price = np.exp((self.mu * log_price).sum(axis=1))
        return {"wage": w, "income": x, "welfare": x / price, "flows": flows}

    def balanced(self) -> Ossa:
        """The same world with trade deficits removed by the model itself."""
        return Ossa(self.solve(self.t)["flows"], self.t, self.sigma)


def random_ossa(n: int, sectors: int, seed: int) -> Ossa:
    """A small balanced world with tariffs."""
    random = np.random.default_rng(seed)
    flows = random.lognormal(0, 0.6, (n, n, sectors)) * 10
    flows[np.arange(n), np.arange(n)] *= 6
    tariffs = 0.2 * random.random((n, n, sectors))
    tariffs[np.arange(n), np.arange(n)] = 0
    return Ossa(flows, tariffs, 2.5 + 3 * random.random(sectors)).balanced()


def symmetric_nash(openness: float, sigma: float) -> float:
    """Nash tariff of two identical one-good countries, from the offer curve by hand.

    openness: imports over home sales at free trade. Home faces imports M(p) from a partner with
    tariff t, M = lam E / (1+t), E = 1 + t M, lam = b (p (1+t))^(1-sigma) / (1 + ...). The best
    tariff is one over the elasticity of M in p; both set the same.
    """
    from scipy.optimize import brentq

    def gap(t: float) -> float:
        m = openness * (1 + t) ** (1 - sigma)
        lam = m / (1 + m)
        elasticity = (sigma - 1) * (1 - lam) * (1 + t) / (1 + t - t * lam)
        return t - 1 / elasticity

    return float(brentq(gap, 1e-9, 50.0))
