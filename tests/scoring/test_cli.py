from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from surveyapp.framework.document import framework_sha256
from surveyapp.framework.loader import load_framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.scoring.cli import compare, explain, like_for_like, score, sensitivity
from tests.framework.sample import write_sample

SHIPPED = {
    "format": "surveyapp-answers/1",
    "country": "AL",
    "cycle": 2026,
    "answers": {"o07.a1": {"level": "3"}},
}


@pytest.fixture
def write(tmp_path):
    def write_file(name, **fields):
        path = tmp_path / name
        path.write_text(json.dumps(SHIPPED | fields))
        return str(path)

    return write_file


def run(command, *arguments):
    return CliRunner().invoke(command, list(arguments))


def test_the_scores_of_a_file_are_printed_as_json(write):
    result = run(score, write("al.json"))
    assert (result.exit_code, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    assert (document["country"], document["cycle"], document["method"]) == ("AL", 2026, "1")
    assert document["framework"]["sha256"] == framework_sha256(load_framework(shipped_folder()))
    assert document["overall"]["value"] == 75
    assert "band" not in document["overall"]


def test_equal_files_print_equal_bytes(write):
    first = run(score, write("one.json"), "--draws", "50", "--seed", "3").stdout_bytes
    assert first == run(score, write("two.json"), "--draws", "50", "--seed", "3").stdout_bytes


def test_draws_add_a_band_to_every_score(write):
    document = json.loads(run(score, write("al.json"), "--draws", "100").stdout)
    parts = [document["overall"], *(o["score"] for o in document["objectives"])]
    parts += [part for o in document["objectives"] for part in o["dimensions"].values()]
    assert all(len(part["band"]) == 2 for part in parts)


def test_another_framework_is_another_folder(write, tmp_path):
    write_sample(tmp_path / "sample")
    result = run(score, write("al.json", answers={}), "--framework", str(tmp_path / "sample"))
    sample = load_framework(tmp_path / "sample")
    assert [o["id"] for o in json.loads(result.stdout)["objectives"]] == [o.id for o in sample.objectives]


def test_faults_go_to_stderr_one_a_line_with_exit_status_1(write):
    path = write("al.json", country="XX", cycle=26)
    result = run(score, path)
    assert (result.exit_code, result.stdout) == (1, "")
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"{path}: ") for line in lines)


def test_the_faults_of_all_files_are_told(write, tmp_path):
    result = run(compare, write("a.json", country="XX"), write("b.json", cycle=1), str(tmp_path / "c.json"))
    assert result.exit_code == 1
    assert [line.split(": ")[0].rsplit("/", 1)[1] for line in result.stderr.splitlines()] == [
        "a.json",
        "b.json",
        "c.json",
    ]


