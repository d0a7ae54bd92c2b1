"""What the words around an event add to it: its place, people, speaker, goods, own words."""

from __future__ import annotations

import numpy as np

from .context import Document
from .dates import bounds
from .draft import ONE_DAY
from .encode import Encoded
from .gatherings import names_of, place_of
from .grammar import Head, Parsed
from .phrases import scope_of

SPEAKING = ("person", "official", "ministry", "government", "institution", "body", "court", "name")
_BOUNDARY = frozenset([",", ";", ":", ".", "—", "–", "(", ")", '"', "“", "”", "?", "!", "«", "»"])
_FADING = 0.6  # what a word's distance from the trigger costs a speaker's score
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


def place(
    p: Parsed, d: Document, token: int, actor: tuple[str, ...], told: str | None
) -> str | None:
    """Where talks are held or a deal is signed: the trigger itself, if a place's name stands for
    the talks, else what the rules `told`, else the place named after the trigger or before it."""
    named = p.mention_at(token)
    if named is not None and named.kind in ("city", "capital"):
        return named.name
    found = place_of(p, d, token, len(p.low), actor) or place_of(p, d, 0, token, actor)
    return told or found


def people(p: Parsed, actor: tuple[str, ...]) -> tuple[str, ...]:
    """The people of the sides who take part."""
    taking_part = [m for m in p.mentions if set(m.codes) & set(actor) and not m.former]
    return tuple(names_of(taking_part))


def speaker(
    encoded: Encoded, start: int, actor: tuple[str, ...], scores: np.ndarray, reach: int
) -> str | None:
    """Who speaks for `actor`: the person or body that scores best as actor, up to `reach` sentences
    from token `start`."""
    best, top = None, -np.inf
    here = int(encoded.sentence[start])
    away = np.abs(np.array([name.start for name in encoded.names]) - start)
    for name, score in zip(encoded.names, scores - _FADING * away, strict=True):
        number = int(encoded.sentence[name.start])
        if abs(number - here) > reach or score <= top or not set(name.codes) & set(actor):
            continue
        m = encoded.parsed[number].mention_at(name.start - encoded.starts[number])
        if m is not None and m.kind in SPEAKING:
            best, top = m.name, score
    return best


def goods(p: Parsed, token: int, target: tuple[str, ...]) -> str | None:
    """The goods, firms or matter, in the words of the sentence."""
    heads = sorted((*p.measures, *p.deals), key=lambda h: abs(h.i - token))
    ends = [x for x in range(token + 1, len(p.low)) if p.low[x] in (";", ".")]
    right = ends[0] if ends else len(p.low)
    for head in heads[:2]:
        found = scope_of(p, head, token + 1 if token < head.i else 0, right, target)
        if found:
            return found
    return scope_of(p, Head(token, token + 1, "other", p.low[token]), token, right, target)


def told_on(p: Parsed, d: Document, token: int, day: str | None) -> str | None:
    """The past day named beside the act as that of its announcement."""
    own = bounds(day)
    for i, _, e in sorted(p.dates, key=lambda x: abs(x[0] - token)):
        if e.rule not in ONE_DAY or e.lead not in ("", "on") or abs(i - token) > 14:
            continue
        value = e.on(d.published, False)
        span = bounds(value)
        if value and span and d.published and span[1] <= d.published and span != own:
            return value
    return None
