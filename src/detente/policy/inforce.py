"""From the record to policy arrays: what is in force on a day, as known on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from .._text import plain
from ..errors import InputError
from . import controls as _controls
from .arrays import Policy
from .coverage import additional

if TYPE_CHECKING:
    from ..record import Record
    from ..record.query import ComponentState
    from ..world import World

HORIZON = "medium"
"""The horizon at which controls become caps unless another is named."""


def policy(
    record: Record,
    world: World,
    on: date | str,
    known: date | str | None = None,
    *,
    horizon: str = HORIZON,
    name: str | None = None,
) -> Policy:
    """The policy in force on `on` as known on `known` (all that the record knows by default).

    A day after `known` gives the recorded defaults. Tariffs are the world's own plus what the
    record's tariff components add since the world's base year, weighted by the trade they cover;
    export controls with a rule are caps, the others are named in `notes`.

    Raises:
        InputError: a date is none.
    """
    day = _day(on)
    seen = None if known is None else _day(known)
    found = record.components(day, seen)
    costed, uncosted = _controls.controls(record, day, seen, horizon)
    return assemble(record, world, found, costed, uncosted, name or f"in force on {day}")


def assemble(
    record: Record,
    world: World,
    components: Iterable[ComponentState],
    costed: tuple[_controls.Control, ...] = (),
    uncosted: tuple[str, ...] = (),
    name: str = "policy",
) -> Policy:
    """A policy from tariff components and export controls."""
    base = Policy.of(world)
    tariff = base.tariff.values + additional(record, tuple(components), world)
    cap = _controls.apply(base.cap.values, world, costed)
    notes = [f"Capped: {control.text()}." for control in costed]
    notes += [f"Not costed: {title}." for title in uncosted]
    return Policy(
        tariff=base.tariff.copy(data=tariff),
        export_tax=base.export_tax,
        iceberg=base.iceberg,
        cap=base.cap.copy(data=cap),
        name=name,
        notes=tuple(notes),
    )


def _day(value: date | str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InputError(
            f"{plain(value)!r} is not a day; write it as YYYY-MM-DD, for example 2025-10-18."
        ) from None
