"""Reads the values of one YAML mapping by name and notes what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from fractions import Fraction

from surveyapp.framework.faults import Fault, Notice
from surveyapp.framework.yaml_reader import Entry, Mapping, Node, Scalar
from surveyapp.framework.yaml_reader import Sequence as YamlSequence

MAX_ID_LENGTH = 64

_ID = re.compile(r"[a-z0-9][a-z0-9.-]*")
_ID_MEND = f"use a to z, 0 to 9, dots and hyphens, at most {MAX_ID_LENGTH}, the first a letter or digit"
# No exponents and no endless digits: 1e999999999 would take the memory of the whole machine.
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{1,15})?|\.[0-9]{1,15}|[0-9]{1,15}/[0-9]{1,15})")
_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


class Log:
    """The faults and warnings of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.notices: list[Notice] = []

    def fault(self, node: Node, message: str) -> None:
        self.faults.append(Fault(self.file, node.line, node.column, message))

    def warn(self, node: Node, message: str) -> None:
        self.notices.append(Notice(self.file, node.line, node.column, message))


def parse_number(text: str) -> Fraction | None:
    """The number exactly as written, `0.6` as 3/5 and `2/3` as it stands; None where it is none."""
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Fraction(text)
    except ZeroDivisionError:
        return None


def is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text)) and len(text) <= MAX_ID_LENGTH


def quote(text: str) -> str:
    """A value as a message shows it: numbers bare, texts between quotes and cut."""
    if _NUMBER.fullmatch(text):
        return text
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'


def suggest(word: str, known: Sequence[str]) -> str:
    """The mend for an unknown word: the nearest known one, else all of them."""
    if nearest := get_close_matches(word, known, n=1):
        return f'did you mean "{nearest[0]}"?'
    return f"known are {', '.join(known)}" if known else "there are none"


def as_mapping(node: Node, log: Log, what: str) -> Mapping | None:
    if isinstance(node, Mapping):
        return node
    if type(node) is not Node:
        log.fault(node, f"{what} must be a mapping; write its keys as `key: value`")
    return None


def as_sequence(node: Node, log: Log, what: str) -> tuple[Node, ...] | None:
    """The items of a list that is not empty."""
    if isinstance(node, YamlSequence) and node.items:
        return node.items
    if type(node) is not Node:
        log.fault(node, f"{what} must be a list with at least one entry; begin each entry with `- `")
    return None


