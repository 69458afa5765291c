"""What the assessment services refuse."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

from surveyapp.assessments.models import Assessment
from surveyapp.refusals import NotAllowed, NotFound, Refusal
from surveyapp.web.time_zones import show_end_of_day


class AssessmentClosed(Refusal):
    """Submitted, or its cycle is not open: answers are not taken."""

    message = lazy_gettext(
        "This assessment takes no answers now: it was submitted, or its cycle is closed. Nothing was changed."
    )


class DeadlinePassed(Refusal):
    """The country's deadline is over; answers are still kept, and only the coordinator can extend it."""

    def __init__(self, assessment: Assessment) -> None:
        super().__init__(
            gettext(
                "Not submitted: the deadline was %(deadline)s. All answers are kept and you can go on "
                "saving; ask the regional secretariat to extend the deadline, then submit.",
                deadline=show_end_of_day(assessment.due_on, assessment.country_code, assessment.zone),
            )
        )


class AssessmentIncomplete(Refusal):
    """Questions are still open; carries them in the order asked."""

    status = 422
    message = lazy_gettext("Each question needs an answer before the assessment can be submitted.")

    def __init__(self, missing: list[str]) -> None:
        super().__init__()
        self.missing = missing


class MoveRefused(Refusal):
    """The assessment is in another state than this step starts from."""

    message = lazy_gettext("The assessment has moved on since this page was opened. Look at it again.")


class NothingToConfirm(Refusal):
    """There is no answer of the last cycle that could be confirmed for this question."""

    status = 422
    message = lazy_gettext(
        "There is nothing of the last cycle that could be confirmed here. Choose the level that fits today."
    )


class RemarkRefused(Refusal):
    """A remark that says nothing, or too much."""

    status = 422


class SeemsToNameSomebody(RemarkRefused):
    """A text that looks as if it held personal data; who has looked at it may save it."""

    may_be_ticked = True


class CycleFault(Refusal):
    """A cycle cannot be opened or changed as asked; the message says why."""

    status = 422
    is_about_days = False


class CycleDaysFault(CycleFault):
    """The days of a cycle do not follow each other."""

    is_about_days = True


class NotSubmitted(NotFound):
    """There is no such submission."""

    message = lazy_gettext("Nothing was submitted here yet, so there is no frozen copy.")


class SubmissionDamaged(Refusal):
    """What was kept of a submission cannot be read any more; carries which."""

    status = 500

    def __init__(self, which: str) -> None:
        super().__init__(
            gettext(
                "What is kept of this submission is damaged: %(which)s. The administrator should run "
                "“surveyapp submission check” and restore a backup.",
                which=which,
            )
        )


class NothingDelegated(Refusal):
    """A contributor is invited for at least one objective or question."""

    status = 422
    message = lazy_gettext("Choose at least one objective or question.")


class PartHandedOver(Refusal):
    """A contributor's objective that is ready or taken over takes no more answers from them."""

    message = lazy_gettext(
        "This objective was handed over to the focal point, so it takes no answers from you now. Nothing was "
        "changed. Keep a copy of what you typed, and open the objective again to take it up."
    )


class PartMoveRefused(Refusal):
    """The objective is in another state than this step starts from."""

    message = lazy_gettext("This objective has moved on since the page was opened. Look at it again.")


class NotTheirs(NotAllowed):
    """A contributor opens an objective or question that is not, or not any more, theirs."""

    title = lazy_gettext("This is not yours to answer")
    message = lazy_gettext(
        "This objective or question was taken back from you, or was never given to you. What you saved in it "
        "before is kept. If you should answer it, ask the focal point of your country."
    )


class NotDelegated(NotTheirs):
    """A contributor answers an objective that is not, or not any more, theirs."""

    message = lazy_gettext(
        "This objective was taken back from you, or was never given to you. Nothing was changed. Keep a copy "
        "of what you typed and ask the focal point of your country."
    )


class QuestionNotDelegated(NotDelegated):
    """A contributor answers a question of an objective of which others were given to them."""

    leads_back = True
    message = lazy_gettext(
        "Not all of these questions are yours to answer, or not any more. Nothing was changed. Keep a copy "
        "of what you typed, open the objective again, and answer the questions that are there."
    )


class FileRefused(Refusal):
    """A file that is not taken as evidence: none, another kind, another content, too large, too many."""

    status = 422
    field = "evidence-file"  # of the form, where the complaint stands


class DetailsRefused(FileRefused):
    """What was typed beside a file is not right."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class WrongFile(FileRefused):
    """A kind of file that is not taken, or a content that is not of the kind that the name says."""

    status = 415


class FileTooLarge(FileRefused):
    """More bytes than a file, or all files of an assessment, may have."""

    status = 413


def wrong_kind() -> WrongFile:
    return WrongFile(
        gettext(
            "Files of this kind are not taken. Send a PDF, a PNG or JPEG picture, a Word, Excel, PowerPoint "
            "or OpenDocument file, or plain text."
        )
    )


def wrong_content(extension: str) -> WrongFile:
    return WrongFile(
        gettext(
            "The name says that this is a file of the kind %(kind)s, and its content is not, or is damaged. "
            "Save it anew as this kind, without a password, then send it again.",
            kind=extension,
        )
    )


def has_macros() -> WrongFile:
    return WrongFile(
        gettext("The document holds macros. Save it without them, or as PDF, then send it again.")
    )


def unpacks_too_large() -> FileTooLarge:
    return FileTooLarge(gettext("The document unpacks to far more than its size. Send it as PDF instead."))
