"""What a translator should do next: the texts of each locale that are missing or need a review."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from babel import Locale
from flask_babel import gettext, ngettext

from surveyapp.accounts.models import Role, User
from surveyapp.accounts.next_steps import Step
from surveyapp.database import now
from surveyapp.language.catalogues import CONTENT, INTERFACE
from surveyapp.language.shipped import translations_folder
from surveyapp.language.status import Status, list_status
from surveyapp.mail.letters import isolated
from surveyapp.web.locale import current_locale
from surveyapp.web.numbers import show


def list_steps(user: User) -> Iterator[Step]:
    """A step for each catalogue with something left to do."""
    if not user.has_role(Role.TRANSLATOR):
        return
    folder = translations_folder()
    stamp = tuple(sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*.po*")))
    yield from (_step(status) for status in _unfinished(stamp))


@lru_cache(maxsize=1)
def _unfinished(_stamp: tuple[tuple[str, int], ...]) -> tuple[Status, ...]:
    """The catalogues with something left to do. Reading all files takes a second, so once for each change."""
    return tuple(status for status in list_status() if status.missing or status.fuzzy)


def _step(status: Status) -> Step:
    left = status.missing + status.fuzzy
    name = Locale.parse(status.locale).get_display_name(current_locale()) or status.locale
    titles = {
        INTERFACE: gettext("Translate the interface, %(language)s", language=isolated(name)),
        CONTENT: gettext("Translate the questionnaires, %(language)s", language=isolated(name)),
    }
    return Step(
        titles[status.domain],
        ngettext(
            "One text is not translated, or has to be looked at again.",
            "%(count)s texts are not translated, or have to be looked at again.",
            left,
            count=show(left),
        ),
        now().date(),
        gettext("%(percent)s %% is done", percent=show(status.percent)),
    )
