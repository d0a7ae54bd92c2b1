"""What a reader keeps in mind through a dispatch: who was named, who holds which office, when."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from .dates import MONTHS, Expression, find
from .lexicon import Entry, kin, people, surnames, word_set

if TYPE_CHECKING:
    from .grammar import Mention
    from .occasions import Scene

# A quotation ends at its mark or with its paragraph; one level of nesting.
_QUOTE = re.compile(
    r"“[^“”\n]*(?:“[^“”\n]*”[^“”\n]*)*(?:”|$)|«[^«»\n]*(?:»|$)|\"[^\"\n]*(?:\"|$)|„[^“”\n]*[“”]",
    re.M,
)
_DATELINE = re.compile(
    r"\A\s*(?P<where>(?:[^\W\d_]|[ .,/'’()-]){2,60}?)?"
    r"(?:,?\s*(?P<month>[A-Z][a-z]{2,8})\.?\s+(?P<day>\d{1,2})(?:,?\s+(?P<year>20\d\d))?)?"
    r"\s*(?:\([^)]{2,50}\))?\s*(?:--|—|–| - |:)\s*(?=\S)"
)
# Offices that only one government has; the rest need a name or a country beside them.
_TITLE_SIDES = {
    "treasury secretary": "USA", "commerce secretary": "USA", "secretary of state": "USA",
    "trade representative": "USA", "deputy trade representative": "USA",
    "secretary of commerce": "USA", "secretary of the treasury": "USA",
    "agriculture secretary": "USA", "deputy treasury secretary": "USA",
    "business secretary": "GBR", "chancellor of the exchequer": "GBR", "trade secretary": "GBR",
    "business and trade secretary": "GBR", "foreign secretary": "GBR",
    "international trade secretary": "GBR", "vice premier": "CHN", "vice - premier": "CHN",
    "trade commissioner": "EU", "commission president": "EU", "council president": "EU",
    "commission vice president": "EU", "economy commissioner": "EU", "taoiseach": "IRL",
    "agriculture commissioner": "EU", "commission spokesman": "EU", "commission spokesperson": "EU",
    "international trade representative": "CHN", "chief cabinet secretary": "JPN",
    "general secretary": "", "president of the european commission": "EU",
    "commerce ministry spokesperson": "CHN", "commerce ministry spokesman": "CHN",
    "commerce ministry spokeswoman": "CHN", "economic revitalisation minister": "JPN",
    "economic revitalization minister": "JPN",
}  # fmt: skip

_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_FADING = 0.8  # what is left, a sentence later, of the attention to a side
_PRIOR = 30.0  # the weight of the whole text beside the sentences just read


class Document:
    """State that grows while the sentences are read in order."""

    def __init__(self, text: str, published: date | None) -> None:
        self.text = text
        self.published = published
        self.body, self.dateline = _dateline(text)
        self._quotes = [m.span() for m in _QUOTE.finditer(text)]
        self._starts = [start for start, _ in self._quotes]
        self._surnames = surnames(published)
        self._learned: dict[str, Entry] = {}
        self._offices: dict[frozenset[str], tuple[str, ...]] = {}
        self.sides: Counter[str] = Counter()
        self._near: dict[str, float] = {}  # how much each side is on the reader's mind here
        self.last: tuple[str, ...] = ()  # the side last seen acting
        self.last_person: Mention | None = None
        self.last_speaker: Mention | None = None
        self.homes: dict[str, tuple[str, ...]] = {}  # people named without a country -> their side
        self.last_body: Mention | None = None  # a government or institution, for "it"
        self.bodies: dict[str, tuple[str, ...]] = {}  # "ministry" -> the side it last stood for
        self.story_day: date | None = None  # the past day told of last, for "a day earlier"
        self.broad: dict[str, bool] = {}  # sides whose measure hits all partners
        self.said: dict[str, date] = {}  # speaker -> the day they spoke
        self.told: date | None = None  # the past day, month or year told of last, for "that June"
        self.occasion: date | None = None  # the last day of the present story told
        self.scenes: dict[str, Scene] = {}  # who acted last on a day told
        self.sentence = 0  # number of the sentence being read

    # --- quotations ---

    def quotation(self, offset: int) -> int:
        """Number of the quotation that holds `offset`, -1 outside any."""
        k = bisect_right(self._starts, offset) - 1
        return k if k >= 0 and offset < self._quotes[k][1] else -1

    # --- people and offices ---

    def learn(self, entry: Entry, given: str = "") -> None:
        """A full name was read: from now on its surname stands for it."""
        surname = entry.surname or entry.name.split()[-1]
        self._learned[surname] = entry
        if given and entry.code in ("CHN", "KOR", "VNM", "TWN", "HKG") and given != surname:
            self._learned.setdefault(given, entry)

    def surname(self, word: str) -> Entry | None:
        return self._learned.get(word) or self._surnames.get(word)

    def by_role(self, title: str, side: tuple[str, ...]) -> Entry | None:
        """The one person named so far who holds `title` ("the prime minister")."""
        wanted = title.lower()
        found = {
            entry.name: entry
            for entry in self._learned.values()
            if (not side or entry.code in side) and wanted in _roles(entry.name)
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def title_side(self, title: str) -> tuple[str, ...]:
        code = _TITLE_SIDES.get(title.lower())
        if code:
            return (code,)
        return ()

    def note_office(self, name: str, codes: tuple[str, ...]) -> None:
        """ "China's Ministry of Commerce" was named: it will be "the ministry" from now on."""
        words = _office_words(name)
        self._offices[words] = codes
        for noun in words & _OFFICE_NOUNS:
            self._offices[frozenset([noun])] = codes

    def office(self, name: str) -> tuple[str, ...]:
        """The side of "the commerce ministry" or "the ministry" as named last, if it was."""
        return self._offices.get(_office_words(name), ())

    def leaders(self, sides: tuple[str, ...], people: list[Mention]) -> list[str]:
        """The names behind "the two leaders": the leaders named so far, one for each side."""
        if not any(m.kind == "group" and m.leader for m in people):
            return []
        named = [e for e in self._learned.values() if e.leader and e.code in sides]
        return [e.name for e in named] if len({e.code for e in named}) == len(named) == 2 else []

    # --- sides ---

    def count(self, mentions: list[Mention]) -> None:
        for m in mentions:
            for code in m.codes:
                self.sides[code] += 1

    def read_on(self, mentions: list[Mention]) -> None:
        """The next sentence is read: those named in it are near, those named before fade."""
        self._near = {code: weight * _FADING for code, weight in self._near.items()}
        for m in mentions:
            for code in m.codes:
                self._near[code] = self._near.get(code, 0.0) + 1

    def ranked(self, facing: tuple[str, ...] = ()) -> list[str]:
        """The sides but `facing` and, last, its own bloc: by how much is said of them, here above
        all, then in the whole text."""
        total = max(1, sum(self.sides.values()))
        family = kin(facing)
        weights = {
            code: _PRIOR * count / total + self._near.get(code, 0.0)
            for code, count in self.sides.items()
            if code != "WLD" and code not in facing
        }
        return sorted(weights, key=lambda code: (code in family, -weights[code]))

    def pair(self) -> tuple[str, ...]:
        """The two sides the dispatch speaks of most."""
        return tuple(code for code, _ in self.sides.most_common(2))

    def together(self, name: str, beside: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Those whom "the two sides" or "all three governments" means, beside others named."""
        size = next((n for word, n in _NUMBERS.items() if word in name.lower().split()), 2)
        if size == 2 and not beside:
            return self.pair()
        known = self.ranked(beside)
        if size > 2 and len(known) > size:
            return ()  # which of them is not told
        return tuple(sorted(known[:size]))

    def other(self, actor: tuple[str, ...]) -> tuple[str, ...]:
        """The side that `actor` faces at this point of the dispatch."""
        return tuple(self.ranked(actor)[:1])

    def is_dateline(self, offset: int) -> bool:
        return offset < self.body


