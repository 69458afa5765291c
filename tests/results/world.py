"""What a test needs to exist: a small framework, cycles, countries in any state, people who sign in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from surveyapp.accounts.models import Country, Role, RoleGrant, User
from surveyapp.accounts.service import begin_session
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.frameworks import pin_framework
from surveyapp.assessments.frozen import freeze
from surveyapp.assessments.models import Answer, AnswerState, Assessment, AssessmentState, Cycle, Submission
from surveyapp.assessments.service import get_cycle
from surveyapp.database import db, now
from surveyapp.framework.model import (
    Band,
    Dimension,
    Framework,
    Level,
    Measure,
    Objective,
    Question,
    Questionnaire,
    Source,
)
from surveyapp.scoring import answers as given

COLOURS = ("#00224e", "#434e6c", "#7d7c78", "#bcae6c", "#fee838")
DIMENSIONS = (
    Dimension("activity", "implementation", "Implementation", Fraction(1, 2), "A"),
    Dimension("indicator", "results", "Results", Fraction(35, 100), "I"),
    Dimension("actor", "participation", "Participation", Fraction(15, 100), "P"),
)
SENSITIVE = "o02.a1"  # so the implementation of objective 2 is hidden
PLAIN = "o02.a2"  # in the same dimension, not sensitive itself
UNKNOWN = given.Answer(unknown="The register is being rebuilt in a cellar.")
NOT_APPLICABLE = given.Answer(not_applicable="We have no coast.")


def level(code: str, *, comment: str = "", proven: bool = False) -> given.Answer:
    evidence = (given.Evidence("Law 12 of 2024"),) if proven else ()
    return given.Answer(level=code, comment=comment, evidence=evidence)


def question(question_id: str, kind: str, source: str, **more: object) -> Question:
    points = ("0", "1/4", "1/2", "3/4", "1")
    levels = tuple(
        Level(str(code), Fraction(p), f"Descriptor {code} of {question_id}") for code, p in enumerate(points)
    )
    fields: dict[str, object] = {"may_be_not_applicable": True, **more}
    return Question(question_id, kind, source, f"How far is {source}?", levels, **fields)  # type: ignore[arg-type]


def sample_framework() -> Framework:
    """Objective 1 has nothing sensitive; objective 2 a sensitive question, and one of objective 1."""
    first = (
        question("o01.a1", "activity", "1.A1", evidence_from="3"),
        question("o01.a2", "activity", "1.A2"),
        question("o01.a3", "activity", "1.A3"),
        question("o01.i1", "indicator", "1.I1", measure=Measure("berths")),
        question("o01.p1", "actor", "1.P1"),
    )
    second = (
        question("o02.a1", "activity", "2.A1", is_sensitive=True),
        question("o02.a2", "activity", "2.A2"),
        question("o02.a3", "activity", "2.A3", weight=Fraction(0)),
        question("o02.i1", "indicator", "2.I1", same_as="o01.i1"),
        question("o02.p1", "actor", "2.P1", weight=Fraction(2)),
        question("o02.p2", "actor", "2.P2"),
    )
    return Framework(
        id="sample",
        version="1",
        title="Safe harbours",
        source=Source("Rules for safe harbours", 1998),
        dimensions=DIMENSIONS,
        bands=tuple(Band(n, Fraction(20 * (n - 1)), f"Band {n}", c) for n, c in enumerate(COLOURS, 1)),
        minimum_coverage=Fraction(2, 3),
        objectives=(Objective(1, "o01", "Light"), Objective(2, "o02", "Water")),
        questionnaires=(
            Questionnaire("o01", 1, "Light on the quays", first, short="Light"),
            Questionnaire("o02", 2, "Clean water", second, short="Water"),
        ),
    )


def second_version() -> Framework:
    """The sample after its authors worked on it.

    Objective 1: o01.a2 is gone, o01.a9 continues o01.a3, o01.p1 has a top level of another code. Objective 2:
    its hidden dimension is as it was, o02.p3 is new.
    """
    first = sample_framework()
    light, water = first.questionnaires
    changed = {
        "o01.a2": None,
        "o01.a3": question("o01.a9", "activity", "1.A3", replaces="o01.a3"),
        "o01.p1": replace(
            light.questions[-1],
            levels=(*light.questions[-1].levels[:-1], Level("5", Fraction(1), "All of it.")),
        ),
    }
    questions = tuple(new for q in light.questions if (new := changed.get(q.id, q)))
    new = question("o02.p3", "actor", "2.P3")
    sheets = (replace(light, questions=questions), replace(water, questions=(*water.questions, new)))
    return replace(first, version="2", questionnaires=sheets)


def full_answers(code: str = "2", asked: Framework | None = None) -> dict[str, given.Answer]:
    """One level for all that is asked, by default in the sample."""
    questions = (asked or sample_framework()).questions.values()
    return {q.id: level(code) for q in questions if q.same_as is None}


class World:
    """Makes rows in the application's database, each call in a transaction of its own.

    Cycles and answers are of `framework`; a test sets another one to go on with a new version.
    """

    def __init__(self, app: Flask, framework: Framework | None = None) -> None:
        self.app = app
        self.framework = framework or sample_framework()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self.app.app_context():
            yield
            db.session.commit()

    def cycle(self, year: int, *, closes_on: date | None = None) -> None:
        """A cycle that closed with its year, unless said otherwise."""
        closes_on = closes_on or date(year, 12, 31)
        with self._writing():
            version = pin_framework(self.framework)
            opens_on = date(year, 1, 1)
            row = Cycle(year=year, framework_version=version, wordings=[], opens_on=opens_on)
            row.deadline = row.closes_on = closes_on
            db.session.add(row)

    def _assessment(self, year: int, country: str, state: AssessmentState) -> tuple[Cycle, Assessment]:
        cycle = get_cycle(year)
        if db.session.get(Country, country) is None:
            db.session.add(Country(code=country))
        query = select(Assessment).where(Assessment.cycle_id == cycle.id, Assessment.country_code == country)
        assessment = db.session.scalar(query) or Assessment(cycle_id=cycle.id, country_code=country)
        assessment.state = state
        db.session.add(assessment)
        db.session.flush()
        return cycle, assessment

    def submission(
        self,
        year: int,
        country: str,
        answers: Mapping[str, given.Answer] | None = None,
        state: AssessmentState = AssessmentState.PUBLISHED,
        revision: int = 1,
    ) -> None:
        """A country whose answers are frozen, by default published."""
        with self._writing():
            cycle, assessment = self._assessment(year, country, state)
            moment = datetime(year, 11, 3, 12, 0, revision, tzinfo=UTC)
            frozen = freeze(
                self.framework,
                dict(full_answers() if answers is None else answers),
                cycle=cycle,
                country=country,
                revision=revision,
                previous=None,
                submitted_at=moment,
                office="Harbour office",
            )
            db.session.add(
                Submission(
                    assessment_id=assessment.id,
                    revision=revision,
                    submitted_at=moment,
                    sha256=frozen.sha256,
                    method="1",
                    body=frozen.body,
                    scores=frozen.scores,
                )
            )

    def draft(
        self,
        year: int,
        country: str,
        levels: Mapping[str, str],
        state: AssessmentState = AssessmentState.DRAFT,
    ) -> None:
        """A country that is still answering."""
        with self._writing():
            _, assessment = self._assessment(year, country, state)
            for question_id, code in levels.items():
                db.session.add(
                    Answer(
                        assessment_id=assessment.id,
                        question_id=question_id,
                        state=AnswerState.LEVEL,
                        level=code,
                        changed_at=now(),
                        evidence=[],
                    )
                )

    def delegate(self, year: int, country: str, objective: str, email: str) -> None:
        """Give a contributor an objective to answer."""
        with self._writing():
            cycle = get_cycle(year)
            query = select(Assessment.id).where(
                Assessment.cycle_id == cycle.id, Assessment.country_code == country
            )
            user_id = db.session.scalars(select(User.id).where(User.email == email)).one()
            assessment_id = db.session.scalars(query).one()
            db.session.add(Delegation(assessment_id=assessment_id, objective_id=objective, user_id=user_id))

    def signed_in(self, role: Role, country: str | None = None) -> FlaskClient:
        """The browser of somebody with that role."""
        with self._writing():
            if country and db.session.get(Country, country) is None:
                db.session.add(Country(code=country))
                db.session.flush()
            user = User(
                email=f"{role}-{country or 'region'}@example.org".lower(),
                office=f"Office of {role}",
                created_at=now(),
                grants=[RoleGrant(role=role, country_code=country)],
            )
            db.session.add(user)
            db.session.flush()
            begin_session(user)
            token = user.session_token
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return client

    def count_queries(self, visit: Callable[[], object]) -> int:
        """How many statements a visit sends to the database."""
        statements: list[str] = []

        def remember(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            statements.append(statement)

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", remember)
        try:
            visit()
        finally:
            event.remove(engine, "before_cursor_execute", remember)
        return sum(not statement.startswith(("PRAGMA", "BEGIN")) for statement in statements)
