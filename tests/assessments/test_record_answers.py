"""What is kept of the answers that several people give to the same questions."""

from __future__ import annotations

import datetime as dt

import pytest

from surveyapp.accounts.models import Role
from surveyapp.assessments import access, submission
from surveyapp.assessments.errors import AssessmentClosed
from surveyapp.assessments.given import GivenAnswer, GivenEvidence, GivenMeasure
from surveyapp.assessments.models import AnswerState, AssessmentState
from surveyapp.framework.model import Framework
from surveyapp.refusals import NotAllowed, NotFound
from tests.factories import close_cycle, delegate, make_user

from .acting import acting, put_into, read_answers, read_history, save

LAW = GivenEvidence("Law 96/2017", "https://example.org/law", dt.date(2017, 5, 4))


def given(code: str | None = "2", seen: int = 0, question: str = "o07.a1", **more: object) -> GivenAnswer:
    state = AnswerState.NONE_YET if code is None else AnswerState.LEVEL
    return GivenAnswer(question, state, seen, level=code, **more)  # type: ignore[arg-type]


def unknown(reason: str, seen: int = 0) -> GivenAnswer:
    return GivenAnswer("o07.a1", AnswerState.UNKNOWN, seen, reason=reason)


def test_a_new_answer_begins_at_version_1_with_its_first_history_row(focal: str) -> None:
    assert save(focal, given("3", comment="Since March.")) == []
    answer = read_answers()["o07.a1"]
    assert (answer.level, answer.comment, answer.version) == ("3", "Since March.", 1)
    assert answer.changed_by and answer.changed_by.email == focal
    assert [(row.version, row.level, row.comment) for row in read_history("o07.a1")] == [
        (1, "3", "Since March.")
    ]


def test_a_change_makes_a_version_and_the_history_keeps_the_one_before(focal: str) -> None:
    save(focal, given("3", comment="Since March."))
    save(focal, unknown("The ministry is being asked.", seen=1))
    answer = read_answers()["o07.a1"]
    assert (answer.state, answer.level, answer.version) == (AnswerState.UNKNOWN, None, 2)
    first, second = read_history("o07.a1")
    assert (first.version, first.state, first.level) == (1, AnswerState.LEVEL, "3")
    assert (second.version, second.state, second.reason) == (
        2,
        AnswerState.UNKNOWN,
        "The ministry is being asked.",
    )


def test_sending_what_is_kept_makes_no_version_and_keeps_who_wrote_it(focal: str) -> None:
    save(focal, given("3"))
    other = make_user(Role.FOCAL_POINT, "AL", email="second@example.org")
    assert save(other, given("3", seen=1)) == []
    answer = read_answers()["o07.a1"]
    assert answer.version == 1 and len(read_history("o07.a1")) == 1
    assert answer.changed_by and answer.changed_by.email == focal


def test_an_old_page_takes_nothing_back_where_its_reader_touched_nothing(focal: str) -> None:
    save(focal, given("1"))
    save(focal, given("3", seen=1))
    assert save(focal, given("1", seen=1)) == []
    assert (read_answers()["o07.a1"].level, read_answers()["o07.a1"].version) == ("3", 2)


def test_an_old_empty_page_takes_nothing_back(focal: str) -> None:
    save(focal, given("3", comment="Since March."))
    assert save(focal, given(None)) == []
    assert read_answers()["o07.a1"].comment == "Since March."


def test_an_answer_over_a_newer_one_is_refused_with_both_and_the_others_are_kept(focal: str) -> None:
    save(focal, given("1"))
    save(focal, given("3", seen=1, comment="Theirs."))
    [conflict] = save(focal, given("2", seen=1, comment="Mine."), given("4", question="o07.a3"))
    assert (conflict.given.level, conflict.given.comment) == ("2", "Mine.")
    assert (conflict.kept.level, conflict.kept.comment, conflict.kept.version) == ("3", "Theirs.", 2)
    answers = read_answers()
    assert (answers["o07.a1"].level, answers["o07.a1"].comment) == ("3", "Theirs.")
    assert answers["o07.a3"].level == "4"
    assert [row.version for row in read_history("o07.a1")] == [1, 2]


def test_of_two_first_answers_the_later_one_is_refused(focal: str) -> None:
    save(focal, given("1"))
    [conflict] = save(focal, given("2"))
    assert conflict.kept.level == "1"


def test_two_people_who_answer_alike_do_not_disagree(focal: str) -> None:
    save(focal, given("1"))
    assert save(focal, given("1")) == []
    assert read_answers()["o07.a1"].version == 1


def test_a_version_that_was_never_shown_is_refused(focal: str) -> None:
    save(focal, given("1"))
    assert len(save(focal, given("2", seen=99))) == 1


