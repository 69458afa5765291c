"""The yearly rounds: open one, extend it for one country, close it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from surveyapp.accounts.models import Country, Role, RoleGrant, User
from surveyapp.accounts.permissions import Action, allows, relations
from surveyapp.assessments.access import WRITABLE
from surveyapp.assessments.cycle_letters import post_closed, post_new_deadline
from surveyapp.assessments.errors import CycleDaysFault, CycleFault
from surveyapp.assessments.frameworks import pin_framework, pin_wordings
from surveyapp.assessments.models import Assessment, AssessmentState, Cycle, FrameworkVersion
from surveyapp.assessments.parallel_letters import post_view_closed
from surveyapp.assessments.parallel_reminders import list_begun
from surveyapp.assessments.service import subject_of
from surveyapp.assessments.typed import stripped
from surveyapp.audit.service import record
from surveyapp.database import db, now
from surveyapp.framework.model import Framework
from surveyapp.refusals import NotAllowed, NotFound
from surveyapp.web.pages import show_day
from surveyapp.web.time_zones import day_in, is_zone

LONGEST_REASON = 1000
MOST_DAYS_AHEAD = 2 * 366  # of a new deadline: a later one is a slip of the pen


def open_cycle(
    year: int,
    framework: Framework,
    countries: Sequence[str],
    *,
    opens_on: date,
    deadline: date,
    closes_on: date,
    by: User | None,
) -> Cycle:
    """Begin a year's round: pin the framework and its translations, give each country its assessment.

    :raises CycleFault: the year has a cycle, no country is named, one is unknown or named twice, dates are
        out of order.
    """
    _check_dates(year, opens_on, deadline, closes_on)
    known = _check_countries(countries)
    cycle = Cycle(
        year=year,
        framework_version=pin_framework(framework),
        wordings=pin_wordings(framework),
        opens_on=opens_on,
        deadline=deadline,
        closes_on=closes_on,
    )
    db.session.add(cycle)
    try:
        db.session.flush()
    except IntegrityError as fault:  # somebody else opened it in the same moment
        raise CycleFault(_has_one(year)) from fault
    db.session.add_all(Assessment(cycle_id=cycle.id, country_code=code) for code in countries)
    db.session.flush()
    facts = {"framework": cycle.framework_version.sha256, "countries": " ".join(sorted(known))}
    record("cycle.open", f"cycle/{year}", by=by.id if by else None, facts=facts)
    return cycle


def _has_one(year: int) -> str:
    return gettext("There is a cycle for %(year)s already.", year=str(year))


def _check_dates(year: int, opens_on: date, deadline: date, closes_on: date) -> None:
    if db.session.scalar(select(Cycle.id).where(Cycle.year == year)):
        raise CycleFault(_has_one(year))
    if not opens_on <= deadline <= closes_on:
        raise CycleDaysFault(gettext("A cycle opens first, then comes its deadline, then it closes."))


def _check_countries(countries: Sequence[str]) -> set[str]:
    if not countries:
        raise CycleFault(gettext("A cycle needs at least one country."))
    known = set(db.session.scalars(select(Country.code).where(Country.code.in_(countries))))
    for code in countries:
        if code not in known:
            raise CycleFault(gettext("%(code)s is no ISO 3166 country code.", code=code))
        if countries.count(code) > 1:
            raise CycleFault(gettext("%(code)s is named twice.", code=code))
    return known


def require_manager(by: User | None, country: str | None = None) -> None:
    """Let pass who manages cycles; the shell (None) does. Nobody extends the deadline of an own country.

    :raises NotAllowed: not this person.
    """
    if by is not None and not allows(Action.MANAGE_CYCLES, relations(by, country), AssessmentState.DRAFT):
        raise NotAllowed


def list_cycles() -> list[Cycle]:
    """All cycles, newest first, with their framework versions."""
    query = select(Cycle).options(joinedload(Cycle.framework_version)).order_by(Cycle.year.desc())
    return list(db.session.scalars(query))


def list_framework_versions() -> list[FrameworkVersion]:
    """The framework versions that a cycle can be opened over, the last loaded first."""
    query = select(FrameworkVersion).order_by(FrameworkVersion.loaded_at.desc(), FrameworkVersion.id.desc())
    return list(db.session.scalars(query))


def list_likely_countries() -> set[str]:
    """The countries of the newest cycle and those that have a focal point."""
    newest = select(Cycle.id).order_by(Cycle.year.desc()).limit(1).scalar_subquery()
    before = select(Assessment.country_code).where(Assessment.cycle_id == newest)
    answering = select(RoleGrant.country_code).where(RoleGrant.role == Role.FOCAL_POINT)
    return {code for code in db.session.scalars(before.union(answering)) if code}


def list_countries() -> list[str]:
    """The codes of all countries."""
    return list(db.session.scalars(select(Country.code)))


def get_in_cycle(year: int, country: str, *, lock: bool = False) -> Assessment:
    """One country's place in a cycle, for who manages it.

    :raises NotFound: the country takes no part in the cycle of that year.
    """
    query = (
        select(Assessment)
        .join(Assessment.cycle)
        .where(Cycle.year == year, Assessment.country_code == country)
        .options(joinedload(Assessment.cycle), joinedload(Assessment.country))
    )
    assessment = db.session.scalar(query.with_for_update(of=Assessment) if lock else query)
    if assessment is None:
        raise NotFound
    return assessment


def extend_deadline(assessment: Assessment, to: date, reason: str, *, by: User | None) -> None:
    """Give one country more time, and tell it. The assessment must be locked.

    :raises NotAllowed: this person manages no cycles, or answers for that country.
    :raises CycleFault: it was submitted, the day is not later than the deadline or is over or far away, no
        reason.
    """
    require_manager(by, assessment.country_code)
    reason = stripped(reason)
    _check_extension(assessment, to, reason)
    before, was_open = assessment.due_on, assessment.is_open(now())
    assessment.deadline, assessment.extended_at, assessment.extension_reason = to, now(), reason
    facts = {"from": before.isoformat(), "to": to.isoformat()}
    entry = record("assessment.extend", subject_of(assessment), by=by.id if by else None, facts=facts)
    opens_again = not was_open and assessment.is_open(now())
    post_new_deadline(assessment, before, opens_again=opens_again, key=f"deadline/{entry.sequence}")


def _check_extension(assessment: Assessment, to: date, reason: str) -> None:
    """:raises CycleFault: the country cannot be given more time, not until then, or not with this reason."""
    if assessment.state not in WRITABLE:
        raise CycleFault(
            gettext("This country has submitted. To let it change answers, return or reopen them.")
        )
    if to <= assessment.due_on:
        raise CycleFault(
            gettext(
                "The new deadline must be after %(day)s, the present one.", day=show_day(assessment.due_on)
            )
        )
    if to < day_in(assessment.zone, now()):
        raise CycleFault(gettext("That day is over already where the country is. Choose a later one."))
    if (to - day_in(assessment.zone, now())).days > MOST_DAYS_AHEAD:
        raise CycleFault(gettext("That day is more than two years away. Look at its year."))
    if not reason:
        raise CycleFault(gettext("Give the reason, so that other countries can be told."))
    if len(reason) > LONGEST_REASON:
        raise CycleFault(
            gettext("The reason is too long: at most %(most)s characters.", most=str(LONGEST_REASON))
        )


def close_cycle(cycle: Cycle, *, by: User | None) -> None:
    """Take no more answers in this cycle from now on; submissions stay and can be reviewed and published.
    Those whose answers were taken until then, and who have not handed in, are told.

    The cycle must be locked.

    :raises NotAllowed: this person manages no cycles.
    :raises CycleFault: it was closed before.
    """
    require_manager(by)
    if cycle.closed_at:
        raise CycleFault(gettext("This cycle is closed already."))
    stopped = _list_stopped(cycle)
    views = [(view, user) for view, user in list_begun(cycle) if view.is_open(now())]
    cycle.closed_at = now()
    entry = record("cycle.close", f"cycle/{cycle.year}", by=by.id if by else None)
    post_closed(cycle.year, stopped, key=f"closed/{entry.sequence}")
    for view, user in views:
        post_view_closed(view, user, key=f"closed/{entry.sequence}/view/{view.id}")


def _list_stopped(cycle: Cycle) -> list[Assessment]:
    """Those that are not handed in and whose answers are taken at this moment."""
    query = (
        select(Assessment)
        .where(Assessment.cycle_id == cycle.id, Assessment.state.in_(WRITABLE))
        .options(joinedload(Assessment.cycle), joinedload(Assessment.country))
        .order_by(Assessment.country_code)
    )
    return [assessment for assessment in db.session.scalars(query) if assessment.is_open(now())]


def choose_time_zone(code: str, zone: str) -> None:
    """The zone in which a country's days end, where it is not that of the capital.

    :raises CycleFault: no such country, or no such zone.
    """
    country = db.session.get(Country, code)
    if country is None:
        raise CycleFault(gettext("%(code)s is no ISO 3166 country code.", code=code))
    if not is_zone(zone):
        raise CycleFault(
            gettext('There is no time zone "%(zone)s"; give a name such as Europe/Tirane.', zone=zone)
        )
    country.time_zone = zone
    record("country.time_zone", f"country/{code}", by=None, facts={"zone": zone})
