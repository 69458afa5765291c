"""Language codes as their parts, filled up by CLDR's likely subtags."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from babel.core import get_global

LONGEST_CODE = 64  # characters; longer ones are not language codes
UNDETERMINED = "und"
# Norwegian without saying which is read as Bokmål, as in CLDR's own matching data.
OWN_ALIASES = {"no": "nb"}


class Subtags(NamedTuple):
    """A language with its script and region, as far as they are known."""

    language: str
    script: str | None = None
    region: str | None = None

    @property
    def code(self) -> str:
        """`sr_Latn_ME`: CLDR's spelling, without what is not known."""
        return "_".join(part for part in self if part)


def parse_subtags(code: str) -> Subtags | None:
    """The parts of `sr-Latn-ME` or `sr_Latn_ME`; None when it is no language code.

    Outdated codes become today's (`sh` is `sr_Latn`, `iw` is `he`); variants and extensions are left out.
    """
    if len(code) > LONGEST_CODE or not code.isascii():
        return None
    language, *rest = re.split("[-_]", code)
    if not re.fullmatch("[A-Za-z]{2,3}", language):
        return None
    language, script, region = language.lower(), None, None
    for part in rest:
        if len(part) == 1:  # an extension or a private part follows
            break
        if re.fullmatch("[A-Za-z]{4}", part) and script is None and region is None:
            script = part.title()
        elif re.fullmatch("[A-Za-z]{2}|[0-9]{3}", part) and region is None:
            region = part.upper()
        elif not re.fullmatch("[A-Za-z0-9]{3,8}", part):
            return None
    return _without_alias(Subtags(language, script, region))


def _without_alias(given: Subtags) -> Subtags:
    aliases: dict[str, str] = dict(get_global("language_aliases")) | OWN_ALIASES
    parts = aliases.get(given.language, given.language).split("_")
    script = next((part for part in parts[1:] if len(part) == 4), None)
    region = next((part for part in parts[1:] if len(part) in (2, 3)), None)
    return Subtags(parts[0], given.script or script, given.region or region)


@lru_cache(maxsize=1024)
def maximise(given: Subtags) -> Subtags:
    """The same with the likeliest script and region filled in; what was given stays.

    Source: UTS 35, "Add Likely Subtags", over the table that Babel carries.
    """
    likely = get_global("likely_subtags")
    language, script, region = given
    attempts = (
        Subtags(language, script, region),
        Subtags(language, None, region),
        Subtags(language, script, None),
        Subtags(language),
        Subtags(UNDETERMINED, script) if language == UNDETERMINED else Subtags(language),
    )
    for attempt in attempts:
        found = likely.get(attempt.code)
        if found:
            full = found.split("_")
            return Subtags(language, script or full[1], region or full[2])
    return given
