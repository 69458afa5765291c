"""Random valid frameworks, as the content of their files."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_WORDS = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"), exclude_characters="\ufeff"
    ),
    min_size=1,
    max_size=30,
).filter(lambda text: text.strip() == text and text not in ("~", "null", "Null", "NULL"))
_WEIGHTS = st.sampled_from(["1", "0.5", "2/3", "3", "0.35"])


@st.composite
def _levels(draw: st.DrawFn) -> list[dict[str, str]]:
    count = draw(st.integers(2, 10))
    return [
        {"code": str(code), "points": f"{code}/{count - 1}", "text": draw(_WORDS)} for code in range(count)
    ]


@st.composite
def _question(draw: st.DrawFn, id_: str, kind: str, source: str, earlier: list[str]) -> dict[str, Any]:
    question: dict[str, Any] = {"id": id_, "kind": kind, "source": source}
    if earlier and draw(st.booleans()):
        return {**question, "same_as": draw(st.sampled_from(earlier)), "weight": draw(_WEIGHTS)}
    earlier.append(id_)
    question |= {"text": draw(_WORDS), "help": draw(_WORDS), "sensitive": draw(st.booleans())}
    if draw(st.booleans()):
        question |= {"ladder": "shared"}
    else:
        question |= {"levels": (levels := draw(_levels())), "evidence_from": levels[1]["code"]}
    if kind != "activity" and draw(st.booleans()):
        question |= {"measure": {"unit": draw(_WORDS)}}
    return question | draw(
        st.fixed_dictionaries({}, optional={"weight": st.just("0"), "note_for_translators": _WORDS})
    )


@st.composite
def _framework(draw: st.DrawFn, kinds: list[str], objectives: list[dict[str, Any]]) -> dict[str, Any]:
    colour = "#00224E"
    return {
        "id": "random",
        "version": draw(_WORDS),
        "title": draw(_WORDS),
        "source": {"title": draw(_WORDS), "year": "1999"},
        "ladders": {"shared": draw(_levels())},
        "dimensions": [{"kind": k, "id": k, "title": draw(_WORDS), "weight": draw(_WEIGHTS)} for k in kinds],
        "bands": [{"level": n, "from": 20 * n - 20, "title": draw(_WORDS), "colour": colour} for n in (1, 2)],
        "minimum_coverage": "2/3",
        "objectives": objectives,
    }


@st.composite
def framework_files(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """File name → content, of one to three objectives with one to three questions each."""
    kinds = draw(st.lists(st.sampled_from(["activity", "result", "means"]), min_size=1, unique=True))
    earlier: list[str] = []
    files: dict[str, dict[str, Any]] = {}
    objectives = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        asked = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3))
        sources = {f"{kind[0].upper()}{place}": kind for place, kind in enumerate(asked, 1)}
        objectives.append(
            {
                "number": str(number),
                "id": f"o{number}",
                "title": draw(_WORDS),
                "weight": draw(_WEIGHTS),
                "items": {code: draw(_WORDS) for code in sources},
            }
        )
        files[f"o{number}.yaml"] = {
            "id": f"o{number}",
            "objective": number,
            "title": draw(_WORDS),
            "introduction": draw(_WORDS),
            "questions": [
                draw(_question(f"o{number}.{code.lower()}", kind, f"{number}.{code}", earlier))
                for code, kind in sources.items()
            ],
        }
    files["framework.yaml"] = draw(_framework(kinds, objectives))
    return files
