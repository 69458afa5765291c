"""What `verify` says: nothing of a whole bundle, and of a changed one exactly where and what."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import rfc8785

from surveyapp.bundle.differences import LONGEST_LINE, MOST_LISTED
from surveyapp.bundle.verify import verify_bundle
from surveyapp.scoring.json_text import MOST_BYTES
from tests.scoring.builders import framework, question

from . import independent
from .samples import ANSWERS, change, differences, make_bundle, rehash

BUNDLE = make_bundle()
RESULTS = "submission/scores/objectives/0/dimensions/implementation"


def test_a_whole_bundle_differs_in_nothing_and_says_which_submission_it_holds() -> None:
    verdict = verify_bundle(BUNDLE)
    assert verdict.differences == ()
    assert verdict.identity is not None
    assert str(verdict.identity) == "AL 2026, revision 1"
    assert verdict.identity.sha256 == json.loads(BUNDLE)["hashes"]["submission"]


def test_a_changed_score_is_named_with_both_numbers() -> None:
    found = differences(change(BUNDLE, f"{RESULTS}/value", 41.2))
    line = (
        "submission.scores.objectives[o01].dimensions.implementation.value: the file says 41.2, recomputed 75"
    )
    assert line in found
    assert [one.split(":")[0] for one in found] == ["hashes.submission", "hashes.scores", line.split(":")[0]]


def test_a_changed_level_changes_its_hash_and_each_score_above_it() -> None:
    found = differences(change(BUNDLE, "submission/answers/answers/o01.p1/level", "3"))
    places = [one.split(": ")[0] for one in found]
    assert places[:2] == ["hashes.submission", "hashes.answers"]
    for place in (
        "overall.value",
        "objectives[o01].score.low",
        "objectives[o01].dimensions.participation.value",
    ):
        assert f"submission.scores.{place}" in places
    assert not any("objectives[o02]" in place for place in places)


@pytest.mark.parametrize(
    ("path", "value", "places"),
    [
        ("submission/answers/answers/o01.a1/comment", "Every region.", "hashes.submission hashes.answers"),
        ("submission/answers/answers/o01.i1/measure/value", 13, "hashes.submission hashes.answers"),
        ("submission/submitted_at", "2026-11-21T14:05:00+00:00", "hashes.submission"),
        ("submission/submitted_by", "Ministry of Finance", "hashes.submission"),
        ("submission/revision", 2, "hashes.submission submission.previous"),
        ("submission/previous", "0" * 64, "hashes.submission hashes.previous"),
        ("wordings/fr/texts/o01.title", "But 1", "hashes.wordings.fr submission.wordings.fr"),
        ("wordings/fr/locale", "ar", "wordings.fr.locale hashes.wordings.fr submission.wordings.fr"),
        ("hashes/answers", "0" * 64, "hashes.answers"),
        ("hashes/scores", 5, "hashes.scores"),
        ("hashes/wordings/ar", "0" * 64, "wordings.ar"),
        ("framework/questionnaires/0/questions/0/text", "How near?",
         "hashes.framework submission.framework.sha256 submission.scores.framework.sha256"),
    ],
)  # fmt: skip
def test_any_other_change_is_found_at_its_place(path: str, value: object, places: str) -> None:
    assert [line.split(": ")[0] for line in differences(change(BUNDLE, path, value))] == places.split()


def test_a_change_outside_answers_and_scores_is_said_to_be_there() -> None:
    (line,) = differences(change(BUNDLE, "submission/submitted_by", "Ministry of Finance"))
    assert line.endswith("the submission or this hash was changed outside its answers and scores")


def test_a_changed_weight_is_seen_in_the_hash_and_in_the_scores() -> None:
    found = differences(change(BUNDLE, "framework/dimensions/0/weight", "3/4"))
    assert found[0].startswith("hashes.framework: the file says ")
    assert any(line.startswith("submission.scores.overall.value: the file says") for line in found)


@pytest.mark.parametrize(
    ("path", "value"),
    [(f"{RESULTS}/value", 74.9999), (f"{RESULTS}/level", None), ("submission/scores/overall/answered", 9),
     ("submission/scores/overall/answered", True), ("submission/scores/objectives", []),
     ("submission/scores/method", "2"), ("submission/scores/cycle", 2025), (f"{RESULTS}/rank", 1)],
)  # fmt: skip
def test_a_score_that_the_answers_do_not_give_is_found_also_when_all_hashes_are_made_anew(
    path: str, value: object
) -> None:
    found = differences(rehash(change(BUNDLE, path, value)))
    assert found and all(line.startswith("submission.scores") for line in found)


def test_who_changes_an_answer_its_scores_and_all_hashes_is_found_out_by_the_hash_that_was_told() -> None:
    before = verify_bundle(BUNDLE).identity
    after = verify_bundle(rehash(change(BUNDLE, "submission/submitted_by", "Another office"))).identity
    assert before and after and before.sha256 != after.sha256


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("format", "surveyapp-bundle/2", 'format: it is "surveyapp-bundle/2", not "surveyapp-bundle/1"'),
        ("submission/format", "x", "submission.format: it is"),
        ("submission/method", "7", 'submission.method: it is "7", and this version knows 1'),
        ("submission/method", ["1"], "submission.method: it is a list"),
        ("submission/country", "QQ", 'submission.country: it is "QQ", not an ISO 3166 code'),
        ("submission/cycle", True, "submission.cycle: it is true, not a year"),
        ("submission/revision", 0, "submission.revision: it is 0"),
        ("submission/previous", "x", "submission.previous: it is"),
        ("submission/submitted_at", "2026-02-30T00:00:00+00:00", "submission.submitted_at: it is"),
        ("submission/extra", 1, 'submission: the field "extra" does not belong here'),
        ("submission/answers/country", "BA", 'answers.country: the file says "BA", recomputed "AL"'),
        ("submission/answers/answers/o09.z9", {}, 'answers: there is no question "o09.z9"'),
        ("submission/answers/answers/o01.a1/level", "9", 'question o01.a1: "level" is "9"'),
        ("submission/answers/answers/o01.a1", {"not_applicable": "No."}, "cannot be \"not_applicable\""),
        ("submission/answers/answers/o02.a2", {"level": "1"}, 'it is asked as "o01.a1"'),
        ("submission/answers", 3, "submission.answers: it is 3"),
        ("submission/scores", None, "submission.scores: the file says null, recomputed an object"),
        ("submission/framework", None, "submission.framework: the file says null"),
        ("submission/framework/version", "2", 'framework.version: the file says "2", recomputed "1"'),
        ("submission", [], "submission: it is a list, not an object with format"),
        ("wordings", None, "wordings: "),
        ("hashes", "none", 'hashes: it is "none", not an object'),
        ("framework", None, "framework: it cannot be read"),
        ("framework/bands", [], "framework: bands: they do not begin at 0 and rise"),
        ("framework/bands/0/from", "1", "framework: bands: they do not begin at 0 and rise"),
        ("framework/minimum_coverage", "2", "framework: minimum_coverage: it is above 1"),
        ("framework/dimensions", [], "framework: dimensions: there is none"),
        ("framework/dimensions/1/kind", "activity", "framework: dimensions: a kind or an id stands twice"),
        ("framework/dimensions/0/weight", "0", "the weight of implementation is not above 0"),
        ("framework/dimensions/0/weight", "1/0", "framework: it cannot be read: framework.dimensions[0]"),
        ("framework/objectives/0/weight", "0", "the weight of o01 is not above 0"),
        ("framework/objectives/0/number", 2, "an id or a number stands twice"),
        ("framework/objectives", [], "framework: objectives: there is none"),
        ("framework/questionnaires", [], "not one for each objective"),
        ("framework/questionnaires/0/questions/0/kind", "king", "o01.a1: no dimension has its kind"),
        ("framework/questionnaires/0/questions/0/id", "o01.a2", "question o01.a2: it stands twice"),
        ("framework/questionnaires/0/questions/0/levels", [], "its levels are not from 0 to 1, rising"),
        ("framework/questionnaires/0/questions/0/levels/1/points", "0", "o01.a1: its levels are not"),
        ("framework/questionnaires/0/questions/0/levels/1/code", "0", "o01.a1: its levels are not"),
        ("framework/questionnaires/0/questions/0/evidence_from", "0", "o01.a1: evidence_from is none of"),
        ("framework/questionnaires/1/questions/1/same_as", "o09.a1", "o02.a2: it is not the same as o09.a1"),
        ("framework/questionnaires/1/questions/1/same_as", "o02.a2", "o02.a2: it is not the same as o02.a2"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words_even_with_all_hashes_made_anew(
    path: str, value: object, words: str
) -> None:
    changed = change(BUNDLE, path, value)
    for raw in (changed, _rehashed(changed)):
        assert any(words in line for line in differences(raw)), differences(raw)


def _rehashed(raw: bytes) -> bytes:
    try:
        return rehash(raw)
    except (TypeError, KeyError, AttributeError):  # so much is missing that there is nothing to hash
        return raw


def test_what_is_not_recomputed_is_said() -> None:
    for path, value in (("submission/method", "7"), ("framework/bands", []), ("submission/country", "QQ")):
        assert "submission.scores: not recomputed, for the reasons given" in differences(
            change(BUNDLE, path, value)
        )


@pytest.mark.parametrize("name", ["format", "submission", "framework", "wordings", "hashes"])
def test_a_missing_part_is_named(name: str) -> None:
    document = json.loads(BUNDLE)
    del document[name]
    found = differences(rfc8785.dumps(document))
    assert len(found) == 1 and name in found[0]


WRITTEN_ANEW: dict[str, Callable[[bytes], bytes]] = {
    "indented": lambda raw: json.dumps(json.loads(raw), indent=1, ensure_ascii=False).encode(),
    "a line more": lambda raw: raw + b"\n",
    "byte order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "escaped": lambda raw: json.dumps(json.loads(raw), sort_keys=True, separators=(",", ":")).encode(),
    "other order": lambda raw: json.dumps(
        dict(reversed(json.loads(raw).items())), separators=(",", ":"), ensure_ascii=False
    ).encode(),
    "12.0": lambda raw: raw.replace(b'"value":12,', b'"value":12.0,'),
    "more digits than a number has": lambda raw: raw.replace(b":75,", b":75.00000000000000000001,"),
}


@pytest.mark.parametrize("way", WRITTEN_ANEW)
def test_the_same_values_in_another_form_are_said_to_be_only_that(way: str) -> None:
    raw = WRITTEN_ANEW[way](BUNDLE)
    assert raw != BUNDLE
    (line,) = differences(raw)
    assert line.startswith("from byte ") and "not canonical JSON (RFC 8785)" in line


NOT_READABLE = {
    "nothing": (b"", "not JSON"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not UTF-8 text"),
    "cut off": (BUNDLE[: len(BUNDLE) // 2], "not JSON"),
    "cut off by one": (BUNDLE[:-1], "not JSON"),
    "two in one": (BUNDLE + BUNDLE, "not JSON"),
    "a list": (b"[]", "not an object with format, submission"),
    "null": (b"null", "it is null, not an object"),
    "a number": (b"1e999", "1E+999 is no number that JSON can keep"),
    "nested": (b"[" * 100_000, "nested deeper than 20 levels"),
    "a number inside": (b'{"format":[0,{"a":-1e400}]}', "format[1].a: -1E+400 is no number"),
    "too many values": (b"[" + b"1," * 600_000 + b"1]", "over 500,000 values"),
    "too large": (b'"' + b"x" * MOST_BYTES + b'"', "over 50 MB"),
    "half a character": (b'{"format":"\\ud800"}', 'format: "\\ud800" holds half a character'),
    "half a character as a name": (b'{"format":{"\\ud800":1}}', 'format: "\\ud800" holds half a character'),
    "NaN": (b'{"format":NaN}', "format: NaN is no number"),
    "infinity": (b'{"format":[0,-Infinity]}', "format[1]: -Infinity is no number"),
    "a huge number": (b'{"format":' + b"9" * 5_000 + b"}", "is no number"),
    "a large number": (b'{"format":[9007199254740993]}', "format[0]: 9007199254740993 is no whole number"),
    "twice": (BUNDLE[:-1] + b',"format":"surveyapp-bundle/1"}', "format: it stands twice"),
    "twice inside": (BUNDLE.replace(b'"revision":1,', b'"revision":1,"revision":1,'),
                     "submission.revision: it stands twice"),
}  # fmt: skip


@pytest.mark.parametrize("what", NOT_READABLE)
def test_a_file_that_cannot_be_read_is_one_line(what: str) -> None:
    raw, words = NOT_READABLE[what]
    (line,) = differences(raw)
    assert words in line and len(line) < 300, line


def test_fields_that_do_not_belong_are_listed_in_the_order_of_their_names() -> None:
    extra = {f"x{n:03}": n for n in range(50)}
    found = differences(rfc8785.dumps({**json.loads(BUNDLE), **extra}))
    assert found == [f'the field "{name}" does not belong here' for name in extra]


def test_what_a_file_holds_never_reaches_the_terminal_as_a_command() -> None:
    hostile = "\x1b[2J\n\u202e" + "x" * 5_000
    for path in ("submission/country", "hashes/scores", f"submission/{hostile}", "framework/id"):
        for line in differences(change(BUNDLE, path, hostile)):
            assert line.isprintable() and len(line) <= LONGEST_LINE + 50


def test_after_a_thousand_differences_the_rest_is_counted() -> None:
    many = framework([question(f"o01.q{n}") for n in range(1_200)])
    raw = make_bundle(many, {})
    answers = {f"o01.x{n}": {} for n in range(1_200)}
    extra = {f"x{n}": 1 for n in range(1_200)}
    found = differences(
        change(change(raw, "submission/answers/answers", answers), "submission/scores/overall", extra)
    )
    assert len(found) == MOST_LISTED + 1 and found[-1].endswith("more differences are not listed")


def test_who_signs_what_changed_and_which_evidence_is_a_file_may_be_told_and_must_be_well_formed() -> None:
    since = {"o01.a1": {"is_confirmed": True, "changed_because": ""}}
    file = {
        "evidence": 0,
        "id": 7,
        "name": "law.pdf",
        "sha256": "0" * 64,
        "size": 9,
        "type": "application/pdf",
    }
    told = change(BUNDLE, "submission/signed_by_function", "Minister of State")
    told = change(told, "submission/since_last_cycle", since)
    told = change(told, "submission/files", {"o02.a1": [file]})
    assert differences(rehash(told)) == []
    assert differences(told)[0].startswith("hashes.submission: ")
    for path, wrong in (
        ("signed_by_function", 5),
        ("signed_by_function", ""),
        ("since_last_cycle", {"a": 1}),
        ("files", {"o02.a1": file}),
        ("files", {"o02.a1": [{**file, "sha256": "none"}]}),
        ("files", {"o02.a1": [{**file, "size": -1}]}),
        ("files", {"o02.a1": [{"name": "law.pdf"}]}),
    ):
        (line,) = differences(rehash(change(BUNDLE, f"submission/{path}", wrong)))
        assert line.startswith(f"submission.{path}: it is ")


def test_what_stands_beside_the_answers_names_questions_and_evidence_that_exist() -> None:
    """o02.a1 has one piece of evidence, o01.p1 none; o02.a2 repeats o01.a1."""
    since = {"is_confirmed": True, "changed_because": ""}
    file = {"evidence": 0, "id": 7, "name": "law.pdf", "sha256": "0" * 64, "size": 9, "type": "text/plain"}
    raw = make_bundle(
        framework(
            [question("o01.a1"), question("o01.p1", "actor")],
            [
                question("o02.a1"),
                question("o02.a2", same_as="o01.a1"),
            ],
        ),
        {"o02.a1": ANSWERS["o02.a1"], "o01.p1": ANSWERS["o01.p1"]},
    )
    one = {"o01.a1": since, "o09.a1": since, "o02.a2": since}
    files = {"o02.a1": [file, {**file, "evidence": 1}, file], "o01.p1": [file], "o09.a1": [file]}
    changed = rehash(change(change(raw, "submission/since_last_cycle", one), "submission/files", files))
    assert sorted(differences(changed)) == [
        "submission.files.o01.p1[0].evidence: it is 0, counted from 0; so many pieces there are: 0",
        "submission.files.o02.a1[1].evidence: it is 1, counted from 0; so many pieces there are: 1",
        "submission.files.o02.a1[2].evidence: it is 0, as of another file of this answer",
        "submission.files.o09.a1: the framework has no such question",
        "submission.since_last_cycle.o02.a2: its answer is that of o01.a1, which has to be named instead",
        "submission.since_last_cycle.o09.a1: the framework has no such question",
    ]
    with pytest.raises((AssertionError, KeyError)):
        independent.verify(changed)
    whole = rehash(change(raw, "submission/files", {"o02.a1": [file]}))
    assert differences(whole) == []
    independent.verify(whole)
