"""Which locales there are, what they are called, and which one a reader gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.language.catalogues import INTERFACE
from surveyapp.language.locales import (
    fallback_chain,
    from_url_code,
    interface_locales,
    native_name,
    negotiate,
    packaged_locales,
    parse_accept_language,
)
from surveyapp.language.po_files import empty_po
from surveyapp.web.locale import direction, url_code
from tests.language.files import message, save_compiled, write_pots

BOTH_SERBIAN = ["en", "sr", "sr_Latn", "bs", "hr"]


@pytest.mark.parametrize(
    ("wanted", "available", "given_locale"),
    [
        # Serbian in two scripts
        ("sr", BOTH_SERBIAN, "sr"),
        ("sr-RS", BOTH_SERBIAN, "sr"),
        ("sr-Cyrl-BA", BOTH_SERBIAN, "sr"),
        ("sr-Cyrl-BA", ["sr_Latn", "sr_Cyrl"], "sr_Cyrl"),
        ("sr-BA", BOTH_SERBIAN, "sr"),
        ("sr-Latn", BOTH_SERBIAN, "sr_Latn"),
        ("sr-Latn-RS", BOTH_SERBIAN, "sr_Latn"),
        ("sr_Latn_RS", BOTH_SERBIAN, "sr_Latn"),
        ("sr-ME", BOTH_SERBIAN, "sr_Latn"),
        ("sh", BOTH_SERBIAN, "sr_Latn"),
        ("sh-BA", BOTH_SERBIAN, "sr_Latn"),
        ("cnr", BOTH_SERBIAN, "sr_Latn"),
        ("SR-latn", BOTH_SERBIAN, "sr_Latn"),
        # neighbours never stand in for each other
        ("bs", ["sr", "sr_Latn", "hr", "en"], None),
        ("hr", ["sr", "sr_Latn", "bs", "en"], None),
        ("hr-BA", ["bs", "sr_Latn"], None),
        ("sr-Latn", ["hr", "bs"], None),
        ("mk", ["bg", "sr"], None),
        # regions
        ("fr-CA", ["en", "fr"], "fr"),
        ("fr-CA", ["fr", "fr_CA"], "fr_CA"),
        ("fr", ["fr_CA", "fr_FR"], "fr_FR"),
        ("pt-BR", ["pt_PT", "pt_BR"], "pt_BR"),
        ("pt-AO", ["pt_BR", "pt_PT"], "pt_PT"),
        ("pt", ["pt_PT", "pt_BR"], "pt_BR"),
        ("de-AT", ["de_CH", "de"], "de"),
        ("en-US", ["fr", "en"], "en"),
        ("ar-EG", ["en", "ar"], "ar"),
        # other scripts, other names
        ("zh-TW", ["zh_Hans", "zh_Hant"], "zh_Hant"),
        ("zh-HK", ["zh_Hans", "zh_Hant"], "zh_Hant"),
        ("zh", ["zh_Hant", "zh_Hans"], "zh_Hans"),
        ("no", ["nb", "en"], "nb"),
        ("iw", ["he"], "he"),
        ("az-Cyrl", ["az"], "az"),
        # no language at all
        ("*", ["en", "fr"], None),
        ("tlh", ["en", "fr"], None),
        ("xx-yy-zz-\u0000", ["en"], None),
    ],
)
def test_a_reader_gets_the_locale_in_the_right_language_and_script(
    wanted: str, available: list[str], given_locale: str | None
) -> None:
    assert negotiate([wanted], available) == given_locale


def test_the_order_of_preference_decides_before_anything_else() -> None:
    assert negotiate(["de", "fr", "en"], ["en", "fr"]) == "fr"


def test_a_script_not_asked_for_is_given_only_when_nothing_else_fits() -> None:
    assert negotiate(["sr"], ["en", "sr_Latn"]) == "sr_Latn"
    assert negotiate(["sr", "en"], ["en", "sr_Latn"]) == "en"


def test_nothing_wanted_or_nothing_there_gives_none() -> None:
    assert negotiate([], ["en"]) is None
    assert negotiate(["en"], []) is None


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("fr", ["fr"]),
        ("fr-CA, fr;q=0.9, en;q=0.8", ["fr-CA", "fr", "en"]),
        ("en;q=0.2,fr;q=0.9", ["fr", "en"]),
        ("en;q=0.5, de;q=0, *;q=0.1", ["en"]),
        ("fr ; q=1.000 , en;Q=0.5", ["fr", "en"]),
        ("sr-Latn", ["sr-Latn"]),
        ("", []),
        (None, []),
        (";;;,,,q=", []),
        ("fr;q=7, en", ["en"]),
        ("fr;q=nan, en", ["en"]),
        ("../../etc/passwd, <script>, en", ["en"]),
        ("\u0661\u0662, \x00, en", ["en"]),
    ],
)
def test_a_header_is_read_best_first_and_what_is_malformed_is_left_out(
    header: str | None, codes: list[str]
) -> None:
    assert parse_accept_language(header) == codes


def test_of_an_endless_header_only_the_beginning_is_read() -> None:
    assert len(parse_accept_language("fr," * 100_000)) == 20
    assert parse_accept_language("a" * 100_000) == []
    assert parse_accept_language(" " * 100_000 + "fr") == []


@given(st.text(max_size=1200))
def test_no_header_is_an_error(header: str) -> None:
    codes = parse_accept_language(header)
    assert len(codes) <= 20
    assert negotiate(codes, ["en", "sr_Latn"]) in ("en", "sr_Latn", None)


@pytest.mark.parametrize(
    ("locale", "chain"),
    [
        ("en", ("en",)),
        ("fr", ("fr", "en")),
        ("fr_CA", ("fr_CA", "fr", "en")),
        ("sr_Latn", ("sr_Latn", "en")),
        ("sr_ME", ("sr_ME", "sr_Latn", "en")),
        ("sr_Cyrl", ("sr_Cyrl", "sr", "en")),
        ("bs", ("bs", "en")),
        ("hr", ("hr", "en")),
        ("pt_AO", ("pt_AO", "pt_PT", "pt", "en")),
        ("zh_Hant", ("zh_Hant", "en")),
    ],
)
def test_a_locale_falls_back_to_its_parents_in_the_same_script_and_to_english(
    locale: str, chain: tuple[str, ...]
) -> None:
    assert fallback_chain(locale) == chain


def test_a_locale_has_one_spelling_in_addresses() -> None:
    assert url_code("sr_Latn") == "sr-Latn"
    assert from_url_code("sr-Latn") == "sr_Latn"
    for code in ("sr_Latn", "sr-latn", "SR-Latn", "xx", "", "../en", "en ", "fr-", "a" * 500, "e\u0301n"):
        assert from_url_code(code) is None


def test_arabic_is_written_from_right_to_left() -> None:
    assert direction("ar") == "rtl"
    assert {direction(locale) for locale in ("en", "fr", "sr_Latn")} == {"ltr"}


def test_locales_are_called_by_their_own_names() -> None:
    names = {locale: native_name(locale) for locale in ("en", "fr", "ar", "sr_Latn", "pt_BR")}
    assert names == {
        "en": "English",
        "fr": "français",
        "ar": "العربية",
        "sr_Latn": "srpski (latinica)",
        "pt_BR": "português (Brasil)",
    }


def test_the_script_is_named_where_a_language_comes_in_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sr", "sr_Latn"):
        (tmp_path / name).mkdir()
    packaged_locales.cache_clear()
    native_name.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr("surveyapp.language.locales.translations_folder", lambda: tmp_path)
        assert native_name("sr") == "српски (ћирилица)"
    packaged_locales.cache_clear()
    native_name.cache_clear()
    assert native_name("sr") == "српски"


def test_only_folders_named_by_a_locale_are_packaged_locales(tmp_path: Path) -> None:
    for name in ("fr", "sr_Latn", "notes", "sr-Latn", ".cache"):
        (tmp_path / name).mkdir()
    (tmp_path / "ar").write_text("a file")
    assert packaged_locales(tmp_path) == ("en", "fr", "sr_Latn")


def test_an_interface_is_offered_once_each_of_its_texts_is_translated(tmp_path: Path) -> None:
    plural = message(None, "%(num)d answer")
    plural.msgid_plural = "%(num)d answers"
    plural.msgstr_plural = {0: "", 1: ""}
    write_pots(tmp_path, [], [message(None, "Save"), message("answer option", "Unknown"), plural])
    for locale, unknown, forms in (
        ("fr", "Inconnu", ("%(num)d réponse", "%(num)d réponses")),
        ("es", "", ("%(num)d respuesta", "%(num)d respuestas")),
        ("it", "Sconosciuto", ("%(num)d risposta", "")),
    ):
        file = empty_po(locale)
        translated = message(None, plural.msgid)
        translated.msgid_plural, translated.msgstr_plural = plural.msgid_plural, dict(enumerate(forms))
        file.extend([message(None, "Save", "x"), message("answer option", "Unknown", unknown), translated])
        save_compiled(tmp_path, file, locale, INTERFACE)
    assert interface_locales(tmp_path) == ("en", "fr")


def test_without_a_template_only_english_is_offered(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    assert interface_locales(tmp_path) == ("en",)
