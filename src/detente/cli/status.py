"""`detente status`: what is in force on a day, as known on a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from .._text import plain
from ..errors import InputError
from ..record.machine import country_wide_first
from ._common import Json, Records, emit, finish, seconds
from ._record import Known, On, days, verified, wrapped

if TYPE_CHECKING:
    from ..record import MeasureState, Record, Total

app = typer.Typer(add_completion=False)

_LIVE = ("in_force", "partly_suspended", "suspended")
_PENDING = ("announced", "threatened")


@app.command()
def status(
    on: On = None,
    known: Known = None,
    parties: Annotated[
        list[str] | None,
        typer.Option("--parties", metavar="CODE CODE", help="Between which parties."),
    ] = None,
    more: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    record: Records = "us-china",
    every: Annotated[bool, typer.Option("--all", help="List ended measures one by one.")] = False,
    json: Json = False,
) -> None:
    """Measures and their status, tariffs each way, and pending clocks.

    Example: detente status --on 2025-10-18 --known 2025-10-18 --parties USA CHN
    """
    from ..record import load_record

    loaded = load_record(record)
    day, knowledge = days(on, known)
    if more and not parties:
        raise InputError(f"{plain(more[0])!r} stands alone; codes of parties come after --parties.")
    codes = [c for p in (*(parties or ()), *(more or ())) for c in p.replace(",", " ").split()]
    chosen = list(dict.fromkeys(codes)) or None
    if chosen and len(chosen) < 2:
        raise InputError(f"--parties names {plain(chosen[0])} alone; name two or more, USA CHN.")
    if json:
        from ..policy.state import state

        emit({**state(loaded, day, knowledge, chosen), "seconds": seconds()})
        return
    states = country_wide_first(loaded.measures(day, knowledge, chosen))
    totals = loaded.totals(day, knowledge, chosen)
    clocks = loaded.clocks(day, knowledge, chosen)
    averages = _averages(loaded, totals, day, knowledge)
    told = f"as known on {knowledge}" if knowledge else "with all the record knows"
    print(f"{plain(loaded.title)}\nOn {day}, {told}. {verified(loaded)}\n")
    if day > loaded.last_verified:
        print("That day is after the last verified one: shown is what the acts known so far say.\n")
    print("Additional tariffs on all goods, points")
    for t in totals:
        print("  " + _total_line(t, averages.get((t.importer, t.exporter))))
    _print_measures("In force or suspended", [s for s in states if s.status in _LIVE])
    _print_measures("Announced or threatened", [s for s in states if s.status in _PENDING])
    ended = [s for s in states if s.status not in (*_LIVE, *_PENDING)]
    if every:
        _print_measures("Ended", ended)
    elif ended:
        print(f"\nEnded: {len(ended)} (--all lists them)")
    print("\nPending clocks: what happens if nobody acts")
    for c in clocks:
        print(f"  {c.date}  {wrapped(c.what, ' ' * 14)}")
        print(f"{' ' * 14}{wrapped('-> ' + c.default, ' ' * 17)}")
    if not clocks:
        print("  none")
    finish(json)


def _total_line(t: Total, average: float | None) -> str:
    line = f"{t.importer} on {t.exporter}: {t.country_wide_pct:g}"
    if t.suspended_pct:
        line += f", and {t.suspended_pct:g} suspended"
    if average is not None:
        line += f"; average duty {average:.1f}%"
    return line


def _print_measures(heading: str, states: list[MeasureState]) -> None:
    if not states:
        return
    print(f"\n{heading}")
    for s in states:
        rate = _rate(s)
        print(f"  {s.measure.imposer}  {s.status:<16} {rate:>11}  {wrapped(_words(s), ' ' * 37)}")


def _rate(s: MeasureState) -> str:
    if s.rate_pct is None:
        return ""
    if s.status in _PENDING:
        planned = s.default_pct or 0
        return f"({planned:g})" if planned else ""
    low, high = s.rate_low_pct or 0, s.rate_pct
    shown = f"{high:g}" if low == high else f"{low:g} to {high:g}"
    return f"{shown} (+{s.suspended_pct:g})" if s.suspended_pct else shown


def _words(s: MeasureState) -> str:
    words = s.measure.title
    if s.status in _PENDING:
        return words + (f", from {s.effective_from}" if s.effective_from else "")
    if s.suspended_until:
        words += f", suspended to {s.suspended_until}"
    elif s.status == "suspended":
        words += ", suspended without end"
    if s.effective_until:
        words += f", until {s.effective_until}"
    return words


def _averages(
    record: Record, totals: tuple[Total, ...], on: date, known: date | None
) -> dict[tuple[str, str], float]:
    """The trade-weighted average of all duties, for pairs with shipped weights."""
    from ..policy.average import averages

    pairs = tuple((t.importer, t.exporter) for t in totals)
    return {(a.importer, a.exporter): a.average_pct for a in averages(record, on, known, pairs)}
