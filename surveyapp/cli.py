"""The command line: `surveyapp …`. Exit status 0 done, 1 the input is wrong, 2 usage."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping

import click

# Each command is imported when it is called: scoring a file needs neither web nor database.
COMMANDS: Mapping[str, str] = {
    "audit": "surveyapp.audit.cli:audit",
    "compare": "surveyapp.scoring.cli:compare",
    "cycle": "surveyapp.assessments.cli:cycle",
    "demo": "surveyapp.operation:demo",
    "explain": "surveyapp.scoring.cli:explain",
    "framework": "surveyapp.framework.cli:framework",
    "init": "surveyapp.operation:init",
    "like-for-like": "surveyapp.scoring.cli:like_for_like",
    "score": "surveyapp.scoring.cli:score",
    "serve": "surveyapp.operation:serve",
    "translations": "surveyapp.language.cli:translations",
    "users": "surveyapp.accounts.cli:users",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup)
@click.version_option(package_name="surveyapp")
def surveyapp() -> None:
    """Questionnaires, scores and maturity heatmaps for national plans of action."""


def main() -> None:
    """The command that is installed as `surveyapp`."""
    arguments = sys.argv[1:]
    if arguments and COMMANDS.get(arguments[0], "").startswith(NEED_APPLICATION):
        importlib.import_module("surveyapp.operation").run(surveyapp)
    else:
        surveyapp()


NEED_APPLICATION = ("surveyapp.audit", "surveyapp.assessments", "surveyapp.operation", "surveyapp.accounts")
