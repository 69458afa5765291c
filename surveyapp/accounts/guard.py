"""The gate before every view: who is asking, and does the table of permissions let them in."""

from __future__ import annotations

from typing import NoReturn

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.accounts import service
from surveyapp.accounts.errors import NoRole, NoRoleForCountry
from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action, action_of, may_ever, may_know
from surveyapp.refusals import NotKnown
from surveyapp.web.requests import READING_METHODS


class UnguardedView(Exception):
    """A view does not state which action it carries out."""


def find_current_user() -> User | None:
    """Who is signed in, None for a visitor."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def get_current_user() -> User:
    """Who is signed in, in a view that visitors never reach.

    :raises RuntimeError: a visitor reached it all the same.
    """
    user = find_current_user()
    if user is None:
        raise RuntimeError("this view is open to visitors; use find_current_user")
    return user


def init_app(app: Flask) -> None:
    """Load the signed-in user on each request and ask the table before each view."""
    manager = LoginManager()
    manager.session_protection = None  # sessions live in the database; a cookie alone proves nothing
    manager.user_loader(service.find_session_user)
    manager.init_app(app)
    app.before_request(require_permission)
    app.after_request(keep_signed_in)
    app.after_request(keep_private)


def require_permission() -> BaseResponse | None:
    """Refuse what the table does not allow to this person in any state: 403, or the way to sign in.

    404 where the address names a country whose assessments this person may not know of.
    """
    if request.endpoint is None:  # no such address: the error page says so
        return None
    view = current_app.view_functions[request.endpoint]
    action = action_of(view)
    if action is Action.OPEN_PAGE or (action and may_ever(action, find_current_user())):
        return None
    user = find_current_user()
    if user is not None:
        refuse(user, (request.view_args or {}).get("country"))
    if request.method not in READING_METHODS:  # the page of this refusal gives the typed text back
        abort(401)
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)


def refuse(user: User, country: str | None) -> NoReturn:
    """Say why this account opens nothing at an address, which names a country or none."""
    is_secret = country is not None and not may_know(user, country)
    if not user.grants:
        raise NoRoleForCountry if is_secret else NoRole
    if is_secret:
        raise NotKnown
    abort(403)


def require_every_view_guarded(app: Flask) -> None:
    """Stop at start when a view names no action, so that none is open by oversight.

    :raises UnguardedView: naming the endpoints.
    """
    unguarded = sorted(name for name, view in app.view_functions.items() if action_of(view) is None)
    if unguarded:
        raise UnguardedView(f"these views state no action; add @may(Action.…): {', '.join(unguarded)}")


def keep_private(response: Response) -> Response:
    """Pages of signed-in people, and pages with a form, are kept by no cache on the way."""
    if response.cache_control.immutable:  # addressed by its content, the same for everybody
        return response
    has_form = "csrf_token" in g  # made for this page
    if has_form or session.modified or "_user_id" in session:  # it need not hold any more
        response.headers["Cache-Control"] = "no-store"
    return response


def keep_signed_in(response: Response) -> Response:
    """Note that the person is still there, once the page has read and written all that it needs."""
    user = g.get("_login_user")  # set by Flask-Login where somebody asked who this is
    if user is not None and user.is_authenticated:
        service.keep_session_alive(user)
    return response
