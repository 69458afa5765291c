"""What a wheel needs beyond the package: compiled catalogues, and the data folders as `surveyapp/_data`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA_FOLDERS = ("questionnaires", "translations", "migrations")
DATA_FILES = ("docs/method.md",)  # served, since a score must be recomputable without this program


class DataFolders(BuildHookInterface):
    """Compile the PO files; then put the data folders into a wheel.

    An editable install reads the folders of the repository, so it gets the compiled catalogues and no copy.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """:raises FileNotFoundError: one of the folders is missing.

        :raises OSError: a PO file cannot be read; names it.
        """
        root = Path(self.root)
        for name in DATA_FOLDERS:
            if not (root / name).is_dir():
                raise FileNotFoundError(f"{root / name} is missing; a build needs {', '.join(DATA_FOLDERS)}")
        compile_catalogues(root / "translations")
        if version != "editable":
            for name in DATA_FOLDERS:
                for file in data_files(root / name):
                    build_data["force_include"][str(file)] = (
                        f"surveyapp/_data/{file.relative_to(root).as_posix()}"
                    )
            for name in DATA_FILES:
                build_data["force_include"][str(root / name)] = f"surveyapp/_data/{name}"


def compile_catalogues(translations: Path) -> None:
    """Write the MO file beside each PO file; entries that need review stay out of it."""
    for po in sorted(translations.glob("*/LC_MESSAGES/*.po")):
        polib.pofile(str(po)).save_as_mofile(str(po.with_suffix(".mo")))


def data_files(folder: Path) -> Iterator[Path]:
    """The files of a data folder in a fixed order, without what Python and editors leave in it."""
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        if file.is_file() and not any(part == "__pycache__" or part.startswith(".") for part in parts):
            yield file
