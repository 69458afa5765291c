"""A second program, written from docs/method.md alone: the standard library and nothing of ours.

It is plain and slow on purpose. What it says of a bundle must be what `surveyapp submission verify` says.
"""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from typing import Any

NUMBERS = ("value", "evidenced", "low", "high", "coverage")


# Canonical JSON and hashes (section 9)


def write_canonical(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{write_text(name)}:{write_canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(write_canonical, value)) + "]"
    if isinstance(value, str):
        return write_text(value)
    if isinstance(value, float):
        return write_number(value)
    return json.dumps(value)


def write_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def write_number(number: float) -> str:
    """As ECMAScript writes it."""
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    mantissa, _, exponent = repr(abs(number)).partition("e")
    whole, _, rest = mantissa.partition(".")
    digits, point = whole + rest, len(whole) + int(exponent or 0)
    while digits.startswith("0"):
        digits, point = digits[1:], point - 1
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + power


def hash_of(value: Any) -> str:
    return hashlib.sha256(write_canonical(value).encode()).hexdigest()


# The scores (sections 2 to 7)


def score(framework: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """`overall` and `objectives` of Scores JSON."""
    objectives = []
    exact = []
    for objective, sheet in zip(framework["objectives"], framework["questionnaires"], strict=True):
        parts = {}
        for dimension in framework["dimensions"]:
            questions = [
                q for q in sheet["questions"] if q["kind"] == dimension["kind"] and Fraction(q["weight"]) > 0
            ]
            if questions:
                parts[dimension["id"]] = score_dimension(questions, answers)
        weights = {d["id"]: Fraction(d["weight"]) for d in framework["dimensions"]}
        whole = mean([(weights[name], part) for name, part in parts.items()])
        exact.append((Fraction(objective["weight"]), whole))
        shown = {name: finish(part, framework) for name, part in parts.items()}
        objectives.append({"id": objective["id"], "score": finish(whole, framework), "dimensions": shown})
    return {"overall": finish(mean(exact), framework), "objectives": objectives}


def score_dimension(questions: list[dict[str, Any]], answers: dict[str, Any]) -> dict[str, Any]:
    a = k = p = e = Fraction(0)
    answered = 0
    for question in questions:
        answer = answers.get(question["same_as"] or question["id"], {})
        weight = Fraction(question["weight"])
        if any(state in answer for state in ("level", "not_applicable", "unknown")):
            answered += 1
        if "not_applicable" in answer:
            continue
        a += weight
        if "level" in answer:
            points, evidenced = points_of(question, answer)
            k, p, e = k + weight, p + weight * points, e + weight * evidenced
    numbers: dict[str, Any] = dict.fromkeys(NUMBERS)
    if a:
        numbers |= {"low": 100 * p / a, "high": 100 * p / a + 100 * (a - k) / a, "coverage": k / a}
    if k:
        numbers |= {"value": 100 * p / k, "evidenced": 100 * e / k}
    return numbers | {"answered": answered, "questions": len(questions)}


def points_of(question: dict[str, Any], answer: dict[str, Any]) -> tuple[Fraction, Fraction]:
    codes = [level["code"] for level in question["levels"]]
    points = [Fraction(level["points"]) for level in question["levels"]]
    place = codes.index(answer["level"])
    evidenced = place
    if question["evidence_from"] is not None and not answer.get("evidence"):
        evidenced = min(place, codes.index(question["evidence_from"]) - 1)
    return points[place], points[evidenced]


def mean(parts: list[tuple[Fraction, dict[str, Any]]]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for name in NUMBERS:
        used = [(weight, part[name]) for weight, part in parts if part[name] is not None]
        total = sum(weight for weight, _ in used)
        whole[name] = sum(weight * number for weight, number in used) / total if used else None
    for name in ("answered", "questions"):
        whole[name] = sum(part[name] for _, part in parts)
    return whole


def finish(exact: dict[str, Any], framework: dict[str, Any]) -> dict[str, Any]:
    """The level, from the exact numbers; then everything rounded."""
    level = None
    is_covered = exact["coverage"] is not None and exact["coverage"] >= Fraction(
        framework["minimum_coverage"]
    )
    if exact["value"] is not None and is_covered:
        level = max(band["level"] for band in framework["bands"] if Fraction(band["from"]) <= exact["value"])
    rounded = {name: round_half_up(exact[name]) for name in NUMBERS}
    return rounded | {"level": level, "answered": exact["answered"], "questions": exact["questions"]}


def round_half_up(number: Fraction | None) -> int | float | None:
    if number is None:
        return None
    ten_thousandths = (number * 10_000 + Fraction(1, 2)).__floor__()
    return ten_thousandths / 10_000 if ten_thousandths % 10_000 else ten_thousandths // 10_000


# The bundle (section 9, "To verify a bundle")


def refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs), "a name stands twice"
    return dict(pairs)


def refuse_constant(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def verify(raw: bytes, *earlier: bytes) -> None:
    """:raises AssertionError: something differs.

    :raises ValueError: it is no JSON.
    """
    bundle = json.loads(raw.decode(), object_pairs_hook=refuse_twice, parse_constant=refuse_constant)
    assert write_canonical(bundle).encode() == raw, "not canonical"
    assert set(bundle) == {"format", "submission", "framework", "wordings", "hashes"}
    assert bundle["format"] == "surveyapp-bundle/1"
    submission, framework, hashes = bundle["submission"], bundle["framework"], bundle["hashes"]
    assert submission["format"] == "surveyapp-submission/1" and submission["method"] == "1"
    wordings = {locale: hash_of(wording) for locale, wording in bundle["wordings"].items()}
    assert hashes == {
        "submission": hash_of(submission),
        "answers": hash_of(submission["answers"]),
        "scores": hash_of(submission["scores"]),
        "framework": hash_of(framework),
        "wordings": wordings,
        "previous": submission["previous"],
    }
    pinned = {"id": framework["id"], "version": framework["version"], "sha256": hash_of(framework)}
    assert submission["framework"] == pinned and submission["wordings"] == wordings
    given = submission["answers"]
    questions = {q["id"]: q for sheet in framework["questionnaires"] for q in sheet["questions"]}
    for question_id, answer in given["answers"].items():
        question = questions[question_id]
        assert question["same_as"] is None
        assert sum(state in answer for state in ("level", "not_applicable", "unknown")) <= 1
        assert "not_applicable" not in answer or question["may_be_not_applicable"]
    for question_id in (*submission.get("since_last_cycle", {}), *submission.get("files", {})):
        assert questions[question_id]["same_as"] is None
    for question_id, files in submission.get("files", {}).items():
        places = [file["evidence"] for file in files]
        assert len(set(places)) == len(places)
        assert max(places, default=-1) < len(given["answers"].get(question_id, {}).get("evidence", []))
    own = {"country": submission["country"], "cycle": submission["cycle"]}
    assert given == {"format": "surveyapp-answers/1", **own, "answers": given["answers"]}
    head = {"format": "surveyapp-scores/1", **own, "framework": pinned, "method": "1"}
    assert submission["scores"] == head | score(framework, given["answers"])
    if earlier:
        before = json.loads(earlier[0])["submission"]
        assert submission["previous"] == hash_of(before) and before["country"] == submission["country"]
        verify(*earlier)
