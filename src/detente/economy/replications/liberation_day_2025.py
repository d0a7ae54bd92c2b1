"""Ignatenko, Macedoni, Lashkaripour and Simonovska (2025): the tariffs of 2 April 2025.

194 countries, one sector, 2023. Tables 1 and 3: the announced tariffs without retaliation, with
tariff revenue cutting the income tax or given back as a lump sum, and the tariff that the paper
calls optimal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..._replication import Replication, Row, Table
from ..._text import plain
from ...errors import InputError
from ..errors import NotConverged
from .liberation_day_2025_model import Economy, Outcome, solve

Array = np.ndarray

REFERENCE = (
    "Ignatenko, Macedoni, Lashkaripour and Simonovska (2025), "
    '"Making America Great Again? The Economic Impacts of Liberation Day Tariffs", '
    "Journal of International Economics, Tables 1 and 3"
)
# welfare, deficit, exports over GDP, imports over GDP, employment, prices: USA, percent
COLUMNS = ("welfare", "deficit", "exports/GDP", "imports/GDP", "employment", "prices")
DECIMALS = (2, 1, 1, 1, 2, 1)
TAX_CUT = (1.13, -18.1, -52.7, -43.6, 0.32, 12.8)
LUMP_SUM = (-0.01, -18.4, -52.5, -43.3, -0.41, 13.1)
REVENUE = {"announced": 1.14, "optimal": 1.35}
# share of spending that market access takes, outside the USA and in it (target of nu)
MARKETING = (0.12, 0.26)
FLOOR = 0.1  # the general rate that applies to every country
RUSSIA = (
    "The file leaves Russia at zero. The printed figures of the tax cut follow with the general "
    "10% on Russia too, those of the rebate only with Russia at zero: each is computed so."
)
OPTIMA = (
    "Three rates pass as optimal: the text of the paper says 19%, its computation applies "
    "{applied:.1%} (a formula at baseline shares; used here for Table 3), and the rate that "
    "maximises US welfare in this very model is {cut:.1%} with the tax cut (welfare "
    "{cut_gain:+.3f}%) and {lump:.1%} with a lump-sum rebate ({lump_gain:+.3f}%)."
)


@dataclass(frozen=True)
class Pack:
    """trade [exporter, importer] without home sales and gdp [N], thousand USD; tariff [N]: of the
    USA on each; us: its position."""

    trade: Array
    gdp: Array
    tariff: Array
    us: int


def replicate(data: Path) -> Replication:
    """Tables 1 and 3 beside the published figures.

    `data`: folder with trade_cepii.csv, gdp.csv, tariffs.csv and ids.json. A figure agrees if it
    rounds to what is printed. Raises InputError (a file is absent or malformed) and NotConverged.
    """
    pack = load(data)
    economy = calibrate(pack)
    announced = on_imports(pack, np.maximum(pack.tariff, FLOOR))
    cut = solve(economy, announced)
    lump = solve(economy, on_imports(pack, pack.tariff), lump_sum=True)
    floored = solve(economy, announced, lump_sum=True)
    rate = formula(economy, pack.us)
    optimal = solve(economy, on_imports(pack, rate))
    tables = [
        _table("Table 1, announced tariffs, revenue cuts the income tax", cut, pack.us, TAX_CUT),
        _table("Table 1, announced tariffs, lump-sum rebate", lump, pack.us, LUMP_SUM, RUSSIA),
        _table("The same with the general rate on Russia too", floored, pack.us, None),
        _table("Table 1, the optimal tariff as computed in the paper", optimal, pack.us, None),
    ]
    rows = []
    for name, outcome in (("announced", cut), ("optimal", optimal)):
        # the paper divides by baseline spending and calls it GDP
        share = 100 * outcome.revenue[pack.us] / economy.spending[pack.us]
        rows.append(
            Row(f"USA, tariff revenue, {name} tariffs", "% of GDP", REVENUE[name], share, 0.005)
        )
    best = {given: optimum(economy, pack, lump_sum=given) for given in (False, True)}
    rows += [
        Row("USA, optimal tariff by the paper's formula", "%", None, 100 * rate, 0),
        Row("USA, rate that maximises welfare, tax cut", "%", None, 100 * best[False][0], 0),
        Row("USA, its welfare", "%", None, best[False][1], 0),
        Row("USA, rate that maximises welfare, lump-sum rebate", "%", None, 100 * best[True][0], 0),
        Row("USA, its welfare with the rebate", "%", None, best[True][1], 0),
    ]
    note = OPTIMA.format(
        applied=rate,
        cut=best[False][0],
        cut_gain=best[False][1],
        lump=best[True][0],
        lump_gain=best[True][1],
    )
    tables.append(Table("Table 3, tariff revenue, no retaliation", tuple(rows), note))
    worst = max(outcome.error for outcome in (cut, lump, floored, optimal))
    notes = (
        "The rates are those of the paper's own file, which is not quite the announced schedule "
        "(China 54% includes 20 points already in force; Canada and Mexico were left out of the "
        "order), raised to the general 10% where lower unless stated. No other country retaliates.",
        f"Every equilibrium is solved to a relative residual of {worst:.0e} or better.",
    )
    return Replication("liberation-day-2025", REFERENCE, tuple(tables), notes)


def calibrate(pack: Pack) -> Economy:
    """Baseline flows with home sales, nu from the marketing shares, phi from nu and psi.

    Home sales are spending less imports, zero where that is negative; GDP is then what the flows
    pay. phi = 1 + (1 + psi) nu / (1 - nu).
    """
    nu = marketing_shares(pack)
    trade = pack.trade.copy()
    imports = trade.sum(axis=0)
    deficit = (1 - nu) * (imports - trade @ (1 - nu))
    np.fill_diagonal(trade, np.maximum(pack.gdp + deficit - imports, 0))
    plain_economy = Economy(trade, nu, np.ones_like(nu))
    phi = 1 + (1 + plain_economy.psi) * nu / (1 - nu)
    return Economy(trade, nu, phi)


def marketing_shares(pack: Pack) -> Array:
    """nu [N]: one value for the USA and one for the others, such that marketing takes MARKETING
    of each of the two regions' sales, when the world is the USA and the rest."""
    from scipy.optimize import root

    us = np.zeros(len(pack.gdp), bool)
    us[pack.us] = True
    two = np.stack([~us, us]).astype(float)
    X, Y = two @ pack.trade @ two.T, two @ pack.gdp
    sold = X.sum(axis=1)

    def gap(nu: Array) -> Array:
        # the source nets out the seller's nu here, and so do we
        spending = Y + (1 - nu) * nu * sold
        home = spending - np.array([X[1, 0], X[0, 1]])
        own = home / (home + np.array([X[0, 1], X[1, 0]]))
        return own * nu + (1 - own) * nu[::-1] - np.array(MARKETING)

    solved = root(gap, np.array([0.1, 0.24]), tol=1e-12)
    if not solved.success:
        raise NotConverged("No marketing shares fit these flows and GDP figures; check the pack.")
    nu = np.maximum(solved.x, 0)
    return np.where(us, nu[1], nu[0])


