"""Files written whole or not at all, and where the public data packs are found."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from errno import EISDIR
from pathlib import Path

from ._text import plain
from .errors import InputError


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file or the whole new one."""
    write_all({path: content})


def write_all(contents: Mapping[Path, str | bytes]) -> None:
    """Write several files that belong together: every one is on disk before the first is moved.

    Raises:
        InputError: one of them cannot be written; then none is.
    """
    with ExitStack() as stack:
        for path, content in contents.items():
            temporary = stack.enter_context(atomic_path(path))
            try:
                temporary.write_bytes(content.encode() if isinstance(content, str) else content)
            except OSError as error:
                raise _unwritable(path, error) from error


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, moved over it when the block ends without an error.

    Raises:
        InputError: `path` is a folder, or its folder cannot be written.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, "it is a folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    except OSError as error:
        raise _unwritable(path, error) from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        try:
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            mask = os.umask(0)
            os.umask(mask)
            temporary.chmod(0o666 & ~mask)
            temporary.replace(path)
        except OSError as error:
            raise _unwritable(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def check_writable(folder: Path) -> None:
    """Try to write where `folder` is or would be, before long work whose files go there.

    Nothing is left behind, not even the folder.

    Raises:
        InputError: the place is a file, or cannot be written.
    """
    here = folder.absolute()
    while not here.exists() and here != here.parent:
        here = here.parent
    try:
        with tempfile.TemporaryFile(dir=here):
            pass
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(path: Path, error: OSError) -> InputError:
    why = error.strerror or error
    return InputError(f"Cannot write {plain(path)}: {why}; choose a place that can be written.")


def data_home() -> Path | None:
    """The folder of public data packs: `DETENTE_DATA`, else `../shared/data` beside a checkout.

    `DETENTE_DATA` may name the folder of packs itself or the folder that holds `data` and
    `record`. None where there is none.
    """
    named = os.environ.get("DETENTE_DATA")
    if named:
        folder = Path(named)
        return folder / "data" if (folder / "data").is_dir() else folder
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    return beside if beside.is_dir() else None
