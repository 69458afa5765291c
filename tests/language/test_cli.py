"""`surveyapp translations …`: what it prints, where, and how it ends."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from surveyapp.language.catalogues import CONTENT, INTERFACE, catalogue_path
from surveyapp.language.checks import Severity, check_file
from surveyapp.language.cli import translations
from surveyapp.language.compile import compile_catalogues
from surveyapp.language.extract import write_templates
from surveyapp.language.po_files import read_po, write_po
from surveyapp.language.shipped import translations_folder
from surveyapp.language.status import translated_locales
from tests.language.files import message, write_pots


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """French, with one content text and one interface text."""
    write_pots(tmp_path, [message("o07.title", "Services")], [message(None, "Save")])
    assert run(tmp_path, "update", "fr").exit_code == 0
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(translations, [*arguments, "--folder", str(folder)])


def translate(folder: Path, domain: str, translation: str) -> Path:
    path = catalogue_path("fr", domain, folder)
    file = read_po(path)
    file[0].msgstr = translation
    write_po(path, file)
    return path


def test_extract_writes_the_pot_files_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    assert run(tmp_path, "extract").stdout.count("written") == 2
    assert run(tmp_path, "extract").stdout == "The POT files are up to date.\n"


def test_extract_check_names_what_is_stale_and_changes_nothing(tmp_path: Path) -> None:
    write_templates(tmp_path)
    pot = tmp_path / "messages.pot"
    pot.write_bytes(pot.read_bytes() + b"\n")
    before = pot.read_bytes()
    result = run(tmp_path, "extract", "--check")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [f"{pot}: not up to date; run: surveyapp translations extract"]
    assert pot.read_bytes() == before


def test_update_begins_a_new_locale_and_refuses_what_is_none(tmp_path: Path) -> None:
    write_pots(tmp_path, [message("o07.title", "Services")])
    assert run(tmp_path, "update", "sr-Latn").exit_code == 0
    assert catalogue_path("sr_Latn", CONTENT, tmp_path).is_file()
    for name in ("en", "xx", "../fr"):
        assert run(tmp_path, "update", name).exit_code == 2
    refused = run(tmp_path, "update", "cy")
    assert (refused.exit_code, "no plural rule is known for cy" in refused.stderr) == (1, True)


def test_update_without_pot_files_says_what_to_run(tmp_path: Path) -> None:
    result = run(tmp_path, "update", "fr")
    assert result.exit_code == 1
    assert result.stderr.endswith(
        "questionnaires.pot: not there; run first: surveyapp translations extract\n"
    ) or ("messages.pot: not there" in result.stderr)


def test_status_has_a_line_per_locale_and_domain(folder: Path) -> None:
    translate(folder, CONTENT, "Services aux victimes")
    result = run(folder, "status")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "fr messages: 0 translated, 0 fuzzy, 1 missing, 0 %",
        "fr questionnaires: 1 translated, 0 fuzzy, 0 missing, 100 %",
    ]


def test_status_counts_what_the_file_does_not_hold_yet(folder: Path) -> None:
    translate(folder, INTERFACE, "Enregistrer")
    write_pots(folder, [message("o07.title", "Services")], [message(None, "Save"), message(None, "Send")])
    assert "fr messages: 1 translated, 0 fuzzy, 1 missing, 50 %" in run(folder, "status").stdout


def test_check_passes_with_warnings(folder: Path) -> None:
    result = run(folder, "check")
    assert result.exit_code == 0
    assert result.stdout == "2 files: 0 errors, 2 warnings\n"
    assert all(": missing: " in line for line in result.stderr.splitlines())


def test_check_names_file_and_line_of_an_error_and_fails(folder: Path) -> None:
    path = translate(folder, INTERFACE, "Enregistrer %(nom)s")
    result = run(folder, "check", "fr")
    assert result.exit_code == 1
    line = next(
        i for i, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "Save" in text
    )
    assert f"{path}:{line}: placeholder: %(nom)s is not in the source" in result.stderr
    assert "Traceback" not in result.output


def test_check_of_a_locale_without_files_says_so(folder: Path) -> None:
    result = run(folder, "check", "es")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 2


def test_compile_writes_what_gettext_reads(folder: Path) -> None:
    translate(folder, INTERFACE, "Enregistrer")
    assert run(folder, "compile").exit_code == 0
    with (folder / "fr/LC_MESSAGES/messages.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Save") == "Enregistrer"


def test_compile_refuses_a_broken_file_keeps_what_it_had_and_compiles_the_rest(folder: Path) -> None:
    path = translate(folder, INTERFACE, "Enregistrer")
    run(folder, "compile")
    compiled = path.with_suffix(".mo").read_bytes()
    content = catalogue_path("fr", CONTENT, folder).with_suffix(".mo")
    content.unlink()
    translate(folder, INTERFACE, "<script>")
    result = run(folder, "compile")
    assert result.exit_code == 1
    assert f"{path}:" in result.stderr
    assert ": markup: " in result.stderr
    assert path.with_suffix(".mo").read_bytes() == compiled
    assert content.is_file()


def test_compiling_only_what_is_stale_leaves_the_rest(folder: Path) -> None:
    assert len(compile_catalogues(folder, only_stale=True)) == 2
    assert compile_catalogues(folder, only_stale=True) == []
    assert run(folder, "compile", "--only-stale").stdout == ""
    assert run(folder, "compile").stdout.count("written") == 2


def test_the_packaged_catalogues_have_no_errors() -> None:
    for locale in translated_locales():
        for domain in (INTERFACE, CONTENT):
            found = check_file(catalogue_path(locale, domain, translations_folder()))
            assert [str(finding) for finding in found if finding.severity is Severity.ERROR] == []
