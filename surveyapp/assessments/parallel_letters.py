"""The letters about parallel views: to coordinators when one is handed in or hidden again, to focal points
once they may read it, to the NGO when it was decided on, when it becomes public or hidden, and while it is
not handed in.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from surveyapp.accounts.letters import unsubscribe_link
from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.accounts.permissions import Relation, relations
from surveyapp.assessments.letters import country_and_year, link_of, list_focal_points, post_to_each
from surveyapp.assessments.models import Assessment
from surveyapp.assessments.parallel_models import ParallelState, ParallelView
from surveyapp.assessments.stages import Stage
from surveyapp.database import db
from surveyapp.mail.letters import Letter, Link, isolated
from surveyapp.mail.models import MailKind
from surveyapp.mail.service import post
from surveyapp.web.numbers import show, show_year
from surveyapp.web.pages import show_day


def post_handed_in(view: ParallelView, *, key: str) -> None:
    """Tell the coordinators that a view was handed in. Its link opens once the government has submitted."""

    def write() -> Letter:
        name = country_and_year(view)
        return Letter(
            gettext("A parallel view: %(country_and_year)s", country_and_year=name),
            (
                gettext(
                    "%(organisation)s handed in its own view of %(country_and_year)s. You can read it "
                    "beside the government’s answers once the government has submitted them.",
                    organisation=isolated(view.organisation),
                    country_and_year=isolated(name),
                ),
                gettext("It lets everybody see its view, if you decide to show it.")
                if view.consents_to_public
                else gettext("It does not let everybody see its view."),
            ),
            links=(_link_to_comparison(view),),
        )

    post_to_each(MailKind.PARALLEL_VIEW, list_coordinators(view.country_code), write, key=key)


def post_readable(assessment: Assessment, organisations: Sequence[str], *, key: str) -> None:
    """Tell the focal points that they may read what these organisations handed in, from now on."""

    def write() -> Letter:
        name = country_and_year(assessment)
        says = ngettext(
            "One organisation handed in its own view of %(country_and_year)s. You can read it beside what "
            "your country submitted.",
            "%(count)s organisations handed in their own views of %(country_and_year)s. You can read them "
            "beside what your country submitted.",
            len(organisations),
            count=show(len(organisations)),
            country_and_year=isolated(name),
        )
        note = gettext(
            "A view is no part of your country’s scores. Everybody can read it only if its organisation "
            "consents and the regional secretariat decides so."
        )
        return Letter(
            gettext("What NGOs see: %(country_and_year)s", country_and_year=name),
            (says, note),
            items=tuple(isolated(organisation) for organisation in organisations),
            links=(_link_to_comparison(assessment),),
        )

    people = list_focal_points(assessment.country_code)
    post_to_each(MailKind.PARALLEL_VIEW, people, write, key=f"{key}/readable")


def post_views_readable(assessment: Assessment, *, key: str) -> None:
    """The same of all that was handed in before their government submitted; nothing where nothing was."""
    query = (
        select(ParallelView.organisation)
        .where(
            ParallelView.cycle_id == assessment.cycle_id,
            ParallelView.country_code == assessment.country_code,
            ParallelView.state == ParallelState.HANDED_IN,
        )
        .order_by(ParallelView.organisation, ParallelView.id)
    )
    if organisations := db.session.scalars(query).all():
        post_readable(assessment, organisations, key=key)


def post_taken_back(view: ParallelView, *, key: str, was_public: bool) -> None:
    """Tell the coordinators that a view which they could read is gone."""

    def write() -> Letter:
        says = gettext(
            "%(organisation)s took back its own view of %(country_and_year)s. Nobody else can read it now.",
            organisation=isolated(view.organisation),
            country_and_year=isolated(country_and_year(view)),
        )
        was = gettext("Everybody could see it until now. Copies of it may be in use.")
        return _hidden(view, (says, was) if was_public else (says,))

    post_to_each(MailKind.PARALLEL_VIEW, list_coordinators(view.country_code), write, key=key)


def post_no_longer_public(view: ParallelView, *, key: str) -> None:
    """Tell the coordinators that a view which they decided to show is hidden, as its NGO wants."""

    def write() -> Letter:
        says = gettext(
            "%(organisation)s no longer lets everybody see its own view of %(country_and_year)s, which "
            "you decided to show. It is hidden from the public. You can still read it.",
            organisation=isolated(view.organisation),
            country_and_year=isolated(country_and_year(view)),
        )
        return _hidden(view, (says,))

    post_to_each(MailKind.PARALLEL_VIEW, list_coordinators(view.country_code), write, key=key)


def _hidden(view: ParallelView, says: tuple[str, ...]) -> Letter:
    name = country_and_year(view)
    subject = gettext("A parallel view is hidden: %(country_and_year)s", country_and_year=name)
    return Letter(subject, says, links=(_link_to_comparison(view),))


def post_decision(view: ParallelView, *, is_published: bool, key: str) -> None:
    """Tell the NGO what was decided, and whether the government's results are published already. The note is
    on its page, not in the letter.
    """
    person = db.session.get(User, view.user_id) if view.user_id is not None else None
    if person is None or not person.is_active:
        return

    def write() -> Letter:
        name = country_and_year(view)
        if view.is_shown_publicly and is_published:
            words = gettext(
                "The regional secretariat decided to show your view of %(country_and_year)s to everybody. It "
                "stands beside the published results of the government now.",
                country_and_year=isolated(name),
            )
        elif view.is_shown_publicly:
            words = gettext(
                "The regional secretariat decided to show your view of %(country_and_year)s to everybody, "
                "beside the results of the government once these are published.",
                country_and_year=isolated(name),
            )
        else:
            words = gettext(
                "The regional secretariat decided not to show your view of %(country_and_year)s to "
                "everybody. The page of your view says why.",
                country_and_year=isolated(name),
            )
        return Letter(
            gettext("Decided on your view: %(country_and_year)s", country_and_year=name),
            (words,),
            links=(_link_to_view(view),),
        )

    post(MailKind.PARALLEL_VIEW, write, to=person.email, locale=person.locale, key=key)


def post_beside_published(assessment: Assessment, *, key: str) -> None:
    """Tell the NGOs whose views are shown to everybody that they are public with the government's results."""

    def write() -> Letter:
        name = country_and_year(assessment)
        says = gettext(
            "The results of the government of %(country_and_year)s are published. Your view stands beside "
            "them now, and everybody can read it.",
            country_and_year=isolated(name),
        )
        return Letter(
            gettext("Your view is public: %(country_and_year)s", country_and_year=name),
            (says,),
            links=(_link_to_comparison(assessment),),
        )

    post_to_each(MailKind.PARALLEL_VIEW, _list_shown_publicly(assessment), write, key=f"{key}/view")


