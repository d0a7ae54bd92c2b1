"""Countries not named again but described: "the kingdom", "the South American nation"."""

from __future__ import annotations

from functools import cache

from .context import Document
from .grammar import Mention, Parsed
from .lexicon import yaml_data

_POINTING = frozenset(["the", "that", "this"])
_LONGEST = 4  # words from the article to the noun
_LEADING = ("small", "tiny", "big", "oil", "rich", "landlocked", "wealthy", "poor", "vast", "-",
            "whole", "entire", "neighbouring", "neighboring", "producing")  # fmt: skip


@cache
def _table(name: str) -> dict[str, frozenset[str]]:
    return {key: frozenset(codes) for key, codes in yaml_data("epithets.yaml")[name].items()}


@cache
def _plain() -> frozenset[str]:
    return frozenset(yaml_data("epithets.yaml")["plain"])


def tag_epithets(parsed: list[Parsed], d: Document) -> None:
    """Tag the descriptions of countries, with the side of the text that they fit best.

    One that fits any country ("the country") is a pronoun: it means the side told of last.
    """
    for p in parsed:
        taken = {k for m in p.mentions for k in range(m.i, m.j)}
        for k, word in enumerate(p.low):
            if word not in _POINTING:
                continue
            found = _epithet(p, k, taken)
            if found is None:
                continue
            j, fitting = found
            codes = tuple(c for c in d.ranked() if c in fitting)[:1]
            poss = p.low[j : j + 1] == ["'s"]
            if codes:
                m = Mention(k, j, "country", codes, p.text(k, j), poss=poss, official=True)
            elif not fitting:
                m = Mention(k, j, "pronoun", (), "it", poss=poss, official=True)
            else:
                continue
            p.mentions.append(m)
        p.mentions.sort(key=lambda m: m.i)


def _epithet(p: Parsed, k: int, taken: set[int]) -> tuple[int, frozenset[str]] | None:
    """End and fitting sides of the description that begins with the article at token `k`."""
    fitting: frozenset[str] = frozenset()
    i = k + 1
    while i < min(k + 1 + _LONGEST, len(p.low)):
        if i in taken:
            return None
        for size in (3, 2, 1):
            words = " ".join(p.low[i : i + size])
            if words in _table("nouns"):
                return i + size, _table("nouns")[words]
            if words in _table("regions"):
                fitting, i = _table("regions")[words], i + size
                break
        else:
            if p.low[i] in _plain():
                return (i + 1, fitting) if fitting or p.low[i] == "country" else None
            if p.low[i] not in _LEADING:
                return None
            i += 1
    return None
