"""The form that sends a file as evidence."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Optional

from surveyapp.assessments.errors import DetailsRefused, FileRefused
from surveyapp.assessments.evidence_files import SentFile
from surveyapp.assessments.forms import at_most, stripped
from surveyapp.scoring.reader import LONGEST_TITLE
from surveyapp.web.requests import LARGEST_FILE


class FileForm(FlaskForm):
    """A file, the title that readers see, and its date."""

    class Meta:
        csrf = False  # the request is checked before any view

    title = StringField(
        filters=[stripped],
        validators=[
            InputRequired(lazy_gettext("Give the document a title, so that readers know what it is.")),
            at_most(LONGEST_TITLE),
        ],
    )
    dated_on = DateField(
        validators=[Optional()],
        invalid_value_message=lazy_gettext("Give a date that exists, as year-month-day, such as 2026-03-01."),
    )
    file = FileField()

    def sent(self) -> SentFile:
        """What was sent; of a file that is too large one byte too many, which is refused as such.

        :raises FileRefused: no file was chosen.
        :raises DetailsRefused: the title or the date is not right.
        """
        self.validate()
        for name, messages in self.errors.items():
            raise DetailsRefused(str(messages[0]), f"evidence-{name}")
        chosen: FileStorage | None = self.file.data
        if chosen is None:
            raise FileRefused(gettext("Choose a file first."))
        content = chosen.stream.read(LARGEST_FILE + 1)
        return SentFile(self.title.data, chosen.filename or "", content, self.dated_on.data)
