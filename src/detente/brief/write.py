"""A brief on disk: `brief.html`, `brief.json` and its tables as CSV, each whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .._files import write_all
from .._text import plain
from ..errors import InputError
from .html import render
from .model import Brief


def write_brief(brief: Brief, folder: Path, seconds: float | None = None) -> list[Path]:
    """Write everything into `folder` and return the paths.

    All content is made, and on disk, before the first file is in place: no half brief.

    Raises:
        InputError: `folder` is a file or cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out {plain(folder)} is a file; name a folder for the brief.")
    machine = {**brief.to_dict(), "seconds": seconds}
    contents = {
        "brief.html": render(brief),
        "brief.json": json.dumps(machine, indent=2, ensure_ascii=False) + "\n",
        **{f"{name}.csv": _csv(rows) for name, rows in tables(brief).items()},
    }
    files = {folder / name: content for name, content in contents.items()}
    write_all(files)
    return list(files)


def tables(brief: Brief) -> dict[str, list[dict[str, Any]]]:
    """The brief's tables as rows: branches by region, sectors, measures, clocks, events."""
    regions = [
        {
            "branch": b.name,
            "region": region,
            "real_income_pct": b.real_income_pct[region],
            "ev_musd": b.ev_musd[region],
            "wages_pct": b.wages_pct[region],
            "consumer_price_pct": b.consumer_price_pct[region],
            "revenue_musd": b.revenue_musd[region],
        }
        for b in brief.branches
        for region in b.real_income_pct
    ]
    sectors = [
        {"branch": b.name, "region": party, "sector": sector, "output_pct": change}
        for b in brief.branches
        for party, changes in b.output_pct.items()
        for sector, change in changes.items()
    ]
    measures = [_flat(m) for m in brief.status["measures"]]
    clocks = [_flat(c) for c in brief.clocks]
    events = [_flat(e) for e in (brief.dispatch or {}).get("events", ())]
    return {
        "regions": regions,
        "sectors": sectors,
        "measures": measures,
        "clocks": clocks,
        **({"events": events} if events else {}),
    }


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Lists become text, nothing in it that a terminal would obey or a spreadsheet run."""
    return {key: _cell(value) for key, value in row.items()}


def _cell(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        value = "; ".join(
            str(v.get("text", v.get("title", v)) if isinstance(v, dict) else v) for v in value
        )
    if not isinstance(value, str):
        return value
    shown = plain(value)
    return "'" + shown if shown.lstrip()[:1] in ("=", "+", "-", "@") else shown


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=_fields(rows), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _fields(rows: Iterable[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))
