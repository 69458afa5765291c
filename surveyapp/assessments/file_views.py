"""Files as evidence: sent on their question's page, and read by whoever may."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from surveyapp.accounts.guard import get_current_user
from surveyapp.accounts.permissions import Action, may
from surveyapp.assessments import evidence_files, service
from surveyapp.assessments.errors import FileRefused
from surveyapp.assessments.evidence_store import get_store
from surveyapp.assessments.file_forms import FileForm
from surveyapp.assessments.question_views import PLACE, find_question, show
from surveyapp.database import db
from surveyapp.web.requests import takes_a_file

bp = Blueprint("files", __name__, url_prefix="/<locale:locale>", template_folder="templates")

# A browser that opens the file all the same runs nothing in it and gives it nothing of this site.
POLICY = "sandbox; default-src 'none'"


@bp.post(f"{PLACE}/files")
@may(Action.EDIT_ANSWERS)
@takes_a_file
def change_files(cycle: int, country: str, objective: str, question: str) -> ResponseReturnValue:
    """Keep one file as evidence of a question, or remove one piece of its evidence."""
    user = get_current_user()
    assessment = service.get_assessment(cycle, country, by=user, lock=True)
    found = find_question(assessment, objective, question)
    evidence_id = request.form.get("remove", 0, type=int)
    if evidence_id:
        evidence_files.remove_evidence(assessment, objective, found.id, evidence_id, by=user)
        words = gettext("The evidence is removed.")
    else:
        form = FileForm()
        try:
            sent = form.sent()
            is_new = evidence_files.add_file(
                assessment, objective, found.id, sent, store=get_store(), by=user
            )
        except FileRefused as refusal:
            db.session.rollback()
            assessment = service.get_assessment(cycle, country, by=user)
            return show(assessment, objective, found, user, file_refusal=refusal, file_form=form)
        words = gettext("The file is kept.") if is_new else gettext("This answer has the file already.")
    db.session.commit()
    flash(words)
    return redirect(url_for("questions.question", _anchor="evidence", **(request.view_args or {})), 303)


@bp.get("/assessments/<int(max=2999):cycle>/<country>/files/<int(max=2147483647):file_id>")
@may(Action.VIEW_COMMENTS)
def download(cycle: int, country: str, file_id: int) -> ResponseReturnValue:
    """One file, to be saved and never shown as a page of this site."""
    user = get_current_user()
    assessment = service.get_assessment(cycle, country, by=user)
    file = evidence_files.find_file(assessment, file_id, by=user)
    content = get_store().open(file.sha256)
    response = send_file(
        content, mimetype=file.media_type, as_attachment=True, download_name=file.name, etag=False
    )
    response.content_length = file.size
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
