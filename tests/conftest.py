"""Fixtures that several test files share."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from helpers.chapters import book as study
from helpers.ground import cohort


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Give a copy of the rebuilt cohort's folder that a test may break."""
    return Path(shutil.copytree(cohort.DEFAULT, tmp_path / "copied"))


@pytest.fixture
def edit(copied: Path):
    """Give a function that changes a text table of the copied cohort."""

    def change(file: str, function) -> Path:
        rows = pd.read_csv(copied / file, dtype=str, keep_default_na=False)
        function(rows).to_csv(copied / file, index=False)
        return copied

    return change


@pytest.fixture(scope="session")
def rebuilt_results() -> pd.DataFrame:
    """Give every result row of the rebuilt cohort, computed once."""
    return study.all_results(cohort.load(cohort.DEFAULT))
