"""The given dispatch: every fact a careful reader lists, in our own words, and nothing else.

Each expectation is a kind, actor, target and what must hold of the other fields; evidence is
checked through the offsets it names, never through the dispatch's sentences.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.dispatch import Event, Reading, read_dispatch

BOTH = ("CHN", "USA")
LAST_OF_MONTH = "2025-10-18/2025-10-31"

# name -> (kinds allowed, actor, target, fields that must be equal, words the evidence must hold)
EXPECTED: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], dict, tuple]] = {
    "the virtual call on Friday": (
        ("call",), BOTH, (),
        {"date": "2025-10-17", "status": "held", "instrument": "meeting",
         "participants": {"Scott Bessent", "He Lifeng", "Jamieson Greer"}}, ("spoke",)),
    "the next round, a week after the Saturday": (
        ("meeting",), BOTH, (),
        {"date": "2025-10-25", "status": "planned", "place": "Kuala Lumpur"}, ()),
    "the leaders' meeting at the regional summit": (
        ("summit",), BOTH, (),
        {"date": LAST_OF_MONTH, "status": "planned", "place": "South Korea",
         "participants": {"Donald Trump", "Xi Jinping"}}, ("meeting",)),
    "the threat to call it off": (
        ("threat",), ("USA",), ("CHN",),
        {"instrument": "meeting", "speaker": "Donald Trump", "status": "threatened"}, ("cancel",)),
    "controls on rare earths": (
        ("measure_announced",), ("CHN",), ("WLD",),
        {"instrument": "export_control", "rate_pct": None, "scope": "rare-earth elements",
         "date": None, "announced_on": None}, ("controls",)),
    "the surtax and its day": (
        ("measure_announced", "threat"), ("USA",), ("CHN",),
        {"instrument": "tariff", "rate_pct": 100.0, "date": "2025-11-01"}, ("100%",)),
    "doubt about the surtax": (
        ("statement",), ("USA",), ("CHN",),
        {"speaker": "Donald Trump", "stance": "conciliatory"}, ("sustainable",)),
    "optimism about the talks": (
        ("statement",), ("USA",), ("CHN",),
        {"speaker": "Donald Trump", "stance": "conciliatory"}, ("getting along",)),
    "the lead negotiator on the call": (
        ("statement",), ("USA",), ("CHN",),
        {"speaker": "Scott Bessent", "stance": "conciliatory"}, ("frank", "detailed")),
    "state media on the call": (
        ("statement",), ("CHN",), ("USA",),
        {"speaker": "Xinhua News Agency", "stance": "conciliatory"}, ("frank",)),
    "the lead negotiator on calm": (
        ("statement",), ("USA",), ("CHN",),
        {"speaker": "Scott Bessent", "stance": "conciliatory", "date": "2025-10-17"},
        ("escalated",)),
    "the tariff suspended": (
        ("measure_suspended",), ("USA",), ("CHN",),
        {"instrument": "tariff", "rate_pct": 145.0, "date": "2025"}, ("145%",)),
    "the truce": (
        ("agreement",), BOTH, (), {"date": "2025", "instrument": "agreement"}, ("truce",)),
    "its expiry": (
        ("measure_expired",), BOTH, (), {"date": "2025-11", "instrument": "agreement"},
        ("expire",)),
    "magnets to flow again": (
        ("commitment",), ("CHN",), ("USA",), {"status": "announced"}, ("magnets",)),
    **{
        f"an earlier round in {place}": (
            ("meeting",), BOTH, (),
            {"place": place, "status": "held", "salience": "background"}, (place,))
        for place in ("Madrid", "Stockholm", "London", "Geneva")
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def reading(shared: Path) -> Reading:
    dispatch = shared / "seed" / "dispatch.txt"
    if not dispatch.is_file():
        pytest.skip("the given dispatch is not here")
    return read_dispatch(dispatch, "2025-10-18")


def fits(event: Event, name: str) -> bool:
    kinds, actor, target, fields, words = EXPECTED[name]
    text = " ".join(e.text for e in event.evidence)
    return (
        event.kind in kinds
        and (event.actor, event.target) == (actor, target)
        and all(
            (set(getattr(event, k)) if k == "participants" else getattr(event, k)) == v
            for k, v in fields.items()
        )
        and all(word in text for word in words)
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_it_is_read(reading: Reading, name: str) -> None:
    found = [event for event in reading.events if fits(event, name)]
    assert len(found) == 1, f"{name}: {len(found)} events fit"


def test_nothing_else_is_read(reading: Reading) -> None:
    extra = [e for e in reading.events if not any(fits(e, name) for name in EXPECTED)]
    assert extra == []


def test_every_event_rests_on_its_words(reading: Reading) -> None:
    for event in reading.events:
        assert event.evidence
        for item in event.evidence:
            assert item.text
            assert reading.text[item.start : item.end] == item.text
