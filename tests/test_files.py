"""Files are written whole or not at all, and what cannot be written is said in one sentence."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from detente._files import atomic_path, check_writable, write_all, write_atomic
from detente.errors import InputError


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.txt"
    write_atomic(path, "old")
    write_atomic(path, "newer")
    assert path.read_text() == "newer"
    assert names(path.parent) == {"a.txt"}


def test_an_error_in_the_block_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_atomic(path, "old")

    def interrupted() -> None:
        with atomic_path(path) as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "old"
    assert names(tmp_path) == {"a.txt"}


@pytest.mark.parametrize("taken", ["a.txt", "b.txt"])
def test_of_several_files_none_is_written_if_one_cannot_be(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).mkdir()
    with pytest.raises(InputError, match=f"{taken}: it is a folder"):
        write_all({tmp_path / "a.txt": "a", tmp_path / "b.txt": b"b"})
    assert names(tmp_path) == {taken}


@pytest.mark.parametrize("name", ["file/x.txt", "x" * 300])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="Cannot write"):
        write_atomic(tmp_path / name, "x")
    assert names(tmp_path) == {"file"}


def test_machine_output_is_json_on_a_terminal_without_unicode(cli) -> None:
    done = cli(
        "status", "--json", "--on", "2025-10-18", env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["on"] == "2025-10-18"


def test_words_survive_a_terminal_without_unicode(cli) -> None:
    done = cli(
        "brief", "--as-of", "2025-10-18", env={**os.environ, "PYTHONIOENCODING": "ascii:strict"}
    )
    assert done.returncode == 0, done.stderr
    assert "\\u2212" in done.stdout  # the minus sign


def test_a_place_is_tried_before_long_work(tmp_path: Path) -> None:
    check_writable(tmp_path / "new" / "deep")
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="choose a place that can be written"):
        check_writable(tmp_path / "file" / "below")
