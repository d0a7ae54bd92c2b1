"""Dispatches a minute on one core, trained and by the rules alone: `python benchmarks/reading.py`.

Reads the gold dispatches (texts only), processor time of one thread; set OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

from detente import read_dispatch

GOLD = Path(__file__).parents[1] / "tests" / "dispatch" / "gold"


def main() -> None:
    texts = [
        (path.read_text(encoding="utf-8"), json.loads(path.with_suffix(".json").read_text()))
        for path in sorted(GOLD.glob("*.txt"))
    ]
    size = sum(len(text) for text, _ in texts) / len(texts)
    print(f"{len(texts)} dispatches, {size:.0f} characters each")
    each = {}
    for reader in ("trained", "rules"):
        read_dispatch(texts[0][0], texts[0][1]["published"], reader)  # tables and weights loaded
        start = time.process_time()
        for text, gold in texts:
            read_dispatch(text, gold["published"], reader)
        each[reader] = (time.process_time() - start) / len(texts)
        print(f"{reader}: {1e3 * each[reader]:.1f} ms each, {60 / each[reader]:.0f} a minute")
    print(f"trained / rules: {each['trained'] / each['rules']:.1f}")


if __name__ == "__main__":
    main()
