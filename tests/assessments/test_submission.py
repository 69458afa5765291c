"""Handing in, and the steps of the review: what is frozen, what may follow what, who may do it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import rfc8785
from click.testing import CliRunner

from surveyapp.accounts.models import Role
from surveyapp.accounts.service import add_user
from surveyapp.assessments import submission
from surveyapp.assessments.errors import AssessmentClosed, AssessmentIncomplete
from surveyapp.assessments.frozen import frozen_answers, frozen_scores, thaw, to_scoring
from surveyapp.assessments.given import GivenAnswer, GivenEvidence, GivenMeasure
from surveyapp.assessments.models import AnswerState, AssessmentState
from surveyapp.database import begin_write, db
from surveyapp.framework.document import framework_sha256
from surveyapp.framework.model import Framework
from surveyapp.refusals import NotAllowed
from surveyapp.scoring import methods
from surveyapp.scoring.cli import score as score_command
from surveyapp.scoring.method1 import score
from surveyapp.scoring.methods import Method
from tests.factories import YEAR, answer_all, close_cycle, level, make_cycle, make_user

from .acting import acting, put_into, read_answers, read_state, read_submissions, save, step, submit

S = AssessmentState


@pytest.fixture
def coordinator(focal: str) -> str:
    return make_user(Role.COORDINATOR)


@pytest.fixture
def answered(focal: str, shipped: Framework) -> str:
    """Albania's focal point, who has answered everything, in several ways."""
    answer_all(shipped, focal)
    save(
        focal,
        GivenAnswer(
            "o07.i1",
            AnswerState.LEVEL,
            1,
            level="3",
            comment="“Ç, ё, ع”",
            measure=GivenMeasure("12.50", 2025, "Ministry"),
            new_evidence=(GivenEvidence("Report", "https://example.org/report"),),
        ),
        GivenAnswer("o07.a2", AnswerState.NOT_APPLICABLE, 1, reason="There is no such border."),
        GivenAnswer("o08.a1", AnswerState.UNKNOWN, 1, reason="Nobody counts."),
    )
    return focal


def test_a_premature_submit_names_the_open_questions_in_the_order_asked(
    focal: str, shipped: Framework
) -> None:
    asked = [q for q in shipped.questions.values() if q.same_as is None]
    still_open = ("o03.a1", "o07.a1", "o13.i1")
    save(focal, *[level(q) for q in asked if q.id not in still_open])
    save(focal, GivenAnswer("o07.a1", AnswerState.NONE_YET, 0, comment="Asked the ministry."))
    with pytest.raises(AssessmentIncomplete) as refusal:
        submit(focal)
    assert refusal.value.missing == list(still_open)
    assert read_submissions() == [] and read_state() is S.DRAFT


def test_a_submission_is_canonical_json_with_its_hash_and_all_that_it_was_made_from(
    answered: str, shipped: Framework
) -> None:
    submit(answered)
    [kept] = read_submissions()
    assert rfc8785.dumps(json.loads(kept.body)) == kept.body.encode()
    assert hashlib.sha256(kept.body.encode()).hexdigest() == kept.sha256
    body = json.loads(kept.body)
    assert (body["country"], body["cycle"], body["revision"], body["previous"]) == ("AL", YEAR, 1, None)
    assert body["framework"]["sha256"] == framework_sha256(shipped)
    with acting(answered) as (assessment, _):
        assert body["wordings"] == {wording.locale: wording.sha256 for wording in assessment.cycle.wordings}
    answers = body["answers"]["answers"]
    assert answers["o07.i1"]["comment"] == "“Ç, ё, ع”"
    assert answers["o07.i1"]["measure"] == {
        "value": 12.5,
        "unit": "places",
        "year": 2025,
        "source": "Ministry",
    }
    assert answers["o07.a2"] == {"not_applicable": "There is no such border."}
    assert answers["o08.a1"] == {"unknown": "Nobody counts."}
    assert read_state() is S.SUBMITTED


def test_the_frozen_scores_are_what_the_command_says_of_the_frozen_answers(
    answered: str, shipped: Framework, tmp_path: Path
) -> None:
    submit(answered)
    [kept] = read_submissions()
    body = json.loads(kept.body)
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(body["answers"]), encoding="utf-8")
    result = CliRunner().invoke(score_command, [str(file)])
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == body["scores"]
    assert frozen_scores(kept) == score(shipped, frozen_answers(kept, shipped))


def test_frozen_answers_read_again_say_what_the_kept_ones_say(answered: str, shipped: Framework) -> None:
    submit(answered)
    [kept] = read_submissions()
    assert to_scoring(thaw(kept, shipped), shipped) == to_scoring(read_answers(), shipped)


