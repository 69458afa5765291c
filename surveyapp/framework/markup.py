"""Small pieces of HTML. Every text is escaped here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path

GENERATOR = "surveyapp framework docs"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(tag: str, *content: str | None, **attributes: str | None) -> Html:
    """An element around its content: plain texts are escaped, what is None is left out.

    Attribute names as in HTML; `class_` stands for `class`.
    """
    shown = "".join(
        f' {name.rstrip("_")}="{escape(value)}"' for name, value in attributes.items() if value is not None
    )
    return Html(f"<{tag}{shown}>{_join(content)}</{tag}>")


def _join(content: Iterable[str | None]) -> str:
    return "".join(p if isinstance(p, Html) else escape(p, quote=False) for p in content if p is not None)


def lines(content: Iterable[Html]) -> Html:
    """Elements one under the other."""
    return Html("\n" + "\n".join(content) + "\n")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str, class_: str) -> Html:
    """A table whose first column names its rows. It scrolls by itself where the page is narrow."""
    head = element("tr", *(element("th", text, scope="col") for text in heads))
    body = [
        element("tr", element("th", row[0], scope="row"), *(element("td", cell) for cell in row[1:]))
        for row in rows
    ]
    parts = [element("caption", caption), element("thead", head), element("tbody", lines(body))]
    return element("div", element("table", lines(parts), class_=class_), class_="wide")


def document(title: str, main: Iterable[Html], navigation: Html) -> str:
    """A whole page with its style sheet inside, so that it can be sent as one file."""
    head = [
        Html('<meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html(f'<meta name="generator" content="{GENERATOR}">'),
        element("title", title),
        Html(f"<style>\n{_style()}</style>"),
    ]
    body = [element("nav", navigation), element("main", lines(main)), element("footer", navigation)]
    whole = element("html", lines([element("head", lines(head)), element("body", lines(body))]), lang="en")
    return f"<!doctype html>\n{whole}\n"


@cache
def _style() -> str:
    return Path(__file__).with_name("pages.css").read_text(encoding="utf-8")
