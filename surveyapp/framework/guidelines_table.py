"""Reads guidelines kept as a table with the columns objective, kind and text, from CSV or XLSX rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from surveyapp.framework.derived import KINDS, DerivedObjective
from surveyapp.framework.faults import Fault, FrameworkFaults

COLUMNS = ("objective", "kind", "text")
_DELIMITERS = ",;\t"

Row = tuple[int, Sequence[str]]  # the number of its first line or row, and its cells


def read_csv(text: str, file: str) -> list[Row]:
    """The rows of a CSV text, whichever of comma, semicolon and tab its header uses.

    :raises FrameworkFaults: a quote is left open or misplaced.
    """
    header = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    start = 1
    try:
        for cells in reader:
            rows.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        message = f"not readable as CSV ({error}); double a quote inside a quoted text, and close each quote"
        raise FrameworkFaults([Fault(file, start, 0, message)]) from None
    return rows


def read_table(rows: Iterable[Row], file: str) -> list[DerivedObjective]:
    """The objectives in the order of their first rows; rows of one title belong together.

    :raises FrameworkFaults: with every row that lacks something, by number.
    """
    filled = (
        (number, [cell.strip() for cell in cells]) for number, cells in rows if any(c.strip() for c in cells)
    )
    reader = _TableReader(filled, file)
    objectives = reader.read()
    if reader.faults:
        raise FrameworkFaults(reader.faults)
    return objectives


class _TableReader:
    def __init__(self, rows: Iterator[Row], file: str) -> None:
        self._rows, self._file = rows, file
        self.faults: list[Fault] = []

    def read(self) -> list[DerivedObjective]:
        number, header = next(self._rows, (1, []))
        places = self._find_columns(number, header)
        objectives: dict[str, DerivedObjective] = {}
        if places is None:
            return []
        for row, cells in self._rows:
            if len(cells) > len(header) and any(cells[len(header) :]):
                message = (
                    f"the row has {len(cells)} cells under {len(header)} columns; quote a text with a comma"
                )
                self._fault(row, message)
                continue
            values = self._read_row(row, {name: _cell(cells, place) for name, place in places.items()})
            if values is not None:
                title, kind, text = values
                objectives.setdefault(title, DerivedObjective(title)).by_kind[kind].append(text)
        if not objectives and not self.faults:
            self._fault(number, "no row follows the header; add one for each activity, actor and indicator")
        return list(objectives.values())

    def _find_columns(self, number: int, header: Sequence[str]) -> dict[str, int] | None:
        names = [name.casefold() for name in header]
        wrong = [f'"{name}"' for name in COLUMNS if names.count(name) != 1]
        if not wrong:
            return {name: names.index(name) for name in COLUMNS}
        message = (
            f"the header needs the columns objective, kind and text, each once; look at {', '.join(wrong)}"
        )
        self._fault(number, message)
        return None

    def _read_row(self, row: int, values: dict[str, str]) -> tuple[str, str, str] | None:
        title, text = (" ".join(values[name].split()) for name in ("objective", "text"))
        kind = values["kind"].casefold()
        before = len(self.faults)
        for name, value in (("objective", title), ("text", text)):
            if not value:
                self._fault(row, f"{name} is empty; fill it in on each row")
        if kind not in KINDS:
            self._fault(row, f'kind is "{values["kind"][:60]}"; write activity, actor or indicator')
        return (title, kind, text) if len(self.faults) == before else None

    def _fault(self, row: int, message: str) -> None:
        self.faults.append(Fault(self._file, row, 0, message))


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""
