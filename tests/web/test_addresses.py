"""Every address: each states what it does, refuses visitors who may not, and none disappears."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from surveyapp.accounts.guard import UnguardedView, require_every_view_guarded
from surveyapp.accounts.models import Role
from surveyapp.accounts.permissions import PERMISSIONS, Action, Relation, action_of
from surveyapp.framework.model import Framework
from tests.conftest import ClientAs
from tests.factories import make_cycle, make_user

ADDRESSES = Path(__file__).with_name("addresses.txt")
VALUES = {
    "locale": "en",
    "cycle": 2026,
    "country": "AL",
    "objective": "o07",
    "question": "o07.a1",
    "step": "accept",
    "token": "x",
    "file_id": 1,
    "view_id": 1,
    "user_id": 3,
    "number": 1,
}


def list_rules(app: Flask) -> list[tuple[str, Rule]]:
    """Each method and rule; HEAD and OPTIONS follow from the others."""
    return [
        (method, rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def address_of(app: Flask, rule: Rule) -> str:
    """The rule with an example for each of its parts."""
    values = VALUES | {"filename": "base.css"}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(
            rule.endpoint, {name: values[name] for name in rule.arguments}
        )


def test_no_address_disappears_and_none_comes_unnoticed(app: Flask) -> None:
    listed = ADDRESSES.read_text("utf-8").splitlines()
    assert sorted(f"{method} {rule.rule}" for method, rule in list_rules(app)) == listed


def test_a_view_that_states_no_action_stops_the_application_at_start(app: Flask) -> None:
    require_every_view_guarded(app)
    app.view_functions["forgotten"] = lambda: "everything"
    with pytest.raises(UnguardedView, match="forgotten"):
        require_every_view_guarded(app)


def test_a_visitor_opens_what_is_public_and_is_asked_to_sign_in_for_the_rest(
    app: Flask, client: FlaskClient, shipped: Framework
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # so that the refusal is that of the right, not of the token
    with app.app_context():
        make_cycle(shipped)
    for method, rule in list_rules(app):
        action = action_of(app.view_functions[rule.endpoint])
        assert action, rule
        response = client.open(address_of(app, rule), method=method)
        response.close()
        if Relation.VISITOR in PERMISSIONS[action]:
            assert response.status_code in (200, 302, 303, 404, 410, 422), (method, rule.rule)
            assert "sign-in" not in response.headers.get("Location", ""), (method, rule.rule)
        elif method == "GET":
            assert response.status_code == 303, rule.rule
            assert response.headers["Location"].startswith("/en/sign-in?next=/en/"), rule.rule
        else:
            assert response.status_code == 401, rule.rule


def test_no_address_answers_with_a_fault_of_ours(app: Flask, client_as: ClientAs, shipped: Framework) -> None:
    with app.app_context():
        make_cycle(shipped)
        people = [make_user(Role.FOCAL_POINT, "AL"), make_user(Role.COORDINATOR)]
    for email in people:
        client = client_as(email)
        for _, rule in list_rules(app):
            for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "TRACE"):
                with client.open(address_of(app, rule), method=method) as response:
                    assert response.status_code < 500, (method, rule.rule)


def test_a_change_is_never_made_by_reading(app: Flask) -> None:
    """Sign-out, submit and the review steps take POST alone."""
    by_rule: dict[str, set[str]] = {}
    for method, rule in list_rules(app):
        by_rule.setdefault(rule.rule, set()).add(method)
    writing = ("sign-out", "submit", "review")
    assert all(methods == {"POST"} for rule, methods in by_rule.items() if any(w in rule for w in writing))


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_asking_only_for_the_head_leads_a_visitor_to_sign_in_too(client: FlaskClient, method: str) -> None:
    assert client.open("/en/account", method=method).status_code == 303


def test_the_table_of_permissions_has_a_row_for_each_action() -> None:
    assert set(PERMISSIONS) == set(Action)
