"""The issues on the table: read off the record, and stated by the user.

An issue has options; one of them is today's state. An option changes the record (a rate, a
suspension, a control), or subsidises purchases, or sets how long the package lasts, or only
carries the values that a user states for it. What the economy does not see and no one has valued
is listed apart, not enumerated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from .._text import plain
from ..errors import InputError
from ..record.yamlfile import read

if TYPE_CHECKING:
    from ..record import Record
    from ..record.query import MeasureState

    Change = Callable[[Record, date], Record]

RECENT = timedelta(days=730)
DURATIONS = {"90d": (90, "for 90 days"), "1y": (365, "for a year"), "2y": (730, "for two years")}
_LIVE = ("in_force", "partly_suspended", "suspended")


@dataclass(frozen=True)
class Purchase:
    """The buyer subsidises these imports so that they grow by about `share`."""

    buyer: str
    seller: str
    sectors: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class Option:
    """One value of an issue. `values`: stated worth by party, millions of USD a year."""

    id: str
    title: str
    change: Change | None = None
    purchase: Purchase | None = None
    days: int | None = None
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Issue:
    """Something to settle. `side` is who gives it; `today` the position of the present state."""

    id: str
    title: str
    side: str
    options: tuple[Option, ...]
    today: int = 0


@dataclass(frozen=True)
class Agenda:
    """Issues to combine, weightiest first, and titles of what is on the table but not costed."""

    issues: tuple[Issue, ...]
    not_costed: tuple[str, ...]


def agenda(record: Record, as_of: date, known: date) -> Agenda:
    """What the principals of `record` have to settle with each other on `as_of`.

    Country-wide tariff layers (resume what is suspended, keep, halve, drop), recent bilateral
    duties and controls (keep or lift; apply or put off), older bilateral duties together,
    purchases, and the length of the package.
    """
    states = [s for s in record.measures(as_of, known) if s.status in (*_LIVE, "announced")]
    issues: list[Issue] = []
    skipped: list[str] = []
    for side in record.principals[:2]:
        other = next(p for p in record.principals if p != side)
        own = [s for s in states if s.measure.imposer == side]
        bilateral = [
            s
            for s in own
            if s.measure.instrument == "tariff" and s.measure.targets[0] == other and _points(s)
        ]
        wide = [s for s in bilateral if s.measure.country_wide]
        issues += [_layer(s) for s in wide]
        rest = [s for s in bilateral if not s.measure.country_wide]
        recent = [s for s in rest if s.first_known_on >= as_of - RECENT]
        issues += _group(side, "duties", f"{side}'s duties of the last two years", recent)
        controls = [s for s in own if s.measure.instrument == "export_control"]
        issues += _controls(side, [s for s in controls if _costed(s)])
        skipped += [s.measure.title for s in controls if not _costed(s)]
        uncosted = ("port_fee", "entity_list", "investment_restriction", "customs_procedure")
        skipped += [s.measure.title for s in own if s.measure.instrument in uncosted]
        older = [s for s in rest if s.first_known_on < as_of - RECENT]
        issues += _group(side, "older", f"{side}'s older duties on {other}", older)
    issues += _purchases(record)
    ranked = sorted(issues, key=lambda i: i.id.endswith("older"))
    return Agenda((*ranked, _duration()), tuple(dict.fromkeys(skipped)))


def load_issues(path: Path, parties: tuple[str, ...]) -> tuple[tuple[Issue, ...], dict[str, Any]]:
    """A user's own issues with stated values, and governments, from a YAML file.

    Keys: `issues` (each `id`, `title`, `options`: each `id`, `title`, `values` in millions of USD a
    year by party, the first option being today's) and `governments` (by party: `horizon_days`,
    `sector_weights`, `revenue`). Raises InputError naming what is wrong.
    """
    found = read(Path(path))
    if not isinstance(found, dict) or set(found) - {"issues", "governments"}:
        raise InputError(f"{plain(path)} must hold `issues` and `governments`, and nothing else.")
    issues = tuple(_stated(row, path, parties) for row in found.get("issues") or ())
    governments = found.get("governments") or {}
    allowed = {"horizon_days", "sector_weights", "revenue"}
    for party, row in governments.items():
        if party not in parties or not isinstance(row, dict) or set(row) - allowed:
            raise InputError(
                f"{plain(path)}: governments.{plain(party)} must be one of {', '.join(parties)} "
                f"with keys of {', '.join(sorted(allowed))}."
            )
        days = row.get("horizon_days", 1)
        if not _number(days) or days < 1 or days != int(days):
            raise InputError(
                f"{plain(path)}: governments.{party}.horizon_days must be a whole number of days."
            )
    return issues, governments


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def _stated(row: Any, path: Path, parties: tuple[str, ...]) -> Issue:
    if not isinstance(row, dict) or not {"id", "options"} <= set(row):
        raise InputError(f"{plain(path)}: every issue needs `id` and `options`.")
    options = []
    for option in row["options"] or ():
        if not isinstance(option, dict) or "id" not in option:
            raise InputError(f"{plain(path)}: every option of {plain(row['id'])} needs an `id`.")
        values = option.get("values") or {}
        for party, worth in values.items():
            if party not in parties or not _number(worth):
                raise InputError(
                    f"{plain(path)}: {plain(row['id'])}.{plain(option['id'])} values "
                    f"{plain(party)}: {plain(worth)}; give millions of USD a year for "
                    f"{' or '.join(parties)}."
                )
        title = str(option.get("title", option["id"]))
        options.append(Option(str(option["id"]), title, values=dict(values)))
    if len(options) < 2:
        raise InputError(f"{plain(path)}: issue {plain(row['id'])} needs at least two options.")
    return Issue(str(row["id"]), str(row.get("title", row["id"])), "", tuple(options))


def _points(state: MeasureState) -> float:
    return (state.rate_pct or 0.0) + (state.suspended_pct or 0.0)


def _layer(state: MeasureState) -> Issue:
    """A country-wide tariff layer: resume what is suspended, keep, halve, drop."""
    name, now, held = state.id, state.rate_pct or 0.0, state.suspended_pct or 0.0
    options = [Option("keep", f"stays at {now:g} points")]
    if held:
        full = now + held
        options.append(Option("resume", f"returns to {full:g} points", _rate(name, full)))
    if now:
        options.append(Option("halve", f"falls to {now / 2:g} points", _rate(name, now / 2)))
        options.append(Option("drop", "falls to zero", _rate(name, 0.0)))
    return Issue(name, state.measure.title, state.measure.imposer, tuple(options))


def _group(side: str, kind: str, title: str, states: list[MeasureState]) -> list[Issue]:
    """Several duties of one side as one issue: all stay, or all are lifted."""
    names = tuple(s.id for s in states if s.status in _LIVE and (s.rate_pct or 0) > 0)
    if not names:
        return []
    options = (Option("keep", "stay"), Option("lift", "are lifted", _suspend(names)))
    return [Issue(f"{side.lower()}-{kind}", f"{title} ({len(names)} measures)", side, options)]


def _controls(side: str, states: list[MeasureState]) -> list[Issue]:
    """Pending or suspended controls (apply or not) and those in force (keep or lift)."""
    out = []
    waiting = tuple(s.id for s in states if s.status in ("announced", "suspended"))
    if waiting:
        options = (
            Option("off", "stay suspended or put off"),
            Option("apply", "apply", _apply({s.id: s.status for s in states})),
        )
        title = f"{side}'s pending export controls ({len(waiting)} measures)"
        out.append(Issue(f"{side.lower()}-controls-pending", title, side, options))
    live = tuple(s.id for s in states if s.status in ("in_force", "partly_suspended"))
    if live:
        options = (Option("keep", "stay"), Option("lift", "are lifted", _suspend(live)))
        title = f"{side}'s export controls in force ({len(live)} measures)"
        out.append(Issue(f"{side.lower()}-controls", title, side, options))
    return out


def _costed(state: MeasureState) -> bool:
    """Whether a rule turns this control into a cap."""
    from ..policy.controls import costed_measures

    return state.id in costed_measures()


def _purchases(record: Record) -> list[Issue]:
    out = []
    for row in _purchase_rows():
        if not {row["buyer"], row["seller"]} <= set(record.principals):
            continue
        sectors = tuple(row["sectors"])
        options = [Option("none", "no promise")]
        for share in row["shares"]:
            bought = Purchase(row["buyer"], row["seller"], sectors, float(share))
            title = f"about {100 * share:g}% more than otherwise"
            options.append(Option(f"plus{100 * share:g}", title, purchase=bought))
        name = f"{row['buyer'].lower()}-purchases"
        out.append(Issue(name, row["title"], row["buyer"], tuple(options)))
    return out


def _duration() -> Issue:
    options = tuple(Option(name, title, days=d) for name, (d, title) in DURATIONS.items())
    return Issue("duration", "Length", "", options)


def _rate(measure: str, points: float) -> Change:
    return lambda record, day: record.with_rate(measure, points, day)


def _suspend(measures: tuple[str, ...]) -> Change:
    def change(record: Record, day: date) -> Record:
        for name in measures:
            record = record.with_suspension(name, day)
        return record

    return change


def _apply(statuses: Mapping[str, str]) -> Change:
    """Put in force what is announced, resume what is suspended."""
    from ..record.model import Act, Effect

    roles = {"announced": "base", "suspended": "resumption"}
    named = {name: roles[status] for name, status in statuses.items() if status in roles}

    def change(record: Record, day: date) -> Record:
        effects = tuple(Effect(role, measure=name, starts=day) for name, role in named.items())
        act = Act("what-if-controls", "Controls apply", "", day, day, effects, ("hypothesis",))
        return record.with_acts(act)

    return change


@cache
def _purchase_rows() -> list[dict[str, Any]]:
    text = files("detente.talks").joinpath("data/purchases.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)
