"""Numbers as people read them: rounded once from the exact value, half up, in the page's digits."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_decimal
from flask_babel import gettext

from surveyapp.web.locale import current_locale

NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


def half_up(number: Fraction | int, digits: int = 0) -> Decimal:
    """The number with `digits` decimals, rounded half up from its exact value."""
    scaled = Fraction(number) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-digits)


def show(number: Fraction | int | None, digits: int = 0) -> str:
    """The number in the page's locale and its own digits; an en dash where there is none."""
    if number is None:
        return "–"
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return _in_words(half_up(number, digits), pattern)


def show_change(number: Fraction | None) -> str:
    """A difference with its sign, rounded from its exact value; an en dash where there is none."""
    if number is None:
        return "–"
    rounded = half_up(number)
    return _in_words(rounded, "+#,##0;-#,##0" if rounded else "0")


def _in_words(number: Decimal, pattern: str) -> str:
    """As people read it, with a minus and no hyphen, as sentences have it."""
    written = format_decimal(number, pattern, locale=current_locale(), numbering_system="default")
    return written.replace("-", MINUS)


def show_gap(higher: Fraction | None, lower: Fraction | None) -> str:
    """How far two numbers are apart: whole where that is the difference of the whole numbers, else with
    decimals, so that nobody who subtracts finds it wrong, and never 0 where they differ. An en dash where
    there is none.
    """
    if higher is None or lower is None:
        return "–"
    gap = higher - lower
    is_whole = half_up(higher) - half_up(lower) == half_up(gap) and bool(half_up(gap)) == bool(gap)
    return show(gap, 0 if is_whole else next((digits for digits in (1, 2, 3) if half_up(gap, digits)), 4))


def show_year(year: int) -> str:
    """A year: no thousands separator, the page's own digits."""
    return format_decimal(year, "0", locale=current_locale(), numbering_system="default")


def show_bytes(size: int) -> str:
    """The size of a file, in kilobytes below a megabyte."""
    megabytes = Fraction(size, 1024 * 1024)
    if megabytes < 1:
        # Translators: the size of a file, in kilobytes.
        words = gettext("%(size)s kB", size=show(max(Fraction(1), Fraction(size, 1024))))
        return words.replace(" ", NO_BREAK)
    # Translators: the size of a file, in megabytes.
    return gettext("%(size)s MB", size=show(megabytes, 1)).replace(" ", NO_BREAK)


def plain(number: Fraction | int | None) -> str:
    """The number for programs: up to 4 decimals, digits of ASCII; empty where there is none."""
    if number is None:
        return ""
    return f"{half_up(number, 4).normalize():f}"
