"""Fixtures that several test files share.

What takes seconds to import is imported by the fixture that uses it: the process that hands out the tests,
and who runs a small file, do without.
"""

import gc
import shutil
from pathlib import Path

import order
import passed_before
import pytest
from xdist.scheduler import LoadFileScheduling

from building.environment import UNSEARCHED
from helpers.ground.paths import REBUILT


class ByKernels(LoadFileScheduling):
    """Gives a worker a file at a time, and the files that call the compiled kernels as if they were one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return order.KERNELS if order.calls_kernels(file) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return ByKernels(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_addoption(parser):
    parser.addoption(
        "--passed-before",
        choices=["skip", "record"],
        help="leave out the tests of the ensemble that passed on the code and data of today, or record them",
    )


def pytest_configure(config):
    gc.set_threshold(UNSEARCHED)
    if config.getoption("passed_before") == "record" and not hasattr(config, "workerinput"):
        if config.getoption("keyword") or config.getoption("markexpr") or "::" in "".join(config.args):
            raise pytest.UsageError("only files that run as a whole are recorded")
        config.pluginmanager.register(Recorder())


def pytest_collection_modifyitems(config, items):
    if config.getoption("passed_before") == "skip":
        unchanged = passed_before.unchanged({order.file_of(item.nodeid) for item in items})
        left_out = [item for item in items if order.file_of(item.nodeid) in unchanged]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if order.file_of(item.nodeid) not in unchanged]
    items.sort(key=lambda item: order.place(item.nodeid))


def pytest_collection_finish():
    """Leave what has been loaded out of each search for garbage, which would take a fifth of the time."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter, config):
    if config.getoption("passed_before") == "skip":
        count = len(passed_before.unchanged(passed_before.all_files()))
        terminalreporter.write_line(
            f"{count} files of {passed_before.FOLDER} passed before on this code, data and lock file, "
            "and were left out; `make simulations` runs them."
        )


class Recorder:
    """Notes the files of the ensemble's tests that pass as a whole."""

    def __init__(self):
        self.keys = passed_before.keys(passed_before.all_files())
        self.failed: set[str] = set()
        self.passed: set[str] = set()

    def pytest_runtest_logreport(self, report):
        # A test that was passed over has not passed.
        (self.passed if report.passed else self.failed).add(order.file_of(report.nodeid))

    def pytest_sessionfinish(self, exitstatus):
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            whole = self.passed - self.failed
            passed_before.record({file: key for file, key in self.keys.items() if file in whole}, self.failed)


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
