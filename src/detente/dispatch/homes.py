"""Whose an office is that is named without its country: "the finance ministry", "his spokesman"."""

from __future__ import annotations

from dataclasses import replace

from .context import Document
from .grammar import DETERMINERS, Mention, Parsed
from .lexicon import word_set

_Codes = tuple[str, ...]
_OFFICES_OF_STATES = word_set("offices_of_states")
_STATES = ("country", "capital", "government", "ministry")
_BLOCS = ("EU", "WLD")
_IN_GOODS = ("demonym", "city", "gazette", "place", "firm", "media", "pronoun")


def at_home(p: Parsed, d: Document, who: Mention, at: Mention) -> Mention:
    """`who` with the side that the words around mention `at`, or the sentences before, tell."""
    if who.name in d.homes:
        return replace(who, codes=d.homes[who.name])
    told = _possessed(p, d, at) or _seat(p, at) or _own_country(p, who, at)
    codes = told or _named_before(p, d, who, at)
    if who.kind == "person" and codes:
        d.homes[who.name] = codes
    return replace(who, codes=codes)


def _possessed(p: Parsed, d: Document, at: Mention) -> _Codes:
    """ "Her ministry", "his spokesman": of the side of the person named last."""
    i = at.i
    while i > 0 and at.i - i < 2 and p.low[i - 1].isalpha() and p.low[i - 1] not in DETERMINERS:
        i -= 1
    before = p.low[i - 1] if i else ""
    if before in ("his", "her"):
        here = [m for m in p.mentions if m.j < i and m.kind == "person" and m.codes]
        who = here[-1] if here else d.last_person
        return who.codes if who is not None else ()
    if before == "its":
        here = [m for m in p.mentions if m.j < i and m.codes and m.kind in _STATES
                and p._can_act(m)]  # fmt: skip
        body = here[-1] if here else d.last_body
        return body.codes if body is not None else ()
    return ()


def _seat(p: Parsed, at: Mention) -> _Codes:
    """ "A government source in New Delhi": of the state whose capital it is."""
    for m in p.mentions:
        if m.kind in ("capital", "city", "country") and m.codes and at.j < m.i <= at.j + 3:
            gap = p.low[at.j : m.i]
            if gap[-1] == "in" and all(word.isalpha() for word in gap):
                return m.codes
    return ()


def _own_country(p: Parsed, who: Mention, at: Mention) -> _Codes:
    """ "The minister, Teresa Kok, said that Malaysia would buy": a minister speaks for the own."""
    if who.kind not in ("person", "official"):
        return ()
    says = [g for g in p.groups if g.isa("say") and 0 <= g.i - at.j <= 1]
    if not says or says[0].passive:
        return ()
    for m in p.mentions:
        if m.i < says[0].j or m.kind == "pronoun":
            continue
        near = m.i - says[0].j <= 6 and m.kind == "country" and not m.poss and m.codes
        acts = any(g.i == m.j for g in p.groups)
        return m.codes if near and acts and p.quoted[m.i] < 0 else ()
    return ()


def _named_before(p: Parsed, d: Document, who: Mention, at: Mention) -> _Codes:
    """The side named last before the office, which is no bloc where blocs have no such office."""
    state = bool(set((who.name + " " + who.role).lower().split()) & _OFFICES_OF_STATES)
    quote = p.quoted[at.i]
    here = [m for m in p.mentions if m.j <= at.i and m.codes and p.quoted[m.i] == quote]
    here = [m for m in here if m.kind not in _IN_GOODS and not (state and m.codes[0] in _BLOCS)]
    if here:
        return here[-1].codes
    if state and d.last and d.last[0] in _BLOCS:
        return d.other(d.last)
    return d.last
