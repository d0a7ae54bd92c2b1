"""Past negotiations under a deadline: one `Episode` each, and what was known of them on a day.

The file is the project's table of dated negotiation episodes (one row for each deadline, see
its README). Its outcome codes are mapped to the four disjoint outcomes of a forecast:

| outcome | codes | meaning |
| --- | --- | --- |
| deal | deal, truce | terms were announced that remove the threat (frameworks count) |
| extension | extension | the date moved |
| collapse | collapse, partial | the measure took effect, wholly or in a reduced form |
| lapsed | lapsed, withdrawn, no_agreement | the date passed or was dropped, nothing happened |

Rows whose outcome is unknown are open: they never enter an estimate or a score.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .._files import data_home
from .._text import plain
from ..errors import InputError

OUTCOMES = ("deal", "extension", "collapse", "lapsed")
FILE_NAME = "negotiation_history.csv"

_CODES = {
    "deal": "deal",
    "truce": "deal",
    "extension": "extension",
    "collapse": "collapse",
    "partial": "collapse",
    "lapsed": "lapsed",
    "withdrawn": "lapsed",
    "no_agreement": "lapsed",
    "unknown": None,
}
_NEEDED = ("id", "parties", "opened", "deadline", "outcome", "outcome_date", "category")


@dataclass(frozen=True)
class Episode:
    """One deadline and what became of it; `outcome` is None while it is open."""

    id: str
    parties: str
    category: str
    opened: date
    deadline: date | None
    outcome: str | None
    resolved: date | None
    size_pp: float | None
    extension_days: int | None

    @property
    def pair(self) -> str:
        """The parties without the bracketed subject: `US-China (TikTok)` is `US-China`."""
        return self.parties.split(" (")[0]

    @property
    def days_left(self) -> float | None:
        """Days from the resolution to the deadline; negative when it overran."""
        if self.deadline is None or self.resolved is None:
            return None
        return (self.deadline - self.resolved).days

    @property
    def length(self) -> int:
        """Days from opening to deadline."""
        return (self.deadline - self.opened).days if self.deadline else 0


def history_path(data: Path | None = None) -> Path:
    """The history file: `data` itself, in it, or in its `record` folder; else in DETENTE_DATA.

    Raises InputError where there is none.
    """
    home = data_home()
    folders = [data] if data else ([home, home.parent] if home else [])
    for folder in folders:
        for place in (folder, folder / FILE_NAME, folder / "record" / FILE_NAME):
            if place.is_file():
                return place
    where = plain(data) if data else "DETENTE_DATA"
    raise InputError(
        f"No {FILE_NAME} was found under {where}; name the file or the folder that holds "
        "`record` with --data or DETENTE_DATA."
    )


def load_history(path: Path, *, summaries: bool = False) -> tuple[Episode, ...]:
    """The episodes of the file at `path`, in its order.

    Rows of the family MU restate rows listed one by one and are left out unless `summaries`.
    Raises InputError naming the line and field that cannot be used.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{plain(path)} cannot be read as UTF-8 text: {plain(error)}.") from None
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise InputError(
            f"{plain(path)} lacks the column {missing[0]!r}; give it the columns its README lists."
        )
    rows = [_episode(row, path, number) for number, row in enumerate(reader, start=2)]
    return tuple(row for row in rows if summaries or not row.id.startswith("MU"))


def known_on(episodes: Iterable[Episode], day: date) -> tuple[Episode, ...]:
    """Episodes with a deadline whose outcome had been seen by the end of `day`."""
    return tuple(
        episode
        for episode in episodes
        if episode.deadline and episode.outcome and episode.resolved and episode.resolved <= day
    )


def _episode(row: dict[str, str], path: Path, line: int) -> Episode:
    code = row["outcome"].strip()
    if code not in _CODES:
        raise InputError(
            f"{plain(path)} line {line}: outcome {plain(code)!r} is none of {', '.join(_CODES)}."
        )
    opened = _day(row, "opened", path, line)
    if opened is None:
        raise InputError(f"{plain(path)} line {line}: opened is blank; give the day it began.")
    days = _number(row, "extension_days", path, line)
    return Episode(
        id=row["id"].strip(),
        parties=row["parties"].strip(),
        category=row["category"].strip(),
        opened=opened,
        deadline=_day(row, "deadline", path, line),
        outcome=_CODES[code],
        resolved=_day(row, "outcome_date", path, line),
        size_pp=_number(row, "threat_size_pp", path, line),
        extension_days=None if days is None else int(days),
    )


def _day(row: dict[str, str], field: str, path: Path, line: int) -> date | None:
    value = row[field].strip()
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise InputError(
            f"{plain(path)} line {line}: {field} {plain(value)!r} is not a day (YYYY-MM-DD)."
        ) from None


def _number(row: dict[str, str], field: str, path: Path, line: int) -> float | None:
    value = (row.get(field) or "").strip()
    try:
        return float(value) if value else None
    except ValueError:
        raise InputError(
            f"{plain(path)} line {line}: {field} {plain(value)!r} is not a number."
        ) from None
