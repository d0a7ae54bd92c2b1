"""Reverse mode of the equations, by hand: from what is asked to what it depends on.

The conditions are read as explicit functions of the unknowns v = (log w, log P, X') and of policy
and parameters,

    F_w = excess demand for labour,  F_P = log P implied - log P,  F_X = X' implied - X',

in which everything but F_P uses the unknown P (at a solution it equals the implied one). `pull`
takes the sensitivities of one or many scalars (leading axes) to F and to results, and returns those
to v, with what is needed for those to policy (`to_rates`) and parameters (`to_parameters`).
Letters as in equations.py; b_ before a letter is the sensitivity to it. Everything costs a few
passes over the flows per scalar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .equations import Caps, swap

if TYPE_CHECKING:
    from .model import Solution

Array = np.ndarray
RESULTS = (
    "income",
    "log_consumer",
    "tariffs",
    "export_taxes",
    "rents",
    "deficit",
    "profits",
    "output",
    "log_cost",
    "log_w",
    "log_p",
    "spend",
    "trade",
)


@dataclass(frozen=True)
class State:
    """A solution's shares and flows, expanded once; [S, n, i], [N, K, S] and [N, S] as inside."""

    solution: Solution

    @cached_property
    def tariff(self) -> Array:
        return np.ascontiguousarray(self.solution.rates.tariff.transpose(2, 1, 0))

    @cached_property
    def export_tax(self) -> Array:
        return np.ascontiguousarray(self.solution.rates.export_tax.transpose(2, 1, 0))

    @cached_property
    def purchases(self) -> Array:
        """Sp: spending at purchaser prices, [S, n, i]."""
        return np.ascontiguousarray(self.solution.purchases.transpose(2, 1, 0))

    @cached_property
    def share(self) -> Array:
        """pi', [S, n, i]."""
        total = self.purchases.sum(axis=2, keepdims=True)
        point = self.solution.point
        empty = self.solution.flows.buy * point.u[:, None, :] / point.demand[:, :, None]
        return np.where(total > 0, self.purchases / np.where(total > 0, total, 1), empty)

    @cached_property
    def tariff_part(self) -> Array:
        """Tariff revenue per unit of spending."""
        return self.tariff / (1 + self.tariff)

    @cached_property
    def tax_part(self) -> Array:
        """Export-tax revenue per unit of spending."""
        return self.export_tax / ((1 + self.export_tax) * (1 + self.tariff))

    @cached_property
    def sold_part(self) -> Array:
        """Producers' receipts and rents per unit of spending."""
        return 1 / ((1 + self.export_tax) * (1 + self.tariff))

    @cached_property
    def inputs(self) -> Array:
        """m': shares within the input bundle, [N, K, S]."""
        made, tech = self.solution.point.made, self.solution.tech
        parts = [
            shares * node.weight[:, :, None] * node.scale[:, None, :]
            for shares, node in zip(tech.recipe.inputs, made.inputs, strict=True)
        ]
        return np.concatenate(parts, axis=2)[:, :, tech.recipe.order]

    @cached_property
    def r_inputs(self) -> Array:
        """1 - sigma of the input node, [S]."""
        shape, tech = self.solution.model.shape.nest, self.solution.tech
        out = np.empty(len(tech.theta))
        for group, r in zip(shape.inputs, tech.recipe.inputs_r, strict=True):
            out[list(group.sectors)] = r
        return out

    @cached_property
    def x(self) -> Array:
        """log P over the wage, [N, K]."""
        return self.solution.log_p.T - self.solution.log_w[:, None]

    @cached_property
    def cost(self) -> Array:
        """Producers' cost (1 - mu) Y, [N, S]."""
        return ((1 - self.solution.tech.markup) * self.solution.point.output).T

    @cached_property
    def licensed(self) -> tuple[Array, Array, Array]:
        """Of capped flows: z (1+m), whether the cap binds, and exp(-log(1+m))."""
        caps, point = self.solution.flows.caps, self.solution.point
        assert caps is not None
        assert point.delivered is not None
        assert point.wedge is not None
        value = point.delivered / ((1 + caps.tariff) * (1 + caps.export_tax))
        return value, point.wedge > 0, np.exp(-point.wedge)


