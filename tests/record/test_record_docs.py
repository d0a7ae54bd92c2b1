"""docs/record.md runs as shown."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from detente.record import schema, user

PAGE = Path(__file__).resolve().parents[2] / "docs" / "record.md"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)


def test_the_python_of_the_page_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    user.new(
        Path("my-record"), "mine", "Mine", base="us-china",
        last_verified=date(2026, 10, 11),
    )  # fmt: skip
    names: dict[str, Any] = {}
    for code in blocks("python"):
        exec(code, names)
    shown = re.findall(r"# (\[[\d., ]+\])", "".join(blocks("python")))
    assert capsys.readouterr().out.split("\n")[:-1] == shown


def test_the_entry_of_the_page_can_be_added(tmp_path: Path) -> None:
    user.new(
        tmp_path / "r", "mine", "Mine", base="us-china",
        last_verified=date(2026, 10, 11),
    )  # fmt: skip
    user.add(tmp_path / "r", blocks("yaml")[0])
    found = user.check(tmp_path / "r").measure("us-surtax-2026", "2026-11-22")
    assert found is not None
    assert found.status == "threatened"


def test_the_output_of_the_page_is_the_output(cli) -> None:
    shown = blocks("console")
    status = cli("status", "--on", "2025-10-18", "--known", "2025-10-18").stdout
    diff = cli("diff", "--known", "2025-10-15", "--known", "2025-10-27").stdout
    for line in shown[0].split("\n")[1:] + shown[1].split("\n")[1:]:
        if line.strip() not in ("...", ""):
            assert line in status or line in diff, line


def test_every_section_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for section in schema.SECTIONS:
        assert f"| `{section}` |" in text, section
    for role in schema.ROLES:
        assert f"`{role}`" in text, role
