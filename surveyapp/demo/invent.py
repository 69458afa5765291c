"""Invented answers: each country has a character, each year moves it a little. Nothing here was ever said."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from surveyapp.framework.model import Framework, Objective, Question, Questionnaire
from surveyapp.scoring.answers import Answer, Answers, Evidence, MeasuredValue

COUNTRIES = ("AL", "BA", "BG", "GR", "HR", "MD", "ME", "MK", "RO", "RS", "SI", "TR")

COMMENTS = (
    "The rule is in force since last spring; the first report is due in autumn.",
    "Three regions still wait for staff. The budget of next year has a line for them.",
    "A donor pays until the end of the year; the ministry asked for public money from then on.",
    "The working group met four times and agreed on a common form.",
    "The figures come from the yearly report and were checked with the statistical office.",
    "The decree was changed after the review; training on it goes on.",
)
UNKNOWN_REASONS = (
    "The ministry that holds the figures has not answered yet.",
    "Nobody collects this for the whole country.",
    "The register was moved to another office this year and cannot be read at present.",
)
NOT_APPLICABLE_REASON = "The country has no such case in the period that is asked about."
DOCUMENTS = (
    "Law on the state budget, annex on victim support",
    "Yearly report of the national coordinator",
    "Decree on the national referral mechanism",
    "Evaluation of the action plan",
    "Memorandum between the ministry and NGOs",
)


@dataclass(frozen=True, slots=True)
class Character:
    """How far a country is, how open about what it does not know, and how well it documents; all 0 to 1."""

    strength: float
    unknown_rate: float
    evidence_rate: float


CHARACTERS: Mapping[str, Character] = {
    "AL": Character(0.50, 0.06, 0.70),
    "BA": Character(0.34, 0.16, 0.45),
    "BG": Character(0.44, 0.12, 0.60),
    "GR": Character(0.48, 0.04, 0.80),
    "HR": Character(0.41, 0.02, 0.75),
    "MD": Character(0.58, 0.10, 0.65),
    "ME": Character(0.37, 0.14, 0.50),
    "MK": Character(0.36, 0.20, 0.55),
    "RO": Character(0.33, 0.08, 0.40),
    "RS": Character(0.66, 0.05, 0.85),
    "SI": Character(0.60, 0.03, 0.90),
    "TR": Character(0.68, 0.07, 0.60),
}


# Objectives of which a country could say nothing, or little: the pages must show such cells too.
DARK = {("BA", "o05"): 1.0, ("MK", "o09"): 1.0, ("BG", "o09"): 0.75, ("ME", "o05"): 0.7, ("TR", "o02"): 0.65}


def invent_year(framework: Framework, country: str, year: int, before: Answers | None) -> dict[str, Answer]:
    """All answers of one country in one year; most are those of the year before. The same each time."""
    rng = random.Random(f"{country}/{year}")
    character = CHARACTERS[country]
    answers: dict[str, Answer] = {}
    for objective, questionnaire in framework.pairs():
        level_of_objective = _spread(country, objective, character)
        unknown_rate = DARK.get((country, objective.id), character.unknown_rate)
        for question in questionnaire.questions:
            if question.same_as is not None:
                continue
            kept = before.get(question.id) if before else None
            answers[question.id] = (
                _moved(question, kept, rng, year)
                if kept is not None and kept.level is not None
                else _invented(question, level_of_objective, unknown_rate, character, rng, year)
            )
    return answers


def _spread(country: str, objective: Objective, character: Character) -> float:
    """How far the country is on one objective: laws come before services, services before return."""
    lead = {10: 0.22, 13: 0.15, 11: 0.08, 12: 0.08, 4: -0.2, 5: -0.12, 8: -0.08, 6: -0.1}
    rng = random.Random(f"{country}/{objective.id}")
    return min(0.98, max(0.04, character.strength + lead.get(objective.number, 0.0) + rng.gauss(0, 0.11)))


def _invented(
    question: Question,
    strength: float,
    unknown_rate: float,
    character: Character,
    rng: random.Random,
    year: int,
) -> Answer:
    if rng.random() < unknown_rate:
        return Answer(unknown=rng.choice(UNKNOWN_REASONS))
    if question.may_be_not_applicable and rng.random() < 0.3:
        return Answer(not_applicable=NOT_APPLICABLE_REASON)
    place = min(1.0, max(0.0, rng.gauss(strength, 0.2)))
    level = question.levels[round(place * (len(question.levels) - 1))]
    is_documented = question.needs_evidence(level.code) and rng.random() < character.evidence_rate
    return Answer(
        level=level.code,
        comment=rng.choice(COMMENTS) if rng.random() < 0.3 else "",
        evidence=(_document(rng, year),) if is_documented else (),
        measure=_measured(question, rng, year),
    )


def _moved(question: Question, before: Answer, rng: random.Random, year: int) -> Answer:
    """Last year's answer, one level up in one case of six and down in one of thirty."""
    codes = [level.code for level in question.levels]
    place = codes.index(before.level or codes[0])
    chance = rng.random()
    place = (
        min(place + 1, len(codes) - 1) if chance < 1 / 6 else max(place - 1, 0) if chance > 29 / 30 else place
    )
    has_moved = codes[place] != before.level
    evidence = before.evidence if not has_moved else (_document(rng, year),)
    return Answer(
        level=codes[place],
        comment=rng.choice(COMMENTS) if has_moved else before.comment,
        evidence=evidence,
        measure=_measured(question, rng, year),
    )


def _document(rng: random.Random, year: int) -> Evidence:
    number = rng.randint(100, 999)
    return Evidence(
        f"{rng.choice(DOCUMENTS)}, no. {number} (invented)",
        url=f"https://example.org/documents/{year}-{number}" if rng.random() < 0.6 else None,
        date=date(year - 1, rng.randint(1, 12), rng.randint(1, 28)),
    )


def _measured(question: Question, rng: random.Random, year: int) -> MeasuredValue | None:
    if question.measure is None or rng.random() < 0.4:
        return None
    unit, number = question.measure.unit, rng.randint(5, 400)
    value = number // 4 if unit.startswith("per cent") else number
    return MeasuredValue(Decimal(value), unit, year - 1, "Yearly report (invented)")


def leave_open(
    questionnaires: Framework, answers: Mapping[str, Answer], share: float, seed: str
) -> dict[str, Answer]:
    """A draft: whole objectives answered up to about `share` of all, the next one in part, the rest open."""
    rng = random.Random(seed)
    kept: dict[str, Answer] = {}
    for place, questionnaire in enumerate(questionnaires.questionnaires):
        position = place / len(questionnaires.questionnaires)
        rate = 1.0 if position < share - 0.1 else 0.7 if position < share + 0.1 else 0.0
        kept |= _some(questionnaire, answers, rate, rng)
    return kept


def _some(
    questionnaire: Questionnaire, answers: Mapping[str, Answer], rate: float, rng: random.Random
) -> dict[str, Answer]:
    return {
        question.id: answers[question.id]
        for question in questionnaire.questions
        if question.id in answers and rng.random() < rate
    }
