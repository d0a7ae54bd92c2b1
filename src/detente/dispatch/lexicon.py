"""The gazetteers and word lists, read once from the data files beside this module."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from .spelling import plain, spellings
from .tokens import words


class Entry(NamedTuple):
    """What a name stands for. `kind`: country, demonym, capital, person, ministry, court, ...

    `code` is the side (ISO 3166-1 alpha-3, EU, WLD; "" where the context must tell).
    """

    kind: str
    code: str
    name: str
    leader: bool = False
    surname: str = ""
    place: bool = False  # can be where talks are held


class Phrases:
    """Longest-match look-up of token sequences: `match(tokens, i)` is linear in what it finds."""

    def __init__(self) -> None:
        self._by_first: dict[str, dict[tuple[str, ...], Any]] = {}
        self._longest: dict[str, int] = {}

    def add(self, phrase: str, value: Any) -> None:
        parts = phrase.replace("-", " - ").split()
        simple = "".join(parts).replace("-", "").isalpha()  # no need of the slower tokenizer
        key = tuple(parts if simple else words(phrase))
        first, n = key[0], len(key)
        if n > self._longest.get(first, 0):
            self._longest[first] = n
            self._by_first.setdefault(first, {})
        self._by_first[first].setdefault(key, value)

    def match(self, tokens: list[str], i: int) -> tuple[int, Any] | None:
        table = self._by_first.get(tokens[i]) if i < len(tokens) else None
        if table is None:
            return None
        for n in range(min(self._longest[tokens[i]], len(tokens) - i), 0, -1):
            value = table.get(tuple(tokens[i : i + n]))
            if value is not None:
                return n, value
        return None


def rows(name: str) -> list[dict[str, str]]:
    with (files("detente.dispatch") / "data" / name).open(encoding="utf-8") as handle:
        header, *lines = csv.reader(handle)
    return [dict(zip(header, line, strict=True)) for line in lines]


@cache
def yaml_data(name: str) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (files("detente.dispatch") / "data" / name).open(encoding="utf-8") as handle:
        return yaml.load(handle, Loader=loader)


class Person(NamedTuple):
    name: str
    surname: str
    side: str
    start: str
    until: str
    leader: bool
    role: str


@cache
def people() -> tuple[Person, ...]:
    """Everyone of people.csv, once for each way the name is printed."""
    found = []
    for r in rows("people.csv"):
        rest = r["side"], r["from"], r["until"], r["leader"] == "1", r["role"]
        found += [Person(*pair, *rest) for pair in _printed(r["name"], r["surname"])]
    return tuple(found)


def _printed(name_cell: str, surname_cell: str) -> Iterable[tuple[str, str]]:
    """Names and surnames of a row; the cells hold one or, parted by "|", as many as each other."""
    if name_cell.isascii() and "|" not in name_cell and "-" not in name_cell:
        return ((name_cell, surname_cell),)
    many = _split(name_cell)
    short = _split(surname_cell) if "|" in surname_cell else [surname_cell] * len(many)
    found: dict[str, str] = {}
    for pair in zip(many, short, strict=True):
        for name, surname in spellings(*pair):
            found.setdefault(name, surname)
    return found.items()


@cache
def names() -> Phrases:
    """Countries, demonyms, capitals, institutions, cities and full names of people."""
    found = Phrases()
    for row in rows("countries.csv"):
        for name in _all_spellings(row["names"]):
            found.add(name, Entry("country", row["code"], name, place=row["code"] != "EU"))
        for name in _all_spellings(row["capitals"]):
            found.add(name, Entry("capital", row["code"], name, place=True))
        for name in _all_spellings(row["demonyms"]):
            found.add(name, Entry("demonym", row["code"], name))
    for row in rows("institutions.csv"):
        for name in _all_spellings(row["name"]):
            found.add(name, Entry(row["kind"], row["side"], name))
            if row["kind"] == "ministry":
                found.add(name.lower(), Entry(row["kind"], row["side"], name))
    for person in people():
        entry = Entry("person", person.side, person.name, person.leader, person.surname)
        found.add(person.name, entry)
        if " " in person.surname:
            found.add(person.surname, entry)
            found.add(person.surname[0].upper() + person.surname[1:], entry)
    with (files("detente.dispatch") / "data" / "cities.txt").open(encoding="utf-8") as handle:
        for line in handle:
            if line.strip() and not line.startswith("#"):
                for name in _all_spellings(line.strip()):
                    found.add(name, Entry("city", "", name, place=True))
    return found


@cache
def _offices() -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = {}
    for person in people():
        found.setdefault(person.name, []).append(person)
    return {name: held for name, held in found.items() if len(held) > 1}


def in_office(entry: Entry, on: date | None) -> Entry:
    """The person as they stood on a day: whoever changes sides or rises has several offices.

    The office held that day, or the last one before it, or the first.
    """
    held = _offices().get(entry.name)
    if held is None or on is None:
        return entry
    day = on.isoformat()
    begun = [person for person in held if person.start <= day]
    now = [person for person in begun if not person.until or person.until >= day]
    best = max(now or begun or held[:1], key=lambda person: person.start)
    leader = any(x.leader for x in now) if now else best.leader
    return entry._replace(code=best.side, leader=leader)


def surnames(on: date | None) -> dict[str, Entry]:
    """Surnames that stand alone in the news of a day: of those in office then, or else of those
    who were or would be within a year."""
    if on is None:
        return _surnames("0000-00", "9999-99")
    month, (year, tail) = on.isoformat()[:7], (on.year, on.isoformat()[4:7])
    return _surnames(f"{year - 1}{tail}", f"{year + 1}{tail}") | _surnames(month, month)


@cache
def _surnames(first: str, last: str) -> dict[str, Entry]:
    """The surnames that one side alone has, of all in office between the two months."""
    found: dict[str, list[Person]] = {}
    common = word_set("common_surnames")
    for person in people():
        if person.start[:7] > last or (person.until and person.until[:7] < first):
            continue
        if plain(person.surname) not in common:
            found.setdefault(person.surname, []).append(person)
    return {
        surname: Entry("person", who[-1].side, who[-1].name, who[-1].leader, surname)
        for surname, who in found.items()
        if len({person.side for person in who}) == 1
    }


def _split(cell: str) -> list[str]:
    return [part for part in (cell or "").split("|") if part]


def _all_spellings(cell: str) -> list[str]:
    if cell.isascii() and "-" not in cell:
        return _split(cell)
    return [text for part in _split(cell) for (text,) in spellings(part)]


# --- verbs -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verb:
    """One inflected form. `form`: base, s, past, part (past participle), ing, pastpart (both)."""

    lemma: str
    classes: frozenset[str]
    form: str
    particle: tuple[str, ...] = ()


def inflect(base: str, irregular: dict[str, list[str]], doubled: Iterable[str]) -> dict[str, str]:
    """form -> word for the first word of a verb."""
    stem = base + base[-1] if base in doubled else base
    if base.endswith("e"):
        stem = base[:-1]
    ed = (base[:-1] + "ied") if base.endswith("y") and base[-2] not in "aeiou" else stem + "ed"
    ends_s = base.endswith(("s", "sh", "ch", "x", "z", "o"))
    third = base[:-1] + "ies" if ed.endswith("ied") else base + ("es" if ends_s else "s")
    stems = {
        "begin": "beginning",
        "cut": "cutting",
        "put": "putting",
        "set": "setting",
        "run": "running",
        "sit": "sitting",
        "hit": "hitting",
        "get": "getting",
        "win": "winning",
        "let": "letting",
        "ban": "banning",
        "lie": "lying",
        "tie": "tying",
        "agree": "agreeing",
        "travel": "travelling",
    }
    ing = stems.get(base, stem + "ing")
    past, part = irregular.get(base, (ed, ed))
    return {"base": base, "s": third, "past": past, "part": part, "ing": ing}


@cache
def verbs() -> dict[str, list[Verb]]:
    """First word of an inflected form -> the verbs it may be, longest particle first."""
    data = yaml_data("verbs.yaml")
    irregular, doubled = data["irregular"], frozenset(data["doubled"])
    classes: dict[str, set[str]] = {}
    for name, members in data["classes"].items():
        for verb in members:
            classes.setdefault(verb, set()).add(name)
    for verb in data["other"]:
        classes.setdefault(verb, set())
    found: dict[str, list[Verb]] = {}
    for verb, kinds in classes.items():
        first, *particle = words(verb)
        if first == "be":
            continue
        forms = inflect(first, irregular, doubled)
        by_word: dict[str, list[str]] = {}
        for form, word in forms.items():
            by_word.setdefault(word, []).append(form)
        if first == "cancel":
            by_word |= {"canceled": ["past", "part"], "canceling": ["ing"]}
        if first == "travel":
            by_word |= {"traveled": ["past", "part"], "traveling": ["ing"]}
        for word, which in by_word.items():
            form = which[0] if len(which) == 1 else "+".join(which)
            found.setdefault(word, []).append(Verb(verb, frozenset(kinds), form, tuple(particle)))
    for options in found.values():
        options.sort(key=lambda verb: -len(verb.particle))
    return found


@cache
def lists(name: str) -> Phrases:
    """The phrases of a list of terms.yaml, in lower case, as a look-up of themselves."""
    found = Phrases()
    for phrase in yaml_data("terms.yaml")[name]:
        found.add(phrase.lower(), phrase)
    return found


@cache
def word_set(name: str) -> frozenset[str]:
    """A list of words.yaml, or of terms.yaml, as a set."""
    words = yaml_data("words.yaml")
    return frozenset(words[name] if name in words else yaml_data("terms.yaml")[name])


@cache
def _blocs() -> dict[str, frozenset[str]]:
    return {bloc: frozenset(codes) for bloc, codes in yaml_data("blocs.yaml").items()}


def kin(codes: tuple[str, ...]) -> frozenset[str]:
    """The side itself with its bloc or its bloc's members: whom it rarely speaks against."""
    found = set(codes)
    for bloc, members in _blocs().items():
        if bloc in found:
            found |= members
        elif found & members:
            found.add(bloc)
    return frozenset(found)
