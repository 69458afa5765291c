"""The public interface in OpenAPI 3.1, written by hand."""

from __future__ import annotations

from typing import Any

from surveyapp.results.divergence_document import DIVERGENCE_FORMAT
from surveyapp.results.tables import COLUMNS, PLACE
from surveyapp.scoring.alternatives import ALTERNATIVES
from surveyapp.scoring.explanation import EXPLANATION_FORMAT
from surveyapp.scoring.method1 import SCORES_FORMAT
from surveyapp.scoring.sensitivity import SENSITIVITY_FORMAT, WeightOf

_NUMBER: dict[str, Any] = {"type": ["number", "null"], "minimum": 0, "maximum": 100}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_YEAR: dict[str, Any] = {"type": "integer", "minimum": 1900, "maximum": 2999}
_COUNTRY: dict[str, Any] = {
    "type": "string",
    "pattern": "^[A-Z]{2}$",
    "description": "ISO 3166-1 alpha-2, or XK",
}

_SCORE: dict[str, Any] = {
    "value": _NUMBER
    | {
        "description": "What the country declares, of what is known; null where nothing is, or where it "
        "does not let everybody see it: all fields are null then and the counts 0."
    },
    "evidenced": _NUMBER | {"description": "As value, where levels that need evidence have some."},
    "low": _NUMBER | {"description": "If each unknown answer were at its lowest level."},
    "high": _NUMBER | {"description": "If each unknown answer were at its highest level."},
    "level": {
        "type": ["integer", "null"],
        "description": "Maturity level of the exact value; null below the minimum coverage.",
    },
    "coverage": {
        "type": ["number", "null"],
        "minimum": 0,
        "maximum": 1,
        "description": "Share of the weight that is known.",
    },
    "answered": _COUNT,
    "questions": _COUNT,
}
_NOTE = {
    "note": {
        "type": "string",
        "description": "That scores are self-declared and not verified, as the header X-Surveyapp-Note "
        "says with each answer; in a demonstration, that all are invented too.",
    }
}


