"""The one-sector economy of Ignatenko, Macedoni, Lashkaripour and Simonovska (2025).

i exporter, n importer; hats are ratios to the baseline, a prime is a counterfactual level. On top
of Armington trade there are external economies of scale psi, a pass-through phi of tariffs to
market entry, a share nu of what is spent on imports that is earned by the importer's own workers
who market them, and labour supply with elasticity kappa that responds to the income tax which
tariff revenue replaces. Unknowns w, E, L (hats of wages, spending, employment):

    lam'[i,n] = lam (w_i / L_i^psi)^-eps (1+t)^(-phi_n eps) / Z[n]       Z[n]: the sum over i
    P[n]      = (E/w)^(1-phi) Z^(-1/eps)
    X'[i,n]   = lam' E'[n] / (1+t)
    w L Y[i]  = sum_n (1-nu_n) X'[i,n] + nu_i sum_n X'[n,i]
    E'[n]     = R + w L Y + T Y'world / Yworld                            R: tariff revenue
    L[n]      = (w / (P (1 - R/Y')))^kappa          tax cut;  (w/P)^kappa  lump-sum rebate

Numeraire: the average price, weighted by baseline spending, does not change. With phi = 1 and
nu = psi = kappa = 0 this is one sector of the family in `equations.py` (closure fixed).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..anderson import anderson
from ..errors import NotConverged

Array = np.ndarray
TOLERANCE = 1e-11


@dataclass(frozen=True)
class Economy:
    """trade [i, n]: baseline flows, home sales included; nu, phi [N]; elasticities."""

    trade: Array
    nu: Array
    phi: Array
    eps: float = 4.0
    kappa: float = 0.5
    psi: float = 0.67 / 4.0

    @property
    def spending(self) -> Array:
        return self.trade.sum(axis=0)

    @property
    def income(self) -> Array:
        return self.earned(self.trade)

    def earned(self, flows: Array) -> Array:
        """What workers earn from `flows`: production for sale and the marketing of purchases."""
        return flows @ (1 - self.nu) + self.nu * flows.sum(axis=0)


@dataclass(frozen=True)
class Outcome:
    """A solved counterfactual. w, E, L, P: hats [N]; trade [i, n]: X'; revenue [N]: R;
    welfare [N]: hat; error: largest relative residual; evaluations: of the equations."""

    economy: Economy
    w: Array
    E: Array
    L: Array
    P: Array
    trade: Array
    revenue: Array
    welfare: Array
    error: float
    evaluations: int


@dataclass(frozen=True)
class _Point:
    P: Array
    trade: Array
    revenue: Array
    kept: Array  # 1 - R/Y', what the income tax falls to; 1 with a lump-sum rebate
    gaps: Array  # of log w, log E and log L, [3, N]


def solve(
    economy: Economy,
    tariff: Array,
    *,
    lump_sum: bool = False,
    start: Outcome | None = None,
    tol: float = TOLERANCE,
) -> Outcome:
    """The equilibrium under `tariff` [i, n]; tariff revenue cuts the income tax, or is given back
    as a lump sum. Raises NotConverged."""
    N = len(tariff)
    shares = economy.trade / economy.spending
    given = shares * (1 + tariff) ** (-economy.eps * economy.phi)
    first = np.zeros((3, N)) if start is None else np.log([start.w, start.E, start.L])

    def step(value: Array) -> tuple[Array, float]:
        with np.errstate(all="ignore"):
            gaps = _evaluate(economy, given, tariff, lump_sum, value.reshape(3, N)).gaps
            error = float(np.abs(gaps).max())
        # a wage answers its excess demand with the elasticity of trade
        return (gaps * np.array([[1 / economy.eps], [1.0], [1.0]])).ravel(), error

    done = anderson(step, first.ravel(), tol=tol)
    if done.error > tol:
        raise NotConverged(
            f"No equilibrium was found: the largest relative residual is {done.error:.1e} after "
            f"{done.evaluations} evaluations."
        )
    value = done.value.reshape(3, N)
    point = _evaluate(economy, given, tariff, lump_sum, value)
    w, E, L = np.exp(value)
    E0, kappa = economy.spending, economy.kappa
    weight = E0 / (E0 - kappa / (1 + kappa) * point.kept * economy.income)
    welfare = (weight * E + (1 - weight) * w * L) / point.P
    return Outcome(
        economy,
        w,
        E,
        L,
        point.P,
        point.trade,
        point.revenue,
        welfare,
        done.error,
        done.evaluations,
    )


def _evaluate(
    economy: Economy, given: Array, tariff: Array, lump_sum: bool, value: Array
) -> _Point:
    log_w, log_E, log_L = value
    eps, E0, Y0 = economy.eps, economy.spending, economy.income
    wanted = given * np.exp(-eps * (log_w - economy.psi * log_L))[:, None]
    Z = wanted.sum(axis=0)
    log_P = (1 - economy.phi) * (log_E - log_w) - np.log(Z) / eps
    paid = wanted / Z * (np.exp(log_E) * E0)
    trade = paid / (1 + tariff)
    revenue = (paid - trade).sum(axis=0)
    Y = np.exp(log_w + log_L) * Y0
    kept = np.ones_like(Y) if lump_sum else 1 - revenue / Y
    spending = revenue + Y + (E0 - Y0) * Y.sum() / Y0.sum()
    level = np.log(E0 @ np.exp(log_P) / E0.sum())
    gaps = np.stack(
        [
            np.log(economy.earned(trade) / Y) - level,
            np.log(spending / E0) - log_E,
            economy.kappa * (log_w - log_P - np.log(kept)) - log_L,
        ]
    )
    return _Point(np.exp(log_P), trade, revenue, kept, gaps)
