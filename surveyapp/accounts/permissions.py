"""The one table of permissions: who may do what, in which state of an assessment.

Every view names an `Action`; a view that names none stops the application at start.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import StrEnum
from typing import TypeVar

from surveyapp.accounts.models import Role, User

STATES = {"d": "draft", "s": "submitted", "r": "returned", "a": "accepted", "p": "published"}
ALWAYS = "dsrap"


class Action(StrEnum):
    """All that a view or a command can be asked to do."""

    OPEN_PAGE = "open_page"  # pages that hold nothing of any country: start, sign-in, method
    USE_OWN_ACCOUNT = "use_own_account"
    SEE_OVERVIEW = "see_overview"  # how far an assessment is: counts, no answers
    VIEW_DRAFT_ANSWERS = "view_draft_answers"
    EDIT_ANSWERS = "edit_answers"
    VIEW_COMMENTS = "view_comments"
    VIEW_HISTORY = "view_history"  # who answered what when, and what they say to each other about it
    REMARK = "remark"
    MANAGE_CONTRIBUTORS = "manage_contributors"  # who works for the own country, and who is invited to
    DELEGATE = "delegate"
    HAND_OVER = "hand_over"  # an objective, from a contributor to the focal point and back
    SUBMIT = "submit"
    REVIEW = "review"  # return or accept
    REOPEN = "reopen"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    VIEW_UNPUBLISHED_RESULTS = "view_unpublished_results"
    VIEW_RESULTS = "view_results"
    MANAGE_USERS = "manage_users"  # which roles: `MAY_INVITE`
    VIEW_REVIEW_NOTES = "view_review_notes"  # the marks on single answers
    CONSENT = "consent"  # say how far results may go, and in own words what they mean
    MANAGE_CYCLES = "manage_cycles"  # open, follow, extend, reword, close
    WRITE_PARALLEL_VIEW = "write_parallel_view"  # an NGO's own; whether it is open says its cycle
    VIEW_PARALLEL_VIEWS = "view_parallel_views"  # all that were handed in, beside what the country submitted
    VIEW_SHOWN_PARALLEL_VIEWS = "view_shown_parallel_views"  # those shown to everybody, and the own one
    DECIDE_ON_PARALLEL_VIEW = "decide_on_parallel_view"  # whether it is shown to everybody


class Relation(StrEnum):
    """What a person is to one assessment and, for contributors, to one objective of it."""

    VISITOR = "visitor"
    SIGNED_IN = "signed_in"
    FOCAL_OWN = "focal_own"
    FOCAL_OTHER = "focal_other"
    CONTRIBUTOR_DELEGATED = "contributor_delegated"
    CONTRIBUTOR_OTHER = "contributor_other"
    COORDINATOR = "coordinator"
    ANALYST = "analyst"
    TRANSLATOR = "translator"
    ADMINISTRATOR = "administrator"
    NGO_OWN = "ngo_own"


R, A = Relation, Action

_EVERYBODY_PUBLISHED = dict.fromkeys(
    (R.VISITOR, R.SIGNED_IN, R.FOCAL_OTHER, R.CONTRIBUTOR_OTHER, R.TRANSLATOR, R.ADMINISTRATOR), "p"
)

# action → relation → the states in which it is allowed, a letter each: d draft, s submitted, r returned or
# reopened, a accepted, p published. What does not stand here is refused.
PERMISSIONS: dict[Action, dict[Relation, str]] = {
    A.OPEN_PAGE: dict.fromkeys(Relation, ALWAYS),
    A.USE_OWN_ACCOUNT: {R.SIGNED_IN: ALWAYS},
    A.SEE_OVERVIEW: {
        R.FOCAL_OWN: ALWAYS,
        R.CONTRIBUTOR_DELEGATED: ALWAYS,
        R.CONTRIBUTOR_OTHER: ALWAYS,
        R.COORDINATOR: ALWAYS,
        R.ANALYST: "srap",
    },
    A.VIEW_DRAFT_ANSWERS: {R.FOCAL_OWN: ALWAYS, R.CONTRIBUTOR_DELEGATED: ALWAYS},
    A.EDIT_ANSWERS: {R.FOCAL_OWN: "dr", R.CONTRIBUTOR_DELEGATED: "dr"},
    A.VIEW_COMMENTS: {
        R.FOCAL_OWN: ALWAYS,
        R.CONTRIBUTOR_DELEGATED: ALWAYS,
        R.COORDINATOR: "srap",
        R.ANALYST: "srap",
    },
    A.VIEW_HISTORY: {R.FOCAL_OWN: ALWAYS, R.CONTRIBUTOR_DELEGATED: ALWAYS},
    A.REMARK: {R.FOCAL_OWN: ALWAYS, R.CONTRIBUTOR_DELEGATED: ALWAYS},
    A.MANAGE_CONTRIBUTORS: {R.FOCAL_OWN: ALWAYS},
    A.DELEGATE: {R.FOCAL_OWN: "dr"},
    A.HAND_OVER: {R.FOCAL_OWN: "dr", R.CONTRIBUTOR_DELEGATED: "dr"},
    A.SUBMIT: {R.FOCAL_OWN: "dr"},
    A.REVIEW: {R.COORDINATOR: "s"},
    A.REOPEN: {R.COORDINATOR: "ap"},
    A.PUBLISH: {R.COORDINATOR: "a"},
    A.WITHDRAW: {R.COORDINATOR: "p"},
    A.VIEW_UNPUBLISHED_RESULTS: {
        R.FOCAL_OWN: ALWAYS,
        R.CONTRIBUTOR_DELEGATED: ALWAYS,
        R.COORDINATOR: "sra",
        R.ANALYST: "sra",
    },
    A.VIEW_RESULTS: {
        **_EVERYBODY_PUBLISHED,
        R.FOCAL_OWN: ALWAYS,
        R.CONTRIBUTOR_DELEGATED: ALWAYS,
        R.COORDINATOR: "srap",
        R.ANALYST: "srap",
    },
    A.MANAGE_USERS: {R.COORDINATOR: ALWAYS, R.ADMINISTRATOR: ALWAYS},
    A.VIEW_REVIEW_NOTES: {
        R.FOCAL_OWN: "rap",
        R.CONTRIBUTOR_DELEGATED: "rap",
        R.COORDINATOR: "srap",
        R.ANALYST: "srap",
    },
    A.CONSENT: {R.FOCAL_OWN: "ap"},
    A.MANAGE_CYCLES: {R.COORDINATOR: ALWAYS},
    A.WRITE_PARALLEL_VIEW: {R.NGO_OWN: ALWAYS},
    # Not before the government has submitted, so that neither writes from the other.
    A.VIEW_PARALLEL_VIEWS: {
        R.FOCAL_OWN: "srap",
        R.COORDINATOR: "srap",
        R.ANALYST: "srap",
        R.FOCAL_OTHER: "p",
    },
    A.VIEW_SHOWN_PARALLEL_VIEWS: _EVERYBODY_PUBLISHED,
    A.DECIDE_ON_PARALLEL_VIEW: {R.COORDINATOR: "srap"},
}

# role → the roles that it gives to others; a focal point those of the own country alone.
MAY_INVITE: dict[Role, tuple[Role, ...]] = {
    Role.FOCAL_POINT: (Role.CONTRIBUTOR,),
    Role.COORDINATOR: (Role.FOCAL_POINT, Role.ANALYST, Role.NGO),
    Role.ADMINISTRATOR: tuple(Role),
}

_REGIONAL = {
    Role.COORDINATOR: R.COORDINATOR,
    Role.ANALYST: R.ANALYST,
    Role.TRANSLATOR: R.TRANSLATOR,
    Role.ADMINISTRATOR: R.ADMINISTRATOR,
}


def relations(
    user: User | None, country: str | None = None, *, is_delegated: bool = False
) -> frozenset[Relation]:
    """What `user` (None: a visitor) is to the assessment of `country`.

    `is_delegated` says whether the objective at hand was delegated to this user.
    """
    if user is None:
        return frozenset({R.VISITOR})
    found = {R.SIGNED_IN}
    for grant in user.grants:
        if grant.role in _REGIONAL:
            found.add(_REGIONAL[grant.role])
        elif grant.role is Role.FOCAL_POINT:
            found.add(R.FOCAL_OWN if grant.country_code == country else R.FOCAL_OTHER)
        elif grant.country_code != country:
            continue
        elif grant.role is Role.NGO:
            found.add(R.NGO_OWN)
        else:
            found.add(R.CONTRIBUTOR_DELEGATED if is_delegated else R.CONTRIBUTOR_OTHER)
    if country in (*user.countries, *user.viewed_countries):
        found -= {R.COORDINATOR, R.ANALYST}  # nobody reviews an own country
    return frozenset(found)


def allows(action: Action, held: Collection[Relation], state: str) -> bool:
    """Whether one of the relations held may do the action in that state (`draft`, `submitted`, …)."""
    row = PERMISSIONS[action]
    return any(STATES[letter] == state for relation in held for letter in row.get(relation, ""))


def may_ever(action: Action, user: User | None) -> bool:
    """Whether there can be any assessment and state in which `user` may do it: the first gate of a view."""
    row = PERMISSIONS[action]
    held = set(relations(user))
    for grant in user.grants if user else ():
        if grant.role is Role.FOCAL_POINT:
            held.add(R.FOCAL_OWN)
        elif grant.role is Role.CONTRIBUTOR:
            held |= {R.CONTRIBUTOR_DELEGATED, R.CONTRIBUTOR_OTHER}
        elif grant.role is Role.NGO:
            held.add(R.NGO_OWN)
    return any(relation in row for relation in held)


def may_know(user: User, country: str) -> bool:
    """Whether `user` may know, in some state, of the assessment of `country` beyond what is published."""
    held = relations(user, country, is_delegated=True)
    known_by = (Action.SEE_OVERVIEW, Action.VIEW_COMMENTS)
    return any(relation in PERMISSIONS[action] for action in known_by for relation in held)


def may_invite(user: User, role: Role, country: str | None) -> bool:
    """Whether `user` may give that role, for that country where it belongs to one, to somebody."""
    return any(
        role in MAY_INVITE.get(grant.role, ()) and grant.country_code in (None, country)
        for grant in user.grants
    )


def invitable_roles(user: User) -> list[Role]:
    """The roles that `user` may give for any country, in the order of the roles."""
    held = [grant.role for grant in user.grants if grant.country_code is None]
    return [role for role in Role if any(role in MAY_INVITE.get(own, ()) for own in held)]


def may_manage(user: User, other: User) -> bool:
    """Whether `user` may close, reopen or remove the account of `other`: one whose every role they may give.

    An account without a role is an administrator's. For the own account there is a page of its own.
    """
    if user.id == other.id or other.removed_at is not None:
        return False
    if not other.grants:
        return user.has_role(Role.ADMINISTRATOR)
    return all(may_invite(user, grant.role, grant.country_code) for grant in other.grants)


View = TypeVar("View", bound=Callable[..., object])
_MARK = "required_action"


def may(action: Action) -> Callable[[View], View]:
    """State which action a view carries out; `accounts.guard` asks the table before the view runs."""

    def mark(view: View) -> View:
        setattr(view, _MARK, action)
        return view

    return mark


def action_of(view: Callable[..., object]) -> Action | None:
    """The action that a view states; None for one that states none."""
    return getattr(view, _MARK, None)
