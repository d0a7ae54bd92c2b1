"""Check files of marked dispatches: `python training/check.py FILE...`; exit 1 on any fault."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from corpus import CODES, read

if __name__ == "__main__":
    faults = 0
    kinds: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for file in sys.argv[1:]:
        for example in read(Path(file), CODES):
            if isinstance(example, str):
                faults += 1
                print(example)
            else:
                names[example.name] += 1
                kinds.update(event.kind for event in example.events)
    for name in (n for n, c in names.items() if c > 1):
        print(f"{name}: the name stands twice")
    print(f"{len(names)} dispatches, {sum(kinds.values())} events:", dict(kinds.most_common()))
    sys.exit(1 if faults else 0)
