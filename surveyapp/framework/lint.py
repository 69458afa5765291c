"""Warnings of what can be measured in the wording of questions and levels; none of them hinders loading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from surveyapp.framework.faults import Notice
from surveyapp.framework.framework_file import FRAMEWORK_FILE, FrameworkDraft
from surveyapp.framework.glossary import Vocabulary, WordFinder, fold
from surveyapp.framework.glossary_file import GLOSSARY_FILE, GlossaryDraft
from surveyapp.framework.levels import shown_points
from surveyapp.framework.model import Level, Question
from surveyapp.framework.questionnaire_file import QuestionDraft, QuestionnaireDraft
from surveyapp.framework.yaml_reader import Node, descend

MOST_QUESTION_CHARACTERS = 200
MOST_LEVEL_CHARACTERS = 160
TOO_MANY_HELP_WORDS = 60
TOO_MANY_DEFINITION_WORDS = 60

# What two readers would measure differently.
_BANNED = re.compile(
    r"\b(?:(?:adequate|effective|sufficient|good|strong|appropriate|proper)(?:ly)?"
    r"|to\s+some\s+extent|to\s+a\s+large\s+extent)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_TOKEN = re.compile(r"[^\W_]+")
_ROMAN_NUMBER = re.compile(r"[IVX]+")
# The signs of Latin, Arabic, Greek, Armenian, Ethiopic and East Asian writing.
_QUESTION_MARKS = "?؟;;՞፧？"
_FULL_STOPS = ".۔։።。।"
_CLOSING = "\"'”’»)]"


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that people read, where it stands, and how a warning names it."""

    file: str
    node: Node
    name: str  # question o01.a1: text of level "2"
    text: str

    @property
    def place(self) -> str:
        return f"{self.file}:{self.node.line}"

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(_WORD.findall(self.text.casefold()))

    def warn(self, message: str) -> Notice:
        return Notice(self.file, self.node.line, self.node.column, f"{self.name} {message}")


def lint(
    framework: FrameworkDraft, sheets: Sequence[QuestionnaireDraft], glossary: GlossaryDraft
) -> list[Notice]:
    """Every warning of a folder without faults; `same_as` questions are their targets' affair."""
    wording = _Wording(framework)
    avoided = _Avoided(glossary)
    asked = [(sheet, draft) for sheet in sheets for draft in sheet.questions if draft.same_as is None]
    texts = [_text_of(sheet, draft) for sheet, draft in asked]
    own_levels = [_levels_of(sheet, draft) for sheet, draft in asked]
    ladders = [_levels_of_ladder(framework, name) for name in framework.ladders or {}]
    helps = [_help_of(sheet, draft) for sheet, draft in asked]
    notices = [notice for text in texts for notice in wording.check_question(text)]
    for levels in own_levels + ladders:
        notices += [notice for text in levels for notice in wording.check_level(text)]
        notices += _check_alike(levels)
    for text in helps:
        notices += _check_help(text)
    for text in [*helps, *_introductions(framework, sheets)]:
        notices += wording.check_terms(text)
    for text in [*texts, *helps, *(level for levels in own_levels + ladders for level in levels)]:
        notices += avoided.check(text)
    notices += _check_glossary(glossary, sheets, wording)
    for sheet, draft in asked:
        notices += _check_points(sheet, draft)
    notices += _check_replaced(sheets)
    for sheet in sheets:
        notices += _check_told_by_score(sheet)
    notices += _check_points_of_ladders(framework)
    notices += _check_repeated([[text] for text in texts])
    notices += _check_repeated(own_levels)
    return notices


def _text_of(sheet: QuestionnaireDraft, draft: QuestionDraft) -> _Text:
    node = descend(draft.mapping, "text")
    return _Text(sheet.log.file, node, f"question {draft.id}: text", _question(draft).text)


def _help_of(sheet: QuestionnaireDraft, draft: QuestionDraft) -> _Text:
    node = descend(draft.mapping, "help")
    return _Text(sheet.log.file, node, f"question {draft.id}: help", _question(draft).help)


def _levels_of(sheet: QuestionnaireDraft, draft: QuestionDraft) -> list[_Text]:
    """A question's own levels; those of a ladder are looked at once, where the ladder stands."""
    question = _question(draft)
    levels = question.levels if question.ladder is None else ()
    return _level_texts(sheet.log.file, descend(draft.mapping, "levels"), f"question {draft.id}", levels)


def _levels_of_ladder(framework: FrameworkDraft, name: str) -> list[_Text]:
    node = descend(framework.root, "ladders", name)
    return _level_texts(FRAMEWORK_FILE, node, f"ladder {name}", (framework.ladders or {})[name] or ())


