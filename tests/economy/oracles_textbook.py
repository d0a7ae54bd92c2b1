"""Textbook solvers that share no code with detente: levels, plain loops, scipy's root finder."""

from __future__ import annotations

import numpy as np
from scipy.optimize import fsolve

Array = np.ndarray


def _wages(excess, N: int) -> Array:
    """Wages at which `excess` is zero; it holds the numeraire in its last entry."""
    found, _, flag, text = fsolve(
        lambda lw: excess(np.exp(lw)), np.zeros(N), xtol=1e-14, full_output=True
    )
    assert flag == 1 or np.abs(excess(np.exp(found))).max() < 1e-12, text
    return np.exp(found)


def armington(taste: Array, labour: Array, tariff: Array, sigma: float) -> dict[str, Array]:
    """Levels of an Armington economy: taste[i, n], one sector; world wage bill is 1."""
    N = len(labour)

    def outcome(w: Array) -> dict[str, Array]:
        price = w[:, None] * (1 + tariff)
        index = (taste * price ** (1 - sigma)).sum(axis=0) ** (1 / (1 - sigma))
        share = taste * (price / index) ** (1 - sigma)
        # income = w L + sum t/(1+t) share income
        income = w * labour / (1 - (tariff / (1 + tariff) * share).sum(axis=0))
        return {"w": w, "P": index, "income": income, "flows": share * income / (1 + tariff)}

    def excess(w: Array) -> Array:
        gap = outcome(w)["flows"].sum(axis=1) / (w * labour) - 1
        gap[-1] = w @ labour - 1
        return gap

    return outcome(_wages(excess, N))


def eaton_kortum(
    T: Array, d: Array, labour: Array, tariff: Array, theta: float, beta: float
) -> dict[str, Array]:
    """Levels of Eaton and Kortum (2002) with d[i, n] and one tradable sector that uses itself."""
    N = len(labour)

    def outcome(w: Array) -> dict[str, Array]:
        P = np.ones(N)
        for _ in range(5000):
            cost = w**beta * P ** (1 - beta)
            new = (T[:, None] * (cost[:, None] * d * (1 + tariff)) ** -theta).sum(0) ** (-1 / theta)
            if np.abs(new / P - 1).max() < 1e-15:
                break
            P = new
        cost = w**beta * P ** (1 - beta)
        share = T[:, None] * (cost[:, None] * d * (1 + tariff) / P) ** -theta
        share /= share.sum(axis=0)
        # expenditure X = (1-beta) Y + income; Y = sum_n share X / (1+t); income = wL + revenue
        sold = share / (1 + tariff)
        revenue = np.diag((share * tariff / (1 + tariff)).sum(axis=0))
        X = np.linalg.solve(np.eye(N) - (1 - beta) * sold - revenue, w * labour)
        flows = sold * X
        income = w * labour + np.diag(revenue) * X
        return {"w": w, "P": P, "income": income, "flows": flows}

    def excess(w: Array) -> Array:
        gap = beta * outcome(w)["flows"].sum(axis=1) / (w * labour) - 1
        gap[-1] = w @ labour - 1
        return gap

    return outcome(_wages(excess, N))


def ossa(
    firms: Array, tau: Array, labour: Array, tariff: Array, sigma: Array, mu: Array
) -> dict[str, Array]:
    """Levels of Ossa (2014): firms[i, s], tau[i, n, s], Cobb-Douglas shares mu[n, s]."""
    N, S = firms.shape

    def outcome(w: Array) -> dict[str, Array]:
        price = sigma / (sigma - 1) * w[:, None, None] * tau  # net of tariffs
        gross = price * (1 + tariff)
        P = np.empty((N, S))
        for s in range(S):
            for n in range(N):
                P[n, s] = sum(firms[i, s] * gross[i, n, s] ** (1 - sigma[s]) for i in range(N)) ** (
                    1 / (1 - sigma[s])
                )
        share = firms[:, None, :] * (gross / P[None]) ** (1 - sigma)
        sold = share / (1 + tariff)
        # income X: wages + profits + revenue, linear in X
        system = np.eye(N)
        for n in range(N):
            for m in range(N):
                system[n, m] -= (sold[n, m] * mu[m] / sigma).sum()
            system[n, n] -= (share[:, n] * tariff[:, n] / (1 + tariff[:, n]) * mu[n]).sum()
        X = np.linalg.solve(system, w * labour)
        flows = sold * mu[None] * X[None, :, None]
        return {"w": w, "P": np.prod(P**mu, axis=1), "income": X, "flows": flows}

    def excess(w: Array) -> Array:
        flows = outcome(w)["flows"]
        gap = (flows * (sigma - 1) / sigma).sum(axis=(1, 2)) / (w * labour) - 1
        gap[-1] = w @ labour - 1
        return gap

    return outcome(_wages(excess, N))


