"""An NGO's own view of a country: kept apart, handed in, taken back, shown by consent and decision."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from surveyapp.accounts import invitations, leaving
from surveyapp.accounts.errors import AccountFault
from surveyapp.accounts.models import Role, User
from surveyapp.accounts.own_data import export_user
from surveyapp.accounts.service import add_user
from surveyapp.assessments import parallel
from surveyapp.assessments.given import GivenAnswer, GivenEvidence, GivenMeasure
from surveyapp.assessments.links import Link, list_links
from surveyapp.assessments.models import Answer, AnswerState, Assessment, AssessmentState, Evidence
from surveyapp.assessments.parallel_errors import DecisionRefused, NothingAnswered, ViewClosed, ViewMoved
from surveyapp.assessments.parallel_models import ParallelAnswer, ParallelState, ParallelView
from surveyapp.assessments.submission import FunctionFault
from surveyapp.audit.models import AuditEntry
from surveyapp.database import begin_write, db, now
from surveyapp.framework.model import Framework
from surveyapp.mail.models import MailKind, OutgoingMail
from surveyapp.refusals import NotAllowed, NotFound
from tests.conftest import ClientAs
from tests.factories import bring_to, close_cycle, get_user, make_cycle, make_user

from .acting import put_into, start_afresh, step
from .viewing import decide, hand_in, level, list_seen, read_copies, read_view, say, viewing

S = AssessmentState


@pytest.fixture
def ngo(focal: str) -> str:
    """An NGO on Albania, over each database."""
    return make_user(Role.NGO, "AL", email="shelter@example.org")


def count(what: type) -> int:
    found = db.session.scalar(select(func.count()).select_from(what))
    start_afresh()
    return found or 0


def test_what_an_ngo_answers_is_kept_apart_from_the_government(ngo: str) -> None:
    assert say(ngo, level("o07.a2", "1", comment="Only in the capital.")) == []
    assert count(Answer) == 0 and count(ParallelAnswer) == 1
    with viewing(ngo) as (view, _):
        answer = parallel.list_answers(view)["o07.a2"]
    assert (answer.level, answer.comment, answer.version) == ("1", "Only in the capital.", 1)


def with_figure(question: str, value: str, *, seen: int = 0) -> GivenAnswer:
    measure = GivenMeasure(value, 2025, "Own counts")
    return GivenAnswer(question, AnswerState.LEVEL, seen, level="1", measure=measure)


def with_document(given: GivenAnswer, title: str, *, removed: frozenset[int] = frozenset()) -> GivenAnswer:
    return given.with_evidence((GivenEvidence(title, "https://example.org/a", date(2026, 3, 1)),), removed)


def list_titles(ngo: str) -> list[tuple[int, str]]:
    with viewing(ngo) as (view, _):
        return [(row.id, row.title) for row in parallel.list_answers(view)["o07.a2"].evidence]


def test_figures_and_documents_are_frozen_with_the_view(ngo: str, shipped: Framework) -> None:
    say(ngo, with_document(level("o07.a2", "1"), "Yearly report"), with_figure("o12.i3", "12.50"))
    copy = hand_in(ngo) and read_copies()[0]
    frozen = json.loads(copy.body)["answers"]["answers"]
    document = {"title": "Yearly report", "url": "https://example.org/a", "date": "2026-03-01"}
    assert frozen["o07.a2"] == {"level": "1", "evidence": [document]}
    figure = {"value": 12.5, "unit": "persons", "year": 2025, "source": "Own counts"}
    assert frozen["o12.i3"]["measure"] == figure
    assert count(Evidence) == 0, "nothing of it stands among the government's"
    own = json.loads(export_user(get_user(ngo), by=get_user(ngo)))["parallel_views_of_yours"][0]["answers"]
    told = [(one["content"]["figure"]["value"], len(one["content"]["documents"])) for one in own]
    assert told == [(None, 1), ("12.50", 0)]


def test_dead_links_are_looked_for_among_what_ngos_handed_in(ngo: str) -> None:
    say(ngo, with_document(level("o07.a2", "1"), "Yearly report"))
    assert list_links(None) == []
    start_afresh()
    hand_in(ngo)
    assert list_links(2026) == [Link("AL", 2026, "o07.a2", "https://example.org/a")]
    assert list_links(2025) == []


def test_a_document_is_added_once_and_removed_by_the_number_that_it_keeps(ngo: str) -> None:
    say(ngo, with_document(level("o07.a2", "1"), "One"))
    say(ngo, with_document(level("o07.a2", "1", seen=1), "One"))
    [(first, title)] = list_titles(ngo)
    assert title == "One", "as after a button pressed twice"
    say(ngo, with_document(level("o07.a2", "2", seen=1), "Two"))
    [_, second] = list_titles(ngo)
    assert list_titles(ngo) == [(first, "One"), second]
    say(ngo, level("o07.a2", "2", seen=2).with_evidence((), frozenset([first, 99])))
    assert list_titles(ngo) == [second]


def test_of_documents_that_came_together_one_is_removed_alone(ngo: str) -> None:
    together = (GivenEvidence("One"), GivenEvidence("Two"), GivenEvidence("Three"))
    say(ngo, level("o07.a2", "1").with_evidence(together, frozenset()))  # as what was named last year does
    numbers = {title: number for number, title in list_titles(ngo)}
    say(ngo, level("o07.a2", "1", seen=1).with_evidence((), frozenset([numbers["Two"]])))
    assert [title for _, title in list_titles(ngo)] == ["One", "Three"]


def test_an_old_tab_adds_a_document_and_takes_no_newer_answer_back(ngo: str) -> None:
    say(ngo, level("o07.a2", "1"))
    say(ngo, level("o07.a2", "3", seen=1, comment="Newer."))
    assert say(ngo, with_document(level("o07.a2", "1", seen=1), "Report")) == []
    with viewing(ngo) as (view, _):
        answer = parallel.list_answers(view)["o07.a2"]
    assert (answer.level, answer.comment, answer.evidence[0].title) == ("3", "Newer.", "Report")
    refused = say(ngo, with_document(level("o07.a2", "4", seen=1), "Lost?"))
    assert len(refused) == 1 and len(list_titles(ngo)) == 1, "what is not saved stands on the page"


def test_of_two_tabs_the_older_one_overwrites_nothing_and_saves_what_it_changed(ngo: str) -> None:
    say(ngo, level("o07.a2", "1"), level("o07.a3", "1"))
    say(ngo, level("o07.a2", "2", seen=1))
    refused = say(ngo, level("o07.a2", "3", seen=1), level("o07.a3", "4", seen=1))
    assert [(one.given.level, one.kept.level, one.kept.version) for one in refused] == [("3", "2", 2)]
    assert say(ngo, level("o07.a2", "1", seen=1)) == [], "shown so, and left so"
    with viewing(ngo) as (view, _):
        answers = parallel.list_answers(view)
    assert (answers["o07.a2"].level, answers["o07.a3"].level) == ("2", "4")


def test_a_view_is_handed_in_incomplete_and_frozen_under_a_hash(ngo: str, shipped: Framework) -> None:
    say(ngo, level("o07.a2", "1"))
    say(ngo, level("o07.a2", "2", seen=1))
    hand_in(ngo, signed_by=" The  board ")
    [copy] = read_copies()
    body = json.loads(copy.body)
    assert copy.sha256 == hashlib.sha256(copy.body.encode()).hexdigest()
    assert (body["format"], body["organisation"]) == ("surveyapp-parallel-view/1", f"Office of {ngo}")
    assert (body["signed_by_function"], body["answers"]["answers"]) == (
        "The board",
        {"o07.a2": {"level": "2"}},
    )
    scores = {one["id"]: one["score"] for one in body["scores"]["objectives"]}
    assert scores["o07"]["value"] == 50 and scores["o07"]["coverage"] < 0.2
    assert scores["o01"]["value"] is None, "what was not answered is no zero"
    assert count(ParallelAnswer) == 1, "what the answers were on the way is forgotten"


def test_a_second_press_gives_the_first_copy(ngo: str) -> None:
    say(ngo, level("o07.a2", "1"))
    hand_in(ngo)
    hand_in(ngo, consents=False)
    assert len(read_copies()) == 1 and read_view().consents_to_public
    with pytest.raises(ViewClosed):
        say(ngo, level("o07.a2", "2", seen=1))


def test_an_empty_view_and_one_that_nobody_signs_are_refused(ngo: str) -> None:
    say(ngo, GivenAnswer("o07.a2", AnswerState.NONE_YET, 0, comment="We look into it."))
    with pytest.raises(NothingAnswered):
        hand_in(ngo)
    say(ngo, level("o07.a2", "1", seen=1))
    with pytest.raises(FunctionFault):
        hand_in(ngo, signed_by=" ")
    assert read_copies() == [] and read_view().state is ParallelState.DRAFT


def test_the_cycle_takes_views_until_its_closing_day_ends_where_the_country_is(ngo: str) -> None:
    with viewing(ngo) as (view, _):
        pass
    last = datetime.combine(view.cycle.closes_on, datetime.max.time(), view.zone).astimezone(UTC)
    assert view.is_open(last) and not view.is_open(last + timedelta(seconds=1))
    assert view.zone.key == "Europe/Tirane" and view.due_on == view.cycle.deadline
    close_cycle()
    with pytest.raises(ViewClosed):
        say(ngo, level("o07.a2", "1"))
    with pytest.raises(ViewClosed):
        hand_in(ngo)


def test_more_time_for_the_government_is_no_more_time_for_an_ngo(ngo: str) -> None:
    close_cycle()
    later = {
        "deadline": now().date() + timedelta(days=9),
        "extended_at": now(),
        "extension_reason": "A flood.",
    }
    db.session.execute(update(Assessment).where(Assessment.country_code == "AL").values(**later))
    db.session.commit()
    with viewing(ngo) as (view, _):
        assert not view.is_open(now()) and view.due_on.year == 2020
    with pytest.raises(ViewClosed):
        say(ngo, level("o07.a2", "1"))


def test_what_was_taken_back_is_hidden_at_once_and_can_be_handed_in_anew(ngo: str, focal: str) -> None:
    coordinator = make_user(Role.COORDINATOR)
    say(ngo, level("o07.a2", "1"))
    number = hand_in(ngo)
    put_into(S.PUBLISHED)
    decide(coordinator, number)
    assert list_seen(None) == list_seen(focal) == [f"Office of {ngo}"]
    with viewing(ngo) as (view, user):
        parallel.take_back(view, by=user)
    assert list_seen(None) == list_seen(focal) == list_seen(coordinator) == list_seen(ngo) == []
    with pytest.raises(ViewMoved), viewing(ngo) as (view, user):
        parallel.take_back(view, by=user)
    say(ngo, level("o07.a2", "2", seen=1))
    hand_in(ngo)
    assert [copy.revision for copy in read_copies()] == [1, 2]
    assert list_seen(focal) == [f"Office of {ngo}"]
    assert list_seen(None) == [], "the decision was on what was there before"


@pytest.mark.parametrize("state", list(S))
def test_who_sees_a_view_hangs_on_what_the_government_has_submitted(ngo: str, focal: str, state: S) -> None:
    people = {
        "own": focal,
        "other": make_user(Role.FOCAL_POINT, "BA"),
        "coordinator": make_user(Role.COORDINATOR),
        "analyst": make_user(Role.ANALYST),
        "contributor": make_user(Role.CONTRIBUTOR, "AL"),
        "second ngo": make_user(Role.NGO, "AL", email="lawyers@example.org"),
        "ngo": ngo,
        "visitor": None,
    }
    say(ngo, level("o07.a2", "1"))
    number = hand_in(ngo)
    put_into(state)
    seen = {who for who, email in people.items() if list_seen(email)}
    expected = {"own", "coordinator", "analyst"} if state is not S.DRAFT else set()
    if state is S.PUBLISHED:
        expected |= {"other", "ngo"}
    assert seen == expected
    if state is S.PUBLISHED:
        decide(people["coordinator"] or "", number)
        assert {who for who, email in people.items() if list_seen(email)} == set(people)


def test_taking_consent_back_hides_at_once_and_a_new_one_needs_a_new_decision(ngo: str) -> None:
    coordinator = make_user(Role.COORDINATOR)
    say(ngo, level("o07.a2", "1"))
    number = hand_in(ngo)
    put_into(S.PUBLISHED)
    decide(coordinator, number, note="Well founded.")
    close_cycle()
    for consents, is_seen in ((False, False), (True, False)):
        with viewing(ngo) as (view, user):
            parallel.choose_consent(view, consents, by=user)
        assert bool(list_seen(None)) is is_seen
    decide(coordinator, number)
    assert list_seen(None) == [f"Office of {ngo}"]


def test_a_decision_is_refused_without_consent_without_a_reason_and_over_a_newer_copy(ngo: str) -> None:
    coordinator = make_user(Role.COORDINATOR)
    say(ngo, level("o07.a2", "1"))
    number = hand_in(ngo, consents=False)
    with pytest.raises(NotAllowed):
        decide(coordinator, number)  # the government has not submitted
    put_into(S.SUBMITTED)
    with pytest.raises(DecisionRefused, match="consent"):
        decide(coordinator, number)
    with pytest.raises(DecisionRefused, match="why"):
        decide(coordinator, number, shows=False, note=" ")
    with pytest.raises(DecisionRefused, match="too long"):
        decide(coordinator, number, shows=False, note="x" * 4001)
    with pytest.raises(ViewMoved):
        decide(coordinator, number, shows=False, note="Why.", revision=2)
    with pytest.raises(NotFound):
        decide(coordinator, number + 1, shows=False, note="Why.")
    decide(coordinator, number, shows=False, note="It names a shelter.")
    view = read_view()
    assert (view.is_shown_publicly, view.decision_note) == (False, "It names a shelter.")


def test_nobody_decides_on_a_view_of_an_own_country(ngo: str) -> None:
    begin_write()
    for role in (Role.FOCAL_POINT, Role.NGO):
        add_user(f"{role}.both@example.org", "Both", [(Role.COORDINATOR, None), (role, "AL")], by=None)
    db.session.commit()
    say(ngo, level("o07.a2", "1"))
    number = hand_in(ngo)
    put_into(S.SUBMITTED)
    for role in (Role.FOCAL_POINT, Role.NGO):
        with pytest.raises(NotAllowed):
            decide(f"{role}.both@example.org", number)


def test_a_view_that_two_tabs_begin_at_once_is_one(ngo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    say(ngo, level("o07.a2", "1"))
    find, asked = parallel._find_view, []

    def find_late(place: Assessment, by: User, *, lock: bool) -> ParallelView | None:
        asked.append(place)
        return None if len(asked) == 1 else find(place, by, lock=lock)

    monkeypatch.setattr(parallel, "_find_view", find_late)
    say(ngo, level("o07.a3", "2"))
    assert len(asked) == 2 and count(ParallelView) == 1 and count(ParallelAnswer) == 2


def test_each_step_is_in_the_record(ngo: str) -> None:
    coordinator = make_user(Role.COORDINATOR)
    say(ngo, level("o07.a2", "1"))
    number = hand_in(ngo)
    put_into(S.SUBMITTED)
    decide(coordinator, number)
    with viewing(ngo) as (view, user):
        parallel.choose_consent(view, False, by=user)
        parallel.take_back(view, by=user)
    query = select(AuditEntry.action).where(AuditEntry.subject == f"parallel_view/{number}")
    assert list(db.session.scalars(query.order_by(AuditEntry.sequence))) == [
        "parallel.save",
        "parallel.hand_in",
        "parallel.decide",
        "parallel.consent",
        "parallel.take_back",
    ]


def test_one_account_does_not_answer_for_a_country_and_give_an_ngos_view_of_it(ngo: str, focal: str) -> None:
    begin_write()
    with pytest.raises(AccountFault, match="two accounts"):
        add_user("x@example.org", "X", [(Role.CONTRIBUTOR, "AL"), (Role.NGO, "AL")], by=None)
    add_user("y@example.org", "Y", [(Role.CONTRIBUTOR, "BA"), (Role.NGO, "AL")], by=None)
    made, _ = invitations.invite(ngo, "X", Role.CONTRIBUTOR, "AL", locale="en", by=get_user(focal))
    with pytest.raises(AccountFault, match="two accounts"):
        invitations.accept_as(made, get_user(ngo))
    db.session.rollback()


def test_an_ngo_gives_a_view_of_its_own_country_alone(ngo: str, focal: str) -> None:
    for email, country in ((ngo, "BA"), (focal, "AL"), (make_user(Role.COORDINATOR), "AL")):
        with pytest.raises(NotFound):
            parallel.get_view(2026, country, by=get_user(email))
        start_afresh()
    with pytest.raises(NotFound):
        parallel.get_view(2031, "AL", by=get_user(ngo))


def test_coordinators_get_a_letter_when_a_view_comes_and_the_ngo_when_it_is_decided(
    mailing_app: Flask, shipped: Framework
) -> None:
    with mailing_app.app_context():
        make_cycle(shipped)
        ngo = make_user(Role.NGO, "AL", email="shelter@example.org")
        coordinator = make_user(Role.COORDINATOR)
        say(ngo, level("o07.a2", "1", comment="A secret comment."))
        number = hand_in(ngo)
        put_into(S.SUBMITTED)
        decide(coordinator, number, shows=False, note="It names a shelter.")
        letters = {
            row.address: row for row in db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
        }
    assert set(letters) == {coordinator, ngo}
    told = letters[coordinator].text
    assert "shelter@example.org" in told and "if you decide to show it" in told
    assert "/en/results/2026/AL/parallel" in told
    told = letters[ngo].text
    assert "decided not to show your view" in told and "/en/parallel/2026/AL" in told
    assert not any("secret comment" in row.text or "names a shelter" in row.text for row in letters.values())


def read_letters_about_reading() -> list[OutgoingMail]:
    """Those that tell a focal point of views that can be read now, first to last."""
    query = select(OutgoingMail).where(OutgoingMail.key.like("%/readable/%")).order_by(OutgoingMail.id)
    letters = list(db.session.scalars(query))
    start_afresh()
    return letters


def test_focal_points_get_one_letter_when_submitting_lets_them_read_what_ngos_handed_in(
    mailing_on_both: Flask, shipped: Framework
) -> None:
    with mailing_on_both.app_context():
        make_cycle(shipped)
        focal, other = make_user(Role.FOCAL_POINT, "AL"), make_user(Role.FOCAL_POINT, "BA")
        coordinator = make_user(Role.COORDINATOR)
        for email in ("shelter@example.org", "law@example.org"):
            make_user(Role.NGO, "AL", email=email)
            say(email, level("o07.a2", "1", comment="A secret comment."))
            hand_in(email)
        assert read_letters_about_reading() == [], "nothing was submitted yet"
        bring_to(S.RETURNED, shipped, focal, coordinator)
        [letter] = read_letters_about_reading()
        assert (letter.address, letter.kind) == (focal, MailKind.PARALLEL_VIEW) and other != focal
        assert "2 organisations handed in their own views" in letter.text and "law@example" in letter.text
        assert "/en/results/2026/AL/parallel" in letter.text and "secret comment" not in letter.text
        step("submit", focal)
        assert len(read_letters_about_reading()) == 1, "what was readable before is told once"


def test_focal_points_get_a_letter_when_a_view_comes_after_they_submitted(
    mailing_on_both: Flask, shipped: Framework
) -> None:
    with mailing_on_both.app_context():
        make_cycle(shipped)
        focal = make_user(Role.FOCAL_POINT, "AL")
        db.session.execute(update(User).where(User.email == focal).values(wants_reminders=False))
        db.session.commit()
        bring_to(S.SUBMITTED, shipped, focal, make_user(Role.COORDINATOR))
        make_user(Role.NGO, "AL", email="shelter@example.org")
        say("shelter@example.org", level("o07.a2", "1"))
        hand_in("shelter@example.org")
        hand_in("shelter@example.org")
        [letter] = read_letters_about_reading()
        assert letter.address == focal and "One organisation handed in its own view" in letter.text


def test_with_its_account_goes_what_an_ngo_never_handed_in_and_nothing_else(ngo: str) -> None:
    second = make_user(Role.NGO, "AL", email="lawyers@example.org")
    say(ngo, level("o07.a2", "1"))
    say(second, level("o07.a2", "3"))
    hand_in(second)
    put_into(S.SUBMITTED)
    for email in (ngo, second):
        start_afresh()
        begin_write()
        leaving.remove_account(get_user(email), by=None)
        db.session.commit()
    assert (count(ParallelView), count(ParallelAnswer), len(read_copies())) == (1, 1, 1)
    assert list_seen(make_user(Role.COORDINATOR)) == [f"Office of {second}"]


def test_an_ngo_reads_before_it_leaves_that_nobody_can_take_its_view_back_later(
    app: Flask, client_as: ClientAs
) -> None:
    words = "nobody can take it back any more"
    with app.app_context():
        accounts = {role: make_user(role, "AL") for role in (Role.NGO, Role.FOCAL_POINT)}
    assert words in client_as(accounts[Role.NGO]).get("/en/account/removal").text
    assert words not in client_as(accounts[Role.FOCAL_POINT]).get("/en/account/removal").text


def test_coordinators_get_a_letter_when_an_ngo_hides_what_they_could_read(
    mailing_app: Flask, shipped: Framework
) -> None:
    with mailing_app.app_context():
        make_cycle(shipped)
        ngo = make_user(Role.NGO, "AL", email="shelter@example.org")
        coordinator = make_user(Role.COORDINATOR)
        say(ngo, level("o07.a2", "1"))
        number = hand_in(ngo)
        put_into(S.PUBLISHED)
        hidden = select(OutgoingMail).where(OutgoingMail.subject.contains("is hidden"))

        def choose(consents: bool) -> None:
            with viewing(ngo) as (view, user):
                parallel.choose_consent(view, consents, by=user)

        choose(False)
        choose(True)
        assert db.session.scalars(hidden).all() == [], "nobody had decided to show it"
        decide(coordinator, number)
        choose(False)
        [told] = db.session.scalars(hidden).all()
        assert told.address == coordinator and "no longer lets everybody see" in told.text
        start_afresh()
        choose(True)
        decide(coordinator, number)
        with viewing(ngo) as (view, user):
            parallel.take_back(view, by=user)
        _, told = db.session.scalars(hidden.order_by(OutgoingMail.id)).all()
        assert "took back its own view" in told.text and "Everybody could see it until now" in told.text
        assert "/en/results/2026/AL/parallel" in told.text
