"""Files written whole or not at all, and where the public data packs are found."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import InputError


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file or the whole new one."""
    with atomic_path(path) as temporary:
        data = content.encode() if isinstance(content, str) else content
        temporary.write_bytes(data)


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, moved over it when the block ends without an error."""
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    except OSError as error:
        raise InputError(
            f"Cannot write {path}: {error.strerror}; choose a folder that can be written."
        ) from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


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
