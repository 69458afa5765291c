"""YAML as a tree of nodes that know their line and column; only the plain, harmless part of YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.reader import Reader

from surveyapp.framework.faults import Fault

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

_TOO_DEEP = f"more than {MAX_DEPTH} values stand inside each other; write fewer"
_TAG_PREFIX = "tag:yaml.org,2002:"
_SCALAR_TAGS = frozenset({"str", "int", "float", "bool", "null"})
# Escapes such as "\0" can bring in what neither a database nor a page can hold.
_UNUSABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# libyaml where it was built in: ten times faster.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the file, counted from 1. By itself: a refused value, whose fault is noted already."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar(Node):
    """One value exactly as written: `no` is the text "no", `0.60` is the text "0.60"."""

    text: str
    is_plain: bool  # written without quotes

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() or (self.is_plain and self.text in ("~", "null", "Null", "NULL"))


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping(Node):
    entries: tuple[Entry, ...]


def descend(node: Node, *path: str | int) -> Node:
    """The node at the end of a path of keys and places, or the last one on the way that is there."""
    for step in path:
        if isinstance(node, Mapping):
            following = next((entry.value for entry in node.entries if entry.key.text == step), None)
        else:
            items = node.items if isinstance(node, Sequence) else ()
            following = items[step] if isinstance(step, int) and step < len(items) else None
        if following is None:
            return node
        node = following
    return node


class _Stop(Exception):
    """The rest of the file cannot be read; its fault is noted."""


def read_yaml(raw: bytes, file: str) -> tuple[Node | None, list[Fault]]:
    """The tree of one file, and every fault found on the way; None where no tree could be built.

    Refused: more than 1 MB, text that is not UTF-8, several documents, tags beyond YAML's own plain ones,
    anchors and aliases, doubled keys, more than 20 values inside each other.
    """
    if len(raw) > MAX_BYTES:
        message = "the file is larger than 1 MB; split or shorten it"
        return None, [Fault(file, 1, 1, message)]
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line, column = _locate(raw[: error.start].decode("utf-8"))
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8 text; save the file as UTF-8"
        return None, [Fault(file, line, column, message)]
    if found := Reader.NON_PRINTABLE.search(text):
        line, column = _locate(text[: found.start()])
        message = f"character U+{ord(found.group()):04X} is not allowed here; remove it"
        return None, [Fault(file, line, column, message)]
    builder = _Builder(text, file)
    return builder.build(), builder.faults


def _locate(before: str) -> tuple[int, int]:
    """Line and column of the character that follows this text."""
    lines = re.split(r"\r\n|\r|\n", before)
    return len(lines), len(lines[-1]) + 1


class _Builder:
    """Builds the tree from the parser's events, so that nothing is ever constructed or expanded."""

    def __init__(self, text: str, file: str) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
        self._file = file
        self.faults: list[Fault] = []

    def build(self) -> Node | None:
        try:
            return self._document()
        except _Stop:
            return None
        except yaml.MarkedYAMLError as error:
            self._note_syntax(error)
            return None

    def _document(self) -> Node | None:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._note(
                        event.start_mark, "a second document starts here; keep one document in each file"
                    )
                    raise _Stop
                root = self._node(next(self._events), 0)
        if root is None:
            self.faults.append(
                Fault(self._file, 1, 1, "the file is empty; write its keys, or remove the file")
            )
        return root

    def _node(self, event: Any, depth: int) -> Node:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, yaml.AliasEvent):
            self._note(event.start_mark, f"the alias *{event.anchor} is not allowed; write the value out")
            return Node(line, column)
        if event.anchor is not None:
            self._note(event.start_mark, f"the anchor &{event.anchor} is not allowed; remove it")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, line, column)
        if depth >= MAX_DEPTH:
            self._note(event.start_mark, _TOO_DEEP)
            raise _Stop
        if isinstance(event, yaml.SequenceStartEvent):
            is_allowed = self._allows_tag(event, {"seq"})
            sequence = Sequence(line, column, tuple(self._items(depth + 1)))
            return sequence if is_allowed else Node(line, column)
        is_allowed = self._allows_tag(event, {"map"})
        mapping = Mapping(line, column, tuple(self._entries(depth + 1)))
        return mapping if is_allowed else Node(line, column)

    def _scalar(self, event: Any, line: int, column: int) -> Node:
        if not self._allows_tag(event, _SCALAR_TAGS):
            return Node(line, column)
        if found := _UNUSABLE.search(event.value):
            code = f"U+{ord(found.group()):04X}"
            self._note(event.start_mark, f"the text holds the character {code}; remove it")
            return Node(line, column)
        return Scalar(line, column, event.value, is_plain=event.style is None)

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._node(event, depth)

    def _entries(self, depth: int) -> Iterator[Entry]:
        """The entries under their keys; of doubled keys the first is kept."""
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth)
            value = self._node(next(self._events), depth)
            if not isinstance(key, Scalar):
                if type(key) is not Node:
                    self._note(event.start_mark, "a key must be one plain word; write it as `key: value`")
            elif key.text in lines:
                message = f'key "{key.text}" stands twice, first on line {lines[key.text]}; keep one of them'
                self._note(event.start_mark, message)
            else:
                lines[key.text] = key.line
                yield Entry(key, value)

    def _allows_tag(self, event: Any, names: set[str] | frozenset[str]) -> bool:
        if event.tag is None or event.tag.removeprefix(_TAG_PREFIX) in names:
            return True
        shown = event.tag.replace(_TAG_PREFIX, "!!", 1)
        self._note(event.start_mark, f"the tag {shown} is not allowed; remove it")
        return False

    def _note(self, mark: Any, message: str) -> None:
        self.faults.append(Fault(self._file, mark.line + 1, mark.column + 1, message))

    def _note_syntax(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        if error.problem == "exceeded maximum nesting depth":  # libyaml looks ahead, to a depth of 1,000
            self._note(error.problem_mark, _TOO_DEEP)
            return
        mend = 'check the indentation, and quote a text that holds ": " or " #" or begins with a sign'
        message = f"not valid YAML: {error.problem or error.context}; {mend}"
        if mark is None:
            self.faults.append(Fault(self._file, 1, 1, message))
        else:
            self._note(mark, message)
