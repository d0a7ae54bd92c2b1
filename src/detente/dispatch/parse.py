"""Tagging one sentence: dates, percentages, names, head nouns and verb groups."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from .dates import Expression
from .datewords import NUMBERS
from .grammar import Head, Parsed, Percent
from .lexicon import Phrases, yaml_data
from .mentions import tag_mentions
from .tokens import Sentence, tokenize
from .verbgroups import tag_verbs

if TYPE_CHECKING:
    from .context import Document

_WORDS = {word: n for word, n in NUMBERS.items() if len(word) > 2 and " " not in word and n}
_UNITS = frozenset(word for word, n in _WORDS.items() if n < 10)
_TENS = frozenset(word for word, n in _WORDS.items() if n >= 20 and n % 10 == 0)
_NUMBER_WORDS = {"zero": 0, "nil": 0, "hundred": 100, **_WORDS}


@cache
def _heads() -> Phrases:
    """Head nouns in lower case -> (list name, what)."""
    terms = yaml_data("terms.yaml")
    found = Phrases()
    for instrument, phrases in terms["instruments"].items():
        for phrase in phrases:
            found.add(phrase, ("measures", instrument))
    for kind, phrases in terms["talks"].items():
        for phrase in phrases:
            found.add(phrase, ("talks", kind))
    for phrase in terms["deals"]:
        found.add(phrase, ("deals", "deal"))
    for phrase in terms["courts"]:
        found.add(phrase.lower(), ("courts", "court"))
    return found


_PERCENT = re.compile(r"percentage|percent|pc|%")


def parse(sentence: Sentence, document: Document, dates: list[Expression]) -> Parsed:
    """Tag one sentence; people first named here are added to `document`."""
    found = tokenize(sentence.text)
    words = [word for word, _, _ in found]
    parsed = Parsed(
        sentence,
        words,
        [word.lower() for word in words],
        [(sentence.start + a, sentence.start + b) for _, a, b in found],
        [document.quotation(sentence.start + a) for _, a, _ in found],
    )
    _tag_dates(parsed, dates)
    _tag_percents(parsed)
    tag_mentions(parsed, document)
    if parsed.percents:
        parsed.percents += _elided(parsed)
        parsed.percents.sort(key=lambda x: x.i)
    _tag_heads(parsed)
    tag_verbs(parsed)
    return parsed


def _tag_dates(p: Parsed, dates: list[Expression]) -> None:
    for date in dates:
        inside = [k for k, (a, b) in enumerate(p.at) if a < date.end and b > date.start]
        if inside:
            p.dates.append((inside[0], inside[-1] + 1, date))


def _tag_percents(p: Parsed) -> None:
    for k, word in enumerate(p.low):
        if word == "zero" and k and p.low[k - 1] == "to":
            p.percents.append(Percent(k, k + 1, 0.0))
        if word not in ("%", "percent", "pc", "percentage", "cent", "points", "point"):
            continue
        joined = word == "cent" and p.low[max(0, k - 2) : k] == ["per", "-"]  # "25-per-cent"
        if word == "cent" and not joined and (k < 2 or p.low[k - 1] != "per"):
            continue
        n = k - 3 if joined else k - 2 if word == "cent" else k - 1
        if n >= 0 and p.low[n] == "-":
            n -= 1
        if n < 0:
            continue
        value = _number(p.low[n])
        if value is None:
            continue
        if n and p.low[n] in _UNITS:  # "twenty-five per cent"
            ten = n - 2 if p.low[n - 1] == "-" else n - 1
            if ten >= 0 and p.low[ten] in _TENS:
                value, n = value + _NUMBER_WORDS[p.low[ten]], ten
        j = k + 1
        points = word in ("points", "point") or (j < len(p.low) and p.low[j] in ("points", "point"))
        p.percents.append(
            Percent(n, j + (points and word not in ("points", "point")), value, points)
        )
        # "5 or 10 percent", "15-25 percent": the highest of a range
        if n >= 2 and p.low[n - 1] in ("or", "-", "–", "to", "and"):
            low = _number(p.low[n - 2])
            if low is not None and (n < 3 or p.low[n - 3] not in ("from",)):
                p.percents[-1].i = n - 2
                p.percents[-1].value = max(low, value)


def _elided(p: Parsed) -> list[Percent]:
    """ "25 percent on steel and 10 on aluminium", "that on nuts to 120": the word is left out."""
    first = p.percents[0].j
    dated = {x for i, j, _ in p.dates for x in range(i, j)}
    found = []
    for k in range(first, len(p.low)):
        value = _number(p.low[k])
        if value is None or k in dated or any(x.i <= k < x.j for x in p.percents):
            continue
        before, after = p.low[k - 1], p.low[k + 1 : k + 2]
        listed = before in (",", "and", "or", ";") and after in (["on"], ["for"])
        others = {"on", "for", "those", "that", "from"} & set(p.low[max(first, k - 7) : k - 1])
        raised = before in ("to", "at") and others and (
            after in ([], ["."], [","], [";"], ["and"], ["from"])
        )  # fmt: skip
        named = before == "from" and others and after == ["to"]
        side = any(m.j == k and m.codes for m in p.mentions) and (
            after in ([], ["."], [","], [";"], ["and"])
        )  # fmt: skip
        if listed or raised or named or side:
            found.append(Percent(k, k + 1, value))
    return found


def _number(word: str) -> float | None:
    if word in _NUMBER_WORDS:
        return float(_NUMBER_WORDS[word])
    try:
        return float(word.replace(",", ""))
    except ValueError:
        return None


def _tag_heads(p: Parsed) -> None:
    table = _heads()
    k, n = 0, len(p.low)
    taken = {x for m in p.mentions for x in range(m.i, m.j) if m.kind != "pronoun"}
    while k < n:
        hit = None if k in taken else table.match(p.low, k)
        if hit is None:
            k += 1
            continue
        size, (name, what) = hit
        getattr(p, name).append(Head(k, k + size, what, p.text(k, k + size)))
        k += size
