"""brief, impact and status as a user runs them: output, exit statuses, wrong input."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

DISPATCH = ROOT / "docs" / "examples" / "dispatch-2025-10-18.txt"


def test_brief_writes_and_prints(cli, tmp_path: Path) -> None:
    done = cli(
        "brief", "--as-of", "2025-10-18", "--dispatch", DISPATCH, "--out", tmp_path / "o", "--json"
    )
    assert done.returncode == 0, done.stderr
    machine = json.loads(done.stdout)
    assert machine["as_of"] == "2025-10-18"
    assert machine["dispatch"]["events"]
    assert machine["seconds"] > 0
    assert {p.name for p in (tmp_path / "o").iterdir()} >= {
        "brief.html",
        "brief.json",
        "events.csv",
    }


def test_brief_in_a_terminal_is_text(cli) -> None:
    done = cli("brief", "--as-of", "2025-10-18")
    assert done.returncode == 0, done.stderr
    assert "What each way out costs whom" in done.stdout
    assert "Full employment" in done.stdout


def test_impact_of_a_branch(cli) -> None:
    done = cli("impact", "truce-ended", "--as-of", "2025-10-18", "--json")
    assert done.returncode == 0, done.stderr
    machine = json.loads(done.stdout)
    assert machine["real_income_pct"]["USA"] < 0
    assert machine["certificate"]["max_residual"] <= 1e-10
    keys = {"ev_musd", "wages_pct", "prices_pct", "tariff_revenue_musd", "closure", "seconds"}
    assert keys <= set(machine)


def test_impact_of_an_overlay_and_partial(cli, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("name: mine\ntariffs: [{importer: USA, exporter: CHN, add_pct: 25}]\n")
    whole = cli("impact", path, "--as-of", "2025-10-18", "--json")
    part = cli("impact", path, "--as-of", "2025-10-18", "--partial", "--json")
    assert whole.returncode == part.returncode == 0, whole.stderr + part.stderr
    held = json.loads(part.stdout)
    assert held["partial"] is True
    assert all(abs(v) < 1e-9 for v in held["wages_pct"].values())
    assert json.loads(whole.stdout)["wages_pct"]["CHN"] < 0


def test_a_name_that_looks_like_markup_is_shown_as_text(cli, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("name: '[/red][bold]mine'\n")
    done = cli("impact", path, "--as-of", "2025-10-18")
    assert done.returncode == 0, done.stderr
    assert "[/red][bold]mine" in done.stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["brief", "--as-of", "18.10.2025"], "--as-of"),
        (["brief", "--as-of", "2025-02-30"], "--as-of"),
        (["brief", "--as-of", "2025-10-18", "--horizon", "eternal"], "eternal"),
        (["brief", "--as-of", "2025-10-18", "--closure", "loose"], "loose"),
        (["brief", "--world", "nowhere.npz", "--as-of", "2025-10-18"], "nowhere"),
        (["brief", "--record", "nowhere", "--as-of", "2025-10-18"], "nowhere"),
        (["impact", "peace", "--as-of", "2025-10-18"], "peace"),
        (["impact", "absent.yaml", "--as-of", "2025-10-18"], "absent.yaml"),
        (["status", "--known", ""], "--known"),
        (["status", "--parties", "USA", "--parties", "ATL"], "ATL"),
        (["replicate", "nothing", "--data", "."], "nothing"),
        (["replicate", "caliendo-parro-2015", "--data", "nowhere"], "nowhere"),
    ],
)
def test_wrong_input_gets_one_sentence_and_status_2(cli, args: list[str], words: str) -> None:
    done = cli(*args)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        bytes(range(256)) * 40,
        "Le gouvernement français a annoncé hier une hausse des droits de douane.".encode() * 3,
        b"The home side won the match in the last minute after a long rally on Sunday. " * 3,
    ],
    ids=["empty", "blank", "binary", "french", "football"],
)
def test_a_dispatch_that_cannot_be_used_leaves_nothing_behind(
    cli, tmp_path: Path, content: bytes
) -> None:
    path, out = tmp_path / "news.txt", tmp_path / "out"
    path.write_bytes(content)
    done = cli("brief", "--as-of", "2025-10-18", "--dispatch", path, "--out", out)
    assert done.returncode == 2
    assert "news.txt" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


def test_status_loads_neither_solver_nor_charts() -> None:
    code = (
        "import sys; sys.argv = ['detente', 'status', '--on', '2025-10-18', '--json'];"
        "from detente.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('LOADED', ' '.join(m for m in sys.modules if '.' not in m), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split("LOADED")[-1].split())
    assert not loaded & {"scipy", "altair", "vl_convert", "xarray", "pandas", "jax"}


def test_help_lists_every_command(cli) -> None:
    done = cli("--help")
    assert done.returncode == 0, done.stderr
    for name in ("brief", "status", "read", "impact", "replicate", "world"):
        assert name in done.stdout


@pytest.mark.parametrize("args", [("timeline",), ("average",), ("world", "info")])
def test_a_reader_that_goes_away_is_no_failure(args: tuple[str, ...]) -> None:
    call = subprocess.Popen(
        [sys.executable, "-m", "detente", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert call.stdout is not None
    call.stdout.close()  # as `| head -0` does
    _, said = call.communicate()
    assert call.returncode == 0, said


@pytest.mark.parametrize("output", [(), ("--json",)])
def test_what_is_to_be_saved_is_saved_though_nobody_looks(
    cli, tmp_path: Path, output: tuple[str, ...]
) -> None:
    folder = tmp_path / "mine"
    assert cli("record", "new", folder, "--base", "us-china").returncode == 0
    args = ("read", str(DISPATCH), "--published", "2025-10-18", "--save", str(folder), "--yes")
    call = subprocess.Popen(
        [sys.executable, "-m", "detente", *args, *output],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert call.stdout is not None
    call.stdout.close()
    _, said = call.communicate()
    assert call.returncode == 0, said
    assert [path for path in folder.iterdir() if path.name.startswith("000001")]
