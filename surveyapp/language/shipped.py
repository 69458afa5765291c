"""Where the packaged language files are."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
INSTALLED = PACKAGE / "_data" / "translations"


def translations_folder() -> Path:
    """The POT files and a folder per locale: inside an installed package, else in the repository."""
    return INSTALLED if INSTALLED.is_dir() else PACKAGE.parent / "translations"
