"""The map of divergence in words."""

from __future__ import annotations

from babel.lists import format_list
from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from surveyapp.results.divergence import Divergence, Grasp, Opinion, Row, Said
from surveyapp.web.locale import current_locale
from surveyapp.web.numbers import show
from surveyapp.web.pages import isolated_name, marked


def describe_opinion(opinion: Opinion) -> str:
    """What an NGO's score says, for those who do not see its sign."""
    if opinion.grasp is Grasp.NOT_ANSWERED:
        return gettext("The NGO gives no answer here.")
    if opinion.grasp is Grasp.NOT_APPLICABLE:
        return gettext("The NGO says that this does not apply.")
    if opinion.grasp is Grasp.UNKNOWN:
        return gettext("The NGO says that it cannot know.")
    return gettext("The NGO’s score: %(score)s.", score=show(opinion.score.value))


def describe_difference(opinion: Opinion) -> str:
    """How far the NGO's score is from the government's; empty where there is nothing to compare."""
    if opinion.difference is None:
        return ""
    points, number = opinion.points, show(opinion.points)
    if points == 0:
        return gettext("no difference")
    if opinion.difference < 0:
        # Translators: an NGO's score beside the government's, such as "25 points lower".
        return ngettext("%(number)s point lower", "%(number)s points lower", points, number=number)
    # Translators: an NGO's score beside the government's, such as "25 points higher".
    return ngettext("%(number)s point higher", "%(number)s points higher", points, number=number)


def describe_steps(said: Said) -> str:
    """How far an NGO's level is from the government's; empty where one of them is no level."""
    if not said.steps:
        return gettext("the same level") if said.steps == 0 else ""
    count = abs(said.steps)
    if said.steps < 0:
        return ngettext("%(number)s level lower", "%(number)s levels lower", count, number=show(count))
    return ngettext("%(number)s level higher", "%(number)s levels higher", count, number=show(count))


def summarise(divergence: Divergence) -> list[Markup]:
    """For each NGO: on how many objectives it sees less, more or the same, and the largest difference."""
    return [
        _summary(divergence, place, escape(isolated_name(column.organisation)))
        for place, column in enumerate(divergence.columns)
    ]


def _summary(divergence: Divergence, place: int, name: Markup) -> Markup:
    counted = [row for row in divergence.rows if row.opinions[place].counts]
    if not counted:
        words = gettext("%(organisation)s answers too little for a comparison by objective.")
        return escape(words) % {"organisation": name}
    parts = _parts([row.opinions[place] for row in counted])
    # Translators: such as "Shelter Network sees the country lower on 5 objectives and about alike on 2
    # objectives. Objectives compared: 7 of 13."
    words = gettext("%(organisation)s sees the country %(parts)s. Objectives compared: %(shown)s of %(all)s.")
    numbers = {"shown": show(len(counted)), "all": show(len(divergence.rows))}
    first = escape(words) % {"organisation": name, "parts": parts, **numbers}
    largest = max(counted, key=lambda row: row.opinions[place].points)
    return Markup(" ").join([first, *_largest(largest, largest.opinions[place])])


def count_questions(divergence: Divergence) -> list[str]:
    """For each NGO: how many questions both sides answer and how many of these differently, as far as the
    reader sees single answers; empty where there is none.
    """
    return [_counts(divergence, place, shared) for place, shared in enumerate(divergence.shared)]


def _counts(divergence: Divergence, place: int, shared: int) -> str:
    if not shared:
        return ""
    steps = [
        said.steps
        for contrasts in divergence.contrasts.values()
        for contrast in contrasts
        if (said := contrast.said[place]) and not said.says_same_as(contrast.government)
    ]
    return gettext(
        # Translators: numbers of questions; lower and higher are the NGO's levels.
        "Questions that both answer: %(shared)s. Answered differently: %(different)s "
        "(lower: %(lower)s, higher: %(higher)s).",
        shared=show(shared),
        different=show(len(steps)),
        lower=show(sum(step is not None and step < 0 for step in steps)),
        higher=show(sum(step is not None and step > 0 for step in steps)),
    )


def _parts(opinions: list[Opinion]) -> str:
    """How many are lower, higher and about alike, as a list in the page's language."""
    shades = [opinion.shade.split("-")[0] for opinion in opinions]
    lower, higher, alike = (shades.count(name) for name in ("lower", "higher", "alike"))
    told = []
    if lower:
        told.append(ngettext("lower on %(n)s objective", "lower on %(n)s objectives", lower, n=show(lower)))
    if higher:
        told.append(
            ngettext("higher on %(n)s objective", "higher on %(n)s objectives", higher, n=show(higher))
        )
    if alike:
        told.append(
            ngettext(
                "about alike on %(n)s objective", "about alike on %(n)s objectives", alike, n=show(alike)
            )
        )
    return format_list(told, locale=current_locale())


def _largest(row: Row, opinion: Opinion) -> list[Markup]:
    if not opinion.points:
        return []
    words = gettext("The largest difference: objective %(number)s (%(title)s), %(difference)s.")
    values = {"number": show(row.number), "title": marked(row.title)}
    return [escape(words) % {**values, "difference": describe_difference(opinion)}]
