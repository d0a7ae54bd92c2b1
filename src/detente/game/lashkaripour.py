"""Optimal uniform tariffs by formula, from shares alone: a start for the iterations.

Lashkaripour (2021), "The cost of a global tariff war: A sufficient-statistics approach", Journal of
International Economics 131: the best tariff is one over the elasticity of a country's exports,

    t_i = 1 / sum_jk chi_ijk [eps_k (1 - lam_ijk) + f_ij],

chi the shares of destination j and sector k in i's exports, eps trade elasticities, lam the share
of i in j's spending on k. f_ij is the fall of j's income as its tariff revenue falls,

    f_ij = sum_k e_jk eps_k lam_ijk (r_ijk - r_jk) / (1 - r_j),

with e spending shares, r_ijk = t/(1+t) on the flow, r_jk its mean over j's spending on k and r_j
over all spending. At the optimum's shares it is exact for two countries without inputs or markups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..economy import Solution


def uniform_tariffs(done: Solution) -> np.ndarray:
    """The formula's tariff of every region at the shares of a solution, fractions, regions."""
    bought = done.purchases
    tariff = done.rates.tariff
    eps = done.model.tech.theta
    N = bought.shape[0]
    home = np.eye(N, dtype=bool)
    spend = bought.sum(axis=0)  # [j, k]
    lam = np.divide(bought, spend, out=np.zeros_like(bought), where=spend > 0)
    r = tariff / (1 + tariff)
    r_jk = (lam * r).sum(axis=0)
    e = spend / spend.sum(axis=1, keepdims=True)
    r_j = (e * r_jk).sum(axis=1)
    f = (e * eps * lam * (r - r_jk)).sum(axis=2) / (1 - r_j)
    exports = np.where(home[:, :, None], 0.0, done.trade)
    total = exports.sum(axis=(1, 2))
    chi = exports / np.where(total > 0, total, 1)[:, None, None]
    elasticity = (chi * (eps * (1 - lam) + f[:, :, None])).sum(axis=(1, 2))
    return np.where(elasticity > 0, 1 / np.where(elasticity > 0, elasticity, 1), 0.0)
