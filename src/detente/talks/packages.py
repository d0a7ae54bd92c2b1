"""Packages: one option for each issue, valued for every party by one equilibrium.

The policy of a package is today's measures going on (every pending default put off), with the
options' changes: each side's tariffs and caps from the record with its options applied together,
purchases as import subsidies on top. Each distinct policy is solved once, in batches.

The value of a package to party n, in percent of its real income a year over its horizon H, against
no deal (every recorded default applies and nothing is agreed), is

    gain_n = min(1, days / H_n) * (v_n(package) - v_n(no deal)) + stated values,

with v_n the objective of its government relative to today's measures: while the package lasts it
holds, after it the defaults apply.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ComputationError, InputError
from .frontier import egalitarian, kalai_smorodinsky, nash, pareto
from .issues import Agenda, Issue, Option, Purchase
from .stakes import hold, last_clock

if TYPE_CHECKING:
    from ..policy import Policy
    from ..record import Record
    from ..world import World

Array = NDArray[np.float64]
Index = NDArray[np.intp]

LIMIT = 3000
LOT = 256
HORIZON_DAYS = 730


@dataclass(frozen=True, eq=False)
class Table:
    """Every package and its worth.

    `choices` (packages, issues) positions of options; `gains` (packages, parties) percent of real
    income a year above no deal; `income` (packages, regions) percent change of real income against
    today's measures while the package lasts; `equilibria` how many were solved, `failed` how many
    packages were dropped because theirs was not certified.
    """

    issues: tuple[Issue, ...]
    parties: tuple[str, ...]
    regions: tuple[str, ...]
    choices: Index
    gains: Array
    income: Array
    no_deal: Array
    no_deal_income: Array
    gdp_musd: Array
    equilibria: int
    failed: int
    fixed: tuple[str, ...]
    not_costed: tuple[str, ...]
    day: date
    max_residual: float
    picks: dict[str, int | None] = field(default_factory=dict)

    @property
    def frontier(self) -> Index:
        """Rows on the Pareto frontier that all prefer to no deal, the first party's best first."""
        good = pareto(self.gains) & (self.gains > 0).all(axis=1)
        rows = np.flatnonzero(good)
        return rows[np.argsort(-self.gains[rows, 0], kind="stable")]

    def ranked(self) -> Index:
        """Rows that all prefer to no deal by product of gains, then the rest by the worst."""
        worst = self.gains.min(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            product = np.where(worst > 0, np.log(self.gains).sum(axis=1), -np.inf)
        return np.lexsort((-worst, -product))

    def options(self, row: int) -> tuple[Option, ...]:
        """The options of one package, in the order of the issues."""
        chosen = self.choices[row]
        return tuple(i.options[k] for i, k in zip(self.issues, chosen, strict=True))

    def find(self, choices: Sequence[int]) -> int | None:
        """The row of the package with these options, None if it was not solved."""
        rows = np.flatnonzero((self.choices == np.asarray(choices)).all(axis=1))
        return int(rows[0]) if len(rows) else None


def packages(
    record: Record,
    world: World,
    as_of: date,
    table: Agenda,
    *,
    known: date | None = None,
    governments: Mapping[str, Mapping[str, Any]] | None = None,
    horizon: str = "medium",
    limit: int = LIMIT,
) -> Table:
    """Value every combination of the options in `table`.

    Where there are more than `limit` distinct policies, the issues of least weight (the last of
    the agenda that change policy) stay as they are today; their titles are in `fixed`. Raises
    InputError for an empty agenda, and what the equilibrium of today's measures or of no deal
    raises.
    """
    known = known or as_of
    if not table.issues:
        raise InputError("There is nothing on the table; give issues or a record with measures.")
    issues, fixed = _within(table.issues, limit)
    parties = tuple(record.principals[:2])
    builder = _Builder(record, world, as_of, known, horizon, issues)
    combos = list(itertools.product(*(range(len(i.options)) for i in builder.costed)))
    value = _Values(world, builder, parties, governments or {}, horizon)
    worth, income, residual = value.of(builder.policy(c) for c in combos)
    base_worth, base_income, _ = value.of([builder.no_deal()])
    if np.isnan(base_worth).any():
        raise ComputationError("The equilibrium without a deal was not certified.")
    choices, rows = _expand(issues, builder.costed, combos)
    ok = ~np.isnan(worth[rows]).any(axis=1)
    choices, rows = choices[ok], rows[ok]
    gains = _gains(issues, choices, worth[rows], base_worth[0], value, parties)
    picks = {
        "nash": nash(gains),
        "kalai_smorodinsky": kalai_smorodinsky(gains),
        "egalitarian": egalitarian(gains),
    }
    return Table(
        issues=issues,
        parties=parties,
        regions=tuple(world.regions),
        choices=choices,
        gains=gains,
        income=income[rows],
        no_deal=base_worth[0],
        no_deal_income=base_income[0],
        gdp_musd=value.gdp,
        equilibria=len(combos) + 1,
        failed=int((~ok).sum()),
        fixed=fixed,
        not_costed=table.not_costed,
        day=builder.day,
        max_residual=residual,
        picks=picks,
    )


def _policy_issue(issue: Issue) -> bool:
    return any(o.change or o.purchase for o in issue.options)


def _within(issues: tuple[Issue, ...], limit: int) -> tuple[tuple[Issue, ...], tuple[str, ...]]:
    """Leave out the last policy issues until the distinct policies are at most `limit`."""
    kept, fixed = list(issues), []

    def count() -> int:
        return int(np.prod([len(i.options) for i in kept if _policy_issue(i)] or [1]))

    while count() > limit:
        last = max(k for k, i in enumerate(kept) if _policy_issue(i))
        fixed.append(kept.pop(last).title)
    return tuple(kept), tuple(reversed(fixed))


class _Builder:
    """Policies of combinations of options, from as few readings of the record as there can be."""

    def __init__(
        self,
        record: Record,
        world: World,
        as_of: date,
        known: date,
        horizon: str,
        issues: tuple[Issue, ...],
    ) -> None:
        self.record, self.world, self.known, self.horizon = record, world, known, horizon
        self.day = last_clock(record, as_of, known)
        self.held = hold(record, as_of, known, self.day)
        self.costed = tuple(i for i in issues if _policy_issue(i))
        self.today = self._policy(self.held)
        self._parts: dict[tuple[Any, ...], tuple[Array, Array]] = {}

    def no_deal(self) -> Policy:
        return self._policy(self.record)

    def policy(self, combo: Sequence[int]) -> Policy:
        """Tariffs and caps of each side's options together, purchases on top."""
        from ..policy import Policy

        base = self.today
        tariff, cap = base.tariff.values.copy(), base.cap.values
        for side in dict.fromkeys(i.side for i in self.costed):
            part = self._part(side, combo)
            tariff += part[0]
            cap = np.where(part[1] != base.cap.values, part[1], cap)  # each side caps its own
        for issue, k in zip(self.costed, combo, strict=True):
            bought = issue.options[k].purchase
            if bought is not None:
                tariff = self._subsidised(tariff, bought)
        return Policy(
            tariff=base.tariff.copy(data=tariff),
            export_tax=base.export_tax,
            iceberg=base.iceberg,
            cap=base.cap.copy(data=cap),
            name="package",
        )

    def _part(self, side: str, combo: Sequence[int]) -> tuple[Array, Array]:
        """Change of tariffs, and caps, under the options of one side."""
        mine = [
            (n, k)
            for n, (issue, k) in enumerate(zip(self.costed, combo, strict=True))
            if issue.side == side and issue.options[k].change is not None
        ]
        key = (side, *mine)
        if key not in self._parts:
            record = self.held
            for n, k in mine:
                change = self.costed[n].options[k].change
                assert change is not None
                record = change(record, self.day)
            made = self._policy(record) if mine else self.today
            moved = made.tariff.values - self.today.tariff.values
            self._parts[key] = (moved, made.cap.values)
        return self._parts[key]

    def _subsidised(self, tariff: Array, bought: Purchase) -> Array:
        """Points taken off so that these imports grow by about the share promised."""
        regions, sectors = list(self.world.regions), list(self.world.sectors)
        i, n = regions.index(bought.seller), regions.index(bought.buyer)
        theta = self.world.elasticities["trade"].sel(horizon=self.horizon)
        for name in bought.sectors:
            k = sectors.index(name)
            elasticity = float(theta.sel(sector=name)) + 1  # of value in Armington form
            factor = (1 + bought.share) ** (-1 / elasticity)
            tariff[i, n, k] = (1 + tariff[i, n, k]) * factor - 1
        return tariff

    def _policy(self, record: Record) -> Policy:
        from ..policy.inforce import policy

        return policy(record, self.world, self.day, self.known, horizon=self.horizon)


class _Values:
    """What policies are worth to the governments, in percent, and real income everywhere."""

    def __init__(
        self,
        world: World,
        builder: _Builder,
        parties: tuple[str, ...],
        governments: Mapping[str, Mapping[str, Any]],
        horizon: str,
    ) -> None:
        self.world, self.horizon, self.parties = world, horizon, parties
        self.baseline = builder.today
        self.at = [list(world.regions).index(p) for p in parties]
        self.governments = governments
        self.days = [int(governments.get(p, {}).get("horizon_days", HORIZON_DAYS)) for p in parties]
        income = world.final_use.sum("sector").values
        self.gdp = income[self.at]
        plain = all(set(g) <= {"horizon_days"} for g in governments.values())
        self.objectives = None if plain else self._objectives()

    def of(self, policies: Any) -> tuple[Array, Array, float]:
        """Worth (policies, parties), real income (policies, regions) in percent, worst residual.

        NaN where an equilibrium was not certified.
        """
        worth, income, worst = [], [], 0.0
        stream = iter(policies)
        while lot := list(itertools.islice(stream, LOT)):
            if self.objectives is None:
                got, residual = self._batch(lot)
                worth.append(got[:, self.at])
            else:
                got, value, residual = self._one_by_one(lot)
                worth.append(value)
            income.append(got)
            worst = max(worst, residual)
        return np.concatenate(worth), np.concatenate(income), worst

    def _batch(self, lot: list[Policy]) -> tuple[Array, float]:
        from ..economy import solve_many

        found = solve_many(
            self.world,
            lot,
            baseline=self.baseline,
            horizon=self.horizon,
            keep=("real_income",),
        )
        hats = found["real_income"].transpose("scenario", "region").values
        good = found["status"].values == "certified"
        residual = found["max_residual"].values[good]
        return np.where(good[:, None], 100 * (hats - 1), np.nan), float(residual.max(initial=0))

    def _one_by_one(self, lot: list[Policy]) -> tuple[Array, Array, float]:
        from ..economy import solve

        assert self.objectives is not None
        income = np.full((len(lot), len(self.world.regions)), np.nan)
        worth = np.full((len(lot), len(self.parties)), np.nan)
        worst, near = 0.0, None
        for k, policy in enumerate(lot):
            try:
                done = solve(
                    self.world, policy, baseline=self.baseline, horizon=self.horizon, start=near
                )
            except ComputationError:
                continue
            near = done
            income[k] = 100 * (done.real_income.values - 1)
            worth[k] = 100 * (self.objectives.values(done.solution) - 1)
            worst = max(worst, done.certificate.max_residual)
        return income, worth, worst

    def _objectives(self) -> Any:
        from ..economy import solve
        from ..game.government import Government, Objectives

        found = []
        for party in self.parties:
            row = self.governments.get(party, {})
            found.append(
                Government(
                    party,
                    sector_weights=dict(row.get("sector_weights", {})),
                    revenue=float(row.get("revenue", 0.0)),
                )
            )
        today = solve(self.world, self.baseline, horizon=self.horizon).solution
        return Objectives(self.world, today.model, found, today)


def _expand(
    issues: tuple[Issue, ...], costed: tuple[Issue, ...], combos: list[tuple[int, ...]]
) -> tuple[Index, Index]:
    """All packages as positions of options, and the row of `combos` each one's policy has."""
    sizes = [len(i.options) for i in issues]
    choices = np.indices(sizes).reshape(len(sizes), -1).T
    where = [k for k, i in enumerate(issues) if i in costed]
    if not where:
        return choices, np.zeros(len(choices), np.intp)
    row = np.ravel_multi_index(tuple(choices[:, where].T), [sizes[k] for k in where])
    assert len(combos) == int(np.prod([sizes[k] for k in where]))
    return choices, np.asarray(row, np.intp)


def _gains(
    issues: tuple[Issue, ...],
    choices: Index,
    worth: Array,
    no_deal: Array,
    value: _Values,
    parties: tuple[str, ...],
) -> Array:
    days = np.full(len(choices), np.inf)
    stated = np.zeros((len(choices), len(parties)))
    for n, issue in enumerate(issues):
        picked = choices[:, n]
        lengths = np.array([o.days or np.inf for o in issue.options], float)
        days = np.minimum(days, lengths[picked])
        for p, party in enumerate(parties):
            each = np.array([o.values.get(party, 0.0) for o in issue.options], float)
            stated[:, p] += 100 * each[picked] / value.gdp[p]
    share = np.minimum(1.0, days[:, None] / np.array(value.days, float))
    return share * (worth - no_deal + stated)
