"""Where a change of real income comes from: an exact decomposition along a path of policies.

For small changes (n the region, I its income, q quantities as they leave the producer,
r = (1+omega) c what the exporting country gets per unit, b what the importing country pays it,
omega its export tax and rent per unit of cost, Y output, Q its quantity, D the deficit):

    I dln W[n] =  sum_m q[n,m] dr[n,m] - sum_i q[i,n] db[i,n]          terms of trade
                + sum_i (tariff per unit) dq[i,n]                      volume of taxed imports
                + sum_m omega c dq[n,m] + sum_i (importer's rent) dq   taxes and rents on volume
                + sum_s mu p dQ                                        profits on volume
                - sum_i (purchases) dln iceberg                        trade costs
                + dD                                                   transfers

(Caliendo and Parro 2015, section 5.1, where omega, mu and D are zero.) It holds for infinitesimal
steps only: at finite ones it can be far off. Here it is integrated along a path of equilibria from
the baseline policy to the new one, with weights averaged over each step and steps halved until the
parts add up to the exact change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .model import Model, Solution
from .technology import Rates

Array = np.ndarray
PARTNER = ("terms_of_trade", "volume", "taxes_and_rents", "trade_costs")


@dataclass(frozen=True)
class Parts:
    """Contributions to the real-income hat less 1, by region.

    terms_of_trade, volume, taxes_and_rents, trade_costs: [N, N, S] by region, partner and sector;
    profits [N, S]; transfers [N]; total [N], the exact change; gap [N]: total less the parts.
    """

    terms_of_trade: Array
    volume: Array
    taxes_and_rents: Array
    trade_costs: Array
    profits: Array
    transfers: Array
    total: Array
    gap: Array
    solves: int


@dataclass(frozen=True)
class _Snapshot:
    """Prices and quantities at one point of the path, [i, n, s] unless said."""

    quantity: Array  # z / c
    paid: Array  # b: what the importing country pays the exporting one, per unit
    received: Array  # r: what the exporting country gets
    lost: Array  # rent per unit spent on the exporter's good
    tariff: Array  # tariff revenue per unit
    import_rent: Array
    export_wedge: Array
    iceberg: Array  # log
    output: Array  # [N, S], Y / c
    profit: Array  # [N, S], mu c
    cost: Array  # [N, S]
    deficit: Array  # [N]
    income: Array  # [N]
    log_real: Array  # [N]


def decompose(before: Solution, after: Solution, tol: float = 1e-8, limit: int = 600) -> Parts:
    """The parts of the change from `before` to `after` (same model), adding up to within `tol`.

    The path is geometric in taxes, iceberg costs and caps; a cap that was not there comes down from
    the quantity traded before it. `limit`: equilibria solved at most; what is then left is `gap`.
    """
    model = after.model
    path = _path(before, after)
    solved = 0
    N, S = len(after.log_w), len(after.spend)
    sums = [np.zeros((N, N, S)) for _ in PARTNER] + [np.zeros((N, S)), np.zeros(N)]
    ends = (_snapshot(before), _snapshot(after))
    todo = [(0.0, 1.0, before, after, *ends)]
    while todo:
        low, high, left, right, a, b = todo.pop()
        middle = 0.5 * (low + high)
        near = model.solve_arrays(path(middle), start=left, tol=1e-12)
        solved += 1
        m = _snapshot(near)
        coarse, fine = _step(a, b), [x + y for x, y in zip(_step(a, m), _step(m, b), strict=True)]
        parts = [(4 * y - x) / 3 for x, y in zip(coarse, fine, strict=True)]
        wrong = np.abs(_total(parts) - (b.log_real - a.log_real)).max()
        if wrong > tol * (high - low) * 0.3 and high - low > 1e-9 and solved < limit:
            todo += [(middle, high, near, right, m, b), (low, middle, left, near, a, m)]
            continue
        sums = [x + y for x, y in zip(sums, parts, strict=True)]
    change = ends[1].log_real - ends[0].log_real
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.where(np.abs(change) > 1e-12, np.expm1(change) / change, 1.0)
    gap = (change - _total(sums)) * scale
    shaped = [part * scale.reshape((N,) + (1,) * (part.ndim - 1)) for part in sums]
    return Parts(*shaped, total=np.expm1(change), gap=gap, solves=solved)


def _total(parts: list[Array]) -> Array:
    return sum((part.reshape(len(part), -1).sum(axis=1) for part in parts), np.zeros(len(parts[0])))


def _snapshot(done: Solution) -> _Snapshot:
    rates, point, wedge = done.rates, done.point, done.wedge
    cost = np.exp(point.log_cost.T)
    c = cost[:, None, :]
    own = np.eye(len(cost), dtype=bool)[:, :, None]
    quantity = np.where(own, 0.0, done.trade / c)  # home sales cancel
    rent = wedge * c
    taxed = (1 + wedge) * c * rates.export_tax
    border = (1 + wedge) * c + taxed
    exporter = rates.rent_share * rent
    importer = (1 - rates.rent_share - rates.rent_lost) * rent
    return _Snapshot(
        quantity=quantity,
        paid=border - importer,
        received=c + taxed + exporter,
        lost=rates.rent_lost * wedge * quantity,
        tariff=rates.tariff * border,
        import_rent=importer,
        export_wedge=taxed + exporter,
        iceberg=np.log(rates.iceberg),
        output=point.output.T / cost,
        profit=done.tech.markup.T * cost,
        cost=cost,
        deficit=point.deficit,
        income=point.income,
        log_real=np.log(done.real_income),
    )


def _step(a: _Snapshot, b: _Snapshot) -> list[Array]:
    """Parts of dln W over one step, weights averaged over its ends, in the order of Parts."""

    def moved(weight: str, what: str) -> Array:
        """Average weight (per unit of income: first the exporter's, then the importer's)."""
        change = getattr(b, what) - getattr(a, what)
        return np.stack(
            [
                (_over(a, weight, axis) + _over(b, weight, axis)) / 2 * change
                for axis in ("exporter", "importer")
            ]
        )

    sell, _ = moved("quantity", "received")
    _, buy = moved("quantity", "paid")
    # rent that was lost was spent on the exporter's good, whose price moved with its cost
    cost = (b.cost - a.cost)[:, None, :]
    sell = sell + (_over(a, "lost", "exporter") + _over(b, "lost", "exporter")) / 2 * cost
    _, volume = moved("tariff", "quantity")
    wedge, _ = moved("export_wedge", "quantity")
    _, rent = moved("import_rent", "quantity")
    bought = [_bought(s) for s in (a, b)]
    costs = -(bought[0] + bought[1]) / 2 * (b.iceberg - a.iceberg)
    profit = [s.profit / s.income[:, None] for s in (a, b)]
    profits = (profit[0] + profit[1]) / 2 * (b.output - a.output)
    transfers = (1 / a.income + 1 / b.income) / 2 * (b.deficit - a.deficit)
    swap = (1, 0, 2)
    return [
        sell - buy.transpose(swap),
        volume.transpose(swap),
        wedge + rent.transpose(swap),
        costs.transpose(swap),
        profits,
        transfers,
    ]


def _bought(s: _Snapshot) -> Array:
    """Spending on imports at purchaser prices over the importer's income."""
    return s.quantity * (s.paid + s.import_rent + s.tariff) / s.income[None, :, None]


