"""How long exact scoring takes, as a ratio to reading the same answers as JSON in the same run.

Usage: .venv/bin/python benchmarks/scoring.py
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from surveyapp.demo.invent import COUNTRIES, invent_year
from surveyapp.framework.loader import load_framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.scoring.method1 import score
from surveyapp.scoring.reader import AnswersFile, write_answers

ASSESSMENTS = 200


def seconds(call: Callable[[], object]) -> float:
    """The best of three runs."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    framework = load_framework(shipped_folder())
    years = range(2000, 2000 + ASSESSMENTS // len(COUNTRIES) + 1)
    all_answers = [invent_year(framework, country, year, None) for year in years for country in COUNTRIES]
    all_answers = all_answers[:ASSESSMENTS]
    texts = [json.dumps(write_answers(AnswersFile("AL", 2026, answers))) for answers in all_answers]
    reading = seconds(lambda: [json.loads(text) for text in texts])
    scoring = seconds(lambda: [score(framework, answers) for answers in all_answers])
    print(f"{ASSESSMENTS} assessments, {len(framework.questions)} questions each")
    print(f"reading JSON {reading * 1000:.0f} ms, scoring {scoring * 1000:.0f} ms")
    print(f"ratio {scoring / reading:.1f}")


if __name__ == "__main__":
    main()
