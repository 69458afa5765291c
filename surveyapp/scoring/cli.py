"""`score`, `explain`, `compare`, `like-for-like`, `sensitivity`: answers files in, JSON out; no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import click

from surveyapp.framework.document import framework_sha256
from surveyapp.framework.faults import FrameworkFaults
from surveyapp.framework.loader import load_framework
from surveyapp.framework.model import Framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.scoring.explanation import OVERALL, DrawnBands, explanation_document
from surveyapp.scoring.json_text import MOST_BYTES
from surveyapp.scoring.like_for_like import Side, like_for_like_document
from surveyapp.scoring.method1 import DRAWS, MOST_DRAWS, SEED, Intervals, Scores
from surveyapp.scoring.methods import current_method
from surveyapp.scoring.reader import AnswersFaults, AnswersFile, read_answers
from surveyapp.scoring.sensitivity import measure_sensitivity, sensitivity_document
from surveyapp.scoring.shared_questions import NotComparable

_FILE = click.Path(path_type=Path)
_framework = click.option(
    "--framework",
    "folder",
    type=_FILE,
    metavar="DIR",
    help="The framework that the answers are to; by default the one that comes with surveyapp.",
)
_seed = click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=SEED, show_default=True)
_DRAWS = click.IntRange(1, MOST_DRAWS)


@click.command()
@click.argument("file", metavar="ANSWERS.json", type=_FILE)
@_framework
@click.option("--draws", type=_DRAWS, help="Add the 5-95 % band of each score over so many draws.")
@_seed
def score(file: Path, folder: Path | None, draws: int | None, seed: int) -> None:
    """Print the scores of one country's answers as JSON."""
    framework = _load(folder)
    (given,) = _read(framework, [file])
    method = current_method()
    scores = method.score(framework, given.answers)
    intervals = None
    if draws is not None:
        intervals = _draw_bands(framework, given, scores, draws, seed)
    document = method.scores_document(
        scores,
        framework,
        country=given.country,
        cycle=given.cycle,
        framework_sha256=framework_sha256(framework),
        intervals=intervals,
    )
    _print(document if draws is None else document | {"draws": draws, "seed": seed})


@click.command()
@click.argument("file", metavar="ANSWERS.json", type=_FILE)
@click.argument("objective", metavar="OBJECTIVE")
@_framework
@click.option("--draws", type=_DRAWS, default=DRAWS, show_default=True, help="How many draws.")
@_seed
def explain(file: Path, objective: str, folder: Path | None, draws: int, seed: int) -> None:
    """Print as JSON why the score of one objective, such as o07, is what it is.

    With "overall" for OBJECTIVE: the overall score.
    """
    framework = _load(folder)
    ids = [each.id for each in framework.objectives]
    if objective not in (*ids, OVERALL):
        _refuse([f'there is no objective "{objective}"; give one of {", ".join(ids)}, or {OVERALL}'])
    (given,) = _read(framework, [file])
    scores = current_method().score(framework, given.answers)
    document = explanation_document(
        framework,
        given.answers,
        objective,
        DrawnBands(_draw_bands(framework, given, scores, draws, seed), draws, seed),
        country=given.country,
        cycle=given.cycle,
        framework_sha256=framework_sha256(framework),
    )
    _print(document)


@click.command()
@click.argument("files", metavar="ANSWERS.json ANSWERS.json ...", type=_FILE, nargs=-1, required=True)
@_framework
@click.option("--draws", type=_DRAWS, default=DRAWS, show_default=True, help="How many draws.")
@_seed
def compare(files: tuple[Path, ...], folder: Path | None, draws: int, seed: int) -> None:
    """Print as JSON how sure it is that one country's scores are above another's."""
    from surveyapp.scoring.comparison import ComparedTwice, comparison_document

    if len(files) < 2:
        raise click.UsageError("Give at least two answers files.")
    framework = _load(folder)
    given = _read(framework, files)
    try:
        document = comparison_document(framework, given, draws=draws, seed=seed)
    except ComparedTwice as error:
        _refuse([str(error)])
    _print(document)


@click.command("like-for-like")
@click.argument("earlier", metavar="EARLIER.json", type=_FILE)
@click.argument("later", metavar="LATER.json", type=_FILE)
@click.option(
    "--earlier-framework",
    "earlier_folder",
    type=_FILE,
    metavar="DIR",
    required=True,
    help="The framework that the earlier answers are to.",
)
@_framework
def like_for_like(earlier: Path, later: Path, earlier_folder: Path, folder: Path | None) -> None:
    """Print as JSON how a country changed, on the questions that both versions of a framework have."""
    sides = []
    for file, framework in ((earlier, _load(earlier_folder)), (later, _load(folder))):
        (given,) = _read(framework, [file])
        sides.append(Side(given, framework, framework_sha256(framework)))
    try:
        document = like_for_like_document(*sides)
    except NotComparable as error:
        _refuse([str(error)])
    _print(document)


@click.command()
@click.argument("file", metavar="ANSWERS.json", type=_FILE)
@_framework
def sensitivity(file: Path, folder: Path | None) -> None:
    """Print as JSON which weights and answers a country's scores hang on most."""
    framework = _load(folder)
    (given,) = _read(framework, [file])
    document = sensitivity_document(
        framework,
        current_method().score(framework, given.answers),
        measure_sensitivity(framework, given.answers),
        country=given.country,
        cycle=given.cycle,
        framework_sha256=framework_sha256(framework),
    )
    _print(document)


def _draw_bands(framework: Framework, given: AnswersFile, scores: Scores, draws: int, seed: int) -> Intervals:
    from surveyapp.scoring.robustness import Robustness  # numpy takes long to load

    robustness = Robustness(framework, draws, seed)
    drawn = robustness.draw(given.answers, country=given.country, cycle=given.cycle)
    return robustness.intervals(drawn, scores)


def _load(folder: Path | None) -> Framework:
    try:
        return load_framework(folder or shipped_folder())
    except FrameworkFaults as error:
        _refuse([str(fault) for fault in error.faults])


def _read(framework: Framework, files: Sequence[Path]) -> list[AnswersFile]:
    """Every file, or the faults of all of them."""
    given: list[AnswersFile] = []
    lines: list[str] = []
    for file in files:
        try:
            with file.open("rb") as stream:
                raw = stream.read(MOST_BYTES + 1)
            given.append(read_answers(raw, framework))
        except OSError as error:
            lines.append(f"{file}: cannot be read: {error.strerror}; give a file that you may read")
        except AnswersFaults as error:
            lines += [fault.in_file(str(file)) for fault in error.faults]
    if lines:
        _refuse(lines)
    return given


def _print(document: Mapping[str, object]) -> None:
    click.echo(json.dumps(document, indent=2))


def _refuse(lines: Sequence[str]) -> NoReturn:
    click.echo("\n".join(lines), err=True)
    sys.exit(1)