def post_no_longer_beside(assessment: Assessment, *, key: str) -> None:
    """Tell the same NGOs that the government's results are hidden, and their views with them."""

    def write() -> Letter:
        name = country_and_year(assessment)
        says = gettext(
            "The results of the government of %(country_and_year)s are not public any more, and your view "
            "beside them is hidden too. It can be read again once results are published.",
            country_and_year=isolated(name),
        )
        return Letter(gettext("Your view is hidden: %(country_and_year)s", country_and_year=name), (says,))

    post_to_each(MailKind.PARALLEL_VIEW, _list_shown_publicly(assessment), write, key=f"{key}/view")


def _list_shown_publicly(assessment: Assessment) -> list[User]:
    """Those with an open account whose views everybody may read beside published results."""
    query = (
        select(User)
        .join(ParallelView, ParallelView.user_id == User.id)
        .where(
            ParallelView.cycle_id == assessment.cycle_id,
            ParallelView.country_code == assessment.country_code,
            ParallelView.is_shown_publicly,
            User.is_active,
        )
        .order_by(User.id)
    )
    return list(db.session.scalars(query))


def post_view_reminder(view: ParallelView, to: User, answered: int, stage: Stage, *, key: str) -> bool:
    """Remind an NGO of a view that it began. False: it was reminded under this key before."""

    def write() -> Letter:
        name = country_and_year(view)
        begun = ngettext(
            "Your organisation began its own view of %(country_and_year)s and has not handed it in. "
            "One question is answered.",
            "Your organisation began its own view of %(country_and_year)s and has not handed it in. "
            "%(count)s questions are answered.",
            answered,
            count=show(answered),
            country_and_year=isolated(name),
        )
        return Letter(
            gettext("Your view is not handed in: %(country_and_year)s", country_and_year=name),
            (begun, _when_due(view, is_overdue=stage.days_left < 0)),
            links=(_link_to_view(view),),
            notes=(gettext("It need not be complete. As long as it is not handed in, nobody else sees it."),),
            unsubscribe=unsubscribe_link(to),
        )

    return post(MailKind.REMINDER, write, to=to.email, locale=to.locale, key=key, expires_at=stage.ends_at)


def post_view_closed(view: ParallelView, to: User, *, key: str) -> None:
    """Tell an NGO that the cycle was closed while its view was taken and not handed in."""

    def write() -> Letter:
        name = country_and_year(view)
        says = gettext(
            "The regional secretariat closed the assessment %(year)s. Your view of %(country_and_year)s is "
            "not handed in and is not taken any more. Nobody else sees it.",
            year=show_year(view.cycle.year),
            country_and_year=isolated(name),
        )
        subject = gettext("Your view is not handed in: %(country_and_year)s", country_and_year=name)
        return Letter(subject, (says,), links=(_link_to_view(view),))

    post(MailKind.PARALLEL_VIEW, write, to=to.email, locale=to.locale, key=key)


def _when_due(view: ParallelView, *, is_overdue: bool) -> str:
    days = {"day": show_day(view.due_on, "full"), "closes": show_day(view.last_day, "full")}
    if is_overdue:
        return gettext("It was due on %(day)s. It is taken until %(closes)s.", **days)
    return gettext("Please hand it in by %(day)s. It is taken until %(closes)s.", **days)


def _link_to_view(view: ParallelView) -> Link:
    """The NGO's own page of its view."""
    return link_of(view, gettext("Open your view"), "parallel.overview")


def _link_to_comparison(about: ParallelView | Assessment) -> Link:
    return link_of(about, gettext("Open the comparison"), "divergence.compare")


def list_coordinators(country: str) -> list[User]:
    """The coordinators with an open account who decide on this country: not those of an own one."""
    query = (
        select(User)
        .where(User.is_active, User.grants.any(RoleGrant.role == Role.COORDINATOR))
        .options(selectinload(User.grants))
        .order_by(User.id)
    )
    return [one for one in db.session.scalars(query) if Relation.COORDINATOR in relations(one, country)]
