"""Published figures beside computed ones: the result every replication returns."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One quantity of a published table.

    `published` is None where the paper prints no figure: the row is shown and not counted.
    `tolerance` is the largest |computed - published| that still agrees, in the row's unit.
    """

    quantity: str
    unit: str
    published: float | None
    computed: float
    tolerance: float

    @property
    def agrees(self) -> bool | None:
        if self.published is None:
            return None
        return abs(self.computed - self.published) <= self.tolerance


@dataclass(frozen=True)
class Table:
    """The rows of one table of the publication; `note` explains what a reader must know."""

    table: str
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True)
class Replication:
    """All tables of one publication; it agrees if every row with a published figure does."""

    name: str
    reference: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        judged = [row.agrees for table in self.tables for row in table.rows]
        counted = [verdict for verdict in judged if verdict is not None]
        return bool(counted) and all(counted)

    def to_dict(self) -> dict[str, Any]:
        """The machine output of `detente replicate`, without `seconds`."""
        return {
            "name": self.name,
            "reference": self.reference,
            "agrees": self.agrees,
            "notes": list(self.notes),
            "tables": [
                {
                    "table": table.table,
                    "note": table.note,
                    "rows": [{**asdict(row), "agrees": row.agrees} for row in table.rows],
                }
                for table in self.tables
            ],
        }
