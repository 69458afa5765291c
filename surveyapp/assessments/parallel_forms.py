"""What an NGO sends: a questionnaire, the declaration with which it hands its view in, its consent."""

from __future__ import annotations

from functools import partial

from flask import request
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired

from surveyapp.accounts.models import User
from surveyapp.assessments import parallel
from surveyapp.assessments.forms import at_most
from surveyapp.assessments.parallel_errors import ViewClosed
from surveyapp.assessments.parallel_last import find_last_view
from surveyapp.assessments.parallel_models import ParallelView
from surveyapp.assessments.saving import list_unchanged, read_sent
from surveyapp.assessments.sheets import Unkept, find_sheet, get_form
from surveyapp.assessments.submission import LONGEST_FUNCTION

CHOOSE = lazy_gettext("Choose whether everybody may see your view.")


class ConsentForm(FlaskForm):
    """Whether everybody may see the view; no choice is made for the NGO."""

    consents = StringField(validators=[InputRequired(CHOOSE), AnyOf(("yes", "no"), CHOOSE)])

    @property
    def given(self) -> bool:
        return bool(self.consents.data == "yes")


class HandInForm(ConsentForm):
    """The declaration and the consent."""

    signed_by_function = StringField(
        lazy_gettext("Declared by this office or function"),
        [
            InputRequired(lazy_gettext("Name the office or function that signs, without a person’s name.")),
            at_most(LONGEST_FUNCTION),
        ],
    )


def keep_answers(view: ParallelView, objective: str, user: User) -> Unkept:
    """Record what the form holds; gives what could not be kept. The pressed button may leave one question
    as it is saved (`keep`), or give what was handed in of it in the last cycle (`unchanged`).
    """
    _, _, questionnaire = find_sheet(view.cycle, objective)
    form = get_form(view.cycle, questionnaire)
    kept = parallel.list_versions(view)
    answers = {question_id: rows[-1] for question_id, rows in kept.items()}
    seen = parallel.list_seen(kept, form.versions(request.form))
    sent = read_sent(form, questionnaire, answers, seen, partial(find_last_view, view))
    try:
        refused = parallel.record_answers(view, sent.given, by=user)
    except ViewClosed as refusal:
        refusal.unchanged = list_unchanged(seen)
        raise
    return Unkept(request.form, sent.complaints, {one.given.question_id: one for one in refused})
