"""A dispatch as numbers for the network: its words, who is named, the rates and the days.

Countries and people enter by the order in which they are first named, never by name: what is
learned of one pair of countries holds for any other.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from .chained import AGES, WAYS, chained
from .context import Document
from .dates import Expression, bounds, find
from .draft import AHEAD, looks_ahead, owner, resolve, said_on
from .grammar import Mention, Parsed, VerbGroup
from .reckoning import number as number_of
from .reckoning import shift
from .story import day_told, remember

SLOTS = 16  # sides told apart in a dispatch; further ones share the last slot
SIDES = ("country", "capital", "city", "person", "official", "ministry", "government", "group",
         "pronoun", "name", "court", "body", "other")  # fmt: skip
SHAPES = ("lower", "capital", "upper", "number", "year", "mark", "other")
OFFICES = ("none", "official", "former", "leader")
TENSES = ("past", "perfect", "pluperfect", "present", "future", "would", "may", "should",
          "infinitive", "ing", "participle")  # fmt: skip
WHEN = ("none", "long past", "past", "today", "ahead", "long ahead")
ANY = "WLD"


@dataclass(frozen=True)
class Names:
    """Tokens `start` up to `end` stand for `codes`; not `known` where they were inferred.

    `person` is the name of whom they name or mean, if a person in office.
    """

    start: int
    end: int
    codes: tuple[str, ...]
    known: bool
    person: str | None = None


@dataclass(frozen=True)
class Day:
    """One way to read the days at tokens `start` up to `end`; `traits` say how it was read."""

    start: int
    end: int
    value: str
    traits: tuple[int, ...]


# how a day was read, by the numbers in `Day.traits`
HOW = ("from the day of the words", "from publication", "as its verb suggests", "as ahead",
       "as past", "the first reading", "a length from publication", "a length from the story's day",
       "up to it", "two days as an interval", "a length from a day beside it", "a heading's day",
       "the day of publication itself", "the end of an interval up to it", *WAYS)  # fmt: skip
CHAINED = len(HOW) - len(WAYS)
RECENT = 4  # days told before, from which others are counted
TRAITS = len(HOW)


@dataclass(frozen=True)
class Encoded:
    """The numbers of one dispatch with n tokens.

    `words` in lower case; `ids` (n, COLUMNS) the categories of each token; `slots` (n, SLOTS)
    which sides it names; `sentence` (n,); `at` offsets; then the candidates.
    """

    words: list[str]
    ids: np.ndarray
    slots: np.ndarray
    sentence: np.ndarray
    at: list[tuple[int, int]]
    codes: tuple[str, ...]
    share: np.ndarray
    names: tuple[Names, ...]
    rates: tuple[tuple[int, int, float], ...]
    days: tuple[Day, ...]
    parsed: list[Parsed]
    starts: list[int]


COLUMNS = ("shape", "side", "first", "quoted", "rate", "day", "tense", "voice", "opens", "official")
SIZES = (len(SHAPES), 2 * len(SIDES) + 1, 3, 2, 2, len(WHEN), len(TENSES) + 1, 3, 3,
         1 + len(OFFICES))  # fmt: skip


def encode(parsed: list[Parsed], document: Document) -> Encoded:
    """Number the tokens of the sentences read; those of `document` are resolved on the way."""
    words: list[str] = []
    at: list[tuple[int, int]] = []
    starts: list[int] = []
    names: list[Names] = []
    rates: list[tuple[int, int, float]] = []
    days: list[Day] = []
    for p in parsed:
        starts.append(len(words))
        words += p.low
        at += p.at
    ids = np.zeros((len(words), len(COLUMNS)), np.int16)
    slots = np.zeros((len(words), SLOTS), np.float32)
    sentence = np.zeros(len(words), np.int32)
    order: dict[str, int] = {}
    counts: dict[str, float] = {}
    paragraph = -1
    recent: list[str] = []
    for number, (p, start) in enumerate(zip(parsed, starts, strict=True)):
        document.read_on(p.mentions)
        n = len(p.low)
        sentence[start : start + n] = number
        block = ids[start : start + n]
        block[:, 0] = [_shape(word) for word in p.words]
        block[:, 3] = [q >= 0 for q in p.quoted]
        if n:
            block[0, 8] = 2 if p.sentence.paragraph != paragraph else 1
        paragraph = p.sentence.paragraph
        for m in p.mentions:
            codes, known, meant = m.codes, True, m
            if not codes:
                meant = resolve(p, document, m)
                codes, known = (meant.codes, False) if meant is not None else ((), False)
            kind = SIDES.index(m.kind if m.kind in SIDES else "other")
            block[m.i : m.j, 1] = 1 + 2 * kind + (not known)
            block[m.i : m.j, 2] = 2
            block[m.i, 2] = 1
            block[m.i : m.j, 9] = 1 + OFFICES.index(_office(m))
            if not codes:
                continue
            for code in codes:
                k = min(order.setdefault(code, len(order)), SLOTS - 1)
                slots[start + m.i : start + m.j, k] = 1.0
                counts[code] = counts.get(code, 0.0) + (1.0 if known else 0.5)
            named = meant is not None and meant.kind == "person" and not meant.former
            person = meant.name if meant is not None and named else None
            names.append(Names(start + m.i, start + m.j, codes, known, person))
        for percent in p.percents:
            block[percent.i : percent.j, 4] = 1
        rates += [(start + i, start + j, value) for i, j, value in _rates(p)]
        for g in p.groups:
            block[g.v, 6] = 1 + TENSES.index(g.tense) if g.tense in TENSES else 0
            block[g.v, 7] = 1 + g.passive
        here = _days(p, document, start, recent)
        if number == 0 and document.published:
            days.append(Day(0, 1, document.published.isoformat(), (12,)))
        days += here
        for day in here:
            block[day.start - start : day.end - start, 5] = _when(day.value, document.published)
        remember(p, document)
        day_told(p, document)
    total = max(1.0, sum(counts.values()))
    codes = tuple(order)
    share = np.array([counts[c] / total for c in codes], np.float32)
    return Encoded(words, ids, slots, sentence, at, codes, share, tuple(names), tuple(rates),
                   tuple(days), parsed, starts)  # fmt: skip


def _office(m: Mention) -> str:
    if m.leader and not m.former:
        return "leader"
    return "official" if m.official else "former" if m.former else "none"


def _shape(word: str) -> int:
    if word.isdigit() and len(word) == 4 and word[:2] in ("19", "20"):
        return 4
    if word[:1].isdigit():
        return 3
    if not word[:1].isalpha():
        return 5
    if word.islower():
        return 0
    if word.isupper():
        return 2 if len(word) > 1 else 1
    return 1 if word[0].isupper() else 6


def _when(value: str | None, published: date | None) -> int:
    span = bounds(value)
    if span is None or published is None:
        return 0
    day = span[1] if span[1] != date.max else span[0]
    if day < published - timedelta(31):
        return 1
    if day < published:
        return 2
    if span[0] <= published:
        return 3
    return 4 if day <= published + timedelta(31) else 5


def _ahead(p: Parsed, g: VerbGroup | None) -> bool | None:
    if g is None:
        return None
    if g.tense == "infinitive":
        return looks_ahead(p, g)
    return g.tense in AHEAD


def _days(p: Parsed, d: Document, start: int, recent: list[str]) -> list[Day]:
    """Every way to read each date of the sentence; the first is what the verb suggests.

    `recent` are the days told last, to which those of the sentence are added.
    """
    found: dict[tuple[int, int, str], set[int]] = {}

    def add(i: int, j: int, value: str, *traits: int) -> None:
        ends = [x for x in bounds(value) or () if x not in (date.min, date.max)]
        if ends and all(x.year in AGES for x in ends):
            found.setdefault((i, j, value), set()).update(traits)

    single: list[tuple[int, int, list[str]]] = []
    lengths: list[tuple[int, int, Expression]] = []
    for i, j, e in p.dates:
        if e.rule == "length":
            lengths.append((i, j, e))
            continue
        usual = _ahead(p, owner(p, i))
        values: list[str] = []
        for said, trait in ((said_on(p, d, i), 0), (d.published, 1)):
            for ahead, how in ((usual, 2), (True, 3), (False, 4)):
                value = e.on(said, ahead)
                if value is None:
                    continue
                end = value[3:] if value.startswith("../") else value
                if value not in values:
                    values.append(value)
                first = 5 if value == values[0] else how
                add(i, j, value, trait, how, first)
                if end != value:
                    add(i, j, end, trait, how, first, 13)
                elif "/" not in value and e.rule != "year":
                    add(i, j, f"../{value}", trait, how, first, 8)
        if values:
            single.append((i, j, [v.removeprefix("../") for v in values]))
    for (i, _, firsts), (_, j, lasts) in pairwise(single):
        for first in firsts:
            for last in lasts:
                a, b = bounds(first), bounds(last)
                if a and b and a[0] < b[1] and (b[1] - a[0]).days < 800 and j - i <= 20:
                    add(i, j, f"{a[0]}/{b[1]}", 9)
    for i, j, e in lengths:
        bases = [(d.published, 6, i), (d.story_day, 7, i)]
        for x, _, values in single:
            for value in values:
                span = bounds(value)
                if span and span[0] == span[1] and abs(x - i) <= 30:
                    bases.append((span[0], 10, min(x, i)))
        for base, trait, first in bases:
            if base is not None:
                with suppress(ValueError, OverflowError):
                    last = shift(base, number_of(e.match["n"]), e.match["unit"])
                    add(first, j, f"{base}/{last}", trait)
                    add(i, j, f"../{last}", trait, 8)
    for i, j, e in _heading_day(p):
        value = e.on(d.published, False)
        if value:
            add(i, j, value, 11)
    here = [value for _, _, values in single for value in values[:2]]
    if d.published and d.published.year in AGES:
        for i, j, value, way in chained(p, here, recent, d.published):
            add(i, j, value, CHAINED + way)
    recent[:] = [*recent, *(values[0] for _, _, values in single)][-RECENT:]
    return [Day(start + i, start + j, v, tuple(sorted(t))) for (i, j, v), t in found.items()]


_OPENING = re.compile(r"\W*(?:\w+\s)?\W*(?:\d|[A-Z][a-z]+)")


def _heading_day(p: Parsed) -> list[tuple[int, int, Expression]]:
    """The day an entry of a chronicle opens with ("14 June - "), no part of its sentence."""
    text = p.sentence.text[:60]
    if any(i < 4 for i, _, _ in p.dates) or not _OPENING.match(text):
        return []
    result = []
    for e in find(text)[:1]:
        inside = [k for k, (a, b) in enumerate(p.at)
                  if a - p.sentence.start < e.end and b - p.sentence.start > e.start]  # fmt: skip
        if inside and e.rule != "length" and not any(i <= inside[-1] for i, _, _ in p.dates):
            result.append((inside[0], inside[-1] + 1, e))
    return result


_FRACTIONS = {"half": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}


def _rates(p: Parsed) -> list[tuple[int, int, float]]:
    """Every figure that may be a rate: percentages, fractions of the value, bare figures beside."""
    found = [(x.i, x.j, x.value) for x in p.percents]
    dated = {x for i, j, _ in p.dates for x in range(i, j)}
    taken = {x for i, j, _ in found for x in range(i, j)} | dated
    for k, word in enumerate(p.low):
        if k in taken:
            continue
        if word in _FRACTIONS and k and p.low[k - 1] in ("a", "one", "by"):
            found.append((k - 1, k + 1, _FRACTIONS[word]))
        elif word in ("zero", "nil", "nothing", "free"):
            found.append((k, k + 1, 0.0))
        elif p.percents and word[0].isdigit() and p.low[k + 1 : k + 2] != ["million"]:
            with suppress(ValueError):
                found.append((k, k + 1, float(word.replace(",", ""))))
    return sorted(found)