def on_imports(pack: Pack, rates: Array | float) -> Array:
    """Tariffs [i, n] of the USA alone."""
    tariff = np.zeros_like(pack.trade)
    tariff[:, pack.us] = rates
    tariff[pack.us, pack.us] = 0
    return tariff


def formula(economy: Economy, us: int) -> float:
    """The paper's optimal uniform tariff, 1 / ((1 + delta eps) phi - 1), at baseline shares."""
    shares = economy.trade[us] / economy.spending
    sales = economy.trade[us] * (1 - economy.nu) * (1 - shares)
    sales[us] = 0
    imports = economy.spending[us] - economy.trade[us, us]
    delta = sales.sum() / ((1 - economy.nu[us]) * imports)
    return float(1 / ((1 + delta * economy.eps) * economy.phi[us] - 1))


def optimum(economy: Economy, pack: Pack, *, lump_sum: bool) -> tuple[float, float]:
    """The uniform US tariff that maximises US welfare here, and the gain in percent."""
    from scipy.optimize import minimize_scalar

    def loss(rate: float) -> float:
        return -solve(economy, on_imports(pack, rate), lump_sum=lump_sum).welfare[pack.us]

    found = minimize_scalar(loss, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-5})
    return float(found.x), 100 * (-float(found.fun) - 1)


