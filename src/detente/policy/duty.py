"""The stack of US duties on one product from one country on a day, line by line.

Needs the full tables (see `tables`). The ordinary duty is an approximation from what was collected
in 2024; every other line is the record's, with the list that the code is on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .._text import plain
from ..errors import InputError
from ..record import products
from .coverage import USA, members
from .stacking import Layer, taken
from .tables import CHINA, Imports, descriptions, load_imports

if TYPE_CHECKING:
    from ..record import Record
    from ..record.query import ComponentState

SMALL = 1e-12


@dataclass(frozen=True)
class Line:
    """One duty of the stack. `part`: share of the value it is charged on; `points`: what it adds.

    A line of part 0 covers the product but gives way to another, named in `why`.
    """

    title: str
    authority: str
    list: str
    legal: str
    rate_pct: float
    suspended_pct: float
    part: float
    points: float
    why: str = ""


@dataclass(frozen=True)
class Stack:
    """All duties on a product. `ordinary_pct`: the ordinary duty, an approximation (`basis`)."""

    code: str
    description: str
    exporter: str
    on: date
    known: date | None
    ordinary_pct: float
    basis: str
    lines: tuple[Line, ...]

    @property
    def total_pct(self) -> float:
        return self.ordinary_pct + sum(line.points for line in self.lines)


def duty(
    record: Record,
    code: str,
    exporter: str,
    on: date,
    known: date | None = None,
    packs: Path | None = None,
) -> Stack:
    """The duties of the United States on `code` (digits, dots allowed) from `exporter` (ISO3).

    A shorter code is taken where all ten-digit codes under it are on the same lists. Raises
    InputError for a code or country that is unknown, or where the tables are missing.
    """
    imports = load_imports(packs)
    partner = _partner(exporter, record, imports)
    states = record.components(on, known, USA, partner)
    typed = products.digits(code)
    names = {s.scope.list for s in states} | {m for s in states for m in s.scope.minus}
    chosen = _codes(typed, imports)
    shares = {name: _share(name, chosen, imports) for name in names}
    unlike = [name for name, share in shares.items() if len(set(share)) > 1]
    if unlike:
        raise InputError(
            f"The codes under {plain(code)} are not all on the same lists "
            f"({', '.join(sorted(unlike))}); give ten digits, for example {_dotted(chosen[0])}."
        )
    ordinary, basis = _ordinary(chosen, partner, imports)
    lines = _lines(states, {name: share[0] for name, share in shares.items()}, ordinary)
    texts = descriptions(imports.packs)
    about = texts.get(chosen[0], "") if len(chosen) == 1 else f"{len(chosen)} codes"
    return Stack(typed, about, partner, on, known, 100 * ordinary, basis, lines)


def _lines(
    states: Iterable[ComponentState], share: dict[str, float], ordinary: float
) -> tuple[Line, ...]:
    on_it: list[tuple[ComponentState, Layer]] = []
    for state in states:
        covered = share[state.scope.list]
        for name in state.scope.minus:
            covered *= 1 - share[name]
        if covered <= 0:
            continue
        stack, rate = state.stack, state.rate_pct / 100
        if stack.kind == "cap_net_of_mfn":
            rate = max(min(rate, (stack.cap_pct or 0) / 100) - ordinary, 0)
        layer = Layer(
            rate, np.array([covered]), np.array([1.0]), stack.kind, stack.group, stack.precedence
        )
        on_it.append((state, layer))
    out = []
    entries = taken([layer for _, layer in on_it])
    for (state, layer), entry in zip(on_it, entries, strict=True):
        part = float(entry.part[0, 0])
        listed = products.product_list(state.scope.list)
        out.append(
            Line(
                title=state.title,
                authority=state.authority,
                list=state.scope.text,
                legal=listed.legal,
                rate_pct=state.rate_pct,
                suspended_pct=state.suspended_pct,
                part=part,
                points=100 * layer.rate * part,
                why=_why(state, layer, part, on_it),
            )
        )
    return tuple(sorted(out, key=lambda line: -line.points))


def _why(
    state: ComponentState,
    layer: Layer,
    part: float,
    all_: list[tuple[ComponentState, Layer]],
) -> str:
    share = float(layer.share[0])
    if layer.kind == "cap_net_of_mfn":
        return f"{state.stack.cap_pct:g}% in all with the ordinary duty"
    if part >= share - SMALL:
        return "" if share == 1 else f"on {100 * share:.0f}% of the value, an assumption"
    above = [
        s.title
        for s, other in all_
        if other is not layer and other.group == layer.group
        and (other.precedence, other.rate) > (layer.precedence, layer.rate)
    ]  # fmt: skip
    given = "gives way to" if part <= SMALL else "on the rest of the value beside"
    return f"{given} {above[0]}" if above else ""


def _partner(exporter: str, record: Record, imports: Imports) -> str:
    """The partner whose goods are asked about; a member of the European Union is the Union."""
    if exporter == USA:
        raise InputError("--from USA: goods of the United States are no imports; name a partner.")
    if exporter in members("EU27"):
        return "EU27"
    if exporter in imports.partners or exporter in record.parties:
        return exporter
    raise InputError(
        f"--from {plain(exporter)!r} is no country of the record or the import table; write an "
        f"ISO3 code such as {', '.join(imports.partners[:4])}."
    )


def _codes(typed: str, imports: Imports) -> tuple[str, ...]:
    found = tuple(c for c in imports.codes if c.startswith(typed))
    if not found:
        newer = {new: old for old, names in imports.later.items() for new in names}
        found = (typed,) if typed in newer else ()
    if not found:
        raise InputError(
            f"{_dotted(typed)} is in neither the 2024 schedule nor its changes of 2025-26; check "
            "the code at hts.usitc.gov."
        )
    return found


def _share(name: str, codes: tuple[str, ...], imports: Imports) -> list[float]:
    """The share of each code's value on a list, exceptions applied."""
    listed = products.product_list(name)
    tables = [products.read_codes(n, imports.packs, imports.codes) for n in (name, *listed.less)]
    out = []
    for code in codes:
        own, *less = (products.on_list(table, code, imports.later) for table in tables)
        out.append(listed.share if own and not any(less) else 0.0)
    return out


def _ordinary(codes: tuple[str, ...], partner: str, imports: Imports) -> tuple[float, str]:
    at = [imports.codes.index(c) for c in codes if c in imports.codes]
    if not at:
        return 0.0, "taken as free: the code is newer than the imports of 2024"
    rows = np.isin(imports.code, at)
    if partner in imports.partners and partner != CHINA:
        rows &= imports.partner == imports.partners.index(partner)
        if imports.value[rows].sum() > 0:
            rate = np.average(imports.ordinary[rows], weights=np.maximum(imports.value[rows], 1))
            return float(rate), "as collected on the partner's goods in 2024, preferences included"
    rate = float(np.mean(imports.mfn[at]))
    return rate, "as collected in 2024 from partners that pay the ordinary duty"


def _dotted(code: str) -> str:
    return ".".join(filter(None, (code[:4], code[4:6], code[6:8] + code[8:10])))
