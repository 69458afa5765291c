"""What the script of the questionnaire page is told after it saved something by itself."""

from __future__ import annotations

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from surveyapp.assessments.sheets import Answered, Sheet, ShownQuestion, Unkept
from surveyapp.web.time_zones import show_moment_in


def describe_save(assessment: Answered, sheet: Sheet, unkept: Unkept) -> ResponseReturnValue:
    """How each question that was sent stands now, and the parts of the page that changed with it.

    200 when all is kept, 422 with complaints, 409 with a newer answer of somebody else.
    """
    sent = {name.rsplit("-", 1)[0] for name in request.form}
    document = {
        "questions": {
            shown.question.id: _describe(assessment, sheet, shown, unkept)
            for shown in sheet.questions
            if shown.question.id in sent
        },
        "tallies": render_template("assessments/_tallies.html", assessment=assessment, sheet=sheet),
        "so_far": render_template("assessments/_so_far.html", assessment=assessment, sheet=sheet),
    }
    return jsonify(document), unkept.status


def _describe(assessment: Answered, sheet: Sheet, shown: ShownQuestion, unkept: Unkept) -> dict[str, object]:
    complaints = unkept.complaints.get(shown.question.id)
    if complaints:
        tick = render_template("assessments/_nobody_named.html", q=shown.question)
        return {"complaints": complaints, "tick": tick if shown.seems_to_name_somebody else ""}
    if shown.conflict:
        panel = render_template(
            "assessments/_conflict.html", sheet=sheet, shown=shown, q=shown.question, text=shown.text
        )
        return {"version": shown.shown.version, "conflict": panel}
    kept = shown.kept
    saved = ""
    if kept is not None:
        saved = gettext("Saved on %(moment)s.", moment=show_moment_in(kept.changed_at, assessment.zone))
    if shown.question.id in unkept.beside:
        saved = gettext("Kept beside the answer of another office; the focal point chooses.")
    return {
        "version": kept.version if kept else 0,
        "saved": saved,
        "last_saved": render_template("assessments/_last_saved.html", assessment=assessment, kept=kept),
    }
