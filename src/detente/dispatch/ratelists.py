"""Several countries with a rate each: "for Poland 96.9 percent, for Spain 85.8", "Japan pays 15".

The measure's own rules read each rate with all the sides of its clause; here every rate is given
back to the side that stands in its own part of the list.
"""

from __future__ import annotations

from copy import deepcopy

from .context import Document
from .draft import Draft, evidence
from .grammar import Mention, Parsed, Percent
from .rates import is_share

_SEPARATORS = frozenset([",", ";", "and", "while", "but", "against", "versus", "compared", ":"])
_AFTER = frozenset(["on", "for", "from", "against", "to", "in"])
_HIT = ("country", "demonym", "capital", "government")


def pair_rates(p: Parsed, d: Document, drafts: list[Draft], memory: list[Draft]) -> list[Draft]:
    """`drafts` of a sentence, each rate with the side beside it, where the sentence lists them."""
    rates = [x for x in p.percents if not is_share(p, x) and not x.points]
    if len(rates) < 2:
        return drafts
    parts = _parts(p, rates)
    actor, hit = _imposer([_sides(p, i, j) for i, j in parts], drafts, memory)
    everybody, model = {c for h in hit for c in h}, _model(drafts, memory)
    if not actor or model is None or _acting(p, everybody):
        return drafts
    values = {x.value for x in rates}
    whole = [f for f in drafts if f.rate is None and f.instrument == "tariff" and (
        f.guessed_target or set(f.actor) & everybody or set(f.target) <= everybody)]  # fmt: skip
    kept = [f for f in drafts if f.rate not in values and f not in whole]
    for x, (i, j), codes in zip(rates, parts, hit, strict=True):
        own = next((f for f in drafts if f.rate == x.value), None)
        draft = deepcopy(own or model)
        draft.actor, draft.target, draft.rate = actor, codes, x.value
        draft.date = draft.date or model.date
        draft.guessed_target = draft.refers = draft.tentative = False
        draft.spans = [evidence(p, i, max(j, x.j))]
        kept.append(draft)
    return kept


def _acting(p: Parsed, hit: set[str]) -> bool:
    """Whether one of the sides imposes: "Washington charges 25 percent and Beijing 34"."""
    for g in p.groups:
        s = p.subject(g) if g.isa("impose", "raise", "lower", "announce") else None
        own = isinstance(s, Mention) and not g.passive and not g.isa("stand")
        if own and isinstance(s, Mention) and set(s.codes) & hit:
            return True
    return False


def _parts(p: Parsed, rates: list[Percent]) -> list[tuple[int, int]]:
    """Where each rate's part of the list lies: before it, or after it if "on" or "for" follow."""
    behind = [p.low[x.j] in _AFTER for x in rates if x.j < len(p.low)]
    suffix = behind.count(True) * 2 > len(rates)
    found = []
    for n, x in enumerate(rates):
        i, j = (x.i, len(p.low)) if suffix else (0, x.j)
        if suffix and n + 1 < len(rates):
            j = _separator(p, x.j, rates[n + 1].i, last=True)
        elif suffix:
            j = min(p.clause_end(x.j), j)
        elif n:
            i = _separator(p, rates[n - 1].j, x.i, last=False)
        else:
            i = next((k for k in range(x.i - 1, -1, -1) if p.low[k] in (":", ";")), -1) + 1
        found.append((i, j))
    return found


def _separator(p: Parsed, i: int, j: int, last: bool) -> int:
    at = [k for k in range(i, j) if p.low[k] in _SEPARATORS]
    return (at[-1] if last else at[0]) if at else i


def _sides(p: Parsed, i: int, j: int) -> tuple[str, ...]:
    """The sides hit that a part names; the owner of the duty is none of them."""
    found: list[Mention] = [
        m for m in p.mentions
        if i <= m.i < j and m.codes and m.kind in _HIT and m.codes != ("WLD",)
        and not (m.poss and m.official and p.low[m.j : m.j + 1] != ["goods"] and len(m.codes) > 1)
    ]  # fmt: skip
    return tuple(sorted({c for m in found for c in m.codes}))


def _imposer(
    named: list[tuple[str, ...]], drafts: list[Draft], memory: list[Draft]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Who imposes, and whom each rate hits: every part names sides that no other part names."""
    told = [f for f in (*drafts, *reversed(memory)) if f.kind.startswith(("measure_", "threat"))]
    for actor in dict.fromkeys(f.actor for f in told if f.actor):
        hit = [tuple(c for c in codes if c not in actor) for codes in named]
        if all(hit) and sum(len(h) for h in hit) == len({c for h in hit for c in h}):
            return actor, hit
    return (), []


def _model(drafts: list[Draft], memory: list[Draft]) -> Draft | None:
    """The draft that lends kind, day and instrument: of the sentence, else the one told of last."""
    here = [f for f in drafts if f.instrument == "tariff"]
    told = [f for f in memory if f.instrument == "tariff" and f.kind.startswith("measure_")]
    return next(iter(here), None) or next(reversed(told), None)
