"""Roles, and until when an invitation can be accepted, in the page's language."""

from __future__ import annotations

from flask_babel import pgettext

from surveyapp.accounts.models import Country, Invitation, Role
from surveyapp.database import db
from surveyapp.web.pages import show_moment
from surveyapp.web.time_zones import show_moment_in, zone_of


def expiry_words(invitation: Invitation) -> str:
    """Until when it can be accepted: by the clock of its country, in UTC where it is for none."""
    country = db.session.get(Country, invitation.country_code) if invitation.country_code else None
    if country is None:
        return show_moment(invitation.expires_at)
    return show_moment_in(invitation.expires_at, zone_of(country.code, country.time_zone))


def role_name(role: Role) -> str:
    """What people call the role."""
    names = {
        # Translators: the national focal point, who answers for a country.
        Role.FOCAL_POINT: pgettext("role", "focal point"),
        # Translators: a ministry, agency or organisation that answers some objectives for a country.
        Role.CONTRIBUTOR: pgettext("role", "contributor"),
        # Translators: of the regional body; opens cycles, reviews, publishes.
        Role.COORDINATOR: pgettext("role", "coordinator"),
        Role.ANALYST: pgettext("role", "analyst"),
        Role.TRANSLATOR: pgettext("role", "translator"),
        Role.ADMINISTRATOR: pgettext("role", "administrator"),
        # Translators: a non-governmental organisation that gives its own view of a country.
        Role.NGO: pgettext("role", "NGO"),
    }
    return names[role]
