"""The rules on sentences of our own, one pattern of news English each: exactly these events."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from detente.dispatch import Event, read_dispatch

CASES = yaml.safe_load((Path(__file__).parent / "sentences.yaml").read_text(encoding="utf-8"))


def line(e: Event) -> str:
    rate = "-" if e.rate_pct is None else f"{e.rate_pct:g}"
    sides = f"{'+'.join(e.actor)}>{'+'.join(e.target)}"
    return f"{e.kind} {sides} {rate} {e.date or '-'} {e.status or '-'}"


def agrees(wanted: str, found: str) -> bool:
    """Field by field; `*` stands for any value."""
    pairs = list(zip(wanted.split(), found.split(), strict=True))
    return all(w in ("*", f) for w, f in pairs)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:50])
def test_a_sentence_gives_these_events(case: dict) -> None:
    found = [line(event) for event in read_dispatch(case["text"], "2025-05-16", "rules").events]
    left = list(found)
    for wanted in case["events"]:
        match = next((f for f in left if agrees(wanted, f)), None)
        assert match is not None, f"{wanted!r} is not in {found}"
        left.remove(match)
    assert not left


def test_lines_cut_at_a_width_are_read_as_running_text() -> None:
    text = (
        "OTTAWA, May 16 (Agency) - Canada will impose a 15% tariff on Norwegian steel from\n"
        "June 1, it said.\n\nNorway condemned the step as unjustified.\n"
    )
    event = read_dispatch(text, "2025-05-16", "rules").events[0]
    assert (event.rate_pct, event.date) == (15.0, "2025-06-01")
    assert text[event.evidence[0].start : event.evidence[0].end] == event.evidence[0].text