def _over(s: _Snapshot, weight: str, axis: str) -> Array:
    income = s.income[:, None, None] if axis == "exporter" else s.income[None, :, None]
    return getattr(s, weight) / income


def _path(before: Solution, after: Solution) -> Callable[[float], Rates]:
    old, new = before.rates, after.rates

    def traded(done: Solution) -> Array:
        base: Model = done.model
        flows = base.base.flows.transpose(2, 1, 0)
        cost = np.exp(done.point.log_cost.T)[:, None, :]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(flows > 0, done.trade / cost / flows, 1.0)

    start = np.where(np.isfinite(old.cap), old.cap, np.maximum(new.cap, traded(before)))
    end = np.where(np.isfinite(new.cap), new.cap, np.maximum(old.cap, traded(after)))
    free = ~np.isfinite(old.cap) & ~np.isfinite(new.cap)
    tiny = 1e-14  # stands for a ban until the end of the path

    def at(share: float) -> Rates:
        def between(a: Array, b: Array) -> Array:
            return np.expm1((1 - share) * np.log1p(a) + share * np.log1p(b))

        with np.errstate(invalid="ignore"):
            low, high = np.maximum(start, tiny), np.maximum(end, tiny)
            cap = np.where(free, np.inf, low ** (1 - share) * high**share)
        return Rates(
            between(old.tariff, new.tariff),
            between(old.export_tax, new.export_tax),
            old.iceberg ** (1 - share) * new.iceberg**share,
            cap,
            (1 - share) * old.rent_share + share * new.rent_share,
            (1 - share) * old.rent_lost + share * new.rent_lost,
        )

    return at
