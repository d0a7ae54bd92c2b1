"""The ways in which one name is printed: with its diacritics or without, hyphens and particles.

The data files hold a name once, as it is spelt at home ("Šefčovič", "Lee Jae-myung",
"al-Sudani"); news in English prints the others.
"""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans(
    {
        "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D",
        "þ": "th", "Þ": "Th", "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ə": "a",
    }
)  # fmt: skip
# the older habit of wires: "Duesseldorf", "Loekke"
_DIGRAPHS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue",
     "Ø": "Oe", "Å": "Aa"}
)  # fmt: skip
_GIVEN = re.compile(r"(?<=[^\W\d_])-([a-z])(?=[a-z])")  # "Jae-myung"; not "al-Sudani"
_PARTICLE = re.compile(r"\b(?:al|el)-(?=[A-Z])")
# what else a hyphenated name is printed as: "Jae Myung" and "Jae-Myung", "Al Sudani", "Al-Sudani"
_HYPHENS = (
    (_GIVEN, lambda m: " " + m[1].upper()),
    (_GIVEN, lambda m: "-" + m[1].upper()),
    (_PARTICLE, lambda m: m[0][:2].capitalize() + " "),
    (_PARTICLE, lambda m: m[0].capitalize()),
)


def plain(text: str) -> str:
    """Without diacritics: "Türkiye" is "Turkiye", "Malmström" "Malmstrom"."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return apart.encode("ascii", "ignore").decode()


def spellings(*texts: str) -> list[tuple[str, ...]]:
    """The texts (a name, and its surname) as written, then in each other way, none twice."""
    written = "\n".join(texts)
    found = {written: None}
    if not written.isascii():
        found |= {plain(written): None, plain(written.translate(_DIGRAPHS)): None}
    if "-" in written:
        for pattern, form in _HYPHENS:
            if pattern.search(written):
                found |= {pattern.sub(form, text): None for text in found}
    return [tuple(text.split("\n")) for text in found]
