"""Roles by their names in the page's language."""

from __future__ import annotations

from flask_babel import pgettext

from surveyapp.accounts.models import Role


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
