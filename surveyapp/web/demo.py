"""Whether all data of this installation is invented, so that whatever leaves it can say so."""

from __future__ import annotations

from flask import current_app


def is_demo() -> bool:
    return bool(current_app.config["SETTINGS"].is_demo)