def _level_texts(file: str, node: Node, where: str, levels: Sequence[Level]) -> list[_Text]:
    return [
        _Text(file, descend(node, index, "text"), f'{where}: text of level "{level.code}"', level.text)
        for index, level in enumerate(levels)
    ]


def _introductions(framework: FrameworkDraft, sheets: Sequence[QuestionnaireDraft]) -> Iterator[_Text]:
    """The other texts of the editors; the titles and items of objectives are the guidelines' own words."""
    place = descend(framework.root, "introduction")
    yield _Text(FRAMEWORK_FILE, place, "framework: introduction", framework.introduction)
    for sheet in sheets:
        for name, text in (("title", sheet.title or ""), ("introduction", sheet.introduction)):
            node = descend(sheet.place, name)
            yield _Text(sheet.log.file, node, f"questionnaire {sheet.id}: {name}", text)


def _question(draft: QuestionDraft) -> Question:
    if draft.question is None:
        raise AssertionError("a folder without faults has no question that could not be read")
    return draft.question


class _Wording:
    """The rules for one text by itself."""

    def __init__(self, framework: FrameworkDraft) -> None:
        self._is_english = framework.language.split("_")[0] == "en"
        self._known = {token for term in framework.known_terms for token in _TOKEN.findall(term)}

    def check_question(self, text: _Text) -> Iterator[Notice]:
        yield from self._check(text, MOST_QUESTION_CHARACTERS)
        if not text.text.rstrip(_CLOSING).endswith(tuple(_QUESTION_MARKS)):
            yield text.warn("does not end with a question mark; ask a question")

    def check_level(self, text: _Text) -> Iterator[Notice]:
        yield from self._check(text, MOST_LEVEL_CHARACTERS)
        if not text.text.rstrip(_CLOSING).endswith(tuple(_FULL_STOPS)):
            yield text.warn("does not end with a full stop; write a whole sentence")

    def _check(self, text: _Text, most: int) -> Iterator[Notice]:
        if len(text.text) > most:
            yield text.warn(f"has {len(text.text)} characters; say it in at most {most}")
        banned = _BANNED.findall(text.text) if self._is_english else ()
        for word in dict.fromkeys(" ".join(word.lower().split()) for word in banned):
            yield text.warn(f'says "{word}", which no two readers measure alike; say what must be true')
        yield from self.check_terms(text)

    def check_terms(self, text: _Text) -> Iterator[Notice]:
        """Terms with two capitals in a row, such as CEDAW and NGOs, that are not among the known ones."""
        for term in dict.fromkeys(_TOKEN.findall(text.text)):
            if _has_capitals(term) and not {term, term.removesuffix("s")} & self._known:
                mend = f"write it out, or list it under known_terms in {FRAMEWORK_FILE}"
                yield text.warn(f'says "{term}", which is no known term; {mend}')


def _has_capitals(term: str) -> bool:
    has = any(first.isupper() and second.isupper() for first, second in pairwise(term))
    return has and not _ROMAN_NUMBER.fullmatch(term)


def _check_help(text: _Text) -> Iterator[Notice]:
    if (count := len(text.text.split())) >= TOO_MANY_HELP_WORDS:
        yield text.warn(f"has {count} words; say it in fewer than {TOO_MANY_HELP_WORDS}")


class _Avoided:
    """The outdated words that the glossary knows better ones for."""

    def __init__(self, glossary: GlossaryDraft) -> None:
        self._better = {fold(word): term.term for term in glossary.terms for word in term.avoid}
        self._finder = WordFinder(self._better)

    def check(self, text: _Text) -> Iterator[Notice]:
        for word in dict.fromkeys(self._finder.find(text.text)):
            yield text.warn(f'says "{word}", which the glossary avoids; write "{self._better[word]}"')


def _check_glossary(
    glossary: GlossaryDraft, sheets: Sequence[QuestionnaireDraft], wording: _Wording
) -> Iterator[Notice]:
    """Terms that explain nothing that is asked, and definitions that are too long or unclear themselves."""
    asked = [draft.question for sheet in sheets for draft in sheet.questions if draft.question]
    in_use = Vocabulary(glossary.terms).terms_in(*(text for question in asked for text in question.texts))
    for term, mapping in zip(glossary.terms, glossary.places, strict=True):
        place = _Text(GLOSSARY_FILE, descend(mapping, "term"), f"term {term.id}:", term.term)
        if term not in in_use:
            yield place.warn(f'"{term.term}" stands in no question; add the form that does, or remove it')
        definition = descend(mapping, "definition")
        text = _Text(GLOSSARY_FILE, definition, f"term {term.id}: definition", term.definition)
        if (count := len(term.definition.split())) >= TOO_MANY_DEFINITION_WORDS:
            yield text.warn(f"has {count} words; say it in fewer than {TOO_MANY_DEFINITION_WORDS}")
        yield from wording.check_terms(text)


