"""What every page knows: its language, who reads it, how numbers, dates and files are written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeVar

from babel import Locale
from babel.dates import format_date as babel_date
from babel.dates import format_datetime as babel_datetime
from flask import Flask, current_app, request, url_for
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup, escape

from surveyapp.web.countries import collation_key, country_name
from surveyapp.web.locale import current_locale, direction, locale_choices, offer, url_code
from surveyapp.web.numbers import plain, show, show_bytes, show_gap, show_year


class HasCountry(Protocol):
    """A row of one country."""

    @property
    def country_code(self) -> str: ...


OfCountry = TypeVar("OfCountry", bound=HasCountry)


def init_app(app: Flask, *, is_demo: bool) -> None:
    """Give templates their globals and filters."""
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=show,
        gap_to=show_gap,
        year=show_year,
        plain=plain,
        bytes=show_bytes,
        day=show_day,
        moment=show_moment,
        isolated=isolated,
        isolated_name=isolated_name,
        numbers=numbers,
        country=country_name,
        by_country=by_country,
        language=language_attributes,
        language_name=language_name,
        marked=marked,
    )
    app.jinja_env.globals.update(asset=asset, switch_locale=switch_locale)

    @app.context_processor
    def common() -> dict[str, object]:
        locale = current_locale()
        return {
            "lang": url_code(locale),
            "dir": direction(locale),
            "locale_name": offer().names[locale],
            "locale_choices": locale_choices(),
            "is_demo": is_demo,
            "user": current_user if current_user.is_authenticated else None,
        }


def asset(filename: str) -> str:
    """The address of a static file; it changes with the file's content, so browsers may keep it for good."""
    path = Path(current_app.static_folder or "") / filename
    return url_for("static", filename=filename, v=content_hash(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=128)
def content_hash(path: Path, _changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def switch_locale(locale: str) -> str:
    """The address that remembers another language and leads to this same page in it."""
    here = request.full_path.rstrip("?") if request.method == "GET" and request.url_rule else ""
    return url_for("language.choose", locale=locale, to=here)


# English here is the international one: 15 December 2026.
DATE_LOCALES = {"en": "en_GB"}


def date_locale() -> str:
    return DATE_LOCALES.get(current_locale(), current_locale())


def show_day(day: date, style: str = "long") -> str:
    """A date in the page's language: `long` 15 December 2026, `medium` shorter, or a CLDR pattern."""
    return babel_date(day, style, locale=date_locale())


def show_moment(moment: datetime) -> str:
    """A moment of what belongs to no country, by universal time, which the words say."""
    universal = babel_datetime(moment, "d MMMM y, HH:mm", locale=date_locale())
    # Translators: the moment of something that belongs to no country, such as "24 November 2026, 10:12".
    return gettext("%(moment)s (universal time, UTC)", moment=universal)


def by_country(rows: Iterable[OfCountry]) -> list[OfCountry]:
    """Rows in the alphabetical order of their countries' names."""
    return sorted(rows, key=lambda row: collation_key(country_name(row.country_code)))


def isolated(text: object) -> Markup:
    """A question number or a code inside a sentence of either direction."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)


def isolated_name(text: object) -> Markup:
    """A name that somebody typed, inside a sentence of either direction."""
    return Markup("<bdi>{}</bdi>").format(text)


def numbers(sources: Iterable[str]) -> Markup:
    """Question numbers one after the other, inside a sentence of either direction."""
    return Markup(", ").join(isolated(source) for source in sources)


class HasLanguage(Protocol):
    """A text of the framework, which need not be in the page's language."""

    @property
    def lang(self) -> str: ...

    @property
    def dir(self) -> str: ...


def language_attributes(text: HasLanguage) -> Markup:
    """`lang` and `dir` for a text that is not in the page's language; nothing for one that is."""
    if text.lang == url_code(current_locale()):
        return Markup()
    return Markup('lang="{}" dir="{}"').format(text.lang, text.dir)


def marked(text: HasLanguage) -> Markup:
    """A text inside a sentence of the page, with its own language where that is another one."""
    attributes = language_attributes(text)
    return Markup("<span {}>{}</span>").format(attributes, str(text)) if attributes else escape(str(text))


def language_name(text: HasLanguage) -> str:
    """The name of a text's language in the page's: `German`, `Serbian (Latin)`."""
    return str(Locale.parse(text.lang, sep="-").get_display_name(current_locale()))
