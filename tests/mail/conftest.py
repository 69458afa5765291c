"""Who sits at the browser."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.framework.model import Framework
from tests.accounts.browsers import send_sign_in
from tests.factories import make_cycle, make_user


@pytest.fixture
def focal(mailing_app: Flask, shipped: Framework) -> FlaskClient:
    """Albania's focal point, signed in."""
    with mailing_app.app_context():
        make_cycle(shipped)
        email = make_user(Role.FOCAL_POINT, "AL")
    client = mailing_app.test_client()
    assert send_sign_in(client, email).status_code == 303
    return client
