"""Files as evidence: kept, limited, frozen, removed and swept, over both databases."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import sleep

import pytest
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from surveyapp.accounts.models import Role
from surveyapp.assessments import evidence_files
from surveyapp.assessments.bundles import export_bundle
from surveyapp.assessments.errors import AssessmentClosed, FileRefused
from surveyapp.assessments.evidence_files import MOST_FILES, SentFile, add_file, remove_evidence
from surveyapp.assessments.evidence_store import FolderStore, StoreFault, get_store
from surveyapp.assessments.frozen import thaw
from surveyapp.assessments.models import AssessmentState, Evidence, EvidenceFile
from surveyapp.assessments.proof import verify_kept
from surveyapp.audit.models import AuditEntry
from surveyapp.bundle.verify import verify_bundle
from surveyapp.database import begin_write, db
from surveyapp.framework.model import Framework
from surveyapp.refusals import NotFound
from surveyapp.scoring.reader import read_answers as read_answers_file
from surveyapp.web.requests import LARGEST_FILE
from tests.bundle import independent
from tests.factories import YEAR, answer_all, delegate, make_user

from .acting import acting, put_into, read_answers, read_submissions, save, start_afresh, step, submit
from .files import PDF, SECRET, exif, jpeg
from .test_record_answers import LAW, given

DECREE = SentFile("Decree", "Decree 7.pdf", PDF, dt.date(2026, 3, 1))


def send(email: str, sent: SentFile = DECREE, question: str = "o07.a1") -> bool:
    with acting(email) as (assessment, user):
        return add_file(assessment, question[:3], question, sent, store=get_store(), by=user)


def remove(email: str, title: str = "Decree") -> None:
    rows = read_answers()["o07.a1"].evidence
    [evidence_id] = [row.id for row in rows if row.title == title]
    with acting(email) as (assessment, user):
        remove_evidence(assessment, "o07", "o07.a1", evidence_id, by=user)


def find(email: str, file_id: int = 1) -> EvidenceFile:
    with acting(email) as (assessment, user):
        return evidence_files.find_file(assessment, file_id, by=user)


def pdf(number: int, size: int = 0) -> bytes:
    return PDF + b"%" + str(number).encode() + bytes(max(0, size - len(PDF) - 1 - len(str(number))))


def contents() -> list[str]:
    return list(get_store().list())


def recorded() -> list[tuple[str, dict[str, object]]]:
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)).all()
    return [(row.action, json.loads(row.facts)) for row in rows if row.action.startswith("evidence.")]


def sweep() -> list[str]:
    start_afresh()
    begin_write()
    store = get_store()
    swept = list(evidence_files.sweep(evidence_files.find_unnamed(store), store))
    db.session.commit()
    start_afresh()
    return swept


def test_a_file_becomes_evidence_of_a_question_that_has_no_answer_yet(focal: str) -> None:
    assert send(focal)
    answer = read_answers()["o07.a1"]
    [row] = answer.evidence
    assert (row.title, row.url, row.dated_on) == ("Decree", None, dt.date(2026, 3, 1))
    assert row.file and (row.file.name, row.file.size) == ("Decree 7.pdf", len(PDF))
    assert contents() == [row.file.sha256] and answer.state.value == "none_yet"
    [(action, facts)] = recorded()
    assert (action, facts["sha256"], facts["question"]) == ("evidence.upload", row.file.sha256, "o07.a1")


def test_the_answer_stays_as_it_is_beside_a_new_file(focal: str) -> None:
    save(focal, given("3", comment="In force.", new_evidence=(LAW,)))
    send(focal)
    answer = read_answers()["o07.a1"]
    assert (answer.level, answer.comment) == ("3", "In force.")
    assert [row.title for row in answer.evidence] == [LAW.title, "Decree"]
    assert save(focal, given("2", seen=1)) == [], "a page opened before the file came saves all the same"
    assert len(read_answers()["o07.a1"].evidence) == 2


def test_the_same_content_is_evidence_of_one_answer_once_and_is_stored_once(focal: str) -> None:
    assert send(focal)
    assert not send(focal, SentFile("Again", "other name.pdf", PDF))
    assert len(read_answers()["o07.a1"].evidence) == 1
    assert send(focal, question="o07.a2"), "another answer may have it too"
    assert len(contents()) == 1


def test_a_photograph_is_kept_without_its_place(focal: str) -> None:
    send(focal, SentFile("Photo", "photo.jpg", jpeg(exif(1))))
    [row] = read_answers()["o07.a1"].evidence
    assert row.file
    with get_store().open(row.file.sha256) as kept:
        content = kept.read()
    assert SECRET not in content and len(content) == row.file.size


def test_an_answer_takes_ten_files_and_no_more(focal: str) -> None:
    for number in range(MOST_FILES):
        assert send(focal, SentFile(f"File {number}", "a.pdf", pdf(number)))
    with pytest.raises(FileRefused, match="10 files already") as refused:
        send(focal, SentFile("One more", "a.pdf", pdf(99)))
    assert refused.value.status == 422
    assert not send(focal, SentFile("The first again", "a.pdf", pdf(0))), "nothing more than there is"
    remove(focal, "File 3")
    assert send(focal, SentFile("One more", "a.pdf", pdf(99)))


@pytest.mark.parametrize(("more", "is_taken"), [(-1, True), (0, True), (1, False)])
def test_a_file_may_have_twenty_megabytes(focal: str, more: int, is_taken: bool) -> None:
    sent = SentFile("Large", "large.pdf", pdf(1, LARGEST_FILE + more))
    if is_taken:
        assert send(focal, sent)
        return
    with pytest.raises(FileRefused, match="at most 20 megabytes") as refused:
        send(focal, sent)
    assert refused.value.status == 413 and contents() == [] and read_answers() == {}


@pytest.mark.parametrize(("more", "is_taken"), [(-1, True), (0, True), (1, False)])
def test_an_assessment_has_room_for_so_much_and_no_more(
    focal: str, more: int, is_taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(focal)
    room = evidence_files.LARGEST_ASSESSMENT - len(PDF) + more
    with acting(focal):  # as if files of many megabytes stood there
        db.session.scalars(select(EvidenceFile)).one().size += room - len(pdf(1))
    if is_taken:
        assert send(focal, SentFile("Last", "last.pdf", pdf(1)), "o07.a2")
        return
    with pytest.raises(FileRefused, match="at most 500 megabytes") as refused:
        send(focal, SentFile("Last", "last.pdf", pdf(1)), "o07.a2")
    assert refused.value.status == 413
    remove(focal)
    assert send(focal, SentFile("Last", "last.pdf", pdf(1)), "o07.a2"), "what is removed makes room"


def test_an_empty_file_is_refused(focal: str) -> None:
    with pytest.raises(FileRefused, match="holds something"):
        send(focal, SentFile("Empty", "empty.txt", b""))


def test_a_store_that_takes_nothing_leaves_no_row(focal: str, tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("a file where the folder should be")
    with pytest.raises(StoreFault):
        send(focal)
    assert read_answers() == {} and recorded() == []
    assert db.session.scalar(select(func.count(EvidenceFile.id))) == 0


def test_nothing_is_added_or_removed_once_it_is_submitted(focal: str) -> None:
    send(focal)
    put_into(AssessmentState.SUBMITTED)
    with pytest.raises(AssessmentClosed):
        send(focal, SentFile("Late", "late.pdf", pdf(1)))
    with pytest.raises(AssessmentClosed):
        remove(focal)


def test_what_is_removed_is_out_of_reach_at_once_and_swept_later(focal: str) -> None:
    send(focal)
    assert find(focal).name == "Decree 7.pdf"
    remove(focal)
    with pytest.raises(NotFound):
        find(focal)
    assert [action for action, _ in recorded()] == ["evidence.upload", "evidence.remove"]
    assert len(contents()) == 1
    assert len(sweep()) == 1 and contents() == []
    assert db.session.scalar(select(func.count(EvidenceFile.id))) == 0
    assert recorded()[-1] == ("evidence.sweep", {"contents": 1, "files": 1})
    assert send(focal), "and can be given again"


def test_a_file_removed_with_the_questionnaire_is_recorded_too(focal: str) -> None:
    send(focal)
    [row] = read_answers()["o07.a1"].evidence
    save(focal, given(None, seen=1, removed_evidence=frozenset({row.id})))
    assert [action for action, _ in recorded()] == ["evidence.upload", "evidence.remove"]


def submit_with_a_file(focal: str, shipped: Framework) -> str:
    """Albania submits with one file after a link; gives the coordinator."""
    save(focal, given("3", new_evidence=(LAW,)))
    send(focal)
    answer_all(shipped, focal)
    submit(focal)
    return make_user(Role.COORDINATOR)


def test_the_frozen_copy_names_the_file_beside_answers_that_any_program_reads(
    focal: str, shipped: Framework
) -> None:
    submit_with_a_file(focal, shipped)
    [submission] = read_submissions()
    body = json.loads(submission.body)
    file = db.session.scalars(select(EvidenceFile)).one()
    assert body["files"] == {
        "o07.a1": [
            {
                "evidence": 1,
                "id": file.id,
                "name": "Decree 7.pdf",
                "sha256": file.sha256,
                "size": len(PDF),
                "type": "application/pdf",
            }
        ]
    }
    answers = read_answers_file(json.dumps(body["answers"]).encode(), shipped)
    assert [row.title for row in answers.answers["o07.a1"].evidence] == [LAW.title, "Decree"]
    [link, document] = thaw(submission, shipped)["o07.a1"].evidence
    assert link.file is None and document.file and document.file.name == "Decree 7.pdf"


def test_a_submission_with_a_file_is_verified_as_a_bundle_and_in_the_database(
    focal: str, shipped: Framework
) -> None:
    submit_with_a_file(focal, shipped)
    bundle = export_bundle("AL", YEAR, None, by=None).raw
    assert "files" in json.loads(bundle)["submission"]
    assert verify_bundle(bundle).differences == ()
    independent.verify(bundle)
    assert list(verify_kept(db.session())) == []


def test_what_was_submitted_keeps_its_file_when_the_country_removes_it(
    focal: str, shipped: Framework
) -> None:
    coordinator = submit_with_a_file(focal, shipped)
    step("return", coordinator)
    remove(focal)
    send(focal, SentFile("Newer", "newer.pdf", pdf(1)))
    assert sweep() == [] and len(contents()) == 2
    assert find(focal, 1).name == find(coordinator, 1).name == "Decree 7.pdf"
    assert find(focal, 2).name == "newer.pdf"
    with pytest.raises(NotFound):  # not submitted yet
        find(coordinator, 2)
    submit(focal)
    assert find(coordinator, 2).name == "newer.pdf"
    with pytest.raises(NotFound):  # of the submission before
        find(coordinator, 1)


def test_a_file_is_read_by_those_of_its_objective_alone(focal: str) -> None:
    welfare = make_user(Role.CONTRIBUTOR, "AL", email="welfare@example.org")
    delegate(welfare, "o08")
    send(focal)
    send(focal, question="o08.a1")
    assert find(welfare, 2).question_id == "o08.a1"
    with pytest.raises(NotFound):
        find(welfare, 1)


def test_a_file_of_another_country_is_not_found_through_an_own_assessment(focal: str) -> None:
    send(focal)
    bosnian = make_user(Role.FOCAL_POINT, "BA")
    with acting(bosnian, "BA") as (assessment, user), pytest.raises(NotFound):
        evidence_files.find_file(assessment, 1, by=user)


def test_the_sweep_takes_what_a_broken_off_upload_left_and_nothing_that_is_named(focal: str) -> None:
    send(focal)
    store = get_store()
    assert isinstance(store, FolderStore)
    left = store.put(b"its row never came")
    (store.folder / ".unfinished-xyz").write_bytes(b"half")
    assert sorted(sweep()) == sorted([left, ".unfinished-xyz"])
    assert len(contents()) == 1


def test_an_evidence_row_is_a_link_or_a_file_and_never_both(focal: str) -> None:
    send(focal)
    with pytest.raises(IntegrityError), acting(focal):
        db.session.scalars(select(Evidence)).one().url = "https://example.org/"


def test_what_is_uploaded_while_a_sweep_goes_on_is_not_swept(focal: str) -> None:
    """A broken-off upload left the content; it is sent again just when the sweep is about to delete it."""
    store, app = get_store(), current_app._get_current_object()  # type: ignore[attr-defined]
    store.put(PDF)
    is_looking, is_sent = Event(), Event()

    def upload() -> bool:
        with app.app_context():
            is_looking.wait(10)
            is_sent.set()
            return send(focal)

    start_afresh()
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(upload)
        begin_write()
        found = evidence_files.find_unnamed(store)
        is_looking.set()
        is_sent.wait(10)
        sleep(0.5)  # long enough to write a small file, had it not to wait
        assert len(list(evidence_files.sweep(found, store))) == 1
        db.session.commit()
        assert sending.result(timeout=10)
    assert len(contents()) == 1
