"""The equilibrium conditions, written once over an array namespace `xp` (numpy or jax.numpy).

i exporter, n importer or region, s, k sectors; hats are ratios to the world's baseline, a prime is
a counterfactual level; values are in units of baseline world labour income (the numeraire, which
stays at 1). Arrays are laid out sector first, [S, N], and flows [S, importer, exporter], so that
every sum over flows is a batched matrix product. Leading batch axes are allowed everywhere.

Given the policy, kap = iceberg (1+t')(1+e') / ((1+t)(1+e)) and the unknowns w, P (hats), X':

    c[i,s]    = nested CES of w[i] and P[i,.]                              (nest.py)
    P[n,s]    = (sum_i pi (kap (1+m) c[i,s])^-th)^(-1/th)
    pi'       = pi (kap (1+m) c / P)^-th
    z[i,n,s]  = pi' X' / ((1+t')(1+e')(1+m))                what producers get for goods delivered
    Y[i,s]    = sum_n z (1 + lost m)
    I[n]      = w wL + sum_s mu Y + tariffs + export taxes + rents + D
    X'[n,k]   = sum_s a'[n,k,s] (1-mu) Y[n,s] + alpha'[n,k] I[n]
    w wL[n]   = sum_s labour share (1-mu) Y[n,s]

(Caliendo and Parro 2015, Review of Economic Studies 82, 1-44, equations 10-14, where the nests are
Cobb-Douglas and mu = 0.) A quantity cap Q on a flow is complementary to its wedge m,

    0 <= m,  z / c <= Q  (one with equality).

Given P and X' the capped flow's demand falls in 1+m with elasticity 1+th, so the condition is
solved exactly: 1+m = max(1, (z(m=0) / (Q c))^(1/(1+th))), and m is no unknown. Of the rent m z a
share goes to the exporter, a share to the importer, and the share `lost` is spent by those who seek
the licence on the exporter's good (Krueger 1974), which is why producers sell z (1 + lost m).

Deficits D are nominal in the numeraire, or scaled with world income.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from . import nest

Array = Any


class Shape(NamedTuple):
    """What is not an array (hashable, static under compilation)."""

    nest: nest.Shape
    scaled_deficits: bool


class Technology(NamedTuple):
    """A world: everything that no policy changes.

    theta [S]; labour [N] baseline labour income; markup [S, N] profit share of sales; unit [S, N]
    baseline expenditure (1 where it is zero), active [S, N] whether it is positive; deficit [N];
    world_income scalar; recipe: cost shares and elasticities of the nests.
    """

    theta: Array
    labour: Array
    markup: Array
    unit: Array
    active: Array
    deficit: Array
    world_income: Array
    recipe: nest.Recipe


class Caps(NamedTuple):
    """The flows with a finite positive cap, one entry each.

    sector, importer, exporter: positions; log_buy: log pi kap^-th; tariff, export_tax: new rates;
    log_quota: log of the cap times baseline z (its producer value at baseline cost);
    exporter_share, importer_share, lost: scalars.
    """

    sector: Array
    importer: Array
    exporter: Array
    log_buy: Array
    tariff: Array
    export_tax: Array
    log_quota: Array
    exporter_share: Array
    importer_share: Array
    lost: Array


class Flows(NamedTuple):
    """A policy: pi kap^-th [S, N, N] (`buy`), over 1+t' (`net`), over (1+t')(1+e') (`sell`).

    All three are zero where a flow is banned or capped. `net` is None without export taxes, when
    it would equal `sell`. blocs [C, N] holds a one where region n is in trade bloc c: each bloc
    keeps its own labour income, so that a world in one piece has its numeraire.
    """

    buy: Array
    sell: Array
    net: Array | None
    caps: Caps | None
    blocs: Array


class Point(NamedTuple):
    """The conditions evaluated at w, P, X': what they imply, and what results need.

    excess [N]: labour demand over supply, less 1, plus the numeraire's gap; log_price, spend
    [S, N]: P and X' implied; log_cost, u, top, demand (sum of u-weighted `buy`), output [S, N];
    tariffs, export_taxes, rents, profits, deficit, income, labour_demand [N]; log_consumer [N];
    wedge [K] log(1+m), delivered [K] purchaser spending on capped flows.
    """

    excess: Array
    log_price: Array
    spend: Array
    log_cost: Array
    u: Array
    top: Array
    demand: Array
    output: Array
    tariffs: Array
    export_taxes: Array
    rents: Array
    profits: Array
    deficit: Array
    income: Array
    labour_demand: Array
    log_consumer: Array
    wedge: Array | None
    delivered: Array | None
    made: nest.Production
    final: Array


def swap(array: Array) -> Array:
    """[..., S, N] to [..., N, S] and back."""
    return array.swapaxes(-1, -2)


def add_at(xp: Any, target: Array, index: tuple[Array, ...], values: Array) -> Array:
    """`target` with `values` added at `index` of its last axes, repeated positions adding up."""
    if hasattr(target, "at"):
        return target.at[(..., *index)].add(values)
    target = target.copy()
    xp.add.at(target, (..., *index), values)
    return target


def costs(xp: Any, shape: Shape, tech: Technology, log_w: Array, log_p: Array) -> tuple[Array, Any]:
    """Log unit cost hats [..., S, N], with the nests they come from."""
    made = nest.production(xp, shape.nest, tech.recipe, swap(log_p) - log_w[..., :, None])
    return swap(made.log_cost) + log_w[..., None, :], made


def wedges(xp: Any, tech: Technology, caps: Caps, cost: Array, log_p: Array, spend: Array) -> Array:
    """log(1+m) of the capped flows [..., K] at producer cost, P and X' (in logs, but for X')."""
    at, source = (..., caps.sector, caps.importer), (..., caps.sector, caps.exporter)
    theta = tech.theta[..., caps.sector]
    taxes = xp.log1p(caps.tariff) + xp.log1p(caps.export_tax)
    value = caps.log_buy - theta * (cost[source] - log_p[at]) + xp.log(spend[at]) - taxes
    return xp.maximum(0.0, (value - caps.log_quota - cost[source]) / (1 + theta))


def prices(
    xp: Any, tech: Technology, flows: Flows, cost: Array, log_p: Array, spend: Array
) -> tuple[Array, Array, Array, Array, Array | None]:
    """log P implied by costs [..., S, N], with top, u, sum pi kap^-th u and log(1+m).

    u = exp(-th log c - top), where `top` [..., S, 1] keeps the exponent at most zero.
    """
    theta = tech.theta[..., :, None]
    power = -theta * cost
    top = xp.max(power, axis=-1, keepdims=True)
    u = xp.exp(power - top)
    demand = (flows.buy @ u[..., None])[..., 0]
    wedge = None
    if flows.caps is not None:
        caps = flows.caps
        wedge = wedges(xp, tech, caps, cost, log_p, spend)
        source = (..., caps.sector, caps.exporter)
        bought = xp.exp(caps.log_buy - tech.theta[..., caps.sector] * wedge) * u[source]
        demand = add_at(xp, demand, (caps.sector, caps.importer), bought)
    return -(xp.log(demand) + top) / theta, top, u, demand, wedge


def evaluate(
    xp: Any,
    shape: Shape,
    tech: Technology,
    flows: Flows,
    log_w: Array,
    log_p: Array,
    spend: Array,
) -> Point:
    """Everything implied by w [..., N], P and X' [..., S, N]; a fixed point is an equilibrium."""
    cost, made = costs(xp, shape, tech, log_w, log_p)
    log_price, top, u, demand, wedge = prices(xp, tech, flows, cost, log_p, spend)

    # X' / demand times u is spending on a flow per unit of pi kap^-th
    per = spend / demand
    sold = u * (per[..., None, :] @ flows.sell)[..., 0, :]
    net = flows.sell if flows.net is None else flows.net
    border = xp.sum(per * (net @ u[..., None])[..., 0], axis=-2)
    export_taxes = xp.zeros_like(border)
    if flows.net is not None:
        left = u * (per[..., None, :] @ flows.net)[..., 0, :]
        export_taxes = xp.sum(left - sold, axis=-2)
    rents = xp.zeros_like(border)
    delivered = None
    if flows.caps is not None and wedge is not None:
        caps = flows.caps
        at, source = (caps.sector, caps.importer), (caps.sector, caps.exporter)
        theta = tech.theta[..., caps.sector]
        delivered = xp.exp(caps.log_buy - theta * wedge) * u[(..., *source)] * per[(..., *at)]
        at_border = delivered / (1 + caps.tariff)
        licensed = at_border / (1 + caps.export_tax)  # z (1 + m)
        rent = licensed * -xp.expm1(-wedge)
        sold = add_at(xp, sold, source, licensed - (1 - caps.lost) * rent)
        border = add_at(xp, border, (caps.importer,), at_border)
        export_taxes = add_at(xp, export_taxes, (caps.exporter,), at_border - licensed)
        rents = add_at(xp, rents, (caps.exporter,), caps.exporter_share * rent)
        rents = add_at(xp, rents, (caps.importer,), caps.importer_share * rent)
    tariffs = xp.sum(spend, axis=-2) - border

    wage_bill = xp.exp(log_w) * tech.labour
    profits = xp.sum(tech.markup * sold, axis=-2)
    own = wage_bill + profits + tariffs + export_taxes + rents
    deficit = tech.deficit
    if shape.scaled_deficits:
        deficit = deficit * xp.sum(own, axis=-1, keepdims=True) / tech.world_income
    income = own + deficit

    x = swap(log_price) - log_w[..., :, None]
    log_consumer, final = nest.final_demand(xp, shape.nest, tech.recipe, x)
    needs, labour_demand = nest.input_demand(
        xp, shape.nest, tech.recipe, made, swap((1 - tech.markup) * sold)
    )
    spend_next = swap(needs + final * income[..., :, None])
    blocs = flows.blocs
    level = xp.log((wage_bill[..., None, :] @ swap(blocs)) / (tech.labour @ swap(blocs)))
    excess = labour_demand / wage_bill - 1 - (level @ blocs)[..., 0, :]
    return Point(
        excess,
        log_price,
        spend_next,
        cost,
        u,
        top,
        demand,
        sold,
        tariffs,
        export_taxes,
        rents,
        profits,
        deficit,
        income,
        labour_demand,
        log_consumer + log_w,
        wedge,
        delivered,
        made,
        final,
    )
