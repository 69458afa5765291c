"""Keeps the pages of a framework and its registry of ids up to date, or names those that are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from surveyapp.framework.faults import Fault, FrameworkFaults
from surveyapp.framework.id_registry import REGISTRY_FILE, registry_text
from surveyapp.framework.loader import check_framework
from surveyapp.framework.markup import GENERATOR
from surveyapp.framework.pages import render_pages

_PAGE = re.compile(r"(?:objective-[0-9]+|glossary)\.html")


class Docs:
    """What the pages in `out` should be for the framework in `folder`, and its registry if it keeps one.

    :raises FrameworkFaults: the framework has faults.
    """

    def __init__(self, folder: Path, out: Path) -> None:
        report = check_framework(folder)
        if report.framework is None:
            raise FrameworkFaults(report.faults)
        self._out = out
        self._pages = render_pages(report.framework, report.retired)
        self._files = {out / name: page for name, page in self._pages.items()}
        if (folder / REGISTRY_FILE).is_file():
            self._files[folder / REGISTRY_FILE] = registry_text(report.framework, report.retired)

    @property
    def page_count(self) -> int:
        return len(self._pages)

    def stale(self) -> list[Fault]:
        """Each file that is missing, differs, or belongs to what is gone.

        :raises FrameworkFaults: a file cannot be read.
        """
        mend = "run `surveyapp framework docs` and keep what it writes"
        with self._telling_faults("read"):
            faults = [
                Fault(str(path), 0, 0, f"{'is stale' if path.exists() else 'is missing'}; {mend}")
                for path, text in self._files.items()
                if not _holds(path, text)
            ]
            left_over = list(self._left_over())
        message = f"belongs to no objective and no glossary; {mend}"
        return faults + [Fault(str(path), 0, 0, message) for path in left_over]

    def write(self) -> None:
        """Bring every file up to date; those that are so already are not touched.

        :raises FrameworkFaults: a file cannot be written.
        """
        with self._telling_faults("written"):
            self._out.mkdir(parents=True, exist_ok=True)
            for path, text in self._files.items():
                if not _holds(path, text):
                    path.write_text(text, encoding="utf-8", newline="\n")
            for path in list(self._left_over()):
                path.unlink()

    @contextmanager
    def _telling_faults(self, done: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            message = f"cannot be {done}: {error.strerror}; allow it, or choose another folder with --out"
            raise FrameworkFaults([Fault(str(error.filename or self._out), 0, 0, message)]) from None

    def _left_over(self) -> Iterator[Path]:
        """Pages that an earlier run wrote, of objectives or a glossary that are gone."""
        for path in sorted(self._out.glob("*.html")):
            is_ours = _PAGE.fullmatch(path.name) and path.name not in self._pages
            if is_ours and GENERATOR.encode() in path.read_bytes():
                yield path


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()
