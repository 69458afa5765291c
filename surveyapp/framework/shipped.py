"""Where the framework that comes with surveyapp lies."""

from __future__ import annotations

from pathlib import Path

import surveyapp


def shipped_folder() -> Path:
    """The questionnaires inside the installed package, or those of the repository when run from it."""
    package = Path(surveyapp.__file__).parent
    installed = package / "_data" / "questionnaires"
    return installed if installed.is_dir() else package.parent / "questionnaires"
