"""Numbers, years and dates as people and programs read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.web.countries import collation_key, country_name, in_order
from surveyapp.web.numbers import half_up, plain, show, show_change, show_gap, show_year
from surveyapp.web.pages import isolated, show_day, show_moment

F = Fraction
NARROW = "\u202f"  # no-break space that French groups thousands with


@pytest.mark.parametrize(
    ("locale", "number", "digits", "shown"),
    [
        ("en", F(125, 2), 0, "63"),
        ("en", F(1249, 20), 0, "62"),
        ("en", F(1, 2), 0, "1"),
        ("en", F(2, 3), 2, "0.67"),
        ("en", 1234567, 0, "1,234,567"),
        ("fr", F(12345, 10), 1, f"1{NARROW}234,5"),
        ("ar", 63, 0, "٦٣"),
        ("en", None, 0, "–"),
        ("en", 0, 0, "0"),
    ],
)
def test_a_number_is_rounded_half_up_and_written_as_in_its_language(
    app_in_three_languages: Flask, locale: str, number: Fraction | int | None, digits: int, shown: str
) -> None:
    with app_in_three_languages.test_request_context():
        g.locale = locale
        assert show(number, digits) in (shown, shown.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")))


@pytest.mark.parametrize(("locale", "shown"), [("en", "2026"), ("fr", "2026")])
def test_a_year_has_no_separator(app_in_three_languages: Flask, locale: str, shown: str) -> None:
    with app_in_three_languages.test_request_context():
        g.locale = locale
        assert show_year(2026) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [(F(200, 3), "66.6667"), (F(1, 20000), "0.0001"), (F(1, 20001), "0"), (100, "100"), (F(5, 2), "2.5"),
     (None, ""), (1000000, "1000000")],
)  # fmt: skip
def test_programs_read_up_to_four_decimals_and_no_exponent(number: Fraction | int | None, shown: str) -> None:
    assert plain(number) == shown


@given(st.fractions(min_value=0, max_value=100), st.integers(0, 4))
def test_rounding_moves_a_number_by_at_most_half_a_step_and_never_down_from_a_half(
    number: Fraction, digits: int
) -> None:
    rounded, step = Fraction(half_up(number, digits)), Fraction(1, 10**digits)
    assert -step / 2 < rounded - number <= step / 2


def test_half_up_is_exact() -> None:
    assert half_up(F(5, 1000), 2) == Decimal("0.01")
    assert half_up(F(4999999, 1000000000), 2) == Decimal("0.00")


@pytest.mark.parametrize(
    ("locale", "shown"),
    [("en", "15 December 2026"), ("fr", "15 décembre 2026")],
)
def test_a_date_is_written_as_in_its_language(app_in_three_languages: Flask, locale: str, shown: str) -> None:
    with app_in_three_languages.test_request_context():
        g.locale = locale
        assert show_day(date(2026, 12, 15)) == shown


def test_a_moment_says_that_it_is_in_universal_time(app: Flask) -> None:
    with app.test_request_context():
        g.locale = "en"
        assert (
            show_moment(datetime(2026, 12, 5, 8, 4, tzinfo=UTC))
            == "5 December 2026, 08:04 (universal time, UTC)"
        )


def test_countries_are_named_and_ordered_in_the_language_of_the_page() -> None:
    assert country_name("AL", "fr") == "Albanie" and country_name("QQ", "en") == "QQ"
    assert country_name("XK", "en") == "Kosovo"
    assert in_order(["HR", "AL", "AT"], "en") == ["AL", "AT", "HR"]
    assert in_order(["HR", "AL", "AT"], "de") == ["AL", "HR", "AT"], "Kroatien, Österreich"
    assert collation_key("Åland") == "aland"


def test_a_code_inside_a_sentence_is_kept_apart_and_escaped() -> None:
    assert isolated("<7.A1>") == '<bdi dir="ltr">&lt;7.A1&gt;</bdi>'


def test_a_gap_has_a_decimal_where_the_whole_numbers_would_subtract_wrongly(app: Flask) -> None:
    with app.test_request_context("/en/"):
        assert show_gap(Fraction(57), Fraction(54)) == "3"
        assert show_gap(Fraction("57.4"), Fraction("54.4")) == "3"
        assert show_gap(Fraction("56.6"), Fraction("54.4")) == "2.2", "57 and 54, and no 2"
        assert show_gap(Fraction("50.3"), Fraction("50.1")) == "0.2", "50 and 50, and a gap"
        assert show_gap(Fraction("50.5"), Fraction("50.46")) == "0.04", "51 and 50"
        assert show_gap(Fraction(50), Fraction(50)) == "0"
        assert show_gap(None, None) == "–"


@pytest.mark.parametrize("locale", ["en", "fr", "ar"])
def test_a_negative_number_has_a_minus_for_people_and_a_hyphen_for_programs(
    app_in_three_languages: Flask, locale: str
) -> None:
    with app_in_three_languages.test_request_context():
        g.locale = locale
        for text in (show_change(F("-12.6")), show(F("-1.25"), 2)):
            assert "\N{MINUS SIGN}" in text and "-" not in text
        assert show_change(F(13)).lstrip("\u200e\u061c").startswith("+")
    assert plain(F("-12.5")) == "-12.5"
