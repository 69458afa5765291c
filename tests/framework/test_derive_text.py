"""Plain guidelines text becomes objectives with their activities, actors and indicators."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.framework.derive import derive, derive_file
from surveyapp.framework.derived import Derived
from surveyapp.framework.faults import FrameworkFaults
from tests.framework.guidelines import SUMMARY, TEXT, TITLES, synthetic_text


def faults_of(text: str) -> list[str]:
    with pytest.raises(FrameworkFaults) as refusal:
        derive(text, "g.txt")
    return [str(fault) for fault in refusal.value.faults]


def items_of(derived: Derived, objective: int, kind: str) -> list[str]:
    return derived.objectives[objective - 1].by_kind[kind]


def test_the_layout_of_the_guidelines_is_read():
    derived = derive(TEXT, "harbour-rules.txt")
    assert derived.summary == SUMMARY
    assert [objective.title for objective in derived.objectives] == TITLES
    assert items_of(derived, 1, "actor") == ["Ministries (Transport)", "Other bodies (harbour office)"]
    assert items_of(derived, 3, "actor") == ["Ministries (Education)", "Shipping firms", "Unions"]
    assert items_of(derived, 2, "indicator") == ["Cleaner water"]
    assert derived.notices == ()


def test_title_year_and_name_are_taken_from_the_document():
    derived = derive(TEXT, "Harbour Rules_1.txt")
    assert (derived.title, derived.year, derived.name) == ("Rules for Safe Harbours", 1998, "harbour-rules-1")


def test_a_text_without_title_is_named_after_its_file():
    derived = derive(TEXT[TEXT.index("To keep every") :], "harbour-2004.txt")
    assert (derived.title, derived.year) == ("harbour 2004", 2004)


@pytest.mark.parametrize("bullet", ["·", "•", "-", "–", "*"])
@pytest.mark.parametrize("gap", ["   ", "\t", "", "\u00a0"])
def test_each_bullet_is_understood(bullet, gap):
    derived = derive(TEXT.replace("·   ", bullet + gap).replace("·  ", bullet + gap), "g.txt")
    assert derived.summary == SUMMARY
    assert items_of(derived, 1, "activity")[0] == "Light every quay"


def test_bullets_may_be_indented():
    assert (
        derive(TEXT.replace("·", "   ·").replace("    course", "         course"), "g.txt").summary == SUMMARY
    )


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings_of_other_systems_are_understood(ending):
    assert derive(TEXT.replace("\n", ending), "g.txt").objectives == derive(TEXT, "g.txt").objectives


def test_blank_lines_do_not_matter():
    packed = "\n".join(line for line in TEXT.split("\n") if line.strip())
    assert derive(packed, "g.txt").objectives == derive(TEXT, "g.txt").objectives
    loose = TEXT.replace("\n\n", "\n \n\t\n\n")
    assert derive(loose, "g.txt").objectives == derive(TEXT, "g.txt").objectives


def test_an_indented_line_right_under_a_bullet_continues_it_and_spaces_are_joined():
    activities = items_of(derive(TEXT, "g.txt"), 1, "activity")
    assert activities == ["Light every quay", "Train the keepers, with a course of one day", "Buy lamps"]


def test_a_plain_line_right_under_the_activities_is_an_actor():
    derived = derive("Aim\n- deed\nMinistry\n- sign\n", "g.txt")
    assert items_of(derived, 1, "actor") == ["Ministry"]


def test_the_last_plain_line_before_the_bullets_names_the_objective_and_others_are_told():
    derived = derive(TEXT.replace("Teach the crews", "Part two: people\n\nTeach the crews"), "g.txt")
    assert [objective.title for objective in derived.objectives] == TITLES
    assert [str(notice) for notice in derived.notices] == [
        'g.txt:48: warning: "Part two: people" names no objective and is left out'
    ]


def test_closing_words_are_left_out_and_told():
    derived = derive(TEXT + "\nPrinted in 1998\n", "g.txt")
    assert derived.summary == SUMMARY
    (notice,) = derived.notices
    assert '"Printed in 1998" is followed by no activities and is left out' in str(notice)


def test_drawn_rules_count_as_blank_lines_and_an_empty_bullet_is_told():
    derived = derive("Title\n=====\nAim\n-----\n- deed\n-\n\n* * *\nMinistry\n\n- sign\n____\n", "g.txt")
    assert derived.summary == "1 objectives, 1 activities, 1 actors, 1 indicators"
    assert [str(notice) for notice in derived.notices] == [
        "g.txt:6: warning: the bullet has no text and is left out"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "g.txt:1: no objective found; begin each activity and each indicator with a bullet"),
        ("Only words\nand more\n", "g.txt:1: no objective found"),
        ("\n- deed\n", "g.txt:2: the first bullet stands under no objective; write the objective's name"),
        ("T\n\nAim\n- deed\n", "g.txt:3: the objective named here has no indicators"),
        ("Aim\n- deed\nBody\n", "g.txt:1: the objective named here has no indicators"),
        ("Aim\n- de\x00ed\n", "g.txt:2:5: the control character U+0000 is no text; remove it"),
        ("Aim\n- d\n" + "  word\n" * 2_001, "the bullet runs on for more than 10,000 characters"),
        (synthetic_text([(1_000, 1, 1)]), "more than 999 objectives or items of one kind"),
    ],
)
def test_a_text_of_another_layout_is_refused_with_its_line(text, said):
    (fault,) = faults_of(text)
    assert said in fault


def test_a_file_that_is_no_text_is_refused_with_its_place(tmp_path):
    path = tmp_path / "g.txt"
    path.write_bytes("Aim\n· d\xe9ed".encode("cp1252"))
    with pytest.raises(FrameworkFaults, match=r"g.txt:2:1: byte 0xb7 is not UTF-8 text; save it as"):
        derive_file(path)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    path = tmp_path / "g.txt"
    path.write_bytes(b"\xef\xbb\xbfAim\n- deed\nBody\n- sign\n")
    assert derive_file(path).objectives[0].title == "Aim"


def test_a_file_over_ten_megabytes_is_refused(tmp_path):
    path = tmp_path / "g.txt"
    path.write_bytes(b"x" * 10_000_001)
    with pytest.raises(FrameworkFaults, match=r"g.txt: the file is larger than 10 MB; shorten it"):
        derive_file(path)


@pytest.mark.parametrize("name", ["nowhere.txt", "."])
def test_a_file_that_is_not_there_is_refused(tmp_path, name):
    with pytest.raises(FrameworkFaults, match="name the guidelines document"):
        derive_file(tmp_path / name)


@given(st.lists(st.tuples(*[st.integers(1, 12)] * 3), min_size=1, max_size=15))
def test_the_counts_are_those_of_the_text(counts):
    derived = derive(synthetic_text(counts), "g.txt")
    found = [
        tuple(len(o.by_kind[kind]) for kind in ("activity", "actor", "indicator")) for o in derived.objectives
    ]
    assert found == counts


@given(st.text(st.sampled_from("ab ·-*\n\t:"), max_size=80))
def test_any_text_is_read_or_refused(text):
    try:
        derived = derive(text, "g.txt")
    except FrameworkFaults as refusal:
        assert refusal.faults
    else:
        assert derived.objectives and all(text for o in derived.objectives for _, _, text in o.items())
