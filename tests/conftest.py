"""Fixtures that several test files share.

What takes seconds to import is imported by the fixture that uses it: the process that hands out the tests,
and who runs a small file, do without.
"""

import shutil
from pathlib import Path

import order
import pytest
from xdist.scheduler import LoadFileScheduling

from helpers.ground.paths import REBUILT


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
    return Path(shutil.copytree(REBUILT, tmp_path / "copied"))


@pytest.fixture
def edit(copied: Path):
    """Give a function that changes a text table of the copied cohort."""
    import pandas as pd

    def change(file: str, function) -> Path:
        rows = pd.read_csv(copied / file, dtype=str, keep_default_na=False)
        function(rows).to_csv(copied / file, index=False)
        return copied

    return change


@pytest.fixture(scope="session")
def rebuilt_results():
    """Give the table of every result row of the rebuilt cohort, computed once."""
    from helpers.chapters import book as study
    from helpers.ground import cohort

    return study.all_results(cohort.load(cohort.DEFAULT))


@pytest.fixture(scope="session")
def committed():
    """Give patients, panel and manifest of the committed members, read once: not to be changed in place."""
    from evidence.ensemble import store

    return store.read()
