"""A consistent baseline from accounts that do not balance: the equilibrium of their shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .equations import Shape, Technology
from .model import Model
from .technology import Accounts, Baseline, recipe_of

Array = np.ndarray


def rebalanced(
    accounts: Accounts,
    value_added: Array,
    elasticities: Mapping[str, Array],
    deficit: Array,
    *,
    regions: Sequence[str] | None = None,
    sectors: Sequence[str] | None = None,
    tol: float = 1e-12,
) -> Accounts:
    """Balanced accounts with the given shares, labour incomes and deficits.

    Trade shares, cost shares and final shares are taken from `accounts` and value added [n, s];
    wages, prices and expenditures are solved for, at the tariffs of the accounts, so that goods
    and labour markets clear with trade `deficit` [n] (adding up to zero). This is the step that
    Caliendo and Parro (2015) take before any counterfactual. World labour income stays what it is.

    Raises ComputationError if those shares have no equilibrium.
    """
    flows, tariff, tax = (
        np.ascontiguousarray(a.transpose(2, 1, 0))
        for a in (accounts.flows, accounts.tariffs, accounts.export_taxes)
    )
    unit = float(value_added.sum())
    bought = flows * (1 + tax) * (1 + tariff)
    spend = bought.sum(axis=2)
    need = (accounts.input_use.sum(axis=2) + accounts.final_use).T
    active = (spend > 0) & (need > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(active[:, :, None], bought / spend[:, :, None], np.eye(spend.shape[1]))
    recipe, shape = recipe_of(
        accounts.input_use, value_added, accounts.final_use, accounts.critical, elasticities
    )
    income = accounts.final_use.sum(axis=1) / unit
    tech = Technology(
        theta=np.asarray(elasticities["trade"], float),
        labour=value_added.sum(axis=1) / unit,
        markup=np.ascontiguousarray(accounts.profit_share.T),
        unit=np.where(active, need, unit) / unit,
        active=active,
        deficit=deficit / unit,
        world_income=income.sum(),
        recipe=recipe,
    )
    base = Baseline(share, flows / unit, tariff, tax, unit, income, deficit / unit, active)
    model = Model(
        accounts,
        dict(elasticities),
        regions=regions,
        sectors=sectors,
        parts=(Shape(shape, False), tech, base),
    )
    done = model.solve_arrays(model.status_quo, tol=tol)
    made, point = done.point.made, done.point
    bundle = (made.base * made.bundle)[:, None, :]
    inputs = [
        shares * node.weight[:, :, None] * node.scale[:, None, :]
        for shares, node in zip(recipe.inputs, made.inputs, strict=True)
    ]
    use = np.concatenate(inputs, axis=2)[:, :, recipe.order] * bundle
    if accounts.critical:
        use[:, list(accounts.critical)] = made.critical
    cost = (1 - tech.markup.T) * point.output.T
    return Accounts(
        flows=done.trade * unit,
        input_use=use * cost[:, None, :] * unit,
        final_use=point.final * point.income[:, None] * unit,
        tariffs=accounts.tariffs,
        export_taxes=accounts.export_taxes,
        profit_share=accounts.profit_share,
        critical=accounts.critical,
    )
