"""The subject of a verb of trade: whose goods it names, whose institution, where it begins."""

from __future__ import annotations

from .context import Document
from .draft import sides_of
from .grammar import PREPOSITIONS, Head, Parsed, VerbGroup
from .lexicon import word_set
from .phrases import targets_of


def hit_subject(p: Parsed, d: Document, g: VerbGroup) -> tuple[str, ...]:
    """The side whose goods or firms the subject of `g` names: "British cars will pay"."""
    i, left = g.i, clause_start(p, g)
    found = targets_of(p, Head(left, left, "", ""), left, i, ())
    made = [m for m in p.mentions if left <= m.i < i and m.kind == "country" and m.codes
            and p.low[m.i - 1] == "in" and p.low[m.i - 2] in word_set("goods")]  # fmt: skip
    if made and not found:
        return made[0].codes  # "exporters in India pay"
    if found or {"importers", "importer", "buyers"} & set(p.low[left:i]):
        return found
    s = p.subject(g)
    if s is not None and not isinstance(s, Head) and s.kind not in ("person", "ministry"):
        return sides_of(p, d, s)
    return ()


def owner_subject(p: Parsed, g: VerbGroup) -> tuple[str, ...]:
    """The side whose house, cabinet or customs act: "Mexico's lower house approved"."""
    dated = {x for i, j, _ in p.dates for x in range(i, j)}
    for k in range(g.i - 1, max(-1, g.i - 9), -1):
        if k in dated:
            continue
        m = p.mention_at(k)
        if m is not None:
            nearby = p.low[m.j : g.i]
            acts = (m.poss or m.kind == "demonym") and len(nearby) > (1 if m.poss else 0)
            goods = set(nearby) & word_set("goods")
            return m.codes if acts and not goods and not p.in_pp(m) else ()
        if p.low[k] in PREPOSITIONS | {",", ";", "and", "that", "which"} or any(
            x.i <= k < x.j for x in p.groups
        ):
            return ()
    return ()


def judges(p: Parsed, g: VerbGroup) -> bool:
    """Whether a court is the subject of `g`, or its agent."""
    if g.passive:
        agents = [x for x in (*p.courts, *p.mentions) if g.j <= x.i <= g.j + 5]
        courts = [x for x in agents if isinstance(x, Head) or x.kind == "court"]
        return bool(courts) and "by" in p.low[g.j : courts[0].i]
    s = p.subject(g)
    if not isinstance(s, Head) and s is not None and s.kind == "court":
        return True
    near = [c for c in p.courts if c.j <= g.i and g.i - c.j <= 6]
    return bool(near) and not any(near[-1].j <= m.i < g.i and m.official for m in p.mentions)


def hit_goods(p: Parsed, g: VerbGroup) -> bool:
    """Whether the subject of `g` names goods, or a side, or points to them."""
    left = clause_start(p, g)
    words = set(p.low[left : g.i])
    sides = any(left <= m.i < g.i and m.codes and m.kind != "firm" for m in p.mentions)
    return sides or bool(words & (word_set("goods") | {"they", "it", "all", "others", "rest"}))


_OPENERS = frozenset(["said", ";", ":", "but", "while", "because", "after", "when"])
_RELATIVES = frozenset(["which", "who", "that"])


def clause_start(p: Parsed, g: VerbGroup) -> int:
    """Where the clause begins whose verb is `g`: after a conjunction or another finite verb.

    A relative clause inside the subject is passed over: "butter that arrives late is charged".
    """
    loose = ("participle", "ing", "infinitive")
    held = [x for x in p.groups if x.tense not in loose and x is not g]
    i = g.i
    if i > 1 and p.low[i - 1] in _RELATIVES:
        i -= 1
    while i > 0 and g.i - i < 26:
        word = p.low[i - 1]
        if word in _OPENERS or p.quoted[i - 1] != p.quoted[g.v]:
            break
        inner = next((x for x in held if x.i <= i - 1 < x.j), None)
        if inner is not None:
            opens = inner.i - 1
            said = any(x.j == opens for x in held)
            if opens < 1 or p.low[opens] not in _RELATIVES or said:
                break
            i = opens
            continue
        if word in _RELATIVES and any(x.j == i - 1 for x in held):
            break
        i -= 1
    return i