def caliendo_parro(
    flows: Array,
    use: Array,
    final: Array,
    tariff0: Array,
    tariff1: Array,
    theta: Array,
    deficit: Array,
) -> dict[str, Array]:
    """Exact hats of Caliendo and Parro (2015) with deficits held in the numeraire.

    flows [i, n, s] net of tariffs, use [n, k, s] and final [n, s] gross. Nested: wages outside,
    prices by iteration, expenditure by a dense linear solve.
    """
    N, _, S = flows.shape
    gross = flows * (1 + tariff0)
    pi = gross / gross.sum(axis=0)
    output = flows.sum(axis=1)
    G = use / output[:, None, :]
    g = 1 - G.sum(axis=1)
    wL = (g * output).sum(axis=1)
    alpha = final / final.sum(axis=1, keepdims=True)
    kap = (1 + tariff1) / (1 + tariff0)

    def outcome(w: Array) -> dict[str, Array]:
        lP = np.zeros((N, S))
        for _ in range(20000):
            c = np.exp(g * np.log(w)[:, None] + np.einsum("nks,nk->ns", G, lP))
            new = np.empty((N, S))
            for s in range(S):
                new[:, s] = (
                    -np.log((pi[:, :, s] * (kap[:, :, s] * c[:, None, s]) ** -theta[s]).sum(0))
                    / theta[s]
                )
            if np.abs(new - lP).max() < 1e-15:
                break
            lP = new
        share = pi * (kap * c[:, None, :] / np.exp(lP)[None]) ** -theta
        share /= share.sum(axis=0)
        sold = share / (1 + tariff1)
        rev = (share * tariff1 / (1 + tariff1)).sum(axis=0)
        A = np.zeros((N * S, N * S))
        for n in range(N):
            for k in range(S):
                row = n * S + k
                for s in range(S):
                    for m in range(N):
                        A[row, m * S + s] += G[n, k, s] * sold[n, m, s]
                    A[row, n * S + s] += alpha[n, k] * rev[n, s]
        X = np.linalg.solve(np.eye(N * S) - A, (alpha * (w * wL + deficit)[:, None]).ravel())
        X = X.reshape(N, S)
        out = sold * X[None]
        income = w * wL + (rev * X).sum(axis=1) + deficit
        return {"w": w, "P": np.exp((alpha * lP).sum(axis=1)), "income": income, "flows": out}

    def excess(w: Array) -> Array:
        y = outcome(w)["flows"].sum(axis=1)
        gap = (g * y).sum(axis=1) / (w * wL) - 1
        gap[-1] = (w @ wL) / wL.sum() - 1
        return gap

    return outcome(_wages(excess, N))


def nested(
    w: Array,
    P: Array,
    output: Array,
    use: Array,
    labour: Array,
    critical: list[int],
    value_added: Array,
    inputs: Array,
    top: Array,
) -> tuple[Array, Array]:
    """Unit cost hats and input spending shares of nested CES at hats w [n], P [n, k].

    use [n, k, s] and labour [n, s]: baseline costs. One producer at a time, in plain arithmetic.
    """
    N, K, S = use.shape
    cost = np.empty((N, S))
    share = np.zeros((N, K, S))

    def ces(weights: Array, prices: Array, sigma: float) -> tuple[float, Array]:
        weights = weights / weights.sum()
        if sigma == 1:
            price = float(np.exp((weights * np.log(prices)).sum()))
        else:
            price = float((weights * prices ** (1 - sigma)).sum() ** (1 / (1 - sigma)))
        return price, weights * (prices / price) ** (1 - sigma)

    for n in range(N):
        for s in range(S):
            plain = [k for k in range(K) if k not in critical]
            bundle, inside = ces(use[n, plain, s], P[n, plain], inputs[s])
            base, parts = ces(
                np.array([labour[n, s], use[n, plain, s].sum()]),
                np.array([w[n], bundle]),
                value_added[s],
            )
            weights = np.array([labour[n, s] + use[n, plain, s].sum(), *use[n, critical, s]])
            cost[n, s], tops = ces(weights, np.array([base, *P[n, critical]]), top[s])
            for j, k in enumerate(plain):
                share[n, k, s] = tops[0] * parts[1] * inside[j]
            for j, k in enumerate(critical):
                share[n, k, s] = tops[1 + j]
    return cost, share
