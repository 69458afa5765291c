"""What a letter says, drawn as plain text and as HTML, and the links in it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from markupsafe import Markup

from surveyapp.mail.calendar import CalendarDay
from surveyapp.settings import Settings
from surveyapp.web.locale import SOURCE_LOCALE, current_locale, direction, offer, url_code


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its words."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of one letter, in the reader's language and in the order read."""

    subject: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()  # a list after the paragraphs
    links: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()
    unsubscribe: Link | None = None
    calendar: CalendarDay | None = None  # attached

    def as_text(self) -> str:
        parts = [*self.paragraphs]
        if self.items:
            parts.append("\n".join(f"- {item}" for item in self.items))
        parts += [f"{link.words}\n{link.url}" for link in self.links]
        parts += self.notes
        foot = [f"surveyapp\n{settings().base_url}"]
        if self.unsubscribe:
            foot.append(f"{self.unsubscribe.words}\n{self.unsubscribe.url}")
        return "\n\n".join(parts) + "\n\n-- \n" + "\n\n".join(foot) + "\n"

    def as_html(self) -> str:
        template = current_app.jinja_env.get_template("mail/letter.html")
        locale = current_locale()
        return template.render(
            letter=self, lang=url_code(locale), dir=direction(locale), base_url=settings().base_url
        )


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def writes_mail() -> bool:
    """Whether letters are written at all: their links need the address that people type."""
    return bool(settings().base_url)


def sends_mail() -> bool:
    """Whether letters leave by themselves; where not, pages show the links to hand over."""
    return bool(settings().mail_url)


def letter_locale(wanted: str | None) -> str:
    """The language to write in to somebody whose account has `wanted`."""
    return wanted if wanted is not None and wanted in offer().names else SOURCE_LOCALE


def link_to(endpoint: str, locale: str, **values: object) -> str:
    """The whole address of a page. Its host comes from the settings, never from a request."""
    path = current_app.url_map.bind("localhost").build(endpoint, {"locale": locale, **values})
    return f"{settings().base_url}{path}"


def isolated(text: str) -> str:
    """A text that somebody typed, or a country's name, inside a sentence of either direction."""
    return f"\u2068{' '.join(text.split())}\u2069"


def unmarked(text: str) -> Markup:
    """The same for HTML, where the marks become elements."""
    escaped = str(Markup.escape(text))
    return Markup(escaped.replace("\u2068", "<bdi>").replace("\u2069", "</bdi>"))  # noqa: S704