def test_a_file_that_is_not_there_and_a_folder_are_said(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        result = run(score, str(path))
        assert result.exit_code == 1
        assert result.stderr.startswith(f"{path}: cannot be read: ")


def test_a_faulty_framework_is_said(write, tmp_path):
    write_sample(tmp_path / "sample")
    (tmp_path / "sample" / "framework.yaml").unlink()
    result = run(score, write("al.json"), "--framework", str(tmp_path / "sample"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "framework.yaml" in result.stderr
    assert "Traceback" not in result.stderr


def test_two_countries_are_compared(write):
    result = run(compare, write("al.json"), write("rs.json", country="RS"), "--draws", "100", "--seed", "2")
    assert (result.exit_code, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    assert (document["draws"], document["seed"]) == (100, 2)
    assert [c["country"] for c in document["countries"]] == ["AL", "RS"]


def test_a_comparison_draws_2000_times_with_seed_1_unless_told(write):
    document = json.loads(run(compare, write("al.json"), write("rs.json", country="RS")).stdout)
    assert (document["draws"], document["seed"], document["method"]) == (2000, 1, "1")


def test_scores_with_bands_say_how_they_were_drawn(write):
    document = json.loads(run(score, write("al.json"), "--draws", "50", "--seed", "3").stdout)
    assert (document["draws"], document["seed"], document["method"]) == (50, 3, "1")
    assert "draws" not in json.loads(run(score, write("al.json")).stdout)


def test_a_country_twice_in_a_cycle_is_refused(write):
    result = run(compare, write("one.json"), write("two.json"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "AL 2026 is given twice; give each country and cycle once\n"


BAD_FILES = [
    pytest.param("[" * 1_000_000, ":1:21: nested deeper than 20 levels", id="nesting"),
    pytest.param(
        json.dumps(SHIPPED | {"answers": {"o07.a1": {"comment": "x" * 49_900_000}}}),
        ': question o07.a1: "comment" has 49,900,000 characters',
        id="50 MB",
    ),
]


@pytest.mark.parametrize(("text", "said"), BAD_FILES)
def test_the_whole_command_refuses_a_monstrous_file_in_one_line(tmp_path, text, said):
    path = tmp_path / "al.json"
    path.write_text(text)
    surveyapp = Path(sys.executable).with_name("surveyapp")
    result = subprocess.run([surveyapp, "score", path], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{path}{said}") and result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "options", [["--draws", "0"], ["--draws", "100001"], ["--draws", "x"], ["--seed", "-1"]]
)
def test_options_out_of_range_are_a_mistake_of_usage(write, options):
    assert run(score, write("al.json"), *options).exit_code == 2
    assert run(compare, write("al.json"), write("rs.json", country="RS"), *options).exit_code == 2


def test_a_comparison_needs_two_files(write):
    result = run(compare, write("al.json"))
    assert result.exit_code == 2
    assert "at least two" in result.stderr


def test_a_country_is_compared_with_itself_over_two_versions(write, tmp_path):
    for name in ("old", "new"):
        write_sample(tmp_path / name)
    sheet = tmp_path / "new" / "o02.yaml"
    renamed = "retired: [o02.a1]\nquestions:\n  - id: o02.a7\n    replaces: o02.a1\n"
    sheet.write_text(sheet.read_text().replace("questions:\n  - id: o02.a1\n", renamed))
    lights = tmp_path / "new" / "o01.yaml"
    lights.write_text(lights.read_text().replace('code: "2", points: 1', 'code: "3", points: 1'))
    earlier = write("old.json", cycle=2025, answers={"o02.a1": {"level": "0"}, "o02.p1": {"level": "1"}})
    later = write("new.json", answers={"o02.a7": {"level": "1"}, "o02.p1": {"level": "1"}})
    folders = "--earlier-framework", str(tmp_path / "old"), "--framework", str(tmp_path / "new")
    result = run(like_for_like, earlier, later, *folders)
    assert (result.exit_code, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    assert document["format"] == "surveyapp-like-for-like/1"
    assert (document["country"], document["method"]) == ("AL", "1")
    assert (document["earlier"]["cycle"], document["later"]["cycle"]) == (2025, 2026)
    folder = tmp_path / "old"
    assert document["earlier"]["framework"]["sha256"] == framework_sha256(load_framework(folder))
    whole, dimensions = document["objectives"][1]["change"], document["objectives"][1]["dimensions"]
    assert document["objectives"][1]["id"] == "o02"
    fields = ["earlier", "later", "change", "evidenced", "shared", "earlier_questions", "later_questions"]
    assert list(whole) == fields
    nothing, third = {"earlier": None, "later": None}, {"earlier": 33.3333, "later": 33.3333}
    assert list(whole.values()) == [5.5556, 88.8889, 83.3333, {"earlier": 5.5556, "later": 88.8889}, 4, 5, 5]
    assert {name: list(part.values()) for name, part in dimensions.items()} == {
        "implementation": [0, 100, 100, {"earlier": 0, "later": 100}, 1, 1, 1],
        "results": [None, None, None, nothing, 0, 1, 1],
        "participation": [33.3333, 33.3333, 0, third, 3, 3, 3],
    }
    assert document["left_out"] == [
        {"question": "o01.a1", "objective": "o01", "cause": "levels", "levels": ["2", "3"]},
        {"question": "o02.i1", "objective": "o02", "cause": "levels", "levels": ["2", "3"]},
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"country": "BA"}, "the answers are of AL and of BA; give one country's"),
        ({"cycle": 2025}, "2025 is not later than 2025; give the earlier year first"),
    ],
)
def test_what_is_not_two_years_of_one_country_is_refused(write, tmp_path, fields, words):
    write_sample(tmp_path / "sample")
    folders = "--earlier-framework", str(tmp_path / "sample"), "--framework", str(tmp_path / "sample")
    files = write("old.json", answers={}, cycle=2025), write("new.json", **{"answers": {}, **fields})
    result = run(like_for_like, *files, *folders)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{words}\n")


def test_two_frameworks_are_refused(write, tmp_path):
    write_sample(tmp_path / "sample")
    files = write("old.json", answers={}, cycle=2025), write("new.json")
    result = run(like_for_like, *files, "--earlier-framework", str(tmp_path / "sample"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "are two frameworks, not versions of one" in result.stderr


def test_why_a_score_is_what_it_is_is_printed_as_json(write):
    document = json.loads(run(explain, write("al.json"), "o07").stdout)
    assert (document["format"], document["objective"]) == ("surveyapp-explanation/1", "o07")
    terms = [term for part in document["dimensions"] for term in part["terms"]]
    assert sum(term["worth"] or 0 for term in terms) == document["score"]["value"] == 75
    whole = json.loads(run(explain, write("al.json"), "overall").stdout)
    assert [part["part"] for part in whole["objectives"] if part["part"] is not None] == [75]
    assert whole["next_level"]["answer_first"], "12 of 13 objectives are open"


def test_an_explanation_has_the_bands_that_the_scores_are_printed_with(write):
    file = write("al.json")
    scores = json.loads(run(score, file, "--draws", "300", "--seed", "7").stdout)
    explained = json.loads(run(explain, file, "overall", "--draws", "300", "--seed", "7").stdout)
    assert (explained["draws"], explained["seed"]) == (300, 7)
    assert explained["score"] == scores["overall"]
    bands = [part["score"]["band"] for part in explained["objectives"]]
    assert bands == [part["score"]["band"] for part in scores["objectives"]]


def test_an_objective_that_is_not_there_is_named_with_those_that_are(write):
    result = run(explain, write("al.json"), "o77")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith('there is no objective "o77"; give one of o01, o02')


def test_what_a_score_hangs_on_is_printed_as_json(write):
    result = run(sensitivity, write("al.json", answers={"o07.a1": {"level": "3"}, "o07.a2": {"level": "1"}}))
    assert (result.exit_code, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    assert (document["format"], document["country"]) == ("surveyapp-sensitivity/1", "AL")
    assert document["overall"]["value"] == 50
    assert {move["question"] for move in document["overall"]["answers"]} == {"o07.a1", "o07.a2"}


def test_faulty_answers_are_told_instead_of_what_they_hang_on(write):
    result = run(sensitivity, write("al.json", country="XX"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "country" in result.stderr
