"""What is edited decides what runs: every kind of input is edited in a copy of the project."""

import shutil
from pathlib import Path

import pytest

from building import notebooks, tables
from building.inputs import Inputs
from helpers.ground.imports import imports, modules
from helpers.ground.paths import REBUILT, ROOT

COPIED = ("building", "data", "evidence", "helpers", "notebooks")
EVIDENCE = {"06_does_it_add_up", "06a_ledger_and_searches", "07_what_is_open", "07a_open_details"}
SURVIVAL = {"04_survival", "04a_survival_details"}
TABLES = "results and ledger"


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    unwanted = shutil.ignore_patterns("__pycache__", "*.ipynb", "calibration_*")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    shutil.copy(ROOT / "requirements.txt", folder)
    return folder


@pytest.fixture(scope="module")
def tables_here(project) -> None:
    """Let the tables' key be that of the copy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "__file__", str(project / "building" / "tables.py"))
        patch.setattr(notebooks, "RUNS", project / "building" / "kernel.py")
        yield


def keys(project: Path) -> dict[str, str]:
    """Return the key of each notebook and of the tables."""
    inputs = Inputs(project, project / "data" / "reconstructed")
    sources = sorted((project / "notebooks").glob("*.py"))
    found = {path.stem: notebooks.read(path, inputs, project, {}).key for path in sources}
    return found | {TABLES: tables._key(inputs)}


@pytest.fixture(scope="module")
def before(project, tables_here) -> dict[str, str]:
    return keys(project)


@pytest.fixture
def runs(project, before):
    """Give a function that edits a file of the copy and says what has another key; the edit is undone."""

    def after(name: str, old: str, new: str) -> set[str]:
        path = project / name
        text = path.read_bytes()
        assert old.encode() in text, f"{name} has no {old}"
        path.write_bytes(text.replace(old.encode(), new.encode(), 1))
        try:
            return {name for name, key in keys(project).items() if key != before[name]}
        finally:
            path.write_bytes(text)

    return after


@pytest.fixture(scope="module")
def everything(project) -> set[str]:
    return {path.stem for path in (project / "notebooks").glob("*.py")} | {TABLES}


def test_prose_runs_nothing(runs):
    assert runs("notebooks/04_survival.py", "# # Survival", "# # How long patients live") == set()


def test_code_runs_its_notebook_alone(runs):
    assert runs("notebooks/04_survival.py", "cohort = load()", "cohort = load()  # anew") == {"04_survival"}


def test_a_line_of_prose_above_code_does_not_move_its_outputs(runs):
    added = "# %% [markdown]\n# Another paragraph.\n\n# %% [markdown]\n# # Survival"
    assert runs("notebooks/04_survival.py", "# %% [markdown]\n# # Survival", added) == set()


def test_a_helper_of_one_chapter_runs_what_imports_it(runs):
    assert runs("helpers/plots/survival.py", '"""', '"""Anew. ') == SURVIVAL


def test_a_helper_that_a_helper_imports_counts(runs, everything):
    assert runs("helpers/ground/results.py", '"""', '"""Anew. ') == everything


def test_an_estimator_runs_the_tables_and_what_computes_with_it(runs):
    found = runs("helpers/estimators/cox.py", '"""', '"""Anew. ')
    assert found >= {*SURVIVAL, TABLES, "06_does_it_add_up"}
    assert not found & {"01_cohort", "05_immune_microenvironment"}


def test_a_search_runs_the_chapters_about_the_print(runs):
    found = runs("evidence/forensics/rank_tests.py", '"""', '"""Anew. ')
    assert {TABLES, "06_does_it_add_up"} <= found <= {*EVIDENCE, TABLES}


@pytest.mark.parametrize(
    "file", ["patients.csv", "immune.csv", "ranges.csv", "fans.csv", "cohort.toml", "../study.toml"]
)
def test_the_cohort_runs_everything(runs, everything, file):
    assert runs(f"data/reconstructed/{file}", "e", "f") == everything


@pytest.mark.parametrize(
    "file", ["published/claims.csv", "ensemble/readings.csv", "attainable/odds_ratio.csv"]
)
def test_claims_and_searched_tables_run_the_chapters_about_the_print(runs, file):
    assert runs(f"data/{file}", ",", ",,") == {*EVIDENCE, TABLES}


def test_claims_that_a_cohort_names_in_its_own_words_count(tmp_path):
    cohort = tmp_path / "cohort"
    cohort.mkdir()
    (cohort / "cohort.toml").write_text('[study]\nclaims = "own/claims.csv"\n')
    (cohort / "own").mkdir()
    claims = cohort / "own" / "claims.csv"
    claims.write_text("a")
    before = Inputs(ROOT, cohort)
    source = ROOT / "notebooks" / "06_does_it_add_up.py"
    assert claims in before.of_code(source)
    key, everything = before.key(before.of_code(source)), before.everything()
    claims.write_text("b")
    after = Inputs(ROOT, cohort)
    assert key != after.key(after.of_code(source)) and everything != after.everything()


def test_the_members_of_the_ensemble_count(runs):
    assert runs("data/ensemble/members.parquet", "PAR1", "PAR2") == {*EVIDENCE, TABLES}


def test_another_lock_runs_everything(runs, everything):
    assert runs("requirements.txt", "numpy==", "numpy===") == everything


def test_another_way_of_running_cells_runs_all_notebooks(runs, everything):
    assert runs("building/kernel.py", '"""', '"""Anew. ') == everything - {TABLES}


def test_a_readme_beside_the_data_runs_nothing(runs):
    assert runs("data/README.md", "a", "b") == set()


def test_imports_are_found_wherever_they_stand():
    source = b"def f():\n    from a import (\n        b,\n        c,\n    )\n    import d.e as g\n"
    source += b"from . import h\n"
    assert {*imports(source, ("x", "y"))} == {"a", "a.b", "a.c", "d.e", "x.y", "x.y.h"}


def test_a_source_that_cannot_be_parsed_imports_nothing():
    assert not [*imports(b"from a import")]


def test_a_name_is_a_module_a_package_or_something_inside_it():
    found = {str(path.relative_to(ROOT)) for path in modules("helpers.chapters.survival.rows", ROOT)}
    packages = {
        f"{folder}/__init__.py" for folder in ("helpers", "helpers/chapters", "helpers/chapters/survival")
    }
    assert found == {*packages, "helpers/chapters/survival/rows.py"}
    assert modules("pandas.testing", ROOT) == []


def test_what_was_remembered_of_imports_gives_the_same_answer(project):
    source = project / "notebooks" / "06_does_it_add_up.py"
    first = Inputs(project, project).imported(source)
    assert (project / "_build" / "imports.json").exists()
    assert Inputs(project, project).imported(source) == first


def test_a_file_that_changed_since_it_was_read_is_noticed(tmp_path):
    path, gone = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_text("1")
    inputs = Inputs(tmp_path, tmp_path)
    inputs.key([path, gone])
    assert inputs.unchanged([path, gone])
    gone.write_text("1")
    assert inputs.unchanged([path]) and not inputs.unchanged([gone])


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("book/a.md", True),
        ("book/_static/a.css", True),
        ("_config.yml", True),
        ("building/a.py", True),
        ("data/a.csv", True),
        ("notebooks/a.ipynb", False),
        ("helpers/__pycache__/a.pyc", False),
        ("helpers/.a.py.swp", False),
        ("tests/a.py", False),
    ],
)
def test_a_book_is_of_all_that_may_stand_in_it(tmp_path, name, counts):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a")
    before = Inputs(tmp_path, tmp_path / "cohort").everything()
    path.write_text("b")
    assert (Inputs(tmp_path, tmp_path / "cohort").everything() != before) == counts


def test_no_helper_reads_what_only_evidence_counts():
    """A chapter that imports no evidence has none of these folders in its key."""
    folders = [path.name for path in (ROOT / "data").iterdir() if path.is_dir()]
    unknown = [f'"{name}"' for name in folders if name not in ("reconstructed", "__pycache__")]
    assert '"ensemble"' in unknown
    for path in (ROOT / "helpers").rglob("*.py"):
        assert not [name for name in unknown if name in path.read_text(encoding="utf-8")], path


@pytest.mark.parametrize(
    ("notebook", "file"),
    [("04_survival", "helpers/plots/book.mplstyle"), ("06_does_it_add_up", "evidence/ledger/sections.toml")],
)
def test_what_lies_beside_a_module_counts_as_it_does(notebook, file):
    assert ROOT / file in Inputs(ROOT, REBUILT).of_code(ROOT / "notebooks" / f"{notebook}.py")