@dataclass(frozen=True)
class Sensitivity:
    """What `pull` returns: to the unknowns, and intermediates for policy and parameters."""

    log_w: Array
    log_p: Array
    spend: Array
    price: Array  # b of log P implied
    sold: Array
    tariffs: Array
    export_taxes: Array
    rents: Array
    deficit: Array  # of D before scaling
    trade: Array | None  # direct, [..., S, n, i]
    needs: Array
    labour: Array
    consumer: Array
    income: Array
    log_cost: Array
    wedge: Array | None  # b of log(1+m) over 1+th, where the cap binds
    base_price: Array  # b of log price of the base bundle, [N, S]
    bundle_price: Array  # b of log price of the input bundle, [N, S]


def pull(
    state: State, excess: Array, price: Array, spend: Array, results: Mapping[str, Array]
) -> Sensitivity:
    """Sensitivities of scalars from theirs to F (`excess`, `price`, `spend`) and to results.

    The identity parts of F_P and F_X (- log P, - X') are left to the caller. `results` are named
    in RESULTS; every array may have leading axes, the same for all.
    """
    done = state.solution
    tech, shape, point, flows = done.tech, done.model.shape, done.point, done.flows
    N = tech.labour.shape[0]
    lead = price.shape[:-2]
    bill = np.exp(done.log_w) * tech.labour

    def of(name: str, shape: tuple[int, ...]) -> Array:
        return np.array(results.get(name, np.zeros(lead + shape)), float)

    S = len(tech.theta)
    b_w, b_p, b_x_spend = of("log_w", (N,)), of("log_p", (S, N)), of("spend", (S, N))
    # the labour market and the numeraire
    labour = excess / bill
    within = (excess @ flows.blocs.T) / (bill @ flows.blocs.T)
    b_w = b_w - excess * point.labour_demand / bill - (within @ flows.blocs) * bill
    # final demand
    needs = swap(spend)
    final = point.final
    b_income = of("income", (N,)) + np.sum(needs * final, axis=-1)
    consumer = of("log_consumer", (N,))
    value = point.income[:, None] * needs
    mean = np.sum(final * value, axis=-1, keepdims=True)
    r_final = tech.recipe.final_r
    b_x = final * (r_final * (value - mean) + consumer[..., None])
    b_w = b_w + consumer
    # production: demand for inputs, then (below) cost
    nodes = _production(state, needs, labour)
    b_sold = of("output", (S, N)) + swap(nodes.cost) * (1 - tech.markup)
    # income
    b_deficit = b_income + of("deficit", (N,))
    b_own = b_income
    if shape.scaled_deficits:
        moved = np.sum(b_deficit * tech.deficit, axis=-1, keepdims=True) / tech.world_income
        b_own = b_own + moved
        own_total = np.sum(point.income - point.deficit)
        b_deficit = b_deficit * own_total / tech.world_income
    b_w = b_w + b_own * bill
    b_sold = b_sold + tech.markup * (b_own + of("profits", (N,)))[..., None, :]
    b_tariffs = b_own + of("tariffs", (N,))
    b_taxes = b_own + of("export_taxes", (N,))
    b_rents = b_own + of("rents", (N,))
    direct = results.get("trade")
    # flows: Sp = buy u P^th X'
    theta = tech.theta[:, None]
    per = done.spend / point.demand
    net = flows.sell if flows.net is None else flows.net
    u = point.u
    bought = (flows.buy @ u[..., None])[..., 0]  # without capped flows
    at_border = (net @ u[..., None])[..., 0]
    psi = (
        b_tariffs[..., None, :] * (bought - at_border)
        + np.matmul(flows.sell, (u * b_sold)[..., None])[..., 0]
    )
    left = np.matmul((per * b_tariffs[..., None, :])[..., None, :], flows.buy - net)[..., 0, :]
    sold = (per[:, None, :] @ flows.sell)[:, 0, :]
    left = left + b_sold * sold
    if flows.net is not None:
        taxed = net - flows.sell
        psi = psi + np.matmul(taxed, (u * b_taxes[..., None, :])[..., None])[..., 0]
        left = left + b_taxes[..., None, :] * (per[:, None, :] @ taxed)[:, 0, :]
    if direct is not None:
        free = flows.sell * direct
        psi = psi + (free @ u[..., None])[..., 0]
        left = left + (per[:, None, :] @ free)[..., 0, :]
    b_cost = of("log_cost", (S, N)) - theta * u * left
    b_cost = b_cost + u * np.matmul((price / point.demand)[..., None, :], flows.buy)[..., 0, :]
    wedge = None
    psi = psi * per  # sum of Sp b_Sp
    if flows.caps is not None:
        caps = flows.caps
        licensed, binds, inverse = state.licensed
        assert point.delivered is not None
        s, n, i = caps.sector, caps.importer, caps.exporter
        th = tech.theta[s]
        rent = caps.exporter_share * b_rents[..., i] + caps.importer_share * b_rents[..., n]
        value = licensed * (b_sold[..., s, i] * (1 - (1 - caps.lost) * (1 - inverse)))
        value = value + licensed * rent * (1 - inverse)
        value = value + point.delivered * (
            b_tariffs[..., n] * state.tariff_part[s, n, i]
            + b_taxes[..., i] * state.tax_part[s, n, i]
        )
        steep = rent - (1 - caps.lost) * b_sold[..., s, i]
        if direct is not None:
            value = value + licensed * inverse * direct[..., s, n, i]
            steep = steep - direct[..., s, n, i]
        b_price = state.share[s, n, i] * price[..., s, n] - th * value
        moved = b_price + licensed * inverse * steep
        wedge = np.where(binds, moved, 0.0) / (1 + th)
        _add(b_cost, (s, i), b_price - (1 + th) * wedge)
        _add(psi, (s, n), value)
        _add(b_p, (s, n), th * wedge)
        _add(b_x_spend, (s, n), wedge / done.spend[s, n])
    b_p = b_p + theta * psi
    spent = np.where(done.spend > 0, done.spend, 1.0)
    b_x_spend = b_x_spend + np.where(done.spend > 0, psi / spent, 0.0)
    # cost, by way of the nests
    back = swap(b_cost)
    base = nodes.base_price + point.made.base * back
    bundle = nodes.bundle_price + point.made.bundle * base
    b_x = b_x + nodes.x + (state.inputs @ bundle[..., None])[..., 0]
    if shape.nest.critical:
        b_x = b_x + (point.made.critical @ back[..., None])[..., 0] @ tech.recipe.select
    b_p = b_p + swap(b_x)
    b_w = b_w - b_x.sum(axis=-1) + b_cost.sum(axis=-2)
    return Sensitivity(
        b_w,
        b_p,
        b_x_spend,
        price,
        b_sold,
        b_tariffs,
        b_taxes,
        b_rents,
        b_deficit,
        direct,
        needs,
        labour,
        consumer,
        b_income,
        b_cost,
        wedge,
        base,
        bundle,
    )


