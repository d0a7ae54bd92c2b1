"""The side a statement or a threat is aimed at: named in the words, or told by what they answer."""

from __future__ import annotations

from functools import cache

from .context import Document
from .draft import Draft, resolve
from .grammar import Mention, Parsed
from .lexicon import yaml_data
from .speech import Utterance, speech_words


@cache
def _blocs() -> dict[str, frozenset[str]]:
    return {bloc: frozenset(codes) for bloc, codes in yaml_data("terms.yaml")["blocs"].items()}


def kin(codes: tuple[str, ...]) -> frozenset[str]:
    """The side itself with its bloc or its bloc's members: whom it rarely speaks against."""
    found = set(codes)
    for bloc, members in _blocs().items():
        if bloc in found:
            found |= members
        elif found & members:
            found.add(bloc)
    return frozenset(found)


def target_of(
    p: Parsed, d: Document, u: Utterance, stance: str, memory: list[Draft]
) -> tuple[str, ...]:
    """The side spoken of: named in what is said, else the other of the dispatch's two."""
    own = set(u.speaker.codes)
    if u.speaker.kind == "group":
        return ()
    named = _named(p, d, u)
    pair = d.pair()
    family = kin(u.speaker.codes)
    foreign = {code: n for code, n in named.items() if code not in family}
    named = foreign or named
    in_pair = [code for code in named if code in pair]
    if in_pair:
        return tuple(sorted(in_pair))
    if named:
        if not own & set(pair):
            return tuple(sorted(named))[:1]
        return (max(named, key=lambda c: named[c]),)
    if about_nobody(set(p.low[u.i : u.j])) and stance != "conciliatory":
        return ()
    if d.broad.get(u.speaker.codes[0]) and not u.quoted:
        return ()
    return faced(d, u.speaker.codes, memory)


def faced(d: Document, own: tuple[str, ...], memory: list[Draft]) -> tuple[str, ...]:
    """The side that `own` faces in this dispatch."""
    family = kin(own)
    pair = d.pair()
    if set(own) & set(pair):
        others = [c for c, _ in d.sides.most_common(6) if c != "WLD" and c not in own]
        strangers = [c for c in others if c not in family]
        return tuple((strangers or others)[:1])
    first, second = (d.sides[code] for code in (*pair, "", "")[:2])
    if pair and first >= 2 * second:
        return pair[:1]
    strangers = tuple(sorted(code for code in pair if code not in family))
    return strangers or tuple(sorted(code for code in pair if code not in own))


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


__all__ = ["about_nobody", "faced", "kin", "speech_words", "target_of"]
