"""What a score follows from, in whole sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from babel.lists import format_list
from flask_babel import gettext, ngettext, pgettext
from markupsafe import Markup, escape

from surveyapp.results.cells import show_share
from surveyapp.scoring.method1 import Score
from surveyapp.web.locale import current_locale
from surveyapp.web.numbers import half_up, show, show_gap
from surveyapp.web.pages import marked

if TYPE_CHECKING:
    from surveyapp.results.why import DimensionPart, Why


def sentences_on(why: Why) -> list[str]:
    """Of one objective: what was rated and what it weighs, what is unknown, what lacks evidence."""
    score = why.score
    if score.low is None:
        return []
    if score.value is None:
        return [gettext("No question that applies has a level yet, so the score can still be anything.")]
    rated = _join([_rated(part) for part in why.dimensions if part.score.value is not None])
    # Translators: on top of the page that explains a score, such as: "53 follows from the questions that have
    # a level: Implementation 4 of 5 (weight 50%) and Results 3 of 3 (weight 35%)."
    words = gettext("%(score)s follows from the questions that have a level: %(rated)s.")
    first = escape(words) % {"score": show(score.value), "rated": rated}
    unknown = None if why.hides_something else len(why.open_questions)
    lacking = None if why.hides_something else sum(len(part.lacking) for part in why.dimensions)
    return [
        first,
        *_on_dimensions_left_out(why),
        _on_unknown(score, unknown),
        _on_evidence(score, lacking),
        *_on_rounding(score),
    ]


def sentences_on_overall(score: Score, parts: Sequence[Score], *, is_equal: bool) -> list[str]:
    """Of the overall score: which of its objectives it is the mean of, what is unknown, what lacks evidence.

    `is_equal` is whether the objectives that it is the mean of all weigh the same.
    """
    if score.low is None:
        return [gettext("No question applies to this country, so there is no score.")]
    if score.value is None:
        return [gettext("No question that applies has a level yet, so the score can still be anything.")]
    count = sum(part.value is not None for part in parts)
    numbers = {"score": show(score.value), "shown": show(count)}
    if is_equal:
        first = ngettext(
            "%(score)s is the score of %(shown)s objective.",
            "%(score)s is the mean of %(shown)s objectives, each of which weighs the same.",
            count,
            **numbers,
        )
    else:
        first = ngettext(
            "%(score)s is the mean of %(shown)s objective by its weight.",
            "%(score)s is the mean of %(shown)s objectives by the weights below.",
            count,
            **numbers,
        )
    return [
        first,
        *_on_objectives_left_out(parts),
        _on_unknown(score, None),
        _on_evidence(score, None),
        *_on_rounding(score),
    ]


def _join(items: Sequence[Markup]) -> Markup:
    """The items as a list in the page's language: "a, b, and c"."""
    places = format_list([f"%({place})s" for place in range(len(items))], locale=current_locale())
    return escape(places) % {str(place): item for place, item in enumerate(items)}


def _rated(part: DimensionPart) -> Markup:
    """One item of the list of dimensions; of a hidden one only the share that is known."""
    share = show_share(part.value_share)
    if part.is_hidden:
        # Translators: one item of the list in the sentence that says what a score follows from.
        words = pgettext("rated", "%(title)s (%(known)s known, weight %(share)s)")
        return escape(words) % {
            "title": marked(part.title),
            "known": show_share(part.score.coverage),
            "share": share,
        }
    # Translators: one item of the list in the sentence that says what a score follows from.
    words = pgettext("rated", "%(title)s %(known)s of %(count)s (weight %(share)s)")
    numbers = {"known": show(part.known), "count": show(part.applicable), "share": share}
    return escape(words) % {"title": marked(part.title), **numbers}


def _on_dimensions_left_out(why: Why) -> list[str]:
    """Why the others weigh more than the framework says: what is unknown, then what does not apply."""
    parts = [part for part in why.dimensions if part.score.value is None]
    sentences = (
        (
            gettext("Nothing is known of %(titles)s; the weight goes to the others."),
            [marked(part.title) for part in parts if part.score.low is not None],
        ),
        (
            gettext("Nothing of %(titles)s applies; the weight goes to the others."),
            [marked(part.title) for part in parts if part.score.low is None],
        ),
    )
    return [escape(words) % {"titles": _join(titles)} for words, titles in sentences if titles]


def _on_objectives_left_out(parts: Sequence[Score]) -> list[str]:
    sentences: list[str] = []
    not_applicable = sum(part.low is None for part in parts)
    if unknown := sum(part.value is None for part in parts) - not_applicable:
        sentences.append(
            ngettext(
                "Of %(shown)s objective nothing is known; its weight goes to the others.",
                "Of %(shown)s objectives nothing is known; their weights go to the others.",
                unknown,
                shown=show(unknown),
            )
        )
    if not_applicable:
        sentences.append(
            ngettext(
                "%(shown)s objective does not apply; its weight goes to the others.",
                "%(shown)s objectives do not apply; their weights go to the others.",
                not_applicable,
                shown=show(not_applicable),
            )
        )
    return sentences


def _on_unknown(score: Score, count: int | None) -> str:
    ends = {"low": show(score.low), "high": show(score.high)}
    if score.low == score.high:
        return gettext("Every question that applies has a level, so nothing unknown can move it.")
    if half_up(score.low or 0) == half_up(score.high or 0):
        return gettext("What is unknown or not answered moves it by less than one point.")
    if count is None:
        return gettext(
            "What is unknown or not answered could still move it to anything from %(low)s to %(high)s.",
            **ends,
        )
    return ngettext(
        "%(shown)s question is unknown or not answered and could still move it to anything from %(low)s to"
        " %(high)s.",
        "%(shown)s questions are unknown or not answered and could still move it to anything from %(low)s to"
        " %(high)s.",
        count,
        shown=show(count),
        **ends,
    )


def _on_evidence(score: Score, count: int | None) -> str:
    numbers = {"evidenced": show(score.evidenced), "gap": show_gap(score.value, score.evidenced)}
    if not score.gap:
        return gettext("No level lacks the evidence that it needs.")
    if count is None:
        return gettext(
            "Some levels lack the evidence that they need; without those the score is %(evidenced)s,"
            " a gap of %(gap)s.",
            **numbers,
        )
    return ngettext(
        "%(shown)s level lacks the evidence that it needs; without it the score is %(evidenced)s,"
        " a gap of %(gap)s.",
        "%(shown)s levels lack the evidence that they need; without them the score is %(evidenced)s,"
        " a gap of %(gap)s.",
        count,
        shown=show(count),
        **numbers,
    )


def _on_rounding(score: Score) -> list[str]:
    """The gap with decimals, where the whole numbers as shown would give another one."""
    if score.value is None or score.evidenced is None or _subtracts(score, digits=0):
        return []
    digits = next((digits for digits in (2, 3) if _subtracts(score, digits)), 4)
    return [
        gettext(
            "Before rounding, the gap is %(declared)s − %(evidenced)s = %(gap)s.",
            declared=show(score.value, digits),
            evidenced=show(score.evidenced, digits),
            gap=show(score.gap, digits),
        )
    ]


def _subtracts(score: Score, digits: int) -> bool:
    """Whether the gap is the difference of the two scores as shown with so many decimals."""
    ends = [half_up(number or 0, digits) for number in (score.value, score.evidenced, score.gap)]
    return ends[0] - ends[1] == ends[2]
