"""What an update keeps, marks and offers again; translations are never lost and never shown stale."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from surveyapp.language.catalogues import CONTENT, INTERFACE, catalogue_path
from surveyapp.language.po_files import PoFault, empty_po, po_text, read_po, write_po
from surveyapp.language.update import update_locale
from tests.language.files import message, write_pots

PLACE = "o07.a1.text"


class Translated:
    """One locale's content on its way through several versions of the source."""

    def __init__(self, folder: Path, locale: str = "fr") -> None:
        self.folder, self.locale = folder, locale
        self.path = catalogue_path(locale, CONTENT, folder)

    def source(self, *entries: tuple[str, str]) -> None:
        """The source as it is now; the files are brought up to it."""
        write_pots(self.folder, [message(context, text) for context, text in entries])
        update_locale(self.locale, self.folder)

    def translate(self, context: str, translation: str, *, is_fuzzy: bool = False) -> None:
        file = read_po(self.path)
        entry = next(entry for entry in file if entry.msgctxt == context and not entry.obsolete)
        entry.msgstr = translation
        entry.flags = ["fuzzy"] if is_fuzzy else []
        entry.previous_msgctxt = entry.previous_msgid = None
        write_po(self.path, file)

    def entry(self, context: str = PLACE) -> polib.POEntry:
        (entry,) = [entry for entry in read_po(self.path) if entry.msgctxt == context]
        return entry


@pytest.fixture
def french(tmp_path: Path) -> Translated:
    catalogue = Translated(tmp_path)
    catalogue.source((PLACE, "Is there a shelter?"), ("o07.a2.text", "Is there an interpreter?"))
    catalogue.translate(PLACE, "Y a-t-il un refuge ?")
    return catalogue


def test_a_rewritten_question_keeps_its_translation_for_review_with_the_old_source(
    french: Translated,
) -> None:
    french.source((PLACE, "Can every victim find a safe place to stay?"))
    entry = french.entry()
    assert entry.fuzzy
    assert entry.msgstr == "Y a-t-il un refuge ?"
    assert entry.msgid == "Can every victim find a safe place to stay?"
    assert (entry.previous_msgctxt, entry.previous_msgid) == (PLACE, "Is there a shelter?")
    text = french.path.read_text(encoding="utf-8")
    assert f'#| msgctxt "{PLACE}"\n#| msgid "Is there a shelter?"\n' in text


def test_after_two_changes_the_source_that_was_translated_is_kept(french: Translated) -> None:
    french.source((PLACE, "Is there a safe shelter?"))
    french.source((PLACE, "Is there a safe and open shelter?"))
    assert french.entry().previous_msgid == "Is there a shelter?"


def test_the_old_wording_restored_makes_the_translation_valid_again(french: Translated) -> None:
    french.source((PLACE, "Is there a safe shelter?"))
    french.source((PLACE, "Is there a shelter?"))
    entry = french.entry()
    assert not entry.fuzzy
    assert (entry.previous_msgctxt, entry.previous_msgid) == (None, None)


def test_a_new_translation_forgets_the_old_source(french: Translated) -> None:
    french.source((PLACE, "Is there a safe shelter?"))
    french.translate(PLACE, "Y a-t-il un refuge sûr ?")
    french.source((PLACE, "Is there a shelter?"))
    entry = french.entry()
    assert entry.fuzzy
    assert entry.previous_msgid == "Is there a safe shelter?"


def test_an_old_source_left_behind_by_a_tool_does_not_make_a_translation_valid(french: Translated) -> None:
    french.source((PLACE, "Is there a safe shelter?"))
    file = read_po(french.path)
    file[0].flags = []  # approved, with the old source still noted
    write_po(french.path, file)
    french.source((PLACE, "Is there a shelter?"))
    assert french.entry().fuzzy


def test_a_doubt_of_the_translator_outlives_a_change_and_its_reversal(french: Translated) -> None:
    french.translate(PLACE, "Peut-être ?", is_fuzzy=True)
    french.source((PLACE, "Is there a safe shelter?"))
    french.source((PLACE, "Is there a shelter?"))
    assert french.entry().fuzzy


def test_what_was_never_translated_is_not_marked_for_review(french: Translated) -> None:
    french.source((PLACE, "Is there a shelter?"), ("o07.a2.text", "Can interpreters be called?"))
    entry = french.entry("o07.a2.text")
    assert (entry.fuzzy, entry.msgstr, entry.previous_msgid) == (False, "", None)


