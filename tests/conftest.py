"""Shared fixtures: where the public data are, and the command line run as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# One thread each, before numpy is imported: see detente.cli.main.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

ROOT = Path(__file__).resolve().parents[1]


def _shared() -> Path | None:
    named = os.environ.get("DETENTE_DATA")
    folder = Path(named) if named else ROOT.parent / "shared"
    if named and folder.name == "data":
        folder = folder.parent
    return folder if (folder / "data").is_dir() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with `data` and `record`; a test that needs it is skipped where it is absent."""
    folder = _shared()
    if folder is None:
        pytest.skip("public data packs not found: set DETENTE_DATA or place them in ../shared")
    return folder


@pytest.fixture(scope="session")
def packs(shared: Path) -> Path:
    """The folder of data packs (`icio2022`, `wiod2011`, ...)."""
    return shared / "data"


@pytest.fixture
def cli() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `detente ARGS...` in a process of its own, as a user does."""

    def call(*args: object, **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "detente", *map(str, args)],
            capture_output=True,
            text=True,
            timeout=300,
            **options,  # type: ignore[call-overload]
        )

    return call
