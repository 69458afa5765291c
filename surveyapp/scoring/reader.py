"""The answers file: `surveyapp-answers/1`, read with all its faults at once, and written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from surveyapp.framework.model import Framework, Question
from surveyapp.scoring.answers import Answer, Answers, Evidence, MeasuredValue
from surveyapp.scoring.countries import COUNTRY_CODES
from surveyapp.scoring.fields import AnswersFault, FieldReader, is_number
from surveyapp.scoring.json_text import JsonFault, JsonObject, read_json

FORMAT = "surveyapp-answers/1"
BUNDLE_FORMAT = "surveyapp-bundle/1"  # what the package `bundle` writes; here only to be told from answers
FIRST_YEAR, LAST_YEAR = 1900, 2999
MOST_VALUES = 250_000  # ten times what 200 questions with ten pieces of evidence each need
LONGEST_COMMENT = 4_000  # reasons too
LONGEST_TITLE = 200  # units too
LONGEST_LINK = 2_000  # references and sources too

_FILE_FIELDS = ("format", "country", "cycle", "answers")
_STATES = ("level", "not_applicable", "unknown")
_ANSWER_FIELDS = (*_STATES, "comment", "evidence", "measure")
_EVIDENCE_FIELDS = ("title", "url", "reference", "date")
_MEASURE_FIELDS = ("value", "unit", "year", "source")


@dataclass(frozen=True, slots=True)
class AnswersFile:
    """One country's answers in one cycle; `country` is an ISO 3166-1 alpha-2 code or XK."""

    country: str
    cycle: int
    answers: Answers


