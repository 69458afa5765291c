"""How long `/forgotten` takes for an address that has an account and for one that has none.

Prints both medians and by how much they differ; over 5 percent exits with status 1. Known and unknown
addresses take turns in an order drawn by lot, each once, since an address may ask thrice an hour.

Usage: .venv/bin/python benchmarks/forgotten.py [DATABASE_URL]

Without an address it is a new SQLite file. A database that is named must be empty; it is filled.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.accounts.service import add_user
from surveyapp.app import create_app
from surveyapp.database import begin_write, db
from surveyapp.operation import prepare
from surveyapp.settings import Settings

TRIALS = 200  # of each kind
MOST_APART = 5  # percent
WARM_UP = 20


def main(url: str) -> int:
    settings = Settings(database_url=url, secret_key="x" * 48)
    prepare(settings)
    app = create_app(settings)
    # After `create_app`, which would refuse the host name that the test client uses.
    app.config["SETTINGS"] = replace(
        settings, base_url="https://survey.example.org", mail_url="smtp://127.0.0.1:1"
    )
    asked = addresses(app, TRIALS + WARM_UP)
    client = app.test_client()
    token = client.get("/en/forgotten").text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    for kind, address in asked:
        taken[kind].append(ask(client, address, token))
    medians = {kind: statistics.median(times[WARM_UP:]) * 1000 for kind, times in taken.items()}
    apart = (medians["known"] / medians["unknown"] - 1) * 100
    for kind, median in medians.items():
        print(f"{kind}: median {median:.2f} ms of {TRIALS}")
    print(f"known addresses take {apart:+.1f} % of the time of unknown ones")
    return int(abs(apart) > MOST_APART)


def addresses(app: Flask, count: int) -> list[tuple[str, str]]:
    """Each address with whether it is known; one of each kind in turn, which of them first by lot."""
    lot = random.Random(1)
    with app.app_context():
        begin_write()
        for number in range(count):
            add_user(f"known{number}@example.org", "Office", [(Role.TRANSLATOR, None)], by=None)
        db.session.commit()
    pairs = [[(kind, f"{kind}{n}@example.org") for kind in ("known", "unknown")] for n in range(count)]
    return [one for pair in pairs for one in lot.sample(pair, 2)]


def ask(client: FlaskClient, address: str, token: str) -> float:
    began = time.perf_counter()
    response = client.post("/en/forgotten", data={"email": address, "csrf_token": token})
    taken = time.perf_counter() - began
    assert response.status_code == 200, response.text
    return taken


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/surveyapp.db"))
