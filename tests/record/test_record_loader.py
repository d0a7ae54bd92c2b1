"""A strict loader: one broken file for each rule, refused with file and line in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.errors import InputError
from detente.record import load_record

HEAD = """\
record: {name: toy, title: Toy, principals: [AAA, BBB], last_verified: 2025-01-01}
parties:
- {code: AAA, name: A}
- {code: BBB, name: B}
"""
GOOD = """\
measures:
- id: duty
  title: Duty
  imposer: AAA
  targets: [BBB]
  instrument: tariff
  authority: Law
  scope: {list: all, text: all goods}
acts:
- id: base-act
  title: Base
  issuer: AAA
  date: 2025-01-10
  effects:
  - {role: base, measure: duty, rate_pct: 10, from: 2025-02-01}
  sources: [somewhere]
"""


def write(folder: Path, text: str) -> Path:
    (folder / "record.yaml").write_text(HEAD, encoding="utf-8")
    (folder / "entries.yaml").write_text(text, encoding="utf-8")
    return folder


def act(effect: str, more: str = "", date: str = "2025-01-20", name: str = "second") -> str:
    return (
        GOOD + f"- id: {name}\n  title: T\n  issuer: AAA\n  date: {date}\n{more}"
        f"  effects:\n  - {effect}\n  sources: [s]\n"
    )


def test_the_good_one_loads(tmp_path: Path) -> None:
    record = load_record(write(tmp_path, GOOD))
    assert record.measure("duty", "2025-02-01").rate_pct == 10


# each: the text, the line it is refused on (of entries.yaml), words of the message
BROKEN = {
    "unknown key": (GOOD.replace("  title: Duty", "  titel: Duty"), 3, "'titel' is no key"),
    "missing key": (GOOD.replace("  title: Duty\n", ""), 2, "has no title"),
    "duplicate key": (
        GOOD.replace("  title: Duty\n", "  title: Duty\n  title: Again\n"),
        4,
        "given twice",
    ),
    "duplicate id": (GOOD + GOOD.split("acts:\n")[1], 17, "already the name"),
    "no source": (GOOD.replace("  sources: [somewhere]\n", ""), 10, "has no sources"),
    "empty sources": (GOOD.replace("[somewhere]", "[]"), 16, "sources is empty"),
    "bad date": (GOOD.replace("date: 2025-01-10", "date: 2025-13-10"), 13, "no"),
    "date in words": (GOOD.replace("date: 2025-01-10", "date: January"), 13, "YYYY-MM-DD"),
    "text for a rate": (GOOD.replace("rate_pct: 10", "rate_pct: ten"), 15, "a number"),
    "false for a rate": (GOOD.replace("rate_pct: 10", "rate_pct: false"), 15, "a number"),
    "negative rate": (GOOD.replace("rate_pct: 10", "rate_pct: -10"), 15, "percentage points"),
    "unknown section": (GOOD + "tarifs: []\n", 17, "no section"),
    "unknown party": (GOOD.replace("imposer: AAA", "imposer: ZZZ"), 2, "no party"),
    "unknown instrument": (GOOD.replace("instrument: tariff", "instrument: tax"), 6, "one of"),
    "unknown role": (act("{role: bass, measure: duty, from: 2025-03-01}"), 22, "one of"),
    "unknown measure": (
        act("{role: modification, measure: dutty, rate_pct: 5, from: 2025-03-01}"),
        22,
        "no measure",
    ),
    "unknown component": (
        act("{role: modification, measure: duty, component: x, rate_pct: 5, from: 2025-03-01}"),
        22,
        "no component",
    ),
    "unknown agreement": (
        act("{role: prorogation, agreement: pact, of: agreement, until: 2025-03-01}"),
        22,
        "no agreement",
    ),
    "suspension of nothing yet": (
        act("{role: suspension, measure: duty, suspended_pct: all, from: 2025-01-20, "
            "until: 2025-01-30}"),
        22,
        "suspension of nothing",
    ),
    "suspension of more than there is": (
        act("{role: suspension, measure: duty, suspended_pct: 24, from: 2025-03-01}"),
        22,
        "suspend no more",
    ),
    "prorogation of nothing": (
        act("{role: prorogation, measure: duty, of: suspension, until: 2025-09-01}"),
        22,
        "no end to prolong",
    ),
    "abrogation twice": (
        act("{role: abrogation, measure: duty, from: 2025-03-01}")
        + "- id: third\n  title: T\n  issuer: AAA\n  date: 2025-01-21\n"
        "  effects:\n  - {role: abrogation, measure: duty, from: 2025-04-01}\n  sources: [s]\n",
        29,
        "abrogation of nothing",
    ),
    "resumption of nothing": (
        act("{role: resumption, measure: duty, from: 2025-03-01}"), 22, "resumption of nothing",
    ),
    "second base": (
        act("{role: base, measure: duty, rate_pct: 5, from: 2025-03-01}"), 22, "second base",
    ),
    "modification of nothing": (
        act("{role: modification, measure: duty, from: 2025-03-01}"), 22, "changes nothing",
    ),
    "until before from": (
        act("{role: suspension, measure: duty, suspended_pct: 5, from: 2025-03-01, "
            "until: 2025-02-01}"),
        22,
        "not after",
    ),
    "hour after noon": (
        act('{role: modification, measure: duty, rate_pct: 5, from: 2025-03-01, at: "18:00"}'),
        22,
        "next day",
    ),
    "threat in an act": (
        act("{role: threat, measure: duty, rate_pct: 50, from: 2025-03-01}"), 22, "no legal act",
    ),
    "closing what is not open": (
        act("{role: modification, measure: duty, rate_pct: 5, from: 2025-03-01}",
            "  executes: [plan]\n"),
        17,
        "no threat or proposal",
    ),
    "legal effect of a statement": (
        GOOD + "statements:\n- id: words\n  by: AAA\n  date: 2025-01-20\n  text: W\n"
        "  effects:\n  - {role: abrogation, measure: duty, from: 2025-03-01}\n  sources: [s]\n",
        23,
        "only a legal act",
    ),
    "measure without an act": (GOOD.split("acts:")[0], 2, "no act or statement"),
    "performance of nothing": (
        GOOD + "performances:\n- id: p\n  commitment: none\n  date: 2025-01-20\n  text: W\n"
        "  sources: [s]\n",
        18,
        "no commitment",
    ),
    "a list where text belongs": (GOOD.replace("title: Base", "title: [Base]"), 11, "write text"),
    "not YAML": (GOOD + "claims: [\n", 18, "mend the YAML"),
    "a stack without a group": (
        GOOD.replace("  scope:", "  stack: {kind: exclusive}\n  scope:"), 8, "no group",
    ),
    "overlapping components": (
        GOOD.replace(
            "  scope: {list: all, text: all goods}\n",
            "  components:\n  - {id: one, scope: {list: x, text: x}}\n"
            "  - {id: two, scope: {list: x, text: x}}\n",
        ),
        17,
        "overlap",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_refused_with_file_and_line(name: str, tmp_path: Path) -> None:
    text, line, words = BROKEN[name]
    with pytest.raises(InputError) as caught:
        load_record(write(tmp_path, text))
    message = str(caught.value)
    assert words in message, message
    assert f"entries.yaml, line {line}" in message, message
    assert "\n" not in message


def test_binary_and_other_encodings_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, GOOD)
    (folder / "entries.yaml").write_bytes(b"\xff\xfe\x00acts")
    with pytest.raises(InputError, match="UTF-8"):
        load_record(folder)
    (folder / "entries.yaml").write_bytes(b"a: \x00")
    with pytest.raises(InputError):
        load_record(folder)


def test_a_folder_without_a_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no record\.yaml"):
        load_record(tmp_path)


def test_norway_is_a_country_and_a_deep_nest_is_refused(tmp_path: Path) -> None:
    """YAML 1.1 reads NO as false and 1:01 as 61; here both are text."""
    from detente.record.yamlfile import parse

    assert parse("a: NO\nb: 1:01\nc: '2025-01-01'\n", "x") == {
        "a": "NO",
        "b": "1:01",
        "c": "2025-01-01",
    }
    with pytest.raises(InputError, match="nested"):
        parse("a: " + "[" * 30 + "]" * 30, "x")
    for text in ("[" * 300_000, "- " * 300_000):  # composed as a tree, these exhaust the stack
        with pytest.raises(InputError, match="nested"):
            parse(text, "x")
    with pytest.raises(InputError, match="line 2: a second document"):
        parse("a: 1\n---\nb: 2", "x")


def test_anchors_are_refused_before_they_multiply() -> None:
    from detente.record.yamlfile import parse

    bomb = "a: &a [x, x]\n" + "".join(
        f"{n}: &{n} [*{m}, *{m}, *{m}, *{m}, *{m}, *{m}, *{m}, *{m}]\n"
        for m, n in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(InputError, match="anchor"):
        parse(bomb, "x")


def test_half_open_intervals_and_local_hours(tmp_path: Path) -> None:
    from datetime import datetime

    text = act(
        "{role: suspension, measure: duty, suspended_pct: 4, from: 2025-03-01, "
        'until: 2025-04-01, at: "12:01"}'
    )
    record = load_record(write(tmp_path, text))
    days = ("2025-02-28", "2025-03-01", "2025-03-31", "2025-04-01")
    rate = {d: record.measure("duty", d).rate_pct for d in days}
    assert rate == {"2025-02-28": 10, "2025-03-01": 6, "2025-03-31": 6, "2025-04-01": 10}
    at = [record.components(datetime(2025, 3, 1, 12, m))[0].rate_pct for m in (0, 1)]
    assert at == [10, 6]
