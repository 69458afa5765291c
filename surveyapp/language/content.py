"""The framework's texts in a reader's language; what is not translated is as written and marked so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType

from surveyapp.framework.glossary import Term
from surveyapp.framework.model import Band, Dimension, Framework, Objective, Question, Questionnaire
from surveyapp.language.catalogues import CONTENT, Catalogue, Key, load_catalogue
from surveyapp.language.locales import fallback_chain
from surveyapp.language.messages import (
    content_messages,
    level_context,
    objective_context,
    required_content,
    term_context,
)
from surveyapp.web.locale import InLocale


@dataclass(frozen=True, slots=True)
class Text(InLocale):
    """A text and the locale that it is in, which need not be the reader's."""

    text: str
    locale: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class QuestionText(InLocale):
    """A question's texts. `text` and `levels` are in one locale, always; help and unit each in their own."""

    text: str
    levels: Mapping[str, str]  # by code, in the question's order
    locale: str
    is_fallback: bool  # `locale` is not the reader's
    help: Text
    unit: Text  # of the measure; empty where there is none


@dataclass(frozen=True, slots=True)
class TermText:
    """A term of the glossary; each of its texts may be in a language of its own."""

    id: str
    term: Text
    definition: Text
    source: Text


class Content:
    """The texts of one framework for readers of one locale.

    `catalogues` are those of `translation_chain`, nearest first. Each text is looked up once and kept, so one
    object serves many pages; later changes are not seen.
    """

    def __init__(self, framework: Framework, locale: str, catalogues: Iterable[Catalogue]) -> None:
        self.framework = framework
        self.locale = locale
        self._catalogues = tuple(catalogues)
        self._texts: dict[Key, Text] = {}
        self._questions: dict[str, QuestionText] = {}

    def text(self, context: str, source: str) -> Text:
        """One text by its place, in the nearest locale that has it; the source where none has."""
        key = (context, source)
        found = self._texts.get(key)
        if found is None:
            found = self._texts[key] = self._look_up(context, source)
        return found

    def question(self, question: Question) -> QuestionText:
        """Text and levels in the nearest locale that has them all; a `same_as` question has its target's."""
        found = self._questions.get(question.id)
        if found is None:
            found = self._questions[question.id] = self._compose(question)
        return found

    def title(self, questionnaire: Questionnaire) -> Text:
        return self.text(f"{questionnaire.id}.title", questionnaire.title)

    def short(self, questionnaire: Questionnaire) -> Text:
        """The heading for narrow columns; the reader's language comes before shortness."""
        short = self.text(f"{questionnaire.id}.short", questionnaire.short)
        if short.text and short.locale == self.locale:
            return short
        title = self.title(questionnaire)
        return title if not short.text or title.locale == self.locale else short

    def introduction(self, questionnaire: Questionnaire) -> Text:
        return self.text(f"{questionnaire.id}.introduction", questionnaire.introduction)

    def objective(self, objective: Objective) -> Text:
        """The objective as the guidelines word it."""
        return self.text(objective_context(objective), objective.title)

    def dimension(self, dimension: Dimension) -> Text:
        return self.text(f"dimension.{dimension.id}", dimension.title)

    def band(self, band: Band) -> Text:
        return self.text(f"band.{band.level}", band.title)

    def framework_title(self) -> Text:
        return self.text("framework.title", self.framework.title)

    def framework_introduction(self) -> Text:
        return self.text("framework.introduction", self.framework.introduction)

    def as_written(self, text: str) -> Text:
        """A text that is never translated, such as the guidelines' own words."""
        return Text(text, self.framework.language)

    def term(self, term: Term) -> TermText:
        return TermText(
            term.id,
            self.text(term_context(term, "term"), term.term),
            self.text(term_context(term, "definition"), term.definition),
            self.text(term_context(term, "source"), term.source),
        )

    def terms_of(self, question: Question) -> tuple[TermText, ...]:
        """The terms that stand in a question as it is written, in the order of their appearance."""
        return tuple(map(self.term, self.framework.terms[question.id]))

    @cached_property
    def is_complete(self) -> bool:
        """Whether all required content is there in the locale itself."""
        return all(
            self.text(message.context, message.source).locale == self.locale
            for message in required_content(self.framework)
        )

    def _look_up(self, context: str, source: str) -> Text:
        for catalogue in self._catalogues if source else ():
            translation = catalogue.find(context, source)
            if translation is not None:
                return Text(translation, catalogue.locale)
        return self.as_written(source)

    def _compose(self, question: Question) -> QuestionText:
        parts = {f"{question.answer_id}.text": question.text}
        parts |= {level_context(question, level): level.text for level in question.levels}
        locale, texts = self._all_together(parts)
        unit = question.measure.unit if question.measure else ""
        levels = {level.code: texts[level_context(question, level)] for level in question.levels}
        return QuestionText(
            text=texts[f"{question.answer_id}.text"],
            levels=MappingProxyType(levels),
            locale=locale,
            is_fallback=locale != self.locale,
            help=self.text(f"{question.answer_id}.help", question.help),
            unit=self.text(f"{question.answer_id}.measure", unit),
        )

    def _all_together(self, parts: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
        """The nearest locale that has each part, with its texts by context."""
        for catalogue in self._catalogues:
            found = {context: catalogue.find(context, source) for context, source in parts.items()}
            texts = {context: text for context, text in found.items() if text is not None}
            if len(texts) == len(parts):
                return catalogue.locale, texts
        return self.framework.language, parts


def content_for(framework: Framework, locale: str, folder: Path | None = None) -> Content:
    """The framework's texts for readers of a locale, from the packaged catalogues as they are now."""
    chain = translation_chain(framework, locale)
    return Content(framework, locale, [load_catalogue(link, CONTENT, folder) for link in chain])


def is_content_complete(framework: Framework, locale: str, folder: Path | None = None) -> bool:
    """Whether respondents can be offered the locale: titles, question texts and levels are all translated."""
    return content_for(framework, locale, folder).is_complete


def wording_of(framework: Framework, locale: str, folder: Path | None = None) -> dict[str, str]:
    """What the locale's own catalogue says today for this framework, by context; a cycle pins its hash.

    Untranslated texts are left out; in the framework's own language the wording is empty, since it is itself.
    """
    if locale == framework.language:
        return {}
    catalogue = load_catalogue(locale, CONTENT, folder)
    found = {m.context: catalogue.find(m.context, m.source) for m in content_messages(framework)}
    return {context: text for context, text in found.items() if text is not None}


def catalogue_of_wording(framework: Framework, locale: str, wording: Mapping[str, str]) -> Catalogue:
    """The catalogue that a pinned wording stands for: the way back from `wording_of`, same framework."""
    texts: dict[Key, str] = {
        (message.context, message.source): wording[message.context]
        for message in content_messages(framework)
        if message.context in wording
    }
    return Catalogue(locale, MappingProxyType(texts))


def translation_chain(framework: Framework, locale: str) -> tuple[str, ...]:
    """The locales whose catalogues a reader's texts are looked for in, in order, before those as written."""
    return tuple(takewhile(lambda link: link != framework.language, fallback_chain(locale)))