def _add(target: Array, index: tuple[Array, ...], values: Array) -> None:
    np.add.at(target, (..., *index), values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Nodes:
    """b of cost [N, S], of x [N, K] (direct), and of node prices from demand; node means of b."""

    cost: Array
    x: Array
    base_price: Array
    bundle_price: Array
    mean_bundle: Array
    mean_base: Array


def _production(state: State, needs: Array, labour: Array) -> _Nodes:
    """Reverse of nest.input_demand with respect to shares and cost."""
    tech, shape = state.solution.tech, state.solution.model.shape
    made, recipe = state.solution.point.made, tech.recipe
    r_m, r_v, r_c = state.r_inputs, recipe.value_added_r, recipe.critical_r
    in_bundle = (needs[..., None, :] @ state.inputs)[..., 0, :]
    in_base = made.bundle * in_bundle + made.labour * labour[..., None]
    cost = made.base * in_base
    base_cost = state.cost * made.base
    bundle_cost = base_cost * made.bundle
    base_price: Array = np.zeros_like(cost)
    x: Array = np.zeros_like(needs)
    if shape.nest.critical:
        wanted = needs[..., list(shape.nest.critical)]
        cost = cost + (wanted[..., None, :] @ made.critical)[..., 0, :]
        base_price = base_cost * r_c * (in_base - cost)
        part = state.cost[:, None, :] * made.critical * r_c
        x = (np.sum(part, axis=-1) * wanted - (part @ cost[..., None])[..., 0]) @ recipe.select
    bundle_price = bundle_cost * r_v * (in_bundle - in_base)
    rigid = bundle_cost * r_m
    x = x + needs * (state.inputs @ rigid[..., None])[..., 0]
    x = x - (state.inputs @ (rigid * in_bundle)[..., None])[..., 0]
    return _Nodes(cost, x, base_price, bundle_price, in_bundle, in_base)


def to_rates(state: State, b: Sensitivity, name: str, own: bool = False) -> Array:
    """Sensitivities to a policy array, [..., i, n, s].

    name: tariff, export_tax, iceberg or cap. own: the leading axis must be the regions; the
    result [i, n, s] holds for each flow that of the region whose instrument it is (the importer's
    for tariffs and iceberg costs, the exporter's for export taxes and caps).
    """
    done = state.solution
    tech, caps = done.tech, done.flows.caps
    pick = _Pick(own, name in ("export_tax", "cap"))
    net_tax, gross = 1 / (1 + state.export_tax), 1 / (1 + state.tariff)
    out: Array
    if name == "cap":
        out = np.zeros(b.tariffs.shape[: 0 if own else -1] + state.tariff.shape)
    else:
        worth = pick.exporter_cell(b.sold)
        if b.trade is not None:
            worth = worth + pick.flow(b.trade)
        if caps is not None:
            worth = np.array(
                np.broadcast_to(worth, np.broadcast_shapes(worth.shape, state.tariff.shape))
            )
            worth[..., caps.sector, caps.importer, caps.exporter] = _licence_worth(state, b, pick)
        tariffs, taxes = pick.importer(b.tariffs), pick.exporter(b.export_taxes)
        psi = worth * state.sold_part + tariffs * state.tariff_part + taxes * state.tax_part
        kap = state.share * pick.importer_cell(b.price)
        kap = kap - tech.theta[:, None, None] * state.purchases * psi
        if caps is not None and b.wedge is not None:
            g = pick.capped(b.wedge, caps)
            loss = (1 + tech.theta[caps.sector]) * g
            if name == "iceberg":
                loss = loss - g  # no tax is divided out
            _add(kap, (caps.sector, caps.importer, caps.exporter), -loss)
        if name == "tariff":
            out = worth * -net_tax + tariffs - taxes * state.export_tax * net_tax
            out = kap * gross + state.purchases * gross**2 * out
        elif name == "export_tax":
            out = kap * net_tax + state.purchases * gross * net_tax**2 * (taxes - worth)
        else:
            out = kap / done.rates.iceberg.transpose(2, 1, 0)
    if name == "cap" and caps is not None and b.wedge is not None:
        at = (caps.sector, caps.importer, caps.exporter)
        level = done.rates.cap[caps.exporter, caps.importer, caps.sector]
        _add(out, at, -pick.capped(b.wedge, caps) / level)
    return np.moveaxis(out, (-3, -2, -1), (-1, -2, -3))


def _licence_worth(state: State, b: Sensitivity, pick: _Pick) -> Array:
    """b of z (1+m) at a given m, of the capped flows."""
    caps = state.solution.flows.caps
    assert caps is not None
    _, _, inverse = state.licensed
    s, n, i = caps.sector, caps.importer, caps.exporter
    sold = pick.at(b.sold, caps, s, i)
    rent = caps.exporter_share * pick.at(b.rents, caps, i)
    rent = rent + caps.importer_share * pick.at(b.rents, caps, n)
    out = sold * (1 - (1 - caps.lost) * (1 - inverse)) + rent * (1 - inverse)
    if b.trade is not None:
        out = out + inverse * pick.at(b.trade, caps, s, n, i)
    return out


@dataclass(frozen=True)
class _Pick:
    """Small arrays spread over flows [S, n, i]; of each flow's own region if `own`."""

    own: bool
    by_exporter: bool

    def exporter_cell(self, a: Array) -> Array:
        """[..., S, i]."""
        if not self.own:
            return a[..., :, None, :]
        if self.by_exporter:
            return np.einsum("isi->si", a)[:, None, :]
        return a.transpose(1, 0, 2)

    def importer_cell(self, a: Array) -> Array:
        """[..., S, n]."""
        if not self.own:
            return a[..., :, :, None]
        if self.by_exporter:
            return a.transpose(1, 2, 0)
        return np.einsum("nsn->sn", a)[:, :, None]

    def importer(self, a: Array) -> Array:
        """[..., n]."""
        if not self.own:
            return a[..., None, :, None]
        return a.T[None] if self.by_exporter else np.diagonal(a)[None, :, None]

    def exporter(self, a: Array) -> Array:
        """[..., i]."""
        if not self.own:
            return a[..., None, None, :]
        return np.diagonal(a)[None, None, :] if self.by_exporter else a[None]

    def flow(self, a: Array) -> Array:
        """[..., S, n, i]."""
        if not self.own:
            return a
        return np.einsum("isni->sni" if self.by_exporter else "nsni->sni", a)

    def at(self, a: Array, caps: Caps, *index: Array) -> Array:
        """Values at `index` for every capped flow."""
        if not self.own:
            return a[(..., *index)]
        return a[(caps.exporter if self.by_exporter else caps.importer, *index)]

    def capped(self, a: Array, caps: Caps) -> Array:
        """[..., K]."""
        return self.at(a, caps, np.arange(len(caps.sector)))


def to_parameters(state: State, b: Sensitivity, name: str) -> Array:
    """Sensitivities to a parameter.

    name: an elasticity (`trade`, `value_added`, `inputs`, `critical` [..., S]; `final` [...]),
    `deficits` [..., N] (in units of world labour income), `rent_share` or `rent_lost` [...].
    """
    done = state.solution
    tech, point, caps, made = done.tech, done.point, done.flows.caps, done.point.made
    recipe = tech.recipe
    if name == "deficits":
        return b.deficit
    if name in ("rent_share", "rent_lost"):
        if caps is None:
            return np.zeros(b.tariffs.shape[:-1])
        value, _, inverse = state.licensed
        rent, s, n, i = value * (1 - inverse), caps.sector, caps.importer, caps.exporter
        gain = b.rents[..., i] if name == "rent_share" else b.sold[..., s, i]
        return np.sum(rent * (gain - b.rents[..., n]), axis=-1)
    if name == "trade":
        return _to_trade_elasticity(state, b)
    nodes = _production(state, b.needs, b.labour)
    if name == "inputs":
        x = state.x
        mean = (x[:, None, :] @ state.inputs)[:, 0, :]
        spread = ((x * b.needs)[..., None, :] @ state.inputs)[..., 0, :] - mean * nodes.mean_bundle
        square = ((x**2)[:, None, :] @ state.inputs)[:, 0, :] - mean**2
        slope = _slope(state.r_inputs, mean - made.log_inputs, square)
        cost = state.cost * made.base * made.bundle
        return np.sum(b.bundle_price * slope - cost * spread, axis=-2)
    if name == "value_added":
        mean = made.bundle * made.log_inputs
        square = made.bundle * made.log_inputs**2 - mean**2
        slope = _slope(recipe.value_added_r, mean - made.log_base, square)
        spread = made.bundle * made.log_inputs * nodes.mean_bundle - mean * nodes.mean_base
        return np.sum(b.base_price * slope - state.cost * made.base * spread, axis=-2)
    if name == "critical":
        x = state.x[:, list(done.model.shape.nest.critical)][:, :, None]
        needs = b.needs[..., list(done.model.shape.nest.critical)][..., None]
        mean = made.base * made.log_base + np.sum(made.critical * x, axis=-2)
        square = made.base * made.log_base**2 + np.sum(made.critical * x**2, axis=-2) - mean**2
        slope = _slope(recipe.critical_r, mean - made.log_cost, square)
        spread = made.base * made.log_base * nodes.mean_base - mean * nodes.cost
        spread = spread + np.sum(made.critical * x * needs, axis=-2)
        return np.sum(swap(b.log_cost) * slope - state.cost * spread, axis=-2)
    if name == "final":
        x, final = state.x, point.final
        mean = np.sum(final * x, axis=-1)
        square = np.sum(final * x**2, axis=-1) - mean**2
        price = point.log_consumer - done.log_w
        slope = _slope(np.broadcast_to(recipe.final_r, mean.shape), mean - price, square)
        spread = np.sum(b.needs * final * (x - mean[:, None]), axis=-1) * point.income
        return np.sum(b.consumer * slope - spread, axis=-1)
    raise KeyError(name)


def _slope(r: Array, gap: Array, variance: Array) -> Array:
    """d log node price / d sigma: (log node price - mean log price) / r, and its limit at r = 0."""
    small = np.abs(r) < 1e-6
    return -np.where(small, variance / 2, gap / np.where(small, 1.0, r))


def _to_trade_elasticity(state: State, b: Sensitivity) -> Array:
    done = state.solution
    base, tech, point, caps = done.model.base, done.tech, done.point, done.flows.caps
    log_kap = np.log((1 + state.tariff) / (1 + base.tariff))
    log_kap = log_kap + np.log((1 + state.export_tax) / (1 + base.export_tax))
    log_kap = log_kap + np.log(done.rates.iceberg.transpose(2, 1, 0))
    price = log_kap + point.log_cost[:, None, :]
    pick = _Pick(False, False)
    worth = np.array(
        np.broadcast_to(
            pick.exporter_cell(b.sold) + (0 if b.trade is None else b.trade),
            (*b.tariffs.shape[:-1], *price.shape),
        )
    )
    if caps is not None:
        assert point.wedge is not None
        at = (caps.sector, caps.importer, caps.exporter)
        price[at] += point.wedge
        worth[(..., *at)] = _licence_worth(state, b, pick)
    psi = worth * state.sold_part + pick.importer(b.tariffs) * state.tariff_part
    psi = psi + pick.exporter(b.export_taxes) * state.tax_part
    log_p = done.log_p
    mean = np.sum(state.share * price, axis=-1)
    out = np.sum(b.price * (mean - log_p), axis=-1) / tech.theta
    out = out + np.sum(state.purchases * psi * (log_p[:, :, None] - price), axis=(-2, -1))
    if caps is not None and b.wedge is not None and point.wedge is not None:
        at = (caps.sector, caps.importer, caps.exporter)
        moved = b.wedge * (log_p[caps.sector, caps.importer] - price[at])
        _add(out, (caps.sector,), moved)
    return out
