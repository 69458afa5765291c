"""The way in: `/` leads to the visitor's language, and a choice of language is remembered."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.accounts.permissions import Action, may
from surveyapp.accounts.views import own_address
from surveyapp.web.locale import COOKIE, current_locale, negotiated_locale, url_code

bp = Blueprint("language", __name__)

ONE_YEAR = 365 * 24 * 3600


@bp.get("/")
@may(Action.OPEN_PAGE)
def root() -> ResponseReturnValue:
    """To the start page in the language of account, cookie or browser."""
    response = redirect(url_for("results.start", locale=negotiated_locale()), 302)
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/<locale:locale>/language")
@may(Action.OPEN_PAGE)
def choose() -> ResponseReturnValue:
    """Remember the language of this address in a cookie and go to the same page in it."""
    locale = current_locale()
    response = redirect(in_locale(own_address(request.args.get("to")), locale), 303)
    response.set_cookie(
        COOKIE,
        url_code(locale),
        max_age=ONE_YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def in_locale(address: str, locale: str) -> str:
    """The same address with its first part, the locale, exchanged."""
    parts = urlsplit(address)
    pieces = parts.path.split("/")
    pieces[1] = url_code(locale)
    path = "/".join(pieces) if len(pieces) > 2 else f"/{url_code(locale)}/"
    return parts._replace(path=path).geturl()
