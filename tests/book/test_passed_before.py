"""A file of the ensemble's tests counts as passed only on the code, data and lock file on which it passed."""

from types import SimpleNamespace

import conftest
import passed_before
import pytest

OWN, OTHER, BY_IMPORT = (f"{passed_before.FOLDER}/test_{name}.py" for name in ("own", "other", "by_import"))
FILES = {
    OWN: "import made_up\n",
    OTHER: "from evidence import store\n",
    BY_IMPORT: "def test(rebuilt_results): pass\n",
    "tests/made_up.py": "import evidence.kernel\n",
    "tests/conftest.py": "",
    "pyproject.toml": "",
    "helpers/chapters/book.py": "import helpers.chapter\n",
    "evidence/kernel.py": "",
    "evidence/store.py": "",
    "helpers/chapter.py": "",
    "data/claims.csv": "id\n",
    "data/README.md": "",
    "requirements.txt": "numpy==1\n",
}


@pytest.fixture
def project(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("edited", "again"),
    [
        (OWN, {OWN}),
        ("tests/made_up.py", {OWN}),
        ("evidence/kernel.py", {OWN}),
        ("evidence/store.py", {OTHER}),
        ("helpers/chapter.py", {BY_IMPORT}),
        ("tests/conftest.py", {OWN, OTHER, BY_IMPORT}),
        ("data/claims.csv", {OWN, OTHER, BY_IMPORT}),
        ("requirements.txt", {OWN, OTHER, BY_IMPORT}),
        ("pyproject.toml", {OWN, OTHER, BY_IMPORT}),
        ("data/README.md", set()),
    ],
)
def test_an_edit_runs_again_what_depends_on_it(project, edited, again):
    files = {OWN, OTHER, BY_IMPORT}
    before = passed_before.keys(files, project)
    (project / edited).write_text("# edited\n" + FILES[edited])
    after = passed_before.keys(files, project)
    assert {file for file in files if before[file] != after[file]} == again


@pytest.mark.parametrize(
    "left", ["data/.checkpoints/study.toml", "data/study.toml~", "data/ensemble/x.partial"]
)
def test_what_a_program_leaves_beside_the_data_changes_nothing(project, left):
    before = passed_before.keys({OWN}, project)
    (project / left).parent.mkdir(parents=True, exist_ok=True)
    (project / left).write_text("left")
    assert passed_before.keys({OWN}, project) == before


@pytest.mark.parametrize("part", [["-k", "name"], ["-m", "slow"], ["::test_of_a_file"]])
def test_a_part_of_a_file_is_not_recorded(part):
    asked = {"passed_before": "record", "keyword": "", "markexpr": ""}
    asked |= {"keyword": part[1]} if part[0] == "-k" else {"markexpr": part[1]} if part[0] == "-m" else {}
    config = SimpleNamespace(getoption=asked.get, args=[f"{OWN}{part[0]}"])
    with pytest.raises(pytest.UsageError, match="as a whole"):
        conftest.pytest_configure(config)


@pytest.fixture
def record(tmp_path, monkeypatch):
    monkeypatch.setattr(passed_before, "RECORD", tmp_path / "passed.json")
    monkeypatch.setattr(passed_before, "all_files", lambda: {OWN, OTHER})
    monkeypatch.setattr(passed_before, "keys", lambda files: dict.fromkeys(files, "today"))
    return passed_before.recorded


def reported(recorder, file: str, failed: bool) -> None:
    recorder.pytest_runtest_logreport(SimpleNamespace(nodeid=f"{file}::test", passed=not failed))


def test_a_file_is_recorded_where_all_of_it_passed(record):
    recorder = conftest.Recorder()
    for file, failed in ((OWN, False), (OTHER, False), (OTHER, True), (OTHER, False)):
        reported(recorder, file, failed)
    recorder.pytest_sessionfinish(pytest.ExitCode.TESTS_FAILED)
    assert record() == {OWN: "today"}
    assert passed_before.unchanged({OWN, OTHER}) == {OWN}


def test_what_fails_later_is_no_longer_recorded_and_an_interrupted_run_records_nothing(record):
    passed_before.record({OWN: "today", OTHER: "yesterday"}, set())
    assert passed_before.unchanged({OWN, OTHER}) == {OWN}
    recorder = conftest.Recorder()
    reported(recorder, OWN, True)
    recorder.pytest_sessionfinish(pytest.ExitCode.INTERRUPTED)
    assert record() == {OWN: "today", OTHER: "yesterday"}
    recorder.pytest_sessionfinish(pytest.ExitCode.TESTS_FAILED)
    assert record() == {OTHER: "yesterday"}


def test_every_file_that_is_recorded_is_there():
    assert {*passed_before.recorded()} <= passed_before.all_files()
