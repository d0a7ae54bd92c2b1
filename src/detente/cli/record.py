"""`detente record`: start, extend, check and import a record of your own."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from .._text import plain
from ..errors import InputError
from ._common import Json, emit, finish, seconds

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Start, extend, check and import a record of your own.",
)

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of your record.")]


@app.command()
def new(
    folder: Folder,
    name: Annotated[
        str, typer.Option("--name", help="A short name; the folder's by default.")
    ] = "",
    title: Annotated[str, typer.Option("--title", help="A title for people.")] = "",
    base: Annotated[
        str | None, typer.Option("--base", help="A shipped record to layer over, such as us-china.")
    ] = None,
    party: Annotated[
        list[str] | None, typer.Option("--party", help="CODE=Name; twice or more without a base.")
    ] = None,
    json: Json = False,
) -> None:
    """Start a record in a folder, over a shipped one or on its own.

    Example: detente record new my-record --base us-china
    """
    from ..record import user

    parties = {}
    for item in party or ():
        code, _, label = item.partition("=")
        parties[code.strip()] = label.strip() or code.strip()
    name = name or folder.resolve().name.lower().replace(" ", "-")
    title = title or (f"{name}, over {base}" if base else " and ".join(parties.values()) or name)
    record = user.new(
        folder, name, title, base=base, parties=parties or None, last_verified=date.today()
    )
    if json:
        emit({"record": record.name, "folder": str(folder), "seconds": seconds()})
        return
    print(f"Started the record {plain(record.name)} in {plain(folder)}.")
    finish(json)


@app.command()
def add(
    folder: Folder,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Entries as YAML or JSON; - reads them from stdin."),
    ],
    section: Annotated[
        str | None,
        typer.Option("--section", help="If FILE is one bare entry: acts, statements ..."),
    ] = None,
    json: Json = False,
) -> None:
    """Append entries, all of them or none; refused with file and line where anything is wrong.

    Example: detente record add my-record threat.yaml
    """
    from ..record import user
    from ..record.yamlfile import parse, read

    if str(file) == "-":
        data = sys.stdin.buffer.read(8_000_001)
        try:
            content = parse(data.decode("utf-8"), "standard input")
        except UnicodeDecodeError:
            raise InputError("Standard input is not UTF-8; send the entries as UTF-8.") from None
    else:
        content = read(file, plain(file))
    if content is None:
        raise InputError(f"{plain(file)} is empty; write an entry, for example under `acts:`.")
    path = user.add(folder, content, section)
    if json:
        emit({"added": str(path), "seconds": seconds()})
        return
    print(f"Added {plain(path)}.")
    finish(json)


@app.command()
def check(folder: Folder, json: Json = False) -> None:
    """Load a record strictly and say what it holds and what stays unverified.

    Example: detente record check my-record
    """
    from ..record import load_record

    record = load_record(folder)
    groups = {
        "measures": record.measures_by_id.values(),
        "acts": record.acts,
        "statements": record.statements,
        "agreements": record.agreements_by_id.values(),
        "meetings": record.meetings,
        "commitments": record.commitments,
        "performances": record.performances,
        "claims": record.claims,
        "people": record.people,
    }
    unverified = [
        {"id": e.id, "confidence": e.confidence, "unverified": e.unverified}
        for group in groups.values()
        for e in group
        if getattr(e, "unverified", "")
    ]
    if json:
        emit(
            {
                "record": record.name,
                "last_verified": record.last_verified,
                "entries": {k: len(list(v)) for k, v in groups.items()},
                "unverified": unverified,
                "seconds": seconds(),
            }
        )
        return
    print(f"{plain(record.title)}: no errors. Last verified {record.last_verified}.")
    print("  " + ", ".join(f"{len(list(v))} {k}" for k, v in groups.items()))
    print(f"Unverified ({len(unverified)})")
    for e in unverified:
        print(f"  {e['id']} ({e['confidence']}): {plain(e['unverified'])}")
    finish(json)


@app.command("import")
def import_(
    folder: Folder,
    source: Annotated[
        Path,
        typer.Argument(metavar="SOURCE", help="A CSV table of facts, or a YAML file of entries."),
    ],
    json: Json = False,
) -> None:
    """Take over a table of dated facts or a file of entries, all that can be placed or nothing.

    Example: detente record import my-record facts.csv
    """
    from ..record import user
    from ..record.intake import table

    skipped: tuple[tuple[str, str], ...] = ()
    if source.suffix.lower() == ".csv":
        record = user.check(folder)
        found = table(source, frozenset(record.parties))
        skipped = found.skipped
        if not found.sections:
            raise InputError(f"{plain(source)} has no row that can be placed; see the docs.")
        path = user.add(folder, found.sections)
        taken = sum(len(v) for v in found.sections.values())
    else:
        from ..record.yamlfile import read

        content = read(source, plain(source))
        if not isinstance(content, dict):
            raise InputError(f"{plain(source)} holds no sections such as `acts:`; check the file.")
        content.pop("record", None)
        path = user.add(folder, content)
        taken = sum(len(v) if isinstance(v, list) else 1 for v in content.values())
    if json:
        emit(
            {
                "added": str(path),
                "entries": taken,
                "skipped": [{"id": i, "why": w} for i, w in skipped],
                "seconds": seconds(),
            }
        )
        return
    print(f"Added {taken} entries in {plain(path)}.")
    for name, why in skipped:
        print(f"  left out {plain(name)}: {plain(why)}")
    finish(json)
