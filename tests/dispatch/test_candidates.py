"""What the network may choose from: days told by other days, sides held to the usual number."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from detente.dispatch.encode import ANY, encode
from detente.dispatch.finds import sides_of
from detente.dispatch.network import Heads
from detente.dispatch.story import read_sentences
from detente.dispatch.tokens import _paragraphs, _plain_cut

GOLD = Path(__file__).parent / "gold"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        (
            "Peru banned Chilean grapes in March 2024. Chile did the same two months later.",
            "2024-05",
        ),
        ("Peru banned Chilean grapes in 2023. Chile did the same a year later.", "2024"),
        ("Peru and Chile met on 2 May 2025. Chile lifted its ban a week later.", "2025-05-09"),
        ("Peru lifted its ban a day after Chile had paid, on 2 May 2025.", "2025-05-01"),
        ("Peru banned grapes in October 2024. Chile struck back the following March.", "2025-03"),
        ("Peru banned grapes in 2019. Chile struck back the following March.", "2020-03"),
        ("Peru and Chile ended three days of talks on Friday.", "2025-06-11/2025-06-13"),
        ("Peru and Chile opened two-day talks on 2 June 2025.", "2025-06-02/2025-06-03"),
        ("Peru and Chile will meet in the week of June 24.", "2025-06-23/2025-06-29"),
        ("Peru and Chile met last autumn.", "2024"),
        ("Peru and Chile are to meet next winter.", "2026"),
        ("The 1998 pact of Peru and Chile is still in force.", "1998"),
        ("Peru said this month that Chile should pay.", "2025-06-01/2025-06-15"),
        ("Peru and Chile will meet again this month.", "2025-06-15/2025-06-30"),
    ],
)
def test_days_told_by_other_days_may_be_chosen(words: str, day: str) -> None:
    found = encode(*read_sentences(words, date(2025, 6, 15)))
    assert day in {d.value for d in found.days}


def test_a_day_that_cannot_be_is_no_candidate() -> None:
    text = "Peru banned grapes in 1900. Chile did so 999 years earlier, and again 999 years later."
    found = encode(*read_sentences(text, date(2025, 6, 15)))
    assert {d.value for d in found.days} >= {"1900", "2025-06-15"}
    assert all(1900 <= int(d.value.removeprefix("../")[:4]) < 2100 for d in found.days)


def heads(sides: dict[str, tuple[float, float]], codes: tuple[str, ...]) -> Heads:
    rows = [sides.get(code, (-9.0, -9.0)) for code in (*codes, ANY)]
    none = np.zeros(0, np.float32)
    return Heads(np.array(rows, np.float32), *[none] * 9)


def test_more_sides_than_usual_need_better_odds() -> None:
    found = encode(*read_sentences("Peru, Chile and Brazil met the EU and France.", None))
    assert set(found.codes) == {"PER", "CHL", "BRA", "EU", "FRA"}
    three = {"PER": (5.0, -9.0), "CHL": (4.0, -9.0), "BRA": (0.5, -9.0)}
    assert sides_of(found, heads(three, found.codes), "meeting") == (("CHL", "PER"), ())
    three["BRA"] = (3.0, -9.0)
    assert sides_of(found, heads(three, found.codes), "meeting") == (("BRA", "CHL", "PER"), ())
    one = {"PER": (5.0, -9.0), "CHL": (-9.0, 2.0), "BRA": (-9.0, 0.5)}
    assert sides_of(found, heads(one, found.codes), "statement") == (("PER",), ("CHL",))


def test_a_bloc_does_not_stand_beside_its_member() -> None:
    found = encode(*read_sentences("Peru met the EU and France.", None))
    both = {"PER": (5.0, -9.0), "EU": (4.0, -9.0), "FRA": (3.0, -9.0)}
    assert sides_of(found, heads(both, found.codes), "meeting") == (("EU", "PER"), ())


def test_a_side_acts_or_is_hit_and_somebody_acts() -> None:
    found = encode(*read_sentences("Peru banned grapes from Chile.", None))
    assert sides_of(found, heads({"PER": (0.4, 0.2)}, found.codes), "threat")[0] == ("PER",)
    nobody = heads({"PER": (-1.0, -9.0), "CHL": (-9.0, -2.0)}, found.codes)
    assert sides_of(found, nobody, "threat") == (("PER",), ("CHL",))


def test_plain_paragraphs_are_cut_as_the_splitter_would() -> None:
    import pysbd

    splitter = pysbd.Segmenter(language="en", clean=False)
    plain = 0
    for path in sorted(GOLD.glob("[!s]*.txt"))[::3]:
        for paragraph in _paragraphs(path.read_text(encoding="utf-8")):
            flat = paragraph.replace("\n", " ").strip()
            cut = [part.strip() for part in _plain_cut(flat)]
            if len(cut) > 1:
                plain += 1
                assert cut == [str(part).strip() for part in splitter.segment(flat)]
    assert plain > 100