def test_what_is_gone_is_kept_and_offered_again_when_it_returns(french: Translated) -> None:
    french.source(("o07.a2.text", "Is there an interpreter?"))
    entry = french.entry()
    assert entry.obsolete
    assert "#~ msgid" in french.path.read_text(encoding="utf-8")
    french.source((PLACE, "Is there a shelter?"))
    entry = french.entry()
    assert (entry.obsolete, entry.fuzzy, entry.msgstr) == (False, False, "Y a-t-il un refuge ?")


def test_what_returns_with_another_wording_needs_review(french: Translated) -> None:
    french.source(("o07.a2.text", "Is there an interpreter?"))
    french.source((PLACE, "Is there a safe shelter?"))
    entry = french.entry()
    assert (entry.obsolete, entry.fuzzy) == (False, True)
    assert entry.previous_msgid == "Is there a shelter?"


def test_what_needed_review_when_it_went_still_knows_its_first_source(french: Translated) -> None:
    french.source((PLACE, "Is there a safe shelter?"))
    french.source(("o07.a2.text", "Is there an interpreter?"))
    assert "#~| msgid" in french.path.read_text(encoding="utf-8")
    french.source((PLACE, "Is there a third wording?"))
    assert french.entry().previous_msgid == "Is there a shelter?"
    french.source((PLACE, "Is there a shelter?"))
    assert not french.entry().fuzzy


def test_untranslated_messages_that_are_gone_leave_nothing_behind(french: Translated) -> None:
    french.source((PLACE, "Is there a shelter?"))
    assert not [entry for entry in read_po(french.path) if entry.msgctxt == "o07.a2.text"]


def test_no_translation_is_guessed_from_another_place(french: Translated) -> None:
    french.source(("o07.a9.text", "Is there a shelter?"))
    assert (french.entry("o07.a9.text").msgstr, french.entry("o07.a9.text").fuzzy) == ("", False)


def test_two_places_with_one_source_are_two_messages(french: Translated) -> None:
    french.source((PLACE, "Is there a shelter?"), ("o08.a1.text", "Is there a shelter?"))
    assert french.entry("o08.a1.text").msgstr == ""
    assert french.entry().msgstr == "Y a-t-il un refuge ?"


def test_a_translation_that_another_tool_made_obsolete_is_taken_up_again(french: Translated) -> None:
    file = read_po(french.path)
    file[
        0
    ].obsolete = True  # as msgmerge leaves a rewritten question: the old one obsolete, the new one empty
    file.insert(0, message(PLACE, "Is there a safe shelter?"))
    write_po(french.path, file)
    french.source((PLACE, "Is there a safe shelter?"))
    entry = french.entry()
    assert (entry.msgstr, entry.fuzzy, entry.previous_msgid) == (
        "Y a-t-il un refuge ?",
        True,
        "Is there a shelter?",
    )


def test_an_interface_text_that_changed_is_a_new_text(tmp_path: Path) -> None:
    path = catalogue_path("fr", INTERFACE, tmp_path)
    write_pots(tmp_path, [], [message("assessment action", "Submit")])
    update_locale("fr", tmp_path)
    file = read_po(path)
    file[0].msgstr = "Soumettre"
    write_po(path, file)
    write_pots(tmp_path, [], [message("assessment action", "Return")])
    update_locale("fr", tmp_path)
    new, old = read_po(path)
    assert (new.msgid, new.msgstr, new.fuzzy) == ("Return", "", False)
    assert (old.msgid, old.msgstr, old.obsolete) == ("Submit", "Soumettre", True)


def test_the_translator_s_comments_and_header_stay(french: Translated) -> None:
    file = read_po(french.path)
    file.metadata["Last-Translator"] = "Office <office@example.org>"
    file.metadata["X-Surveyapp-Revision"] = "41"
    file[0].tcomment = "discussed in March"
    write_po(french.path, file)
    french.source((PLACE, "Is there a safe shelter?"))
    file = read_po(french.path)
    assert file.metadata["Last-Translator"] == "Office <office@example.org>"
    assert file.metadata["X-Surveyapp-Revision"] == "41"
    assert file[0].tcomment == "discussed in March"


def test_an_update_without_changes_leaves_every_byte(french: Translated) -> None:
    french.source((PLACE, "Is there a safe shelter?"), ("o07.a3.text", '“Line”\nand “line”, 10 % \\ of "it"'))
    before = french.path.read_bytes()
    done = update_locale("fr", french.folder)
    assert french.path.read_bytes() == before
    assert not any(file.is_written for file in done)


