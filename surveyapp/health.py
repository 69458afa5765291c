"""Whether the process lives and whether its database is there, for whatever watches the server."""

from __future__ import annotations

import logging

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from surveyapp.accounts.permissions import Action, may
from surveyapp.database import db
from surveyapp.schema import is_current

bp = Blueprint("health", __name__)
log = logging.getLogger(__name__)


@bp.get("/healthz")
@may(Action.OPEN_PAGE)
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "alive"}


@bp.get("/readyz")
@may(Action.OPEN_PAGE)
def readyz() -> ResponseReturnValue:
    """The database is reachable and migrated; why not stands in the log alone."""
    try:
        is_ready = is_current(db.session.connection())
    except SQLAlchemyError as fault:
        log.error("not ready: %s", fault)
        is_ready = False
    return ({"status": "ready"}, 200) if is_ready else ({"status": "not ready"}, 503)
