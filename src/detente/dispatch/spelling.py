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
_GIVEN = re.compile(r"(?<=[^\W\d_])-([^\W\d_])(?=[a-z])")  # "Jae-myung", not "al-Sudani"
_PARTICLE = re.compile(r"\b(?:al|el)-(?=[A-Z])")


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
        for text in list(found):
            found |= {form(text): None for form in _HYPHENS}
    return [tuple(text.split("\n")) for text in found]


def _given_apart(text: str) -> str:
    """ "Lee Jae Myung" for "Lee Jae-myung"."""
    return _GIVEN.sub(lambda m: " " + m[1].upper() if m[1].islower() else m[0], text)


def _given_capital(text: str) -> str:
    """ "Lee Jae-Myung" for "Lee Jae-myung"."""
    return _GIVEN.sub(lambda m: "-" + m[1].upper(), text)


def _particle_apart(text: str) -> str:
    """ "Al Sudani" for "al-Sudani"."""
    return _PARTICLE.sub(lambda m: m[0][:2].capitalize() + " ", text)


def _particle_capital(text: str) -> str:
    """ "Al-Sudani" for "al-Sudani"."""
    return _PARTICLE.sub(lambda m: m[0].capitalize(), text)


_HYPHENS = (_given_apart, _given_capital, _particle_apart, _particle_capital)
