"""The accounts of the demonstration; their passwords are printed at each start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from surveyapp.accounts.models import Role


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account that anybody may try."""

    role: Role
    email: str
    office: str
    password: str
    country: str | None = None
    objectives: tuple[str, ...] = ()  # delegated to a contributor


ACCOUNTS = (
    DemoAccount(
        Role.FOCAL_POINT,
        "focal.al@example.org",
        "National Anti-Trafficking Coordinator, Albania",
        "answer-for-albania",
        "AL",
    ),
    DemoAccount(
        Role.FOCAL_POINT,
        "focal.si@example.org",
        "National Coordinator, Slovenia",
        "answer-for-slovenia",
        "SI",
    ),
    DemoAccount(
        Role.CONTRIBUTOR,
        "welfare.al@example.org",
        "Ministry of Social Welfare, Albania",
        "answer-objective-seven",
        "AL",
        ("o07",),
    ),
    DemoAccount(Role.NGO, "ngo.al@example.org", "Shelter Network (invented)", "our-view-of-albania", "AL"),
    DemoAccount(Role.COORDINATOR, "coordinator@example.org", "Regional secretariat", "review-and-publish"),
    DemoAccount(Role.ANALYST, "analyst@example.org", "Regional secretariat, analysis", "compare-with-care"),
    DemoAccount(Role.TRANSLATOR, "translator@example.org", "Translation unit", "keep-texts-right"),
    DemoAccount(Role.ADMINISTRATOR, "admin@example.org", "Technical service", "install-and-back-up"),
)

# The focal points of other countries, so that answers have an office; nobody can sign in as one of them.
# Countries that stand in neither list have nobody to answer for them yet.
OFFICES: Mapping[str, str] = {
    "BG": "National Commission against Trafficking, Bulgaria",
    "GR": "Office of the National Rapporteur, Greece",
    "HR": "Office for Human Rights, Croatia",
    "MD": "Permanent Secretariat of the National Committee, Moldova",
    "ME": "Department for Combating Trafficking, Montenegro",
    "MK": "National Commission, North Macedonia",
    "RO": "National Agency against Trafficking, Romania",
    "RS": "Office for Coordination, Serbia",
    "TR": "Directorate for the Protection of Victims, Türkiye",
}
