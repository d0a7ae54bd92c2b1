"""`detente read`: news text into proposed record entries."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .._text import plain
from ..errors import InputError
from ._common import Answers, BaseUrl, Json, Model, emit, finish, note, parse_date, screen, seconds

if TYPE_CHECKING:
    from ..dispatch import Reading
    from ..dispatch.merge import Merged

app = typer.Typer(add_completion=False)


@app.command()
def read(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Text or HTML files; - is standard input."),
    ],
    published: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Day of publication, from which dates are reckoned."),
    ] = None,
    reader: Annotated[
        str, typer.Option(help="trained or rules (both offline), or llm.")
    ] = "trained",
    base_url: BaseUrl = None,
    model: Model = None,
    answers: Answers = None,
    save: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Add accepted proposals to your record there."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="With --save: accept every proposal.")] = False,
    json: Json = False,
) -> None:
    """News text into proposed record entries, each with the exact words it rests on.

    Several files on one event become one proposal with several sources. The key of a language
    model is taken from the environment variable DETENTE_LLM_KEY.

    Example: detente read dispatch.txt --published 2025-10-18
    """
    if save is not None and not yes and not sys.stdin.isatty():
        raise InputError(
            "--save asks about each proposal, and standard input is no terminal; "
            "run it in a terminal, or add --yes to accept them all."
        )
    if save is not None and json and not yes:
        raise InputError("--save with --json cannot ask; add --yes, or leave --json out.")
    merged = _merged(read_files(files, published, reader, base_url, model, answers))
    if json:
        emit({**_machine(merged), "seconds": seconds()})
    else:
        _show(merged)
    if save is not None:
        saved = _review(merged, save, yes)
        note(f"{saved} of {len(merged.proposals)} proposals added to {plain(save)}")
    finish(json)


def read_files(
    files: list[str],
    published: str | None,
    reader: str = "trained",
    base_url: str | None = None,
    model: str | None = None,
    answers: Path | None = None,
    *,
    day_in_name: bool = False,
) -> list[Reading]:
    """Read each file; a wrong one stops all, before anything is written.

    With `day_in_name` a file name that begins with an ISO day says when it was published.
    """
    from ..dispatch import read_dispatch

    if published is not None:
        parse_date(published, "--published")
    llm = None
    if reader == "llm":
        from ..dispatch.llm import Endpoint

        llm = Endpoint.from_options(base_url, model, answers)
    readings = []
    for name in files:
        given = sys.stdin.buffer.read() if name == "-" else Path(name)
        shown = "standard input" if name == "-" else name
        named = re.match(r"\d{4}-\d\d-\d\d", Path(name).name) if day_in_name else None
        day = named.group() if named else published
        readings.append(read_dispatch(given, day, reader, source=shown, llm=llm))
    return readings


def _merged(readings: list[Reading]) -> Merged:
    from ..dispatch.merge import merge

    return merge(readings)


def _review(merged: Merged, folder: Path, accept_all: bool) -> int:
    """Ask about each proposal, then add the accepted ones to the record: all of them or none."""
    from ..dispatch.propose import entries
    from ..record import user

    known = list(user.check(folder).parties)
    accepted: dict[str, list[dict[str, object]]] = {}
    count = 0
    for number, proposal in enumerate(merged.proposals, 1):
        found = entries(proposal, merged.readings, known)
        if not accept_all:
            answer = _ask(f"[{number}/{len(merged.proposals)}] {_what(proposal.event)}", proposal)
            if answer == "skip":
                break
            if answer == "n":
                continue
        count += 1
        for section, items in found.items():
            for item in items:
                if section == "parties":
                    known.append(str(item["code"]))
                accepted.setdefault(section, []).append(item)
    if accepted:
        user.add(folder, _distinct(accepted))
    return count


def _ask(shown: str, proposal: object) -> str:
    """y, n, or skip (this and all that follow)."""
    from ..dispatch.merge import Proposal

    assert isinstance(proposal, Proposal)
    note(shown)
    for item in proposal.event.evidence:
        note(f"    {plain(item.text, 200)}")
    for clash in proposal.conflicts:
        note(f"    conflict {clash.field}: " + " / ".join(plain(v) for _, v in clash.values))
    while True:
        answer = typer.prompt("accept? [y/n/skip the rest]", default="n", err=True).strip().lower()
        if answer in ("y", "yes"):
            return "y"
        if answer in ("n", "no"):
            return "n"
        if answer in ("s", "skip"):
            return "skip"


def _distinct(accepted: dict[str, list[dict[str, object]]]) -> dict[str, list[dict[str, object]]]:
    """Two entries of one id (the same thing told twice) are told apart by a number."""
    for items in accepted.values():
        seen: dict[object, int] = {}
        for item in items:
            name = item.get("id")
            seen[name] = seen.get(name, 0) + 1
            if name is not None and seen[name] > 1:
                item["id"] = f"{name}-{seen[name]}"
    return accepted


def _machine(merged: Merged) -> dict[str, object]:
    return {
        "events": [proposal.to_dict() for proposal in merged.proposals],
        "dispatches": [
            {
                "source": r.source, "published": r.published, "reader": r.reader, "text": r.text,
                "notes": list(r.notes), "usage": r.usage,
            }
            for r in merged.readings
        ],
    }  # fmt: skip


def _show(merged: Merged) -> None:
    from rich.markup import escape
    from rich.table import Table

    console = screen()
    for number, reading in enumerate(merged.readings):
        day = f", published {reading.published}" if reading.published else ""
        label = f"[{number}] " if len(merged.readings) > 1 else ""
        console.print(escape(f"{label}{plain(reading.source, 80)}{day}"), style="bold")
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("date", "what", "who", "words"):
        table.add_column(heading, overflow="fold")
    for proposal in merged.proposals:
        e = proposal.event
        who = "+".join(e.actor) + (f" > {'+'.join(e.target)}" if e.target else "")
        words = " ... ".join(f"{plain(x.text, 90)} [{x.start}:{x.end}]" for x in e.evidence)
        clash = "".join(
            f"\nCONFLICT {c.field}: " + " / ".join(f"{plain(v)} [{s}]" for s, v in c.values)
            for c in proposal.conflicts
        )
        background = "dim" if e.salience == "background" else ""
        table.add_row(
            e.date or "",
            escape(_what(e)),
            escape(plain(who)),
            escape(words + clash),
            style=background,
        )
    console.print(table)
    for reading in merged.readings:
        for text in reading.notes:
            note(plain(text))
        if reading.usage:
            used = ", ".join(f"{k} {v:g}" for k, v in reading.usage.items())
            note(f"{plain(reading.source)}: {used}")


def _what(e: object) -> str:
    """The event in a few words: kind, rate, instrument, scope, state, speaker."""
    from ..dispatch import Event

    assert isinstance(e, Event)
    parts = [e.kind.replace("_", " ")]
    if e.rate_pct is not None:
        parts.append(f"{e.rate_pct:g}%")
    if e.instrument and e.instrument not in (e.kind, "meeting"):
        parts.append(e.instrument.replace("_", " "))
    if e.scope:
        parts.append(f"on {plain(e.scope, 60)}")
    if e.speaker:
        parts.append(f"by {plain(e.speaker, 40)}")
    if e.participants:
        parts.append("with " + ", ".join(plain(p, 40) for p in e.participants))
    if e.place:
        parts.append(f"in {plain(e.place, 40)}")
    tail = [x for x in (e.status, e.stance, None if e.certainty == "stated" else e.certainty) if x]
    return " ".join(parts) + (f" ({', '.join(tail)})" if tail else "")
