"""Product lists: the index, prefixes, padded codes, ranges, later codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.errors import InputError
from detente.record import products


def write(packs: Path, name: str, text: str) -> Path:
    folder = packs / products.PACK
    folder.mkdir(exist_ok=True, parents=True)
    (folder / name).write_text(text, encoding="utf-8")
    return packs


def index(monkeypatch: pytest.MonkeyPatch, source: str, less: tuple[str, ...] = ()) -> None:
    made = products.ProductList("x", "USA", "", source, less, 1.0, "", "", "")
    monkeypatch.setattr(products, "lists", lambda: {"x": made})


def test_index_is_sound() -> None:
    found = products.lists()
    assert len(found) == len(products.rows(products.INDEX)), "an id stands twice"
    for entry in found.values():
        assert entry.title, entry.id
        assert entry.source, entry.id
        assert 0 <= entry.share <= 1, entry.id
        assert entry.importer in ("", "USA", "CHN"), entry.id
        for name in entry.less:
            assert not found[name].less, f"{entry.id} leaves out {name}, itself with exceptions"
        if entry.share < 1:
            assert entry.note, f"{entry.id} takes a share and does not say why"


def test_every_source_is_read(packs: Path) -> None:
    for name, entry in products.lists().items():
        codes = products.read_codes(name, packs)
        if entry.source not in (products.EVERYTHING, products.SECTORS):
            assert codes.prefixes or codes.ranges, name


def test_published_counts_of_the_301_lists(packs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Section 301 lists in the schedule, as counted in the pack's README, fault 1.
    counts = {"1": 856, "2": 283, "3": 5906, "4A": 2963, "4B": 546}
    for name, count in counts.items():
        index(monkeypatch, f"s301_product_lists.csv?list={name}&in_hts=1")
        assert len(products.read_codes("x", packs).prefixes) == count


@pytest.mark.parametrize(
    ("listed", "code", "covered"),
    [
        ("8471", "8471300100", True),
        ("847130", "8471300100", True),
        ("84713001", "8471300100", True),
        ("8471300100", "8471300100", True),
        ("84713001", "8471300200", False),
        ("0471", "8471300100", False),
    ],
)
def test_a_code_covers_what_begins_with_it(listed: str, code: str, covered: bool) -> None:
    assert products.Codes(frozenset({listed})).covers(code) is covered


def test_everything_ends_before_chapter_98() -> None:
    codes = products.Codes(everything=True)
    assert codes.covers("9706900000")
    assert not codes.covers("9801001000")


def test_ranges_are_inclusive() -> None:
    codes = products.Codes(ranges=(("720610", "721650"),))
    assert [codes.covers(c + "0000") for c in ("720609", "720610", "721650", "721651")] == [
        False,
        True,
        True,
        False,
    ]


def test_padded_codes_are_read_as_eight_digits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "some.csv", "hts\n3004909200\n2841800000\n")
    index(monkeypatch, "some.csv")
    schedule = ["3004909215", "3004909290", "2841800000"]
    codes = products.read_codes("x", tmp_path, schedule)
    assert codes.prefixes == {"30049092", "2841800000"}
    assert all(codes.covers(c) for c in schedule)
    # Without the schedule nothing says which zeros are padding.
    assert not products.read_codes("x", tmp_path).covers("3004909215")


def test_filters_and_unions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.csv", "hts,list\n01012100,1\n01012900,2\n73030000,1\n")
    index(monkeypatch, "a.csv?list=1&hts^=01 + codes:9999")
    assert products.read_codes("x", tmp_path).prefixes == {"01012100", "9999"}


def test_later_codes_count_where_most_successors_are_listed(tmp_path: Path) -> None:
    header = "old_hts10,new_hts10,revision_from,revision_to,change_type\n"
    lines = "1111111111,2222222222,a,b,rename\n3333333333,4444444444,a,b,split\n"
    lines += "3333333333,5555555555,a,b,split\n,6666666666,a,b,added\nNA,7777777777,a,b,added\n"
    write(tmp_path, "hts_concordance.csv", header + lines)
    later = products.successors(tmp_path)
    assert set(later) == {"1111111111", "3333333333"}
    listed = products.Codes(frozenset({"22222222", "4444444444"}))
    assert products.on_list(listed, "1111111111", later)
    assert not products.on_list(listed, "3333333333", later), "half of a split is not most"
    assert not products.on_list(listed, "6666666666", later)


@pytest.mark.parametrize("text", ["", "851", "85176", "8517.62.009", "85x7.62.0090", "12345678901"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"no tariff code; write 4, 6, 8 or 10 digits"):
        products.digits(text)


def test_dots_and_blanks_are_allowed() -> None:
    assert products.digits("8517.62.0090") == products.digits("8517 62 00 90") == "8517620090"


def test_missing_or_broken_tables_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(monkeypatch, "gone.csv")
    with pytest.raises(InputError, match=r"gone\.csv is missing; set DETENTE_DATA"):
        products.read_codes("x", tmp_path)
    write(tmp_path, "bad.csv", "hts\n85\x1b[31m\n")
    index(monkeypatch, "bad.csv")
    with pytest.raises(InputError, match=r"bad\.csv holds .* which is no tariff code") as caught:
        products.read_codes("x", tmp_path)
    assert "\x1b" not in str(caught.value)
    index(monkeypatch, "bad.csv?colour=red")
    with pytest.raises(InputError, match=r"has no column colour"):
        products.read_codes("x", tmp_path)
    with pytest.raises(InputError, match=r"There is no product list 'y'"):
        products.product_list("y")
