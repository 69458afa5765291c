from __future__ import annotations

import json
import time

import pytest

from surveyapp.demo.invent import COUNTRIES, invent_year
from surveyapp.framework.loader import load_framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.scoring.method1 import score
from surveyapp.scoring.reader import AnswersFile, write_answers


@pytest.fixture(scope="module")
def shipped():
    return load_framework(shipped_folder())


def seconds(call) -> float:
    """The best of five runs, in time of this process, so that a busy machine changes little."""
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        call()
        best = min(best, time.process_time() - started)
    return best


def test_to_score_takes_at_most_five_times_as_long_as_to_read_the_answers(shipped):
    given = [invent_year(shipped, country, 2026, None) for country in COUNTRIES]
    texts = [json.dumps(write_answers(AnswersFile("AL", 2026, answers))) for answers in given]
    reading = seconds(lambda: [json.loads(text) for text in texts])
    assert seconds(lambda: [score(shipped, answers) for answers in given]) <= 5 * reading
