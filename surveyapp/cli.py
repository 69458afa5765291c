"""The command line: `surveyapp …`. Exit status 0 done, 1 the input is wrong, 2 usage."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

# Each command is imported when it is called: scoring a file needs neither web nor database.
COMMANDS: Mapping[str, str] = {
    "audit": "surveyapp.audit.cli:audit",
    "compare": "surveyapp.scoring.cli:compare",
    "cycle": "surveyapp.assessments.cli:cycle",
    "demo": "surveyapp.operation:demo",
    "evidence": "surveyapp.assessments.evidence_cli:evidence",
    "explain": "surveyapp.scoring.cli:explain",
    "framework": "surveyapp.framework.cli:framework",
    "init": "surveyapp.operation:init",
    "like-for-like": "surveyapp.scoring.cli:like_for_like",
    "mail": "surveyapp.mail.cli:mail",
    "retention": "surveyapp.assessments.retention_cli:retention",
    "score": "surveyapp.scoring.cli:score",
    "sensitivity": "surveyapp.scoring.cli:sensitivity",
    "serve": "surveyapp.operation:serve",
    "submission": "surveyapp.cli:submission",
    "translations": "surveyapp.language.cli:translations",
    "users": "surveyapp.accounts.cli:users",
}
# Of these one needs no database, so each is named by itself.
SUBMISSION: Mapping[str, str] = {
    "check": "surveyapp.assessments.bundle_cli:check",
    "export": "surveyapp.assessments.bundle_cli:export",
    "verify": "surveyapp.bundle.cli:verify",
}
NEED_APPLICATION = (
    "surveyapp.audit",
    "surveyapp.assessments",
    "surveyapp.operation",
    "surveyapp.accounts",
    "surveyapp.mail",
)


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed; `targets` says from where."""

    def __init__(self, *, targets: Mapping[str, str], **options: Any) -> None:
        super().__init__(**options)
        self.targets = targets

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.targets)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.targets:
            return None
        module, name = self.targets[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup, targets=COMMANDS)
@click.version_option(package_name="surveyapp")
def surveyapp() -> None:
    """Questionnaires, scores and maturity heatmaps for national plans of action."""


@click.group(cls=LazyGroup, targets=SUBMISSION)
def submission() -> None:
    """What countries handed in: taken out as files, and proved unchanged."""


def main() -> None:
    """The command that is installed as `surveyapp`."""
    if target_of(sys.argv[1:]).startswith(NEED_APPLICATION):
        importlib.import_module("surveyapp.operation").run(surveyapp)
    else:
        surveyapp()


def target_of(arguments: Sequence[str]) -> str:
    """Where the command that these arguments begin with is defined; empty where there is none."""
    if arguments[:1] == ["submission"]:
        return SUBMISSION.get("".join(arguments[1:2]), "")
    return COMMANDS.get("".join(arguments[:1]), "")
