"""`read_dispatch`: one dispatch in, a reading out, whichever reader does it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from .._text import plain
from ..errors import InputError
from .events import Reading
from .source import load

if TYPE_CHECKING:
    from .llm import Endpoint


def read_dispatch(
    dispatch: str | bytes | Path,
    published: date | str | None = None,
    reader: str = "trained",
    *,
    source: str = "",
    llm: Endpoint | None = None,
) -> Reading:
    """Read one dispatch into events that rest on its words.

    Parameters
    ----------
    dispatch: a `Path` to a text or HTML file, its bytes, or the text itself as `str`.
    published: the day it was published, from which "Friday" and "next week" are reckoned; if
        None, the day a dateline or a web page states, else relative dates stay unknown.
    reader: "trained" (offline: the rules' findings weighed by a network), "rules" (the rules
        alone), or "llm", then with `llm` an `llm.Endpoint`.
    source: a name for the dispatch; the file name by default.

    Raises `InputError` for what cannot be read: empty, binary, not English, not about trade.

    >>> from detente import read_dispatch
    >>> text = "Canada imposed a 25% tariff on American steel on March 13, 2025."
    >>> event = read_dispatch(text, "2025-03-14").events[0]
    >>> event.kind, event.actor, event.target, event.rate_pct, event.date
    ('measure_in_force', ('CAN',), ('USA',), 25.0, '2025-03-13')
    """
    day = _day(published)
    if reader not in ("trained", "rules", "llm"):
        raise InputError(f"There is no reader {plain(reader)!r}; choose trained, rules or llm.")
    if reader == "llm" and llm is None:
        raise InputError("The reader llm needs an endpoint; pass llm=Endpoint(base_url, model).")
    found = load(dispatch, source, any_language=reader == "llm")
    if day is None and found.published:
        day = _day(found.published)
    name = source or (str(dispatch) if isinstance(dispatch, Path) else "")
    if llm is not None and reader == "llm":
        from .llm import read_llm

        return read_llm(found.text, day, llm, source=name).verified()
    if reader == "rules":
        from .rules import read_rules as read
    else:
        from .decode import read_trained as read

    events, day = read(found.text, day)
    notes = (
        ()
        if day
        else (
            "The day of publication is not known: days such as Friday stay open; give --published.",
        )
    )
    return Reading(
        events, found.text, day.isoformat() if day else None, name, reader, notes
    ).verified()


def _day(value: date | str | None) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InputError(
            f"published {plain(value)!r} is not a day; write YYYY-MM-DD, for example 2025-10-18."
        ) from None
