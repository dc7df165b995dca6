"""Fixtures that several test files share."""

import shutil
from pathlib import Path

import order
import pandas as pd
import pytest
from xdist.scheduler import LoadFileScheduling

from helpers.chapters import book as study
from helpers.ground import cohort


class ByKernels(LoadFileScheduling):
    """Gives a worker a file at a time, and the files that call the compiled kernels as if they were one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return order.KERNELS if order.calls_kernels(file) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return ByKernels(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: order.place(item.nodeid))


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
