"""The same notebooks build the book of another cohort, and no build writes a tracked file."""

import hashlib
import subprocess
import sys

import pandas as pd
import pytest

from helpers.ground import cohort
from helpers.ground.paths import ROOT


def build(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, str(ROOT / "build.py"), "book", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def tracked_state() -> dict[str, str]:
    """Return the hash of every file that is part of the project, wherever it stands."""
    built = {"_build", ".venv", ".git", "__pycache__", ".pytest_cache", ".ruff_cache"}
    files = [path for path in ROOT.rglob("*") if path.is_file() and not built & set(path.parts)]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def fewer_patients_other_outcomes(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop twenty patients, let nobody relapse, and turn every response and MRD answer round."""
    rows = rows.drop(index=rows.index[::3][:20])
    turned = rows["best_response"].map({"CR": "NR", "CRi": "NR", "PR": "NR", "NR": "CR", "": ""})
    return rows.assign(
        best_response=turned,
        mrd_negative=rows["mrd_negative"].map({"yes": "no", "no": "yes"}),
        relapse="no",
        relapse_days="",
    )


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Give a smaller, changed, patient-level copy of the rebuilt cohort, without its immune panel."""
    folder = tmp_path_factory.mktemp("cohorts") / "other"
    folder.mkdir()
    patients = pd.read_csv(cohort.DEFAULT / "patients.csv", dtype=str, keep_default_na=False)
    changed = fewer_patients_other_outcomes(patients).assign(synthetic="no")
    changed.to_csv(folder / "patients.csv", index=False)
    about = 'name = "other-test"\ntitle = "Another cohort"\nprovenance = "patient-level"\nsource = "a test"\n'
    (folder / "cohort.toml").write_text(about)
    return folder


def test_another_cohort_builds_its_own_book_and_no_tracked_file_changes(other):
    before = tracked_state()
    run = build("--cohort", str(other))
    assert run.returncode == 0, run.stdout + run.stderr
    site = ROOT / "_build" / "cohorts" / "other-test" / "html"
    results = pd.read_csv(site / "results.csv").set_index("id")
    assert results.loc["cohort.patients.count.all", "estimate"] == 44
    assert results.loc["cohort.relapse.count.all", "estimate"] == 0
    assert results.loc["immune.patients.count.all", "method"].startswith("not estimable: ")
    for page in (site / "notebooks").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "rebuilt from a conference abstract" not in text, page
    assert not (site / "_sources").exists()
    assert tracked_state() == before


def test_a_broken_cohort_builds_nothing_and_says_why(edit):
    folder = edit("patients.csv", lambda rows: rows.assign(bm_blasts_pct="140"))
    toml = folder / "cohort.toml"
    toml.write_text(toml.read_text().replace('name = "reconstructed"', 'name = "broken-test"'))
    run = build("--cohort", str(folder))
    assert run.returncode == 1
    assert "patients.csv: row 2, column bm_blasts_pct" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (ROOT / "_build" / "cohorts" / "broken-test").exists()
