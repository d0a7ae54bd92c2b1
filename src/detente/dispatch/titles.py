"""People and the offices they hold: "the Chinese trade minister, Wang Wentao"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .grammar import Mention, Parsed
from .lexicon import Entry, Phrases, in_office, names, word_set

if TYPE_CHECKING:
    from .context import Document

NOT_NAMES = word_set("not_names")


def capital(word: str) -> bool:
    return word[:1].isupper() and word[:1].isalpha()


def person(i: int, j: int, entry: Entry) -> Mention:
    return Mention(i, j, "person", (entry.code,) if entry.code else (), entry.name, entry.leader,
                   official=True)  # fmt: skip


def titled(
    p: Parsed, document: Document, i: int, k: int, codes: tuple[str, ...], title: str,
    leaders: frozenset[str],
) -> int:  # fmt: skip
    """An office with its holder; noted where its side is only that of the usual holder."""
    end = _office_and_name(p, document, i, k, codes, title, leaders)
    m = next((m for m in p.mentions if m.j == end), None)
    if m is not None and not codes and m.codes and title.lower() in _SHARED_TITLES:
        m.usual = m.codes == document.title_side(title) and not names().match(m.name.split(), 0)
    return end


_SENT = ("ambassador", "envoy", "representative", "adviser", "advisor", "negotiator", "counsel")
_SHARED_TITLES = word_set("shared_titles")
SHARED_OFFICES = word_set("shared_offices")


def drop_usual(parsed: list[Parsed]) -> None:
    """Where a text never speaks of the usual holder's country, the office is another's."""
    doubtful = {m.name: m.codes for p in parsed for m in p.mentions if m.usual}
    named = {c for p in parsed for m in p.mentions if m.name not in doubtful for c in m.codes}
    for p in parsed:
        for m in p.mentions:
            owned = m.usual and m.i > 0 and p.low[m.i - 1] in ("its", "his", "her", "their")
            if owned or (m.codes == doubtful.get(m.name) and not set(m.codes) & named):
                m.codes = ()  # "approved by its Congress"


def _office_and_name(
    p: Parsed, document: Document, i: int, k: int, codes: tuple[str, ...], title: str,
    leaders: frozenset[str],
) -> int:  # fmt: skip
    """From a title that ends at `k`: "for X" or "of X", a comma, and the name that may follow."""
    low, words, n = p.low, p.words, len(p.words)
    table = names()
    j = k
    sent = title.lower().split()[-1] in _SENT
    if j < n and (low[j] in ("of", "for") or (low[j] == "to" and sent)):
        start = j + 1
        while (
            start < n
            and not table.match(words, start)
            and low[start]
            in (
                "the",
                "economy",
                "economic",
                "trade",
                "commerce",
                "industry",
                "energy",
                "finance",
                "foreign",
                "affairs",
                "agriculture",
                "and",
                ",",
                "international",
                "treasury",
            )
        ):
            start += 1
        hit = table.match(words, start)
        if hit and hit[1].kind in (
            "country",
            "capital",
            "government",
            "ministry",
            "body",
            "office",
        ):
            if hit[1].code and low[j] != "to":
                codes = codes or (hit[1].code,)
            j = start + hit[0]
        elif start > j + 1:
            j = start
            while low[j - 1] in (",", "and"):
                j -= 1
    side = codes or document.title_side(title)
    comma = j + 1 if j < n and low[j] in (",", "-", "–", "—") else j
    first = comma
    if first < n and low[first] in ("mr", "ms", "mrs"):
        first += 1
    hit = table.match(words, first) if first < n else None
    leader = title.lower() in leaders
    if hit and hit[1].kind == "person":
        entry = in_office(hit[1], document.published)
        document.learn(entry)
        m = person(i, first + hit[0], entry)
        m.role, m.leader = (
            title,
            entry.leader or (leader and "former" not in low[max(0, i - 1) : i]),
        )
        p.mentions.append(m)
        return first + hit[0]
    end = first
    while (
        end < n
        and end < first + 6
        and (
            (capital(words[end]) and words[end] not in NOT_NAMES and not words[end].isupper())
            or (words[end] == "-" and end > first and end + 1 < n and words[end + 1][:1].isalpha())
            or (end > first and words[end - 1] == "-")
            or (
                end > first
                and low[end]
                in ("al", "bin", "de", "da", "la", "van", "von", "der", "den", "di", "le", "del")
            )
        )
    ):
        if table.match(words, end) and end == first and comma > j:
            break
        if end > first and words[end - 1] != "-" and p.at[end][0] == p.at[end - 1][1]:
            break
        end += 1
    if end > first and (comma == j or end - first >= 2):
        full = p.text(first, end)
        namesake = document.surname(words[end - 1])
        if namesake is not None and namesake.code and not side:
            side = (namesake.code,)
        known = document.surname(words[end - 1]) if end - first == 1 else None
        entry = known or Entry("person", side[0] if side else "", full, leader, words[end - 1])
        if known is None:
            document.learn(entry, given=words[first])
        m = person(i, end, entry)
        m.role, m.leader = title, leader or entry.leader
        if not m.codes:
            m.codes = side
        p.mentions.append(m)
        return end
    # "Hiroshige Seko, the minister of economy": the name stands before
    before = [m for m in p.mentions if m.kind == "name" and m.j <= i and i - m.j <= 3]
    if before:
        m = before[-1]
        m.kind, m.codes, m.official, m.role, m.leader = "person", side, True, title, leader
        entry = Entry("person", side[0] if side else "", m.name, leader, m.name.split()[-1])
        document.learn(entry)
        return j
    known = document.by_role(title, side)
    if known is not None:
        m = person(i, j, known)
        m.role = title
        p.mentions.append(m)
        return j
    spokes = "spoke" in title or title.endswith(("adviser", "secretary"))
    name = p.text(i, j)
    if spokes and i < k:
        parent = re.sub(r"(?i)\b(?:a|an|the|spokes\w+|chief|deputy)\b", "", p.text(i, k)).strip(
            " ,"
        )
        name = parent or name
    p.mentions.append(Mention(i, j, "official", side, name, leader, title, official=True))
    return j


def apposed_name(p: Parsed, k: int, titles: Phrases) -> int:
    """End of an unknown name with its office behind ("Adam Hodge, a spokesman for"), or 0."""
    j = k
    while (
        j < len(p.words)
        and j < k + 5
        and (
            (capital(p.words[j]) and p.words[j] not in NOT_NAMES)
            or (p.words[j] == "-" and j > k)
            or (j > k and p.words[j - 1] == "-")
        )
    ):
        j += 1
    if j - k < 2 or j >= len(p.words) or p.words[j] != ",":
        return 0
    for start in range(j + 1, min(j + 6, len(p.words))):
        if titles.match(p.low, start):
            return j
        if p.words[start] in (",", ".", "”", '"'):
            return 0
    return 0
