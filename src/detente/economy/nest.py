"""Nested CES production and CES final demand, in exact hats.

n region, k supplying sector, s using sector; all price hats are relative to the region's wage, in
logs: x[n,k] = log P[n,k] - log w[n]. From the leaves up (elasticities of the using sector):

    M[n,s]   inputs        CES over the supplying sectors that are not critical
    B[n,s]   value added   CES of labour (relative price 0) and M
    c[n,s]   critical      CES of B and each critical input

Each node is c = (sum_k a_k p_k^r)^(1/r), r = 1 - sigma, with expenditure shares
a'_k = a_k (p_k / c)^r (Sato 1967). Functions take an array namespace `xp` (numpy or jax.numpy) and
allow leading batch axes. How a node is evaluated is chosen once per node from its elasticity:
"cd" (r = 0), "near" (|r| small: log1p and expm1 keep all digits as r goes to 0) or "far"
(log-sum-exp with a shift: no overflow).
"""

from __future__ import annotations

from typing import Any, NamedTuple

Array = Any
NEAR = 0.05  # |1 - sigma| below which the log1p form is used
TINY = 1e-13  # r = 0 in the log1p form: its Cobb-Douglas limit to rounding


class Group(NamedTuple):
    """Using sectors whose input node has one elasticity."""

    form: str
    sectors: tuple[int, ...]


class Shape(NamedTuple):
    """What of the nests is not an array (hashable)."""

    inputs: tuple[Group, ...]
    value_added_cd: bool
    final_form: str
    critical: tuple[int, ...]


class Recipe(NamedTuple):
    """Baseline cost shares and elasticities.

    inputs: one [N, K, S_g] array per group, shares within M (zero for critical inputs).
    inputs_r: one scalar per group. labour, bundle: [N, S], shares within B.
    value_added_r: [S]. base: [N, S], share of B in cost. critical: [N, Kc, S], shares in cost.
    critical_r: [S]. select: [Kc, K], places critical inputs among the sectors.
    final: [N, K]; final_r: scalar. order: [S], undoes the grouping of sectors.
    """

    inputs: tuple[Array, ...]
    inputs_r: tuple[Array, ...]
    labour: Array
    bundle: Array
    value_added_r: Array
    base: Array
    critical: Array
    critical_r: Array
    select: Array
    final: Array
    final_r: Array
    order: Array


class Node(NamedTuple):
    """A CES node over the last axis of `x`: log price, and a'_k = a_k weight_k scale."""

    log_price: Array
    weight: Array
    scale: Array


class Production(NamedTuple):
    """The nests at given prices. Share of labour in B: labour; of M in B: bundle; and so on."""

    log_cost: Array  # [N, S], relative to the wage
    inputs: tuple[Node, ...]
    log_inputs: Array  # [N, S], price of M
    labour: Array
    bundle: Array
    log_base: Array  # [N, S], price of B
    base: Array
    critical: Array  # [N, Kc, S]


def form(sigma: float) -> str:
    """How a node with elasticity `sigma` is evaluated."""
    r = abs(1.0 - sigma)
    return "cd" if r == 0 else "near" if r < NEAR else "far"


def ces(xp: Any, how: str, r: Array, shares: Array, x: Array) -> Node:
    """CES over k of prices x [..., N, K] with shares [..., N, K, S]; log price [..., N, S]."""
    row = x[..., None, :]
    if how == "cd":
        log_price = (row @ shares)[..., 0, :]
        return Node(log_price, xp.ones_like(x), xp.ones_like(log_price))
    if how == "near":
        r = xp.where(abs(r) < TINY, TINY, r)
        rise = xp.expm1(r * x)
        total = (rise[..., None, :] @ shares)[..., 0, :]
        return Node(xp.log1p(total) / r, 1 + rise, 1 / (1 + total))
    top = xp.max(r * x, axis=-1, keepdims=True)
    weight = xp.exp(r * x - top)
    total = (weight[..., None, :] @ shares)[..., 0, :]
    total = xp.where(total > 0, total, 1.0)  # a sector without inputs has no such node
    return Node((top + xp.log(total)) / r, weight, 1 / total)


