"""The pages of a framework: what an expert finds on them, and that stale ones are named."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from surveyapp.framework.cli import framework as commands
from surveyapp.framework.loader import check_framework, load_framework
from surveyapp.framework.pages import render_pages
from surveyapp.framework.shipped import shipped_folder
from tests.framework.sample import FRAMEWORK, GLOSSARY, LIGHT, SAMPLE, WATER, write_files, write_sample

DOCS = Path(__file__).parents[2] / "docs" / "questionnaires"


class Page(HTMLParser):
    """Elements that close in order, unique ids, links, and the text of each article."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.articles: dict[str, str] = {}
        self.languages: set[str] = set()
        self._article = ""
        self.feed(html)
        assert self.open == [] and len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if tag != "meta":
            self.open.append(tag)
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes["href"]] if tag == "a" else []
        self.languages |= {attributes["lang"]} if "lang" in attributes else set()
        if tag == "article":
            self._article = attributes["id"]
            self.articles[self._article] = ""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._article = "" if tag == "article" else self._article

    def handle_data(self, data: str) -> None:
        if self._article:
            self.articles[self._article] += data


def run(*arguments: object) -> Result:
    return CliRunner().invoke(commands, [str(argument) for argument in arguments], catch_exceptions=False)


def pages_of(folder: Path, files: dict[str, str]) -> dict[str, str]:
    write_files(folder, {**SAMPLE, **files})
    report = check_framework(folder)
    assert report.framework
    return render_pages(report.framework, report.retired)


def each_link(pages: dict[str, str]) -> Iterator[tuple[str, str]]:
    """File and anchor of each link."""
    for name, html in pages.items():
        for link in Page(html).links:
            file, _, anchor = link.partition("#")
            yield file or name, anchor


def test_the_pages_of_the_shipped_questionnaires_are_current() -> None:
    result = run("docs", "--out", DOCS, "--check")
    assert (result.stderr, result.stdout, result.exit_code) == ("", "15 pages: up to date\n", 0)


def test_every_shipped_question_is_an_article_and_every_link_leads_somewhere() -> None:
    framework = load_framework(shipped_folder())
    pages = render_pages(framework, {})
    parsed = {name: Page(html) for name, html in pages.items()}
    articles = {name: list(page.articles) for name, page in parsed.items()}
    assert sorted(articles.pop("glossary.html")) == sorted(term.id for term in framework.glossary)
    assert [i for ids in articles.values() for i in ids] == list(framework.questions)
    for file, anchor in each_link(pages):
        assert not anchor or anchor in parsed[file].ids
    assert not {tag for page in parsed.values() for tag in page.tags} & {"script", "link", "img"}


def test_an_article_holds_all_that_a_question_is(tmp_path: Path) -> None:
    light = LIGHT.replace('evidence_from: "1"', 'evidence_from: "1"\n    note_on_points: Most are dark.')
    pages = pages_of(tmp_path, {"o01.yaml": light})
    articles = Page(pages["objective-1.html"]).articles
    first = articles["o01.a1"]
    for piece in [
        *("activity, Implementation", "Is every quay lit at night?", "1.A1 Light every quay"),
        *("Some quays are lit. With evidence.", "0.6", "Count public quays only.", "Most are dark."),
        *("from level 1 on", "refused", "o02.i1"),
    ]:
        assert piece in first, piece
    assert "No quay is lit. With" not in first and "Weight" not in first
    second = articles["o01.a2"]
    assert "Weight2" in second and "allowed, with a reason" in second and "Sensitive" in second
    assert "Keepers of lamps, not of goals." in second
    assert "Measurefalls" in articles["o01.i1"]
    assert "Ladderpart" in articles["o01.p1"] and "1/3" in articles["o01.p1"]
    assert "never scored" in articles["o01.m1"]
    water = Page(pages["objective-2.html"]).articles
    assert "Asked once, as o01.a1" in water["o02.i1"] and "Some quays" not in water["o02.i1"]
    assert "An addition of the editors" in water["o02.p-anglers"]


def test_the_index_counts_and_shows_dimensions_ladders_and_bands(tmp_path: Path) -> None:
    files = {"framework.yaml": "introduction: Keep harbours safe.\n" + FRAMEWORK}
    index = pages_of(tmp_path, files)["index.html"]
    for piece in [
        *("Safe harbours", "version 3", "(1998)", "Keep harbours safe.", "Keep the quays lit"),
        *("They were asked.", "Levels of 4 questions", "50 %", "M1, M2 …", "2/3 of the weight"),
        "33.3 to below 200/3",
    ]:
        assert piece in index, piece
    row = index[index.index(">All<") :]
    assert row[: row.index("</tr>")].count("<td>") == 7
    assert "<td>10</td><td>9</td></tr>" in row


