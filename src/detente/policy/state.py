"""The state of play on a day: the machine output of `detente status`, which the brief shows too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ..record.machine import clock_json, country_wide_first, measure_json, total_json
from .average import averages

if TYPE_CHECKING:
    from ..record import Record


def state(
    record: Record, on: date, known: date | None = None, parties: Sequence[str] | None = None
) -> dict[str, Any]:
    """Measures and their status, the tariff each way, and the pending clocks.

    Raises:
        InputError: a party that the record does not know.
    """
    totals = record.totals(on, known, parties)
    pairs = tuple((t.importer, t.exporter) for t in totals)
    average = {(a.importer, a.exporter): a.average_pct for a in averages(record, on, known, pairs)}
    return {
        "on": on,
        "known": known,
        "record": record.name,
        "last_verified": record.last_verified,
        "parties": list(parties or record.principals),
        "measures": [
            measure_json(s) for s in country_wide_first(record.measures(on, known, parties))
        ],
        "totals": [total_json(t, average.get((t.importer, t.exporter))) for t in totals],
        "clocks": [clock_json(c) for c in record.clocks(on, known, parties)],
    }
