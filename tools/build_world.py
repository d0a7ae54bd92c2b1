"""Compute the shipped world and its table of elasticities into the package.

    python tools/build_world.py --data ../shared/data

Deterministic; half a minute. `docs/world.md` describes what it does.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from detente._files import write_atomic
from detente.world.build import NAME, build

FOLDER = Path(__file__).resolve().parents[1] / "src" / "detente" / "world" / "data"


def main() -> None:
    parser = argparse.ArgumentParser(description="Compute the shipped world.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the data packs")
    parser.add_argument("--record", type=Path, help="folder of the facts (beside the packs)")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write to")
    given = parser.parse_args()
    start = time.perf_counter()
    built = build(given.data, given.record)
    built.world.save(given.out / f"{NAME}.npz")
    write_atomic(
        given.out / "elasticities.csv",
        built.elasticities.to_csv(index=False, float_format="%.6g", lineterminator="\n"),
    )
    for name, value in built.report.items():
        print(f"{name}: {value:.6g}" if isinstance(value, float) else f"{name}: {value}")
    print(f"{given.out / NAME}.npz: {built.world}, hash {built.world.build_hash[:12]}")
    print(f"{time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
