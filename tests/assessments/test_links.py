"""Dead links are found by a command, which asks public addresses alone; saving an answer asks nobody."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from click.testing import CliRunner
from flask import Flask

from surveyapp.assessments import evidence_cli
from surveyapp.assessments.given import GivenEvidence
from surveyapp.assessments.links import MOST_REDIRECTS, LinkChecker, is_public
from tests.conftest import ClientAs

from .acting import save
from .questionnaire import Page
from .test_record_answers import given


class Site(ThreadingHTTPServer):
    """A web server that answers by path, and notes what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        Thread(target=self.serve_forever, daemon=True).start()

    def address(self, path: str, host: str = "site.example") -> str:
        return f"http://{host}:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    server: Site

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.server.asked.append((self.command, self.path))
        self.server.headers.append(dict(self.headers))
        name, _, rest = self.path.removeprefix("/").partition("/")
        if name == "slow":
            with suppress(OSError):
                self.wfile.write(b"HTTP/1.0 200 OK\r\n")
                for _ in range(300):
                    self.wfile.write(b"X: y\r\n")
                    time.sleep(0.1)
            return
        status, location = int(name) if name.isdigit() else 200, ""
        if name == "to":
            status, location = 302, rest
        elif name == "round":
            status, location = 302, f"/round/{int(rest or 0) + 1}"
        elif name == "get":
            status = 405 if self.command == "HEAD" else 200
        self.send_response(status)
        self.send_header("Set-Cookie", "a=b")
        if location:
            self.send_header("Location", location)
        self.end_headers()

    do_GET = do_HEAD


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        yield server
        server.shutdown()


def find(host: str, _port: int) -> list[str]:
    """Names as these tests use them: `site.example` is this machine, an address is itself."""
    known = {"site.example": "127.0.0.1", "inside.example": "10.0.0.1", "both.example": "127.0.0.1"}
    if host == "gone.example":
        raise socket.gaierror("unknown")
    return [known.get(host, host)] + (["169.254.169.254"] if host == "both.example" else [])


HERE = LinkChecker(find_addresses=find, may_ask=lambda address: address == "127.0.0.1", step_seconds=2)


@pytest.mark.parametrize(
    "path", ["/", "", "/page?q=1#part", "/ü/تقرير", "/get", "/401", "/403", "/429", "/to//page"]
)
def test_a_link_that_leads_somewhere_is_not_dead(site: Site, path: str) -> None:
    assert HERE.why_dead(site.address(path)) == ""


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/404", "404 Not Found"),
        ("/410", "410 Gone"),
        ("/500", "500 Internal Server Error"),
        ("/to//404", "404 Not Found"),
        ("/round", f"more than {MOST_REDIRECTS} redirects"),
        ("/to/ftp://site.example/", "leads to an address that is no web address"),
        ("/to/http://inside.example/", "not asked: the host inside.example is inside a network"),
        ("/to/http://169.254.169.254/latest", "not asked: the host 169.254.169.254 is inside a network"),
    ],
)
def test_a_dead_link_says_why(site: Site, path: str, why: str) -> None:
    assert HERE.why_dead(site.address(path)) == why


def test_a_link_without_a_server_says_why() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert HERE.why_dead(f"http://site.example:{port}/") == "cannot connect: Connection refused"
    assert HERE.why_dead("http://gone.example/") == "the host gone.example is not known"
    assert HERE.why_dead("http://[::1/").startswith("the address cannot be read")
    assert HERE.why_dead("http://site.example:99999/").startswith("the address cannot be read")
    assert HERE.why_dead(f"https://site.example:{port}/").startswith("cannot connect")


def test_a_server_that_drips_is_left_after_a_while(site: Site) -> None:
    hasty = LinkChecker(find, HERE.may_ask, step_seconds=10, whole_seconds=1)
    began = time.monotonic()
    assert hasty.why_dead(site.address("/slow")) == "no answer: it takes too long"
    assert time.monotonic() - began < 15  # it would drip for 30


