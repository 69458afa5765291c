"""The deadline as a file for calendars."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.mail.calendar import CalendarDay, escaped, folded

WRITTEN = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


def test_the_deadline_is_one_whole_day_wherever_it_is_read() -> None:
    day = CalendarDay("deadline-2026@x", date(2026, 12, 31), "Albania; due", "One,\ntwo", "https://x/en")
    assert day.as_text(WRITTEN).split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//surveyapp//deadline//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:deadline-2026@x",
        "DTSTAMP:20260901T083000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Albania\\; due",
        "DESCRIPTION:One\\,\\ntwo",
        "URL:https://x/en",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])))
def test_a_folded_line_is_short_enough_and_reads_the_same_when_unfolded(line: str) -> None:
    pieces = folded(line).split("\r\n")
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert "".join([pieces[0], *[piece[1:] for piece in pieces[1:]]]) == line


@given(st.text(st.sampled_from("a\\;,\n")))
def test_an_escaped_text_is_one_line_and_can_be_read_back(text: str) -> None:
    written = escaped(text)
    assert "\n" not in written
    read, rest = "", written
    while rest:
        if rest[0] == "\\":
            read, rest = read + {"n": "\n"}.get(rest[1], rest[1]), rest[2:]
        else:
            read, rest = read + rest[0], rest[1:]
    assert read == text
