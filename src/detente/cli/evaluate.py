"""`detente evaluate-reading`: precision, recall and F1 of the reader against gold facts."""

from __future__ import annotations

import json as jsonlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .._text import plain
from ..errors import InputError
from ._common import Answers, BaseUrl, Json, Model, emit, finish, note, parse_date, screen, seconds

if TYPE_CHECKING:
    from ..dispatch import Event
    from ..dispatch.evaluate import Evaluation, Score

app = typer.Typer(add_completion=False)


@app.command()
def evaluate_reading(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Gold JSON, or a folder of them.")],
    texts: Annotated[
        list[Path] | None, typer.Argument(metavar="TEXTS", help="The texts, or their folder.")
    ] = None,
    match: Annotated[str, typer.Option(help="Only gold files whose name matches.")] = "*",
    reader: Annotated[str, typer.Option(help="trained, rules or llm.")] = "trained",
    base_url: BaseUrl = None,
    model: Model = None,
    answers: Answers = None,
    json: Json = False,
) -> None:
    """Precision, recall and F1 per field and per kind.

    GOLD is {"published": DATE, "events": [...]} for the text of the same name (.txt or .html).
    The rules of matching are in the documentation.

    Example: detente evaluate-reading tests/dispatch/gold --match "dev-*"
    """
    from ..dispatch import read_dispatch
    from ..dispatch.evaluate import evaluate

    llm = None
    if reader == "llm":
        from ..dispatch.llm import Endpoint

        llm = Endpoint.from_options(base_url, model, answers)
    cases = {}
    used: Counter[str] = Counter()
    files = _gold_files(gold, match)
    for number, path in enumerate(files, 1):
        published, events = _gold(path)
        text = _text_of(path, texts or [path.parent])
        reading = read_dispatch(text, published, reader, llm=llm)
        cases[path.stem] = (events, list(reading.events))
        used.update(reading.usage)
        if llm is not None:
            note(f"[{number}/{len(files)}] {plain(path.stem)}: {len(reading.events)} events")
    result = evaluate(cases)
    if json:
        emit({**result.to_dict(), "usage": dict(used), "seconds": seconds()})
    else:
        _show(result)
    if used:
        note(", ".join(f"{name} {value:g}" for name, value in used.items()))
    finish(json)


def _gold_files(gold: Path, match: str) -> list[Path]:
    if gold.is_dir():
        found = sorted(gold.glob(f"{match}.json"))
        if not found:
            raise InputError(f"{plain(gold)} holds no gold file {plain(match)}.json.")
        return found
    if not gold.is_file():
        raise InputError(f"There is no gold file {plain(gold)}; name a JSON file or a folder.")
    return [gold]


def _gold(path: Path) -> tuple[str | None, list[Event]]:
    from ..dispatch.events import event_from_dict

    try:
        content = jsonlib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise InputError(f"{plain(path)} is not JSON; write published and events.") from None
    if not isinstance(content, dict) or not isinstance(content.get("events"), list):
        raise InputError(f"{plain(path)} has no list of events; write published and events.")
    published = content.get("published")
    if published is not None:
        parse_date(str(published), f"{plain(path)}: published")
    rows = content["events"]
    return published, [event_from_dict(r, f"{path.name}, event {n}") for n, r in enumerate(rows)]


def _text_of(gold: Path, texts: list[Path]) -> Path:
    """The text of a gold file: of its name, among the files or in the folders given."""
    wanted = [f"{gold.stem}{ending}" for ending in (".txt", ".html", ".htm")]
    for place in texts:
        if place.is_dir():
            for name in wanted:
                if (place / name).is_file():
                    return place / name
        elif place.name in wanted or (len(texts) == 1 and place.is_file()):
            return place
    raise InputError(f"There is no text {wanted[0]} for {plain(gold)}; name its folder.")


def _show(result: Evaluation) -> None:
    from rich.table import Table

    console = screen()

    def table(title: str, rows: dict[str, Score]) -> None:
        view = Table(title, box=None, header_style="bold", pad_edge=False)
        for heading in ("precision", "recall", "F1", "right", "found", "gold"):
            view.add_column(heading, justify="right")
        for name, s in rows.items():
            figures = ["" if x is None else f"{x:.3f}" for x in (s.precision, s.recall, s.f1)]
            view.add_row(name, *figures, str(s.both), str(s.found), str(s.gold))
        console.print(view)
        console.print()

    table(
        f"{result.dispatches} dispatches",
        {
            "kind, actor, target": result.who_what_whom,
            "and rate, date, status": result.with_figures,
            "matched (shared codes)": result.matched,
        },
    )
    table("by kind", result.by_kind)
    table("by field (matched events)", result.by_field)
