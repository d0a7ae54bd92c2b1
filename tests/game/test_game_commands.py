"""`detente optimum`, `war` and `bargain` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detente.world.synthetic import random_world


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("worlds") / "small.npz"
    random_world(3, 3, seed=2, max_tariff=0.1).save(path)
    return path


def answer(done) -> dict:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_optimum(cli, small: Path, tmp_path: Path) -> None:
    picture = tmp_path / "optimum.svg"
    options = ("--world", small, "--out", picture, "--draws", 2, "--json")
    said = answer(cli("optimum", "R001", *options))
    assert said["players"] == ["R001"]
    assert said["gain_pct"] > 0
    assert said["second_order"] < 0
    assert set(said["real_income_pct"]) == {"R001", "R002", "R003"}
    assert {t["imposer"] for t in said["tariffs"]} == {"R001"}
    assert len(said["tariffs"]) == 6
    assert said["seconds"] > 0
    assert all(row["draws"] + row["failed"] >= 2 for row in said["draws"].values())
    assert picture.read_text().lstrip().startswith("<svg")


def test_war(cli, small: Path) -> None:
    said = answer(cli("war", "R001", "R002", "--world", small, "--json"))
    assert said["kind"] == "interior"
    assert 0 <= said["eps_nash_pct"] < 1e-4
    assert {(t["imposer"], t["partner"]) for t in said["tariffs"]} == {
        ("R001", "R002"),
        ("R002", "R001"),
    }
    assert set(said["objective"]) == {"R001", "R002"}


def test_bargain(cli, small: Path, tmp_path: Path) -> None:
    picture = tmp_path / "frontier.html"
    said = answer(
        cli("bargain", "R001", "R002", "--world", small, "--points", 3, "--out", picture, "--json")
    )
    assert said["agreement"]
    assert [s["solution"] for s in said["solutions"]] == [
        "nash",
        "kalai_smorodinsky",
        "egalitarian",
    ]
    for solution in said["solutions"]:
        assert min(solution["gains_pct"].values()) > -1e-9
    assert {(h["party"], h["solution"]) for h in said["holds"]} == {
        (p, s) for p in said["players"] for s in ("nash", "kalai_smorodinsky", "egalitarian")
    }
    assert len(said["frontier_pct"]) == 3
    assert "http" not in picture.read_text().split("<script")[0]


def test_shown_to_a_person(cli, small: Path) -> None:
    for command in (("war", "R001", "R002"), ("bargain", "R001", "R002", "--points", 0)):
        done = cli(*command, "--world", small)
        assert done.returncode == 0, done.stderr
        assert "R001" in done.stdout
        assert done.stderr.strip().endswith(" s")


def test_weights_file(cli, small: Path, tmp_path: Path) -> None:
    file = tmp_path / "weights.yaml"
    file.write_text("R001: {S01: 1.5, S02: 0.5}\n")
    said = answer(cli("optimum", "R001", "--world", small, "--weights", file, "--json"))
    assert "political weights" in said["objective"]["R001"]
    file.write_text("R001: {S01: 1.5}\n")
    done = cli("optimum", "R001", "--world", small, "--weights", file)
    assert done.returncode == 2
    assert "average" in done.stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("optimum", "XXX"), "XXX"),
        (("optimum", "R001", "--against", "R001"), "itself"),
        (("optimum", "R001", "--lower", "50", "--upper", "10"), "Bounds"),
        (("optimum", "R001", "--out", "picture.doc"), ".png"),
        (("war", "R001"), "two players"),
        (("war", "R001", "R001"), "twice"),
        (("war", "R001", "R002", "--instruments", "moon"), "moon"),
        (("war", "R001", "R002", "--starts", "0"), "--starts"),
        (("bargain", "R001", "R002", "--power", "1,x"), "--power"),
        (("bargain", "R001", "R002", "--disagreement", "moon"), "moon"),
        (("bargain", "R001", "R002", "--disagreement", "lapse"), "record"),
        (("bargain", "R001", "R002", "--hazard", "2"), "hazard"),
        (("bargain", "R001", "R002", "--delta", "1.2"), "--delta"),
        (("bargain", "R001", "R002", "--points", "1"), "--points"),
    ],
)
def test_wrong_input_is_one_sentence(cli, small: Path, args, words: str) -> None:
    done = cli(*args, "--world", small)
    assert done.returncode == 2, done.stdout
    assert done.stdout == ""
    assert words in done.stderr
    assert done.stderr.startswith("detente: ")
    assert len(done.stderr.strip().splitlines()) == 1
