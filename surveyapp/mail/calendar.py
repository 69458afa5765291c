"""A day for people's calendars, as RFC 5545 has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

LONGEST_LINE = 75  # octets, without the line break


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One whole day: the same date wherever it is read, so that no time zone moves a deadline."""

    uid: str
    day: date
    title: str
    description: str
    url: str

    def as_text(self, written_at: datetime) -> str:
        """The file, lines ending in CRLF; `written_at` in UTC."""
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//surveyapp//deadline//EN",
            "METHOD:PUBLISH",
            "BEGIN:VEVENT",
            f"UID:{self.uid}",
            f"DTSTAMP:{written_at:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{self.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{self.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escaped(self.title)}",
            f"DESCRIPTION:{escaped(self.description)}",
            f"URL:{self.url}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
        return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line break are written with a backslash."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, no letter cut in two; each further piece begins with a space."""
    pieces, piece, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LONGEST_LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    return "\r\n".join([*pieces, piece])
