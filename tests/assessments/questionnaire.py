"""One objective's page as a person uses it: what its fields hold, and sending it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.results.pages import Node, read_page

COUNTRY = "/en/assessments/2026/AL"


def text_of(node: Node) -> str:
    """What a text area holds, line by line."""
    return "".join(child for child in node.children if isinstance(child, str))


@dataclass
class Page:
    """A page that a client was given, and its form as a browser without JavaScript would send it."""

    client: FlaskClient
    path: str
    response: TestResponse
    fields: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, client: FlaskClient, path: str, response: TestResponse) -> Page:
        page = cls(client, path, response)
        page.fields = fields_of(page.form)
        return page

    @classmethod
    def open(cls, client: FlaskClient, objective: str = "o07") -> Page:
        path = f"{COUNTRY}/{objective}"
        response = client.get(path)
        assert response.status_code == 200, response.text
        return cls.of(client, path, response)

    @cached_property
    def document(self) -> Node:
        return read_page(self.response.text)

    @property
    def form(self) -> Node:
        return next(form for form in self.document.all("form") if "sheet" in form.attributes.get("class", ""))

    def send(self, **changed: str | None) -> TestResponse:
        """Press Save after changing fields, `o07_a1__level` for `o07.a1-level`; None: not sent."""
        sent = dict(self.fields)
        for name, value in changed.items():
            name = name.replace("__", "-").replace("_", ".", 1)
            if value is None:
                sent.pop(name, None)
            else:
                sent[name] = value
        return self.client.post(self.path, data=sent)

    def send_only(self, fields: dict[str, str]) -> TestResponse:
        """Send these fields and no other."""
        return self.client.post(self.path, data={"csrf_token": self.fields["csrf_token"], **fields})

    def complaint(self, field_name: str) -> str:
        """What the summary at the top says about a field; the link must lead to something on the page."""
        [link] = self.document.one(class_="summary").all("a", href=f"#{field_name}")
        assert self.document.all(id=field_name), f"nothing on the page has the id {field_name}"
        return link.text


def fields_of(form: Node) -> dict[str, str]:
    """What a browser sends of a form: radio buttons and boxes only where they are chosen."""
    fields: dict[str, str] = {}
    for node in form.all("input"):
        kind = node.attributes.get("type", "text")
        if kind in ("radio", "checkbox") and "checked" not in node.attributes:
            continue
        fields[node.attributes["name"]] = node.attributes.get("value", "on")
    for node in form.all("textarea"):
        fields[node.attributes["name"]] = text_of(node)
    return fields