def test_a_comment_alone_is_kept_and_the_question_stays_open(focal: str, shipped: Framework) -> None:
    save(focal, given(None, comment="Asked the ministry."))
    answers = read_answers()
    assert (answers["o07.a1"].state, answers["o07.a1"].comment) == (
        AnswerState.NONE_YET,
        "Asked the ministry.",
    )
    assert shipped.questions["o07.a1"] in submission.list_open(answers, shipped.questions.values())


def test_evidence_is_added_and_removed_and_each_makes_a_version(focal: str) -> None:
    save(focal, given("3", new_evidence=(LAW,)))
    answer = read_answers()["o07.a1"]
    assert [(row.title, row.url, row.dated_on) for row in answer.evidence] == [
        (LAW.title, LAW.url, LAW.dated_on)
    ]
    save(focal, given("3", seen=1, new_evidence=(GivenEvidence("Report"),)))
    save(focal, given("3", seen=2, removed_evidence=frozenset({answer.evidence[0].id})))
    answer = read_answers()["o07.a1"]
    assert [row.title for row in answer.evidence] == ["Report"]
    assert answer.version == 3 and answer.level == "3"
    assert [row.version for row in read_history("o07.a1")] == [1, 2, 3]


def test_evidence_alone_is_kept_and_the_question_stays_open(focal: str) -> None:
    save(focal, given(None, new_evidence=(LAW,)))
    answer = read_answers()["o07.a1"]
    assert answer.state is AnswerState.NONE_YET and len(answer.evidence) == 1


def test_the_same_document_sent_twice_stands_there_once(focal: str) -> None:
    save(focal, given("3", new_evidence=(LAW,)))
    save(focal, given("3", new_evidence=(LAW,)))
    answer = read_answers()["o07.a1"]
    assert len(answer.evidence) == 1 and answer.version == 1


def test_evidence_of_another_answer_cannot_be_removed(focal: str) -> None:
    save(focal, given("3", new_evidence=(LAW,)), given("3", question="o07.a3"))
    theirs = read_answers()["o07.a1"].evidence[0].id
    save(focal, given("3", seen=1, question="o07.a3", removed_evidence=frozenset({theirs, 10**9})))
    answers = read_answers()
    assert len(answers["o07.a1"].evidence) == 1
    assert answers["o07.a3"].version == 1


def test_evidence_added_from_an_old_page_leaves_the_newer_level(focal: str) -> None:
    save(focal, given("1"))
    save(focal, given("3", seen=1))
    assert save(focal, given("1", seen=1, new_evidence=(LAW,))) == []
    answer = read_answers()["o07.a1"]
    assert answer.level == "3" and len(answer.evidence) == 1


def test_a_measure_is_kept_digit_by_digit(focal: str) -> None:
    save(focal, given("3", question="o07.i1", measure=GivenMeasure("12.50", 2025, "Ministry of Interior")))
    answer = read_answers()["o07.i1"]
    assert (answer.measure_value, answer.measure_year, answer.measure_source) == (
        "12.50",
        2025,
        "Ministry of Interior",
    )
    assert read_history("o07.i1")[0].measure_value == "12.50"


def test_after_the_cycle_has_closed_no_answer_is_taken(focal: str) -> None:
    close_cycle()
    with pytest.raises(AssessmentClosed):
        save(focal, given("3"))
    assert read_answers() == {}


def test_what_was_handed_in_takes_no_answer(focal: str) -> None:
    for state in (AssessmentState.SUBMITTED, AssessmentState.ACCEPTED, AssessmentState.PUBLISHED):
        put_into(state)
        with pytest.raises(AssessmentClosed):
            save(focal, given("3"))
    assert read_answers() == {}


def test_a_returned_assessment_takes_answers_again(focal: str) -> None:
    put_into(AssessmentState.RETURNED)
    save(focal, given("3"))
    assert read_answers()["o07.a1"].level == "3"


def test_a_contributor_is_refused_an_objective_that_was_not_delegated(focal: str) -> None:
    contributor = make_user(Role.CONTRIBUTOR, "AL")
    delegate(contributor, "o07")
    with acting(contributor) as (assessment, user):
        access.require_editable(
            assessment, access.list_parts(assessment, "o07", by=user), ["o07.a1"], by=user
        )
        with pytest.raises(NotAllowed):
            access.require_editable(
                assessment, access.list_parts(assessment, "o08", by=user), ["o08.a1"], by=user
            )


def test_nobody_outside_a_country_comes_to_know_of_its_assessment(focal: str) -> None:
    for role in (Role.FOCAL_POINT, Role.CONTRIBUTOR):
        with pytest.raises(NotFound), acting(make_user(role, "BA")):
            pass
    for role in (Role.TRANSLATOR, Role.ADMINISTRATOR, Role.ANALYST):
        with pytest.raises(NotFound), acting(make_user(role)):
            pass
