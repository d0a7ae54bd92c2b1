"""Textbook solvers of the Caliendo-Parro model, the references that ours is timed against.

`nested`: wages outside, prices and then spending iterated to convergence inside (Caliendo and
Parro's own algorithm). `dense`: the same with spending by one dense linear solve. `sweeps`: no
nesting, every sweep updates prices, spending and wages once; the fastest plain iteration we know.

Written from the paper (Caliendo and Parro 2015, equations 10-14, and Alvarez and Lucas 2007 for
the wage step) and made as fast as plain NumPy allows: arrays laid out [sector, importer, exporter],
everything that a policy fixes computed once, sums over flows as batched matrix products. They
share no code with detente and take plain arrays. All stop at the same residual as ours: the
largest of |excess labour demand| over value added, |change of log prices| and |change of
expenditure| over baseline expenditure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Economy:
    """Cobb-Douglas baseline: shares [S, n, i], tariff [S, n, i], gamma [N, S] value-added shares,
    inputs [N, K, S] cost shares, alpha [N, S], theta, X0 [N, S], wL [N], deficit [N]."""

    share: Array
    tariff: Array
    gamma: Array
    inputs: Array
    alpha: Array
    theta: float
    X0: Array
    wL: Array
    deficit: Array

    @classmethod
    def of(cls, flows: Array, use: Array, tariffs: Array, theta: float) -> Economy:
        """From flows and tariffs [i, n, s] and input use [n, k, s]."""
        paid = flows * (1 + tariffs)
        X0, Y0 = paid.sum(axis=0), flows.sum(axis=1)
        N = len(X0)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(X0 > 0, paid / X0, np.eye(N)[:, :, None])
            inputs = np.where(Y0[:, None, :] > 0, use / Y0[:, None, :], 0.0)
        value = Y0 - use.sum(axis=1)
        final = np.maximum(X0 - use.sum(axis=2), 0)
        wL = value.sum(axis=1)
        unit = wL.sum()
        swap = (2, 1, 0)
        return cls(
            np.ascontiguousarray(share.transpose(swap)),
            np.ascontiguousarray(tariffs.transpose(swap)),
            1 - inputs.sum(axis=1),
            inputs,
            final / final.sum(axis=1, keepdims=True),
            theta,
            X0 / unit,
            wL / unit,
            (flows.sum(axis=(0, 2)) - flows.sum(axis=(1, 2))) / unit,
        )


@dataclass(frozen=True)
class Answer:
    """Hats of wages [N] and prices [N, S], spending [N, S], the residual and sweeps used."""

    wage: Array
    price: Array
    spending: Array
    residual: float
    sweeps: int


class Textbook:
    """The model under one policy; `tariff` is [i, n, s]."""

    def __init__(self, economy: Economy, tariff: Array) -> None:
        self.e = economy
        new = np.ascontiguousarray(tariff.transpose(2, 1, 0))
        self.buy = economy.share * ((1 + new) / (1 + economy.tariff)) ** -economy.theta
        self.sell = self.buy / (1 + new)
        self.to_cost = economy.inputs.transpose(0, 2, 1).copy()  # [N, S, K]

    def supply(self, log_w: Array, log_p: Array) -> tuple[Array, Array]:
        """Log P implied [N, S] and cost^-theta [S, N]."""
        e = self.e
        log_c = e.gamma * log_w[:, None] + (self.to_cost @ log_p[:, :, None])[:, :, 0]
        u = np.exp(-e.theta * log_c).T
        return -np.log((self.buy @ u[:, :, None])[:, :, 0]).T / e.theta, u

    def demand(self, log_w: Array, log_p: Array, u: Array, X: Array) -> tuple[Array, Array]:
        """Spending implied [N, S] and excess demand for labour over value added [N]."""
        e = self.e
        per = X.T * np.exp(e.theta * log_p.T)
        Y = (u * (per[:, None, :] @ self.sell)[:, 0, :]).T
        net = (per * (self.sell @ u[:, :, None])[:, :, 0]).T
        bill = np.exp(log_w) * e.wL
        income = bill + (X - net).sum(axis=1) + e.deficit
        spending = (e.inputs @ Y[:, :, None])[:, :, 0] + e.alpha * income[:, None]
        return spending, (e.gamma * Y).sum(axis=1) / bill - 1

    def sweeps(self, damping: float, inner: int, tol: float = 1e-10, limit: int = 20_000) -> Answer:
        """`inner` updates of prices and spending per damped update of wages, to `tol`."""
        e = self.e
        log_w, log_p = np.zeros(len(e.wL)), np.zeros_like(e.X0)
        X = e.X0.copy()
        scale = np.where(e.X0 > 0, e.X0, 1.0)
        price_gap = spend_gap = worst = np.inf
        excess = np.zeros_like(log_w)
        for count in range(1, limit + 1):
            new, u = self.supply(log_w, log_p)
            price_gap = np.abs(new - log_p).max()
            spending, excess = self.demand(log_w, new, u, X)
            spend_gap = (np.abs(spending - X) / scale).max()
            worst = max(price_gap, spend_gap, np.abs(excess).max())
            if worst <= tol or not np.isfinite(worst):
                return Answer(np.exp(log_w), np.exp(log_p), X, float(worst), count)
            log_p, X = new, spending
            if count % inner == 0:
                log_w = log_w + np.log1p(np.maximum(damping * excess, -0.5))
                log_w -= np.log((np.exp(log_w) * e.wL).sum())
        return Answer(np.exp(log_w), np.exp(log_p), X, float(worst), limit)

    def nested(self, damping: float, tol: float = 1e-10, limit: int = 50_000) -> Answer:
        """For each wage vector prices and then spending by iteration; both start from the last."""
        e = self.e
        log_w, log_p = np.zeros(len(e.wL)), np.zeros_like(e.X0)
        X, worst, count = e.X0.copy(), np.inf, 0
        excess, u = np.zeros_like(log_w), self.supply(log_w, log_p)[1]
        scale = np.where(e.X0 > 0, e.X0, 1.0)
        while worst > tol and count < limit:
            price_gap = spend_gap = np.inf
            while price_gap > tol:
                new, u = self.supply(log_w, log_p)
                price_gap, log_p, count = np.abs(new - log_p).max(), new, count + 1
            while spend_gap > tol:
                spending, excess = self.demand(log_w, log_p, u, X)
                spend_gap, X = (np.abs(spending - X) / scale).max(), spending
                count += 1
            worst = max(price_gap, spend_gap, np.abs(excess).max())
            if not np.isfinite(worst):
                break
            if worst > tol:
                log_w = log_w + np.log1p(np.maximum(damping * excess, -0.5))
                log_w -= np.log((np.exp(log_w) * e.wL).sum())
        return Answer(np.exp(log_w), np.exp(log_p), X, float(worst), count)

    def dense(self, damping: float, tol: float = 1e-10, limit: int = 2_000) -> Answer:
        """For each wage vector prices to a fixed point and spending by one dense linear solve."""
        e = self.e
        N, S = e.X0.shape
        log_w, log_p = np.zeros(N), np.zeros((N, S))
        scale = np.where(e.X0 > 0, e.X0, 1.0)
        worst, count, X = np.inf, 0, e.X0
        while worst > tol and count < limit:
            count += 1
            while True:
                new, u = self.supply(log_w, log_p)
                change = np.abs(new - log_p).max()
                log_p = new
                if change <= 0.1 * tol:
                    break
            X = self.spending(log_w, log_p, u)
            again, excess = self.demand(log_w, log_p, u, X)
            worst = max(change, np.abs(excess).max(), (np.abs(again - X) / scale).max())
            if not worst > tol:
                break
            log_w = log_w + np.log1p(np.maximum(damping * excess, -0.5))
            log_w -= np.log((np.exp(log_w) * e.wL).sum())
        return Answer(np.exp(log_w), np.exp(log_p), X, float(worst), count)

    def spending(self, log_w: Array, log_p: Array, u: Array) -> Array:
        """X solves (I - inputs - final use of revenue) X = alpha (w wL + D), all cells at once."""
        e = self.e
        N, S = e.X0.shape
        per = np.exp(e.theta * log_p.T)
        net = self.sell * u[:, None, :] * per[:, :, None]  # [s, n, i], of spending by (n, s)
        revenue = 1 - net.sum(axis=2).T  # [N, S]
        system = np.eye(N * S)
        cells = system.reshape(N, S, N, S)
        for s in range(S):
            # income of i from s feeds inputs of i's producers
            cells[:, :, :, s] -= e.inputs[:, :, s][:, :, None] * net[s].T[:, None, :]
        for n in range(N):
            cells[n, :, n, :] -= np.outer(e.alpha[n], revenue[n])
        right = e.alpha * (np.exp(log_w) * e.wL + e.deficit)[:, None]
        return np.linalg.solve(system, right.ravel()).reshape(N, S)
