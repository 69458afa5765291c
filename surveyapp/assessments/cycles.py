"""Opening a cycle: which framework, which countries, which dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext
from sqlalchemy import select

from surveyapp.accounts.models import Country, User
from surveyapp.assessments.errors import CycleFault
from surveyapp.assessments.frameworks import pin_framework, pin_wordings
from surveyapp.assessments.models import Assessment, Cycle
from surveyapp.audit.service import record
from surveyapp.database import db
from surveyapp.framework.model import Framework


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
    if db.session.scalar(select(Cycle.id).where(Cycle.year == year)):
        raise CycleFault(gettext("There is a cycle for %(year)s already.", year=str(year)))
    if not opens_on <= deadline <= closes_on:
        raise CycleFault(gettext("A cycle opens first, then comes its deadline, then it closes."))
    if not countries:
        raise CycleFault(gettext("A cycle needs at least one country."))
    known = set(db.session.scalars(select(Country.code).where(Country.code.in_(countries))))
    for code in countries:
        if code not in known:
            raise CycleFault(gettext("%(code)s is no ISO 3166 country code.", code=code))
        if countries.count(code) > 1:
            raise CycleFault(gettext("%(code)s is named twice.", code=code))
    cycle = Cycle(
        year=year,
        framework_version=pin_framework(framework),
        wordings=pin_wordings(framework),
        opens_on=opens_on,
        deadline=deadline,
        closes_on=closes_on,
    )
    db.session.add(cycle)
    db.session.flush()
    db.session.add_all(Assessment(cycle_id=cycle.id, country_code=code) for code in countries)
    db.session.flush()
    facts = {"framework": cycle.framework_version.sha256, "countries": " ".join(sorted(known))}
    record("cycle.open", f"cycle/{year}", by=by.id if by else None, facts=facts)
    return cycle
