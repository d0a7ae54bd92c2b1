"""From a record, a world and a day to a brief: every figure comes from a package below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ..economy import solve
from ..errors import InputError
from ..policy.average import average_of, has_weights, series
from ..policy.inforce import policy
from ..policy.state import state
from ..policy.ways import branches
from ..talks.beliefs import dispatch_events
from ..talks.forecast import forecast
from ..world.names import region_names, sector_names
from .agree import agreement
from .model import Brief
from .results import result

if TYPE_CHECKING:
    from ..dispatch import Reading
    from ..policy import Branch
    from ..record import Record
    from ..world import World

Progress = Callable[[str, int, int], None]
HISTORY = timedelta(days=550)


def build_brief(
    record: Record,
    world: World,
    as_of: date,
    known: date | None = None,
    *,
    dispatch: Reading | None = None,
    horizon: str = "medium",
    closure: str = "fixed",
    odds: bool = True,
    bargain: bool = False,
    progress: Progress = lambda what, done, total: None,
) -> Brief:
    """The state of play on `as_of` as known on `known` (default: `as_of`), and each way out.

    Args:
        dispatch: what was read from a dispatch; shown beside the record, never merged into it.
        horizon: as for `detente.solve`; stated in the brief's basis.
        closure: as for `detente.solve`; stated likewise.
        odds: whether to forecast what becomes of the clocks.
        bargain: whether to ask what could be agreed and would hold (takes longest).
        progress: called with a phrase, steps done and steps in all.

    Raises:
        InputError: the record has fewer than two principals or the world lacks one.
        ComputationError: an equilibrium could not be certified.
    """
    known = known or as_of
    if len(record.principals) < 2 or not set(record.principals[:2]) <= set(world.regions):
        raise InputError(
            f"The record {record.name} has the principals {', '.join(record.principals)}; a brief "
            f"needs two that are regions of the world ({', '.join(world.regions)})."
        )
    first, second = record.principals[:2]
    names = region_names()
    progress("reading the record", 0, 1)
    found = branches(record, world, as_of, known, horizon=horizon)
    today = policy(record, world, as_of, known, horizon=horizon)
    results = []
    for k, branch in enumerate(found):
        progress(f"solving: {branch.title}", k, len(found))
        equilibrium = solve(world, branch.policy, baseline=today, horizon=horizon, closure=closure)
        results.append(result(branch, equilibrium, (first, second), _averages(record, branch)))
    likely = None
    if odds and any(c.date for c in record.clocks(as_of, known)):
        progress("forecasting", len(found), len(found) + 1)
        heard = [] if dispatch is None else [e.to_dict() for e in dispatch.events]
        likely = forecast(
            record,
            world,
            as_of,
            known=known,
            events=dispatch_events(heard, as_of),
            horizon=horizon,
        )
    agreed = None
    if bargain:
        progress("bargaining", len(found), len(found) + 1)
        by_name = {b.name: b for b in found}
        last = by_name.get("defaults") or by_name.get("truce-ended") or found[0]
        agreed = agreement(
            world, today, last.policy, (first, second), horizon=horizon, closure=closure
        )
    status = _iso(state(record, as_of, known))
    notes = dict.fromkeys(note for branch in found for note in branch.policy.notes)
    return Brief(
        as_of=as_of.isoformat(),
        known=known.isoformat(),
        parties=(first, second),
        status=status,
        clocks=tuple(status["clocks"]),
        branches=tuple(results),
        dispatch=None if dispatch is None else dispatch.to_dict(),
        sources=_sources(status),
        versions={
            "detente": version("detente"),
            "record": record.name,
            "record_verified": record.last_verified.isoformat(),
            "world": world.name,
            "world_year": str(world.year),
            "world_build": world.build_hash[:12],
        },
        basis=basis(world, horizon, closure),
        region_names=names,
        sector_names=sector_names(),
        forecast=likely,
        bargain=agreed,
        averages=_history(record, as_of, known, names, (first, second)),
        notes=tuple(notes),
    )


def basis(world: World, horizon: str, closure: str) -> tuple[str, ...]:
    """What every headline figure rests on."""
    return (
        f"Per year, in {world.year} US dollars, against today's measures.",
        f"Full employment (no jobs figure); {horizon} horizon; deficits {_CLOSURES[closure]}.",
        f"World {world.name}, base year {world.year}.",
    )


_CLOSURES = {
    "fixed": "fixed in terms of world labour income",
    "world_share": "a fixed share of world income",
    "zero": "removed, in the baseline too",
}


def _averages(record: Record, branch: Branch) -> dict[tuple[str, str], float]:
    """The trade-weighted average tariff each way under a branch."""
    return {
        pair: average_of(record, branch.components, *pair) + branch.answer_pct.get(pair, 0.0)
        for pair in branch.country_wide_pct
        if has_weights(*pair)
    }


def _history(
    record: Record, as_of: date, known: date, names: dict[str, str], parties: tuple[str, str]
) -> tuple[dict[str, Any], ...]:
    """Steps of the average tariff each way up to `as_of`, for the picture."""
    first, second = parties
    steps = series(record, as_of - HISTORY, as_of, known, ((first, second), (second, first)))
    rows = [(s.importer, s.exporter, s.on, s.average_pct) for s in steps]
    last = {(importer, exporter): value for importer, exporter, _, value in rows}
    rows += [(importer, exporter, as_of, value) for (importer, exporter), value in last.items()]
    return tuple(
        {
            "date": day.isoformat(),
            "way": f"{names.get(importer, importer)} on {names.get(exporter, exporter)}",
            "average_pct": value,
        }
        for importer, exporter, day, value in rows
    )


def _sources(status: dict[str, Any]) -> tuple[str, ...]:
    """Every source of a measure shown, once."""
    return tuple(dict.fromkeys(s for m in status["measures"] for s in m["sources"]))


def _iso(value: Any) -> Any:
    """Dates inside nested containers as ISO text."""
    if isinstance(value, dict):
        return {key: _iso(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_iso(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
