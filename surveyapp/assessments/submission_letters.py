"""The letters about what a country handed in: the receipt, sent back, accepted, published, withdrawn."""

from __future__ import annotations

from flask_babel import gettext

from surveyapp.accounts.models import User
from surveyapp.assessments.letters import country_and_year, link_of, list_focal_points, post_to_each
from surveyapp.assessments.models import Assessment, Submission
from surveyapp.mail.letters import Letter, isolated
from surveyapp.mail.models import MailKind
from surveyapp.mail.service import post


def post_return(assessment: Assessment, *, was_public: bool = False, key: str) -> None:
    """Tell the focal points that the assessment is back. What to mend is on the page, not in the letter."""

    def write() -> Letter:
        name = country_and_year(assessment)
        says = gettext(
            "The regional secretariat sent the assessment %(country_and_year)s back to you. The "
            "page of the assessment says what to mend.",
            country_and_year=isolated(name),
        )
        hidden = (gettext("Its results are hidden from the public until they are published again."),)
        return Letter(
            gettext("Sent back to you: %(country_and_year)s", country_and_year=name),
            (says, *hidden) if was_public else (says,),
            links=(link_of(assessment, gettext("Open the assessment")),),
        )

    post_to_each(MailKind.RETURNED, list_focal_points(assessment.country_code), write, key=key)


def post_accepted(assessment: Assessment, *, key: str) -> None:
    """Tell the focal points that it is accepted, and that it is theirs to say what may be shown."""

    def write() -> Letter:
        name = country_and_year(assessment)
        return Letter(
            gettext("Accepted: %(country_and_year)s", country_and_year=name),
            (
                gettext(
                    "The regional secretariat accepted the assessment %(country_and_year)s. Its results "
                    "are not public yet.",
                    country_and_year=isolated(name),
                ),
                gettext(
                    "Say what may be shown. Without a word of yours the results of all objectives can be "
                    "published."
                ),
            ),
            links=(link_of(assessment, gettext("Say what may be shown"), "reviews.give_consent"),),
        )

    post_to_each(MailKind.RECEIPT, list_focal_points(assessment.country_code), write, key=key)


def post_published(assessment: Assessment, *, key: str) -> None:
    """Tell the focal points that their results are public, and where."""

    def write() -> Letter:
        name = country_and_year(assessment)
        says = gettext(
            "The regional secretariat published the results of %(country_and_year)s. Everybody can see what "
            "your country lets be shown.",
            country_and_year=isolated(name),
        )
        return Letter(
            gettext("Published: %(country_and_year)s", country_and_year=name),
            (says,),
            links=(link_of(assessment, gettext("Open the results"), "results.profile"),),
        )

    post_to_each(MailKind.RECEIPT, list_focal_points(assessment.country_code), write, key=key)


def post_withdrawn(assessment: Assessment, *, key: str) -> None:
    """Tell the focal points that their results were public and are not any more."""

    def write() -> Letter:
        name = country_and_year(assessment)
        says = gettext(
            "The regional secretariat withdrew the published results of %(country_and_year)s. Their pages "
            "and their data are hidden from the public. Copies of them may be in use.",
            country_and_year=isolated(name),
        )
        return Letter(
            gettext("Withdrawn: %(country_and_year)s", country_and_year=name),
            (says, gettext("The assessment stays accepted; your country need not do anything.")),
            links=(link_of(assessment, gettext("Open the assessment")),),
        )

    post_to_each(MailKind.RETURNED, list_focal_points(assessment.country_code), write, key=key)


def post_receipt(assessment: Assessment, submission: Submission, to: User, *, record_hash: str) -> None:
    """Confirm to whoever submitted what was frozen, with its hash and that of the record of who did what:
    outside this installation, where nobody who rewrites the record can reach them.
    """

    def write() -> Letter:
        name = country_and_year(assessment)
        return Letter(
            gettext("Submitted: %(country_and_year)s", country_and_year=name),
            (
                gettext(
                    "The assessment %(country_and_year)s is submitted. The regional secretariat reviews it "
                    "next.",
                    country_and_year=isolated(name),
                ),
                gettext(
                    "Keep this letter. The answers are frozen under this fingerprint (SHA-256): %(hash)s",
                    hash=isolated(submission.sha256),
                ),
                gettext(
                    "The record of who did what ends with this fingerprint now: %(hash)s",
                    hash=isolated(record_hash),
                ),
            ),
            links=(link_of(assessment, gettext("Open the assessment")),),
        )

    post(MailKind.RECEIPT, write, to=to.email, locale=to.locale, key=f"receipt/{submission.id}")
