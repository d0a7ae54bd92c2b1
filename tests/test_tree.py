"""The tree itself: imports run one way, nothing names an index host, nothing heavy loads early."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

SRC = ROOT / "src" / "detente"
CHAIN = ["record", "dispatch", "world", "policy", "economy", "game", "talks", "brief", "desk"]


def imports(path: Path) -> set[str]:
    """The detente subpackages that the module at `path` imports, at any depth of nesting."""
    package = ["detente", *path.relative_to(SRC).parent.parts]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            full = [*base, *(node.module.split(".") if node.module else [])]
            names = [[*full, alias.name] for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        else:
            continue
        found |= {name[1] for name in names if name[0] == "detente" and len(name) > 1}
    return found


def test_imports_run_one_way() -> None:
    wrong = []
    for path in SRC.rglob("*.py"):
        parts = path.relative_to(SRC).parts
        if parts[0] not in CHAIN:
            continue
        allowed = set(CHAIN[: CHAIN.index(parts[0]) + 1])
        wrong += [
            f"{path.relative_to(ROOT)} imports {name}"
            for name in imports(path) & set(CHAIN)
            if name not in allowed
        ]
    assert not wrong, "each package imports only from earlier ones:\n" + "\n".join(wrong)


def test_only_the_faces_know_the_command_line() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in SRC.rglob("*.py")
        if path.relative_to(SRC).parts[0] in CHAIN and "cli" in imports(path)
    ]
    assert not wrong


def committed_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_no_committed_file_names_a_package_index() -> None:
    hosts = re.compile(
        r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org|"  # the hosts
        r"--(extra-)?index-url|/simple/"  # and ways of naming one
    )
    here = Path(__file__).resolve()
    wrong = [
        str(path.relative_to(ROOT))
        for path in committed_files()
        if path != here
        and path.is_file()
        and path.suffix not in {".npz", ".png"}
        and hosts.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert not wrong


@pytest.mark.parametrize("module", ["detente", "detente.cli", "detente.record"])
def test_asking_the_record_loads_no_solver_and_no_charts(module: str) -> None:
    heavy = {"scipy", "altair", "vl_convert", "jax", "pandas", "xarray", "pyarrow", "dateparser"}
    code = f"import sys, {module}; print(' '.join(m for m in sys.modules if '.' not in m))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not heavy & set(loaded.stdout.split())


def test_the_quick_start_is_exactly_two_commands() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S)
    assert len(blocks) == 2  # .ci/run runs them as they stand
    assert all(len(block.strip().splitlines()) == 1 for block in blocks)
    assert "detente brief" in blocks[0]
    assert "pytest" in blocks[1]


def test_nothing_committed_names_a_path_of_one_machine() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in committed_files()
        if path.is_file()
        and path.suffix not in {".npz", ".png"}
        and re.search(r"(?<![\w.])/(work|root|home)/\w", path.read_text("utf-8", "ignore"))
    ]
    assert not wrong