class AnswersFaults(Exception):
    """An answers file is at fault; `faults` lists all of it, in the order of the file."""

    def __init__(self, faults: tuple[AnswersFault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def read_answers(raw: bytes, framework: Framework) -> AnswersFile:
    """The answers in a file, checked against the framework that they answer.

    :raises AnswersFaults: anything is at fault; nothing is read in part.
    """
    try:
        value = read_json(raw, most_values=MOST_VALUES)
    except JsonFault as error:
        raise AnswersFaults((AnswersFault(error.message, "", error.line, error.column),)) from error
    reader = _AnswersReader(framework)
    read = reader.read_file(value)
    faults = reader.fields.list_faults()
    if faults or read is None:
        raise AnswersFaults(faults)
    return read


class _AnswersReader:
    """Reads one file; what is at fault reads as None and leaves a fault in `fields`."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self.fields = FieldReader()
        self._alike = {_without_marks(question_id): question_id for question_id in framework.questions}

    def read_file(self, value: object) -> AnswersFile | None:
        if isinstance(value, JsonObject) and ("format", BUNDLE_FORMAT) in value.pairs:
            self.fields.refuse(
                "",
                f'"format" is "{BUNDLE_FORMAT}", a bundle: check it with `surveyapp submission verify`, or '
                'take out what stands under "submission" as "answers" and give that as a file',
            )
            return None
        fields = self.fields.read_object("", value, _FILE_FIELDS, required=_FILE_FIELDS)
        if fields is None:
            return None
        if "format" in fields and fields["format"] != FORMAT:
            self.fields.refuse("", f'"format" is {self.fields.shown(fields["format"])}; write "{FORMAT}"')
        country = self.read_country(fields["country"]) if "country" in fields else None
        cycle = None
        if "cycle" in fields:
            cycle = self.fields.read_year("", "cycle", fields["cycle"], FIRST_YEAR, LAST_YEAR)
        answers = self.read_all(fields["answers"]) if "answers" in fields else {}
        return AnswersFile(country, cycle, answers) if country and cycle else None

    def read_country(self, value: object) -> str | None:
        if isinstance(value, str) and value in COUNTRY_CODES:
            return value
        is_known = isinstance(value, str) and value.strip().upper() in COUNTRY_CODES
        mend = (
            f'write "{str(value).strip().upper()}"'
            if is_known
            else 'give two capital letters of ISO 3166, such as "AL"'
        )
        self.fields.refuse("", f'"country" is {self.fields.shown(value)}, no ISO 3166 code; {mend}')
        return None

    def read_all(self, value: object) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        if not isinstance(value, JsonObject):
            self.fields.refuse(
                "", f'"answers" is {self.fields.shown(value)}; give an object: a question\'s id, its answer'
            )
            return answers
        seen: set[str] = set()
        for question_id, given in value.pairs:
            question = self.find_question(question_id)
            if question is None:
                continue
            if question_id in seen:
                self.fields.refuse(f"question {question_id}", "it is answered twice; keep one answer")
            seen.add(question_id)
            answer = self.read_answer(question, given)
            if answer is not None:
                answers[question_id] = answer
        return answers

    def find_question(self, question_id: str) -> Question | None:
        question = self.framework.questions.get(question_id)
        where = f"question {question_id}"
        if question is None and self.fields.is_full:
            self.fields.unlisted += 1
        elif question is None:
            near = self._alike.get(_without_marks(question_id[:LONGEST_TITLE]))
            mend = f'write "{near}"' if near else "take it out or mend its id"
            self.fields.refuse("answers", f"there is no question {self.fields.shown(question_id)}; {mend}")
        elif question.same_as is not None:
            self.fields.refuse(
                where, f'it is asked as "{question.same_as}"; answer that one and take this out'
            )
            return None
        return question

    def read_answer(self, question: Question, value: object) -> Answer | None:
        where = f"question {question.id}"
        fields = self.fields.read_object(where, value, _ANSWER_FIELDS)
        if fields is None:
            return None
        states = [name for name in _STATES if name in fields]
        if len(states) > 1:
            listed = " and ".join(f'"{name}"' for name in states)
            self.fields.refuse(where, f"{listed} are given together; keep one")
        found = {name: self.read_state(question, name, fields[name]) for name in states}
        comment = self._optional_text(where, "comment", fields, LONGEST_COMMENT)
        evidence = tuple(self.read_evidence(where, fields["evidence"])) if "evidence" in fields else ()
        measure = self.read_measure(question, fields["measure"]) if "measure" in fields else None
        if len(states) > 1:
            return None
        return Answer(
            level=found.get("level"),
            not_applicable=found.get("not_applicable"),
            unknown=found.get("unknown"),
            comment=comment or "",
            evidence=evidence,
            measure=measure,
        )

    def read_state(self, question: Question, name: str, value: object) -> str | None:
        where = f"question {question.id}"
        if name == "level":
            return self.read_level(question, value)
        if name == "not_applicable" and not question.may_be_not_applicable:
            self.fields.refuse(
                where, 'it cannot be "not_applicable"; give a "level", or "unknown" with the reason'
            )
            return None
        if isinstance(value, str) and not value.strip():
            self.fields.refuse(where, f'"{name}" has no reason; write why in a sentence')
            return None
        return self.fields.read_text(where, name, value, LONGEST_COMMENT, may_be_empty=False)

    def read_level(self, question: Question, value: object) -> str | None:
        if isinstance(value, str) and question.find_level(value):
            return value
        codes = ", ".join(f'"{level.code}"' for level in question.levels)
        if is_number(value) and question.find_level(str(value)):
            mend = f'its code is text: write "{value}"'
        else:
            mend = f"give one of {codes}, or leave it out while there is no answer"
        self.fields.refuse(f"question {question.id}", f'"level" is {self.fields.shown(value)}; {mend}')
        return None

    def read_evidence(self, where: str, value: object) -> Iterator[Evidence]:
        if not isinstance(value, list):
            self.fields.refuse(where, f'"evidence" is {self.fields.shown(value)}; give a list')
            return
        for number, item in enumerate(value, 1):
            place = f"{where}, evidence {number}"
            fields = self.fields.read_object(place, item, _EVIDENCE_FIELDS, required=("title",))
            if not fields or "title" not in fields:
                continue
            title = self.fields.read_text(place, "title", fields["title"], LONGEST_TITLE, may_be_empty=False)
            url = (
                self.fields.read_link(place, "url", fields["url"], LONGEST_LINK) if "url" in fields else None
            )
            date = self.fields.read_date(place, "date", fields["date"]) if "date" in fields else None
            reference = self._optional_text(place, "reference", fields, LONGEST_LINK)
            if title is not None:
                yield Evidence(title, url, reference or None, date)

    def read_measure(self, question: Question, value: object) -> MeasuredValue | None:
        where = f"question {question.id}, measure"
        if question.measure is None:
            self.fields.refuse(where, "the question has no measure; take it out")
            return None
        fields = self.fields.read_object(where, value, _MEASURE_FIELDS, required=("value",))
        if not fields or "value" not in fields:
            return None
        number = self.fields.read_number(where, "value", fields["value"])
        unit = self._optional_text(where, "unit", fields, LONGEST_TITLE)
        source = self._optional_text(where, "source", fields, LONGEST_LINK)
        year = None
        if "year" in fields:
            year = self.fields.read_year(where, "year", fields["year"], FIRST_YEAR, LAST_YEAR)
        if number is None:
            return None
        return MeasuredValue(number, unit or question.measure.unit, year, source or "")

    def _optional_text(self, where: str, name: str, fields: Mapping[str, object], most: int) -> str | None:
        if name not in fields:
            return None
        return self.fields.read_text(where, name, fields[name], most, may_be_empty=True)


def _without_marks(question_id: str) -> str:
    """An id as people mistype it, `O7-A1` for `o07.a1`, brought to one form."""
    digits_and_letters = "".join(c if c.isalnum() else " " for c in question_id.lower())
    return "".join(digits_and_letters.split()).replace("o0", "o", 1)


def write_answers(given: AnswersFile) -> dict[str, object]:
    """The file's JSON as a dict that `read_answers` reads back equal; what is empty is left out."""
    answers = {question_id: _answer_json(answer) for question_id, answer in given.answers.items()}
    return {"format": FORMAT, "country": given.country, "cycle": given.cycle, "answers": answers}


def _answer_json(answer: Answer) -> dict[str, object]:
    fields: dict[str, object] = {
        "level": answer.level,
        "not_applicable": answer.not_applicable,
        "unknown": answer.unknown,
        "comment": answer.comment or None,
        "evidence": [_evidence_json(item) for item in answer.evidence] or None,
        "measure": _measure_json(answer.measure) if answer.measure else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _evidence_json(evidence: Evidence) -> dict[str, str]:
    fields = {
        "title": evidence.title,
        "url": evidence.url,
        "reference": evidence.reference,
        "date": evidence.date.isoformat() if evidence.date else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _measure_json(measure: MeasuredValue) -> dict[str, object]:
    fields: dict[str, object] = {"value": _number_json(measure.value), "unit": measure.unit}
    if measure.year is not None:
        fields["year"] = measure.year
    return fields | ({"source": measure.source} if measure.source else {})


def _number_json(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
