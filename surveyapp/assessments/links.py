"""Whether the links given as evidence still lead somewhere.

Run by an administrator's command alone: the server itself never opens what somebody typed. Only public
addresses are asked, and it is the address that was looked at which is connected to.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Event, Timer
from urllib.parse import SplitResult, urljoin, urlsplit

from sqlalchemy import select

from surveyapp.assessments.models import Answer, Assessment, Cycle, Evidence
from surveyapp.assessments.parallel_models import ParallelAnswer, ParallelState, ParallelView
from surveyapp.database import db

STEP_SECONDS = 10  # to connect, and to wait for the next bytes
WHOLE_SECONDS = 30  # for one request, however slowly it is answered
MOST_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
MOVED = (301, 302, 303, 307, 308)
GONE = (404, 410)
HEADERS = {"User-Agent": "surveyapp evidence links", "Accept": "*/*", "Connection": "close"}
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # all that IPv6 uses on the internet
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 addresses written as IPv6 ones


@dataclass(frozen=True, slots=True)
class Link:
    """A link that supports an answer, as it stands now."""

    country: str
    cycle: int
    question_id: str
    url: str


def list_links(year: int | None) -> list[Link]:
    """The links of one cycle, or of all, newest cycle first; then those of NGOs' views that are handed in."""
    query = (
        select(Assessment.country_code, Cycle.year, Answer.question_id, Evidence.url)
        .join(Answer, Answer.assessment_id == Assessment.id)
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .join(Evidence, Evidence.answer_id == Answer.id)
        .where(Evidence.url.is_not(None))
        .order_by(Cycle.year.desc(), Assessment.country_code, Answer.id, Evidence.id)
    )
    if year is not None:
        query = query.where(Cycle.year == year)
    governments = [
        Link(country, cycle, place, url or "") for country, cycle, place, url in db.session.execute(query)
    ]
    return governments + _list_links_of_ngos(year)


def _list_links_of_ngos(year: int | None) -> list[Link]:
    """Once handed in, a view has one version of each answer."""
    query = (
        select(ParallelView.country_code, Cycle.year, ParallelAnswer.question_id, ParallelAnswer.documents)
        .join(ParallelAnswer, ParallelAnswer.view_id == ParallelView.id)
        .join(Cycle, Cycle.id == ParallelView.cycle_id)
        .where(ParallelView.state == ParallelState.HANDED_IN, ParallelAnswer.documents.is_not(None))
        .order_by(Cycle.year.desc(), ParallelView.country_code, ParallelAnswer.id)
    )
    if year is not None:
        query = query.where(Cycle.year == year)
    return [
        Link(country, cycle, place, document["url"])
        for country, cycle, place, documents in db.session.execute(query)
        for document in json.loads(documents or "[]")
        if document["url"]
    ]


class Unreachable(Exception):
    """A link that leads nowhere; says why."""


def find_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, in the order to try them.

    :raises OSError: it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(address: str) -> bool:
    """Whether an address is one of the whole internet: none of this machine, of a network around it, or of
    those that clouds answer with their secrets."""
    parsed = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo or (None, None))[1]
        if parsed in TRANSLATED:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if parsed not in GLOBAL_UNICAST:
            return False
    return parsed.is_global and not parsed.is_multicast