def test_a_second_submission_follows_the_first_and_the_first_stays_as_it_was(
    answered: str, coordinator: str, shipped: Framework
) -> None:
    submit(answered)
    [before] = read_submissions()
    step("return", coordinator)
    save(answered, level(shipped.questions["o01.a1"], "4", seen=1))
    assert read_submissions()[0].body == before.body
    submit(answered)
    first, second = read_submissions()
    assert (first.body, first.sha256, first.scores) == (before.body, before.sha256, before.scores)
    body = json.loads(second.body)
    assert (second.revision, body["revision"], body["previous"]) == (2, 2, first.sha256)
    assert body["answers"]["answers"]["o01.a1"]["level"] == "4"


def test_a_submission_keeps_its_method_when_a_newer_one_comes(
    answered: str, coordinator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(answered)
    step("return", coordinator)
    monkeypatch.setattr(methods, "METHODS", {**methods.METHODS, "newer": Method("newer", score)})
    submit(answered)
    bodies = [json.loads(row.body) for row in read_submissions()]
    assert [row.method for row in read_submissions()] == ["1", "newer"]
    assert [(body["method"], body["scores"]["method"]) for body in bodies] == [("1", "1"), ("newer", "newer")]


def test_the_next_cycle_follows_the_submission_of_the_one_before(answered: str, shipped: Framework) -> None:
    submit(answered)
    make_cycle(shipped, year=YEAR + 1)
    answer_all(shipped, answered, year=YEAR + 1)
    submit(answered, year=YEAR + 1)
    first, second = read_submissions()
    body = json.loads(second.body)
    assert (body["cycle"], body["revision"], body["previous"]) == (YEAR + 1, 1, first.sha256)


def test_pressing_submit_twice_gives_the_same_submission(answered: str) -> None:
    assert submit(answered).id == submit(answered).id
    assert len(read_submissions()) == 1


def test_nothing_is_submitted_after_the_cycle_has_closed(answered: str) -> None:
    close_cycle()
    with pytest.raises(AssessmentClosed):
        submit(answered)


# Who does it, from which states, and what comes of it. All other states refuse.
STEPS = {
    "submit": ("focal", {S.DRAFT: S.SUBMITTED, S.RETURNED: S.SUBMITTED}),
    "return": ("coordinator", {S.SUBMITTED: S.RETURNED}),
    "accept": ("coordinator", {S.SUBMITTED: S.ACCEPTED}),
    "publish": ("coordinator", {S.ACCEPTED: S.PUBLISHED}),
    "withdraw": ("coordinator", {S.PUBLISHED: S.ACCEPTED}),
    "reopen": ("coordinator", {S.ACCEPTED: S.RETURNED, S.PUBLISHED: S.RETURNED}),
}


def test_each_step_starts_only_from_its_states_and_only_by_its_people(
    answered: str, coordinator: str
) -> None:
    for name, (who, moves) in STEPS.items():
        right, wrong = (answered, coordinator) if who == "focal" else (coordinator, answered)
        for state in S:
            put_into(state)
            with pytest.raises(NotAllowed):
                step(name, wrong)
            assert read_state() is state, f"{name} by another from {state}"
            if state in moves or (name, state) == ("submit", S.SUBMITTED):  # the same press again
                step(name, right)
            else:
                with pytest.raises(NotAllowed):
                    step(name, right)
            assert read_state() is moves.get(state, state), f"{name} from {state}"


@pytest.mark.parametrize(("name", "state"), [("return", S.SUBMITTED), ("reopen", S.ACCEPTED)])
def test_a_country_gets_nothing_back_without_a_word_on_why(
    coordinator: str, name: str, state: AssessmentState
) -> None:
    put_into(state)
    for note, refusal in ((" \n", submission.NoteMissing), ("x" * 4001, submission.NoteTooLong)):
        with pytest.raises(refusal):
            step(name, coordinator, note)
    assert read_state() is state
    step(name, coordinator, "x" * 4000)
    assert read_state() is S.RETURNED


def test_nobody_reviews_an_own_country(focal: str) -> None:
    begin_write()
    add_user("both@example.org", "Both", [(Role.COORDINATOR, None), (Role.FOCAL_POINT, "AL")], by=None)
    db.session.commit()
    for name, (_, moves) in STEPS.items():
        if name == "submit":
            continue
        for state in moves:
            put_into(state)
            with pytest.raises(NotAllowed):
                step(name, "both@example.org")
            put_into(state, "BA")
            step(name, "both@example.org", country="BA")


def test_an_objective_page_for_reviewers_shows_what_was_submitted_while_the_country_mends(
    answered: str, coordinator: str, shipped: Framework
) -> None:
    submit(answered)
    step("return", coordinator)
    save(answered, level(shipped.questions["o01.a1"], "4", seen=1))
    with acting(coordinator) as (assessment, _):
        assert submission.list_shown_answers(assessment, sees_drafts=False)["o01.a1"].level == "2"
        assert submission.list_shown_answers(assessment, sees_drafts=True)["o01.a1"].level == "4"
