"""The language of a request: from the address first, then account, cookie, and what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from babel import Locale
from flask import Flask, current_app, g, has_app_context, has_request_context, request
from flask_babel import Babel, force_locale
from flask_login import current_user
from werkzeug.routing import BaseConverter, ValidationError

COOKIE = "locale"
SOURCE_LOCALE = "en"


@dataclass(frozen=True)
class Offer:
    """The locales that people can choose, each with its own name, and how one is found for a visitor."""

    names: Mapping[str, str]  # locale → name in that language
    negotiate: Callable[[str, Sequence[str]], str | None]  # Accept-Language header, offered → locale


def url_code(locale: str) -> str:
    """A locale as it stands in addresses and `lang` attributes: `sr-Latn` for `sr_Latn`."""
    return locale.replace("_", "-")


@lru_cache(maxsize=256)
def direction(locale: str) -> Literal["rtl", "ltr"]:
    """Which way the locale is written.

    :raises babel.UnknownLocaleError: CLDR has no such locale.
    """
    return "rtl" if Locale.parse(locale).text_direction == "rtl" else "ltr"


class InLocale:
    """What is written in one locale, with the attributes that say so on a page."""

    __slots__ = ()
    locale: str

    @property
    def lang(self) -> str:
        return url_code(self.locale)

    @property
    def dir(self) -> str:
        return direction(self.locale)


class LocaleConverter(BaseConverter):
    """The first part of each page's address; a locale that is not offered is no page."""

    regex = "[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}"
    part_isolating = True

    def to_python(self, value: str) -> str:
        locale = value.replace("-", "_")
        if locale not in offer().names:
            raise ValidationError
        return locale

    def to_url(self, value: str) -> str:
        return url_code(value)


def offer() -> Offer:
    return current_app.extensions["locale_offer"]


def locale_choices() -> list[tuple[str, str]]:
    """The offered locales with their own names, in the order of their codes."""
    return sorted(offer().names.items())


def negotiated_locale() -> str:
    """The locale for somebody whose address names none: account, cookie, `Accept-Language`, English."""
    names = offer().names
    account = getattr(current_user, "locale", None)
    cookie = (request.cookies.get(COOKIE) or "").replace("-", "_")
    for wanted in (account, cookie):
        if isinstance(wanted, str) and wanted in names:
            return wanted
    return offer().negotiate(request.headers.get("Accept-Language", ""), list(names)) or SOURCE_LOCALE


def current_locale() -> str:
    """The locale that this page, or this letter, is written in."""
    if not has_app_context():
        return SOURCE_LOCALE
    if "locale" not in g:
        if not has_request_context():
            return SOURCE_LOCALE
        g.locale = negotiated_locale()
    locale: str = g.locale
    return locale


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Write in `locale` for a while, whatever the page's language: a letter to somebody else."""
    before = current_locale()
    g.locale = locale
    try:
        with force_locale(locale):
            yield
    finally:
        g.locale = before


def init_app(
    app: Flask, names: Mapping[str, str], negotiate: Callable[[str, Sequence[str]], str | None]
) -> None:
    """Route addresses by locale and give Flask-Babel the locale of each request."""
    app.extensions["locale_offer"] = Offer(names, negotiate)
    app.url_map.converters["locale"] = LocaleConverter
    Babel(app, locale_selector=current_locale)

    @app.url_value_preprocessor
    def take_locale(_endpoint: str | None, values: dict[str, object] | None) -> None:
        if values and "locale" in values:
            g.locale = values.pop("locale")

    @app.url_defaults
    def add_locale(endpoint: str, values: dict[str, object]) -> None:
        if "locale" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "locale"):
            values["locale"] = current_locale()
