"""Answers behind the score of a dimension with a sensitive question decide nothing that a visitor is sent."""

from __future__ import annotations

from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.scoring.answers import Answer

from .pages import read_page
from .site import read_site
from .world import NOT_APPLICABLE, PLAIN, SENSITIVE, World, full_answers, level, second_version

BEHIND_50: tuple[tuple[Answer, Answer], ...] = (
    (level("2"), level("2")),
    (level("0"), level("4")),
    (level("2"), NOT_APPLICABLE),
)


def give_years(world: World) -> None:
    """Albania in two years with two versions of the questions, beside Bosnia and Herzegovina."""
    world.cycle(2025)
    world.submission(2025, "AL")
    world.framework = second_version()
    world.cycle(2026)
    world.submission(2026, "BA", full_answers("1", second_version()))


def submit(world: World, revision: int, behind: tuple[Answer, Answer]) -> None:
    answers = full_answers("2", second_version()) | dict(zip((SENSITIVE, PLAIN), behind, strict=True))
    world.submission(2026, "AL", answers, revision=revision)


def test_nothing_that_a_visitor_is_sent_tells_answers_apart_that_give_one_score(world: World) -> None:
    give_years(world)
    sent = []
    for revision, behind in enumerate(BEHIND_50, 1):
        submit(world, revision, behind)
        sent.append(read_site(world))
    first, *others = sent
    assert [address for other in others for address in first if other[address] != first[address]] == []
    for address in ("/en/results/AL", "/en/results/2026/AL", "/en/results/compare?a=AL-2026&b=BA-2026"):
        assert "Band" in first[address] and "is drawn from its score alone" in first[address]


def test_those_who_read_the_answers_have_the_band_of_the_answers(world: World, client: FlaskClient) -> None:
    give_years(world)
    submit(world, 1, (level("0"), level("4")))
    address = "/en/results/2026/AL/o02"
    coordinator = world.signed_in(Role.COORDINATOR)
    own, public = (read_page(one.get(address).text) for one in (coordinator, client))
    assert "is drawn from its score alone" in public.text
    assert "is drawn from its score alone" not in own.text

    def band(page: object) -> str:
        return page.one("section", aria_labelledby="implementation").one("p", class_="help").text  # type: ignore[attr-defined,no-any-return]

    assert band(own) != band(public)
    assert band(read_page(coordinator.get(f"{address}?as=public").text)) == band(public)
