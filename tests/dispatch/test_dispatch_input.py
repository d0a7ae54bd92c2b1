"""What comes in: files, encodings, web pages, and what cannot be read."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.dispatch import read_dispatch
from detente.errors import InputError

TEXT = (
    "Canada imposed a 25% tariff on American steel on March 13, 2025. “We regret that it has come "
    "to this,” Finance Minister Dominic LeBlanc said in Ottawa.\n"
)


def kinds(given: str | bytes | Path) -> list[str]:
    return [event.kind for event in read_dispatch(given, "2025-03-14").events]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"   \n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4, "binary"),
        (b"\x01\x02\x03\x04\x05\x06" * 200, "binary"),
        (b"1234 5678 -- 90%", "no words"),
        (b"Le gouvernement canadien impose des droits de douane de 25% sur l'acier.",
         "English"),
        ("美国对中国商品加征关税，商务部表示坚决反对。" .encode(), "English"),
        ("Канада ввела пошлины на американскую сталь.".encode(), "English"),
        (b"The cat sat on the mat and it was happy to be in the sun with its friends.", "trade"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_a_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "dispatch.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        read_dispatch(path, "2025-03-14")
    assert "dispatch.txt" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_wrong_day() -> None:
    with pytest.raises(InputError, match="Cannot read"):
        read_dispatch(Path("no-such-file.txt"))
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        read_dispatch(TEXT, "14 March")
    with pytest.raises(InputError, match="no reader"):
        read_dispatch(TEXT, reader="oracle")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_give_the_same_events(encoding: str) -> None:
    assert kinds(TEXT.encode(encoding)) == ["measure_in_force", "statement"]


def test_a_web_page_is_read_and_never_run() -> None:
    page = f"""<html><head><title>x</title><meta property="article:published_time"
    content="2025-03-14T08:00:00Z"><script>China imposed a 99% tariff on Japan;</script></head>
    <body><nav>Tariffs on France</nav><p>Canada &amp; others</p><p>{TEXT}</p>
    <script src="http://nowhere.invalid/x.js">Mexico imposed a 98% tariff on Brazil.</script>
    <style>p {{ color: red }}</style></body></html>"""
    reading = read_dispatch(page)
    assert reading.published == "2025-03-14"
    assert [e.kind for e in reading.events] == ["measure_in_force", "statement"]
    assert "Mexico" not in reading.text
    assert "99%" not in reading.text
    assert "Canada & others" in reading.text
    for event in reading.events:
        for item in event.evidence:
            assert reading.text[item.start : item.end] == item.text


def test_control_characters_and_nested_quotes_do_no_harm() -> None:
    text = (
        "\x1b[31mCanada\x07 said “the “so-called” tariff of 25% on steel is unfair” to America.\n"
        * 3
    )
    assert read_dispatch(text + TEXT, "2025-03-14").events


def test_ten_megabytes_get_an_answer_at_once_and_a_large_text_takes_linear_time() -> None:
    with pytest.raises(InputError, match="split it"):
        read_dispatch(TEXT * (10_000_000 // len(TEXT)), "2025-03-14")

    def cost(copies: int) -> float:
        start = time.process_time()
        read_dispatch(TEXT * copies, "2025-03-14")
        return time.process_time() - start

    cost(5)
    small, large = cost(60), cost(480)
    assert large < 8 * small * 4  # eight times the text; quadratic would be 64 times


@given(st.text(max_size=400))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_read_or_refused(noise: str) -> None:
    try:
        reading = read_dispatch(noise + "\n" + TEXT, "2025-03-14")
    except InputError:
        return
    for event in reading.events:
        for item in event.evidence:
            assert reading.text[item.start : item.end] == item.text