_OFFICE_NOUNS = word_set("office_nouns")


def _office_words(name: str) -> frozenset[str]:
    """The words of an office in any order: "Ministry of Commerce" is the commerce ministry."""
    return frozenset(name.lower().split()) - {"of", "for", "the", "and", "'s", ",", "&"}


def _roles(name: str) -> set[str]:
    found = set()
    for person in people():
        if person.name == name:
            role = person.role.lower()
            found |= {role, role.split(" of the ")[0]}
            if role == "president of the european commission":
                found |= {"commission president"}
    return found


def _dateline(text: str) -> tuple[int, date | None]:
    """Where the text proper begins, and the day in the dateline (None without a year)."""
    match = _DATELINE.match(text)
    if not match or not match.group("where"):
        return 0, None
    where = match.group("where").strip(" ,/")
    first = re.split(r"[\s,/]", where)[0]
    if not (first.isupper() and len(first) > 2):
        return 0, None
    if ":" in match.group() and not where.isupper():
        return 0, None
    day = None
    if match.group("month") and match.group("year"):
        month = MONTHS.get(match.group("month").lower().rstrip("."))
        if month:
            try:
                day = date(int(match.group("year")), month, int(match.group("day")))
            except ValueError:
                day = None
    return match.end(), day


def dates_by_sentence(text: str, spans: list[tuple[int, int]]) -> list[list[Expression]]:
    """The date expressions of each sentence, with offsets of the whole text."""
    from dataclasses import replace

    return [
        [
            replace(e, start=e.start + a, end=e.end + a)
            for e in find(text[a:b])
            if not _in_dateline(text[a:b], e)
        ]
        for a, b in spans
    ]


def _in_dateline(text: str, e: Expression) -> bool:
    """ "VILNIUS, 14 August 2025 --", "Taipei, Jan. 16 (CNA)": the day of the story, of no fact."""
    if e.start > 60 or e.rule not in ("day", "iso", "loose") or e.lead:
        return False
    places = _PLACES.fullmatch(text[: e.start])
    return places is not None and _AFTER_DATELINE.match(text, e.end) is not None


_PLACES = re.compile(r"\W*(?:[A-Z][\w.'’-]*(?:[ ,/]+(?:(?:of|and|de) )?[A-Z][\w.'’-]*)*[ ,/]*)?\(?")
_AFTER_DATELINE = re.compile(r"[.)]?\s*(?:\([^)]{2,50}\)|--|—|–|-\s|:|/|\.\s|\.?$)")
