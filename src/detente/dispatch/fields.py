"""What the words around an event add to it: its place, people, speaker, goods, own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .context import Document
from .dates import bounds
from .draft import AHEAD, ONE_DAY, owner
from .encode import Encoded
from .gatherings import place_of, talk_words
from .grammar import Head, Parsed
from .lexicon import word_set
from .phrases import scope_of
from .tokens import words

if TYPE_CHECKING:
    from .finds import Find

SPEAKING = ("person", "official", "ministry", "government", "media", "body", "court", "name")
_STATES = ("country", "capital")
_BEYOND = 2  # sentences away from its words where a speaker may be named
_BOUNDARY = frozenset([",", ";", ":", ".", "—", "–", "(", ")", '"', "“", "”", "?", "!", "«", "»"])
_FADING = 0.6  # what a word's distance from the trigger costs a speaker's score
_NEAR = 4  # tokens from a verb to the noun that is its object
_WORSE = 8.0  # how much less likely than the best mention of the side a participant may be
_AFTER, _BEFORE = 12, 6  # tokens up to which the quoted words run on to a boundary


def quoted_words(
    p: Parsed, first: int, tokens: list[tuple[int, int]], speech: bool = False
) -> tuple[int, int]:
    """Offsets of the stretch of a sentence that holds the event's words, out to clause boundaries;
    of `speech` with the quotation beside it.

    `tokens` are spans of the window, of which the sentence's first token is number `-first`.
    """
    size = len(p.low)
    inside = [(i + first, j + first) for i, j in tokens if i + first >= 0 and j + first <= size]
    start, end = min(i for i, _ in inside), max(j for _, j in inside)
    for _ in range(_BEFORE):
        if start == 0 or p.low[start - 1] in _BOUNDARY:
            break
        start -= 1
    for _ in range(_AFTER):
        if end >= size or p.low[end] in _BOUNDARY:
            break
        end += 1
    if speech:
        start, end = _with_quotation(p, start, end)
    return p.at[start][0], p.at[end - 1][1]


def _with_quotation(p: Parsed, start: int, end: int) -> tuple[int, int]:
    """The stretch together with the quotation right after it, or right before it."""
    for k in range(end, min(end + 3, len(p.low))):
        if p.quoted[k] >= 0:
            last = max(x for x in range(k, len(p.low)) if p.quoted[x] == p.quoted[k])
            return start, last + 1
    for k in range(start - 1, max(start - 4, -1), -1):
        if p.quoted[k] >= 0:
            return min(x for x in range(k + 1) if p.quoted[x] == p.quoted[k]), end
    return start, end


def place(group: list[Find], d: Document, actor: tuple[str, ...]) -> str | None:
    """Where talks are held or a deal is signed; a city rather than its country."""
    hosts = [x for x in (_host(f.parsed, f.token) for f in group) if x]
    found = [x for x in (_place(f.parsed, d, f.token, f.kind, actor) for f in group) if x]
    found = hosts + found
    countries = {m.name for f in group for m in f.parsed.mentions if m.kind == "country"}
    if group[0].kind == "agreement":  # "will pay 20 per cent in the United States under a deal"
        found = [x for x in found if x not in countries]
    return next((x for x in found if x not in countries), found[0] if found else None)


def _place(p: Parsed, d: Document, token: int, kind: str, actor: tuple[str, ...]) -> str | None:
    """The trigger itself, if a place's name stands for the talks, else the place named after it or
    before it, or where a journey goes."""
    named = p.mention_at(token)
    if named is not None and named.kind in _PLACES:
        return named.name
    if kind == "call":
        return None
    found = place_of(p, d, token, len(p.low), actor) or place_of(p, d, 0, token, actor)
    return found or (_destination(p) if kind != "agreement" else None)


_PLACES = ("city", "capital")


def _host(p: Parsed, token: int) -> str | None:
    """ "Kuala Lumpur, the capital, will host the talks": the city that does."""
    for g in p.groups:
        if g.verb.lemma == "host" and g.i <= token <= g.j + _NEAR:
            return next((m.name for m in reversed(p.mentions)
                         if m.kind in _PLACES and m.j <= g.i), None)  # fmt: skip
    return None


def _destination(p: Parsed) -> str | None:
    """The place a journey goes to: "travels to Tokyo", "leaves for Washington", "visits Madrid"."""
    for g in p.groups:
        if g.verb.lemma not in talk_words("journey"):
            continue
        for m in p.mentions:
            ahead = p.low[g.j : m.i]
            if m.kind in _PLACES and m.i >= g.j and (not ahead or ahead[-1] in ("to", "for")):
                return m.name
    return None


def people(group: list[Find], actor: tuple[str, ...]) -> tuple[str, ...]:
    """The people of the sides who take part: those in the sentences of the passages that fit the
    event not much worse than the best mention of their side."""
    found: list[str] = []
    for f in group:
        encoded, scores = f.encoded, f.heads.names[:, 0]
        first = encoded.starts[int(encoded.sentence[f.start])]
        best = {
            code: max((s for s, m in zip(scores, encoded.names, strict=True) if code in m.codes),
                      default=0.0)
            for code in actor
        }  # fmt: skip
        for score, name in zip(scores, encoded.names, strict=True):
            mine = [best[code] for code in name.codes if code in best]
            inside = 0 <= name.start - first < len(f.parsed.low)
            if name.person and mine and inside and score >= max(mine) - _WORSE:
                found.append(name.person)
    return tuple(dict.fromkeys(found))


def speaker(encoded: Encoded, start: int, actor: tuple[str, ...], scores: np.ndarray) -> str | None:
    """Who speaks for `actor`: the person or body that scores best as actor in the sentence of token
    `start`, else the state or capital named there, else a person or body near by."""
    found: list[tuple[int, float, str]] = []
    here = int(encoded.sentence[start])
    for name, score in zip(encoded.names, scores, strict=True):
        number = int(encoded.sentence[name.start])
        if abs(number - here) > _BEYOND or not set(name.codes) & set(actor):
            continue
        m = encoded.parsed[number].mention_at(name.start - encoded.starts[number])
        speaks = bool(name.person) or (m is not None and m.kind in SPEAKING)
        if speaks or (number == here and m is not None and m.kind in _STATES):
            rank = 2 if speaks and number == here else 0 if speaks else 1
            said = name.person or (m.name if m is not None else "")
            found.append((rank, score - _FADING * abs(name.start - start), said))
    return max(found, key=lambda x: x[:2])[2] if found else None


def goods(p: Parsed, token: int, target: tuple[str, ...]) -> str | None:
    """The goods, firms or matter, in the words of the sentence: beside the measure's noun, as what
    is done to it ("Barley has been subject to a duty"), or after the act's verb."""
    heads = sorted((*p.measures, *p.deals), key=lambda h: abs(h.i - token))
    ends = [x for x in range(token + 1, len(p.low)) if p.low[x] in (";", ".")]
    right = ends[0] if ends else len(p.low)
    act = Head(token, token + 1, "other", p.low[token])
    found = [
        scope_of(p, head, token + 1 if token < head.i else 0, right, target) for head in heads[:2]
    ]
    found += [_undergoing(p, token), scope_of(p, act, token, right, target)]
    return next((x for x in found if x and _is_thing(x)), None)


_NO_THING, _MEASURED = word_set("no_thing"), word_set("measured")


def _is_thing(text: str) -> bool:
    found = words(text.lower())
    return (
        bool(found)
        and found[0] not in _NO_THING
        and not found[0].isdigit()
        and not _MEASURED & set(found[1:])
    )


def _undergoing(p: Parsed, token: int) -> str | None:
    """The subject of a passive verb at or beside the trigger, back to the clause's start."""
    for g in p.groups:
        if g.passive and g.i <= token <= g.j + 1:
            start = g.i
            while start and p.low[start - 1] not in _BOUNDARY and g.i - start < _AFTER:
                start -= 1
            return p.text(start, g.i) if start < g.i else None
    return None


def told_on(p: Parsed, d: Document, token: int, day: str | None) -> str | None:
    """The past day named beside the act as that of its announcement."""
    own = bounds(day)
    for i, _, e in sorted(p.dates, key=lambda x: abs(x[0] - token)):
        verb = owner(p, i)
        if e.rule not in ONE_DAY or e.lead not in ("", "on") or verb is None or verb.tense in AHEAD:
            continue
        value = e.on(d.published, False)
        span = bounds(value)
        if value and span and d.published and span[1] <= d.published and span != own:
            return value
    return None
