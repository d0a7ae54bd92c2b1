"""Attitude of words: escalatory, conciliatory or neither, by lexicon and negation."""

from __future__ import annotations

from functools import cache

from .lexicon import Phrases, word_set, yaml_data

_NEGATIONS = word_set("negations")


@cache
def _lexicon() -> Phrases:
    found = Phrases()
    data = yaml_data("stance.yaml")
    for sign, name in ((-1, "escalatory"), (1, "conciliatory")):
        for weight, phrases in data[name].items():
            for phrase in phrases:
                found.add(phrase.lower(), sign * int(weight))
    return found


@cache
def verb_signs() -> dict[str, int]:
    """Verbs of speech that take an attitude of themselves -> -1, 1, or 0 (the words tell)."""
    signs = {"escalatory": -1, "conciliatory": 1, "either": 0}
    data = yaml_data("stance.yaml")["verbs"]
    return {verb: sign for name, sign in signs.items() for verb in data[name]}


def hits(low: list[str]) -> list[int]:
    """The weights of the words of attitude: positive conciliatory, negative escalatory.

    A negation up to three words before turns a hit, and the praise of what is denied weighs less.
    """
    table, found, k = _lexicon(), [], 0
    while k < len(low):
        hit = table.match(low, k)
        if hit is None:
            k += 1
            continue
        size, weight = hit
        before = low[max(0, k - 3) : k]
        if any(w in _NEGATIONS for w in before) and low[k] not in _NEGATIONS:
            weight = -weight if weight > 0 else 1
        found.append(weight)
        k += size
    return found
