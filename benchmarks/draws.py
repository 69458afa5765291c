"""How long the draws behind the bands take, as ratios to drawing plain random numbers in the same run.

The yardstick is one call of numpy for as many float32 numbers as there are countries × 175 × draws. Times
are of the processor, the best of three runs, so that other work on the machine matters little. Memory is
the most that a process of its own took.

Usage: .venv/bin/python benchmarks/draws.py
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from surveyapp.demo.invent import COUNTRIES, invent_year
from surveyapp.framework.loader import load_framework
from surveyapp.framework.model import Framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.comparison import comparison_document
from surveyapp.scoring.method1 import score
from surveyapp.scoring.reader import AnswersFile
from surveyapp.scoring.robustness import Draws, Robustness, pairs_above

COUNTRIES_COMPARED, DRAWS = 200, 2_000
MOST_MEGABYTES, MOST_RATIO = 1_000, 3.0
YARDSTICK_NUMBERS = 175  # a country and draw
PEAK = "peak"  # the argument that asks a process to do the draws and tell its memory


def seconds(call: Callable[[], object], runs: int = 3) -> float:
    """The processor time of the best run."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


def yardstick(countries: int, draws: int) -> object:
    return np.random.default_rng().random((countries, YARDSTICK_NUMBERS, draws), dtype=np.float32)


def invent(framework: Framework, count: int) -> list[Answers]:
    """Answers of so many countries, the same at each run."""
    years = range(2000, 2000 + count // len(COUNTRIES) + 1)
    return [invent_year(framework, country, year, None) for year in years for country in COUNTRIES][:count]


def draw_all(framework: Framework, answers: Sequence[Answers], draws: int) -> list[Draws]:
    """The draws of all, those of the weights included."""
    robustness = Robustness(framework, draws)
    return [robustness.draw(given, country="AL", cycle=place) for place, given in enumerate(answers)]


def peak_megabytes() -> int:
    """What a fresh process needs for the draws of all countries and their bands."""
    command = [sys.executable, __file__, PEAK]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def print_own_peak(framework: Framework, answers: Sequence[Answers]) -> None:
    import resource  # not on every system

    robustness = Robustness(framework, DRAWS)
    for drawn, given in zip(draw_all(framework, answers, DRAWS), answers, strict=True):
        robustness.intervals(drawn, score(framework, given))
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(kilobytes // 1024)


def print_curves(framework: Framework, answers: Sequence[Answers]) -> None:
    """Twice the countries or draws take twice the time, beside the weights that all countries share."""
    for count in (50, 100, 200, 400):
        taken = seconds(partial(draw_all, framework, answers[:count], DRAWS))
        print(f"{count:5} countries, {DRAWS} draws: {taken * 1000:6.0f} ms")
    for draws in (500, 1000, 2000, 4000):
        taken = seconds(partial(draw_all, framework, answers[:COUNTRIES_COMPARED], draws))
        print(f"{COUNTRIES_COMPARED:5} countries, {draws} draws: {taken * 1000:6.0f} ms")


def main() -> None:
    framework = load_framework(shipped_folder())
    answers = invent(framework, 2 * COUNTRIES_COMPARED)
    some = answers[:COUNTRIES_COMPARED]
    if PEAK in sys.argv:
        print_own_peak(framework, some)
        return
    unit = seconds(lambda: yardstick(COUNTRIES_COMPARED, DRAWS))
    drawing = seconds(lambda: draw_all(framework, some, DRAWS))
    drawn, scores = draw_all(framework, some, DRAWS), [score(framework, given) for given in some]
    robustness = Robustness(framework, DRAWS)
    bands = seconds(lambda: [robustness.intervals(*both) for both in zip(drawn, scores, strict=True)])
    keys = ["", *(objective.id for objective in framework.objectives)]
    pairs = seconds(lambda: [pairs_above(drawn, key) for key in keys])
    files = [AnswersFile("AL", place, given) for place, given in enumerate(some)]
    document = seconds(lambda: comparison_document(framework, files), 1)
    peak = peak_megabytes()
    print(f"{len(some)} countries, {DRAWS} draws, {len(framework.questions)} questions")
    print(f"plain random numbers {unit * 1000:.0f} ms")
    print(f"draws      {drawing * 1000:5.0f} ms, ratio {drawing / unit:.2f} of at most {MOST_RATIO}")
    print(f"bands      {bands * 1000:5.0f} ms, ratio {bands / unit:.2f}")
    print(f"all pairs  {pairs * 1000:5.0f} ms, ratio {pairs / unit:.2f}, on {len(keys)} scores")
    print(f"comparison {document * 1000:5.0f} ms, ratio {document / unit:.2f}, with exact scores")
    print(f"memory {peak} MB of at most {MOST_MEGABYTES}")
    print_curves(framework, answers)
    if drawing / unit > MOST_RATIO or peak > MOST_MEGABYTES:
        sys.exit("the draws take more than they may")


if __name__ == "__main__":
    main()
