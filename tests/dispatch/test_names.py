"""The tables of names: whole, of one mind, and clear of everyday English."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from detente.dispatch import lexicon, read_dispatch
from detente.dispatch.lexicon import (
    Entry,
    in_office,
    names,
    people,
    rows,
    surnames,
    word_set,
    yaml_data,
)
from detente.dispatch.spelling import plain, spellings

GOLD = Path(__file__).parent / "gold"
_ISO = """
ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR
BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG
COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH
FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY
HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM
KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL
MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR
NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU
SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA
TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB
VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE
"""
ISO = frozenset(_ISO.split())
SIDES = ISO | {"EU", "XKX", "WLD"}
# Offices that many states have, by these names: the text must tell whose they are.
GENERIC = frozenset(
    """Economy Ministry|Foreign Ministry|Trade Ministry|Finance Ministry|Industry Ministry
    |Agriculture Ministry|Energy Ministry|Commerce and Trade Ministry|Ministry of Foreign Affairs
    |Ministry of Finance|Ministry of Trade|International Trade Administration|National Assembly
    |National Congress|Congress of the Republic|State House|Government House|Chancellery
    |Presidential Palace""".replace("\n    ", "").split("|")
)
# Words that are names too, told apart by the capital letter alone; and names in lower case that
# stand in the reader's own lists ("taiwan affairs office").
BORNE = frozenset(
    [
        "commission",
        "congress",
        "cork",
        "diet",
        "nice",
        "senate",
        "turkey",
        "us",
        "european",
        "taiwan",
    ]
)


def everyday() -> frozenset[str]:
    """Words in lower case of the reader's own lists and of the texts that it was written with."""
    found = set(re.findall(r"[a-z]{2,}", str(yaml_data("verbs.yaml")["classes"])))
    for words in yaml_data("terms.yaml").values():
        found |= set(re.findall(r"\b[a-z]{3,}\b", str(words)))
    for pattern in ("dev-*.txt", "heldout-*.txt", "blind-*.txt"):
        for path in GOLD.glob(pattern):
            found |= set(re.findall(r"(?<![-\w])[a-z]{2,}\b", path.read_text(encoding="utf-8")))
    return frozenset(found)


def test_every_country_and_territory_is_known_once() -> None:
    codes = [row["code"] for row in rows("countries.csv")]
    assert len(codes) == len(set(codes))
    assert ISO - set(codes) == set()
    assert set(codes) - SIDES == set()
    assert all(row["names"] for row in rows("countries.csv"))


def test_people_stand_for_a_known_side_in_a_true_span_of_time() -> None:
    for row in rows("people.csv"):
        assert row["side"] in SIDES, row
        assert row["role"], row
        assert row["source"] == "public record", row
        assert row["leader"] in ("0", "1"), row
        start = date.fromisoformat(row["from"])
        assert not row["until"] or start <= date.fromisoformat(row["until"]), row


def test_a_surname_is_the_end_or_a_part_of_its_name() -> None:
    for person in people():
        assert plain(person.surname) in plain(person.name), person
        assert person.surname == person.surname.strip()


def test_no_row_is_written_twice() -> None:
    seen = [(r["name"], r["side"], r["role"], r["from"]) for r in rows("people.csv")]
    assert len(seen) == len(set(seen))
    listed = [r["name"] for r in rows("institutions.csv")]
    assert len(listed) == len(set(listed))


def test_nobody_stands_for_two_sides_at_once() -> None:
    held = defaultdict(list)
    for person in people():
        held[person.name].append(person)
    for name, spans in held.items():
        for a, b in combinations(spans, 2):
            if a.side != b.side and "WLD" not in (a.side, b.side):
                apart = (a.until and a.until <= b.start) or (b.until and b.until <= a.start)
                assert apart or (a.until or "9")[:7] <= b.start[:7], name


def test_an_office_without_a_side_is_one_of_many_by_its_name() -> None:
    for row in rows("institutions.csv"):
        assert row["side"] in SIDES | {""}, row
        if not row["side"] and row["kind"] not in ("other", "place", "firm"):
            assert row["name"] in GENERIC, row


def test_a_name_means_one_side() -> None:
    said = defaultdict(set)
    for row in rows("countries.csv"):
        for column in ("names", "demonyms", "capitals"):
            for part in filter(None, row[column].split("|")):
                for (name,) in spellings(part):
                    said[name].add(row["code"])
    for row in rows("institutions.csv"):
        for (name,) in spellings(row["name"]):
            said[name].add(row["side"])
    for name in {person.name for person in people()}:
        assert name not in said, f"{name} is a person and a place or an office"
    assert {name: sides for name, sides in said.items() if len(sides) > 1} == {}


def test_surnames_that_are_words_do_not_stand_alone() -> None:
    known, common = everyday(), word_set("common_surnames")
    free = {plain(person.surname) for person in people()} - common
    assert sorted(s for s in free if s.lower() in known) == []


