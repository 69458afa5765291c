"""The application that the tests of results visit, and all that a visitor can be sent of results."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from flask import Flask

from surveyapp.app import create_app
from surveyapp.database import Base, db
from surveyapp.settings import Settings
from tests.conftest import COMPILED

from .world import World

YEARS = (2025, 2026)
SHOWING = ("results", "divergence", "api")  # the parts of the site that show what is published


def make_app(path: Path) -> Flask:
    """The application over a SQLite file."""
    app = create_app(Settings(database_url=f"sqlite:///{path}"))
    app.jinja_env.bytecode_cache = COMPILED
    return app


@contextmanager
def application(path: Path) -> Iterator[Flask]:
    """The same, until the test is over."""
    app = make_app(path)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def make_tables(path: Path) -> None:
    with application(path) as app, app.app_context():
        Base.metadata.create_all(db.engine)


def list_addresses(app: Flask) -> list[str]:
    """All that anybody can get of results, with the choices that pages and programs have."""
    values = {"locale": "en", "country": "AL"}
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.split(".")[0] not in SHOWING:
            continue
        with app.test_request_context():
            found += [
                app.url_for(rule.endpoint, **{k: v for k, v in place.items() if k in rule.arguments})
                for cycle, objective in product(YEARS, ("o01", "o02", "overall"))
                for place in [{**values, "cycle": cycle, "objective": objective}]
            ]
    chosen = product(("all", "implementation", "results", "participation"), ("declared", "evidenced", "gap"))
    found += [f"/en/results/2026?show={show}&score={score}" for show, score in chosen]
    found += [f"/en/results/2026/figure.json?score={score}" for score in ("evidenced", "gap")]
    found += [
        "/en/results/2026?bounds=no",
        "/en/results/2026?bounds=band",
        "/en/results/2026/figure.json?bounds=band",
    ]
    named = ("AL-2025", "AL-2026", "BA-2026")
    found += [f"/en/results/compare?a={a}&b={b}" for a, b in product(named, named)]
    found += [
        f"/en/results/2026/AL/parallel?questions={questions}&rows={rows}&ngo={ngo}"
        for questions, rows, ngo in product(("all", "o01"), ("all", "different"), (0, 1))
    ]
    found += [f"/en/results/2026/AL{page}?as=public" for page in ("", "/o01", "/o02", "/overall")]
    return list(dict.fromkeys(found))


def read_site(world: World, addresses: Iterable[str] = ()) -> dict[str, str]:
    """What a visitor is sent, by address, with its headers, without what is new each time; of all that
    there is, or of these addresses.
    """
    client, sent = world.app.test_client(), {}
    for address in addresses or list_addresses(world.app):
        response = client.get(address)
        assert response.status_code < 500, address
        head = f"{response.status} {response.headers.get('ETag')} {response.headers.get('Content-Type')}"
        sent[address] = head + re.sub(r'name="csrf_token"[^>]*', "", response.text)
    return sent