def columns(outcome: Outcome) -> Array:
    """The six columns of Table 1 for every country, percent, [N, 6]."""
    economy = outcome.economy
    abroad = 1 - np.eye(len(outcome.w))
    old, new = economy.trade, outcome.trade
    Y = economy.income
    Y_new = outcome.w * outcome.L * Y

    def deficit(flows: Array) -> Array:
        return flows.sum(axis=0) - flows.sum(axis=1)

    def openness(axis: int) -> Array:
        return (new * abroad).sum(axis=axis) / Y_new / ((old * abroad).sum(axis=axis) / Y)

    hats = [
        outcome.welfare,
        1 + (deficit(new) - deficit(old)) / np.abs(deficit(old)),
        openness(1),
        openness(0),
        outcome.L,
        outcome.P,
    ]
    return 100 * (np.stack(hats, axis=1) - 1)


def _table(
    title: str,
    outcome: Outcome,
    us: int,
    published: tuple[float, ...] | None,
    note: str = "",
) -> Table:
    values = columns(outcome)
    others = np.arange(len(values)) != us
    weights = outcome.economy.spending[others]
    mean = weights @ values[others] / weights.sum()
    rows = [
        Row(
            f"USA, {name}",
            "%",
            None if published is None else published[k],
            float(values[us, k]),
            0.5 * 10.0 ** -DECIMALS[k],
        )
        for k, name in enumerate(COLUMNS)
    ]
    rows += [
        Row(f"others, average {name}", "%", None, float(mean[k]), 0.0)
        for k, name in enumerate(COLUMNS)
    ]
    means = "Averages of the other countries are weighted by spending."
    return Table(title, tuple(rows), f"{means} {note}".strip())


def load(data: Path) -> Pack:
    """The data pack; InputError where a file is absent, misshapen or holds what cannot be."""
    trade = _numbers(data / "trade_cepii.csv", blank=0.0)
    gdp = _numbers(data / "gdp.csv")[:, 0] / 1000
    tariff = _numbers(data / "tariffs.csv")[:, 0]
    path = data / "ids.json"
    try:
        us = int(json.loads(path.read_text())["US"]) - 1
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            f"{plain(path)} must be a JSON object with the position of US (1 is the first)."
        ) from None
    N = len(gdp)
    if trade.shape != (N, N) or len(tariff) != N:
        raise InputError(
            f"{plain(data)}: trade_cepii.csv is {trade.shape[0]} x {trade.shape[1]} and "
            f"tariffs.csv has {len(tariff)} rows, but gdp.csv has {N}; give the same countries "
            "in each."
        )
    if not 0 <= us < N:
        raise InputError(f"{plain(path)}: US is {us + 1}; give a position from 1 to {N}.")
    for name, bad in (
        ("trade_cepii.csv", (trade < 0).any()),
        ("gdp.csv", (gdp <= 0).any()),
        ("tariffs.csv", (tariff <= -1).any()),
    ):
        if bad:
            raise InputError(
                f"{plain(data / name)} holds a value out of range; flows are zero or more, GDP "
                "is positive and tariffs are above -1."
            )
    np.fill_diagonal(trade, 0)
    return Pack(trade, gdp, tariff, us)


def _numbers(path: Path, blank: float | None = None) -> Array:
    """A CSV of numbers under one header row; blanks are `blank`, or an error."""
    try:
        values = pd.read_csv(path).to_numpy(float, na_value=np.nan)
    except OSError:
        raise InputError(
            f"{plain(path)} cannot be read; name the folder of the trade2023 data pack."
        ) from None
    except (ValueError, pd.errors.ParserError, pd.errors.EmptyDataError):
        raise InputError(f"{plain(path)} must hold numbers under one header row.") from None
    if blank is not None:
        values = np.nan_to_num(values, nan=blank, posinf=np.inf)
    if not len(values) or not np.isfinite(values).all():
        raise InputError(f"{plain(path)} holds a value that is missing or not finite; mend it.")
    return values
