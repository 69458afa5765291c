from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from surveyapp.framework.loader import Report, check_framework
from tests.framework.sample import SAMPLE, write_files


@pytest.fixture
def check_changed(tmp_path: Path) -> Callable[[str, str, str], Report]:
    """Check the sample after one piece of one file was replaced."""

    def check(file: str, old: str, new: str) -> Report:
        assert SAMPLE[file].count(old) >= 1, f"{old!r} is not in {file}"
        write_files(tmp_path / "fw", {**SAMPLE, file: SAMPLE[file].replace(old, new, 1)})
        return check_framework(tmp_path / "fw")

    return check
