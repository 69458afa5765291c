"""Compiled catalogues beside the PO files; what `check` calls an error is not compiled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from surveyapp.language.catalogues import DOMAINS, catalogue_path
from surveyapp.language.checks import Finding, Severity, check_file
from surveyapp.language.po_files import read_po, replace_bytes
from surveyapp.language.shipped import translations_folder
from surveyapp.language.status import translated_locales


@dataclass(frozen=True, slots=True)
class Compiled:
    """One PO file: its compiled form, or why there is none."""

    path: Path
    faults: Sequence[Finding]


def compile_catalogues(folder: Path | None = None, *, only_stale: bool = False) -> list[Compiled]:
    """Compile every PO file; one with errors keeps the compiled form it had, and pages go on showing that.

    :param only_stale: leave out those whose compiled form is newer than the file.
    """
    folder = folder or translations_folder()
    paths = [
        catalogue_path(locale, domain, folder) for locale in translated_locales(folder) for domain in DOMAINS
    ]
    present = [path for path in paths if path.is_file()]
    return [_compile(path) for path in present if not (only_stale and _is_fresh(path))]


def _is_fresh(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return compiled.is_file() and compiled.stat().st_mtime_ns >= path.stat().st_mtime_ns


def _compile(path: Path) -> Compiled:
    faults = [finding for finding in check_file(path) if finding.severity is Severity.ERROR]
    if not faults:
        replace_bytes(path.with_suffix(".mo"), read_po(path).to_binary())
    return Compiled(path, faults)
