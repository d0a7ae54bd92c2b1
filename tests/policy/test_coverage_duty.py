"""Stacks of single products against expectations written from the legal texts, not the record.

Each expectation adds up what the notices say for the product on the day:
Section 301 (83 FR 28710, 40823, 47974; 84 FR 43304; 85 FR 3741; 89 FR 76581), Section 232
(Proclamations 9705, 10896, 10908, 10947 and of 2 April 2026), the fentanyl duty (EO 14195, 14228,
14357: 10, 20, 10), the reciprocal duty (EO 14257, 14259, 14266, 14298: 10, 84, 125, 10; electronics
exempt; none where Section 232 applies), Section 122 (10) and Section 301 of July 2026 (12.5).
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from detente.errors import InputError
from detente.policy.duty import Stack, duty
from detente.record import load_record

SPECTROMETER = "9027.30.40.80"  # list 1
SMARTPHONE = "8517.13.00.00"  # list 4B, never in force; exempt electronics
STEEL_COIL = "7208.10.15.00"  # Section 232; list 3 from 2018, four-year review
ELECTRIC_CAR = "8703.80.00"  # list 1; 100% since 27 September 2024; Section 232
T_SHIRT = "6109.10.00.12"  # list 4A
MAGNET = "8505.11.00"  # on no list until the review's step of 2026
ADDED = [
    (SPECTROMETER, "2018-07-05", 0),
    (SPECTROMETER, "2018-07-06", 25),
    (SPECTROMETER, "2025-02-04", 25 + 10),
    (SPECTROMETER, "2025-03-04", 25 + 20),
    (SPECTROMETER, "2025-04-05", 25 + 20 + 10),
    (SPECTROMETER, "2025-04-09", 25 + 20 + 84),
    (SPECTROMETER, "2025-04-12", 25 + 20 + 125),
    (SPECTROMETER, "2025-05-14", 25 + 20 + 10),
    (SPECTROMETER, "2025-11-10", 25 + 10 + 10),
    (SPECTROMETER, "2026-02-24", 25 + 10),
    (SPECTROMETER, "2026-07-24", 25 + 12.5),
    (SMARTPHONE, "2025-01-01", 0),
    (SMARTPHONE, "2025-04-12", 20),
    (SMARTPHONE, "2025-10-18", 20),
    (SMARTPHONE, "2025-11-14", 10),
    (SMARTPHONE, "2026-02-25", 0),
    (STEEL_COIL, "2018-03-22", 0),
    (STEEL_COIL, "2018-03-23", 25),
    (STEEL_COIL, "2024-10-01", 25 + 25),
    (STEEL_COIL, "2025-03-12", 25 + 25 + 20),
    (STEEL_COIL, "2025-04-12", 25 + 25 + 20),
    (STEEL_COIL, "2025-06-04", 50 + 25 + 20),
    (STEEL_COIL, "2026-02-25", 50 + 25),
    (STEEL_COIL, "2026-04-06", 50 + 25),
    (ELECTRIC_CAR, "2024-09-26", 25),
    (ELECTRIC_CAR, "2024-09-27", 100),
    (ELECTRIC_CAR, "2025-04-03", 100 + 20 + 25),
    (ELECTRIC_CAR, "2025-04-12", 100 + 20 + 25),
    (ELECTRIC_CAR, "2026-08-01", 100 + 25),
    (T_SHIRT, "2019-09-01", 15),
    (T_SHIRT, "2020-02-14", 7.5),
    (T_SHIRT, "2025-10-18", 7.5 + 20 + 10),
    (T_SHIRT, "2025-11-14", 7.5 + 10 + 10),
    (T_SHIRT, "2026-07-24", 7.5 + 12.5),
    (MAGNET, "2024-12-31", 0),
    (MAGNET, "2025-10-18", 20 + 10),
    (MAGNET, "2026-01-01", 25 + 10 + 10),
]


def added(stack: Stack) -> float:
    return stack.total_pct - stack.ordinary_pct


@pytest.fixture(scope="module", autouse=True)
def _one_table(packs: Path) -> None:
    """The table is read once for all the cases."""
    from functools import cache

    import detente.policy.duty as module

    patch = pytest.MonkeyPatch()
    patch.setattr(module, "load_imports", cache(module.load_imports))


@pytest.mark.parametrize(("code", "day", "points"), ADDED)
def test_china_by_the_texts(packs: Path, code: str, day: str, points: float) -> None:
    found = duty(load_record("us-china"), code, "CHN", date.fromisoformat(day), packs=packs)
    assert added(found) == pytest.approx(points)


def test_a_phone_as_known_before_the_memorandum(packs: Path) -> None:
    record, day = load_record("us-china"), date(2025, 4, 10)
    assert added(duty(record, SMARTPHONE, "CHN", day, date(2025, 4, 10), packs)) == 145
    assert added(duty(record, SMARTPHONE, "CHN", day, date(2025, 4, 11), packs)) == 20


def test_a_german_car_pays_fifteen_in_all(packs: Path) -> None:
    record = load_record("us-china")
    found = duty(record, "8703.23.01.70", "DEU", date(2025, 10, 18), packs=packs)
    assert found.exporter == "EU27"
    assert found.ordinary_pct == pytest.approx(2.5, abs=0.2)
    assert found.total_pct == pytest.approx(15)
    before = duty(record, "8703.23.01.70", "DEU", date(2025, 7, 1), packs=packs)
    assert added(before) == pytest.approx(25)


def test_what_gives_way_is_shown(packs: Path) -> None:
    found = duty(load_record("us-china"), STEEL_COIL, "CHN", date(2025, 10, 18), packs=packs)
    general = next(x for x in found.lines if "reciprocal" in x.title)
    assert general.points == 0
    assert "gives way to US Section 232" in general.why
    assert general.suspended_pct == 24
    assert all(x.legal or x.authority for x in found.lines)


@pytest.mark.parametrize(
    ("code", "exporter", "words"),
    [
        ("9999.99.9999", "CHN", "neither the 2024 schedule nor its changes"),
        ("8517", "CHN", "give ten digits, for example"),
        ("abc", "CHN", "is no tariff code"),
        (SMARTPHONE, "XXX", "is no country of the record or the import table"),
        (SMARTPHONE, "USA", "goods of the United States are no imports"),
    ],
)
def test_what_is_unknown_is_said_in_one_sentence(
    packs: Path, code: str, exporter: str, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        duty(load_record("us-china"), code, exporter, date(2025, 10, 18), packs=packs)


def test_command(cli, packs: Path) -> None:
    options = ("--from", "CHN", "--on", "2025-10-18")
    done = cli("duty", "8517.62.0090", *options, "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["total_pct"] == pytest.approx(result["ordinary_pct"] + 20 + 7.5)
    shown = cli("duty", "8517.62.0090", *options)
    assert "approximate" in shown.stdout
    assert "Total" in shown.stdout


def test_command_without_the_tables(cli, tmp_path: Path) -> None:
    import os

    env = os.environ | {"DETENTE_DATA": str(tmp_path)}
    done = cli("duty", "8517.62.0090", "--from", "CHN", "--on", "2025-10-18", env=env)
    assert done.returncode == 2
    assert "set DETENTE_DATA to the folder of public data packs" in done.stderr
