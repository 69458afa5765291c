"""Invented views of invented NGOs, beside what the invented government said. The same each time."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from surveyapp.accounts.models import User
from surveyapp.assessments.given import GivenAnswer, GivenMeasure
from surveyapp.assessments.models import AnswerState, Cycle, Evidence
from surveyapp.assessments.parallel import add_submission
from surveyapp.assessments.parallel_models import ParallelAnswer, ParallelState, ParallelView
from surveyapp.assessments.parallel_rows import make_row
from surveyapp.database import db
from surveyapp.framework.model import Framework, Question
from surveyapp.scoring.answers import Answer, Answers, MeasuredValue
from surveyapp.scoring.answers import Evidence as Document

COMMENTS = (
    "Two of the three shelters that we know closed in spring for lack of money.",
    "The rule is there; the people we help were not told of it.",
    "This works in the capital. Our partners elsewhere have not seen it.",
    "We were consulted once and heard nothing of what came of it.",
)
UNKNOWN = "We have no access to these figures."
DOCUMENTS = (
    "Count of our shelters",
    "What our help line heard, report of the year",
    "Open letter to the ministry",
    "Interviews with people who left the shelters",
)


@dataclass(frozen=True, slots=True)
class InventedView:
    """Which objectives an NGO answers, and how far from the government it sees things, in levels."""

    organisation: str
    email: str | None  # of its account in the demonstration
    objectives: Collection[str]
    shift: float
    is_public: bool


VIEWS = (
    InventedView(
        "Shelter Network (invented)",
        "ngo.al@example.org",
        ("o02", "o03", "o05", "o06", "o07", "o08", "o09", "o11", "o12"),
        -0.9,
        is_public=True,
    ),
    InventedView("Lawyers for Victims (invented)", None, ("o07", "o10", "o12", "o13"), 0.2, is_public=False),
)


def add_views(
    framework: Framework, cycle: Cycle, country: str, government: Answers, people: Mapping[str, User]
) -> None:
    """The views of one country's year, handed in; one of them is public."""
    for invented in VIEWS:
        person = people.get(invented.email or "")
        moment = datetime(cycle.year, 11, 18, 10, 30, tzinfo=UTC)
        view = ParallelView(
            cycle_id=cycle.id,
            country_code=country,
            user_id=person.id if person else None,
            organisation=invented.organisation,
            state=ParallelState.HANDED_IN,
            consents_to_public=invented.is_public,
            is_shown_publicly=invented.is_public,
            decided_at=moment if invented.is_public else None,
            decision_note="" if invented.is_public else None,
        )
        view.cycle = cycle
        db.session.add(view)
        db.session.flush()
        answers = _invent(framework, invented, government, cycle.year)
        db.session.add_all(_row(view, question_id, answer, moment) for question_id, answer in answers.items())
        add_submission(
            view,
            framework,
            answers,
            revision=1,
            moment=moment,
            signed_by_function="Board",
        )
    db.session.flush()


def _row(view: ParallelView, question_id: str, answer: Answer, moment: datetime) -> ParallelAnswer:
    figure = answer.measure
    measure = GivenMeasure(str(figure.value), figure.year, figure.source) if figure else GivenMeasure()
    state = AnswerState(answer.state.value)
    said = GivenAnswer(question_id, state, 0, answer.level, answer.reason, answer.comment, measure)
    documents = [Evidence(id=1, title=d.title, url=d.url, dated_on=d.date) for d in answer.evidence]
    return make_row(view, said, documents, version=1, moment=moment)


def _invent(
    framework: Framework, invented: InventedView, government: Answers, year: int
) -> dict[str, Answer]:
    rng = random.Random(invented.organisation)
    answers = {}
    for objective, questionnaire in framework.pairs():
        bias = invented.shift + rng.gauss(0, 0.7)
        for question in questionnaire.questions:
            declared = government.get(question.id)
            is_asked = objective.id in invented.objectives and question.same_as is None
            if is_asked and declared is not None and declared.level is not None and rng.random() < 0.9:
                seen = _seen(question, declared.level, bias, rng)
                answers[question.id] = _documented(question, seen, year, invented.organisation)
    return answers


def _seen(question: Question, declared: str, bias: float, rng: random.Random) -> Answer:
    if rng.random() < 0.08:
        return Answer(unknown=UNKNOWN)
    codes = [level.code for level in question.levels]
    place = min(max(round(codes.index(declared) + rng.gauss(bias, 0.6)), 0), len(codes) - 1)
    is_other = codes[place] != declared
    return Answer(level=codes[place], comment=rng.choice(COMMENTS) if is_other and rng.random() < 0.4 else "")


def _documented(question: Question, seen: Answer, year: int, organisation: str) -> Answer:
    """Some answers with a level rest on what the NGO itself has counted or written."""
    rng = random.Random(f"{organisation}/{question.id}/what it rests on")
    if seen.level is None:
        return seen
    figure: MeasuredValue | None = None
    documents: tuple[Document, ...] = ()
    if question.measure is not None and rng.random() < 0.4:
        value = Decimal(rng.randint(2, 90))
        figure = MeasuredValue(value, question.measure.unit, year - 1, "Our own count (invented)")
    if question.needs_evidence(seen.level) and rng.random() < 0.4:
        number = rng.randint(10, 99)
        documents = (
            Document(
                f"{rng.choice(DOCUMENTS)}, no. {number} (invented)",
                url=f"https://example.org/ngo/{year}-{number}" if rng.random() < 0.6 else None,
                date=date(year, rng.randint(1, 10), rng.randint(1, 28)),
            ),
        )
    return replace(seen, measure=figure, evidence=documents)
