"""The application: the one place that knows every part."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path

from flask import Flask
from flask_wtf import CSRFProtect

from surveyapp import database, held
from surveyapp.accounts import admin_steps, guard, next_steps
from surveyapp.accounts.held import HOLDING as ACCOUNTS_HELD
from surveyapp.accounts.managing import bp as managed_bp
from surveyapp.accounts.own_data_views import bp as own_data_bp
from surveyapp.accounts.people import bp as users_bp
from surveyapp.accounts.permissions import Action, may
from surveyapp.accounts.views import bp as accounts_bp
from surveyapp.assessments import evidence_store, next_steps_region, parallel_steps
from surveyapp.assessments import next_steps as country_steps
from surveyapp.assessments.cycle_views import bp as cycles_bp
from surveyapp.assessments.file_views import bp as files_bp
from surveyapp.assessments.frameworks import list_places
from surveyapp.assessments.held import HOLDING as ASSESSMENTS_HELD
from surveyapp.assessments.leaving_views import bp as leaving_bp
from surveyapp.assessments.parallel_held import HOLDING as PARALLEL_VIEWS_HELD
from surveyapp.assessments.parallel_views import bp as parallel_bp
from surveyapp.assessments.people import bp as people_bp
from surveyapp.assessments.question_views import bp as questions_bp
from surveyapp.assessments.retention_views import bp as retention_bp
from surveyapp.assessments.review_views import bp as reviews_bp
from surveyapp.assessments.views import bp as assessments_bp
from surveyapp.audit.held import HOLDING as AUDIT_HELD
from surveyapp.health import bp as health_bp
from surveyapp.language import next_steps as translator_steps
from surveyapp.language.locales import interface_locales, native_name, negotiate, parse_accept_language
from surveyapp.language.shipped import translations_folder
from surveyapp.language.views import bp as language_bp
from surveyapp.mail.held import HOLDING as MAIL_HELD
from surveyapp.mail.letters import unmarked
from surveyapp.results.api import bp as api_bp
from surveyapp.results.divergence_views import bp as divergence_bp
from surveyapp.results.views import bp as results_bp
from surveyapp.settings import Settings
from surveyapp.web import errors, headers, locale, pages, requests

HOLDINGS = (  # what is held about people, by package
    ACCOUNTS_HELD,
    MAIL_HELD,
    ASSESSMENTS_HELD,
    PARALLEL_VIEWS_HELD,
    AUDIT_HELD,
)
WEB = Path(__file__).parent / "web"
BLUEPRINTS = (
    accounts_bp,
    own_data_bp,
    users_bp,
    managed_bp,
    assessments_bp,
    cycles_bp,
    retention_bp,
    questions_bp,
    files_bp,
    reviews_bp,
    people_bp,
    parallel_bp,
    leaving_bp,
    results_bp,
    divergence_bp,
    language_bp,
    api_bp,
    health_bp,
)

NEXT_STEPS = (
    country_steps.list_steps,
    next_steps_region.list_steps,
    parallel_steps.list_steps,
    translator_steps.list_steps,
    admin_steps.list_steps,
)


def configuration(settings: Settings) -> dict[str, object]:
    """What Flask and its extensions are told."""
    return {
        # Commands that open no session need no secret; the server requires one before it gets here.
        "SECRET_KEY": settings.secret_key or secrets.token_hex(32),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": dict(database.engine_options(settings.database_url)),
        "SESSION_COOKIE_NAME": "surveyapp",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.uses_https,
        "TRUSTED_HOSTS": settings.trusted_hosts,
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session: forms stay open for hours here
        "BABEL_TRANSLATION_DIRECTORIES": str(translations_folder()),
        "SETTINGS": settings,
    }


def create_app(settings: Settings) -> Flask:
    """An application over the database that `settings` names.

    :raises UnguardedView: a view that states no action; the application does not start then.
    :raises SettingsFault: the place for evidence files cannot be used.
    """
    app = Flask(
        __name__,
        static_folder=str(WEB / "static"),
        static_url_path="/static",
        template_folder=str(WEB / "templates"),
    )
    app.config.update(configuration(settings))
    app.json.sort_keys = False  # type: ignore[attr-defined]
    database.init_app(app)
    held.init_app(app, HOLDINGS)
    evidence_store.init_app(app, settings)
    requests.init_app(app)
    CSRFProtect(app).exempt("surveyapp.accounts.views.reminders")  # mail programs send it without a page
    names = {code: native_name(code) for code in interface_locales()}
    locale.init_app(app, names, lambda header, offered: negotiate(parse_accept_language(header), offered))
    pages.init_app(app, is_demo=settings.is_demo)
    app.jinja_env.filters["unmarked"] = unmarked
    errors.init_app(app, list_places)
    guard.init_app(app)
    next_steps.init_app(app, NEXT_STEPS)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    may(Action.OPEN_PAGE)(app.view_functions["static"])
    guard.require_every_view_guarded(app)
    headers.init_app(app, uses_https=settings.uses_https)
    logging.getLogger("surveyapp").setLevel(logging.INFO)
    return app
