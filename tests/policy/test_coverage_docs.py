"""docs/coverage.md: the figures it gives are those of today's table and record."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import numpy as np

from detente.policy import coverage
from detente.policy.average import averages
from detente.record import load_record

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "coverage.md").read_text(encoding="utf-8")


def test_the_average_command_prints_what_the_page_shows(cli) -> None:
    command = "average --from 2025-01-01 --to 2025-12-31"
    block = PAGE.split(f"$ detente {command}\n")[1].split("```")[0]
    done = cli(*command.split(), env=os.environ | {"COLUMNS": "78"})
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        assert line.rstrip() in block.splitlines(), line


def test_the_table_of_averages() -> None:
    rows = re.findall(r"^\| (\d{4}-\d\d-\d\d) \| ([\d.]+) \|", PAGE, re.MULTILINE)
    assert len(rows) >= 10
    for day, shown in rows:
        found = averages(load_record("us-china"), date.fromisoformat(day), pairs=(("USA", "CHN"),))
        assert f"{found[0].average_pct:.1f}" == shown, day


def test_figures_in_the_text() -> None:
    table = coverage.american()
    assert f"{len(table.sector)} cells" in PAGE
    with np.load(coverage.TABLE) as data:
        assert f"its signature; there are {len(data['signatures'])}." in PAGE
    everyone = averages(load_record("us-china"), date(2026, 11, 9), pairs=(("USA", "WLD"),))
    assert f"on all ({everyone[0].average_pct:.1f} on 9 November 2026" in PAGE
    china = table.of("CHN")
    ordinary = 100 * (china.ordinary * china.value).sum() / china.value.sum()
    added = 100 * (coverage.base_of(load_record("us-china"), china) * china.weights).sum()
    added /= china.weights.sum()
    assert round(ordinary, 1) == 2.5
    assert f"ordinary and {added:.1f} additional points, {ordinary + added:.1f} in all" in PAGE


def test_every_kind_of_stack_is_explained() -> None:
    from detente.record.model import STACKS

    for kind in STACKS:
        assert f"| `{kind}` |" in PAGE


def test_the_padded_codes_are_as_the_page_says(packs: Path) -> None:
    from detente.policy.tables import load_imports
    from detente.record import products

    imports = load_imports(packs)
    raw = products.rows(packs / products.PACK / "annex-II-exemptions.csv")
    codes = products.read_codes("reciprocal-exempt", packs, imports.codes)
    padded = sum(len(c) == 8 for c in codes.prefixes)
    assert f"{padded} of {len(raw)} ten-digit codes" in PAGE
    europe = imports.partner == imports.partners.index("EU27")

    def covered(chosen: products.Codes) -> float:
        on = [products.on_list(chosen, c, imports.later) for c in imports.codes]
        return float(imports.value[europe & np.array(on)[imports.code]].sum() / 1e9)

    as_written = products.Codes(frozenset(r["hts"] for r in raw))
    assert f"{covered(as_written):.0f} of the {covered(codes):.0f} billion" in PAGE