def _object(properties: dict[str, Any], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _list_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _refer(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas() -> dict[str, Any]:
    text = {"type": "string"}
    framework = _object({"id": text, "version": text, "sha256": text})
    place = {"cycle": _YEAR, "country": _COUNTRY, "objective": text, "dimension": text}
    place["objective"] = text | {"description": "An objective's id, or `overall` for the whole."}
    place["dimension"] = text | {"description": "A dimension's id, or `all` for the whole."}
    objective = _object(
        {
            "id": text,
            "score": _refer("Score"),
            "dimensions": {"type": "object", "additionalProperties": _refer("Score")},
        }
    )
    cycle = _object({"cycle": _YEAR, "framework": _refer("Framework"), "countries": _list_of(_COUNTRY)})
    fields = {**place, **_SCORE}
    return {
        "Framework": framework,
        "Score": _object(_SCORE),
        "Cycles": _object({"cycles": _list_of(cycle), **_NOTE}, optional=("note",)),
        "Row": _object({column: fields[column] for column in COLUMNS}),
        "Table": _object({"rows": _list_of(_refer("Row")), **_NOTE}, optional=("note",)),
        "Scores": _object(
            {
                "format": {"const": SCORES_FORMAT},
                "country": _COUNTRY,
                "cycle": _YEAR,
                "framework": _refer("Framework"),
                "method": text,
                "overall": _refer("Score"),
                "objectives": _list_of(objective),
                **_NOTE,
            },
            optional=("note",),
        ),
        "DrawnScore": _object({**_SCORE, "band": _BAND}),
        "Explanation": _explanation(),
        "Sensitivity": _sensitivity(),
        "ParallelViews": _parallel_views(),
        "Problem": _object({"type": text, "title": text, "status": _COUNT, "detail": text}),
    }


_OPEN: dict[str, Any] = {"type": ["number", "null"]}
_BAND: dict[str, Any] = {
    "type": ["array", "null"],
    "items": _NUMBER,
    "minItems": 2,
    "maxItems": 2,
    "description": "Where 90 of 100 draws lie, from 5 to 95 %; null where nothing is applicable.",
}


def _explanation() -> dict[str, Any]:
    """Of the overall score: `objectives`; of an objective: `dimensions` and `lacks_evidence`."""
    parts = _explained_parts()
    text = {"type": "string"}
    fields = {
        "format": {"const": EXPLANATION_FORMAT},
        "country": _COUNTRY,
        "cycle": _YEAR,
        "framework": _refer("Framework"),
        "method": text,
        "draws": _COUNT | {"description": "How many draws the bands are made of."},
        "seed": _COUNT,
        "objective": text,
        "score": _refer("DrawnScore"),
    }
    return _object({**fields, **parts, **_NOTE}, optional=tuple(parts))


def _explained_parts() -> dict[str, Any]:
    text = {"type": "string"}
    shares = {"weight": {"type": "number"}, "share": {"type": "number"}, "bounds_share": {"type": "number"}}
    part = {"id": text, "score": _refer("DrawnScore"), **shares, "part": _OPEN}
    part["without_evidence"] = _OPEN | {
        "description": "What missing evidence takes from the explained value."
    }
    part["width"] = _OPEN | {"description": "Part of the explained high less low."}
    asked = {"question": text, "source": text}
    term = asked | {
        "asked_as": text,
        "state": {"enum": ["level", "not_applicable", "unknown", "none"]},
        "level": {"type": ["string", "null"]},
        "weight": {"type": "number"},
        "points": _OPEN,
        "evidenced_points": _OPEN,
        "counts": {"type": "boolean"},
        "worth": _OPEN | {"description": "What the answer gives to the objective's value."},
    }
    sums = {name: {"type": "number"} for name in ("applicable", "known", "points", "evidenced_points")}
    dimension = part | {
        "hidden": {"type": "boolean", "description": "Holds a sensitive question: no single answer is told."},
        "sums": {"oneOf": [_object(sums), {"type": "null"}]},
        "terms": {"oneOf": [_list_of(_object(term)), {"type": "null"}]},
    }
    return {
        "dimensions": _list_of(_object(dimension)),
        **_open_parts(asked),
        "objectives": _list_of(_object(part)),
    }


def _open_parts(asked: dict[str, Any]) -> dict[str, Any]:
    """What could change a score: what is unknown, what lacks evidence, the way to the next level."""
    text = {"type": "string"}
    unknown = asked | {"dimension": text, "state": text}
    unknown["objective"] = text | {"description": "Of the overall score alone: where the question stands."}
    unknown |= dict.fromkeys(("value_at_lowest", "value_at_highest", "width"), _OPEN)
    lacks = asked | {"dimension": text, "level": text}
    lacks |= dict.fromkeys(("points", "evidenced_points", "costs"), _OPEN)
    next_level = {
        "level": {"type": ["integer", "null"]},
        "from": _OPEN,
        "missing": _OPEN,
        "ways": _list_of(_way(asked)) | {"description": "Fewest steps first; a step is one level up."},
        "answer_first": _list_of(text),
    }
    return {
        "unknown": _list_of(_object(unknown, optional=("objective",))),
        "lacks_evidence": _list_of(_object(lacks)),
        "next_level": {"oneOf": [_object(next_level), {"type": "null"}]},
    }


def _way(asked: dict[str, Any]) -> dict[str, Any]:
    code = {"type": ["string", "null"]}
    change = asked | {"from": code, "to": code, "steps": _COUNT, "needs_evidence": {"type": "boolean"}}
    of_overall = {
        "at_least": _COUNT
        | {"description": "Of the overall score alone: fewer steps are proven not to be enough."},
        "objectives": {"type": "object", "additionalProperties": _OPEN}
        | {"description": "Of the overall score alone: the value of each objective then."},
    }
    way = {"steps": _COUNT, "changes": _list_of(_object(change)), "value": _OPEN, "level": _COUNT}
    return _object({**way, **of_overall}, optional=tuple(of_overall))


def _sensitivity() -> dict[str, Any]:
    text = {"type": "string"}
    weight = {"of": {"enum": [of.value for of in WeightOf]}, "id": text}
    weight |= {"halved": _NUMBER, "raised": _NUMBER, "most": _NUMBER}
    answer = {"question": text, "level": text}
    answer |= {"lower": _NUMBER, "higher": _NUMBER, "left_out": _NUMBER, "most": _NUMBER}
    range_ = {"type": ["array", "null"], "items": _NUMBER, "minItems": 2, "maxItems": 2}
    part = {
        "value": _NUMBER,
        "evidenced": _NUMBER | {"description": "As value, where levels that need evidence have some."},
        "alternatives": _object(dict.fromkeys(ALTERNATIVES, _NUMBER))
        | {"description": "What the value would be by other means; for comparison, no scores."},
        "range": range_ | {"description": "Of the value, when every weight may move by half."},
        "weights": _list_of(_object(weight)) | {"description": "Each moved alone; largest change first."},
        "answers": _list_of(_object(answer)) | {"description": "Each moved alone; largest change first."},
    }
    fields = {
        "format": {"const": SENSITIVITY_FORMAT},
        "country": _COUNTRY,
        "cycle": _YEAR,
        "framework": _refer("Framework"),
        "method": text,
        "hidden": _list_of(_object({"objective": text, "dimension": text}))
        | {"description": "Dimensions that stand as one number: none of their answers is told."},
        "overall": _object(part),
        "objectives": _list_of(_object({"id": text, **part})),
    }
    return _object({**fields, **_NOTE})


def _parallel_views() -> dict[str, Any]:
    text = {"type": "string"}
    said = _object({"state": {"enum": ["level", "not_applicable"]}, "level": {"type": ["string", "null"]}})
    seen = {
        "id": text,
        "score": _refer("Score"),
        "difference": _OPEN
        | {"description": "The NGO's value less the government's; null where one has none, or is not shown."},
        "questions": _list_of(_object({"question": text, "government": said, "view": said}))
        | {"description": "Answered differently; none where single answers are not public."},
    }
    view = {
        "organisation": text,
        "handed_in_at": {"type": "string", "format": "date-time"},
        "method": text,
        "objectives": _list_of(_object(seen)),
    }
    fields = {
        "format": {"const": DIVERGENCE_FORMAT},
        "country": _COUNTRY,
        "cycle": _YEAR,
        "framework": _refer("Framework"),
        "method": text,
        "government": _list_of(_object({"id": text, "score": _refer("Score")})),
        "views": _list_of(_object(view)) | {"description": "One for each NGO; never a mean of them."},
    }
    return _object({**fields, **_NOTE})


def _answer(description: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "content": {kind: {"schema": schema} for kind, schema in content.items()},
    }


def _get(
    summary: str, operation: str, content: dict[str, Any], parameters: tuple[str, ...] = ()
) -> dict[str, Any]:
    responses = {"200": _answer(summary, content)}
    if parameters:
        missing = "There is none, or it is not published."
        responses["404"] = _answer(missing, {"application/problem+json": _refer("Problem")})
    return {
        "get": {
            "summary": summary,
            "operationId": operation,
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in parameters],
            "responses": responses,
        }
    }


def _score_paths() -> dict[str, Any]:
    """Where the scores themselves are."""
    csv = {"text/csv": {"type": "string", "description": f"Columns: {', '.join(COLUMNS)}."}}
    table = {"application/json": _refer("Table")}
    return {
        "/api/v1/openapi.json": _get(
            "This description.", "getDescription", {"application/json": {"type": "object"}}
        ),
        "/api/v1/cycles": _get(
            "Closed cycles with something published, newest first.",
            "listCycles",
            {"application/json": _refer("Cycles")},
        ),
        "/api/v1/cycles/{cycle}/scores": _get(
            f"All published scores of a cycle, a row for each {', '.join(PLACE[1:])}.",
            "listScores",
            table | csv,
            ("cycle",),
        ),
        "/api/v1/cycles/{cycle}/scores.csv": _get(
            "The same table, as CSV.", "listScoresAsCsv", csv, ("cycle",)
        ),
        "/api/v1/cycles/{cycle}/countries/{country}": _get(
            "One country's published scores.",
            "getCountryScores",
            {"application/json": _refer("Scores")},
            ("cycle", "country"),
        ),
    }


def _reason_paths() -> dict[str, Any]:
    """Where it is told why scores are what they are."""
    return {
        "/api/v1/cycles/{cycle}/countries/{country}/objectives/{objective}/explanation": _get(
            "Why one published score is what it is. Numbers have 4 decimals, each rounded by itself.",
            "explainScore",
            {"application/json": _refer("Explanation")},
            ("cycle", "country", "objective"),
        ),
        "/api/v1/cycles/{cycle}/countries/{country}/sensitivity": _get(
            "What one country's published scores hang on: weights, answers, the method.",
            "measureSensitivity",
            {"application/json": _refer("Sensitivity")},
            ("cycle", "country"),
        ),
        "/api/v1/cycles/{cycle}/countries/{country}/parallel": _get(
            "What NGOs see of one country, beside what its government declares and apart from it.",
            "listParallelViews",
            {"application/json": _refer("ParallelViews")},
            ("cycle", "country"),
        ),
    }


def _parameters() -> dict[str, Any]:
    text = {"type": "string"}
    schemas: dict[str, dict[str, Any]] = {"cycle": _YEAR, "country": _COUNTRY, "objective": text}
    parameters: dict[str, Any] = {
        name: {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in schemas.items()
    }
    parameters["objective"]["description"] = "An objective's id, or `overall` for the whole."
    return parameters


def openapi_document() -> dict[str, Any]:
    """The whole description. Paths are from the root of the server."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "surveyapp: published scores",
            "version": "1",
            "description": "What countries declared of themselves, once published. Nothing is verified.",
        },
        "paths": _score_paths() | _reason_paths(),
        "components": {"parameters": _parameters(), "schemas": _schemas()},
    }
