"""Section 8 of docs/method.md once more, one draw after the other, in plain numbers without numpy."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from surveyapp.framework.model import Framework, Question
from surveyapp.scoring.answers import Answer, Answers

MASK = 2**64 - 1


def words(*name: object) -> Iterator[int]:
    digest = hashlib.sha256("/".join(map(str, name)).encode()).digest()
    a, b, c = (int.from_bytes(digest[8 * n : 8 * n + 8], "little") for n in range(3))
    count = 0
    while True:
        count += 1
        word = (a + b + count) & MASK
        a, b = b ^ (b >> 11), (c + (c << 3)) & MASK
        c = (((c << 24) | (c >> 40)) + word) & MASK
        if count > 12:
            yield word


def uniform(word: int) -> float:
    return ((word >> 12) + 0.5) / 2**52


def variates(shape: float, *name: object) -> Iterator[float]:
    stream, power = words(*name), words(*name, "power")
    s = shape if shape >= 1 else shape + 1
    while True:
        u, v = uniform(next(stream)), uniform(next(stream))
        w = u * (1 - u)
        y = math.sqrt((3 * s - 0.75) / w) * (u - 0.5)
        x = s - 1 + y
        if x <= 0:
            continue
        risen = (s - 1) * math.log(x / (s - 1)) if s > 1 else 0.0
        if math.log(64 * w * w * w * v * v) <= 2 * (risen - y):
            yield x if shape >= 1 else x * uniform(next(power)) ** (1 / shape)


def drawn_weights(given: Mapping[tuple[str, ...], Fraction], seed: int, draws: int) -> list[list[int]]:
    """For each draw the weights of a group."""
    mean = sum(given.values()) / len(given) if given else Fraction(1)
    streams = [variates(10 * float(weight / mean), "weight", seed, *name) for name, weight in given.items()]
    found = []
    for _ in range(draws):
        drawn = [next(stream) for stream in streams]
        found.append([max(round(one / sum(drawn) * 65535), 1) for one in drawn])
    return found


def chances(count: int, draws: int, *name: object) -> list[list[int]]:
    """For each draw the chances of all questions."""
    stream = words(*name)
    found: list[list[int]] = []
    while len(found) < draws:
        items = [[next(stream) for _ in range(16)] for _ in range(count)]
        found += [[one[n // 4] >> 16 * (n % 4) & 0xFFFF for one in items] for n in range(64)]
    return found[:draws]


def points_of(question: Question, answer: Answer | None, chance: int, grid: int) -> int | None:
    """None where the question does not apply."""
    if answer is not None and answer.not_applicable is not None:
        return None
    if answer is None or answer.level is None:
        return chance * grid // 65536
    place = [level.code for level in question.levels].index(answer.level)
    place += (chance >= 58982) - (chance < 6554)
    place = min(max(place, 0), len(question.levels) - 1)
    return round(question.levels[place].points * grid)


def closed_points(question: Question, value: float, coverage: float, chance: int, grid: int) -> int:
    """The points of a question of a closed dimension; value and coverage as they are published."""
    known = math.floor(65536 * Fraction(str(coverage)) + Fraction(1, 2))
    slips = math.floor(Fraction(known, 10) + Fraction(1, 2))
    if chance >= known:
        return (chance - known) * grid // (65536 - known)
    step = round(Fraction(grid, len(question.levels) - 1))
    points = math.floor(grid * Fraction(str(value)) / 100 + Fraction(1, 2))
    points += step * ((chance >= known - slips) - (chance < slips))
    return min(max(points, 0), grid)


def mean(parts: list[tuple[int, int | None]], factor: int = 1) -> int | None:
    counted = [(weight, number) for weight, number in parts if number is not None]
    if not counted:
        return None
    total = float(sum(weight * number for weight, number in counted))
    return round(total * (1 / sum(weight for weight, _ in counted)) * factor)


def draw_by_hand(
    framework: Framework,
    answers: Answers,
    *,
    country: str,
    cycle: int,
    seed: int,
    draws: int,
    closed: Mapping[object, tuple[float, float]] = MappingProxyType({}),
) -> dict[object, list[Fraction]]:
    """The scores in each draw, by the keys of `Draws`; `closed` are values and coverages as published."""
    asked = [one for one in framework.questions.values() if one.same_as is None]
    common = math.lcm(*(level.points.denominator for one in asked for level in one.levels))
    grid = 32768 // common * common or 32768
    of_answers = chances(len(asked), draws, "answers", seed, cycle, country)
    groups = {
        (objective.id, dimension.id): [q for q in sheet.of_kind(dimension.kind) if q.weight]
        for objective, sheet in framework.pairs()
        for dimension in framework.dimensions
    }
    of_questions = {
        key: drawn_weights({("question", key[0], q.id): q.weight for q in group}, seed, draws)
        for key, group in groups.items()
    }
    of_dimensions = drawn_weights({("dimension", d.id): d.weight for d in framework.dimensions}, seed, draws)
    of_objectives = drawn_weights({("objective", o.id): o.weight for o in framework.objectives}, seed, draws)
    place = {question.id: row for row, question in enumerate(asked)}
    found: dict[object, list[Fraction]] = {}
    for n in range(draws):
        points = {
            question.id: points_of(question, answers.get(question.id), chance, grid)
            for question, chance in zip(asked, of_answers[n], strict=True)
        }
        means: dict[object, int | None] = {}
        for key, group in groups.items():
            numbers = [points[question.answer_id] for question in group]
            if key in closed:
                numbers = [
                    closed_points(one, *closed[key], of_answers[n][place[one.answer_id]], grid)
                    for one in group
                ]
            means[key] = mean(list(zip(of_questions[key][n], numbers, strict=True)), 512)
        for objective in framework.objectives:
            parts = [means[objective.id, dimension.id] for dimension in framework.dimensions]
            means[objective.id] = mean(list(zip(of_dimensions[n], parts, strict=True)))
        parts = [means[objective.id] for objective in framework.objectives]
        means[""] = mean(list(zip(of_objectives[n], parts, strict=True)))
        for name, number in means.items():
            if number is not None:
                found.setdefault(name, []).append(Fraction(100 * number, 512 * grid))
    return found


def band_by_hand(drawn: list[Fraction], value: Fraction | None) -> tuple[Fraction, Fraction]:
    rising = sorted(drawn)

    def at(place: Fraction) -> Fraction:
        below = math.floor(place)
        above = min(below + 1, len(rising) - 1)
        return rising[below] + (rising[above] - rising[below]) * (place - below)

    low, high = at(Fraction(len(rising) - 1, 20)), at(Fraction(19 * (len(rising) - 1), 20))
    return (low, high) if value is None else (min(low, value), max(high, value))
