"""How far two coders agree on the held-back dispatches: `python training/agreement.py`.

`second_coder.txt` holds the facts that a second coder (a large language model, with the coding
guide and the texts only) found in them: the bound of what any reader can reach there.
"""

from __future__ import annotations

from corpus import CODES, HERE, read
from detente.dispatch.evaluate import evaluate
from detente.dispatch.events import Event, Evidence
from evaluate import show


def second(texts: dict[str, str]) -> dict[str, list[Event]]:
    """Number, kind, sides and facts of each line, then the words of the text they rest on."""
    found: dict[str, list[Event]] = {}
    for block in (HERE / "second_coder.txt").read_text(encoding="utf-8").split("=== ")[1:]:
        name, *rows = block.strip().splitlines()
        found[name] = [_event(row, texts[name]) for row in rows]
    return found


def _event(row: str, text: str) -> Event:
    facts, _, words = row.partition(" | ")
    _, kind, sides, *rest = facts.split()
    actor, target = (tuple(sorted(filter(None, x.split("+")))) for x in sides.split(">"))
    values = dict(fact.split("=") for fact in rest if "=" in fact)
    start = text.find(words)
    return Event(
        kind, actor, target, date=values.get("date"),
        rate_pct=float(values["rate"]) if "rate" in values else None,
        status=next((fact for fact in rest if "=" not in fact), None),
        evidence=(Evidence(start, start + len(words), words),),
    )  # fmt: skip


def main() -> None:
    first = {
        example.name: example
        for path in sorted((HERE / "heldback").glob("*.txt"))
        for example in read(path, CODES)
        if not isinstance(example, str)
    }
    coded = second({name: example.text for name, example in first.items()})
    show(evaluate({name: (list(e.events), coded[name]) for name, e in first.items()}))


if __name__ == "__main__":
    main()
