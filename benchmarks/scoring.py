"""How long exact scoring takes, as a ratio to reading the same answers with the standard JSON reader.

Both are timed in the same run, so that the ratio says the same on a slow machine. At most 5 times is
promised, for 200 complete assessments; the ratio stays level as the countries grow more.

Usage: .venv/bin/python benchmarks/scoring.py
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from benchmarks._timing import seconds
from surveyapp.demo.invent import COUNTRIES, invent_year
from surveyapp.framework.loader import load_framework
from surveyapp.framework.model import Framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.scoring.answers import Answer
from surveyapp.scoring.method1 import score
from surveyapp.scoring.reader import AnswersFile, write_answers

ASSESSMENTS = 200
CURVE = (50, 100, 200, 400)
MOST = 5.0

Assessments = Sequence[Mapping[str, Answer]]


def invent(framework: Framework, count: int) -> Assessments:
    """Complete assessments as the demonstration invents them, with comments and evidence."""
    years = range(2000, 2000 + count // len(COUNTRIES) + 1)
    return [invent_year(framework, country, year, None) for year in years for country in COUNTRIES][:count]


def bare(framework: Framework, count: int) -> Assessments:
    """The files that are read fastest: a level for each question and nothing else."""
    chance = random.Random(1)
    asked = [question for question in framework.questions.values() if question.same_as is None]
    return [{q.id: Answer(level=chance.choice(q.levels).code) for q in asked} for _ in range(count)]


def measure(framework: Framework, assessments: Assessments) -> tuple[float, float]:
    """Seconds for reading and for scoring; the framework is new, so that its plan is made in that time."""
    texts = [json.dumps(write_answers(AnswersFile("AL", 2026, answers))) for answers in assessments]
    reading = seconds(lambda: [json.loads(text) for text in texts], runs=5)

    def score_all() -> None:
        fresh = replace(framework)
        for answers in assessments:
            score(fresh, answers)

    return reading, seconds(score_all, runs=5)


def main() -> None:
    framework = load_framework(shipped_folder())
    print(f"{len(framework.questions)} questions in {len(framework.objectives)} objectives")
    largest = 0.0
    for name, make in (("as in the demonstration", invent), ("levels alone", bare)):
        reading, scoring = measure(framework, make(framework, ASSESSMENTS))
        largest = max(largest, scoring / reading)
        print(
            f"{ASSESSMENTS} assessments, {name}: reading {reading * 1000:.0f} ms,"
            f" scoring {scoring * 1000:.0f} ms, ratio {scoring / reading:.2f}"
        )
    print("countries  scoring ms  ms per country  ratio")
    assessments = invent(framework, max(CURVE))
    for count in CURVE:
        reading, scoring = measure(framework, assessments[:count])
        print(f"{count:9}  {scoring * 1000:10.1f}  {scoring * 1000 / count:14.3f}  {scoring / reading:5.2f}")
    if largest > MOST:
        sys.exit(f"the largest ratio is {largest:.2f}, more than {MOST:g}")


if __name__ == "__main__":
    main()
