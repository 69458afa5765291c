"""What the demonstration is filled with, where its readers would notice a gap."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from surveyapp.assessments.follow import follow_cycle
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.frozen import frozen_answers
from surveyapp.assessments.parallel import list_answers
from surveyapp.assessments.parallel_models import ParallelSubmission
from surveyapp.assessments.service import get_cycle
from surveyapp.database import db
from surveyapp.demo import fill
from surveyapp.framework.model import Framework


def test_ngos_name_figures_and_documents_that_are_plainly_invented_and_each_answer_has_an_office(
    app: Flask, shipped: Framework
) -> None:
    with app.app_context():
        fill(shipped)
        loaded = joinedload(ParallelSubmission.view)
        query = select(ParallelSubmission).options(undefer(ParallelSubmission.body), loaded)
        for submission in db.session.scalars(query):
            said = frozen_answers(submission, shipped)
            figures = [answer.measure for answer in said.values() if answer.measure]
            documents = [document for answer in said.values() for document in answer.evidence]
            assert figures and all("(invented)" in figure.source for figure in figures)
            assert documents and all("(invented)" in document.title for document in documents)
            kept = list_answers(submission.view)
            assert sum(len(answer.evidence) for answer in kept.values()) == len(documents)
        cycle = get_cycle(2026)
        rows = follow_cycle(cycle, get_framework(cycle.framework_version))
        assert [row for row in rows if row.answered] and all(
            office for row in rows for office, _ in row.offices
        )
