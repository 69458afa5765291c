"""What a country lets be shown of its results, and what it says beside them."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext
from sqlalchemy import select

from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action
from surveyapp.assessments.access import require
from surveyapp.assessments.errors import RemarkRefused
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.models import Assessment, ObjectiveConsent, Reach
from surveyapp.assessments.personal_data import require_nobody_named
from surveyapp.assessments.service import subject_of
from surveyapp.assessments.typed import stripped
from surveyapp.audit.service import Fact, record
from surveyapp.database import db, now

LONGEST_STATEMENT = 4000


class StatementTooLong(RemarkRefused):
    """As long as a comment is enough."""

    def __init__(self) -> None:
        super().__init__(
            gettext("The statement is too long: at most %(most)s characters.", most=str(LONGEST_STATEMENT))
        )


def list_reaches(assessment: Assessment) -> dict[str, Reach]:
    """How far the results of each objective may go, by objective id, in framework order."""
    query = select(ObjectiveConsent).where(ObjectiveConsent.assessment_id == assessment.id)
    chosen = {row.objective_id: row.reach for row in db.session.scalars(query)}
    framework = get_framework(assessment.cycle.framework_version)
    return {o.id: chosen.get(o.id, Reach.PUBLIC) for o in framework.objectives}


def give_consent(
    assessment: Assessment,
    reaches: Mapping[str, Reach],
    *,
    statement: str,
    shows_sensitive: bool,
    by: User,
    is_checked: bool = False,
) -> None:
    """Keep what the country lets be shown; an objective that is not named stays as it is.

    It holds for this submission and for later ones, until the country says otherwise. The assessment must
    be locked. With `is_checked` its writer has looked at what seems to name somebody.

    :raises NotAllowed: not this country's focal point, or nothing was accepted yet.
    :raises StatementTooLong: over 4,000 characters.
    :raises SeemsToNameSomebody: it looks as if it held personal data, and was not checked.
    """
    require(Action.CONSENT, assessment, by)
    statement = stripped(statement)
    if len(statement) > LONGEST_STATEMENT:
        raise StatementTooLong
    require_nobody_named(statement, is_checked=is_checked)
    _keep_reaches(assessment, reaches)
    assessment.statement = statement or None
    assessment.shows_sensitive = shows_sensitive
    assessment.consented_at = now()
    db.session.flush()
    chosen = list_reaches(assessment).items()
    facts: dict[str, Fact] = {
        "not_public": " ".join(f"{o}:{reach.value}" for o, reach in chosen if reach is not Reach.PUBLIC),
        "sensitive": shows_sensitive,
        "statement": len(statement),
    }
    record("assessment.consent", subject_of(assessment), by=by.id, facts=facts)


def _keep_reaches(assessment: Assessment, reaches: Mapping[str, Reach]) -> None:
    query = select(ObjectiveConsent).where(ObjectiveConsent.assessment_id == assessment.id)
    kept = {row.objective_id: row for row in db.session.scalars(query)}
    for objective_id, reach in reaches.items():
        row = kept.get(objective_id)
        if row is None:
            row = ObjectiveConsent(assessment_id=assessment.id, objective_id=objective_id)
            db.session.add(row)
        row.reach = reach