def _check_alike(levels: Sequence[_Text]) -> Iterator[Notice]:
    """Descriptors of one question that differ by one word or by none: the later of each two is named."""
    for earlier, later in combinations(levels, 2):
        if not earlier.words and not later.words:
            continue
        if earlier.words == later.words:
            message = "says the same as"
        elif _differ_by_one_word(earlier.words, later.words):
            message = "differs by one word only from"
        else:
            continue
        yield later.warn(f"{message} that of line {earlier.node.line}; say what sets the levels apart")


def _differ_by_one_word(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether one word was put in, taken out or exchanged. A number for another is a measure, and passes."""
    shorter = min(len(first), len(second))
    start = next((i for i in range(shorter) if first[i] != second[i]), shorter)
    end = 0
    while end < shorter - start and first[-1 - end] == second[-1 - end]:
        end += 1
    rests = first[start : len(first) - end], second[start : len(second) - end]
    if max(map(len, rests)) > 1:
        return False
    return not all(any(letter.isdecimal() for letter in "".join(rest)) for rest in rests)


def _check_points(sheet: QuestionnaireDraft, draft: QuestionDraft) -> Iterator[Notice]:
    question = _question(draft)
    if question.ladder is None and not question.note_on_points and not _is_even(question.levels):
        node = descend(draft.mapping, "levels")
        name = f"question {draft.id}: points {_points(question.levels)}"
        yield _Text(sheet.log.file, node, name, "").warn(
            "are not evenly spaced; space them evenly, or say why in note_on_points"
        )


def _check_points_of_ladders(framework: FrameworkDraft) -> Iterator[Notice]:
    for name, levels in (framework.ladders or {}).items():
        if levels and not framework.notes_on_points.get(name) and not _is_even(levels):
            place = descend(framework.root, "ladders", name)
            yield _Text(FRAMEWORK_FILE, place, f"ladder {name}: points {_points(levels)}", "").warn(
                f"are not evenly spaced; space them evenly, or say why in note_on_points: {{{name}: …}}"
            )


def _check_replaced(sheets: Sequence[QuestionnaireDraft]) -> Iterator[Notice]:
    """Replaced ids that are not listed as retired: a slip of the pen, or an id that could come back."""
    retired = {node.text for sheet in sheets for node in sheet.retired}
    for sheet in sheets:
        for draft in sheet.questions:
            if draft.replaces is not None and draft.replaces not in retired:
                name = f"question {draft.id}: replaces {draft.replaces}, which"
                yield _Text(sheet.log.file, draft.replaces_place, name, "").warn(
                    f"is not retired; correct the id, or list it under retired: in {sheet.log.file}"
                )


def _check_told_by_score(sheet: QuestionnaireDraft) -> Iterator[Notice]:
    """Sensitive questions that are scored alone in their dimension: its score, which everybody may see, is
    the answer's points.
    """
    by_kind: dict[str, list[QuestionDraft]] = {}
    for draft in sheet.questions:
        if _question(draft).is_scored:
            by_kind.setdefault(_question(draft).kind, []).append(draft)
    for kind, scored in by_kind.items():
        if len(scored) == 1 and _question(scored[0]).is_sensitive:
            mend = f'ask another scored question of kind "{kind}" here, or give this one the weight 0'
            yield _Text(sheet.log.file, scored[0].place, f"question {scored[0].id}:", "").warn(
                "it is sensitive and the only scored question of its dimension, whose score tells its level; "
                f"{mend}"
            )


def _is_even(levels: Sequence[Level]) -> bool:
    """Whether the points rise by equal steps. Thirds written as 0.33 and 0.67 count as thirds."""
    last = len(levels) - 1
    return all(
        abs(level.points - Fraction(index, last)) <= Fraction(1, 200) for index, level in enumerate(levels)
    )


def _points(levels: Sequence[Level]) -> str:
    return ", ".join(shown_points(level.points) for level in levels)


def _check_repeated(groups: Sequence[Sequence[_Text]]) -> Iterator[Notice]:
    """Texts that stand in an earlier question too, whatever their capitals and signs."""
    first: dict[tuple[str, ...], _Text] = {}
    for group in groups:
        for text in group:
            if (earlier := first.get(text.words)) and earlier not in group:
                mend = "word one of them anew, or share them by a ladder or by same_as"
                yield text.warn(f"is that of {earlier.name.split(':')[0]} ({earlier.place}) too; {mend}")
        for text in group:
            if text.words:
                first.setdefault(text.words, text)
