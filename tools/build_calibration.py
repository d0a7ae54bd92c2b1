"""Estimate the letters of the talks game from the history of negotiations, by vintage.

    python tools/build_calibration.py [--data DIR] [--out FILE] [--last DAY]

For the first day of every month from December 2024 to `--last`, and for that day itself, and for
each category of US-China talks that the forecasts use, fits the game to the episodes whose outcome
was known by then, and writes `src/detente/talks/data/calibration.json`. The history itself is not
shipped. Deterministic; a few minutes on one core.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from datetime import date
from pathlib import Path

import numpy as np

from detente._files import write_atomic
from detente.talks.calibration import date_range, fit, priors
from detente.talks.history import history_path, known_on, load_history
from detente.talks.pooling import constant_hazard, extension_lengths, pool

CATEGORIES = ("US tariff", "non-tariff")
PAIR = "US-China"
FIRST = date(2024, 12, 1)
OUT = (
    Path(__file__).resolve().parents[1] / "src" / "detente" / "talks" / "data" / "calibration.json"
)


def rounded(values: object, digits: int = 6) -> list[float]:
    """Numbers to so many significant digits, so that builds on two machines agree."""
    return [float(f"{v:.{digits}g}") for v in np.ravel(np.asarray(values, float))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--last", type=date.fromisoformat, default=date(2026, 11, 22))
    options = parser.parse_args()
    path = history_path(options.data)
    episodes = load_history(path)
    rows = []
    for category in CATEGORIES:
        start = None
        for day in date_range(FIRST, options.last, 1):
            pooled = pool(known_on(episodes, day), category=category, pair=PAIR)
            fitted = fit(pooled, start=start)
            start = fitted.mean
            lower = fitted.covariance[np.tril_indices(len(fitted.mean))]
            rows.append(
                {
                    "known": day.isoformat(),
                    "category": category,
                    "episodes": round(pooled.effective, 2),
                    "log_likelihood": round(fitted.log_likelihood, 4),
                    "mean": rounded(fitted.mean),
                    "covariance": rounded(lower, 5),
                    "shares": rounded(pooled.shares),
                    "hazards": rounded(constant_hazard(pooled.episodes, pooled.weights)),
                    "extension_days": {
                        k: round(v, 1) for k, v in extension_lengths(pooled).items()
                    },
                }
            )
            print(category, day, f"{pooled.effective:.1f}", rounded(fitted.mean, 3), flush=True)
    result = {
        "what": "Letters of the talks game by vintage; made by tools/build_calibration.py.",
        "source": f"{path.name}, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}",
        "pair": PAIR,
        "letters": [prior.name for prior in priors()],
        "vintages": rows,
    }
    lines = ",\n".join(json.dumps(row) for row in rows)
    head = json.dumps({k: v for k, v in result.items() if k != "vintages"}, indent=1)[:-2]
    write_atomic(options.out, f'{head},\n "vintages": [\n{lines}\n ]\n}}\n')


if __name__ == "__main__":
    main()
