"""Words cut into the pieces the encoder knows: WordPiece, the longest known piece first.

Schuster and Nakajima 2012, "Japanese and Korean voice search"; as BERT has it (Devlin et al. 2019,
lower case, accents dropped, punctuation apart).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import numpy as np

from .encode import SIDES, Encoded

START, END, UNKNOWN, MASK, PERSON, SIDE = (
    "[CLS]",
    "[SEP]",
    "[UNK]",
    "[MASK]",
    "[unused1]",
    "[unused2]",
)
_LONGEST = 60  # letters of a word that is cut; beyond, it is unknown
_MOST = 24  # pieces of one token; a figure of a hundred parts is no word
_PART = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
# the words of people's and unplaced names are not looked at: each is one piece
_NAMES = np.zeros(2 * len(SIDES) + 1, bool)
_NAMES[[1 + 2 * SIDES.index(kind) + unsure for kind in ("person", "name") for unsure in (0, 1)]] = (
    True
)


class Pieces:
    """`vocabulary` in the order of their numbers."""

    def __init__(self, vocabulary: list[str]):
        self.number = {piece: k for k, piece in enumerate(vocabulary)}
        self._known: dict[str, list[int]] = {}

    def cut(self, word: str) -> list[int]:
        found = self._known.get(word)
        if found is None:
            plain = "".join(
                c
                for c in unicodedata.normalize("NFD", word.lower())
                if unicodedata.category(c) != "Mn"
            )
            found = [x for part in _PART.findall(plain) for x in self._part(part)]
            found = found[:_MOST] or [self.number[UNKNOWN]]
            if len(self._known) < 100_000:
                self._known[word] = found
        return found

    def count(self, words: Iterable[str]) -> int:
        return sum(len(self.cut(word)) for word in words)

    def _part(self, part: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(part):
            ends = range(min(len(part), start + _LONGEST), start, -1)
            mark = "##" if start else ""
            end = next((e for e in ends if mark + part[start:e] in self.number), None)
            if end is None or len(part) > _LONGEST:
                return [self.number[UNKNOWN]]
            found.append(self.number[mark + part[start:end]])
            start = end
        return found

    def rows(self, encoded: Encoded) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Numbers of the pieces (L,), the token of each (-1 at the ends), each token's first."""
        numbers, owner, first = [self.number[START]], [-1], []
        hidden = _NAMES[encoded.ids[:, 1]]
        opens = encoded.ids[:, 2] == 1
        person = self.number[PERSON]
        for t, word in enumerate(encoded.words):
            if hidden[t] and not opens[t] and first:
                first.append(first[-1])
                continue
            first.append(len(numbers))
            new = [person] if hidden[t] else self.cut(word)
            numbers += new
            owner += [t] * len(new)
        numbers.append(self.number[END])
        owner.append(-1)
        return np.array(numbers), np.array(owner), np.array(first, np.int64)
