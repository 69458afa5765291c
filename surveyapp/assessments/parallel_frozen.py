"""The frozen copy of an NGO's view: what is hashed when it is handed in."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import rfc8785

from surveyapp.assessments.frozen import Frozen
from surveyapp.assessments.parallel_models import ParallelView
from surveyapp.framework.model import Framework
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.exact import exact_document
from surveyapp.scoring.methods import current_method
from surveyapp.scoring.reader import AnswersFile, write_answers

FORMAT = "surveyapp-parallel-view/1"


def freeze_view(
    view: ParallelView,
    framework: Framework,
    answers: Answers,
    *,
    revision: int,
    handed_in_at: datetime,
    signed_by_function: str,
) -> Frozen:
    """Score what the NGO answered and put all of it into one hashed text.

    `view.cycle` must be loaded with its framework version and wordings.
    """
    method, country, year = current_method(), view.country_code, view.cycle.year
    scores = method.score(framework, answers)
    version = view.cycle.framework_version
    document: dict[str, Any] = {
        "format": FORMAT,
        "organisation": view.organisation,
        "country": country,
        "cycle": year,
        "revision": revision,
        "handed_in_at": handed_in_at.isoformat(timespec="microseconds"),
        "signed_by_function": signed_by_function,
        "framework": {"id": framework.id, "version": framework.version, "sha256": version.sha256},
        "wordings": {wording.locale: wording.sha256 for wording in view.cycle.wordings},
        "method": method.version,
        "answers": write_answers(AnswersFile(country, year, answers)),
        "scores": method.scores_document(
            scores, framework, country=country, cycle=year, framework_sha256=version.sha256
        ),
    }
    body = rfc8785.dumps(document)
    exact = rfc8785.dumps(exact_document(scores))
    return Frozen(body.decode(), hashlib.sha256(body).hexdigest(), method.version, exact.decode())
