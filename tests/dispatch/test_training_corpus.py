"""The dispatches the reader is trained on: well formed, and none of the gold texts among them."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from detente.dispatch.lexicon import rows

ROOT = Path(__file__).parents[2]
CODES = {row["code"] for row in rows("countries.csv")} | {"EU", "WLD"}
GOOD = """=== kor-vnm-steel | 2022-03-11
Seoul [1:slapped] a 12.5% duty on Vietnamese steel. Hanoi [2:denounced] it; the two [3:will meet].
--
1 measure_in_force KOR>VNM rate=12.5 inst=tariff
2 statement VNM>KOR stance=esc
3 meeting KOR+VNM planned date=2022-03-14/2022-03-20
"""


@pytest.fixture(scope="module")
def corpus() -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus", ROOT / "training" / "corpus.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["corpus"] = module
    spec.loader.exec_module(module)
    return module


def test_marks_leave_the_text_and_keep_their_places(corpus: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text(GOOD, encoding="utf-8")
    (example,) = corpus.read(path, CODES)
    assert "[" not in example.text
    assert [example.text[a:b] for a, b, _ in example.marks] == ["slapped", "denounced", "will meet"]
    assert example.events[0].status == "in_force"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[3:will meet]", "will meet", "event 3 is not marked"),
        ("[2:denounced]", "[4:denounced]", "no event line"),
        ("KOR>VNM", "KOR>VTN", "no ISO3 code"),
        ("stance=esc", "", "needs stance="),
        ("rate=12.5 inst=tariff", "rate=12.5", "needs inst="),
        ("planned", "", "say planned or held"),
        ("2022-03-20", "2022-03-99", "no ISO date"),
        ("| 2022-03-11", "| 11 March", "heading"),
        ("will meet", "will [meet", "bracket"),
    ],
)
def test_a_fault_is_named(
    corpus: ModuleType, tmp_path: Path, old: str, new: str, words: str
) -> None:
    path = tmp_path / "one.txt"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    (fault,) = corpus.read(path, CODES)
    assert words in fault


def test_every_dispatch_is_well_formed_and_no_gold_text_is_among_them(corpus: ModuleType) -> None:
    examples = []
    for path in sorted((ROOT / "training").glob("*/*.txt")):
        for example in corpus.read(path, CODES):
            assert not isinstance(example, str), example
            examples.append(example)
    assert len({e.name for e in examples}) == len(examples) > 2000

    def sentences(text: str) -> set[str]:
        return {s.strip() for s in re.split(r"(?<=[.!?”])\s+|\n", text) if len(s.strip()) > 40}

    trained = {s for e in examples for s in sentences(e.text)}
    for path in (Path(__file__).parent / "gold").glob("*.txt"):
        assert not sentences(path.read_text(encoding="utf-8")) & trained, path.name
