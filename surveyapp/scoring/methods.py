"""The scoring methods of record, by version: whoever scores asks here, and a submission keeps its version.

A method is a pure function of a framework and answers. A new one is a module of its own and one entry in
`METHODS`; no rule of an older one changes, so that what was frozen can always be computed again. Ways of
scoring that are only for comparison stand in `alternatives` and never here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from surveyapp.framework.model import Framework
from surveyapp.scoring import method1
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.method1 import Intervals, Scores


@dataclass(frozen=True, slots=True)
class Method:
    """How one version scores: every score of a set of answers, 0 to 100, exact.

    `score` raises UnknownLevel where an answer's code is not a level of its question.
    """

    version: str
    score: Callable[[Framework, Answers], Scores]

    def scores_document(
        self,
        scores: Scores,
        framework: Framework,
        *,
        country: str,
        cycle: int,
        framework_sha256: str,
        intervals: Intervals | None = None,
    ) -> dict[str, object]:
        """Scores JSON with this method's version; each score has a `band` when intervals are given."""
        return method1.scores_document(
            scores,
            framework,
            country=country,
            cycle=cycle,
            framework_sha256=framework_sha256,
            method=self.version,
            intervals=intervals,
        )


METHODS: Mapping[str, Method] = MappingProxyType(
    {method.version: method for method in (Method(method1.METHOD, method1.score),)}
)
"""Every method of record, the oldest first; what is submitted now is scored by the last."""


def current_method() -> Method:
    """The method that drafts and new submissions are scored by."""
    return list(METHODS.values())[-1]
