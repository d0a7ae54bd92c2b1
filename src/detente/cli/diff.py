"""`detente diff`: what changed in knowledge between two days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .._text import plain
from ..errors import InputError
from ..record.machine import clock_json, event_json, measure_json, total_json
from ._common import Json, Records, emit, finish, parse_date, seconds
from ._record import On, verified, wrapped

if TYPE_CHECKING:
    from ..record import MeasureState
    from ..record.history import Revision

app = typer.Typer(add_completion=False)


@app.command()
def diff(
    known: Annotated[
        list[str], typer.Option("--known", metavar="DATE", help="Given twice: earlier and later.")
    ],
    on: On = None,
    record: Records = "us-china",
    json: Json = False,
) -> None:
    """What was learned between two days: entries, measures seen anew, clocks gone and new.

    Example: detente diff --known 2025-10-15 --known 2025-10-27
    """
    from ..record import load_record
    from ..record.history import difference

    if len(known) != 2:
        raise InputError(f"--known is given {len(known)} times; give it twice, earlier day first.")
    first, second = (parse_date(k, "--known") for k in known)
    loaded = load_record(record)
    found = difference(loaded, first, second, parse_date(on, "--on") if on else None)
    if json:
        emit(
            {
                "known": [first, second],
                "on": found.on,
                "record": loaded.name,
                "last_verified": loaded.last_verified,
                "entries": [event_json(e) for e in found.entries],
                "measures": [
                    {
                        "id": r.id,
                        "title": r.title,
                        "before": measure_json(r.before) if r.before else None,
                        "after": measure_json(r.after) if r.after else None,
                    }
                    for r in found.revisions
                ],
                "clocks": {
                    "gone": [clock_json(c) for c in found.clocks_gone],
                    "new": [clock_json(c) for c in found.clocks_new],
                },
                "totals": {
                    "before": [total_json(t) for t in found.totals_before],
                    "after": [total_json(t) for t in found.totals_after],
                },
                "seconds": seconds(),
            }
        )
        return
    print(f"{plain(loaded.title)}\nLearned after {first}, to {second}. {verified(loaded)}")
    print(f"\nEntries ({len(found.entries)})")
    for e in found.entries:
        print(f"  {e.date}  {e.kind:<14} {wrapped(f'{e.who}: {e.what}', ' ' * 29)}")
    print(f"\nMeasures seen anew, on {found.on} ({len(found.revisions)})")
    for r in found.revisions:
        text = f"{r.title}: {_state(r.before)} -> {_state(r.after)}{_parts(r)}"
        print(f"  {wrapped(text, '      ')}")
    for heading, clocks in (("gone", found.clocks_gone), ("new", found.clocks_new)):
        print(f"\nClocks {heading} ({len(clocks)})")
        for c in clocks:
            print(f"  {c.date}  {wrapped(c.what, ' ' * 14)}")
    finish(json)


def _parts(r: Revision) -> str:
    """The components that differ, where the measure as a whole looks the same."""
    if r.before is None or r.after is None or _state(r.before) != _state(r.after):
        return ""
    old = {c.component: c for c in r.before.components}
    moved = [c for c in r.after.components if old.get(c.component) != c]
    return " (" + "; ".join(f"{c.scope.text}: {c.status.replace('_', ' ')}" for c in moved) + ")"


def _state(s: MeasureState | None) -> str:
    if s is None:
        return "not known"
    parts = [s.status.replace("_", " ")]
    if s.rate_pct is not None and s.status in ("in_force", "partly_suspended", "suspended"):
        parts.append(f"{s.rate_pct:g}")
    if s.suspended_pct:
        parts.append(f"{s.suspended_pct:g} suspended")
    if s.suspended_until:
        parts.append(f"to {s.suspended_until}")
    if s.effective_until:
        parts.append(f"until {s.effective_until}")
    return ", ".join(parts)
