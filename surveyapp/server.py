"""Serving the application: one process with waitress, several with granian."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

import click
from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server as Granian
from waitress.server import create_server

from surveyapp.app import create_app
from surveyapp.mail.sender import keep_sending
from surveyapp.schema import require_current
from surveyapp.settings import Settings, read_settings
from surveyapp.web.requests import LARGEST_UPLOAD, MEGABYTE

THREADS = 32  # a slow line holds one while its upload lasts


# What is printed on stdout is the address alone; the workers' notes belong on stderr.
LOGGING = {
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stderr"},
        "access": {"class": "logging.StreamHandler", "formatter": "access", "stream": "ext://sys.stderr"},
    }
}


class PortTaken(Exception):
    """Nothing can be served at this address."""


def serve(settings: Settings, host: str, port: int, workers: int, announce: Callable[[], None]) -> None:
    """Serve until SIGTERM or Ctrl-C, then end cleanly; `announce` is called once the port is ours.

    :raises SettingsFault: the secret key is missing or weak.
    :raises SchemaFault: the database is not migrated, or is newer than this version.
    :raises PortTaken: another process listens there, or the address is not this machine's.
    """
    settings.require_secret()
    require_current(settings.database_url)
    require_free_port(host, port)
    if workers > 1:
        announce()
        serve_with_workers(host, port, workers)
    else:
        app = create_app(settings)
        keep_sending(app)
        serve_in_this_process(app, host, port, announce)


def require_free_port(host: str, port: int) -> None:
    """:raises PortTaken: with the reason and what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise PortTaken(
                f"cannot listen on {host}:{port}: {fault.strerror}; choose another with --port"
            ) from fault


def serve_in_this_process(app: Flask, host: str, port: int, announce: Callable[[], None]) -> None:
    server = create_server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        max_request_body_size=LARGEST_UPLOAD + 4 * MEGABYTE,
    )
    signal.signal(signal.SIGTERM, leave)
    announce()
    server.run()  # ends on SystemExit, after the requests under way


def leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


def serve_with_workers(host: str, port: int, workers: int) -> None:
    Granian(
        "surveyapp.server:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_access=False,
        log_dictconfig=LOGGING,
        log_level=LogLevels.warning,
        workers_kill_timeout=4,
    ).serve()


def application() -> Flask:
    """The application with the settings of the environment, for each worker process."""
    app = create_app(read_settings())
    keep_sending(app)
    return app


def show_address(host: str, port: int) -> str:
    """The address that a person can open."""
    name = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def print_address(host: str, port: int) -> None:
    click.echo(show_address(host, port))
    sys.stdout.flush()
