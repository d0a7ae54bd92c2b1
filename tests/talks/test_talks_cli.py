"""`detente forecast` and `detente packages` as a user runs them."""

from __future__ import annotations

import json

import pytest


def test_forecast_json_and_seal(cli, tmp_path):
    sealed = tmp_path / "f.json"
    args = ("forecast", "--as-of", "2026-11-22", "--draws", "20", "--json", "--save", sealed)
    done = cli(*args)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert {"as_of", "questions", "by_date", "seed", "seconds"} <= set(result)
    assert "sha256" in done.stderr
    assert cli("forecast", "--verify", sealed).returncode == 0
    sealed.write_text(sealed.read_text().replace("0.1", "0.2", 1))
    assert cli("forecast", "--verify", sealed).returncode == 1
    again = cli("forecast", "--as-of", "2026-11-22", "--no-economics", "--save", sealed)
    assert again.returncode == 2
    assert "never overwritten" in again.stderr


def test_forecast_in_words_with_a_dispatch(cli, tmp_path):
    text = tmp_path / "news.txt"
    text.write_text(
        "The United States threatened on Friday to impose a 100% tariff on all Chinese goods. "
        "China's commerce ministry called the move a mistake.\n"
    )
    done = cli(
        "forecast", "--as-of", "2026-11-22", "--no-economics", "--draws", "20", "--dispatch", text
    )
    assert done.returncode == 0, done.stderr
    for word in ("deal", "extension", "collapse", "lapsed", "escalation", "Truce of Geneva"):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("forecast", "--as-of", "yesterday"), "--as-of"),
        (("forecast", "--as-of", "2025-10-18", "--draws", "1"), "draws"),
        (("forecast", "--backtest", "--data", "/nowhere"), "--data"),
        (("forecast", "--verify", "/nowhere.json"), "nowhere"),
        (("packages", "--as-of", "2025-10-18", "--top", "0"), "--top"),
        (("packages", "--as-of", "2025-10-18", "--issues", "/nowhere.yaml"), "nowhere"),
    ],
)
def test_wrong_input_gets_one_sentence(cli, args, words):
    done = cli(*args)
    assert done.returncode == 2, done.stdout
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not done.stdout


def test_packages_json(cli, tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(
        "issues:\n- id: chips\n  options:\n  - {id: none}\n"
        "  - {id: some, values: {USA: -1000, CHN: 4000}}\n"
    )
    done = cli(
        "packages", "--as-of", "2026-11-22", "--limit", "30", "--top", "3",
        "--issues", own, "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["valued"] == 2 * 3 * (result["equilibria"] - 1)
    assert result["left_as_today"]
    assert len(result["packages"]) == 3
    best = result["packages"][0]
    assert best["options"]["chips"] in ("none", "some")
    assert set(best["gain_pct"]) == {"USA", "CHN"}
    assert len(best["third_parties_pct"]) == 18
    assert {"nash", "kalai_smorodinsky", "egalitarian"} == set(result["picks"])


def test_packages_in_words(cli):
    done = cli("packages", "--as-of", "2025-10-18", "--limit", "30", "--explain", "2")
    assert done.returncode == 0, done.stderr
    for words in ("Rank 2", "What trades against what", "not costed", "Against no deal"):
        assert words in done.stdout
