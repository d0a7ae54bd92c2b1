"""The conditions linearised at a solution, as a dense system that is factorised once.

The same serves where only prices and expenditures solve their conditions, at given wages.

Unknowns log P and X' (cells s, n) and log w (n); the conditions are those of pullback.py. Prices
depend on no expenditure unless a cap binds, so the cells' system is block triangular: one
factorisation of (regions x sectors) for prices and one for expenditures, then a Schur complement of
the size of the regions. With binding caps the two blocks are factorised together.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from .pullback import State

Array = np.ndarray


class Linear:
    """F's derivative at a solution. `adjoint` solves with its transpose, for many right sides."""

    def __init__(self, state: State) -> None:
        from scipy.linalg import lu_factor

        self.state = state
        done = state.solution
        model, point = done.model, done.point
        tech, recipe, made = done.tech, done.tech.recipe, point.made
        S, N = done.spend.shape
        self.size = (S, N)
        own = np.arange(N)
        th = tech.theta
        active = tech.active

        # cost shares of inputs [N, K, S] and of labour [N, S]
        bundle = made.base * made.bundle
        nodes = state.inputs * bundle[:, None, :]
        shares = nodes
        if model.shape.nest.critical:
            shares = nodes + np.einsum("ncs,ck->nks", made.critical, recipe.select)
        labour = made.base * made.labour

        # flows: response to d = th dlogP + dlogX' of the importer's cell, and to dlog c
        pi = state.share.copy()
        sold = state.purchases * state.sold_part
        tariffs = state.purchases * state.tariff_part
        taxes = state.purchases * state.tax_part
        sold_c, tariffs_c, taxes_c = (-th[:, None, None] * a for a in (sold, tariffs, taxes))
        sticky = np.zeros((S, N))
        self.coupled = False
        if done.flows.caps is not None:
            caps = done.flows.caps
            value, binds, inverse = state.licensed
            # at a kink (slack caps) the flow is free, but for the lost rent there is none
            at = (caps.sector[binds], caps.importer[binds], caps.exporter[binds])
            value, inverse = value[binds], inverse[binds]
            give = 1 / (1 + th[at[0]])
            np.add.at(sticky, at[:2], pi[at] * give)
            pi[at] = 0.0
            sold[at] = value * caps.lost * give
            sold_c[at] = value * inverse * (1 - caps.lost)
            tariffs[at] = tariffs[at] * give + caps.importer_share * value * give
            tariffs_c[at] = -caps.importer_share * value * inverse
            taxes[at] = taxes[at] * give + caps.exporter_share * value * give
            taxes_c[at] = -caps.exporter_share * value * inverse
            self.coupled = bool(binds.any())
        sold_c, taxes_c = sold_c.sum(axis=1), taxes_c.sum(axis=1)  # [S, i]

        spent = np.where(done.spend > 0, done.spend, 1.0)
        cells = S * N
        # rows and columns in order s, n
        pp = np.einsum("sni,iks->snki", pi, shares).reshape(cells, cells)
        pp[np.arange(cells), np.arange(cells)] += (sticky * th[:, None]).ravel() - 1
        self.px = (sticky / spent * active).ravel()
        pw = (pi * labour.T[:, None, :]).reshape(cells, N)

        # what producers' sales do: direct by cell (d), and by own costs (block by region)
        keep = (1 - tech.markup.T)[:, None, :]
        by_cost = (sold_c.T[:, None, :] * shares).transpose(0, 2, 1)  # dY[n,s] / dlogP[n,k]
        by_wage = sold_c.T * labour  # dY[n,s] / dlog w[n]
        bill = np.exp(done.log_w) * tech.labour

        # income
        direct = tech.markup[:, None, :] * sold + taxes  # d income of exporter [s, m, n]
        income_d = direct.transpose(2, 0, 1).copy()  # [n, s, m]
        income_d[own, :, own] += tariffs.sum(axis=2).T
        income_c = np.einsum("sni,iks->nki", tariffs_c, shares, optimize=True)
        block = (by_cost * tech.markup.T[:, :, None]).sum(axis=1)
        block += (shares @ taxes_c.T[:, :, None])[..., 0]
        income_c[own, :, own] += block
        income_w = np.einsum("sni,si->ni", tariffs_c, labour.T)
        income_w[own, own] += bill + (tech.markup.T * by_wage).sum(axis=1)
        income_w[own, own] += (taxes_c.T * labour).sum(axis=1)
        rows = [income_d, income_c, income_w]
        if model.shape.scaled_deficits:
            scale = tech.deficit / tech.world_income
            rows = [a + np.multiply.outer(scale, a.sum(axis=0)) for a in rows]
        income_d, income_c, income_w = rows

        # demand for inputs [N, K] and labour [N]
        r_m, r_v, r_c = state.r_inputs, recipe.value_added_r, recipe.critical_r
        cost = state.cost
        twist = cost * ((r_v - r_m) + (r_c - r_v) * made.bundle)
        swing = (nodes * twist[:, None, :]) @ state.inputs.transpose(0, 2, 1)
        swing -= (shares * (cost * r_c)[:, None, :]) @ shares.transpose(0, 2, 1)
        diagonal = (nodes @ (cost * r_m)[..., None])[..., 0]
        diagonal += ((shares - nodes) @ (cost * r_c)[..., None])[..., 0]
        k = np.arange(S)
        swing[:, k, k] += diagonal
        # its own formula: as what inputs leave, it would drown in rounding where labour is cheap
        twist = (r_c - r_v) * (state.inputs * made.bundle[:, None, :]) - r_c * shares
        labour_swing = (twist @ (labour * cost)[..., None])[..., 0]
        final = point.final
        value = recipe.final_r * point.income
        swing -= (final * value[:, None])[:, :, None] * final[:, None, :]
        swing[:, k, k] += final * value[:, None]
        made_d = shares * keep  # [N, K, S]
        made_c = made_d @ by_cost + swing
        made_w = (made_d @ by_wage[..., None])[..., 0] - swing.sum(axis=2)

        xd = np.einsum("nks,smn->knsm", made_d, sold) + np.einsum("nk,nsm->knsm", final, income_d)
        xx = (xd / spent).reshape(cells, cells)
        xp = xd
        xp *= th[:, None]
        xp = xp.reshape(cells, cells)
        xc = np.einsum("nk,nlm->knlm", final, income_c)
        xc[:, own, :, own] += made_c
        xp += xc.reshape(cells, cells)
        xw = np.einsum("nk,nm->knm", final, income_w)
        xw[:, own, own] += made_w.T
        xw = xw.reshape(cells, N)
        xx[:, ~active.ravel()] = 0.0
        xx[np.arange(cells), np.arange(cells)] -= 1

        # labour demand over supply, less 1, less the numeraire's gap
        worker = labour * (1 - tech.markup.T)
        ld = worker.T[:, None, :] * sold
        ld = ld.transpose(2, 0, 1)
        wx = (ld / spent * active).reshape(N, cells)
        wp = (ld * th[:, None]).copy()
        wp[own, :, own] += (worker[:, None, :] @ by_cost)[:, 0, :] + labour_swing
        wp = wp.reshape(N, cells) / bill[:, None]
        wx = wx / bill[:, None]
        ww = -(done.flows.blocs.T @ (done.flows.blocs * bill / (done.flows.blocs @ bill)[:, None]))
        slope = (worker * by_wage).sum(axis=1) - labour_swing.sum(axis=1)
        ww[own, own] += slope / bill - point.labour_demand / bill

        self.xp, self.pw, self.xw = xp, pw, xw
        self.wp, self.wx, self.ww = wp, wx, ww
        options = {"overwrite_a": True, "check_finite": False}
        if self.coupled:
            whole = np.block([[pp, np.diag(self.px)], [xp, xx]])
            self._whole = lu_factor(whole, **options)
        else:
            self._price = lu_factor(pp, **options)
            self._spend = lu_factor(xx, **options)

    def cells(self, price: Array, spend: Array, transposed: bool = False) -> tuple[Array, Array]:
        """Solve the cells' block for right sides [cells, R]."""
        from scipy.linalg import lu_solve

        def solve(factor: tuple[Array, Array], right: Array) -> Array:
            return lu_solve(factor, right, trans=int(transposed), check_finite=False)

        if self.coupled:
            both = solve(self._whole, np.concatenate([price, spend]))
            return both[: len(price)], both[len(price) :]
        if transposed:
            x = solve(self._spend, spend)
            return solve(self._price, price - self.xp.T @ x), x
        p = solve(self._price, price)
        return p, solve(self._spend, spend - self.xp @ p)

    @cached_property
    def response(self) -> tuple[Array, Array, Array]:
        """dlog P and dX' to log w in partial equilibrium [cells, N], and F_w's total derivative."""
        p, x = self.cells(self.pw, self.xw)
        return -p, -x, self.ww - self.wp @ p - self.wx @ x

    def adjoint(self, log_w: Array, log_p: Array, spend: Array) -> tuple[Array, Array, Array]:
        """a with a F_v = -g: F's multipliers, for g [R, N], [R, S, N], [R, S, N]."""
        S, N = self.size
        R = len(log_w)
        p, x = log_p.reshape(R, -1), (spend * self.state.solution.tech.active).reshape(R, -1)
        to_p, to_x, total = self.response
        w = np.linalg.solve(total.T, -(log_w + p @ to_p + x @ to_x).T)
        a_p, a_x = self.cells(-p.T - self.wp.T @ w, -x.T - self.wx.T @ w, transposed=True)
        return w.T, a_p.T.reshape(R, S, N), a_x.T.reshape(R, S, N)
