"""Results that others have published, computed again from the figures published beside them.

Each source is named above its figures. Where it rounds, the expected number is its rounded one and the
test says how it was rounded; nothing here was computed by us first.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest

from surveyapp.framework.model import Dimension, Framework, Level, Question
from surveyapp.scoring.alternatives import geometric_mean
from surveyapp.scoring.answers import Answer
from surveyapp.scoring.method1 import Scores, rounded, score
from tests.scoring.builders import NOT_APPLICABLE, framework

EQUAL = Fraction(1)


def half_up(number: Fraction, decimals: int) -> Fraction:
    return Fraction(rounded(number * 10**decimals), 10**decimals)


def cut_off(number: Fraction, decimals: int) -> Fraction:
    return Fraction(floor(number * 10**decimals), 10**decimals)


def names(cases: list[tuple]) -> list[str]:
    return [case[0] for case in cases]


def figures(cases: list[tuple]) -> list[tuple]:
    return [case[1:] for case in cases]


def scores_of(*objectives: list[list[tuple[object, object]]]) -> Scores:
    """The scores where each objective is a list of dimensions, each a list of (weight, share from 0 to 1).

    A share is a level's points; None stands for *not applicable*. Dimensions and objectives weigh the same.
    """
    kinds = [f"kind{place}" for place in range(max(map(len, objectives)))]
    answers: dict[str, Answer] = {}
    asked: list[list[Question]] = []
    for number, dimensions in enumerate(objectives, 1):
        asked.append([])
        for kind, items in zip(kinds, dimensions, strict=False):
            for weight, share in items:
                question_id = f"o{number:02}.q{len(asked[-1])}"
                asked[-1].append(one_question(question_id, kind, weight, share or 0))
                answers[question_id] = NOT_APPLICABLE if share is None else Answer(level="given")
    return score(with_kinds(kinds, asked), answers)


def one_question(question_id: str, kind: str, weight: object, share: object) -> Question:
    levels = (Level("given", Fraction(str(share)), "As published"),)
    return Question(question_id, kind, "", "", levels, weight=Fraction(str(weight)))


def with_kinds(kinds: list[str], asked: list[list[Question]]) -> Framework:
    dimensions = tuple(Dimension(kind, kind, kind, EQUAL, "X") for kind in kinds)
    return framework(*asked, dimensions=dimensions)


def value_of(*pairs: tuple[object, object]) -> Fraction:
    """The value of one dimension, 0 to 100, from (weight, share)."""
    value = scores_of([list(pairs)]).overall.value
    assert value is not None
    return value


# World Health Organization, electronic State Parties Self-Assessment Annual Reporting Tool (e-SPAR), the
# pages "SPAR - Sweden" and "SPAR - India" of 2021 and "SPAR - Canada" of 2024: indicators in per cent of
# five levels, and the capacity as their average, rounded to a whole per cent. Capacities of which the page
# shows every indicator.
E_SPAR = [
    ("Sweden 2021, C1", (80, 100), 90),
    ("Sweden 2021, C8", (80, 100, 80), 87),
    ("Sweden 2021, C9", (80, 80, 80), 80),
    ("India 2021, C1", (80, 0), 40),
    ("India 2021, C8", (100, 80, 80), 87),
    ("India 2021, C9", (40, 60, 40), 47),
    ("Canada 2024, C1", (100, 40), 70),
]


@pytest.mark.parametrize(("indicators", "capacity"), figures(E_SPAR), ids=names(E_SPAR))
def test_the_capacities_that_who_published_come_out(indicators, capacity):
    assert rounded(value_of(*((1, Fraction(indicator, 100)) for indicator in indicators))) == capacity


# OWASP SAMM, "The Not Applicable Question" (SAMM project team, 28 February 2023): Security Architecture,
# six activities, a practice's score being out of 3.00 and exact. With the last activity not applicable
# the highest possible score is 2.50, against which the team advises to present the score.
# OWASP SAMM, "Percentage to Target and Percent to Date Metrics" (21 January 2025): Secure Build, exact.
SAMM = [
    ("Security Architecture, baseline", ("0.5", "0.25", 0, "0.25", 0, 0), "0.50"),
    ("Security Architecture, target", (1, 1, "0.5", 1, "0.5", 0), "2.00"),
    ("Secure Build, baseline", ("0.25", 0, 0, 1, 0, 0), "0.625"),
    ("Secure Build, target", (1, 1, 0, 1, "0.5", 0), "1.75"),
    ("Secure Build, after a quarter", (1, "0.5", 0, 1, 0, 0), "1.25"),
]


@pytest.mark.parametrize(("activities", "practice"), figures(SAMM), ids=names(SAMM))
def test_the_practice_scores_that_owasp_samm_published_come_out(activities, practice):
    assert value_of(*((1, share) for share in activities)) * 3 / 100 == Fraction(practice)


@pytest.mark.parametrize(
    ("activities", "practice"),
    [(("0.5", "0.25", 0, "0.25", 0), "0.50"), ((1, 1, "0.5", 1, "0.5"), "2.00")],
)
def test_what_does_not_apply_lowers_the_highest_score_as_owasp_samm_published(activities, practice):
    value = value_of(*((1, share) for share in activities), (1, None))
    assert value * Fraction("2.50") / 100 == Fraction(practice)


# CISO Assistant, community edition, backend/core/tests/test_compliance_assessment_scoring.py: scores from
# 0 to 100 with weights, as AVG (one weighted mean) and AVG_OF_AVG (the mean of the sections' weighted
# means); one decimal, cut off.
SECTION_A = [(1, "0.8"), (1, "0.6")]
SECTION_B = [(1, "0.4"), (3, 1)]
DOCUMENTED_A = [(1, "0.9"), (1, "0.7")]
DOCUMENTED_B = [(1, "0.5"), (3, "0.8")]
CISO_AVG = [
    ("all", SECTION_A + SECTION_B, "80.0"),
    ("B2 not applicable", [*SECTION_A, (1, "0.4"), (3, None)], "60.0"),
    ("A2 not scored", [(1, "0.8"), (1, None), *SECTION_B], "84.0"),
    ("documentation", DOCUMENTED_A + DOCUMENTED_B, "75.0"),
    ("documentation of A1 alone", [(1, "0.6"), (1, 0), (1, 0), (3, 0)], "10.0"),
    ("deep tree, flat", [(1, "0.8"), (1, "0.6"), (1, "0.4"), (1, 1), (1, "0.5")], "66.0"),
]
CISO_AVG_OF_AVG = [
    ("all", [SECTION_A], [SECTION_B], "77.5"),
    ("B2 not applicable", [SECTION_A], [[(1, "0.4"), (3, None)]], "55.0"),
    ("A2 not scored", [[(1, "0.8"), (1, None)]], [SECTION_B], "82.5"),
    ("documentation", [DOCUMENTED_A], [DOCUMENTED_B], "76.2"),
    # Functions are objectives and categories dimensions; a subcategory's share of its category stands in
    # the weights: R1 and R2 half each of the half that R3 has alone.
    (
        "deep tree",
        [[("1/4", "0.8"), ("1/4", "0.6"), ("1/2", "0.4")], [(1, 1)]],
        [[(1, "0.5")]],
        "63.7",
    ),
]


@pytest.mark.parametrize(("pairs", "published"), figures(CISO_AVG), ids=names(CISO_AVG))
def test_the_weighted_means_of_ciso_assistant_come_out(pairs, published):
    assert cut_off(value_of(*pairs), 1) == Fraction(published)


@pytest.mark.parametrize(
    ("first", "second", "published"),
    figures(CISO_AVG_OF_AVG),
    ids=names(CISO_AVG_OF_AVG),
)
def test_the_means_of_means_of_ciso_assistant_come_out(first, second, published):
    assert cut_off(scores_of(first, second).overall.value, 1) == Fraction(published)


# OECD and JRC, Handbook on Constructing Composite Indicators (2008), table 14, page 83: temperature and
# humidity of two countries, each divided by the leading country's and aggregated with equal weights; three
# decimals. Columns: in which unit and year, temperature of A and B, humidity of A and B, composites.
TABLE_14 = [
    ("Celsius 2003", ("35", "39"), ("75", "50"), ("0.949", "0.833")),
    ("Celsius 2004", ("35.9", "40"), ("70", "45"), ("0.949", "0.821")),
    ("Fahrenheit 2003", ("95", "102.2"), ("75", "50"), ("0.965", "0.833")),
    ("Fahrenheit 2004", ("96.62", "104"), ("70", "45"), ("0.965", "0.821")),
]


@pytest.mark.parametrize(("temperatures", "humidities", "composites"), figures(TABLE_14), ids=names(TABLE_14))
def test_the_composites_of_temperature_and_humidity_in_the_oecd_handbook_come_out(
    temperatures, humidities, composites
):
    for place, composite in enumerate(composites):
        shares = [
            Fraction(column[place]) / max(map(Fraction, column)) for column in (temperatures, humidities)
        ]
        assert half_up(value_of(*((1, share) for share in shares)) / 100, 3) == Fraction(composite)


# The same handbook, section 6.11, pages 103 and 104: two countries with equal additive composites and
# very different geometric ones, and what one point more in the second indicator brings; two decimals, cut
# off.
UNEVEN, EVEN = (21, 1, 1, 1), (6, 6, 6, 6)


def test_the_additive_composites_of_an_uneven_and_an_even_country_are_equal():
    uneven, even = (value_of(*((1, Fraction(x, 21)) for x in country)) for country in (UNEVEN, EVEN))
    assert uneven == even == Fraction(600, 21)


@pytest.mark.parametrize(
    ("country", "composite"),
    [(UNEVEN, "2.14"), (EVEN, "6"), ((21, 2, 1, 1), "2.54"), ((6, 7, 6, 6), "6.23")],
)
def test_the_geometric_composites_of_the_oecd_handbook_come_out(country, composite):
    assert cut_off(geometric_mean([(EQUAL, Fraction(x)) for x in country]), 2) == Fraction(composite)


# The same handbook, tables 35 and 36, pages 113 and 114: five countries by the eight indicators of the
# Technology Achievement Index, and for each pair the weights of the indicators in which the first is
# better, ties halved; exact.
FIVE_COUNTRIES = {
    "Finland": ("187", "125.6", "200.2", "50.7", "3.080", "4.150", "10", "27.4"),
    "USA": ("289", "130", "179.1", "66.2", "2.997", "4.073", "12", "13.9"),
    "Sweden": ("271", "156.6", "125.8", "59.7", "3.096", "4.145", "11.4", "15.3"),
    "Japan": ("994", "64.6", "49", "80.8", "3.003", "3.865", "9.5", "10"),
    "Korea": ("779", "9.8", "4.8", "66.7", "2.972", "3.653", "10.8", "23.2"),
}
OUTRANKING = {
    "Finland": ("0", "0.5", "0.375", "0.75", "0.625"),
    "USA": ("0.5", "0", "0.5", "0.625", "0.625"),
    "Sweden": ("0.625", "0.5", "0", "0.75", "0.625"),
    "Japan": ("0.25", "0.375", "0.25", "0", "0.75"),
    "Korea": ("0.375", "0.375", "0.375", "0.25", "0"),
}


def better(a: str, b: str) -> Fraction:
    return Fraction((Fraction(a) > Fraction(b)) + (Fraction(a) >= Fraction(b)), 2)


@pytest.mark.parametrize("first", FIVE_COUNTRIES)
def test_the_outranking_of_five_countries_in_the_oecd_handbook_comes_out(first):
    for second, published in zip(FIVE_COUNTRIES, OUTRANKING[first], strict=True):
        if first != second:
            shares = map(better, FIVE_COUNTRIES[first], FIVE_COUNTRIES[second])
            assert value_of(*(("1/8", share) for share in shares)) / 100 == Fraction(published)


# The same handbook, table A.2 (page 152) and table 38, column GME (page 116): the indicators of 23
# countries as measured, and their ranks by the geometric mean with equal weights. The column LIN is not
# here: it rests on the goalposts of the index, which the handbook does not print.
TECHNOLOGY = {
    "Finland": ("187 125.6 200.2 50.7 3.08 4.15 10 27.4", 2),
    "United States": ("289 130 179.1 66.2 3.00 4.07 12 13.9", 1),
    "Sweden": ("271 156.6 125.8 59.7 3.10 4.14 11.4 15.3", 3),
    "Japan": ("994 64.6 49 80.8 3.00 3.86 9.5 10", 4),
    "Korea": ("779 9.8 4.8 66.7 2.97 3.65 10.8 23.2", 16),
    "Netherlands": ("189 151.2 136 50.9 3.02 3.77 9.4 9.5", 5),
    "United Kingdom": ("82 134 57.4 61.9 3.02 3.73 9.4 14.9", 6),
    "Canada": ("31 38.6 108 48.7 2.94 4.18 11.6 14.2", 13),
    "Australia": ("75 18.2 125.9 16.2 2.94 3.94 10.9 25.3", 14),
    "Singapore": ("8 25.5 72.3 74.9 2.95 3.83 7.1 24.2", 18),
    "Germany": ("235 36.8 41.2 64.2 2.94 3.75 10.2 14.4", 8),
    "Norway": ("103 20.2 193.6 19 3.12 4.39 11.9 11.2", 11),
    "Ireland": ("106 110.3 48.6 53.6 2.97 3.68 9.4 12.3", 7),
    "Belgium": ("72 73.9 58.9 47.6 2.91 3.86 9.3 13.6", 9),
    "New Zealand": ("103 13 146.7 15.4 2.86 3.91 11.7 13.1", 17),
    "Austria": ("165 14.8 84.2 50.3 2.99 3.79 8.4 13.6", 12),
    "France": ("205 33.6 36.4 58.9 2.97 3.80 7.9 12.6", 10),
    "Israel": ("74 43.6 43.2 45 2.96 3.74 9.6 11", 15),
    "Spain": ("42 8.6 21 53.4 2.86 3.62 7.3 15.6", 19),
    "Italy": ("13 9.8 30.4 51 3.00 3.65 7.2 13", 21),
    "Czech Republic": ("28 4.2 25 51.7 2.75 3.68 9.5 8.2", 23),
    "Hungary": ("26 6.2 21.6 63.5 2.73 3.46 9.1 7.7", 22),
    "Slovenia": ("105 4 20.3 49.5 2.84 3.71 7.1 10.6", 20),
}


def test_the_ranks_by_geometric_mean_in_the_oecd_handbook_come_out():
    means = {
        country: geometric_mean([(EQUAL, Fraction(figure)) for figure in measured.split()])
        for country, (measured, _) in TECHNOLOGY.items()
    }
    ranked = sorted(means, key=means.__getitem__, reverse=True)
    assert ranked == sorted(TECHNOLOGY, key=lambda country: TECHNOLOGY[country][1])
