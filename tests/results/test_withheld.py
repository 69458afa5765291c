"""What a country holds back decides nothing that a visitor is sent: no page, figure, file or explanation.

The same site is made twice, with other answers in the objective that is held back; whatever differs tells
something of it.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import update

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import Assessment, ObjectiveConsent, Reach
from surveyapp.database import db
from surveyapp.scoring.answers import Answer
from tests.factories import find_assessment

from .site import YEARS, make_app, make_tables, read_site
from .world import NOT_APPLICABLE, UNKNOWN, World, full_answers, level, sample_framework, second_version

COMMENT = "Seventeen harbours have a keeper."
MARKED = level("4", comment=COMMENT, proven=True)
CHANGED: dict[str, dict[str, Answer]] = {  # but not o01.i1, which both objectives count
    "o01": {"o01.a1": MARKED, "o01.a2": UNKNOWN, "o01.a3": level("0"), "o01.a9": level("1"),
            "o01.p1": level("0")},
    "o02": {"o02.a1": MARKED, "o02.a2": UNKNOWN, "o02.p1": level("4"), "o02.p2": NOT_APPLICABLE},
}  # fmt: skip


def make_site(path: Path, withheld: str, *, is_new_version: bool, is_changed: bool) -> World:
    """Albania in two years, holding an objective back in the second, beside Bosnia and Herzegovina."""
    make_tables(path)
    app = make_app(path)
    world = World(app)
    for year in YEARS:
        asked = second_version() if is_new_version and year == 2026 else sample_framework()
        world.framework = asked
        answers = full_answers("2", asked) | {"o01.i1": level("3")}
        more = CHANGED[withheld] if is_changed and year == 2026 else {}
        world.cycle(year)
        world.submission(year, "AL", answers | {id_: a for id_, a in more.items() if id_ in asked.questions})
        world.submission(year, "BA", full_answers("1", asked))
    with app.app_context():
        row = ObjectiveConsent(assessment_id=find_assessment("AL", 2026).id, objective_id=withheld)
        row.reach = Reach.REGION
        db.session.add(row)
        db.session.commit()
    return world


@pytest.mark.parametrize("withheld", ["o01", "o02"])
@pytest.mark.parametrize("is_new_version", [False, True])
def test_nothing_that_a_visitor_is_sent_hangs_on_what_is_held_back(
    tmp_path: Path, withheld: str, is_new_version: bool
) -> None:
    worlds = [
        make_site(tmp_path / f"{c}.db", withheld, is_new_version=is_new_version, is_changed=c)
        for c in (False, True)
    ]
    one, other = map(read_site, worlds)
    assert [address for address in one if one[address] != other[address]] == []
    assert len(one) > 50 and not any(COMMENT in text for text in other.values())
    other_objective = {"o01": "o02", "o02": "o01"}[withheld]
    gone = ("/en/results/2026/AL/{}", "/api/v1/cycles/2026/countries/AL/objectives/{}/explanation")
    for address, objective in product(gone, (withheld, "overall")):
        assert other[address.format(objective)].startswith("404"), (address, objective)
        assert other[address.format(other_objective)].startswith("200"), address
        assert other[address.format(objective).replace("2026", "2025")].startswith("200"), address
    pages = ["/en/results/2026", "/en/results/2026/AL", "/en/results/AL"]
    pages += ["/en/results/compare?a=AL-2026&b=BA-2026"]
    for page in pages:
        assert other[page].lower().count("not published") >= 2, page
    with worlds[1].app.app_context():
        db.session.execute(update(ObjectiveConsent).values(reach=Reach.PUBLIC))
        db.session.commit()
    tables = ("/api/v1/cycles/2026/countries/AL", "/api/v1/cycles/2026/scores.csv")
    told = read_site(worlds[1], [*pages, *tables, gone[0].format("overall")])
    for address in (*pages, *tables):
        assert told[address] != other[address], "the answers would show there"
    assert told[gone[0].format("overall")].startswith("200")


def test_the_region_sees_what_is_held_back_for_it_and_bands_are_not_mixed_up(tmp_path: Path) -> None:
    world = make_site(tmp_path / "region.db", "o02", is_new_version=False, is_changed=True)
    visitor, region = world.app.test_client(), world.signed_in(Role.FOCAL_POINT, "BA")
    for _ in range(2):  # whoever comes first, nobody gets the draws that were made for another
        assert "Band from" not in visitor.get("/en/results/2026/AL").text.split("All objectives together")[1]
        assert "Band from" in region.get("/en/results/2026/AL").text.split("All objectives together")[1]
        assert visitor.get("/en/results/2026/AL/o02").status_code == 404
        assert region.get("/en/results/2026/AL/o02").status_code == 200
        assert region.get("/en/results/2026/AL/overall").status_code == 200
        assert region.get("/en/results/2026/AL/overall?as=public").status_code == 404


def test_an_answer_that_is_asked_in_what_is_held_back_is_shown_nowhere_else(tmp_path: Path) -> None:
    world = make_site(tmp_path / "shared.db", "o01", is_new_version=False, is_changed=False)
    with world.app.app_context():
        db.session.execute(update(Assessment).values(shows_sensitive=True))
        db.session.commit()
    client = world.app.test_client()
    page = client.get("/en/results/2026/AL/o02").text
    assert "Descriptor 2 of o02.p1" in page and "of o01.i1" not in page
    told = client.get("/api/v1/cycles/2026/countries/AL/objectives/o02/explanation").get_json()
    hidden = {part["id"]: part for part in told["dimensions"]}["results"]
    assert hidden["score"]["value"] == 75 and "o01.i1" not in str(hidden)
