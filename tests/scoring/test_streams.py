"""Random numbers that are the same on every machine: against plain Python, and fixed on purpose."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.scoring.streams import Stream, exp, gammas, log

NAME = ("answers", 1, 2026, "AL")
# Vector instructions, as numpy 2.4 groups them and as it named them before; it warns of those it lacks.
FEATURES = "X86_V3 X86_V4 AVX2 FMA3 AVX512F AVX512_SKX AVX512_ICL"
WORD, OTHER_WORD = 812349439423876935, 8963719233936875787
VARIATES = ["0x1.fa1cc2340cceap+3", "0x1.cdc52d2800e3ap+2", "0x1.0e4a285b53dd3p+3"]

# What one process prints: raw words, weights and every drawn score, the floats as their bits.
PRINT_DRAWS = """
from surveyapp.scoring import robustness
from surveyapp.scoring.streams import Stream, gammas
from tests.scoring.builders import two_objectives
from tests.scoring.test_robustness import MIXED

robustness._BLOCK = {block}
print(*Stream(("answers", 1, 2026, "AL")).words(3))
for variates in gammas([("weight", 1, name) for name in "abc"], [0.4, 4.5, 10.0], {count}):
    print(*(variate.hex() for variate in variates[:500].tolist()))
drawn = robustness.Robustness(two_objectives(), {count}).draw(MIXED, country="AL", cycle=2026)
print(drawn.rows, drawn.table[:, :500].tolist())
"""


def plain_words(name: tuple[object, ...], count: int) -> list[int]:
    """SFC64 as its author wrote it, seeded with the start of a hash."""
    digest = hashlib.sha256("/".join(map(str, name)).encode()).digest()
    a, b, c = (int.from_bytes(digest[start : start + 8], "little") for start in (0, 8, 16))
    words, full = [], 2**64
    for counter in range(1, count + 13):
        words.append((a + b + counter) % full)
        a, b, c = b ^ (b >> 11), (c + (c << 3)) % full, ((c << 24 | c >> 40) + words[-1]) % full
    return words[12:]  # the first twelve mix the seed


def test_the_words_of_a_stream_are_those_of_the_published_generator():
    assert Stream(NAME).words(5).tolist() == plain_words(NAME, 5)
    assert Stream(NAME).words(2).tolist() == [WORD, OTHER_WORD]


def test_how_many_words_are_taken_at_a_time_changes_none():
    stream = Stream(NAME)
    assert [*stream.words(3), *stream.words(4)] == plain_words(NAME, 7)


def test_the_lanes_of_an_item_are_its_words_cut_in_four():
    words = plain_words(NAME, 3 * 16 * 2)
    lanes = Stream(NAME).lanes(100, 3)
    assert lanes.shape == (3, 100)
    item_2_of_the_second_page = [word >> shift & 0xFFFF for word in words[80:96] for shift in (0, 16, 32, 48)]
    assert lanes[2, 64:].tolist() == item_2_of_the_second_page[:36]


@settings(deadline=None)
@given(st.floats(1e-300, 1e300))
def test_the_logarithm_is_the_logarithm(x):
    assert log(np.array([x]))[0] == pytest.approx(math.log(x), rel=1e-11, abs=1e-11)


@settings(deadline=None)
@given(st.floats(-690, 0))
def test_the_exponential_is_the_exponential(x):
    assert exp(np.array([x]))[0] == pytest.approx(math.exp(x), rel=1e-10)


@pytest.mark.parametrize("shape", [0.2, 1, 1.0001, 4.5, 10, 60])
def test_gamma_variates_are_distributed_as_those_of_the_standard_library(shape):
    random = Random(3)
    plain = sorted(random.gammavariate(shape, 1) for _ in range(20_000))
    (drawn,) = gammas([("weight", 5, "o01.a1")], [shape], 20_000)
    ranks = np.searchsorted(plain, drawn) / 20_000
    shares = np.histogram(ranks, bins=10, range=(0, 1))[0] / 20_000
    assert shares == pytest.approx(np.full(10, 0.1), abs=0.012)
    assert drawn.mean() == pytest.approx(shape, rel=0.05)


def test_a_weight_is_the_same_whatever_else_is_drawn():
    names, shapes = [("weight", 1, name) for name in "abc"], [0.4, 4.5, 10.0]
    together = gammas(names, shapes, 300)
    for name, shape, drawn in zip(names, shapes, together, strict=True):
        assert np.array_equal(gammas([name], [shape], 300)[0], drawn)
        assert np.array_equal(gammas([name], [shape], 70)[0], drawn[:70])


def test_the_first_weights_never_change():
    """To all digits: as hexadecimal floats."""
    (drawn,) = gammas([("weight", 1, "question", "o01", "o01.a1")], [10.0], 3)
    assert [variate.hex() for variate in drawn.tolist()] == VARIATES


def test_another_process_block_thread_count_and_instruction_set_change_no_bit():
    def lines(block: int, count: int, **settings: str) -> str:
        code = PRINT_DRAWS.format(block=block, count=count)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            env=os.environ | settings,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    plain = lines(1024, 500)
    assert plain.startswith(f"{WORD} {OTHER_WORD} ")
    assert lines(64, 900, OMP_NUM_THREADS="3") == plain
    assert lines(1024, 500, NPY_DISABLE_CPU_FEATURES=FEATURES) == plain
