"""Small frameworks and answers built in code, and hypothesis strategies for both."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

from hypothesis import strategies as st

from surveyapp.framework.model import (
    Band,
    Dimension,
    Framework,
    Level,
    Measure,
    Objective,
    Question,
    Questionnaire,
    Source,
)
from surveyapp.scoring.answers import Answer, Evidence

FIVE = ("0", "1/4", "1/2", "3/4", "1")
BANDS = tuple(
    Band(level, Fraction(start), f"Band {level}", "#000000")
    for level, start in enumerate(range(0, 100, 20), 1)
)
DIMENSIONS = (
    Dimension("activity", "implementation", "Implementation", Fraction(50), "A"),
    Dimension("indicator", "results", "Results", Fraction(35), "I"),
    Dimension("actor", "participation", "Participation", Fraction(15), "P"),
)
LETTERS = {dimension.kind: dimension.letter for dimension in DIMENSIONS}


def levels(*points: str) -> tuple[Level, ...]:
    return tuple(Level(str(code), Fraction(p), f"Level {code}") for code, p in enumerate(points or FIVE))


def question(question_id: str, kind: str = "activity", *points: str, **more: object) -> Question:
    weight = Fraction(str(more.pop("weight", 1)))
    return Question(
        question_id, kind, f"1.{LETTERS[kind]}1", "How far?", levels(*points), weight=weight, **more
    )  # type: ignore[arg-type]


def framework(*objectives: list[Question], weights: tuple[int, ...] = (), **more: object) -> Framework:
    """One objective, o01, o02 …, for each list of questions."""
    numbers = range(1, len(objectives) + 1)
    given = weights or (1,) * len(objectives)
    fields: dict[str, object] = {
        "dimensions": DIMENSIONS,
        "bands": BANDS,
        "minimum_coverage": Fraction(2, 3),
    }
    return Framework(
        id="sample",
        version="1",
        title="Sample guidelines",
        source=Source("Sample guidelines", 2001),
        objectives=tuple(
            Objective(n, f"o{n:02}", f"Aim {n}", Fraction(w)) for n, w in zip(numbers, given, strict=True)
        ),
        questionnaires=tuple(
            Questionnaire(f"o{n:02}", n, f"Aim {n}", tuple(questions))
            for n, questions in zip(numbers, objectives, strict=True)
        ),
        **(fields | more),  # type: ignore[arg-type]
    )


def two_objectives() -> Framework:
    """What the reader's and the command's tests answer."""
    return framework(
        [
            question("o01.a1", evidence_from="3"),
            question("o01.a2", may_be_not_applicable=True),
            question("o01.i1", "indicator", measure=Measure("persons")),
            question("o01.p1", "actor"),
        ],
        [
            question("o02.a1"),
            question("o02.a2", same_as="o01.a1", evidence_from="3"),
            question("o02.i1", "indicator"),
        ],
    )


def level(code: object, *, proven: bool = False) -> Answer:
    return Answer(level=str(code), evidence=(Evidence("Law 12 of 2024"),) if proven else ())


NOT_APPLICABLE = Answer(not_applicable="We have no peacekeepers abroad.")
UNKNOWN = Answer(unknown="The register is being rebuilt.")

LADDERS = tuple(
    levels(*points)
    for points in (
        FIVE,
        ("0", "1"),
        ("0", "1/3", "1"),
        ("0", "1/20", "1/7", "19/20", "1"),
        ("0", "3/5", "2/3", "1"),
    )
)
WEIGHTS = tuple(map(Fraction, ("0", "1", "1", "1", "5/2")))


@st.composite
def frameworks(draw: st.DrawFn) -> Framework:
    """One to three objectives of up to six questions, with several weights, ladders and `same_as`."""
    random = draw(st.randoms(use_true_random=False))
    objectives: list[list[Question]] = []
    asked: list[Question] = []
    for number in range(1, random.randint(1, 3) + 1):
        questions = [
            any_question(random, f"o{number:02}.q{place}", asked) for place in range(random.randint(0, 6))
        ]
        asked += [item for item in questions if item.same_as is None]
        objectives.append(questions)
    weights = tuple(random.randint(1, 5) for _ in objectives)
    minimum = random.choice([Fraction(0), Fraction(1, 2), Fraction(2, 3), Fraction(1)])
    return framework(*objectives, weights=weights, minimum_coverage=minimum)


def any_question(random: Random, question_id: str, asked: list[Question]) -> Question:
    kind = random.choice(sorted(LETTERS))
    fields = {"kind": kind, "source": f"1.{LETTERS[kind]}1", "weight": random.choice(WEIGHTS)}
    if asked and random.random() < 0.2:
        target = random.choice(asked)
        return replace(target, id=question_id, same_as=target.id, **fields)
    options = random.choice(LADDERS)
    evidence_from = random.choice([None, *(option.code for option in options[1:])])
    return Question(question_id, text="How far?", levels=options, evidence_from=evidence_from, **fields)


def any_answers(random: Random, asked: Framework) -> dict[str, Answer]:
    """Some levels, some proven, some not applicable, some unknown, some none yet."""
    answers: dict[str, Answer] = {}
    known = random.choice([0, 0.2, 0.6, 0.9, 1])
    for item in asked.questions.values():
        if item.same_as is not None:
            continue
        if random.random() < known:
            answers[item.id] = level(random.choice(item.levels).code, proven=random.random() < 0.3)
        elif random.random() < 0.6:
            answers[item.id] = random.choice([NOT_APPLICABLE, UNKNOWN])
    return answers


def other_framework(random: Random) -> Framework:
    """A document unlike ours: one to four kinds of question, ladders of two to ten levels, any weights.

    Its points are halves, thirds, sevenths …; some questions weigh nothing, some are the same as one of
    another objective or kind, and some objectives or dimensions have no question at all.
    """
    kinds = [f"kind{number}" for number in range(random.randint(1, 4))]
    random.shuffle(kinds)
    dimensions = tuple(Dimension(kind, f"d-{kind}", kind, any_weight(random), kind[-1]) for kind in kinds)
    ladders = [any_ladder(random) for _ in range(random.randint(1, 3))]
    asked: list[Question] = []
    objectives = []
    for number in range(1, random.randint(1, 4) + 1):
        questions = [
            question_of_kind(random, f"o{number:02}.q{place}", random.choice(kinds), ladders, asked)
            for place in range(random.randint(0, 7))
        ]
        asked += [item for item in questions if item.same_as is None]
        objectives.append(questions)
    made = framework(*objectives, dimensions=dimensions, bands=any_bands(random))
    weighed = tuple(replace(objective, weight=any_weight(random)) for objective in made.objectives)
    return replace(made, objectives=weighed, minimum_coverage=Fraction(random.randint(0, 6), 6))


def any_weight(random: Random) -> Fraction:
    return Fraction(random.randint(1, 60), random.choice([1, 1, 3, 7, 20, 100]))


def any_ladder(random: Random) -> tuple[Level, ...]:
    parts = random.choice([9, 10, 12, 21, 30])
    inner = random.sample(range(1, parts), random.randint(0, 8))
    points = [Fraction(0), *(Fraction(place, parts) for place in sorted(inner)), Fraction(1)]
    return tuple(Level(chr(97 + place), number, "") for place, number in enumerate(points))


def any_bands(random: Random) -> tuple[Band, ...]:
    starts = random.sample(range(1, 300), random.randint(1, 5))
    return tuple(
        Band(number, Fraction(start, 3), f"Band {number}", "#000000")
        for number, start in enumerate([0, *sorted(starts)], 1)
    )


def question_of_kind(
    random: Random, question_id: str, kind: str, ladders: list[tuple[Level, ...]], asked: list[Question]
) -> Question:
    weight = Fraction(0) if random.random() < 0.15 else any_weight(random)
    if asked and random.random() < 0.25:
        target = random.choice(asked)
        return replace(target, id=question_id, kind=kind, same_as=target.id, weight=weight)
    options = random.choice(ladders)
    evidence_from = random.choice([None, *(option.code for option in options[1:])])
    return Question(question_id, kind, "", "", options, weight=weight, evidence_from=evidence_from)


@st.composite
def answered_frameworks(draw: st.DrawFn) -> tuple[Framework, dict[str, Answer]]:
    asked = draw(frameworks())
    return asked, any_answers(draw(st.randoms(use_true_random=False)), asked)
