"""The reader against marked dispatches: `python training/evaluate.py [--reader rules] FILE...`."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from corpus import CODES, HERE, read
from detente.dispatch import read_dispatch
from detente.dispatch.evaluate import Score, evaluate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "files", nargs="*", type=Path, default=sorted((HERE / "heldback").glob("*"))
    )
    parser.add_argument("--reader", default="trained", choices=("trained", "rules"))
    args = parser.parse_args()
    cases = {}
    for path in args.files:
        for example in read(path, CODES):
            if isinstance(example, str):
                raise SystemExit(example)
            day = date.fromisoformat(example.published)
            found = read_dispatch(example.text, day, args.reader).events
            cases[example.name] = (list(example.events), list(found))
    result = evaluate(cases)

    def show(name: str, s: Score) -> None:
        figures = (f"{x:.3f}" if x is not None else "-" for x in (s.precision, s.recall, s.f1))
        print(f"{name:32}", *figures, s.both, s.found, s.gold)

    print(f"{result.dispatches} dispatches: precision, recall, F1, right, found, gold")
    show("kind, actor, target", result.who_what_whom)
    show("and rate, date, status", result.with_figures)
    for kind, score in result.by_kind.items():
        show(kind, score)


if __name__ == "__main__":
    main()
