"""Product lists: which tariff codes a named list covers, in which vintage, less which others.

`data/lists/lists.csv` says in our own words what each list is, where its codes are in the public
tables (`us_tariff_lists`), which lists are left out of it, and what share of the value of its codes
it takes. When a list applies, and to whom, is in the record. Codes are text. A code of 2, 4, 6, 8
or 10 digits covers every ten-digit code that begins with it. Plain Python: this package loads no
numerical library.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from .._text import plain
from ..errors import InputError

INDEX = Path(__file__).parent / "data" / "lists" / "lists.csv"
PACK = "us_tariff_lists"
EVERYTHING = "*"
SECTORS = "sectors"  # a list known by shares of sectors only
SPECIAL = "98"  # chapters 98 and 99: goods returned, low-value parcels; on no list
_DIGITS = re.compile(r"\d{4}(\d{2}){0,3}\Z")
_LENGTHS = (2, 4, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class ProductList:
    """A named list. `share`: part of the value of its codes that it takes, in [0, 1].

    `less`: ids of lists whose goods are outside this one. `importer` is empty for any.
    """

    id: str
    importer: str
    title: str
    source: str
    less: tuple[str, ...]
    share: float
    vintage: str
    legal: str
    note: str


@dataclass(frozen=True)
class Codes:
    """The codes of a list: prefixes, and inclusive ranges of codes of equal length."""

    prefixes: frozenset[str] = frozenset()
    ranges: tuple[tuple[str, str], ...] = ()
    everything: bool = False

    def covers(self, code: str) -> bool:
        """Whether the ten-digit `code` is on the list."""
        if self.everything:
            return code < SPECIAL
        return any(code[:n] in self.prefixes for n in _LENGTHS) or any(
            low <= code[: len(low)] <= high for low, high in self.ranges
        )


@cache
def lists() -> Mapping[str, ProductList]:
    """Every named list by id."""
    return {
        row["id"]: ProductList(
            id=row["id"],
            importer=row["importer"],
            title=row["title"],
            source=row["source"],
            less=tuple(row["less"].split()),
            share=float(row["share_pct"] or 100) / 100,
            vintage=row["vintage"],
            legal=row["legal"],
            note=row["note"],
        )
        for row in rows(INDEX)
    }


def product_list(name: str) -> ProductList:
    """The list of that id; InputError if there is none."""
    try:
        return lists()[name]
    except KeyError:
        raise InputError(
            f"There is no product list {plain(name)!r}; docs/coverage.md names the lists "
            f"({', '.join(sorted(lists())[:3])}, ...)."
        ) from None


def read_codes(name: str, packs: Path, schedule: Iterable[str] = ()) -> Codes:
    """The codes of list `name` from the folder of data packs, `less` not applied.

    `schedule`: the ten-digit codes in use. Some sources pad eight-digit codes with two zeros: a
    code that ends so and is not in `schedule` is read as its first eight digits. Raises InputError
    for a missing table or column, or a code that is none.
    """
    used = frozenset(schedule)
    source = product_list(name).source
    if source in (EVERYTHING, SECTORS):
        return Codes(everything=source == EVERYTHING)
    prefixes: set[str] = set()
    ranges: list[tuple[str, str]] = []
    for part in source.split(" + "):
        if part.startswith("codes:"):
            prefixes.update(part.removeprefix("codes:").split())
            continue
        for row in _selected(part, packs):
            if "from" in row and "to" in row:
                ranges.append((row["from"], row["to"]))
            else:
                prefixes.add(_code(row, part, used))
    return Codes(frozenset(prefixes), tuple(ranges))


def successors(packs: Path) -> dict[str, frozenset[str]]:
    """Ten-digit codes of the schedule that were renamed or split in 2025-26 -> their successors."""
    found: dict[str, set[str]] = {}
    for row in rows(packs / PACK / "hts_concordance.csv"):
        old, new = row["old_hts10"], row["new_hts10"]
        if old and new and old != "NA" and new != "NA":
            found.setdefault(old, set()).add(new)
    return {old: frozenset(new) for old, new in found.items()}


def on_list(codes: Codes, code: str, later: Mapping[str, frozenset[str]]) -> bool:
    """Whether `code` of the 2024 schedule is on a list that may be written in later codes.

    A code that was renamed or split counts where it is listed itself or where most of its
    successors (`later`) are.
    """
    if codes.covers(code):
        return True
    new = later.get(code, frozenset()) - {code}
    return bool(new) and 2 * sum(codes.covers(c) for c in new) > len(new)


def digits(text: str) -> str:
    """A code as typed (8517.62.0090) as digits; InputError unless 4, 6, 8 or 10 of them."""
    code = re.sub(r"[.\s]", "", text)
    if not _DIGITS.match(code):
        raise InputError(
            f"{plain(text)!r} is no tariff code; write 4, 6, 8 or 10 digits such as 8517.62.0090."
        )
    return code


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV table as text; InputError where it is missing."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError:
        raise InputError(
            f"{path} is missing; set DETENTE_DATA to the folder of public data packs."
        ) from None


@lru_cache(maxsize=4)
def _pack_rows(path: Path) -> list[dict[str, str]]:
    """A table of the packs, which do not change; several lists are in one."""
    return rows(path)


def _selected(part: str, packs: Path) -> list[dict[str, str]]:
    """Rows of `FILE?column=value&column^=beginning`; all rows without a question mark."""
    name, _, query = part.partition("?")
    path = packs / PACK / name
    chosen = _pack_rows(path)
    for test in filter(None, query.split("&")):
        column, _, value = test.partition("=")
        begins, column = column.endswith("^"), column.rstrip("^")
        if chosen and column not in chosen[0]:
            raise InputError(f"{path} has no column {column}; take the table of the data pack.")
        chosen = [
            r for r in chosen if (r[column].startswith(value) if begins else r[column] == value)
        ]
    return chosen


def _code(row: dict[str, str], part: str, used: frozenset[str]) -> str:
    code = row.get("hts") or row.get("hs8_cn") or ""
    if not _DIGITS.match(code):
        raise InputError(f"{part} holds {plain(code)!r}, which is no tariff code; mend the table.")
    padded = len(code) == 10 and code.endswith("00") and used and code not in used
    return code[:8] if padded else code