def test_surnames_that_are_places_do_not_stand_alone() -> None:
    common = word_set("common_surnames")
    for person in people():
        hit = names().match([person.surname], 0)
        if hit and hit[1].kind not in ("person", "city"):
            assert plain(person.surname) in common, person


def test_names_of_one_word_are_no_words() -> None:
    known = everyday()
    single = {r["name"] for r in rows("institutions.csv")}
    for row in rows("countries.csv"):
        single |= {x for c in ("names", "demonyms", "capitals") for x in row[c].split("|")}
    single |= {r["name"] for r in rows("people.csv")}
    single |= set(
        (Path(lexicon.__file__).parent / "data" / "cities.txt").read_text("utf-8").split("\n")
    )
    forms = {form for name in single if name.isalpha() for (form,) in spellings(name)}
    # demonyms and acronyms that the texts print in lower case are no other word
    assert sorted(f for f in forms if f.lower() in known and f.lower() not in BORNE) == []


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Cecilia Malmström", "EU"),
        ("Cecilia Malmstrom", "EU"),
        ("Maroš Šefčovič", "EU"),
        ("Maros Sefcovic", "EU"),
        ("Recep Tayyip Erdoğan", "TUR"),
        ("Recep Tayyip Erdogan", "TUR"),
        ("Lars Loekke Rasmussen", "DNK"),
        ("Lars Lokke Rasmussen", "DNK"),
        ("Lee Jae-myung", "KOR"),
        ("Lee Jae Myung", "KOR"),
        ("Mohammed Shia Al Sudani", "IRQ"),
        ("Mohammed Shia al-Sudani", "IRQ"),
        ("Cote d'Ivoire", "CIV"),
        ("Türkiye", "TUR"),
        ("Turkiye", "TUR"),
        ("Malacanang", "PHL"),
        ("Quai d'Orsay", "FRA"),
        ("Elysee", "FRA"),
    ],
)
def test_a_name_is_known_in_each_spelling(text: str, side: str) -> None:
    tokens = lexicon.words(text)
    size, entry = names().match(tokens, 0) or (0, Entry("", "", ""))
    assert (size, entry.code) == (len(tokens), side)


def test_the_surname_is_that_of_the_spelling_read() -> None:
    of_day = surnames(date(2019, 5, 1))
    assert of_day["Malmstrom"].name == "Cecilia Malmstrom"
    assert of_day["Malmström"].name == "Cecilia Malmström"


def test_who_is_in_office_has_the_surname() -> None:
    assert surnames(date(2023, 3, 1))["Kallas"].code == "EST"
    assert surnames(date(2025, 6, 1))["Kallas"].code == "EU"


def test_a_name_that_holds_a_country_is_not_the_country() -> None:
    for text in ("South China Sea", "Bank of Japan", "Gulf of Mexico", "Chad Bown"):
        tokens = lexicon.words(text)
        hit = names().match(tokens, 0)
        assert hit is not None
        assert (hit[0], hit[1].code) == (len(tokens), "")


def test_plain_and_accented_text_read_alike() -> None:
    said = "{} said Canada would impose a 15% tariff on {} steel from June 1."
    accented = read_dispatch(said.format("François-Philippe Champagne", "Swiss"), "2025-05-16")
    ascii_only = read_dispatch(said.format("Francois-Philippe Champagne", "Swiss"), "2025-05-16")
    assert [(e.kind, e.actor, e.target) for e in accented.events] == [
        (e.kind, e.actor, e.target) for e in ascii_only.events
    ]
    assert accented.events


@pytest.mark.parametrize(
    ("name", "day", "side", "leader"),
    [
        ("Antonio Tajani", date(2018, 5, 1), "EU", False),
        ("Antonio Tajani", date(2025, 5, 1), "ITA", False),
        ("Yoshihide Suga", date(2019, 7, 1), "JPN", False),
        ("Yoshihide Suga", date(2021, 1, 1), "JPN", True),
        ("Kaja Kallas", date(2023, 1, 1), "EST", True),
        ("Kaja Kallas", date(2025, 1, 1), "EU", False),
    ],
)
def test_a_person_stands_for_the_office_of_the_day(
    name: str, day: date, side: str, leader: bool
) -> None:
    hit = names().match(name.split(), 0)
    assert hit is not None
    entry = in_office(hit[1], day)
    assert (entry.code, entry.leader) == (side, leader)


@pytest.mark.parametrize(
    "text",
    [
        "Seoul suspended the duty on Monday.",
        "The duty rises to 12.5%. Canada will answer on Friday. It named no goods.",
        "The surtax took effect on 1 July 2025. Talks go on.",
        "Mr. Smith met Gov. Jones in the U.S. capital. They spoke of No. 5 steel.",
        '"We will answer. We must," he said. Nobody moved.',
        "5. The legal side. Nothing moved in August.",
        "- **Quote.** Nothing moved.",
        "Is it over? Not yet, the ministry said.",
    ],
)
def test_the_quick_cut_is_the_splitters(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from detente.dispatch import tokens

    quick = tokens.sentences(text)
    monkeypatch.setattr(tokens, "_plain_cut", lambda text: [])
    assert quick == tokens.sentences(text)
