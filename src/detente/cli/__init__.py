"""The command line: one module per command group, imported only when its command runs."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

# command -> (module, help shown in the list); the order is the order of the work.
COMMANDS: dict[str, tuple[str, str]] = {
    "brief": ("brief", "The main job: where the talks stand and what each way out costs whom."),
    "status": ("status", "Measures in force, average tariffs and pending clocks on a day."),
    "timeline": ("timeline", "What happened, in order, as text and picture."),
    "diff": ("diff", "What changed in knowledge between two days."),
    "average": ("average", "The average tariff each way over time."),
    "duty": ("duty", "The stack of duties on one product from one country on a day."),
    "record": ("record", "Start, extend, check and import a record of your own."),
    "read": ("read", "News text into proposed record entries, each with the words it rests on."),
    "signals": ("signals", "The stance of each side over time."),
    "evaluate-reading": ("evaluate", "Score the reader against gold facts."),
    "impact": ("impact", "The economics of one branch or scenario."),
    "optimum": ("optimum", "One government's best response."),
    "war": ("war", "The trade war: Nash tariffs of a set of players."),
    "bargain": ("bargain", "The trade talks: bargains, and what would hold."),
    "packages": ("packages", "The packages on the table, valued for both sides."),
    "forecast": ("forecast", "Probabilities by date, with their track record."),
    "replicate": ("replicate", "Published figures beside computed ones."),
    "world": ("world", "List, describe, build, import, aggregate and split baselines."),
}


class LazyGroup(TyperGroup):
    """A group whose commands are imported when they are asked for: `status` loads no solver."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, text = COMMANDS[cmd_name]
        command = typer.main.get_command(import_module(f"detente.cli.{module}").app)
        command.name, command.short_help = cmd_name, text
        return command


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A trade conflict and the talks to end it, from the news dispatch to the table.",
)


@app.callback()
def _root() -> None:
    """A trade conflict and the talks to end it, from the news dispatch to the table."""


def main() -> None:
    """Run the command line; exit statuses are those of `detente.errors`, 130 if interrupted."""
    # The systems solved here are small: threads in the linear algebra wait for each other longer
    # than they work, above all beside other programs. A user's own setting stands.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from ._common import run

    run(app)