def test_texts_are_escaped(tmp_path: Path) -> None:
    hostile = LIGHT.replace("Is every quay", '"<script>alert(1)</script> & \\"x\\"').replace(
        "night?", 'night?"'
    )
    page = pages_of(tmp_path, {"o01.yaml": hostile})["objective-1.html"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in page
    assert "script" not in Page(page).tags


def test_retired_ids_are_told(tmp_path: Path) -> None:
    files = {"o02.yaml": WATER.replace("questions:", "retired: [o02.a7]\nquestions:")}
    pages = pages_of(tmp_path, files)
    assert "o02.a7" in pages["objective-2.html"] and "Retired" not in pages["objective-1.html"]


def test_texts_of_another_language_say_so(tmp_path: Path) -> None:
    files = {"framework.yaml": "language: sr_Latn\n" + FRAMEWORK}
    assert Page(pages_of(tmp_path, files)["objective-1.html"]).languages == {"en", "sr-Latn"}
    assert Page(pages_of(tmp_path, {"framework.yaml": FRAMEWORK})["objective-1.html"]).languages == {"en"}


def test_docs_writes_and_check_names_each_file_that_is_not_current(tmp_path: Path) -> None:
    folder, out = tmp_path / "fw", tmp_path / "a" / "pages"
    write_sample(folder)
    missing = run("docs", folder, "--out", out, "--check")
    assert missing.exit_code == 1 and len(missing.stderr.splitlines()) == 3 and not out.exists()
    written = run("docs", folder, "--out", out)
    assert (written.exit_code, written.stdout, written.stderr) == (0, "3 pages: up to date\n", "")
    assert run("docs", folder, "--out", out, "--check").exit_code == 0
    (folder / "o02.yaml").write_text(WATER.replace("Is spilt oil", "Is all spilt oil"))
    stale = run("docs", folder, "--out", out, "--check")
    mend = "run `surveyapp framework docs` and keep what it writes"
    assert stale.stderr == f"{out / 'objective-2.html'}: is stale; {mend}\n"
    assert (stale.exit_code, stale.stdout) == (1, "")


def test_pages_of_objectives_that_are_gone_are_named_and_removed_and_other_files_kept(tmp_path: Path) -> None:
    folder, out = tmp_path / "fw", tmp_path / "pages"
    write_sample(folder)
    run("docs", folder, "--out", out)
    (out / "objective-9.html").write_text((out / "objective-2.html").read_text())
    (out / "objective-8.html").write_text("<p>Somebody's own page.")
    assert "objective-9.html: belongs to no objective" in run("docs", folder, "--out", out, "--check").stderr
    assert run("docs", folder, "--out", out).exit_code == 0
    names = sorted(path.name for path in out.iterdir())
    assert names == ["index.html", "objective-1.html", "objective-2.html", "objective-8.html"]


def test_the_page_of_a_glossary_leads_to_the_questions_and_goes_with_the_glossary(
    tmp_path: Path,
) -> None:
    folder, out = tmp_path / "fw", tmp_path / "pages"
    write_files(folder, {**SAMPLE, "glossary.yaml": GLOSSARY})
    assert run("docs", folder, "--out", out).stdout == "4 pages: up to date\n"
    page = Page((out / "glossary.html").read_text())
    assert list(page.articles) == ["harbour-office", "quay"]
    for piece in ("A wall at which ships lie.", "article 2", "quays", "wharf", "Not a pier.", "o01.a1"):
        assert piece in page.articles["quay"], piece
    assert "o02.i1" not in page.articles["quay"], "it is asked as o01.a1"
    light = Page((out / "objective-1.html").read_text())
    assert "Glossaryquay" in light.articles["o01.a1"] and "glossary.html#quay" in light.links
    (folder / "glossary.yaml").unlink()
    assert "glossary.html: belongs to no objective and no glossary" in (
        run("docs", folder, "--out", out, "--check").stderr
    )
    run("docs", folder, "--out", out)
    assert not (out / "glossary.html").exists()


def test_docs_adds_new_and_retired_ids_to_a_registry_and_begins_none(tmp_path: Path) -> None:
    folder, out = tmp_path / "fw", tmp_path / "pages"
    write_sample(folder)
    run("docs", folder, "--out", out)
    assert not (folder / "ids.txt").exists()
    (folder / "ids.txt").touch()
    (folder / "o01.yaml").write_text(LIGHT.replace("questions:", "retired: [o01.a9]\nquestions:"))
    assert "ids.txt: is stale" in run("docs", folder, "--out", out, "--check").stderr
    run("docs", folder, "--out", out)
    lines = (folder / "ids.txt").read_text().splitlines()
    assert lines[0].startswith("# The id of every question ever asked")
    assert lines[1:8] == ["o01.a1", "o01.a2", "o01.i1", "o01.p1", "o01.m1", "o01.a9", "o02.a1"]
    assert run("docs", folder, "--out", out, "--check").exit_code == 0


@pytest.mark.parametrize("option", [(), ("--check",)])
def test_docs_of_a_framework_with_faults_writes_nothing(tmp_path: Path, option: tuple[str, ...]) -> None:
    folder, out = tmp_path / "fw", tmp_path / "pages"
    write_files(folder, {**SAMPLE, "o01.yaml": LIGHT.replace("0.6", "6")})
    result = run("docs", folder, "--out", out, *option)
    assert (result.exit_code, out.exists()) == (1, False)
    assert result.stderr.startswith("o01.yaml:14:29: ")


def test_a_place_where_nothing_can_be_written_is_a_fault(tmp_path: Path) -> None:
    write_sample(tmp_path / "fw")
    (tmp_path / "file").touch()
    result = run("docs", tmp_path / "fw", "--out", tmp_path / "file")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "cannot be written" in result.stderr
