"""Writes the framework folder that people then edit: framework.yaml and a questionnaire per objective."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from surveyapp.framework.derived import Derived, DerivedObjective
from surveyapp.framework.faults import Fault, FrameworkFaults, Notice
from surveyapp.framework.framework_file import FRAMEWORK_FILE, default_letter
from surveyapp.framework.loader import check_framework

_LINE_WIDTH = 100
_LADDERS = {
    "general": (
        "Nothing is in place.",
        "It is planned, or done now and then without a budget.",
        "It is in place for a part of the country or of the people concerned, or as long as a project pays.",
        "It is in place nationwide, mandated in writing and paid from the public budget.",
        "As level 3, and it was reviewed in the last three years and improved on the findings.",
    ),
    "involvement": (
        "They took no part in this work in the last 12 months.",
        "They were consulted in the last 12 months, without a task of their own.",
        "A law, plan or written agreement gives them a task in this work.",
        "Under such a mandate they lead a part of this work and have a budget for it.",
        "As level 3, and they report in public each year on what they did.",
    ),
}
_LADDER_OF = {"activity": "general", "indicator": "general", "actor": "involvement"}
_DIMENSIONS = (
    ("activity", "implementation", "Implementation", 0.5),
    ("indicator", "results", "Results", 0.35),
    ("actor", "participation", "Participation", 0.15),
)
# Titles without a judgement; colours of cividis, which people with colour blindness can tell apart.
_BANDS = (
    (0, "Little in place", "#00224e"),
    (20, "Begun", "#434e6c"),
    (40, "Partly in place", "#7d7c78"),
    (60, "In place", "#bcae6c"),
    (80, "Reviewed and improved", "#fee838"),
)
_QUESTION = {
    "activity": "How far is this in place: {}?",
    "indicator": "How far has this been reached: {}?",
    "actor": "How far do they take part in this work: {}?",
}
_HELP = {
    "activity": "Choose the highest level that is fully met. Name the document or figure that shows it.",
    "indicator": "Choose the highest level that is fully met. Name the document or figure that shows it.",
    "actor": "Choose the highest level that those named here meet fully. Name the document that shows it.",
}


class _Dumper(yaml.SafeDumper):
    """Block style with lists indented under their key, as people write it."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def write_skeleton(derived: Derived, out: Path) -> list[Notice]:
    """Write the folder whole or not at all; gives back what the reader should look at.

    :raises FrameworkFaults: `out` is not an empty folder or cannot be written, or the document cannot be made
        into a folder that passes the check.
    """
    target = out.absolute()
    _refuse_unless_empty(out)
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        _write_files(derived, temporary)
        if faults := check_framework(temporary).faults:
            raise FrameworkFaults(faults)
        temporary.chmod(0o755)
        temporary.replace(target)  # takes the place of an empty folder in one step
        temporary = None
    except OSError as error:
        message = f"cannot be written: {error.strerror}; choose another folder with --out"
        raise FrameworkFaults([Fault(str(out), 0, 0, message)]) from None
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
    return [] if derived.year else [_year_notice()]


def _refuse_unless_empty(out: Path) -> None:
    try:
        is_in_use = out.is_symlink() or (out.exists() and (not out.is_dir() or any(out.iterdir())))
    except OSError as error:
        raise FrameworkFaults(
            [Fault(str(out), 0, 0, f"cannot be read: {error.strerror}; choose another")]
        ) from None
    if is_in_use:
        message = "is not an empty folder; choose another with --out, nothing is written over"
        raise FrameworkFaults([Fault(str(out), 0, 0, message)])


def _year_notice() -> Notice:
    message = "the guidelines name no year, so this year stands as the source's; mend it"
    return Notice(FRAMEWORK_FILE, 0, 0, message)


def _write_files(derived: Derived, folder: Path) -> None:
    width = max(2, len(str(len(derived.objectives))))
    sheets = [
        _sheet(number, f"o{number:0{width}}", objective)
        for number, objective in enumerate(derived.objectives, 1)
    ]
    _dump(folder / FRAMEWORK_FILE, _framework(derived, [sheet["id"] for sheet in sheets]))
    for sheet in sheets:
        _dump(folder / f"{sheet['id']}.yaml", sheet)


def _dump(path: Path, content: dict[str, Any]) -> None:
    options: dict[str, Any] = {"allow_unicode": True, "sort_keys": False, "width": _LINE_WIDTH}
    text = yaml.dump(content, Dumper=_Dumper, default_flow_style=False, **options)
    path.write_text(text, encoding="utf-8", newline="\n")


def _framework(derived: Derived, ids: list[str]) -> dict[str, Any]:
    year = derived.year or datetime.datetime.now(datetime.UTC).year
    return {
        "id": derived.name,
        "version": "1",
        "title": derived.title,
        "source": {"title": derived.title, "year": year},
        "ladders": {name: _levels(texts) for name, texts in _LADDERS.items()},
        "dimensions": [
            {"kind": kind, "id": id_, "title": title, "weight": weight}
            for kind, id_, title, weight in _DIMENSIONS
        ],
        "bands": [
            {"level": level, "from": start, "title": title, "colour": colour}
            for level, (start, title, colour) in enumerate(_BANDS, 1)
        ],
        "minimum_coverage": "2/3",
        "objectives": [
            {
                "number": number,
                "id": id_,
                "title": objective.title,
                "weight": 1,
                "items": {code: text for _, code, text in _coded(objective)},
            }
            for number, (id_, objective) in enumerate(zip(ids, derived.objectives, strict=True), 1)
        ],
    }


def _levels(texts: tuple[str, ...]) -> list[dict[str, Any]]:
    points = [Fraction(step, len(texts) - 1) for step in range(len(texts))]
    return [
        {"code": str(code), "points": _plain(point), "text": text}
        for code, (point, text) in enumerate(zip(points, texts, strict=True))
    ]


def _plain(point: Fraction) -> int | float:
    """Quarters are exact as decimals."""
    return int(point) if point.denominator == 1 else float(point)


def _coded(objective: DerivedObjective) -> Iterator[tuple[str, str, str]]:
    """Kind, code such as A1, and text of each item."""
    for kind, position, text in objective.items():
        yield kind, f"{default_letter(kind)}{position}", text


def _sheet(number: int, id_: str, objective: DerivedObjective) -> dict[str, Any]:
    asked = sorted(_coded(objective), key=lambda item: [kind for kind, *_ in _DIMENSIONS].index(item[0]))
    return {
        "id": id_,
        "objective": number,
        "title": objective.title,
        "questions": [
            {
                "id": f"{id_}.{code.lower()}",
                "kind": kind,
                "source": f"{number}.{code}",
                "text": _QUESTION[kind].format(text.rstrip(" .,;:")),
                "help": _HELP[kind],
                "ladder": _LADDER_OF[kind],
            }
            for kind, code, text in asked
        ],
    }
