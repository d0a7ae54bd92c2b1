"""A dispatch as it comes (a file, bytes, text, a web page) into text that can be read.

Raises `InputError` where there is nothing to read: empty, binary, another language or script,
not about trade.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from .._text import plain
from ..errors import InputError
from ._html import html_to_text, looks_like_html

MAX_BYTES = 50_000_000
MAX_CHARACTERS = 1_000_000  # of text; a dispatch has a few thousand
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Function words that English prose cannot do without, and those of its neighbours.
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "on",
        "with",
        "for",
        "from",
        "its",
        "that",
        "has",
        "have",
        "was",
        "were",
        "is",
        "are",
        "will",
        "would",
        "by",
        "at",
        "it",
        "said",
        "after",
        "as",
        "be",
        "an",
        "not",
        "but",
    ]
)
_WORD = re.compile(r"[^\W\d_]+")
_TRADE = re.compile(
    r"\b(?:tariffs?|dut(?:y|ies)|levy|levies|surtax(?:es)?|surcharges?|customs|trade|trading|"
    r"exports?|imports?|export(?:ed|ing|ers?)|import(?:ed|ing|ers?)|sanctions?|embargo(?:es)?|"
    r"anti-?dumping|countervailing|quotas?|entity list|blacklist(?:ed)?|port fees?|WTO|"
    r"rare[- ]earths?|protectionis[mt]|truce|commerce|soybeans?|"
    r"steel|countermeasures?|black ?list(?:s|ed|ing)?|boycott(?:s|ed)?|restrictions?|curbs?|"
    r"investments?|investors?|shipments?|semiconductors?|minerals?|bans?|banned|dumping)\b",
    re.I,
)


@dataclass(frozen=True)
class Source:
    """`text` is what offsets count in; `published` what the page itself says, or None."""

    text: str
    name: str
    published: str | None = None


def load(given: str | bytes | Path, name: str = "", *, any_language: bool = False) -> Source:
    """Decode, extract and check one dispatch. A `Path` is a file; a `str` is the text itself.

    With `any_language` only empty and binary input is refused.
    """
    if isinstance(given, Path):
        name = name or str(given)
        try:
            if given.stat().st_size > MAX_BYTES:
                raise InputError(
                    f"{plain(name)} has more than {MAX_BYTES // 1_000_000} MB; give one dispatch "
                    "per file."
                )
            given = given.read_bytes()
        except OSError as error:
            raise InputError(
                f"Cannot read {plain(name)}: {error.strerror}; name a text or HTML file."
            ) from None
    name = name or "the dispatch"
    text = _decode(given, name) if isinstance(given, bytes) else given
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    published = None
    if looks_like_html(text):
        text, published = html_to_text(text)
    _check(text, name, any_language)
    return Source(text, name, published)


def _decode(data: bytes, name: str) -> str:
    if not data.strip():
        raise InputError(f"{plain(name)} is empty; give a file with the text of a dispatch.")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding).lstrip("\ufeff")
            except UnicodeDecodeError:
                break
    if b"\0" in data[:4096]:
        # UTF-16 without a mark has a zero in every other byte of Latin text.
        for encoding, zeros in (("utf-16-le", data[1:4096:2]), ("utf-16-be", data[0:4096:2])):
            if zeros.count(0) > 0.8 * len(zeros) and len(data) % 2 == 0:
                return data.decode(encoding, errors="replace")
        raise InputError(f"{plain(name)} is binary, not text; give a text or HTML file.")
    declared = re.search(rb"""<meta[^>]{0,200}charset=["']?([\w-]{2,20})""", data[:4096], re.I)
    encodings = ["utf-8", *([declared.group(1).decode()] if declared else [])]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", errors="replace")


def _check(text: str, name: str, any_language: bool) -> None:
    shown = plain(name)
    if not text.strip():
        raise InputError(f"{shown} holds no text; give a file with the text of a dispatch.")
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"{shown} has {len(text):,} characters, and a dispatch is one news item; "
            f"split it into files of at most {MAX_CHARACTERS:,} characters."
        )
    sample = text[:20_000]
    strange = sum(
        (unicodedata.category(c) in ("Cc", "Co", "Cn") and c not in "\n\t\f") or c == "\ufffd"
        for c in sample
    )
    if strange > 0.1 * len(sample):
        raise InputError(f"{shown} is binary, not text; give a text or HTML file.")
    if any_language:
        return
    words = [word.lower() for word in _WORD.findall(sample)]
    if not words:
        raise InputError(f"{shown} holds no words; give the text of a dispatch.")
    latin = sum(word.isascii() or "LATIN" in unicodedata.name(word[0], "") for word in words)
    common = sum(word in _ENGLISH for word in words)
    few = 0.12 if len(words) >= 60 else 0.04  # a single sentence may hold few of them
    if latin < 0.5 * len(words) or (common < few * len(words) and len(words) >= 8):
        raise InputError(
            f"{shown} is not in English, the only language the rules read; "
            "translate it first, or use --reader llm."
        )
    if not _TRADE.search(text):
        raise InputError(
            f"{shown} is not about trade (no word of tariffs, exports, imports or trade talks); "
            "give a dispatch about a trade conflict."
        )