def test_no_cookie_is_sent_and_the_head_is_asked_first(site: Site) -> None:
    HERE.why_dead(site.address("/to//get"))
    assert site.asked == [("HEAD", "/to//get"), ("HEAD", "/get"), ("GET", "/to//get"), ("GET", "/get")]
    assert all("Cookie" not in headers and "Referer" not in headers for headers in site.headers)
    assert site.headers[0]["Host"] == f"site.example:{site.server_port}"


def test_a_host_with_one_address_inside_is_not_asked_at_all(site: Site) -> None:
    assert "inside a network" in HERE.why_dead(site.address("/", "both.example"))
    assert site.asked == []


def test_a_name_that_changes_its_meaning_is_asked_where_it_was_looked_at(site: Site) -> None:
    """A name may mean a public address when it is looked at and an inner one when it is connected to."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    asked: list[str] = []

    def rebind(host: str, _port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    checker = LinkChecker(rebind, HERE.may_ask, step_seconds=2)
    assert checker.why_dead(site.address("/page")) == ""
    assert len(asked) == len(site.asked) == 1


INNER = [
    "127.0.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "::7f00:1",
    "2001:0:0:0:0:0:80ff:fefe",
]
OUTER = ["8.8.8.8", "2a00:1450:4001:80b::200e", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INNER)
def test_an_address_of_a_machine_a_network_or_a_cloud_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2a00:1450:4001:80b::200e", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


def test_saving_a_link_opens_no_connection_and_looks_up_no_name(
    app: Flask, client_as: ClientAs, focal_point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_as(focal_point)
    page = Page.open(client)
    tried: list[object] = []
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, lambda _self, address: tried.append(address))
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, lambda *arguments, **_: tried.append(arguments))
    for number, url in enumerate(("http://169.254.169.254/latest/meta-data", "https://example.org/law")):
        fields = {f"o07.a{number + 1}-evidence_title": "Law", f"o07.a{number + 1}-evidence_url": url}
        page.fields.update(fields)
    assert page.send().status_code == 303
    assert "169.254.169.254" in client.get(page.path).text
    assert tried == []


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://h/x"]
)
def test_a_link_that_is_no_web_address_is_refused(client_as: ClientAs, focal_point: str, url: str) -> None:
    page = Page.open(client_as(focal_point))
    response = page.send(o07_a1__evidence_title="Law", o07_a1__evidence_url=url)
    assert response.status_code == 422


def test_the_command_prints_a_line_for_each_dead_link_and_opens_each_address_once(
    app: Flask, focal_point: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        dead, alive = GivenEvidence("Law", site.address("/404")), GivenEvidence("Act", site.address("/page"))
        save(focal_point, given("3", new_evidence=(dead, alive)))
        save(focal_point, given("3", question="o07.a2", new_evidence=(dead, GivenEvidence("Paper"))))
        monkeypatch.setattr(evidence_cli, "LinkChecker", lambda: HERE)
        done = CliRunner().invoke(evidence_cli.evidence, ["links"])
        assert done.exit_code == 0, done.output
        assert done.stdout.splitlines() == [
            f"AL 2026 {question} {dead.url} 404 Not Found" for question in ("o07.a1", "o07.a2")
        ]
        assert done.stderr.splitlines() == ["2 links to open", "1 lead nowhere"]
        assert sorted(site.asked) == [("GET", "/404"), ("HEAD", "/404"), ("HEAD", "/page")]
        other = CliRunner().invoke(evidence_cli.evidence, ["links", "--cycle", "2025"])
        assert (other.exit_code, other.stdout) == (0, "")


def test_the_sweep_lists_first_and_deletes_only_when_told(app: Flask, focal_point: str) -> None:
    with app.app_context():
        store = evidence_cli.get_store()
        left = store.put(b"its row never came")
        listed = CliRunner().invoke(evidence_cli.evidence, ["sweep"])
        assert listed.stdout == f"nothing names {left}\n" and "--delete" in listed.stderr
        assert list(store.list()) == [left]
        done = CliRunner().invoke(evidence_cli.evidence, ["sweep", "--delete"])
        assert done.stdout == f"deleted {left}\n"
        assert list(store.list()) == []
