"""The framework as pages for experts to read and to point at an id: an index, objectives, the glossary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from surveyapp.framework.glossary import Term, fold
from surveyapp.framework.levels import shown_points
from surveyapp.framework.markup import Html, document, element, lines, table
from surveyapp.framework.model import Framework, Level, Objective, Question, Questionnaire

INDEX_PAGE = "index.html"
GLOSSARY_PAGE = "glossary.html"


def render_pages(framework: Framework, retired: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """File name → page. The same framework gives the same bytes, with no date in them.

    `retired` are the ids that never come back, by questionnaire.
    """
    pages = _Pages(framework, retired)
    rendered = {INDEX_PAGE: pages.index()}
    if framework.glossary:
        rendered[GLOSSARY_PAGE] = pages.glossary()
    for objective, sheet in framework.pairs():
        rendered[pages.name_of(objective)] = pages.objective(objective, sheet)
    return rendered


class _Pages:
    def __init__(self, framework: Framework, retired: Mapping[str, Sequence[str]]) -> None:
        self._framework, self._retired = framework, retired
        self._digits = len(str(max(objective.number for objective in framework.objectives)))
        self._page_of = {
            question.id: self.name_of(objective)
            for objective, sheet in framework.pairs()
            for question in sheet.questions
        }
        self._repeated: dict[str, list[str]] = {}
        for question in framework.questions.values():
            if question.same_as is not None:
                self._repeated.setdefault(question.same_as, []).append(question.id)
        self._continued = {q.replaces: q.id for q in framework.questions.values() if q.replaces is not None}

    def name_of(self, objective: Objective) -> str:
        """Names sort as the objectives do: objective-07.html."""
        return f"objective-{objective.number:0{self._digits}}.html"

    def _content(self, tag: str, *texts: str | None, **attributes: str | None) -> Html:
        """An element in the framework's own language, which need not be that of the page around it."""
        if self._framework.language != "en":
            attributes |= {"lang": self._framework.language.replace("_", "-"), "dir": "auto"}
        return element(tag, *texts, **attributes)

    def _paragraphs(self, text: str, class_: str | None = None) -> Iterator[Html]:
        for line in text.splitlines():
            if line.strip():
                yield self._content("p", line.strip(), class_=class_)

    def _link(self, question_id: str) -> Html:
        return element("a", question_id, href=f"{self._page_of[question_id]}#{question_id}", class_="id")

    # The index

    def index(self) -> str:
        framework = self._framework
        source = f"Derived from: {framework.source.title} ({framework.source.year})."
        main = [
            self._content("h1", framework.title),
            element("p", f"Framework {framework.id}, version {framework.version}. {source}", class_="facts"),
            *self._paragraphs(framework.introduction, "lead"),
            element("h2", "The questionnaires", id="questionnaires"),
            self._contents(),
            element("h2", "Ladders", id="ladders"),
            *self._ladders(),
            element("h2", "From answers to a level", id="scores"),
            self._dimensions(),
            self._bands(),
        ]
        jumps = ("questionnaires", "Questionnaires"), ("ladders", "Ladders"), ("scores", "Scores and bands")
        links = [element("a", text, href=f"#{anchor}") for anchor, text in jumps] + self._to_glossary()
        return document(framework.title, main, Html(" ".join(links)))

    def _to_glossary(self) -> list[Html]:
        return [element("a", "Glossary", href=GLOSSARY_PAGE)] if self._framework.glossary else []

    def _contents(self) -> Html:
        dimensions = self._framework.dimensions
        rows = [self._contents_row(objective, sheet) for objective, sheet in self._framework.pairs()]
        everything = list(self._framework.questions.values())
        rows.append(["All", "", *self._counts(everything)])
        heads = ["No.", "Questionnaire", *(d.title for d in dimensions), "Questions", "Asked here"]
        caption = (
            "Questions of each dimension. A question that is asked elsewhere counts here without being asked."
        )
        return table(heads, rows, caption=caption, class_="contents")

    def _contents_row(self, objective: Objective, sheet: Questionnaire) -> list[str]:
        link = self._content("a", sheet.title, href=self.name_of(objective))
        aim = self._content("p", objective.title)
        return [str(objective.number), Html(link + aim), *self._counts(sheet.questions)]

    def _counts(self, questions: Sequence[Question]) -> list[str]:
        kinds = [question.kind for question in questions]
        asked = sum(question.same_as is None for question in questions)
        per_kind = [str(kinds.count(dimension.kind)) for dimension in self._framework.dimensions]
        return [*per_kind, str(len(questions)), str(asked)]

    def _ladders(self) -> Iterator[Html]:
        if not self._framework.ladders:
            yield element("p", "Each question has levels of its own.")
        for name, levels in self._framework.ladders.items():
            uses = sum(question.ladder == name for question in self._framework.questions.values())
            yield element("h3", name, id=f"ladder-{name}")
            yield self._levels(levels, f"Levels of {_count(uses, 'question')}")

    def _dimensions(self) -> Html:
        framework = self._framework
        total = sum((dimension.weight for dimension in framework.dimensions), Fraction(0))
        rows = [
            [
                self._content("span", dimension.title),
                dimension.kind,
                f"{dimension.letter}1, {dimension.letter}2 …",
                shown_points(dimension.weight),
                f"{round(100 * dimension.weight / total)} %",
            ]
            for dimension in framework.dimensions
        ]
        heads = ["Dimension", "Kind", "In a source", "Weight", "Share"]
        return table(heads, rows, caption="What an objective's score is made of", class_="plain")

    def _bands(self) -> Html:
        bands = self._framework.bands
        ends = [shown_points(band.starts_at) for band in bands[1:]]
        rows = [
            [
                Html(element("span", class_="swatch", style=f"background:{band.colour}") + f" {band.level}"),
                self._content("span", band.title),
                f"{shown_points(band.starts_at)} to below {end}"
                if end
                else f"{shown_points(band.starts_at)} to 100",
            ]
            for band, end in zip(bands, [*ends, ""], strict=True)
        ]
        least = shown_points(self._framework.minimum_coverage)
        caption = (
            f"Maturity levels. Where less than {least} of the weight is known, a range of levels is shown."
        )
        return table(["Level", "Title", "Score"], rows, caption=caption, class_="plain")

    # An objective

    def objective(self, objective: Objective, sheet: Questionnaire) -> str:
        facts = [f"Questionnaire {sheet.id}", _count(len(sheet.questions), "question")]
        if objective.weight != 1:
            facts.append(f"weight {shown_points(objective.weight)}")
        main = [
            element("p", f"Objective {objective.number}", class_="over"),
            self._content("h1", sheet.title),
            element("p", ", ".join(facts) + ".", class_="facts"),
            element("h2", "The guidelines’ aim"),
            self._content("blockquote", objective.title),
            *self._paragraphs(sheet.introduction, "lead"),
            element("h2", "Contents"),
            self._list_of(sheet),
            *(self._question(question, objective) for question in sheet.questions),
            *self._retired_of(sheet),
        ]
        title = f"{objective.number}. {sheet.title} – {self._framework.title}"
        return document(title, main, self._navigation(objective))

    def _navigation(self, objective: Objective) -> Html:
        objectives = self._framework.objectives
        place = objectives.index(objective)
        links = [element("a", "All questionnaires", href=INDEX_PAGE), *self._to_glossary()]
        if place > 0:
            before = objectives[place - 1]
            links.append(element("a", f"← Objective {before.number}", href=self.name_of(before), rel="prev"))
        if place + 1 < len(objectives):
            after = objectives[place + 1]
            links.append(element("a", f"Objective {after.number} →", href=self.name_of(after), rel="next"))
        return Html(" ".join(links))

    def _list_of(self, sheet: Questionnaire) -> Html:
        """The questions by dimension, each a link."""
        parts = []
        for dimension in self._framework.dimensions:
            if questions := sheet.of_kind(dimension.kind):
                parts.append(self._content("h3", dimension.title))
                entries = [
                    element("li", self._link(q.id), " ", self._content("span", q.text)) for q in questions
                ]
                parts.append(element("ul", lines(entries), class_="list"))
        return element("div", lines(parts), class_="toc")

    def _retired_of(self, sheet: Questionnaire) -> Iterator[Html]:
        if ids := self._retired.get(sheet.id):
            yield element("h2", "Retired ids")
            yield element(
                "p", "Asked once, and never used again: ", _separate(map(self._retired_id, ids)), "."
            )

    def _retired_id(self, id_: str) -> Html:
        """The id, with the question that continues it if there is one."""
        if id_ not in self._continued:
            return element("span", id_)
        return element("span", f"{id_} (continued by ", self._link(self._continued[id_]), ")")

    def _question(self, question: Question, objective: Objective) -> Html:
        dimension = self._framework.dimension_of(question.kind)
        parts = [
            element(
                "p",
                element("a", question.id, href=f"#{question.id}", class_="id"),
                " ",
                element("span", question.kind, class_="kind"),
                ", ",
                self._content("span", dimension.title),
            ),
            self._content("h2", question.text),
            self._source_of(question, objective),
        ]
        if question.same_as is not None:
            asked = element(
                "p", "Asked once, as ", self._link(question.same_as), "; its answer counts here too."
            )
            parts.append(asked)
        else:
            parts.append(self._levels(question.levels, "Levels", question.evidence_from))
            parts += self._paragraphs(question.help, "help")
        parts += self._rules(question)
        return element("article", lines(parts), id=question.id)

    def _source_of(self, question: Question, objective: Objective) -> Html:
        words = objective.items.get(question.source.partition(".")[2])
        if words is not None:
            quoted = self._content("q", words)
        elif question.source.endswith("+"):
            quoted = element("span", "An addition of the editors; the guidelines have no such item.")
        else:
            quoted = Html("")
        return element("p", element("strong", question.source), " ", quoted, class_="source")

    def _levels(self, levels: Sequence[Level], caption: str, evidence_from: str | None = None) -> Html:
        codes = [level.code for level in levels]
        proven = codes[codes.index(evidence_from) :] if evidence_from is not None else []
        rows = [
            [
                level.code,
                shown_points(level.points),
                Html(
                    self._content("span", level.text)
                    + (element("span", " With evidence.", class_="proven") if level.code in proven else "")
                ),
            ]
            for level in levels
        ]
        return table(["Level", "Points", "What is true"], rows, caption=caption, class_="levels")

    def _rules(self, question: Question) -> Iterator[Html]:
        """What else holds for a question, as names and values."""
        rules = list(self._rules_of_weight(question))
        if question.replaces is not None:
            rules.append(
                ("Continues", f"{question.replaces} of an earlier version; years are compared on both")
            )
        if question.same_as is None:
            rules += self._rules_of_answer(question)
        if rules:
            entries = [Html(element("dt", name) + element("dd", value)) for name, value in rules]
            yield element("dl", lines(entries))

    def _rules_of_weight(self, question: Question) -> Iterator[tuple[str, str]]:
        if question.weight == 0:
            yield "Weight", "0: recorded and shown, never scored"
        elif question.weight != 1:
            yield "Weight", shown_points(question.weight)

    def _rules_of_answer(self, question: Question) -> Iterator[tuple[str, str]]:
        if question.evidence_from is not None:
            yield (
                "Evidence",
                f"from level {question.evidence_from} on, a level counts as evidenced only with it",
            )
        yield "Not applicable", "allowed, with a reason" if question.may_be_not_applicable else "refused"
        if question.is_sensitive:
            yield "Sensitive", "counts, but is not shown to the public unless the country consents"
        if question.measure is not None:
            yield "Measure", self._content("span", question.measure.unit)
        if question.ladder is not None:
            yield "Ladder", element("a", question.ladder, href=f"{INDEX_PAGE}#ladder-{question.ladder}")
        if repeated := self._repeated.get(question.id):
            yield "Counts in", _separate(self._link(question_id) for question_id in repeated)
        if question.note_on_points:
            yield "On the points", self._content("span", question.note_on_points)
        if terms := self._framework.terms[question.id]:
            yield "Glossary", _separate(self._link_to_term(term) for term in terms)
        if question.note_for_translators:
            yield "For translators", self._content("span", question.note_for_translators)

    # The glossary

    def glossary(self) -> str:
        """Every term with what it means, the law, and the questions that it stands in."""
        framework = self._framework
        terms = sorted(framework.glossary, key=lambda term: fold(term.term))
        main = [
            element("p", self._content("span", framework.title), class_="over"),
            element("h1", "Glossary"),
            element("p", "The words that stand beside the questions in which they are used.", class_="facts"),
            *(self._term(term) for term in terms),
        ]
        navigation = element("a", "All questionnaires", href=INDEX_PAGE)
        return document(f"Glossary – {framework.title}", main, navigation)

    def _term(self, term: Term) -> Html:
        terms = self._framework.terms
        questions = [
            q.id for q in self._framework.questions.values() if not q.same_as and term in terms[q.id]
        ]
        rules = [
            ("Law", self._content("span", term.source)),
            ("Also written", self._content("span", ", ".join(term.forms))),
            ("Not written", self._content("span", ", ".join(term.avoid))),
            ("For translators", self._content("span", term.note_for_translators)),
            ("Used in", _separate(map(self._link, questions))),
        ]
        shown = [Html(element("dt", name) + element("dd", value)) for name, value in rules if value]
        parts = [
            element("p", element("a", term.id, href=f"#{term.id}", class_="id")),
            self._content("h2", term.term),
            *self._paragraphs(term.definition),
            element("dl", lines(shown)),
        ]
        return element("article", lines(parts), id=term.id)

    def _link_to_term(self, term: Term) -> Html:
        return self._content("a", term.term, href=f"{GLOSSARY_PAGE}#{term.id}")


def _separate(links: Iterable[Html]) -> Html:
    return Html(", ".join(links))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
