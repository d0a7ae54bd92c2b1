"""Words with their offsets, and sentences: the only two cuts the rules make in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

# Hyphenated words are split, so that "US-China" is found; "'s" is a token of its own.
_TOKEN = re.compile(
    r"(?:[A-Z]\.){2,}|\d+(?:[.,]\d+)*|['’]s\b|n['’]t\b|[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*|[^\w\s]",
)
_LONGEST = 3000  # characters of a paragraph given to the sentence splitter at once


@dataclass(frozen=True)
class Sentence:
    """`text` is the dispatch from `start`; `paragraph` counts from 0."""

    start: int
    text: str
    paragraph: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def tokenize(text: str) -> list[tuple[str, int, int]]:
    """(word, start, end) of every token; typographic apostrophes are made plain in the word."""
    return [
        (match.group().replace("’", "'"), match.start(), match.end())
        for match in _TOKEN.finditer(text)
    ]


def words(text: str) -> list[str]:
    return [word for word, _, _ in tokenize(text)]


def sentences(text: str) -> list[Sentence]:
    """The sentences of every paragraph (a line), by pysbd; offsets are those of `text`."""
    import pysbd

    segmenter = pysbd.Segmenter(language="en", clean=False)
    found: list[Sentence] = []
    at = 0
    for number, paragraph in enumerate(_paragraphs(text)):
        for first in range(0, len(paragraph), _LONGEST):  # the splitter is quadratic
            piece = paragraph[first : first + _LONGEST]
            cursor = 0
            flat = piece.replace("\n", " ")  # the splitter cuts at every line's end
            for part in _plain_cut(flat.strip()) or segmenter.segment(flat):
                part = str(part).strip()
                where = flat.find(part, cursor)
                if not part or where < 0:
                    continue
                cursor = where + len(part)
                found.append(Sentence(at + first + where, piece[where:cursor], number))
        at += len(paragraph)
    return found


_INNER = re.compile(r"[.!?…][\"”’'»)\]]*\s")
_PLAIN = re.compile(
    r"(?<![\w.’'-])(?:(?P<word>[^\W\d_]{2,})|(?<!^)\d+(?:[.,]\d+)*|%)\.\s+(?=[A-Z])"
)
_ODD_QUOTES = re.compile(r"(?<!\w)['’]|['’](?!\w)|[‘«»„*]")


@cache
def _abbreviations() -> frozenset[str]:
    from pysbd.lang.common.standard import Standard

    return frozenset(word.lower() for word in Standard.Abbreviation.ABBREVIATIONS)


def _plain_cut(text: str) -> list[str]:
    """The sentences of a paragraph that needs no splitter: one alone, or whole words, a full stop
    and a capital between them, outside quotations. Empty where in doubt; the splitter is slow."""
    inner = len(_INNER.findall(text))
    if "*" in text:
        return []
    if not inner:
        return [text]
    ends = [
        m.end() for m in _PLAIN.finditer(text) if (m["word"] or "").lower() not in _abbreviations()
    ]
    if len(ends) != inner or _ODD_QUOTES.search(text):
        return []
    if any(not _closed(text[:end]) for end in (*ends, len(text))):
        return []
    return [text[a:b] for a, b in pairwise([0, *ends, len(text)])]


def _closed(text: str) -> bool:
    return text.count('"') % 2 == 0 and text.count("“") == text.count("”")


def _paragraphs(text: str) -> list[str]:
    """Lines with their ends; hard-wrapped text (lines cut near one width) is rejoined."""
    lines = text.splitlines(keepends=True)
    full = [len(line) for line in lines if line.strip()]
    narrow = bool(full) and max(full) <= 100 and any(not line.strip() for line in lines)
    running = any(  # a long line that ends in mid-sentence, with text on the next
        len(line) > 60 and line.rstrip()[-1:].isalnum() and after.strip()
        for line, after in pairwise(lines)
    )
    wrapped = narrow and (len(full) > 5 or running)
    if not wrapped:
        return lines
    joined: list[str] = [""]
    for line in lines:
        joined[-1] += line
        if not line.strip():
            joined.append("")
    return joined