@dataclass(frozen=True, slots=True)
class LinkChecker:
    """Asks web servers; what a name means and which addresses may be asked can be replaced."""

    find_addresses: Callable[[str, int], Sequence[str]] = find_addresses
    may_ask: Callable[[str], bool] = is_public
    step_seconds: float = STEP_SECONDS
    whole_seconds: float = WHOLE_SECONDS

    def why_dead(self, url: str) -> str:
        """Why a link leads nowhere, in a few words; empty for one that leads somewhere.

        A page that asks to sign in, or refuses programs, is there.
        """
        try:
            status, reason = self._ask("HEAD", url)
            if status >= 400:  # many servers answer HEAD badly
                status, reason = self._ask("GET", url)
        except Unreachable as fault:
            return str(fault)
        return f"{status} {reason}".strip() if status in GONE or status >= 500 else ""

    def _ask(self, method: str, url: str) -> tuple[int, str]:
        """The status at the end of all redirects.

        :raises Unreachable: no answer, or a redirect that is not followed.
        """
        for _ in range(MOST_REDIRECTS + 1):
            status, reason, location = self._ask_once(method, url)
            if status not in MOVED or not location:
                return status, reason
            url = urljoin(url, location)
        raise Unreachable(f"more than {MOST_REDIRECTS} redirects")

    def _ask_once(self, method: str, url: str) -> tuple[int, str, str]:
        try:
            parts = urlsplit(url)
            if parts.scheme not in PORTS or not parts.hostname:
                raise Unreachable("leads to an address that is no web address")
            connection = self._connect(parts, parts.hostname, parts.port or PORTS[parts.scheme])
        except ValueError as fault:
            raise Unreachable(f"the address cannot be read: {fault}") from fault
        target = parts._replace(scheme="", netloc="", fragment="", path=parts.path or "/").geturl()
        is_late = Event()
        limit = Timer(self.whole_seconds, _hang_up, [connection, is_late])
        limit.start()
        try:
            connection.request(method, _in_ascii(target), headers=HEADERS)
            response: HTTPResponse = connection.getresponse()
            if is_late.is_set():  # what was cut off reads like an answer
                raise TimeoutError
            return response.status, response.reason, response.headers.get("Location", "")
        except (OSError, HTTPException, ValueError) as fault:
            why = TimeoutError() if is_late.is_set() else fault  # hanging up can end in any of them
            raise Unreachable(f"no answer: {_words(why)}") from fault
        finally:
            limit.cancel()
            connection.close()

    def _connect(self, parts: SplitResult, host: str, port: int) -> HTTPConnection:
        """A connection to the first address that takes it; all of them are looked at before.

        :raises Unreachable: the host is unknown, not public, or does not answer.
        """
        try:
            addresses = self.find_addresses(host, port)
        except (OSError, UnicodeError) as fault:
            raise Unreachable(f"the host {host} is not known") from fault
        if not addresses or not all(map(self.may_ask, addresses)):
            raise Unreachable(f"not asked: the host {host} is inside a network")
        last: OSError | None = None
        for address in addresses:
            try:
                plain = socket.create_connection((address, port), self.step_seconds)
            except OSError as refused:
                last = refused
                continue
            try:
                return _over(plain, parts, host, port)
            except OSError as refused:
                plain.close()
                last = refused
        raise Unreachable(f"cannot connect: {_words(last)}") from last


def _over(plain: socket.socket, parts: SplitResult, host: str, port: int) -> HTTPConnection:
    """HTTP over a socket that is connected already, inside TLS where the address asks for it."""
    connection = HTTPConnection(host, port)
    if parts.scheme == "https":
        plain = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        connection.default_port = PORTS["https"]  # so that the Host header names no port
    connection.sock = plain
    return connection


def _hang_up(connection: HTTPConnection, is_late: Event) -> None:
    """End a request that is answered too slowly, whatever it waits for."""
    is_late.set()
    if connection.sock is not None:
        with suppress(OSError):  # it ended by itself meanwhile
            connection.sock.shutdown(socket.SHUT_RDWR)


def _in_ascii(target: str) -> str:
    """Letters of other alphabets as browsers send them; what is escaped already stays."""
    return "".join(c if "!" <= c <= "~" else "".join(f"%{byte:02X}" for byte in c.encode()) for c in target)


def _words(fault: Exception | None) -> str:
    if isinstance(fault, TimeoutError):
        return "it takes too long"
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({fault.verify_message})"
    text = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
    return " ".join(text.split())
