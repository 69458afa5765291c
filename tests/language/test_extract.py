"""The POT files say what code, templates and questionnaires say, in the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from surveyapp.framework.loader import load_framework
from surveyapp.language.extract import content_template, interface_template, stale_templates, write_templates
from surveyapp.language.po_files import po_text, read_po, write_po
from tests.framework.sample import GLOSSARY, SAMPLE, write_files
from tests.language.files import sample_framework

CODE = """
from flask_babel import gettext, lazy_gettext, lazy_pgettext, ngettext, pgettext

# Translators: answer option; the country says that the question cannot apply to it.
OPTION = lazy_pgettext("answer option", "Not applicable")
TITLE = lazy_gettext("Results")


def words(num):
    pgettext("month", "May")
    gettext(f"not {num} extracted")
    return ngettext("%(num)d question is open.", "%(num)d questions are open.", num)
"""
PAGE = """
<h1>{{ _("Results") }}</h1>
<p>{% trans user=name %}
   Signed in
   as %(user) {{ user }}.
{% endtrans %}</p>
<p>{% trans "assessment action" %}Submit{% endtrans %}</p>
<p>{% trans count=n %}{{ count }} country{% pluralize %}{{ count }} countries{% endtrans %}</p>
<p>{{ pgettext("permission", "May") }}</p>
""".replace("%(user) ", "")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "surveyapp"
    (folder / "web/templates/web").mkdir(parents=True)
    (folder / "web/static").mkdir()
    (folder / "_data").mkdir()
    (folder / "views.py").write_text(CODE, encoding="utf-8")
    (folder / "web/templates/web/page.html").write_text(PAGE, encoding="utf-8")
    (folder / "web/static/other.html").write_text('{{ _("static") }}', encoding="utf-8")
    (folder / "_data/copy.py").write_text('gettext("data")', encoding="utf-8")
    return folder


@pytest.fixture
def pot(package: Path) -> dict[tuple[str | None, str], polib.POEntry]:
    return {(entry.msgctxt, entry.msgid): entry for entry in interface_template(package)}


def test_texts_of_code_and_templates_are_found_with_their_contexts(
    pot: dict[tuple[str | None, str], polib.POEntry],
) -> None:
    assert set(pot) == {
        ("answer option", "Not applicable"),
        (None, "Results"),
        ("month", "May"),
        ("permission", "May"),
        (None, "%(num)d question is open."),
        (None, "Signed in as %(user)s."),
        ("assessment action", "Submit"),
        (None, "%(count)s country"),
    }


def test_translators_comments_plurals_and_placeholders_are_kept(
    pot: dict[tuple[str | None, str], polib.POEntry],
) -> None:
    option = pot["answer option", "Not applicable"]
    assert option.comment == "answer option; the country says that the question cannot apply to it."
    assert pot[None, "%(count)s country"].msgid_plural == "%(count)s countries"
    assert pot[None, "%(num)d question is open."].flags == ["python-format"]
    assert pot[None, "Results"].flags == []


def test_a_text_in_two_files_is_one_message_with_both_places(
    pot: dict[tuple[str | None, str], polib.POEntry],
) -> None:
    assert pot[None, "Results"].occurrences == [
        ("surveyapp/views.py", ""),
        ("surveyapp/web/templates/web/page.html", ""),
    ]


def test_extracting_twice_gives_the_same_bytes(package: Path) -> None:
    assert po_text(interface_template(package)) == po_text(interface_template(package))
    assert "POT-Creation-Date" not in po_text(interface_template(package))


def test_a_line_more_above_changes_nothing(package: Path) -> None:
    before = po_text(interface_template(package))
    (package / "views.py").write_text("# a line more\n\n" + CODE, encoding="utf-8")
    assert po_text(interface_template(package)) == before


def test_content_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    pot = content_template(sample_framework(tmp_path / "framework"))
    write_po(tmp_path / "questionnaires.pot", pot)
    read = read_po(tmp_path / "questionnaires.pot")
    assert po_text(read) == po_text(pot)
    entry = next(entry for entry in read if entry.msgctxt == "o01.a2.text")
    assert entry.msgid == "Were the keepers trained last year?"
    assert "Note: Keepers of lamps, not of goals." in entry.comment
    assert entry.occurrences == [("questionnaires/o01.yaml", "")]


def test_templates_are_written_once_and_then_up_to_date(tmp_path: Path) -> None:
    assert len(stale_templates(tmp_path)) == 2
    assert len(write_templates(tmp_path)) == 2
    written = {path.name: path.read_bytes() for path in tmp_path.glob("*.pot")}
    assert stale_templates(tmp_path) == []
    assert write_templates(tmp_path) == []
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.pot")} == written


def test_the_pot_files_of_the_project_are_up_to_date() -> None:
    assert stale_templates() == [], "run: surveyapp translations extract && surveyapp translations update"


def test_a_text_names_the_terms_that_stand_in_it_and_where_they_are_explained(tmp_path: Path) -> None:
    write_files(tmp_path, {**SAMPLE, "glossary.yaml": GLOSSARY})
    comments = {entry.msgctxt: entry.comment for entry in content_template(load_framework(tmp_path))}
    for context in ("o01.a1.text", "o01.a1.help", "o01.a1.level.2", "objective.1"):
        assert comments[context].splitlines()[-1] == "Glossary: quay (glossary.quay.definition)", context
    assert "Glossary" not in comments["o01.i1.text"]
    assert "Glossary:" not in comments["glossary.quay.term"], "a term is not sent to itself"
