"""Time zones: a country's own, which day it is there, and days and moments as its people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global
from babel.dates import format_datetime, get_timezone_location, get_timezone_name
from flask_babel import gettext

from surveyapp.web.countries import country_name
from surveyapp.web.locale import current_locale
from surveyapp.web.pages import date_locale, show_day

# Where a country has several zones, or the locale data names none: that of its capital.
CAPITALS = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Hebron",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
    "XK": "Europe/Belgrade",
}
_FIRST_STRONG, _POP = "\u2068", "\u2069"  # keep `UTC+1` in one piece in a line of either direction


def zone_of(country: str, chosen: str | None = None) -> ZoneInfo:
    """The zone in which the country's days end; `chosen` stands before what is known of it.

    UTC where nothing is known.
    """
    return ZoneInfo(chosen or CAPITALS.get(country) or _only_zone(country) or "UTC")


@lru_cache(maxsize=512)
def _only_zone(country: str) -> str | None:
    zones = get_global("territory_zones").get(country, ())
    return str(zones[0]) if len(zones) == 1 else None


def is_zone(name: str) -> bool:
    """Whether there is a time zone of that name, such as Europe/Tirane."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return "/" in name or name == "UTC"


def day_in(zone: ZoneInfo, moment: datetime) -> date:
    """Which day the moment falls on there."""
    return moment.astimezone(zone).date()


def show_end_of_day(day: date, country: str, zone: ZoneInfo, style: str = "long") -> str:
    """The end of that day, with the place and the zone in which it ends."""
    return gettext(
        # Translators: a deadline, such as "31 December 2026, end of the day in Albania (CET)".
        "%(day)s, end of the day in %(place)s (%(zone)s)",
        day=show_day(day, style),
        place=place_of(country, zone),
        zone=zone_name(zone, datetime.combine(day, time(12), UTC)),
    )


def show_day_in(day: date, zone: ZoneInfo) -> str:
    """A day with the zone in which it ends, for where the country stands beside it."""
    name = zone_name(zone, datetime.combine(day, time(12), UTC))
    return gettext("%(moment)s (%(zone)s)", moment=show_day(day, "medium"), zone=name)


def show_moment_in(moment: datetime, zone: ZoneInfo) -> str:
    """A moment by the clock of that zone, which the words name."""
    local = format_datetime(moment, "d MMMM y, HH:mm", tzinfo=zone, locale=date_locale())
    # Translators: a moment and the time zone of its clock, such as "24 November 2026, 10:12 (CET)".
    return gettext("%(moment)s (%(zone)s)", moment=local, zone=zone_name(zone, moment))


def place_of(country: str, zone: ZoneInfo) -> str:
    """The country by its name; where it has several zones, the city after which its own is named."""
    if _only_zone(country) == zone.key or country == "XK":
        return country_name(country)
    return get_timezone_location(zone, locale=current_locale(), return_city=True)


def zone_name(zone: ZoneInfo, moment: datetime) -> str:
    """The zone's short name where the page's language has one, such as CET; else how far it is from UTC."""
    local = moment.astimezone(zone)
    short = get_timezone_name(local, width="short", locale=date_locale())
    if not short.startswith(("+", "-")):
        return short
    hours, minutes = divmod(abs(int((local.utcoffset() or local - local).total_seconds())) // 60, 60)
    offset = f"{short[0]}{hours}" + (f":{minutes:02}" if minutes else "")
    return f"{_FIRST_STRONG}UTC{offset}{_POP}"
