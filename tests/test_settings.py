"""Settings: each is documented, and a value that cannot be meant is refused in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from surveyapp.settings import MailServer, Settings, SettingsFault, parse_mail_url, read_settings

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "settings.md"


class Asked(Mapping[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def documented() -> dict[str, list[str]]:
    """The rows of the table, by name."""
    rows = re.findall(r"^\| `(SURVEYAPP_\w+)` \|(.*)\|$", DOCUMENT.read_text("utf-8"), re.M)
    return {name: [cell.strip() for cell in rest.split(" | ")] for name, rest in rows}


def test_each_setting_stands_in_the_table_once_and_nothing_else_does() -> None:
    asked = Asked()
    read_settings(asked)
    in_sources = {
        name
        for path in (ROOT / "surveyapp").rglob("*.py")
        for name in re.findall(r"SURVEYAPP_[A-Z_]+", path.read_text("utf-8"))
    }
    assert set(documented()) == asked.names == in_sources
    assert all(len(cells) == 3 and all(cells) for cells in documented().values())


def test_the_defaults_in_the_table_are_those_of_the_code() -> None:
    assert f"`{Settings().database_url}`" in documented()["SURVEYAPP_DATABASE_URL"][1]


def test_an_empty_environment_is_a_trial_with_a_file_in_this_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})
    assert settings.database_url == f"sqlite:///{tmp_path / 'surveyapp.db'}"
    assert settings.trusted_hosts is None and not settings.uses_https and not settings.is_demo


@pytest.mark.parametrize("value", ["survey.example.org", "ftp://survey.example.org", "https://", "//x", "x"])
def test_a_base_url_that_nobody_can_open_is_refused(value: str) -> None:
    with pytest.raises(SettingsFault, match=r"SURVEYAPP_BASE_URL .* such as https://"):
        read_settings({"SURVEYAPP_BASE_URL": value})


@pytest.mark.parametrize(
    "value",
    ["no address", "mysql://h/x", "mysql+nothing://x", "mssql+pymssql://h/x", "postgresql://h:port/pass"],
)
def test_a_database_that_is_not_worked_with_is_refused_and_its_address_not_repeated(value: str) -> None:
    with pytest.raises(SettingsFault, match="SURVEYAPP_DATABASE_URL cannot be used") as refused:
        read_settings({"SURVEYAPP_DATABASE_URL": value})
    assert value not in str(refused.value)


def test_the_base_url_says_which_host_is_ours_and_whether_cookies_need_https() -> None:
    settings = read_settings({"SURVEYAPP_BASE_URL": "https://survey.example.org/"})
    assert settings.base_url == "https://survey.example.org"
    assert settings.trusted_hosts == ["survey.example.org"] and settings.uses_https
    assert not read_settings({"SURVEYAPP_BASE_URL": "http://localhost:8000"}).uses_https


def test_files_are_kept_beside_a_sqlite_database_unless_a_place_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings({}).evidence_place == str(tmp_path / "evidence")
    elsewhere = read_settings({"SURVEYAPP_DATABASE_URL": "sqlite:////srv/data/survey.db"})
    assert elsewhere.evidence_place == "/srv/data/evidence"
    server = {"SURVEYAPP_DATABASE_URL": "postgresql://h/survey"}
    assert read_settings(server).evidence_place == str(tmp_path / "evidence")
    for given, kept in (("files", str(tmp_path / "files")), ("s3://bucket/a/b", "s3://bucket/a/b")):
        assert read_settings(server | {"SURVEYAPP_EVIDENCE": given}).evidence_place == kept


@pytest.mark.parametrize(
    "value", ["s3://", "s3:///x", "http://bucket", "gs://bucket", "s3://Buck et", "s3://b?x"]
)
def test_a_place_for_files_that_cannot_be_meant_is_refused(value: str) -> None:
    with pytest.raises(SettingsFault, match=r"SURVEYAPP_EVIDENCE .* such as s3://bucket/prefix"):
        read_settings({"SURVEYAPP_EVIDENCE": value})


@pytest.mark.parametrize("secret", ["", "short", "x" * 31, "a" * 64, "ab" * 40])
def test_a_weak_secret_is_refused_with_a_way_to_make_a_strong_one(secret: str) -> None:
    with pytest.raises(SettingsFault, match=r"SURVEYAPP_SECRET_KEY is missing or too weak.*token_urlsafe"):
        Settings(secret_key=secret).require_secret()


def test_a_random_secret_is_taken() -> None:
    Settings(secret_key="Zt6v0Yx3p9Qm2Lk8Rs4Wd7Bn1Hc5Gf_J").require_secret()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost", MailServer("smtp", "localhost", 25)),
        ("smtp://127.0.0.1:2525", MailServer("smtp", "127.0.0.1", 2525)),
        ("smtps://mail.example.org", MailServer("smtps", "mail.example.org", 465)),
        (
            "smtp+starttls://a%40b:p%2Fw@mail.example.org",
            MailServer("smtp+starttls", "mail.example.org", 587, "a@b", "p/w"),
        ),
    ],
)
def test_a_mail_server_is_named_with_or_without_its_port(url: str, expected: MailServer) -> None:
    settings = read_settings({"SURVEYAPP_MAIL_URL": url, "SURVEYAPP_BASE_URL": "https://survey.example.org"})
    assert parse_mail_url(settings.mail_url) == expected
    assert settings.sender == "surveyapp@survey.example.org"
    assert "p/w" not in repr(parse_mail_url(url))


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://u:secret@x", "smtp://", "smtp://u:secret@h:port", "smtp://h/x"]
)
def test_a_mail_server_that_cannot_be_meant_is_refused_and_its_address_not_repeated(url: str) -> None:
    with pytest.raises(SettingsFault, match="SURVEYAPP_MAIL_URL cannot be used") as refused:
        read_settings({"SURVEYAPP_MAIL_URL": url, "SURVEYAPP_BASE_URL": "https://survey.example.org"})
    assert "secret" not in str(refused.value)


def test_mail_needs_the_address_that_its_links_begin_with() -> None:
    with pytest.raises(SettingsFault, match="SURVEYAPP_MAIL_URL needs SURVEYAPP_BASE_URL"):
        read_settings({"SURVEYAPP_MAIL_URL": "smtp://localhost"})


@pytest.mark.parametrize(
    "sender", ["Survey <survey@example.org>", "survey", "služba@b", "a@b, c@d", "a@b\r\nBcc: c@d"]
)
def test_a_sender_that_is_more_or_less_than_an_address_is_refused(sender: str) -> None:
    with pytest.raises(SettingsFault, match="SURVEYAPP_MAIL_FROM"):
        read_settings({"SURVEYAPP_MAIL_FROM": sender})
