"""NGOs' views in the small world of the results tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select

from surveyapp.accounts.models import User
from surveyapp.assessments.parallel import add_submission
from surveyapp.assessments.parallel_models import ParallelState, ParallelView
from surveyapp.assessments.service import get_cycle
from surveyapp.database import db, now
from surveyapp.scoring import answers as given

from .world import World


def add_view(
    world: World,
    organisation: str,
    answers: Mapping[str, given.Answer],
    *,
    year: int = 2026,
    is_public: bool = False,
    consents: bool = True,
    email: str | None = None,
) -> int:
    """A view of Albania that is handed in; gives its number."""
    with world.app.app_context():
        person = db.session.scalar(select(User).where(User.email == email)) if email else None
        view = ParallelView(
            cycle_id=get_cycle(year).id,
            country_code="AL",
            user_id=person.id if person else None,
            organisation=organisation,
            state=ParallelState.HANDED_IN,
            consents_to_public=consents,
            is_shown_publicly=is_public,
            decided_at=now() if is_public else None,
            decision_note="" if is_public else None,
        )
        view.cycle = get_cycle(year)
        db.session.add(view)
        db.session.flush()
        moment = datetime(year, 11, 2, 9, 0, view.id, tzinfo=UTC)
        add_submission(
            view, world.framework, dict(answers), revision=1, moment=moment, signed_by_function="Board"
        )
        db.session.commit()
        return view.id
