"""Each check fires where it must and is quiet where a translation is right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polib
import pytest

from surveyapp.language.catalogues import CONTENT, INTERFACE, catalogue_path
from surveyapp.language.checks import Finding, Place, Severity, check_file, check_text
from surveyapp.language.po_files import empty_po, write_po
from tests.language.files import message

Catalogue = Callable[..., list[Finding]]


@pytest.fixture
def findings(tmp_path: Path) -> Catalogue:
    """Check a catalogue of these messages."""

    def check(
        *entries: polib.POEntry, locale: str = "fr", domain: str = CONTENT, header: str = ""
    ) -> list[Finding]:
        file = empty_po(locale)
        if header:
            file.metadata["Plural-Forms"] = header
        file.extend(entries)
        path = catalogue_path(locale, domain, tmp_path)
        write_po(path, file)
        return check_file(path)

    return check


def ids(found: list[Finding]) -> list[str]:
    return [finding.check for finding in found]


def fired(source: str, target: str, place: Place) -> dict[str, Severity]:
    return {check: severity for check, severity, _message in check_text(source, target, place)}


INTERFACE_FR = Place("fr", INTERFACE)
CONTENT_FR = Place("fr", CONTENT, "o07.a1.text")
LEVEL_FR = Place("fr", CONTENT, "o07.a1.level.3")
LEVEL_SR = Place("sr", CONTENT, "o07.a1.level.3")


@pytest.mark.parametrize(
    ("check", "source", "target", "place"),
    [
        ("placeholder", "Until %(date)s", "До %(датум)s", Place("sr", INTERFACE)),
        ("placeholder", "%(n)d open", "%(n)s ouvertes", INTERFACE_FR),
        ("placeholder", "Until %(date)s", "Bientôt", INTERFACE_FR),
        ("placeholder", "Until %(date)s", "Le %(date)s, %(user)s", INTERFACE_FR),
        ("placeholder", "%(n)s of all", "%(n)s % de tout", INTERFACE_FR),
        ("placeholder", "Half", "50 % de tout", INTERFACE_FR),
        ("placeholder", "Until %(date)s", "Le %(date)", INTERFACE_FR),
        ("placeholder", "Until %(date)s", "Le %(date)s %s", INTERFACE_FR),
        ("placeholder", "Dear {name}", "Cher {nom}", INTERFACE_FR),
        ("placeholder", "Dear {name}", "Cher {name.__class__}", INTERFACE_FR),
        ("placeholder", "A question", "{self.__init__.__globals__}", CONTENT_FR),
        ("placeholder", "A question", "Une {question", CONTENT_FR),
        ("markup", "<b>x</b>", "<b>x", INTERFACE_FR),
        ("markup", "<b>x</b>", '<b onclick="f()">x</b>', INTERFACE_FR),
        ("markup", "Text", "<script>alert(1)</script>", CONTENT_FR),
        ("markup", "Text", "<img src=x", CONTENT_FR),
        ("markup", '<a href="/a">x</a>', '<a href="//evil.example">x</a>', INTERFACE_FR),
        ("newline", "Two\n", "Deux", INTERFACE_FR),
        ("newline", "Two", "\nDeux", INTERFACE_FR),
        ("max-length", "Services", "Quinze caractèr", Place("fr", CONTENT, "o07.short", 14)),
        ("numbers", "30 days", "3 дана", LEVEL_SR),
        ("numbers", "As level 3", "Comme au niveau", LEVEL_FR),
        ("numbers", "As level 3", "Comme au niveau 2", Place("fr", CONTENT, "ladder.involvement.4")),
        ("bidi", "Text", "abc\u202edef", CONTENT_FR),
        ("bidi", "Text", "نص \u2067مفتوح", Place("ar", CONTENT)),
        ("bidi", "Text", "نص\u2069", Place("ar", CONTENT)),
        ("bidi", "Text", "\u202bنص", Place("ar", CONTENT)),
        ("mixed-script", "Plan", "плaн", Place("sr", CONTENT)),
        ("mixed-script", "Plan", "Рlan", CONTENT_FR),
        ("wrong-script", "Plan", "План", Place("sr_Latn", CONTENT)),
        ("wrong-script", "Work", "Posao", Place("sr", CONTENT)),
    ],
)
def test_an_error_is_found(check: str, source: str, target: str, place: Place) -> None:
    assert fired(source, target, place).get(check) is Severity.ERROR


@pytest.mark.parametrize(
    ("check", "source", "target", "place"),
    [
        ("space", "Name: ", "Nom :", INTERFACE_FR),
        ("space", "A name", "Un  nom", INTERFACE_FR),
        ("end-punct", "Shelter?", "Склониште.", Place("sr", CONTENT)),
        ("end-punct", "Yes", "Oui.", CONTENT_FR),
        ("end-punct", "It is.", "C’est cela", CONTENT_FR),
        ("fr-space", "How many?", "Combien?", CONTENT_FR),
        ("unchanged", "Submit", "Submit", INTERFACE_FR),
        ("expansion", "Twenty-one characters", "x" * 60, CONTENT_FR),
        ("numbers", "In 13 questionnaires", "Dans des questionnaires", CONTENT_FR),
        ("url-mail", "See https://a.example/x", "Voir https://b.example/x", CONTENT_FR),
        ("url-mail", "Write to a@b.example", "Écrivez à c@b.example", CONTENT_FR),
        ("invisible", "Text", "Te\u200bxte", CONTENT_FR),
        ("invisible", "Text", "Te\u200cxte", CONTENT_FR),
        ("nfc", "Summer", "e\u0301te\u0301", CONTENT_FR),
    ],
)
def test_a_doubt_is_named(check: str, source: str, target: str, place: Place) -> None:
    assert fired(source, target, place).get(check) is Severity.WARNING


@pytest.mark.parametrize(
    ("source", "target", "place"),
    [
        ("%(a)s of %(b)s", "%(b)s : %(a)s", INTERFACE_FR),
        ("100%% of %(n)s", "%(n)s à 100%%", INTERFACE_FR),
        ("50 % of all", "50 % de tout", INTERFACE_FR),
        ("50 % of all.", "50 % de tout.", CONTENT_FR),
        ("Dear {name}", "{name}, bonjour", INTERFACE_FR),
        ("<b>a</b> and <i>b</i>", "<i>b</i> et <b>a</b>", INTERFACE_FR),
        ("score < 5 & more", "note < 5 et plus", CONTENT_FR),
        ("Two\n", "Deux\n", INTERFACE_FR),
        ("Services", "Quatorze carac", Place("fr", CONTENT, "o07.short", 14)),
        ("Services", "خدمات للضحايا", Place("ar", CONTENT, "o07.short", 14)),
        ("Score 1.5", "Оцена 1,5", LEVEL_SR),
        ("1,000 victims", "1\u202f000 victimes", LEVEL_FR),
        ("30 days", "٣٠ يومًا", Place("ar", CONTENT, "o07.a1.level.3")),
        ("Shelter?", "Καταφύγιο;", Place("el", CONTENT)),
        ("Shelter?", "مأوى؟", Place("ar", CONTENT)),
        ("Is there a shelter?", "Կա՞ արդյոք ապաստարան։", Place("hy", CONTENT)),
        ("Shelter?", "庇护所？", Place("zh", CONTENT)),
        ("It is there.", "Այն այնտեղ է։", Place("hy", CONTENT)),
        ("How many?", "Combien\u202f?", CONTENT_FR),
        ("How many?", "Combien?", Place("fr_CA", CONTENT)),
        ("Two words: one", "Deux mots : un", CONTENT_FR),
        ("INTERPOL", "INTERPOL", CONTENT_FR),
        ("https://a.example/x", "https://a.example/x", CONTENT_FR),
        ("Text", "\u2068نص\u2069", Place("ar", CONTENT)),
        ("Text", "نص\u200f", Place("ar", CONTENT)),
        ("I want", "می\u200cخواهم", Place("fa", CONTENT)),
        ("With INTERPOL", "Са INTERPOL-ом", Place("sr", CONTENT)),
        ("The 20th century", "XX век, 20.", Place("sr", CONTENT, "o01.help")),
        ("The Palermo Protocol", "Protokol iz Palerma", Place("sr_Latn", CONTENT)),
        ("GRETA", "ГРЕТА", Place("mk", CONTENT)),
        ("Summer", "été", CONTENT_FR),
    ],
)
def test_nothing_is_said_of_a_right_translation(source: str, target: str, place: Place) -> None:
    quiet = {check for check in fired(source, target, place) if check != "end-punct" or "20th" not in source}
    assert quiet == set()


def plural(forms: dict[int, str], source: str = "%(num)d answers") -> polib.POEntry:
    return polib.POEntry(msgid="%(num)d answer", msgid_plural=source, msgstr_plural=forms)


def test_a_form_that_several_numbers_take_shows_the_number(findings: Catalogue) -> None:
    serbian = plural({0: "један одговор", 1: "%(num)d одговора", 2: "%(num)d одговора"})
    assert ids(findings(serbian, locale="sr", domain=INTERFACE)) == ["plural-placeholder"]
    bulgarian = plural({0: "един отговор", 1: "%(num)d отговора"})
    assert findings(bulgarian, locale="bg", domain=INTERFACE) == []
    arabic = ["لا إجابات", "إجابة واحدة", "إجابتان", "%(num)d إجابات", "%(num)d إجابة", "%(num)d إجابة"]
    assert findings(plural(dict(enumerate(arabic))), locale="ar", domain=INTERFACE) == []
    french = plural({0: "une réponse", 1: "%(num)d réponses"})
    assert ids(findings(french, domain=INTERFACE)) == ["plural-placeholder"]


def test_only_the_number_may_be_left_out_of_a_form(findings: Catalogue) -> None:
    entry = polib.POEntry(
        msgid="%(num)d answer of %(country)s",
        msgid_plural="%(num)d answers of %(country)s",
        msgstr_plural={0: "един отговор", 1: "%(num)d отговора, %(country)s"},
    )
    assert ids(findings(entry, locale="bg", domain=INTERFACE)) == ["plural-placeholder"]


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        ({0: "%(num)d а", 1: "%(num)d б"}, ["plural-count"]),
        ({0: "%(num)d а", 1: "%(num)d б", 2: ""}, ["plural-empty"]),
        ({0: "%(num)d а", 1: "%(num)d а", 2: "%(num)d а"}, ["plural-same"]),
        ({0: "%(num)d а", 1: "%(num)d б", 2: "%(num)d в"}, []),
        ({0: "%(num)d а", 1: "%(num)d б", 2: "%(num)s в"}, ["plural-placeholder"]),
        ({0: "%(num)d а", 1: "%(num)d б", 2: "%(num)d % в"}, ["plural-placeholder"]),
    ],
)
def test_the_forms_of_a_message_are_counted_and_filled(
    findings: Catalogue, forms: dict[int, str], expected: list[str]
) -> None:
    assert ids(findings(plural(forms), locale="sr", domain=INTERFACE)) == expected


def test_two_equal_forms_are_no_doubt_in_a_language_that_has_two(findings: Catalogue) -> None:
    assert findings(plural({0: "%(num)d válasz", 1: "%(num)d válasz"}), locale="hu", domain=INTERFACE) == []


@pytest.mark.parametrize(
    ("locale", "header", "is_wrong"),
    [
        ("mk", "nplurals=2; plural=n != 1;", True),
        ("sr", "nplurals=2; plural=(n != 1);", True),
        ("fr", "nplurals=2; plural=n/(n-n);", True),
        ("fr", "nplurals=2; plural=n>1;", False),
        ("fr", "nplurals=2; plural=n >= 2 ? 1 : 0;", False),
        ("fr", "nplurals=2; plural=n != 1;", True),
        ("fr", "rubbish", True),
    ],
)
def test_the_plural_rule_of_a_file_gives_what_cldr_gives(
    findings: Catalogue, locale: str, header: str, is_wrong: bool
) -> None:
    assert ids(findings(locale=locale, header=header)) == (["plural-rule"] if is_wrong else [])


def test_two_levels_that_read_the_same_are_an_error_within_one_question_only(findings: Catalogue) -> None:
    found = findings(
        message("o07.a1.level.2", "Two.", "Deux."),
        message("o07.a1.level.3", "Three.", "Deux."),
        message("o07.a2.level.3", "Three again.", "Deux."),
        message("ladder.part.1", "One.", "Un."),
        message("ladder.part.2", "Two once more.", "Un."),
    )
    same = [finding for finding in found if finding.check == "levels-same"]
    assert [finding.severity for finding in same] == [Severity.ERROR] * 2
    assert "levels 2 and 3 of o07.a1" in same[0].message
    assert "ladder.part" in same[1].message


def test_one_source_in_two_translations_is_named_unless_a_context_tells_them_apart(
    findings: Catalogue,
) -> None:
    yes = [message("o07.a1.level.1", "Yes", "Да"), message("o07.a2.level.1", "Yes", "Јесте")]
    assert ids(findings(*yes, locale="sr")) == ["inconsistent"]
    senses = [message("month", "May", "mai"), message("permission", "May", "peut")]
    assert findings(*senses, domain=INTERFACE) == []


def test_what_is_missing_is_counted_and_what_needs_review_is_listed(findings: Catalogue) -> None:
    stale = message("o07.a3.text", "Three?", "Тrois?")
    stale.flags = ["fuzzy"]
    found = findings(message("o07.a1.text", "One?"), message("o07.a2.text", "Two?"), stale)
    assert ids(found) == ["missing", "fuzzy"]
    assert "2 of 3 texts" in found[0].message
    assert {finding.severity for finding in found} == {Severity.WARNING}


def test_the_length_limit_is_the_one_told_to_translators(findings: Catalogue) -> None:
    entry = message("o07.short", "Services", "Services aux victimes")
    entry.comment = "Heading of a narrow column. At most\n14 characters."
    assert ids(findings(entry)) == ["max-length"]


def test_obsolete_messages_are_not_checked(findings: Catalogue) -> None:
    gone = message("o07.a1.text", "One", "{x}")
    gone.obsolete = True
    assert findings(gone) == []


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ('msgid "a"\nmsgstr "é"\n'.encode("latin-1"), 2, "not UTF-8"),
        (b'msgid "a"\nmsgstr "x"\n\nmsgid "b"\nmsgstr "y"\n\nmsgid "a"\nmsgstr "z"\n', 7, "first in line 1"),
        (b'msgid "a"\nmsgstr "#-#-#-#-#  fr.po  #-#-#-#-#\\n"\n', 2, "two files disagree"),
        (b'msgid "a"\nmsgstr "x\n', 2, "not PO syntax"),
        (b'msgid "a"\nmsgstr "x"\nrubbish\n', 3, "not PO syntax"),
        (b'msgid "a"\nmsgstr "x"\n\nmsgstr "y"\n', 4, "not PO syntax"),
        (b'msgid "a"\nmsgstr "x\\"\n', 2, "not PO syntax"),
        (b'msgid "a"\nmsgstr "a " b"\n', 2, "nor a text in quotes"),
        (b'msgid "a"\n\nmsgstr "a\x00b"\n', 3, "control character"),
        ('msgid "a"\nmsgstr "a\u2028b"\n'.encode(), 2, "U+2028"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_error_at_its_line(
    tmp_path: Path, content: bytes, line: int, reason: str
) -> None:
    path = catalogue_path("fr", INTERFACE, tmp_path)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    (found,) = check_file(path)
    assert (found.check, found.severity, found.line) == ("file", Severity.ERROR, line)
    assert reason in found.message


def test_a_byte_order_mark_and_windows_line_ends_are_taken(tmp_path: Path) -> None:
    path = catalogue_path("fr", INTERFACE, tmp_path)
    path.parent.mkdir(parents=True)
    header = 'msgid ""\r\nmsgstr "Plural-Forms: nplurals=2; plural=(n > 1);\\n"\r\n\r\n'
    path.write_bytes(("\ufeff" + header + 'msgid "Yes"\r\nmsgstr "Oui"\r\n').encode())
    assert check_file(path) == []


def test_a_finding_names_the_file_and_the_line_where_its_message_begins(findings: Catalogue) -> None:
    (found,) = findings(message("o07.a1.text", "One", "Un"), message("o07.a2.text", "Two", "Deux {x}"))
    lines = found.path.read_text(encoding="utf-8").splitlines()
    assert lines[found.line - 1] == 'msgctxt "o07.a2.text"'
    assert str(found).startswith(f"{found.path}:{found.line}: placeholder: ")
