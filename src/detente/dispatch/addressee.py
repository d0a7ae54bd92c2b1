"""The side a statement or a threat is aimed at: named in the words, or told by what they answer."""

from __future__ import annotations

from .context import Document
from .draft import Draft, resolve
from .grammar import Mention, Parsed
from .lexicon import kin
from .speech import Utterance

_Codes = tuple[str, ...]


def target_of(
    p: Parsed, d: Document, u: Utterance, stance: str, memory: list[Draft]
) -> tuple[tuple[str, ...], bool]:
    """The side spoken of, named in what is said or else faced; and whether that is a guess."""
    if u.speaker.kind == "group":
        return (), False
    named, family = _named(p, d, u), kin(u.speaker.codes)
    foreign = [code for code in named if code not in family]
    if named:
        return _concerned(d, {c: named[c] for c in foreign or named}, u, memory), False
    if about_nobody(set(p.low[u.i : u.j])) and stance != "conciliatory":
        return (), False
    measures = [f for f in memory if f.kind.startswith("measure_")]
    own = [f for f in measures if f.actor == u.speaker.codes]
    if own and all(f.target == ("WLD",) for f in own) and measures[-1] is own[-1]:
        return (), True  # of a measure that hits everybody
    return faced(d, u.speaker.codes, memory), True


def _concerned(d: Document, named: dict[str, int], u: Utterance, memory: list[Draft]) -> _Codes:
    """Of several sides named, those that the events so far set against the speaker's, if any."""
    if len(named) > 1:
        met = {code for f in memory for code in _met(f, u.speaker.codes)}
        most = max(named.values())
        kept = [c for c, n in named.items() if n == most or c in met]
        return tuple(sorted(kept))
    return tuple(named)


def _met(fact: Draft, own: _Codes) -> _Codes:
    """Whom the fact sets against `own`, or beside it."""
    if set(own) & set(fact.actor):
        return fact.target or tuple(code for code in fact.actor if code not in own)
    return fact.actor if set(own) & set(fact.target) else ()


def partner(d: Document, own: _Codes, memory: list[Draft]) -> _Codes:
    """With whom `own` last struck a deal or talked; else whom it faces."""
    for fact in reversed(memory):
        met = sorted(set(_met(fact, own)) - kin(own))
        if met and fact.kind in _TOGETHER:
            return tuple(met)
    return faced(d, own, memory)


_TOGETHER = ("agreement", "summit", "meeting", "call")


def faced(d: Document, own: _Codes, memory: list[Draft]) -> _Codes:
    """The side that `own` faces: the one most spoken of that is not of its family.

    One whom the dispatch's quarrel does not concern faces whoever has hit it with a measure, or
    both sides of the others' deal or talks.
    """
    family, pair = kin(own), d.pair()
    met = [_met(f, own) for f in memory if f.kind != "ruling"]
    met = [codes for codes in met if codes and codes != ("WLD",) and not set(codes) & family]
    outside = not family & set(pair)
    if met and (outside or len(met[-1]) > 1):
        return met[-1]
    if not set(own) & set(pair) and any(
        f.kind == "agreement" and set(pair) <= set(f.actor) for f in memory
    ):
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
    """ "told reporters in Beijing", "in the Swiss capital", "unlike Norway": beside the matter."""
    if p.low[m.j : m.j + 1] == ["capital"] and p.quoted[m.i] < 0:
        return True
    before = p.low[max(0, m.i - 6) : m.i]
    if {"than", "unlike"} & set(before) and not {",", ";", ".", "that"} & set(before):
        return True
    where = m.i > 0 and p.low[m.i - 1] in ("in", "at", "for")
    return where and m.kind in ("capital", "country") and p.quoted[m.i] < 0


def about_nobody(words: set[str]) -> bool:
    """ "not aimed at any particular country", "unelected judges": at no other side."""
    anyone = words & {"any", "particular", "specific"} and words & {"country", "countries"}
    return bool(anyone or words & {"judge", "judges", "court", "courts", "panel"})
