"""Streams of random numbers that come out the same on every machine, in every process, with every numpy.

numpy promises the raw words of a bit generator for ever, but what its `Generator` makes of them may
change with a release. So only raw words are taken: from SFC64, whose three words of seed are the start of
the SHA-256 hash of the stream's name. What is made of them uses whole numbers, and of floats +, -, ×, ÷,
the square root and powers of two alone, element by element. These are the same to the last bit everywhere
(IEEE 754), while a library's logarithm, sum and matrix product depend on the machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

Array = NDArray[np.float64]
Words = NDArray[np.uint64]
Lanes = NDArray[np.uint16]

LANE_VALUES = 2**16
PAGE = 64  # draws that an item has together
_LANES = 4  # in a word

_LN_2 = 0.6931471805599453
_ROOT_OF_HALF = 0.7071067811865476
_LOG_TERMS = 7  # of the series: the rest is below 10^-12
_EXP_TERMS = 10
_SMALLEST = 1e-300  # stands for 0 where one divides
_DEEPEST = -700.0  # exp() of less is taken to be this deep, before it would vanish


class _Hashed(ISeedSequence):
    """Gives a bit generator the SHA-256 hash of a name to start from."""

    def __init__(self, name: str) -> None:
        self._digest = hashlib.sha256(name.encode()).digest()

    def generate_state(self, n_words: int, dtype: Any = np.uint64) -> Words:
        return np.frombuffer(self._digest, "<u8", n_words).astype(np.uint64)


@dataclass(frozen=True, slots=True)
class Stream:
    """The random numbers of one name, such as `("answers", 1, 2026, "AL")`.

    Numbers are taken in order: how many are taken at a time changes none.
    """

    name: tuple[str | int, ...]
    _generator: np.random.SFC64 = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        hashed = _Hashed("/".join(map(str, self.name)))
        generator = np.random.SFC64(hashed)  # type: ignore[arg-type] # its stub forgets ISeedSequence
        object.__setattr__(self, "_generator", generator)

    def words(self, count: int) -> Words:
        """The next 64-bit words."""
        return self._generator.random_raw(count)

    def lanes(self, draws: int, items: int) -> Lanes:
        """The next whole numbers from 0 to 65,535, items by draws.

        Sixteen words give 64 draws of one item, and all items have theirs before the next 64 draws, so
        that the draws may be taken in blocks of any multiple of `PAGE`.
        """
        pages, words_each = -(-draws // PAGE), PAGE // _LANES
        pages_of_items = self.words(pages * items * words_each).reshape(pages, items, words_each)
        by_item = pages_of_items.transpose(1, 0, 2).astype("<u8", order="C")
        return by_item.reshape(items, pages * words_each).view("<u2")[:, :draws]


def gammas(names: Sequence[tuple[str | int, ...]], shapes: Sequence[float], count: int) -> list[Array]:
    """For each name the first `count` gamma variates of its shape, which is above 0, and scale 1.

    Best's rejection from Student's t with two degrees of freedom (1978), a candidate from every two words
    of the stream of that name. It needs a shape of 1 or more; below, the variate of shape + 1 is
    multiplied by U^(1/shape), U from a stream of its own.
    """
    streams = [Stream(name) for name in names]
    lifted = np.array([[shape + 1 if shape < 1 else shape] for shape in shapes])
    found: list[list[Array]] = [[] for _ in names]
    lacking = list(range(len(names)))
    while lacking:
        words = np.stack([streams[place].words(2 * (count + count // 2 + 16)) for place in lacking])
        candidates, are_accepted = _best(lifted[lacking], _uniforms(words[:, ::2]), _uniforms(words[:, 1::2]))
        for place, row, accepted in zip(lacking, candidates, are_accepted, strict=True):
            found[place].append(row[accepted])
        lacking = [place for place in lacking if sum(map(len, found[place])) < count]
    variates = [np.concatenate(parts)[:count] for parts in found]
    return [
        one * exp(log(_uniforms(Stream((*name, "power")).words(count))) / shape) if shape < 1 else one
        for name, shape, one in zip(names, shapes, variates, strict=True)
    ]


def _uniforms(words: Words) -> Array:
    """Numbers strictly between 0 and 1: the middles of 2^52 equal parts."""
    return ((words >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def _best(shape: Array, u: Array, v: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Candidates for gamma variates of shapes of 1 or more, and which of them are accepted."""
    mode = shape - 1
    w = u * (1 - u)
    y = np.sqrt((3 * shape - 0.75) / w) * (u - 0.5)
    x = mode + y
    is_above = x > 0
    # log(x / mode) times mode, which is 0 where mode is 0
    risen = mode * log(np.where(is_above, x, 1) / np.maximum(mode, _SMALLEST))
    return x, is_above & (log(64 * w * w * w * v * v) <= 2 * (risen - y))


def log(x: Array) -> Array:
    """The natural logarithm of numbers above 0, by the series of 2 artanh; the same everywhere."""
    split: tuple[Any, Any] = np.frexp(x)
    mantissa, exponent = split
    is_low = mantissa < _ROOT_OF_HALF
    mantissa += mantissa * is_low
    s: Array = (mantissa - 1) / (mantissa + 1)
    square = s * s
    series: Array = square * (1 / (2 * _LOG_TERMS - 1))
    for term in range(_LOG_TERMS - 2, 0, -1):
        series += 1 / (2 * term + 1)
        series *= square
    series += 1
    series *= 2 * s
    series += (exponent - is_low) * _LN_2
    return series


def exp(x: Array) -> Array:
    """The exponential of numbers up to 0, by its series; the same everywhere."""
    kept = np.maximum(x, _DEEPEST)
    halvings = np.rint(kept / _LN_2)
    rest = kept - halvings * _LN_2
    series: Array = np.ones_like(rest)
    for term in range(_EXP_TERMS, 0, -1):
        series = series * rest / term + 1
    result: Array = np.ldexp(series, halvings.astype(np.int32))
    return result
