"""Method 1 once more, as plainly as its page says it and as slowly as may be: the engine must agree."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from surveyapp.framework.model import Framework, Question
from surveyapp.scoring.answers import Answer

FIELDS = ("value", "evidenced", "low", "high", "level", "coverage", "answered", "questions")


def points_of(question: Question, answer: Answer) -> tuple[Fraction, Fraction]:
    codes = [level.code for level in question.levels]
    place = codes.index(answer.level)
    points = question.levels[place].points
    if question.evidence_from is None or answer.evidence or place < codes.index(question.evidence_from):
        return points, points
    return points, question.levels[codes.index(question.evidence_from) - 1].points


def naive_level(framework: Framework, value: Fraction | None, coverage: Fraction | None) -> int | None:
    if value is None or coverage < framework.minimum_coverage:
        return None
    level = None
    for band in framework.bands:
        if value >= band.starts_at:
            level = band.level
    return level


def naive_dimension(framework: Framework, questions: list[Question], answers: Mapping[str, Answer]) -> dict:
    a = k = s = e = Fraction(0)
    answered = 0
    for question in questions:
        answer = answers.get(question.same_as or question.id, Answer())
        if answer.level is not None or answer.not_applicable is not None or answer.unknown is not None:
            answered += 1
        if answer.not_applicable is None:
            a += question.weight
        if answer.level is not None:
            points, evidenced = points_of(question, answer)
            k += question.weight
            s += question.weight * points
            e += question.weight * evidenced
    result = dict.fromkeys(FIELDS) | {"answered": answered, "questions": len(questions)}
    if a > 0:
        result["low"] = 100 * s / a
        result["high"] = result["low"] + 100 * (a - k) / a
        result["coverage"] = k / a
    if k > 0:
        result["value"], result["evidenced"] = 100 * s / k, 100 * e / k
    result["level"] = naive_level(framework, result["value"], result["coverage"])
    return result


def naive_whole(framework: Framework, parts: list[tuple[Fraction, dict]]) -> dict:
    result = dict.fromkeys(FIELDS)
    for name in ("low", "high", "coverage"):
        used = [(w, p) for w, p in parts if p["coverage"] is not None]
        if used:
            result[name] = sum(w * p[name] for w, p in used) / sum(w for w, _ in used)
    for name in ("value", "evidenced"):
        used = [(w, p) for w, p in parts if p["value"] is not None]
        if used:
            result[name] = sum(w * p[name] for w, p in used) / sum(w for w, _ in used)
    for name in ("answered", "questions"):
        result[name] = sum(p[name] for _, p in parts)
    result["level"] = naive_level(framework, result["value"], result["coverage"])
    return result


def naive_score(framework: Framework, answers: Mapping[str, Answer]) -> dict:
    """Every score by place: "overall", (objective id,) and (objective id, dimension id)."""
    scores = {}
    objectives = []
    for objective, sheet in zip(framework.objectives, framework.questionnaires, strict=True):
        parts = []
        for dimension in framework.dimensions:
            questions = [q for q in sheet.questions if q.kind == dimension.kind and q.weight != 0]
            if questions:
                part = naive_dimension(framework, questions, answers)
                scores[objective.id, dimension.id] = part
                parts.append((dimension.weight, part))
        scores[(objective.id,)] = naive_whole(framework, parts)
        objectives.append((objective.weight, scores[(objective.id,)]))
    scores["overall"] = naive_whole(framework, objectives)
    return scores
