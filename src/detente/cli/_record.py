"""What the commands on the record share: which record, which days, how they are shown."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ._common import parse_date

if TYPE_CHECKING:
    from ..record import Record

On = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="The day asked about; today by default.")
]
Known = Annotated[
    str | None,
    typer.Option(
        "--known", metavar="DATE", help="Only what was known by the end of this day; all if absent."
    ),
]


def days(on: str | None, known: str | None) -> tuple[date, date | None]:
    """The day asked about (today if not given) and the day of knowledge."""
    return (
        parse_date(on, "--on") if on is not None else date.today(),
        parse_date(known, "--known") if known is not None else None,
    )


def verified(record: Record) -> str:
    return f"Record {record.name}, last verified {record.last_verified}."


def wrapped(text: str, indent: str, width: int = 100) -> str:
    """`text` made safe for a terminal and wrapped; it begins and goes on at column `indent`."""
    import textwrap

    from .._text import plain

    return textwrap.fill(
        plain(text), width, initial_indent=indent, subsequent_indent=indent, break_long_words=False
    ).lstrip()