class Fields:
    """The entries of one mapping. `where` opens each message; `of` follows the key: `points of level "2"`.

    Every getter gives None (or the default) where the value is missing or faulty, and notes the fault.
    """

    def __init__(self, node: Mapping, log: Log, where: str, known: Sequence[str], of: str = "") -> None:
        self.node, self.log, self.where, self._of = node, log, where, of
        self._entries: dict[str, Entry] = {entry.key.text: entry for entry in node.entries}
        for name, entry in self._entries.items():
            if name not in known:
                log.fault(entry.key, f"{where}: unknown key {quote(name)}{of}; {suggest(name, known)}")

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def fault(self, node: Node, message: str) -> None:
        self.log.fault(node, f"{self.where}: {message}")

    def place(self, name: str) -> Node:
        """Where the value of this key stands, or the mapping when there is none."""
        return self._entries[name].value if name in self else self.node

    def key_place(self, name: str) -> Node:
        return self._entries[name].key if name in self else self.node

    def require(self, name: str, mend: str) -> Node | None:
        if name in self:
            return self._entries[name].value
        self.fault(self.node, f"{name}{self._of} is missing; {mend}")
        return None

    def mapping(self, name: str) -> Mapping | None:
        node = self.require(name, "add it")
        return None if node is None else as_mapping(node, self.log, f"{self.where}: {name}{self._of}")

    def sequence(self, name: str) -> tuple[Node, ...] | None:
        node = self.require(name, "add it, with at least one entry")
        return None if node is None else as_sequence(node, self.log, f"{self.where}: {name}{self._of}")

    def scalar(self, name: str, mend: str) -> Scalar | None:
        """A value that is there and not empty."""
        node = self.require(name, mend)
        if node is None or type(node) is Node:
            return None
        if not isinstance(node, Scalar):
            self.fault(node, f"{name}{self._of} must be one value, not a list or a mapping; {mend}")
            return None
        if node.is_empty:
            self.fault(node, f"{name}{self._of} is empty; {mend}")
            return None
        return node

    def text(self, name: str, mend: str = "write the text") -> str | None:
        scalar = self.scalar(name, mend)
        return None if scalar is None else scalar.text.strip()

    def optional_text(self, name: str) -> str:
        return (self.text(name, "write the text, or leave the key out") or "") if name in self else ""

    def id(self, name: str = "id") -> str | None:
        text = self.text(name, _ID_MEND)
        if text is None or is_id(text):
            return text
        self.fault(self.place(name), f"{name}{self._of} is {quote(text)}; {_ID_MEND}")
        return None

    def optional_texts(self, name: str) -> list[Scalar]:
        """The entries of a list of texts that may be left out, each not empty."""
        node = self._entries[name].value if name in self else None
        items = as_sequence(node, self.log, f"{self.where}: {name}{self._of}") if node else None
        texts = []
        for item in items or ():
            if isinstance(item, Scalar) and not item.is_empty:
                texts.append(item)
            elif type(item) is not Node:
                self.fault(item, f"an entry of {name}{self._of} is no text; write one text after each `- `")
        return texts

    def optional_ids(self, name: str) -> list[Scalar]:
        """The entries of a list of ids that may be left out."""
        texts = self.optional_texts(name)
        for text in texts:
            if not is_id(text.text):
                self.fault(text, f"an entry of {name}{self._of} is {quote(text.text)}; {_ID_MEND}")
        return [text for text in texts if is_id(text.text)]

    def number(
        self,
        name: str,
        mend: str,
        *,
        low: int | None = None,
        high: int | None = None,
        above: int | None = None,
    ) -> Fraction | None:
        """A number exactly as written, from `low` to `high`, or above `above`."""
        scalar = self.scalar(name, mend)
        if scalar is None:
            return None
        value = parse_number(scalar.text.strip())
        is_outside = value is not None and (
            (low is not None and value < low)
            or (high is not None and value > high)
            or (above is not None and value <= above)
        )
        if value is None or is_outside:
            self.fault(scalar, f"{name}{self._of} is {quote(scalar.text)}; {mend}")
            return None
        return value

    def optional_weight(self, *, may_be_zero: bool) -> Fraction | None:
        """The weight, 1 where none is given; None where it is faulty."""
        if "weight" not in self:
            return Fraction(1)
        if may_be_zero:
            return self.number("weight", "give 0 or a number above 0", low=0)
        return self.number("weight", "give a number above 0", above=0)

    def integer(self, name: str, mend: str, *, low: int, high: int) -> int | None:
        scalar = self.scalar(name, mend)
        if scalar is None:
            return None
        if _INTEGER.fullmatch(scalar.text.strip()) and low <= int(scalar.text) <= high:
            return int(scalar.text)
        self.fault(scalar, f"{name}{self._of} is {quote(scalar.text)}; {mend}")
        return None

    def choice(self, name: str, known: Sequence[str], default: str) -> str:
        if name not in self:
            return default
        text = self.text(name, f"write {' or '.join(known)}")
        if text is not None and text not in known:
            self.fault(self.place(name), f"{name}{self._of} is {quote(text)}; write {' or '.join(known)}")
        return text or default

    def truth(self, name: str) -> bool:
        """True or false; false where it is not given."""
        text = self.text(name, "write true or false") if name in self else "false"
        if text is not None and text.lower() not in _TRUTH:
            self.fault(self.place(name), f"{name}{self._of} is {quote(text)}; write true or false")
        return _TRUTH.get((text or "").lower(), False)
