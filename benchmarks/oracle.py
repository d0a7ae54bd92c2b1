"""Is this an equilibrium? The conditions written a second time, sharing nothing with the solver.

Everything is in levels with quantities and prices as a textbook has them: unit costs by power
means over explicit loops of sectors, flows and budgets in units of baseline world labour income.
Only labelled world and policy arrays and a candidate (wages, prices, spending, wedges) come in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Candidate:
    """Hats of wages [N] and composite prices [N, S], spending [N, S] at purchaser prices in units
    of baseline world labour income, and the wedge m of each flow [i, n, s]."""

    wage: Array
    price: Array
    spending: Array
    wedge: Array


def power_mean(weights: Array, prices: Array, sigma: float) -> float:
    """CES price hat with cost-share weights that add up to one."""
    used = weights > 0
    a, x = weights[used], np.log(prices[used])
    r = 1 - sigma
    if abs(r) < 1e-7:  # second order in r
        mean = a @ x
        return float(np.exp(mean + 0.5 * r * (a @ (x - mean) ** 2)))
    top = np.max(r * x)
    return float(np.exp((top + np.log(a @ np.exp(r * x - top))) / r))


def log_mean(weights: Array, log_prices: Array, sigma: float) -> float:
    """`power_mean` of log prices that may be minus infinity (a price of zero)."""
    used = weights > 0
    a, x = weights[used], log_prices[used]
    r = 1 - sigma
    if np.isneginf(x).any() and r <= 1e-7:
        return -np.inf
    kept = np.isfinite(x)
    if not kept.any():
        return -np.inf
    a, x = a[kept], x[kept]
    if abs(r) < 1e-7:
        return float(a @ x)
    top = np.max(r * x)
    return float((top + np.log(a @ np.exp(r * x - top))) / r)


def no_prices(world, policy, *, horizon: str, rounds: int = 200) -> bool:
    """Whether no prices cover costs at any wages, by proof: then there is no equilibrium.

    Let T(P) be the composite prices that P implies where labour is free and no cap binds; it is
    monotone and homogeneous, and the true prices of any equilibrium have P >= T(P). If T(v) > v on
    the support of some v >= 0, there are none: of all multiples of v below P the largest could be
    raised (the condition of Hawkins and Simon 1949, Econometrica 17, for ad-valorem taxes on
    inputs, which enter costs like more input). v is sought by power iteration.
    """
    Z, use = world.flows.values, world.input_use.values
    N, _, S = Z.shape
    gross = (1 + world.tariffs.values) * (1 + world.export_taxes.values)
    paid = Z * gross
    spent = paid.sum(axis=0)
    factor = (1 + policy.tariff.values) * (1 + policy.export_tax.values)
    rise = np.log(factor * policy.iceberg.values / gross)
    theta = world.elasticities.trade.sel(horizon=horizon).values
    sigma = {
        name: world.elasticities[name].sel(horizon=horizon).values
        for name in ("value_added", "inputs", "critical")
    }
    critical = np.isin(world.sectors, list(world.critical))
    cost = (1 - world.profit_share.values) * Z.sum(axis=1)
    labour = np.maximum(cost - use.sum(axis=1), 0)

    def implied(log_p: Array) -> Array:
        c = np.full((N, S), -np.inf)
        for n in range(N):
            for s in range(S):
                if cost[n, s] <= 0:
                    continue
                plain = np.where(critical, 0, use[n, :, s])
                rare = np.where(critical, use[n, :, s], 0)
                bundle, base = plain.sum(), plain.sum() + labour[n, s]
                both = np.array([labour[n, s], bundle])
                inner = value = -np.inf
                if bundle > 0:
                    inner = log_mean(plain / bundle, log_p[n], sigma["inputs"][s])
                if base > 0:
                    pair = np.array([-np.inf, inner])
                    value = log_mean(both / base, pair, sigma["value_added"][s])
                parts = np.append(base, rare) / (base + rare.sum())
                c[n, s] = log_mean(parts, np.append(value, log_p[n]), sigma["critical"][s])
        out = np.full((N, S), -np.inf)
        for n in range(N):
            for s in range(S):
                on = (Z[:, n, s] > 0) & (policy.cap.values[:, n, s] > 0)
                if on.any():
                    pi = paid[on, n, s] / spent[n, s]
                    out[n, s] = log_mean(pi, c[on, s] + rise[on, n, s], 1 + theta[s])
        return out

    v = np.zeros((N, S))
    for _ in range(rounds):
        found = implied(v)
        v = 0.5 * v + 0.5 * found  # minus infinity stays
        if not np.isfinite(v.max()):
            return False
        v -= v.max()
        v[v < -30] = -np.inf
        on = np.isfinite(v)
        if (implied(v)[on] > v[on] + 1e-6).all():
            return True
    return False


def violations(
    world, policy, candidate: Candidate, *, horizon: str, closure: str, blocs: list[list[int]]
) -> dict[str, float]:
    """The largest relative violation of each kind of condition; all are zero at an equilibrium."""
    Z, T0 = world.flows.values, world.tariffs.values
    E0 = world.export_taxes.values
    N, _, S = Z.shape
    theta = world.elasticities.trade.sel(horizon=horizon).values
    sigma = {
        name: world.elasticities[name].sel(horizon=horizon).values
        for name in ("value_added", "inputs", "critical", "final")
    }
    critical = [world.sectors.index(name) for name in world.critical]
    use, markup = world.input_use.values, world.profit_share.values
    Y0 = Z.sum(axis=1)
    paid0 = Z * (1 + E0) * (1 + T0)
    X0 = paid0.sum(axis=0)
    cost0 = (1 - markup) * Y0
    labour0 = np.maximum(cost0 - use.sum(axis=1), 0)
    unit = labour0.sum()
    final0 = np.maximum(X0 - use.sum(axis=2), 0)
    # rounding in the accounts is not final demand
    final0[final0 < 1e-12 * X0] = 0
    w, P, X, m = candidate.wage, candidate.price, candidate.spending, candidate.wedge

    # unit costs and input coefficients by Shephard's lemma, one producer at a time
    c, need, labour_need = np.ones((N, S)), np.zeros((N, S, S)), np.zeros((N, S))
    for n in range(N):
        for s in range(S):
            if cost0[n, s] <= 0:
                c[n, s] = w[n]
                labour_need[n, s] = 1
                continue
            inputs = use[n, :, s].copy()
            rare = np.zeros(S)
            rare[critical] = inputs[critical]
            inputs[critical] = 0
            bundle, base = inputs.sum(), inputs.sum() + labour0[n, s]
            whole = base + rare.sum()
            pM = power_mean(inputs / bundle, P[n], sigma["inputs"][s]) if bundle > 0 else 1.0
            value = np.array([labour0[n, s], bundle]) / base if base > 0 else np.array([1.0, 0.0])
            pair = np.array([w[n], pM])
            pB = power_mean(value, pair, sigma["value_added"][s])
            tops = np.concatenate([[base], rare[critical]]) / whole
            pC = power_mean(tops, np.concatenate([[pB], P[n, critical]]), sigma["critical"][s])
            c[n, s] = pC
            sB = tops[0] * (pB / pC) ** (1 - sigma["critical"][s])
            each = value * (pair / pB) ** (1 - sigma["value_added"][s])
            labour_need[n, s] = sB * each[0]
            if bundle > 0:
                need[n, :, s] = (
                    sB * each[1] * inputs / bundle * (P[n] / pM) ** (1 - sigma["inputs"][s])
                )
            for k, j in enumerate(critical):
                need[n, j, s] += tops[1 + k] * (P[n, j] / pC) ** (1 - sigma["critical"][s])

    # purchaser prices of every flow, composite prices and spending by flow
    T, E = policy.tariff.values, policy.export_tax.values
    d, cap = policy.iceberg.values, policy.cap.values
    open_ = (Z > 0) & (cap > 0)
    flow_price = c[:, None, :] * d * (1 + T) * (1 + E) * (1 + m) / ((1 + T0) * (1 + E0))
    paid = np.zeros_like(Z)
    price_gap = np.zeros((N, S))
    for n in range(N):
        for s in range(S):
            if X0[n, s] <= 0:
                # nobody buys it: its price is the home producer's
                price_gap[n, s] = np.log(P[n, s] / c[n, s])
                continue
            pi, on = paid0[:, n, s] / X0[n, s], open_[:, n, s]
            x = -theta[s] * np.log(flow_price[on, n, s])
            top = x.max()
            mass = pi[on] * np.exp(x - top)
            price_gap[n, s] = -(np.log(mass.sum()) + top) / theta[s] - np.log(P[n, s])
            paid[on, n, s] = X[n, s] * mass / mass.sum()
    at_border = paid / (1 + T)
    licensed = at_border / (1 + E)
    z = licensed / (1 + m)
    rent = licensed - z
    lost = policy.rent_lost
    Y = (z + lost * rent).sum(axis=1)

    # budgets
    bill = w * labour0.sum(axis=1) / unit
    own = bill + (markup * Y).sum(axis=1)
    own += (paid - at_border).sum(axis=(0, 2)) + (at_border - licensed).sum(axis=(1, 2))
    own += policy.rent_share * rent.sum(axis=(1, 2))
    own += (1 - policy.rent_share - lost) * rent.sum(axis=(0, 2))
    border0 = Z * (1 + E0)
    deficit = (border0.sum(axis=(0, 2)) - border0.sum(axis=(1, 2))) / unit
    if closure == "zero":
        deficit = np.zeros(N)
    if closure == "world_share":
        deficit = deficit * own.sum() / (final0.sum() / unit - deficit.sum())
    income = own + deficit
    shares = np.zeros((N, S))
    for n in range(N):
        alpha = final0[n] / final0[n].sum()
        pF = power_mean(alpha, P[n], sigma["final"][0])
        shares[n] = alpha * (P[n] / pF) ** (1 - sigma["final"][0])
    wanted = shares * income[:, None] + np.einsum("nks,ns->nk", need, (1 - markup) * Y)
    bought = X0 > 0
    spending_gap = np.where(bought, wanted - X, 0) / np.where(bought, np.maximum(X0 / unit, X), 1)
    labour_gap = ((1 - markup) * Y * labour_need).sum(axis=1) / bill - 1
    level = [bill[b].sum() / (labour0[b].sum() / unit) - 1 for b in blocs]

    # caps: quantity at most the cap, wedge not negative, one of them binding
    capped = open_ & np.isfinite(cap)
    over = slack = 0.0
    if capped.any():
        quantity = (z / c[:, None, :])[capped] / (cap[capped] * Z[capped] / unit)
        over = max(float((quantity - 1).max()), 0.0)
        slack = float(np.abs(np.minimum(np.log1p(m[capped]), np.abs(1 - quantity))).max())
    return {
        "price": float(np.abs(price_gap).max()),
        "spending": float(np.abs(spending_gap).max()),
        "labour": float(np.abs(labour_gap).max()),
        "numeraire": float(np.abs(level).max()),
        "cap": over,
        "complementarity": slack,
        "banned flows": float(paid[(cap == 0)].max(initial=0.0)),
        "negative wedge": float(max(0.0, -m.min())),
        "wedge without cap": float(np.abs(m[~capped]).max(initial=0.0)),
    }
