"""The content of a framework as messages to translate, each with its place as context."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from surveyapp.framework.glossary import Term
from surveyapp.framework.model import Framework, Level, Objective, Question, Questionnaire

LONGEST_SHORT = 14  # characters of a questionnaire's short title, which heads a narrow column
FRAMEWORK_FILE = "questionnaires/framework.yaml"
GLOSSARY_FILE = "questionnaires/glossary.yaml"


@dataclass(frozen=True, slots=True)
class ContentMessage:
    """One text of the content. `context` is its place, such as `o07.a1.level.3`, and never changes."""

    context: str
    source: str
    comment: str  # what the text is, for translators
    location: str  # the file that it stands in
    note: str = ""  # the author's note for translators
    is_required: bool = True  # respondents are offered a locale once all of these are translated


def content_messages(framework: Framework) -> Iterator[ContentMessage]:
    """Each text of the framework once, in the order of its files.

    Questions on a ladder share the ladder's levels; a `same_as` question shows its target's texts and has
    none. Texts that are empty in the source are left out.
    """
    messages = [*_framework_messages(framework)]
    for sheet in framework.questionnaires:
        messages += _questionnaire_messages(sheet)
    for term in framework.glossary:
        messages += _term_messages(term)
    return (message for message in messages if message.source)


def required_content(framework: Framework) -> tuple[ContentMessage, ...]:
    """What must be translated before respondents are offered a locale: titles, question texts and levels."""
    return tuple(message for message in content_messages(framework) if message.is_required)


def level_context(question: Question, level: Level) -> str:
    """`ladder.involvement.2` for a level of a ladder, `o07.a1.level.3` for a level of a question's own."""
    if question.ladder is not None:
        return f"ladder.{question.ladder}.{level.code}"
    return f"{question.answer_id}.level.{level.code}"


def objective_context(objective: Objective) -> str:
    return f"objective.{objective.number}"


def term_context(term: Term, part: str) -> str:
    """`glossary.child.definition`; the parts are `term`, `definition` and `source`."""
    return f"glossary.{term.id}.{part}"


def _framework_messages(framework: Framework) -> Iterator[ContentMessage]:
    def message(context: str, source: str, comment: str, is_required: bool = True) -> ContentMessage:
        return ContentMessage(context, source, comment, FRAMEWORK_FILE, is_required=is_required)

    yield message(
        "framework.title", framework.title, "Title of the whole: stands above every page of results."
    )
    yield message(
        "framework.introduction", framework.introduction, "Introduction to the whole.", is_required=False
    )
    for name, levels in framework.ladders.items():
        for level in levels:
            place = _place_on(levels, level)
            yield message(
                f"ladder.{name}.{level.code}",
                level.text,
                f"Answer option {place} of each question on the ladder {name}.",
            )
    for dimension in framework.dimensions:
        yield message(
            f"dimension.{dimension.id}",
            dimension.title,
            f"Title of a dimension: the score of all questions of kind {dimension.kind}.",
        )
    for band in framework.bands:
        yield message(
            f"band.{band.level}",
            band.title,
            f"Title of maturity level {band.level} of {len(framework.bands)}.",
        )
    for objective in framework.objectives:
        yield message(
            objective_context(objective),
            objective.title,
            f"Objective {objective.number}, as the guidelines word it.",
        )


def _questionnaire_messages(sheet: Questionnaire) -> Iterator[ContentMessage]:
    location = f"questionnaires/{sheet.id}.yaml"
    of = f"questionnaire {sheet.id} (objective {sheet.objective})"
    yield ContentMessage(f"{sheet.id}.title", sheet.title, f"Title of {of}.", location)
    yield ContentMessage(
        f"{sheet.id}.short",
        sheet.short,
        f"Heading of a narrow column, for {of}. At most {LONGEST_SHORT} characters.",
        location,
        is_required=False,
    )
    yield ContentMessage(
        f"{sheet.id}.introduction", sheet.introduction, f"Introduction to {of}.", location, is_required=False
    )
    for question in sheet.questions:
        if question.same_as is None:
            yield from _question_messages(question, location)


def _question_messages(question: Question, location: str) -> Iterator[ContentMessage]:
    of = f"{question.kind} {question.source}"
    note = question.note_for_translators
    yield ContentMessage(f"{question.id}.text", question.text, f"Question on {of}.", location, note)
    yield ContentMessage(
        f"{question.id}.help",
        question.help,
        f"Help on {of}: what counts, and who usually knows.",
        location,
        note,
        is_required=False,
    )
    if question.ladder is None:
        for level in question.levels:
            place = _place_on(question.levels, level)
            yield ContentMessage(
                level_context(question, level), level.text, f"Answer option {place} on {of}.", location, note
            )
    if question.measure is not None:
        yield ContentMessage(
            f"{question.id}.measure",
            question.measure.unit,
            f"Unit of the figure asked for with {of}; stands after a number.",
            location,
            note,
            is_required=False,
        )


def _term_messages(term: Term) -> Iterator[ContentMessage]:
    avoid = f" Not: {', '.join(term.avoid)}." if term.avoid else ""
    parts = (
        ("term", term.term, f"Term of the glossary, as it stands in the questions.{avoid}"),
        ("definition", term.definition, f"What {term.term} means."),
        ("source", term.source, f"The law that {term.term} comes from; use its official name."),
    )
    for part, source, comment in parts:
        yield ContentMessage(
            term_context(term, part),
            source,
            comment,
            GLOSSARY_FILE,
            term.note_for_translators,
            is_required=False,
        )


def _place_on(levels: tuple[Level, ...], level: Level) -> str:
    return f"{level.code} ({levels.index(level) + 1} of {len(levels)}, the last is best)"
