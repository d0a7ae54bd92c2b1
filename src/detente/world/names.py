"""What the codes of the shipped regions and sectors mean."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def _names(kind: str) -> tuple[tuple[str, str], ...]:
    with (files("detente.world") / "data" / f"{kind}.csv").open(encoding="utf-8") as file:
        return tuple((row["code"], row["name"]) for row in csv.DictReader(file))


def region_names() -> dict[str, str]:
    """Region code -> name."""
    return dict(_names("regions"))


def sector_names() -> dict[str, str]:
    """Sector code -> name."""
    return dict(_names("sectors"))
