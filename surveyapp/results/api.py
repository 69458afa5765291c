"""What is published, for programs: `/api/v1`. Nothing here depends on who asks."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from surveyapp.accounts.permissions import Action, may
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.service import get_cycle
from surveyapp.database import now
from surveyapp.refusals import NotFound
from surveyapp.results import service, tables
from surveyapp.results.caching import keep_a_minute
from surveyapp.results.divergence_document import divergence_document
from surveyapp.results.openapi import openapi_document
from surveyapp.results.robust import robust_of
from surveyapp.results.sensitivity import measure_public
from surveyapp.scoring.explanation import OVERALL, DrawnBands, explanation_document
from surveyapp.scoring.sensitivity import sensitivity_document
from surveyapp.web.demo import is_demo

bp = Blueprint("api", __name__, url_prefix="/api/v1")

JSON, CSV = "application/json", "text/csv"
SELF_DECLARED = "Scores are declared by each country of itself; they are not verified."
DEMO_NOTE = "Demonstration data: all scores are invented."


def respond(body: dict[str, object], *, is_fixed: bool = False) -> Response:
    """The body as JSON, with what has to be known of its numbers: in a field, and in a header.

    Programs rely on the fields of a body that `is_fixed`: it has the header alone, but for invented data.
    """
    if is_demo() or not is_fixed:
        body = {**body, "note": note()}
    return keep_a_minute(noted(jsonify(body)))


def noted(response: Response) -> Response:
    response.headers["X-Surveyapp-Note"] = note()
    return response


def note() -> str:
    """What is said with all numbers, wherever they are taken."""
    return f"{DEMO_NOTE} {SELF_DECLARED}" if is_demo() else SELF_DECLARED


@bp.get("/openapi.json")
@may(Action.OPEN_PAGE)
def openapi() -> ResponseReturnValue:
    """This interface, described in OpenAPI 3.1."""
    return keep_a_minute(jsonify(openapi_document()))


@bp.get("/cycles")
@may(Action.VIEW_RESULTS)
def cycles() -> ResponseReturnValue:
    """The closed cycles with something published, newest first."""
    listed = [
        {
            "cycle": cycle.year,
            "framework": {
                "id": cycle.framework_version.framework_id,
                "version": cycle.framework_version.version,
                "sha256": cycle.framework_version.sha256,
            },
            "countries": countries,
        }
        for cycle, countries in service.list_closed_cycles(now().date())
    ]
    return respond({"cycles": listed}, is_fixed=True)


@bp.get("/cycles/<int(max=2999):cycle>/scores")
@may(Action.VIEW_RESULTS)
def scores(cycle: int) -> ResponseReturnValue:
    """All published scores of a cycle as one table: JSON, or CSV where `Accept` prefers it."""
    wanted = request.accept_mimetypes.best_match((JSON, CSV), default=JSON)
    response = scores_csv(cycle) if wanted == CSV else respond({"rows": rows_of(cycle)}, is_fixed=True)
    response.vary.add("Accept")
    return response


@bp.get("/cycles/<int(max=2999):cycle>/scores.csv")
@may(Action.VIEW_RESULTS)
def scores_csv(cycle: int) -> Response:
    """All published scores of a cycle as CSV."""
    response = Response(tables.to_csv(rows_of(cycle)), content_type=f"{CSV}; charset=utf-8")
    # The columns are a contract, so the file's name is the one place that goes with it.
    name = f"scores-{cycle}-self-declared{'-invented' if is_demo() else ''}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return keep_a_minute(noted(response))


def rows_of(year: int) -> list[dict[str, object]]:
    """:raises NotFound: no such cycle, or nothing of it is published."""
    cycle = get_cycle(year)
    published = service.list_published(cycle)
    if not published:
        raise NotFound
    return tables.list_rows(year, get_framework(cycle.framework_version), published)


@bp.get("/cycles/<int(max=2999):cycle>/countries/<country>")
@may(Action.VIEW_RESULTS)
def country(cycle: int, country: str) -> ResponseReturnValue:
    """One country's published scores, as they were frozen."""
    return respond(service.get_published_scores(get_cycle(cycle), country), is_fixed=True)


@bp.get("/cycles/<int(max=2999):cycle>/countries/<country>/objectives/<objective>/explanation")
@may(Action.VIEW_RESULTS)
def explanation(cycle: int, country: str, objective: str) -> ResponseReturnValue:
    """Why one published score is what it is, as everybody may know it: no answer of a hidden dimension."""
    result = service.get_result(cycle, country, by=None)
    framework = result.framework
    if objective == OVERALL:
        is_shown = not result.withheld
    else:
        is_shown = framework.find_objective(objective) is not None and objective not in result.withheld
    if not is_shown:
        raise NotFound
    robust = robust_of(result)
    document = explanation_document(
        framework,
        result.answers,
        objective,
        DrawnBands(robust.bands, robust.draws, robust.seed),
        country=country,
        cycle=cycle,
        framework_sha256=result.cycle.framework_version.sha256,
        hidden=service.list_hidden(result),
    )
    return respond(document)


@bp.get("/cycles/<int(max=2999):cycle>/countries/<country>/sensitivity")
@may(Action.VIEW_RESULTS)
def sensitivity(cycle: int, country: str) -> ResponseReturnValue:
    """What one country's published scores hang on, as everybody may know it: no hidden answer."""
    result = service.get_result(cycle, country, by=None)
    if result.withheld:
        raise NotFound
    document = sensitivity_document(
        result.framework,
        result.scores,
        measure_public(result),
        country=country,
        cycle=cycle,
        framework_sha256=result.cycle.framework_version.sha256,
        hidden=service.list_hidden(result),
    )
    return respond(document)


@bp.get("/cycles/<int(max=2999):cycle>/countries/<country>/parallel")
@may(Action.VIEW_SHOWN_PARALLEL_VIEWS)
def parallel(cycle: int, country: str) -> ResponseReturnValue:
    """What NGOs see of one country beside what its government declares, as far as everybody may know it."""
    return respond(divergence_document(cycle, country))
