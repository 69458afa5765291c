"""What people type, as it is kept."""

from __future__ import annotations


def stripped(text: str | None) -> str:
    """Browsers send line ends as CRLF; what is kept has LF, so that equal texts are equal."""
    return (text or "").replace("\r\n", "\n").strip()
