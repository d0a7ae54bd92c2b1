"""The side a statement or a threat is aimed at: named in the words, or told by what they answer."""

from __future__ import annotations

from .context import Document
from .draft import Draft, resolve
from .grammar import Mention, Parsed
from .lexicon import kin
from .speech import Utterance


def target_of(
    p: Parsed, d: Document, u: Utterance, stance: str, memory: list[Draft]
) -> tuple[tuple[str, ...], bool]:
    """The side spoken of, named in what is said or else faced; and whether that is a guess."""
    if u.speaker.kind == "group":
        return (), False
    named, family = _named(p, d, u), kin(u.speaker.codes)
    foreign = [code for code in named if code not in family]
    if named:
        return tuple(sorted(foreign or named)), False
    if about_nobody(set(p.low[u.i : u.j])) and stance != "conciliatory":
        return (), False
    own = [f for f in memory if f.kind.startswith("measure_") and f.actor == u.speaker.codes]
    if own and all(f.target == ("WLD",) for f in own):
        return (), True  # of a measure that hits everybody
    return faced(d, u.speaker.codes, memory), True


def faced(d: Document, own: tuple[str, ...], memory: list[Draft]) -> tuple[str, ...]:
    """The side that `own` faces: the one most spoken of that is not of its family.

    One whom the dispatch's quarrel does not concern faces whoever has hit it with a measure, or
    both sides of the others' deal.
    """
    pair = d.pair()
    if not set(own) & set(pair):
        hit = [f for f in memory if f.kind.startswith("measure_") and set(own) & set(f.target)]
        if hit:
            return hit[-1].actor
        if any(f.kind == "agreement" and set(pair) <= set(f.actor) for f in memory):
            return tuple(sorted(code for code in pair if code not in own))
    return d.other(own)


def _named(p: Parsed, d: Document, u: Utterance) -> dict[str, int]:
    """Sides named in the words, and how often."""
    own = set(u.speaker.codes)
    named: dict[str, int] = {}
    for m in p.mentions:
        if not u.i <= m.i < u.j:
            continue
        found = m if m.codes else (resolve(p, d, m) if m.kind == "group" else None)
        if found is None or m.kind in ("media", "city", "court") or _is_place(p, m):
            continue
        for code in found.codes:
            if code not in own and code != "WLD":
                named[code] = named.get(code, 0) + 1
    return named


def _is_place(p: Parsed, m: Mention) -> bool:
    """ "told reporters in Beijing": where it was said."""
    where = m.i > 0 and p.low[m.i - 1] in ("in", "at", "for")
    return where and m.kind in ("capital", "country") and p.quoted[m.i] < 0


def about_nobody(words: set[str]) -> bool:
    """ "not aimed at any particular country", "unelected judges": at no other side."""
    anyone = words & {"any", "particular", "specific"} and words & {"country", "countries"}
    return bool(anyone or words & {"judge", "judges", "court", "courts", "panel"})
