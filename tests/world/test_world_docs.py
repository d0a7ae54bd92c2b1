"""The examples of docs/world.md run as shown, and its figures are those of the shipped world."""

from __future__ import annotations

import doctest
import re

from conftest import ROOT
from detente.world import load_world

PAGE = ROOT / "docs" / "world.md"


def test_the_examples_run_as_shown() -> None:
    text = PAGE.read_text(encoding="utf-8")
    parser, names = doctest.DocTestParser(), {}
    blocks = re.findall(r"```pycon\n(.*?)```", text, flags=re.S)
    assert len(blocks) >= 4
    examples = "\n".join(blocks)
    test = parser.get_doctest(examples, names, "docs/world.md", str(PAGE), 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    report: list[str] = []
    runner.run(test, out=report.append)
    assert runner.failures == 0, "".join(report)


def test_the_figures_are_those_of_the_shipped_world() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    world = load_world()
    added = world.value_added.sum("sector") / 1e6
    for name, value in (
        ("value added, world", float(added.sum())),
        ("value added, United States", float(added.sel(region="USA"))),
        ("value added, China", float(added.sel(region="CHN"))),
        ("US deficit", float(world.deficit.sel(region="USA")) / 1e6),
    ):
        assert f"| {name} | {value:.2f} " in text
    share = world.input_use.sel(region="USA", input="rare_earths", sector="vehicles")
    share = 1e4 * float(share / world.output.sel(region="USA", sector="vehicles"))
    assert f"{share:.1f} ten-thousandths in US vehicles" in text
    long = world.elasticities["trade"].sel(horizon="long")
    assert f"from {float(long.min()):.1f} (mining) to {float(long.max()):.1f} (other" in text
