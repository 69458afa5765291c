"""Whatever is changed in a bundle is noticed, by the command and by the independent program alike."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from random import Random
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.framework.model import Framework
from surveyapp.scoring.answers import Answers
from tests.scoring.builders import answered_frameworks

from . import independent
from .samples import differences, make_bundle

BUNDLE = make_bundle()


FAULTS = (AssertionError, ValueError, TypeError, LookupError, AttributeError, ZeroDivisionError)


def is_refused_independently(raw: bytes) -> bool:
    try:
        independent.verify(raw)
    except FAULTS:
        return True
    return False


def flip_a_bit(random: Random) -> bytes:
    raw = bytearray(BUNDLE)
    raw[random.randrange(len(raw))] ^= 1 << random.randrange(8)
    return bytes(raw)


def take_out_a_piece(random: Random) -> bytes:
    start = random.randrange(len(BUNDLE))
    return BUNDLE[:start] + BUNDLE[start + random.randint(1, 40) :]


def repeat_a_piece(random: Random) -> bytes:
    start = random.randrange(len(BUNDLE))
    end = start + random.randint(1, 40)
    return BUNDLE[:end] + BUNDLE[start:]


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each value inside."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for name, item in inner for place in places(item, (*way, name)))]


WAYS = places(json.loads(BUNDLE))[1:]
OTHERS = (None, True, 0, 1, 3, 41.2, "", "3", "1/2", "fr", "2026-01-01", "0" * 64, [], {})


def change_a_value(random: Random) -> bytes:
    """Another value, or none, anywhere; written as canonically as before."""
    document = json.loads(BUNDLE)
    *way, last = random.choice(WAYS)
    place = document
    for name in way:
        place = place[name]
    if random.random() < 0.2:
        del place[last]
    elif isinstance(place[last], str) and random.random() < 0.5:
        place[last] += random.choice((" ", "x", "0"))
    elif isinstance(place[last], int | float) and not isinstance(place[last], bool):
        place[last] += random.choice((1, -1, 0.0001))
    else:
        place[last] = copy.deepcopy(random.choice(OTHERS))
    return rfc8785.dumps(document)


@pytest.mark.parametrize("mutate", [flip_a_bit, take_out_a_piece, repeat_a_piece, change_a_value])
def test_each_of_many_changes_anywhere_is_noticed(mutate: Any) -> None:
    random = Random(20261120)
    unnoticed = []
    for _ in range(150):
        raw = mutate(random)
        if raw == BUNDLE:
            continue
        if not differences(raw) or not is_refused_independently(raw):
            unnoticed.append(raw)
    assert unnoticed == []


def everything_may_be_not_applicable(framework: Framework) -> Framework:
    """The framework with answers of any kind allowed, as those that are generated need it."""
    sheets = tuple(
        replace(sheet, questions=tuple(replace(q, may_be_not_applicable=True) for q in sheet.questions))
        for sheet in framework.questionnaires
    )
    return replace(framework, questionnaires=sheets)


@given(answered_frameworks())
@settings(max_examples=80, deadline=None)
def test_no_whole_bundle_is_refused_and_both_programs_agree(case: tuple[Framework, Answers]) -> None:
    framework, answers = case
    raw = make_bundle(everything_may_be_not_applicable(framework), answers)
    assert differences(raw) == []
    independent.verify(raw)


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_both_programs_write_canonical_json_alike(value: Any) -> None:
    assert independent.write_canonical(value).encode() == rfc8785.dumps(value)
