"""Settings, read once from `SURVEYAPP_…` environment variables; docs/settings.md lists them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

SHORTEST_SECRET = 32


class SettingsFault(Exception):
    """A setting is missing or wrong; the message names it and says how to mend it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation decides for itself."""

    database_url: str = "sqlite:///surveyapp.db"
    secret_key: str = ""
    base_url: str = ""
    framework: str = ""  # a folder; empty: the questionnaires shipped with the product
    mail_url: str = ""  # empty: mails wait in the outbox
    mail_from: str = ""
    evidence: str = ""  # a folder or s3://bucket/prefix; empty: a folder beside the SQLite database
    is_demo: bool = False

    @property
    def uses_https(self) -> bool:
        return urlsplit(self.base_url).scheme == "https"

    @property
    def trusted_hosts(self) -> list[str] | None:
        """The host names that the server answers to; None: any."""
        host = urlsplit(self.base_url).hostname
        return [host] if host else None

    @property
    def sender(self) -> str:
        """The address that mails come from."""
        return self.mail_from or f"surveyapp@{urlsplit(self.base_url).hostname or 'localhost'}"

    @property
    def evidence_place(self) -> str:
        """Where files are kept: a folder by its whole path, or `s3://bucket/prefix`."""
        if self.evidence:
            return self.evidence
        database = make_url(self.database_url)
        is_file = database.get_backend_name() == "sqlite" and database.database not in (None, "", ":memory:")
        beside = Path(str(database.database)).parent if is_file else Path()
        return str((beside / "evidence").resolve())

    def require_secret(self) -> None:
        """:raises SettingsFault: the secret key is missing or easy to guess."""
        if len(self.secret_key) < SHORTEST_SECRET or len(set(self.secret_key)) < SHORTEST_SECRET // 4:
            raise SettingsFault(
                f"SURVEYAPP_SECRET_KEY is missing or too weak; set it to {SHORTEST_SECRET} or more random "
                "characters, "
                'for example from: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process.

    :raises SettingsFault: a value that cannot be meant.
    """
    base_url = environment.get("SURVEYAPP_BASE_URL", "").rstrip("/")
    if base_url and not (urlsplit(base_url).scheme in ("http", "https") and urlsplit(base_url).hostname):
        raise SettingsFault(
            f'SURVEYAPP_BASE_URL is "{base_url}"; give the address people type, such as https://survey.example.org'
        )
    database_url = environment.get("SURVEYAPP_DATABASE_URL") or "sqlite:///surveyapp.db"
    require_known_database(database_url)
    mail_url = environment.get("SURVEYAPP_MAIL_URL", "")
    mail_from = environment.get("SURVEYAPP_MAIL_FROM", "")
    require_usable_mail(mail_url, mail_from, base_url)
    return Settings(
        database_url=with_whole_path(database_url),
        secret_key=environment.get("SURVEYAPP_SECRET_KEY", ""),
        base_url=base_url,
        framework=environment.get("SURVEYAPP_FRAMEWORK", ""),
        mail_url=mail_url,
        mail_from=mail_from,
        evidence=read_evidence_place(environment.get("SURVEYAPP_EVIDENCE", "")),
    )


def read_evidence_place(place: str) -> str:
    """A folder by its whole path, `s3://…` as it is, nothing where nothing is set.

    :raises SettingsFault: an address of another kind of store.
    """
    if "://" not in place:
        return str(Path(place).resolve()) if place else ""
    if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]*(/[\w./-]*)?", place):
        raise SettingsFault(
            f'SURVEYAPP_EVIDENCE is "{place}"; give a folder, or an address such as s3://bucket/prefix'
        )
    return place


def require_known_database(url: str) -> None:
    """:raises SettingsFault: no address of a database that this product works with; it may hold a password,
    so it is not repeated.
    """
    try:
        kind = make_url(url).get_backend_name()
    except (ArgumentError, ValueError):
        kind = ""
    if kind not in ("sqlite", "postgresql"):
        raise SettingsFault(
            "SURVEYAPP_DATABASE_URL cannot be used; give an address such as "
            "postgresql://user@host/name or sqlite:////path/surveyapp.db"
        )


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed over, and how."""

    scheme: str  # one of MAIL_PORTS
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def parse_mail_url(url: str) -> MailServer:
    """The mail server that `url` names, such as smtp+starttls://user:password@mail.example.org.

    :raises SettingsFault: it names none; it may hold a password, so it is not repeated.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in MAIL_PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise SettingsFault(
            "SURVEYAPP_MAIL_URL cannot be used; give an address such as smtp://localhost, "
            "smtp+starttls://user:password@mail.example.org:587 or smtps://user:password@mail.example.org"
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.scheme, parts.hostname, port or MAIL_PORTS[parts.scheme], user, password)


def require_usable_mail(url: str, sender: str, base_url: str) -> None:
    """:raises SettingsFault: no mail server, no address to send from, or no address for the links."""
    if url:
        parse_mail_url(url)
        if not base_url:
            raise SettingsFault(
                "SURVEYAPP_MAIL_URL needs SURVEYAPP_BASE_URL: the links in mails begin with it, "
                "such as https://survey.example.org"
            )
    if sender and not (sender.isascii() and re.fullmatch(r"[^@\s<>\"(),:;]+@[^@\s<>\"(),:;]+", sender)):
        raise SettingsFault(
            f'SURVEYAPP_MAIL_FROM is "{sender}"; give an e-mail address alone, such as survey@example.org'
        )


def with_whole_path(url: str) -> str:
    """A SQLite file named from the folder one stands in, by its whole path: all parts then mean one file."""
    prefix = "sqlite:///"
    name = url.removeprefix(prefix)
    if not url.startswith(prefix) or name.startswith("/") or name in ("", ":memory:"):
        return url
    return f"{prefix}{Path(name).resolve()}"
