"""A package in words, and which issue trades against which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .packages import Table

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """Moving one issue from its option today to another, all else as today: change of gains."""

    issue: str
    option: str
    title: str
    side: str
    change: Mapping[str, float]

    def giver(self) -> str | None:
        """Who loses while another gains; None for a step that helps or hurts all alike."""
        losers = [p for p, v in self.change.items() if v < 0]
        gainers = [p for p, v in self.change.items() if v > 0]
        return losers[0] if len(losers) == 1 and gainers else None


@dataclass(frozen=True)
class Trade:
    """Two steps that each side would not take alone and both gain from together."""

    gives: Step
    takes: Step
    change: Mapping[str, float]


def today(table: Table) -> int:
    """The row in which every issue stays as it is, for the longest length on offer."""
    choices = [i.today for i in table.issues]
    for n, issue in enumerate(table.issues):
        if any(o.days for o in issue.options):
            choices[n] = int(np.argmax([o.days or 0 for o in issue.options]))
    row = table.find(choices)
    return int(np.argmax(table.gains.min(axis=1))) if row is None else row


def steps(table: Table, row: int | None = None) -> list[Step]:
    """What each other option of each issue is worth to each party, from package `row` (today's)."""
    at = today(table) if row is None else row
    here = list(table.choices[at])
    out = []
    for n, issue in enumerate(table.issues):
        for k, option in enumerate(issue.options):
            if k == here[n] or option.days:
                continue
            other = table.find([*here[:n], k, *here[n + 1 :]])
            if other is not None:
                out.append(
                    Step(issue.id, option.id, f"{issue.title} {option.title}", issue.side,
                         _change(table, at, other))
                )  # fmt: skip
    return out


def trades(table: Table, row: int | None = None, most: int = 5) -> list[Trade]:
    """Pairs of steps, one given by each side, that together serve both; the fairest first."""
    at = today(table) if row is None else row
    here = list(table.choices[at])
    found = steps(table, at)
    names = [i.id for i in table.issues]
    first, second = table.parties
    out = []
    for x in (s for s in found if s.giver() == first):
        for y in (s for s in found if s.giver() == second and s.issue != x.issue):
            choices = list(here)
            for step in (x, y):
                n = names.index(step.issue)
                choices[n] = [o.id for o in table.issues[n].options].index(step.option)
            other = table.find(choices)
            if other is None:
                continue
            change = _change(table, at, other)
            if min(change.values()) > 0:
                out.append(Trade(x, y, change))
    return sorted(out, key=lambda t: -min(t.change.values()))[:most]


def in_words(table: Table, row: int) -> str:
    """What a package says and what it is worth, in sentences."""
    said = []
    for issue, option in zip(table.issues, table.options(row), strict=True):
        if option.days:
            continue
        said.append(f"{issue.title}: {option.title}")
    length = next((o.title for o in table.options(row) if o.days), "without an end")
    worth = []
    for p, party in enumerate(table.parties):
        gain = float(table.gains[row, p])
        dollars = gain / 100 * table.gdp_musd[p] / 1000
        worth.append(f"{party} {gain:+.3f}% of real income a year ({dollars:+.1f} bn USD)")
    return (
        f"{'; '.join(said)}; {length}. Against no deal: {', '.join(worth)}. {_others(table, row)}"
    )


def third_parties(table: Table, row: int) -> dict[str, float]:
    """Real income of every other region against no deal while the package lasts, percent."""
    moved = table.income[row] - table.no_deal_income
    return {
        region: float(v)
        for region, v in zip(table.regions, moved, strict=True)
        if region not in table.parties
    }


def _others(table: Table, row: int) -> str:
    moved = third_parties(table, row)
    order = sorted(moved, key=lambda r: moved[r])
    losers = [f"{r} {moved[r]:+.3f}%" for r in order[:3] if moved[r] < -5e-4]
    gainers = [f"{r} {moved[r]:+.3f}%" for r in reversed(order[-3:]) if moved[r] > 5e-4]
    parts = []
    if gainers:
        parts.append("gain most: " + ", ".join(gainers))
    if losers:
        parts.append("lose most: " + ", ".join(losers))
    return f"Third parties: {'; '.join(parts) or 'hardly touched'}."


def _change(table: Table, row: int, other: int) -> dict[str, float]:
    moved = table.gains[other] - table.gains[row]
    return {p: float(v) for p, v in zip(table.parties, moved, strict=True)}
