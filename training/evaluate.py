"""The reader against marked dispatches: `python training/evaluate.py [--reader rules] FILE...`."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from corpus import CODES, HERE, read
from detente.dispatch import read_dispatch
from detente.dispatch.evaluate import Evaluation, evaluate


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
    show(evaluate(cases))


def show(result: Evaluation) -> None:
    """Precision, recall, F1 and counts, of all events and by kind."""
    print(f"{result.dispatches} dispatches: precision, recall, F1, right, found, gold")
    rows = {
        "kind, actor, target": result.who_what_whom,
        "and rate, date, status": result.with_figures,
    }
    for name, s in (rows | result.by_kind).items():
        figures = (f"{x:.3f}" if x is not None else "-" for x in (s.precision, s.recall, s.f1))
        print(f"{name:32}", *figures, s.both, s.found, s.gold)


if __name__ == "__main__":
    main()
