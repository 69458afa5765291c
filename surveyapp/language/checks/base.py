"""What every check of a translation has: an id, a severity, and one method."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import ClassVar, Protocol

from surveyapp.language.catalogues import CONTENT
from surveyapp.language.po_files import shown_path

# %(name)s, %s, %%; a space is no flag here, since "10 % of" is a text and no placeholder.
PERCENT_FIELD = re.compile(
    r"%(?:\((?P<name>[^()]*)\))?(?P<spec>[-#0+]*(?:\d+|\*)?(?:\.(?:\d+|\*))?)(?P<kind>[a-zA-Z%])"
)
BRACE_FIELD = re.compile(r"\{[^{}]*\}")


class Severity(Enum):
    """An error keeps a catalogue from being compiled; a warning asks for a look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text is used, as far as a check needs to know."""

    locale: str
    domain: str
    context: str = ""
    limit: int | None = None  # characters

    @property
    def language(self) -> str:
        return self.locale.partition("_")[0]

    @property
    def is_content(self) -> bool:
        return self.domain == CONTENT

    @property
    def is_level(self) -> bool:
        """Whether the text is an answer option, which decides about points."""
        return self.is_content and (".level." in self.context or self.context.startswith("ladder."))


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or doubt, at one place of a file."""

    path: Path
    line: int
    check: str
    severity: Severity
    message: str

    def __str__(self) -> str:
        return f"{shown_path(self.path)}:{self.line}: {self.check}: {self.message}"


class Check(Protocol):
    """One thing that can be wrong with a translation.

    `find` says what is wrong and how to mend it, or None. It gets each form of a plural on its own.
    """

    id: ClassVar[str]
    severity: ClassVar[Severity]

    def find(self, source: str, target: str, place: Place) -> str | None: ...


def without_fields(text: str) -> str:
    """The text with each placeholder and tag as a space: what a reader sees of it."""
    return re.sub(
        r"<[^<>]*>|&#?\w+;|https?://\S+|\S+@\S+\.\S+", " ", BRACE_FIELD.sub(" ", PERCENT_FIELD.sub(" ", text))
    )
