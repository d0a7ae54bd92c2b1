"""Several dispatches: one fact from many, corrections, conflicts, and the stance index."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from detente.dispatch import Reading, read_dispatch
from detente.dispatch.merge import merge
from detente.dispatch.propose import entries
from detente.dispatch.signals import chart, stances
from detente.errors import InputError
from detente.record import user

FIRST = "Canada imposed a 25% tariff on American steel from March 13, 2025.\n"
SECOND = "On March 13 Canada put a 25% duty on steel imports from the United States.\n"
OTHER = "Canada imposed a 30% tariff on American steel from March 13, 2025.\n"
CORRECTED = "Correction: an earlier version gave a wrong rate.\n" + OTHER
SPOKEN = 'Prime Minister Mark Carney said in Ottawa: "We condemn these unjustified US tariffs."\n'
SOFT = '"We welcome the constructive talks with Canada," President Donald Trump said of tariffs.\n'


def read(text: str, day: str) -> Reading:
    return read_dispatch(text, day, source=f"agency of {day}")


def test_two_dispatches_on_one_measure_are_one_proposal() -> None:
    merged = merge([read(SECOND, "2025-03-14"), read(FIRST, "2025-03-13")])
    (proposal,) = merged.proposals
    assert proposal.sources == (0, 1)
    assert [r.published for r in merged.readings] == ["2025-03-13", "2025-03-14"]
    assert not proposal.conflicts
    for item in proposal.event.evidence:
        assert merged.readings[item.source].text[item.start : item.end] == item.text


def test_a_contradiction_is_shown_side_by_side() -> None:
    (proposal,) = merge([read(FIRST, "2025-03-13"), read(OTHER, "2025-03-14")]).proposals
    assert proposal.event.rate_pct == 25.0
    (conflict,) = proposal.conflicts
    assert (conflict.field, conflict.values) == ("rate_pct", ((0, 25.0), (1, 30.0)))
    assert not proposal.superseded


def test_a_later_correction_supersedes() -> None:
    (proposal,) = merge([read(FIRST, "2025-03-13"), read(CORRECTED, "2025-03-14")]).proposals
    assert proposal.event.rate_pct == 30.0
    assert [event.rate_pct for event in proposal.superseded] == [25.0]
    assert not proposal.conflicts


def test_an_earlier_dispatch_corrects_nothing() -> None:
    (proposal,) = merge([read(CORRECTED, "2025-03-12"), read(FIRST, "2025-03-13")]).proposals
    assert proposal.event.rate_pct == 30.0
    assert [c.values for c in proposal.conflicts] == [((0, 30.0), (1, 25.0))]


def test_other_goods_or_another_day_are_another_measure() -> None:
    other = "Canada imposed a 10% tariff on American timber from June 1, 2025.\n"
    assert len(merge([read(FIRST, "2025-03-13"), read(other, "2025-06-02")]).proposals) == 2


def test_an_accepted_proposal_enters_the_users_record(tmp_path: Path) -> None:
    user.new(tmp_path, "mine", "mine", parties={"CAN": "Canada", "USA": "United States"},
             last_verified=date(2025, 3, 1))  # fmt: skip
    merged = merge([read(FIRST, "2025-03-13"), read(SPOKEN, "2025-03-14")])
    for proposal in merged.proposals:
        user.add(tmp_path, entries(proposal, merged.readings, ["CAN", "USA"]))
    record = user.check(tmp_path)
    assert record.measures("2025-03-14", "2025-03-12") == ()  # not known before it was published
    (measure,) = record.measures("2025-03-14", "2025-03-14")
    assert (measure.status, measure.rate_pct) == ("in_force", 25.0)
    assert [s.speaker for s in record.statements] == ["Mark Carney"]


def test_a_proposal_without_a_day_of_publication_is_not_saved() -> None:
    merged = merge([read_dispatch(FIRST)])
    with pytest.raises(InputError, match="--published"):
        entries(merged.proposals[0], merged.readings, ["CAN", "USA"])


def test_the_index_is_the_written_formula() -> None:
    result = stances(merge([read(SPOKEN, "2025-03-01"), read(SOFT, "2025-03-15")]))
    index = {(p.day.isoformat(), p.side): p.index for p in result.points}
    # One escalatory remark of weight 1: -100 * 1 / (1 + 1); after one half-life: -100 * .5 / 1.5.
    assert index["2025-03-01", "CAN"] == -50.0
    assert index["2025-03-15", "CAN"] == pytest.approx(-33.33)
    assert index["2025-03-15", "USA"] == 50.0
    assert ("2025-03-01", "USA") not in index
    assert {s.source for s in result.signals} == {"agency of 2025-03-01", "agency of 2025-03-15"}


def test_the_chart_is_drawn(tmp_path: Path) -> None:
    result = stances(merge([read(SPOKEN, "2025-03-01"), read(SOFT, "2025-03-15")]))
    chart(result, tmp_path / "stance.svg")
    assert (tmp_path / "stance.svg").read_text().lstrip().startswith("<svg")
