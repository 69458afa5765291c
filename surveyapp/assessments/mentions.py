"""`@Ministry of Health` in a remark: whom one can call so, and where a text does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.assessments.delegation_models import DelegatedQuestion, Delegation
from surveyapp.assessments.models import Assessment
from surveyapp.database import db


def list_readers(assessment: Assessment, objective_id: str, question_id: str) -> list[User]:
    """Who may read what is said about a question: the focal points of the country and the contributors to
    whom it is delegated, with an open account; by office.
    """
    country = assessment.country_code
    answers_for = (RoleGrant.role == Role.FOCAL_POINT) & (RoleGrant.country_code == country)
    contributes = (RoleGrant.role == Role.CONTRIBUTOR) & (RoleGrant.country_code == country)
    given = (
        select(Delegation.user_id)
        .outerjoin(Delegation.named)
        .where(
            Delegation.assessment_id == assessment.id,
            Delegation.objective_id == objective_id,
            DelegatedQuestion.question_id.is_(None) | (DelegatedQuestion.question_id == question_id),
        )
    )
    query = (
        select(User)
        .where(
            User.is_active,
            User.grants.any(answers_for) | (User.grants.any(contributes) & User.id.in_(given)),
        )
        .order_by(User.office, User.id)
    )
    return list(db.session.scalars(query))


def list_offices(readers: Collection[User], *, by: User) -> list[str]:
    """The offices that somebody can mention: those of the others."""
    return list(dict.fromkeys(reader.office for reader in readers if reader.id != by.id))


def find_mentioned(text: str, offices: Collection[str]) -> list[str]:
    """Those of the offices that a text mentions, in the order of the offices.

    Names that differ in capitals alone are one office.
    """
    meant = {piece.office.casefold() for piece in split(text, offices) if piece.office}
    return [office for office in offices if office.casefold() in meant]


def without_mentions(text: str, offices: Collection[str]) -> str:
    """The rest of a text: what may look like an address in the name of an office names nobody."""
    return " ".join(piece.text for piece in split(text, offices) if not piece.office)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `office` where it mentions one."""

    text: str
    office: str = ""


def split(text: str, offices: Collection[str]) -> Iterator[Piece]:
    """The text in pieces, its mentions apart.

    An `@` that follows a letter or a digit belongs to an e-mail address. Of two offices whose names begin
    alike the longer one is meant. Capitals, kinds of spaces, and how an accent is encoded make no difference.
    """
    names = [(form, office) for office in offices for form in _forms(office) if form.split()]
    if not names:
        yield Piece(text)
        return
    names.sort(key=lambda pair: len(pair[0]), reverse=True)
    anyone = "|".join(f"({_loosely(form)})" for form, _ in names)
    pattern = re.compile(rf"(?<!\w)@(?:{anyone})(?!\w)", re.IGNORECASE)
    place = 0
    for match in pattern.finditer(text):
        if match.start() > place:
            yield Piece(text[place : match.start()])
        yield Piece(match[0], names[(match.lastindex or 1) - 1][1])
        place = match.end()
    if place < len(text):
        yield Piece(text[place:])


def _forms(office: str) -> set[str]:
    """A name with its accents as characters of their own, and without."""
    return {unicodedata.normalize(form, office) for form in ("NFC", "NFD")}


def _loosely(name: str) -> str:
    return r"\s+".join(re.escape(word) for word in name.split())
