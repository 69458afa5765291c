"""The letters about accounts: invitations, and links for a new password."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer

from surveyapp.accounts.models import Invitation, PasswordLink, Role, User
from surveyapp.accounts.words import expiry_words, role_name
from surveyapp.mail.letters import Letter, Link, isolated, link_to
from surveyapp.mail.models import MailKind
from surveyapp.mail.service import post, take_back
from surveyapp.web.countries import country_name
from surveyapp.web.locale import current_locale


def post_invitation(invitation: Invitation, token: str, inviter: str, objectives: Sequence[str] = ()) -> None:
    """Write to whoever is invited; `objectives` are titles in the language of the invitation."""

    def write() -> Letter:
        subject, asks = _what_is_asked(invitation, isolated(inviter))
        named = (gettext("These objectives are yours to answer:"),) if objectives else ()
        return Letter(
            subject,
            (asks, *named),
            items=tuple(objectives),
            links=(Link(gettext("Accept the invitation"), invitation_url(token)),),
            notes=(
                gettext(
                    "The link works once, until %(moment)s. Whoever has it can accept in your place, so pass "
                    "it on to nobody.",
                    moment=expiry_words(invitation),
                ),
                gettext("If you did not expect this, do nothing: without the link there is no account."),
            ),
        )

    post(
        MailKind.INVITATION,
        write,
        to=invitation.email,
        locale=invitation.locale,
        key=f"{_invitation_keys(invitation)}{invitation.token_hash[:16]}",
        expires_at=invitation.expires_at,
    )


def _what_is_asked(invitation: Invitation, office: str) -> tuple[str, str]:
    """The subject of an invitation, and its first sentence, in the present language."""
    if invitation.country_code is None:
        asks = gettext(
            "%(office)s invites you to the questionnaires on action against trafficking in human beings. "
            "Your role: %(role)s.",
            office=office,
            role=role_name(invitation.role),
        )
        return gettext("Invitation to surveyapp"), asks
    country = country_name(invitation.country_code)
    if invitation.role is Role.NGO:
        asks = gettext(
            "%(office)s invites you to answer the questionnaires on action against trafficking in human "
            "beings for %(country)s from the view of your organisation. Your view stands beside the "
            "government’s answers and never enters its scores.",
            office=office,
            country=isolated(country),
        )
        return gettext("Invitation to give your view of %(country)s", country=country), asks
    asks = gettext(
        "%(office)s invites you to work on the answers of %(country)s to the questionnaires on "
        "action against trafficking in human beings. Your role: %(role)s.",
        office=office,
        country=isolated(country),
        role=role_name(invitation.role),
    )
    return gettext("Invitation to work on the answers of %(country)s", country=country), asks


def take_invitation_back(invitation: Invitation) -> None:
    """Remove its letters that did not leave yet: their link opens nothing any more."""
    take_back(_invitation_keys(invitation))


def _invitation_keys(invitation: Invitation) -> str:
    return f"invitation/{invitation.id}/"


def invitation_url(token: str, locale: str | None = None) -> str:
    """The link that accepts, for a letter or for a page that shows it to be handed over."""
    return link_to("people.accept_invitation", locale or current_locale(), token=token)


def post_password_link(link: PasswordLink, token: str, to: str | None, locale: str) -> None:
    """Write the link for a new password to an address."""

    def write() -> Letter:
        url = link_to("accounts.new_password", current_locale(), token=token)
        return Letter(
            gettext("A new password"),
            (gettext("Somebody asked for a new password for this address. If it was you, open this link:"),),
            links=(Link(gettext("Choose a new password"), url),),
            notes=(
                gettext("The link works once, for 30 minutes. All your browsers are signed out then."),
                gettext("If it was not you, do nothing: your password stays as it is."),
            ),
        )

    key = f"password/{link.id}"
    post(MailKind.PASSWORD, write, to=to, locale=locale, key=key, expires_at=link.expires_at)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="unsubscribe")


def unsubscribe_link(user: User) -> Link:
    """The link in each reminder that ends them, without signing in. It never expires."""
    url = link_to("accounts.reminders", current_locale(), token=_signer().dumps(user.id))
    return Link(gettext("Receive no more reminders"), url)


def read_unsubscribe_token(token: str) -> int | None:
    """Whose reminders the token is about; None for one that this installation did not make."""
    try:
        number = _signer().loads(token)
    except BadSignature:
        return None
    return number if isinstance(number, int) else None
