"""Measures told by the act that lays them down: "suspended the rule", "the order was lifted"."""

from __future__ import annotations

from .governing import measure_class, state_at
from .grammar import BE, PREPOSITIONS, Head, Parsed, VerbGroup
from .lexicon import word_set

_ENDING = frozenset(["suspend", "postpone", "resume", "revoke"])


def acts(p: Parsed) -> list[Head]:
    """The acts of a sentence that a verb suspends, brings back or takes away."""
    found = []
    for g in p.groups:
        if p.quoted[g.v] >= 0 or measure_class(g, p) not in _ENDING:
            continue
        _add(p, found, _before(p, g.i) if g.passive else _after(p, g))
    for k in range(1, len(p.low)):
        be = p.low[k - 1] in BE or (k > 1 and p.low[k - 2] in BE)
        if be and p.quoted[k] < 0 and state_at(p.low, k) in _ENDING:
            _add(p, found, _before(p, k - 1))
    return found


def _add(p: Parsed, found: list[Head], k: int | None) -> None:
    if k is not None and not any(h.i <= k < h.j for h in (*p.measures, *p.deals, *p.talks, *found)):
        found.append(Head(k, k + 1, "act", p.words[k]))


def _act(p: Parsed, k: int) -> bool:
    return p.low[k] in word_set("suspended_acts") and p.low[k + 1 : k + 2] != ["for"]


def _after(p: Parsed, g: VerbGroup) -> int | None:
    """The object: the first noun phrase behind the verb, an adverb or a day between."""
    dated = {x for i, j, _ in p.dates for x in range(i, j)}
    for k in range(g.j, min(g.j + 9, len(p.low))):
        if k not in dated and _act(p, k):
            return k
        stop = p.low[k] in PREPOSITIONS | {",", ";", "that", "which", "and"} and k not in dated
        if stop or any(h.i <= k < h.j for h in p.measures):
            return None
    return None


def _before(p: Parsed, end: int) -> int | None:
    """The subject of a passive: the nearest act with no other verb or measure before it."""
    for k in range(end - 1, max(-1, end - 14), -1):
        if any(h.i <= k < h.j for h in p.measures):
            return None
        verb = next((x for x in p.groups if x.i <= k < x.j), None)
        inner = verb is not None and (
            verb.tense in ("participle", "ing") or p.low[verb.i - 1] in ("that", "which")
        )
        if verb is not None and not inner:
            return None
        if _act(p, k) and not (k and p.low[k - 1] in ("under", "by", "in")):
            return k
    return None
