"""Where the description of the scoring method lies."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
INSTALLED = PACKAGE / "_data" / "docs" / "method.md"


def method_file() -> Path:
    """`docs/method.md`: inside an installed package, else in the repository."""
    return INSTALLED if INSTALLED.is_file() else PACKAGE.parent / "docs" / "method.md"
