"""Commands that install and run the server, and what every command does with a refusal: one line, exit 1."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import DBAPIError

from surveyapp import demo as demonstration
from surveyapp.accounts.service import load_countries
from surveyapp.app import create_app
from surveyapp.assessments.frameworks import pin_framework
from surveyapp.database import begin_write, db
from surveyapp.framework.faults import FrameworkFaults
from surveyapp.framework.loader import load_framework
from surveyapp.framework.model import Framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.refusals import Refusal
from surveyapp.schema import SchemaFault, UnusableAddress, hold_alone, migrate, require_current
from surveyapp.server import PortTaken, print_address
from surveyapp.server import serve as serve_application
from surveyapp.settings import Settings, SettingsFault, read_settings

MARKER = "surveyapp-demo"  # in the folder of a demonstration, so that --reset deletes nothing else


def run(group: click.Group) -> None:
    """Run a command that needs the application; what it refuses becomes a line on stderr and exit 1."""
    try:
        group(obj=ScriptInfo(create_app=create_prepared_app, set_debug_flag=False))
    except FrameworkFaults as refused:
        leave(*map(str, refused.faults))
    except (Refusal, SettingsFault, SchemaFault, PortTaken, OSError) as refused:
        leave(str(refused))
    except DBAPIError as fault:
        leave(f"the database refuses: {first_line(fault.orig)}")
    except UnusableAddress as fault:
        leave(f"SURVEYAPP_DATABASE_URL cannot be used: {fault}")


def create_prepared_app() -> Flask:
    """The application for a command that works on what `init` prepared.

    :raises SchemaFault: it was not prepared, or by a newer version.
    """
    settings = read_settings()
    require_current(settings.database_url)
    return create_app(settings)


def leave(*lines: str) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(1)


def first_line(fault: BaseException | None) -> str:
    return str(fault).strip().split("\n", 1)[0]


@click.command()
def init() -> None:
    """Prepare the database: its schema, the framework, the countries. Can be run again."""
    prepare(read_settings())


def prepare(settings: Settings) -> None:
    """Bring the database at `settings.database_url` to this version and load what it needs.

    :raises SchemaFault: the database is newer than this version.
    :raises FrameworkFaults: the questionnaires have faults; nothing of them is loaded.
    """
    framework = load_framework(Path(settings.framework) if settings.framework else shipped_folder())
    migrate(settings.database_url)
    app = create_app(settings)
    with app.app_context():
        load(framework)
        db.session.remove()
        db.engine.dispose()


def load(framework: Framework) -> None:
    """Put the framework and the countries into the database, where they are not there yet."""
    begin_write()
    hold_alone(db.session.connection())
    added = load_countries()
    version = pin_framework(framework)
    db.session.commit()
    note = (
        f"framework {version.framework_id} {version.version} ({version.sha256[:12]}), {added} countries added"
    )
    click.echo(note, err=True)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Run the production server."""
    serve_application(read_settings(), host, port, workers, lambda: print_address(host, port))


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--dir", "folder", default="demo-data", show_default=True, type=click.Path(path_type=Path))
@click.option("--reset", is_flag=True, help="Begin afresh: what was typed into the demonstration is deleted.")
def demo(port: int, folder: Path, reset: bool) -> None:
    """Serve invented data of twelve countries from an embedded database in DIR."""
    host = "127.0.0.1"
    if reset:
        delete_demonstration(folder)
    settings = demonstration_settings(folder)
    prepare(settings)
    app = create_app(settings)
    with app.app_context():
        demonstration.fill(load_framework(shipped_folder()))
        accounts = demonstration.ACCOUNTS
        db.session.remove()
        db.engine.dispose()

    def announce() -> None:
        for account in accounts:
            click.echo(f"{account.role.value}  {account.email}  {account.password}")
        print_address(host, port)

    serve_application(settings, host, port, 1, announce)


def demonstration_settings(folder: Path) -> Settings:
    """Settings of a demonstration in `folder`, which is made when it is not there.

    :raises OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    secret_file = folder / MARKER
    if not secret_file.exists():
        with os.fdopen(os.open(secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    database = (folder / "surveyapp.db").resolve()
    return replace(
        Settings(), database_url=f"sqlite:///{database}", secret_key=secret_file.read_text(), is_demo=True
    )


def delete_demonstration(folder: Path) -> None:
    """:raises SettingsFault: the folder holds something that is no demonstration."""
    if not folder.exists():
        return
    if not (folder / MARKER).exists():
        raise SettingsFault(
            f"{folder} holds no demonstration, so nothing in it was deleted; name another --dir"
        )
    shutil.rmtree(folder)
