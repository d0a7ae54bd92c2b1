"""Text from outside is shown as text: on terminals, in tables, inside the scripts of a page."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from detente._text import ScriptJSON, plain
from detente.errors import InputError
from detente.record import user

HOSTILE = "=1+1 [/red]</script><script>alert(1)</script>\x1b[31m\u202e"
ENTRY = {
    "statements": [
        {
            "id": "a-threat",
            "by": "USA",
            "date": "2026-11-20",
            "text": HOSTILE,
            "effects": [
                {"role": "threat", "measure": "hostile", "rate_pct": 50, "from": "2026-12-24"}
            ],
            "sources": ["javascript:alert(2)"],
        }
    ],
    "measures": [
        {
            "id": "hostile",
            "title": HOSTILE,
            "imposer": "USA",
            "targets": ["CHN"],
            "instrument": "tariff",
            "authority": HOSTILE,
            "country_wide": True,
            "scope": {"list": "all", "text": HOSTILE},
        }
    ],
}


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    user.new(folder, "own", HOSTILE, base="us-china", last_verified=date(2026, 11, 21))
    user.add(folder, ENTRY)
    return folder


def test_plain_keeps_words_and_drops_what_a_terminal_obeys() -> None:
    assert plain("a\nb") == "a b"
    assert not set(plain(HOSTILE)) & {"\x1b", "\u202e"}


def test_no_text_ends_the_script_that_holds_it() -> None:
    written = json.dumps({"title": HOSTILE}, cls=ScriptJSON)
    assert "<" not in written
    assert json.loads(written) == {"title": HOSTILE}


def test_hostile_titles_pass_through_every_face_as_text(cli, hostile: Path) -> None:
    out = hostile.parent / "out"
    day = ("--record", hostile, "--as-of", "2026-11-22")
    for args in (
        ("brief", *day, "--out", out),
        ("forecast", *day, "--out", out / "fan.html"),
        ("status", "--record", hostile, "--on", "2026-11-22"),
        ("timeline", "--record", hostile, "--from", "2026-11-01", "--out", out / "line.html"),
    ):
        done = cli(*args)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        assert "\x1b" not in done.stdout
        assert "\u202e" not in done.stdout
    for name in ("brief.html", "fan.html", "line.html"):
        assert "<script>alert" not in (out / name).read_text(encoding="utf-8")
    for path in out.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        assert "\x1b" not in text
        assert ",=" not in text


@pytest.mark.parametrize("rate", [float("inf"), float("nan")])
def test_a_rate_that_is_no_number_is_refused_not_a_crash(hostile: Path, rate: float) -> None:
    act = {
        "id": "x",
        "title": "X",
        "issuer": "USA",
        "date": date(2026, 11, 21),
        "effects": [{"role": "base", "measure": "hostile", "rate_pct": rate, "from": "2026-12-24"}],
        "sources": ["s"],
    }
    with pytest.raises(InputError, match="rate_pct"):
        user.add(hostile, act, "acts")
