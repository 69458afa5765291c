"""The framework's texts in a reader's language, and what happens where a translation is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from surveyapp.framework.loader import load_framework
from surveyapp.framework.model import Framework
from surveyapp.language.catalogues import CONTENT, load_catalogue
from surveyapp.language.content import (
    Content,
    catalogue_of_wording,
    content_for,
    is_content_complete,
    wording_of,
)
from surveyapp.language.messages import content_messages, required_content
from tests.framework.sample import GLOSSARY, SAMPLE, write_files
from tests.language.files import compile_content, content_po, sample_framework, save_compiled


@pytest.fixture
def framework(tmp_path: Path) -> Framework:
    return sample_framework(tmp_path / "framework")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "translations"


def test_each_place_is_one_message_and_a_same_as_question_has_none(framework: Framework) -> None:
    contexts = [message.context for message in content_messages(framework)]
    assert len(contexts) == len(set(contexts))
    assert {
        "framework.title",
        "ladder.part.2",
        "dimension.implementation",
        "band.3",
        "objective.2",
        "o01.title",
        "o01.short",
        "o01.introduction",
        "o01.a1.text",
        "o01.a1.help",
        "o01.a1.level.2",
        "o01.a2.level.yes",
        "o01.i1.measure",
        "o02.p1.text",
    } <= set(contexts)
    assert not any(context.startswith(("o02.i1", "o02.p1.level", "o02.short")) for context in contexts)


def test_translators_are_told_what_a_text_is_and_how_long_it_may_be(framework: Framework) -> None:
    messages = {message.context: message for message in content_messages(framework)}
    assert "activity 1.A1" in messages["o01.a1.text"].comment
    assert "At most 14 characters." in messages["o01.short"].comment
    assert messages["o01.a2.text"].note == "Keepers of lamps, not of goals."
    assert messages["o01.a2.text"].location == "questionnaires/o01.yaml"


def test_help_introductions_and_short_titles_are_not_required(framework: Framework) -> None:
    required = {message.context for message in required_content(framework)}
    assert {"o01.title", "o01.a1.text", "o01.a1.level.0", "ladder.part.0", "objective.1"} <= required
    assert not required & {"o01.a1.help", "o01.short", "o01.introduction", "o01.i1.measure"}


def test_a_term_and_its_definition_are_messages_and_each_falls_back_alone(tmp_path: Path) -> None:
    write_files(tmp_path / "fw", {**SAMPLE, "glossary.yaml": GLOSSARY})
    framework, folder = load_framework(tmp_path / "fw"), tmp_path / "translations"
    messages = {message.context: message for message in content_messages(framework)}
    assert messages["glossary.quay.definition"].source == "A wall at which ships lie."
    assert messages["glossary.quay.term"].location == "questionnaires/glossary.yaml"
    assert (
        messages["glossary.quay.term"].note == "Not a pier."
        and "wharf" in messages["glossary.quay.term"].comment
    )
    assert not any(m.context.startswith("glossary.") for m in required_content(framework))
    compile_content(folder, framework, "fr", {"glossary.quay.term": "quai", "glossary.quay.source": "art. 2"})
    content = content_for(framework, "fr", folder)
    [quay] = content.terms_of(framework.questions["o01.a1"])
    assert (quay.term.text, quay.term.lang, quay.source.text) == ("quai", "fr", "art. 2")
    assert (quay.definition.text, quay.definition.lang) == ("A wall at which ships lie.", "en")
    assert wording_of(framework, "fr", folder)["glossary.quay.term"] == "quai"


def test_a_translated_question_is_shown_whole_in_the_reader_s_language(
    framework: Framework, folder: Path
) -> None:
    compile_content(folder, framework, "ar", {"*": "ع *"})
    shown = content_for(framework, "ar", folder).question(framework.questions["o01.a1"])
    assert shown.text == "ع Is every quay lit at night?"
    assert list(shown.levels) == ["0", "1", "2"]
    assert all(level.startswith("ع ") for level in shown.levels.values())
    assert (shown.lang, shown.dir, shown.is_fallback) == ("ar", "rtl", False)


def test_one_missing_level_brings_the_whole_question_in_english(framework: Framework, folder: Path) -> None:
    compile_content(folder, framework, "ar", {"*": "ع *", "o01.a1.level.1": ""})
    content = content_for(framework, "ar", folder)
    shown = content.question(framework.questions["o01.a1"])
    assert shown.text == "Is every quay lit at night?"
    assert list(shown.levels.values()) == ["No quay is lit.", "Some quays are lit.", "Every quay is lit."]
    assert (shown.lang, shown.dir, shown.is_fallback) == ("en", "ltr", True)
    assert (shown.help.text, shown.help.lang, shown.help.dir) == ("ع Count public quays only.", "ar", "rtl")
    assert not content.question(framework.questions["o01.i1"]).is_fallback


def test_a_missing_question_text_brings_its_levels_in_english_too(framework: Framework, folder: Path) -> None:
    compile_content(folder, framework, "fr", {"*": "fr *", "o02.p1.text": ""})
    content = content_for(framework, "fr", folder)
    assert content.question(framework.questions["o02.p1"]).levels["2"] == "They lead the work."
    assert content.question(framework.questions["o02.p2"]).levels["2"] == "fr They lead the work."


def test_missing_help_alone_falls_back_alone(framework: Framework, folder: Path) -> None:
    compile_content(folder, framework, "ar", {"*": "ع *", "o01.a1.help": "", "o01.i1.measure": ""})
    content = content_for(framework, "ar", folder)
    shown = content.question(framework.questions["o01.a1"])
    assert (shown.is_fallback, shown.help.lang, shown.help.dir) == (False, "en", "ltr")
    measured = content.question(framework.questions["o01.i1"])
    assert (measured.unit.text, measured.unit.lang, measured.is_fallback) == ("falls", "en", False)


def test_a_question_asked_elsewhere_shows_that_question_s_translation(
    framework: Framework, folder: Path
) -> None:
    compile_content(folder, framework, "fr", {"*": "fr *"})
    shown = content_for(framework, "fr", folder).question(framework.questions["o02.i1"])
    assert (shown.text, shown.is_fallback) == ("fr Is every quay lit at night?", False)


def test_a_region_shows_its_own_words_and_the_language_s_for_the_rest(
    framework: Framework, folder: Path
) -> None:
    compile_content(folder, framework, "fr", {"*": "fr *"})
    compile_content(folder, framework, "fr_CA", {"o01.title": "ca Light", "o01.a1.text": "ca only the text"})
    content = content_for(framework, "fr_CA", folder)
    assert content.title(framework.questionnaires[0]).lang == "fr-CA"
    shown = content.question(framework.questions["o01.a1"])
    assert (shown.text, shown.lang, shown.is_fallback) == ("fr Is every quay lit at night?", "fr", True)


def test_serbian_in_latin_script_never_shows_cyrillic_or_croatian(framework: Framework, folder: Path) -> None:
    for locale in ("sr", "hr", "bs"):
        compile_content(folder, framework, locale, {"*": f"{locale} *"})
    assert content_for(framework, "sr_Latn", folder).framework_title().lang == "en"


def test_what_needs_review_is_never_shown(framework: Framework, folder: Path) -> None:
    file = content_po(framework, "fr", {"*": "fr *"})
    for entry in file:
        if entry.msgctxt in ("o01.title", "o01.a1.level.0"):
            entry.flags = ["fuzzy"]
    save_compiled(folder, file, "fr", CONTENT)
    content = content_for(framework, "fr", folder)
    assert str(content.title(framework.questionnaires[0])) == "Light"
    assert content.question(framework.questions["o01.a1"]).is_fallback
    assert not is_content_complete(framework, "fr", folder)


def test_a_translation_of_another_wording_is_never_shown(framework: Framework, folder: Path) -> None:
    file = content_po(framework, "fr", {"*": "fr *"})
    next(entry for entry in file if entry.msgctxt == "o01.title").msgid = "Lamps"
    save_compiled(folder, file, "fr", CONTENT)
    assert content_for(framework, "fr", folder).title(framework.questionnaires[0]).text == "Light"


def test_titles_carry_their_language_and_direction(framework: Framework, folder: Path) -> None:
    compile_content(folder, framework, "ar", {"objective.1": "إنارة", "band.1": "قليل", "o01.title": "ضوء"})
    content = content_for(framework, "ar", folder)
    objective = content.objective(framework.objectives[0])
    assert (str(objective), objective.lang, objective.dir) == ("إنارة", "ar", "rtl")
    assert content.band(framework.bands[0]).dir == "rtl"
    assert content.dimension(framework.dimensions[0]).dir == "ltr"
    assert content.introduction(framework.questionnaires[0]).lang == "en"
    assert content.framework_introduction().text == ""
    assert content.short(framework.questionnaires[0]).text == "ضوء"
    assert content.short(framework.questionnaires[1]).text == "Water"


def test_english_is_the_source_and_complete(framework: Framework, folder: Path) -> None:
    content = content_for(framework, "en", folder)
    assert not content.question(framework.questions["o01.a1"]).is_fallback
    assert is_content_complete(framework, "en", folder)
    assert wording_of(framework, "en", folder) == {}


def test_content_is_complete_without_help_and_not_without_a_level(framework: Framework, folder: Path) -> None:
    compile_content(folder, framework, "fr", {"*": "fr *", "o01.a1.help": "", "o01.short": ""})
    assert is_content_complete(framework, "fr", folder)
    compile_content(folder, framework, "es", {"*": "es *", "ladder.part.1": ""})
    assert not is_content_complete(framework, "es", folder)
    assert not is_content_complete(framework, "it", folder)


def test_a_pinned_wording_shows_again_what_was_shown(framework: Framework, folder: Path) -> None:
    compile_content(folder, framework, "fr", {"*": "fr *", "o01.a2.text": ""})
    pinned = wording_of(framework, "fr", folder)
    assert pinned["o01.a1.level.2"] == "fr Every quay is lit."
    assert "o01.a2.text" not in pinned
    again = Content(framework, "fr", [catalogue_of_wording(framework, "fr", pinned)])
    now = content_for(framework, "fr", folder)
    for question in framework.questions.values():
        assert again.question(question) == now.question(question)


def test_a_catalogue_compiled_anew_is_read_anew(framework: Framework, folder: Path) -> None:
    compile_content(folder, framework, "fr", {"o01.title": "Ancien"})
    assert load_catalogue("fr", CONTENT, folder).find("o01.title", "Light") == "Ancien"
    compile_content(folder, framework, "fr", {"o01.title": "Nouveau"})
    os.utime(folder / "fr/LC_MESSAGES/questionnaires.mo", (2_000_000_000, 2_000_000_000))
    assert load_catalogue("fr", CONTENT, folder).find("o01.title", "Light") == "Nouveau"


def test_a_locale_without_a_catalogue_shows_english(framework: Framework, folder: Path) -> None:
    assert content_for(framework, "tr", folder).question(framework.questions["o01.a1"]).lang == "en"