def blend(xp: Any, r: Array, shares: Array, x: Array) -> tuple[Array, Array]:
    """CES over axis -2 of x [..., E, S], elementwise elasticities r [S]: log price and shares."""
    near = abs(r) < NEAR
    small = xp.where(abs(r) < TINY, TINY, r)
    rise = xp.sum(shares * xp.expm1(xp.where(near, small, 0.0) * x), axis=-2)
    top = xp.max(xp.where(shares > 0, r * x, -xp.inf), axis=-2, keepdims=True)
    weight = xp.exp(xp.minimum(r * x - top, 0.0))
    far = (top[..., 0, :] + xp.log(xp.sum(shares * weight, axis=-2))) / small
    log_price = xp.where(near, xp.log1p(rise) / small, far)
    return log_price, shares * xp.exp(xp.where(shares > 0, r * (x - log_price[..., None, :]), 0.0))


def production(xp: Any, shape: Shape, recipe: Recipe, x: Array) -> Production:
    """Unit costs [..., N, S] relative to the wage and all node shares, at x [..., N, K]."""
    nodes = tuple(
        ces(xp, group.form, r, shares, x)
        for group, r, shares in zip(shape.inputs, recipe.inputs_r, recipe.inputs, strict=True)
    )
    if len(nodes) == 1:
        log_inputs = nodes[0].log_price
    else:
        joined = xp.concatenate([node.log_price for node in nodes], axis=-1)
        log_inputs = joined[..., recipe.order]
    if shape.value_added_cd:
        log_base = recipe.bundle * log_inputs
        labour, bundle = recipe.labour, recipe.bundle
    else:
        pair = xp.stack([recipe.labour, recipe.bundle], axis=-2)
        prices = xp.stack([xp.zeros_like(log_inputs), log_inputs], axis=-2)
        log_base, both = blend(xp, recipe.value_added_r, pair, prices)
        labour, bundle = both[..., 0, :], both[..., 1, :]
    if not shape.critical:
        return Production(
            log_base, nodes, log_inputs, labour, bundle, log_base, recipe.base, recipe.critical
        )
    inputs = x[..., list(shape.critical)][..., None] + xp.zeros_like(recipe.critical)
    parts = xp.concatenate([recipe.base[..., None, :], recipe.critical], axis=-2)
    log_cost, shares = blend(
        xp,
        recipe.critical_r,
        parts,
        xp.concatenate([log_base[..., None, :], inputs], axis=-2),
    )
    base, critical = shares[..., 0, :], shares[..., 1:, :]
    return Production(log_cost, nodes, log_inputs, labour, bundle, log_base, base, critical)


def input_demand(
    xp: Any, shape: Shape, recipe: Recipe, made: Production, cost: Array
) -> tuple[Array, Array]:
    """Spending on inputs [..., N, K] and labour [..., N] of producers with costs [..., N, S]."""
    base = cost * made.base
    bundle = base * made.bundle
    demand: Array = 0.0
    for group, shares, node in zip(shape.inputs, recipe.inputs, made.inputs, strict=True):
        part = bundle if len(shape.inputs) == 1 else bundle[..., list(group.sectors)]
        demand = demand + node.weight * (shares @ (part * node.scale)[..., None])[..., 0]
    if shape.critical:
        needs = (made.critical @ cost[..., None])[..., 0]
        demand = demand + needs @ recipe.select
    return demand, xp.sum(base * made.labour, axis=-1)


def final_demand(xp: Any, shape: Shape, recipe: Recipe, x: Array) -> tuple[Array, Array]:
    """Consumer price relative to the wage [..., N] (log) and final shares [..., N, K]."""
    node = ces(xp, shape.final_form, recipe.final_r, recipe.final[..., None], x)
    return node.log_price[..., 0], recipe.final * node.weight * node.scale
