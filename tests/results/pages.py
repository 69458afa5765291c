"""Reading pages in tests: the parts that a reader, or a program, looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

INLINE = {"a", "bdi", "span", "strong", "small", "wbr"}
VOID = {"meta", "link", "input", "br", "hr", "img", "rect", "path", "wbr"}


@dataclass
class Node:
    """One element with its attributes and all that is inside."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What is written inside, with single spaces."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
                continue
            gap = "" if child.tag in INLINE else " "
            yield from (gap, *child._pieces(), gap)

    def all(self, tag: str = "", **attributes: str) -> list[Node]:
        """The elements inside of that tag and with those attributes: `_` for `-`, `class_` for one class."""
        found: list[Node] = []
        for child in self.children:
            if isinstance(child, Node):
                if child.is_like(tag, attributes):
                    found.append(child)
                found += child.all(tag, **attributes)
        return found

    def one(self, tag: str = "", **attributes: str) -> Node:
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of {tag} {attributes}"
        return found[0]

    def is_like(self, tag: str, attributes: dict[str, str]) -> bool:
        if tag and self.tag != tag:
            return False
        wanted = {name.replace("_", "-"): value for name, value in attributes.items() if name != "class_"}
        classes = self.attributes.get("class", "").split()
        has_class = "class_" not in attributes or attributes["class_"] in classes
        return has_class and all(self.attributes.get(name) == value for name, value in wanted.items())


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("document")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"<{self.open[-1].tag}> is closed by </{tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read_page(html: str) -> Node:
    """The page as a tree; its elements must be closed in order and its ids unique."""
    builder = _Builder()
    builder.feed(html)
    assert len(builder.open) == 1, f"<{builder.open[-1].tag}> is never closed"
    ids = [node.attributes["id"] for node in builder.open[0].all() if "id" in node.attributes]
    assert len(ids) == len(set(ids)), "an id stands twice on the page"
    assert not [node for node in builder.open[0].all() if "style" in node.attributes], "an inline style"
    return builder.open[0]
