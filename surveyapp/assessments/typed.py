"""What people type, as it is kept."""

from __future__ import annotations

import unicodedata


def stripped(text: str | None) -> str:
    """Browsers send line ends as CRLF; what is kept has LF, so that equal texts are equal."""
    return (text or "").replace("\r\n", "\n").strip()


def without_invisible(text: str) -> str:
    """Without the marks that nobody sees, such as soft hyphens; they come along with a copied address."""
    return "".join(character for character in text if unicodedata.category(character) != "Cf")
