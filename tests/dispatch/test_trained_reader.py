"""The trained reader: how it cuts, what it is told, and that what it says stands in the text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.dispatch import read_dispatch
from detente.dispatch.decode import LONGEST, read_trained, windows
from detente.dispatch.encode import SLOTS, Encoded, encode
from detente.dispatch.network import BUCKETS, NEARS, buckets, load, near, network
from detente.dispatch.pieces import END, PERSON, START, UNKNOWN, Pieces
from detente.dispatch.story import read_sentences
from detente.errors import InputError

TEXT = (
    "OTTAWA, 14 March 2025 - Canada imposed a 25% tariff on American steel on Thursday.\n\n"
    "Washington called the step reckless. Finance Minister Dominic LeBlanc is to meet Treasury "
    "Secretary Scott Bessent in Detroit next week.\n"
)


def encoded(text: str, published: str = "2025-03-14") -> Encoded:
    return encode(*read_sentences(text, date.fromisoformat(published)))


def test_words_are_cut_into_the_longest_known_pieces() -> None:
    known = ["[PAD]", START, END, UNKNOWN, PERSON, "tariff", "##s", "un", "##paid", "e", "##u", "1"]
    pieces = Pieces(known)

    def cut(word: str) -> list[str]:
        return [known[k] for k in pieces.cut(word)]

    assert cut("Tariffs") == ["tariff", "##s"]
    assert cut("unpaid") == ["un", "##paid"]
    assert cut("éu") == ["e", "##u"]  # accents are dropped
    assert cut("tariffless") == [UNKNOWN]  # a word with an unknown part is unknown as a whole
    assert cut("e1") == ["e", "1"]
    assert cut("q" * 500) == [UNKNOWN]


def test_distances_have_signed_classes_within_the_tables() -> None:
    apart = np.arange(-2000, 2001)
    classes = buckets(apart)
    assert classes.min() == 0
    assert classes.max() == BUCKETS - 1
    assert np.all(np.diff(classes) >= 0)
    assert np.array_equal(classes + classes[::-1], np.full(len(apart), BUCKETS - 1))
    assert near(np.array([-99, 0, 99])).tolist() == [0, NEARS // 2, NEARS - 1]


@given(st.lists(st.integers(0, 700), max_size=60))
def test_windows_read_every_sentence_once_and_in_order(sizes: list[int]) -> None:
    told = []
    for first, end, new in windows(sizes):
        assert first <= new < end
        # only a single sentence with what was read again before it may be longer than the encoder
        assert sum(sizes[first:end]) <= LONGEST or end == new + 1
        told += range(new, end)
    assert told == list(range(len(sizes)))


def test_sides_enter_by_their_order_and_people_by_their_role() -> None:
    one = encoded(TEXT)
    swapped = TEXT
    for a, b in (("Canada", "Norway"), ("OTTAWA", "OSLO"), ("American", "Swiss"),
                 ("Washington", "Bern")):  # fmt: skip
        swapped = swapped.replace(a, b)
    other = encoded(swapped)
    first = one.sentence == 0
    assert one.codes[:2] == ("CAN", "USA")
    assert other.codes[:2] == ("NOR", "CHE")
    assert np.array_equal(one.slots[first], other.slots[other.sentence == 0])
    net = network()
    numbers, owner, starts = net.pieces.rows(one)
    assert len(starts) == len(one.words)
    assert [owner[k] for k in starts if k][:3] == [0, 1, 2]
    people = [k for k, x in enumerate(numbers) if x == net.pieces.number[PERSON]]
    assert len(people) == 2  # each is one piece, whatever the name
    assert one.slots.shape[1] == SLOTS


def test_every_rate_and_day_of_the_text_may_be_chosen() -> None:
    found = encoded(TEXT)
    assert [found.words[i:j] for i, j, rate in found.rates if rate == 25.0] == [["25", "%"]]
    thursday = [d for d in found.days if "thursday" in found.words[d.start : d.end]]
    assert thursday[0].value == "2025-03-13"
    assert {d.value for d in found.days} >= {"2025-03-14", "2025-03-13", "2025-03-17/2025-03-23"}


def test_what_it_reads_of_a_plain_story() -> None:
    events = read_dispatch(TEXT, "2025-03-14").events
    kinds = {e.kind: e for e in events}
    measure, meeting = kinds["measure_in_force"], kinds["meeting"]
    assert (measure.actor, measure.target, measure.rate_pct) == (("CAN",), ("USA",), 25.0)
    assert (measure.date, measure.instrument, measure.status) == (
        "2025-03-13",
        "tariff",
        "in_force",
    )
    assert (meeting.actor, meeting.place, meeting.status) == (("CAN", "USA"), "Detroit", "planned")
    assert meeting.date == "2025-03-17/2025-03-23"
    assert meeting.participants == ("Dominic LeBlanc", "Scott Bessent")
    assert kinds["statement"].stance == "escalatory"
    for event in events:
        for words in event.evidence:
            assert TEXT[words.start : words.end] == words.text


def test_reading_again_gives_the_same() -> None:
    assert read_dispatch(TEXT, "2025-03-14") == read_dispatch(TEXT, "2025-03-14")


def test_a_long_text_loses_nothing_at_the_edges_of_its_windows() -> None:
    story = (
        "Peru imposed a {}% tariff on Chilean copper wire on {} March 2025. " + "It rained. " * 30
    )
    text = "\n\n".join(story.format(rate, rate) for rate in range(1, 25))
    events, _ = read_trained(text, date(2025, 3, 30))
    rates = [e.rate_pct for e in events if e.kind == "measure_in_force"]
    assert rates == [float(rate) for rate in range(1, 25)]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_events_whose_words_stand_in_it(text: str) -> None:
    events, _ = read_trained(text, date(2025, 3, 14))
    for event in events:
        assert event.evidence
        for words in event.evidence:
            assert text[words.start : words.end] == words.text != ""


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"encoder\.onnx"):
        load(tmp_path)
