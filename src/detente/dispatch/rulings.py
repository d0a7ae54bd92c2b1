"""Rulings of courts and panels on somebody's measures."""

from __future__ import annotations

from .context import Document
from .draft import (
    AHEAD,
    Draft,
    dates_of,
    evidence,
)
from .grammar import Mention, Parsed


def read_rulings(p: Parsed, d: Document) -> list[Draft]:
    found: list[Draft] = []
    for g in p.groups:
        halts = g.isa("suspend") and "decision" in p.low[g.j : g.j + 3]  # an appeal is heard
        if not (g.isa("rule") or halts) or g.tense in AHEAD or p.quoted[g.v] >= 0:
            continue
        s = p.subject(g)
        court, codes = None, ()
        if isinstance(s, Mention) and s.kind in ("court", "body"):
            court, codes = s, s.codes
        lo = max(0, g.i - 14)
        heads = [c for c in p.courts if lo <= c.i and c.j <= g.i]
        if g.passive:
            heads = [c for c in p.courts if g.j <= c.i <= g.j + 6] or heads
            by = [m for m in p.mentions if m.kind in ("court", "body") and g.j <= m.i <= g.j + 3]
            if by:
                court, codes = by[0], by[0].codes
        if court is None and not heads:
            continue
        if court is None and isinstance(s, Mention) and s.i > heads[-1].j:
            continue
        if g.verb.lemma in (
            "decide",
            "order",
            "issue",
            "confirm",
            "conclude",
            "clear",
            "side",
            "hold",
            "back",
            "declare",
            "judge",
        ) and not (p.measures or "that" in p.low[g.j : g.j + 2]):
            continue
        text = " ".join(p.low)
        if not codes:
            near = [
                m
                for m in p.mentions
                if heads and heads[-1].i - 4 <= m.i <= heads[-1].j + 3 and m.codes
            ]
            if "wto" in text or "world trade organi" in text or "panel" in text:
                codes = ("WLD",)
            elif near:
                codes = near[0].codes
            else:
                codes = d.pair()[:1]
        if g.verb.lemma == "rule" and g.tense == "present" and p.low[g.j : g.j + 1] not in (
            ["that"], ["on"], ["against"], ["in"], ["for"]
        ):  # fmt: skip
            continue  # "broke WTO rules"
        target: tuple[str, ...] = ()
        domestic = codes != ("WLD",)
        for m in p.mentions:
            if (
                not domestic
                and m.i >= g.j
                and m.codes
                and m.kind in ("country", "capital", "demonym", "person", "government")
                and not set(m.codes) & set(codes)
            ):
                target = m.codes
                break
        if not target:
            target = _hit(d, codes) if domestic else d.pair()[:1]
        draft = Draft("ruling", codes, target)
        draft.instrument = (
            "tariff" if {"tariff", "tariffs", "duties", "duty", "levies"} & set(p.low) else None
        )
        for i, _, e in p.dates:
            if e.lead in ("", "on", "late on") and p.quoted[i] < 0 and i < p.clause_end(g.j):
                draft.date = draft.date or e.on(d.published, False)
        for _, e in dates_of(p, [g]):
            draft.date = draft.date or e.on(d.published, False)
        if g.negated:
            continue
        start = court.i if court is not None else heads[-1].i
        draft.spans = [
            evidence(p, min(start, g.i), min(len(p.low), max(g.j, p.clause_end(g.j), g.j + 12)))
        ]
        found.append(draft)
    return found[:1]


def _hit(d: Document, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Whom the measures hit that a court judges at home: the one other side, else all."""
    others = [d.sides[code] for code, _ in d.sides.most_common(5) if code not in (*codes, "WLD")]
    alone = len(others) == 1 or (len(others) == 2 and others[0] >= 2 * others[1])
    return d.other(codes) if alone and not d.broad.get(codes[0]) else ("WLD",)