def test_messages_stand_in_the_order_of_the_source(french: Translated) -> None:
    french.source(("o07.a2.text", "B"), ("o01.a1.text", "C"), (PLACE, "A"))
    assert [entry.msgctxt for entry in read_po(french.path)] == ["o07.a2.text", "o01.a1.text", PLACE]


def _plural(forms: dict[int, str]) -> polib.POEntry:
    return polib.POEntry(msgid="%(num)d answer", msgid_plural="%(num)d answers", msgstr_plural=forms)


def _updated_forms(folder: Path, locale: str, header: str, forms: dict[int, str]) -> polib.POEntry:
    write_pots(folder, [], [_plural({0: "", 1: ""})])
    old = empty_po(locale)
    old.metadata["Plural-Forms"] = header
    old.append(_plural(forms))
    write_po(catalogue_path(locale, INTERFACE, folder), old)
    update_locale(locale, folder)
    (entry,) = read_po(catalogue_path(locale, INTERFACE, folder))
    return entry


def test_plural_forms_in_another_order_are_moved_by_the_numbers_they_stand_for(tmp_path: Path) -> None:
    usual = (
        "nplurals=6; plural=n==0 ? 5 : n==1 ? 0 : n==2 ? 1 : n%100>=3 && n%100<=10 ? 2 : n%100>=11 ? 3 : 4;"
    )
    forms = {0: "one", 1: "two", 2: "few", 3: "many", 4: "other", 5: "zero"}
    entry = _updated_forms(tmp_path, "ar", usual, forms)
    assert list(entry.msgstr_plural.values()) == ["zero", "one", "two", "few", "many", "other"]
    assert not entry.fuzzy


def test_plural_forms_of_a_wrong_rule_are_kept_for_review(tmp_path: Path) -> None:
    entry = _updated_forms(tmp_path, "sr", "nplurals=2; plural=(n != 1);", {0: "одговор", 1: "одговора"})
    assert entry.fuzzy
    assert len(entry.msgstr_plural) == 3
    assert entry.msgstr_plural[1] == entry.msgstr_plural[2] == "одговора"


def test_an_unreadable_plural_rule_is_replaced_and_its_forms_reviewed(tmp_path: Path) -> None:
    entry = _updated_forms(tmp_path, "fr", "nplurals=2; plural=n/(n-n);", {0: "réponse", 1: "réponses"})
    assert entry.fuzzy
    file = read_po(catalogue_path("fr", INTERFACE, tmp_path))
    assert file.metadata["Plural-Forms"] == "nplurals=2; plural=(n > 1);"


def test_a_text_that_gets_a_plural_keeps_its_translation_for_review(tmp_path: Path) -> None:
    path = catalogue_path("fr", INTERFACE, tmp_path)
    write_pots(tmp_path, [], [message(None, "%(num)d answer")])
    update_locale("fr", tmp_path)
    file = read_po(path)
    file[0].msgstr = "%(num)d réponse"
    write_po(path, file)
    write_pots(tmp_path, [], [_plural({0: "", 1: ""})])
    update_locale("fr", tmp_path)
    (entry,) = read_po(path)
    assert (entry.fuzzy, entry.msgstr_plural) == (True, {0: "%(num)d réponse", 1: ""})


def test_a_file_that_cannot_be_read_is_left_as_it_is(french: Translated) -> None:
    french.path.write_bytes('msgid ""\nmsgstr ""\n\nmsgid "a"\nmsgstr "été"\n'.encode("latin-1"))
    before = french.path.read_bytes()
    with pytest.raises(PoFault, match=r"questionnaires\.po:5: file: not UTF-8"):
        update_locale("fr", french.folder)
    assert french.path.read_bytes() == before


def test_a_new_locale_is_begun_with_its_plural_rule(tmp_path: Path) -> None:
    write_pots(tmp_path, [message(PLACE, "Is there a shelter?")])
    update_locale("sr_Latn", tmp_path)
    file = read_po(catalogue_path("sr_Latn", CONTENT, tmp_path))
    assert file.metadata["Language"] == "sr_Latn"
    assert file.metadata["Plural-Forms"].startswith("nplurals=3;")
    assert po_text(file) == po_text(read_po(catalogue_path("sr_Latn", CONTENT, tmp_path)))
