"""The same notebooks build the book of another cohort and study, and no build writes a tracked file."""

import hashlib
import os
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from odd_cohorts import BROKEN, build, words_of

from helpers.ground import cohort
from helpers.ground.paths import ROOT


def tracked_state() -> dict[str, str]:
    """Return the hash of every file that is part of the project, wherever it stands."""
    built = {"_build", ".venv", ".git", "__pycache__", ".pytest_cache", ".ruff_cache"}
    state = {}
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [name for name in inside if name not in built]
        for path in (Path(folder) / name for name in names):
            state[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return state


def fewer_patients_other_outcomes(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep eight patients of one arm and twenty of the other, none relapsed, every response turned round."""
    rows = pd.concat([rows[rows["arm"] == "combination"][:8], rows[rows["arm"] == "monotherapy"][-20:]])
    turned = rows["best_response"].map({"CR": "NR", "CRi": "NR", "PR": "NR", "NR": "CR", "": ""})
    return rows.assign(
        best_response=turned,
        relapse="no",
        relapse_days="",
    )


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Give a smaller, changed, patient-level copy of the rebuilt cohort, of other arms, with less."""
    folder = tmp_path_factory.mktemp("cohorts") / "other"
    folder.mkdir()
    patients = pd.read_csv(cohort.DEFAULT / "patients.csv", dtype=str, keep_default_na=False)
    changed = fewer_patients_other_outcomes(patients).drop(columns="mrd_negative").assign(synthetic="no")
    changed["arm"] = changed["arm"].map({"combination": "new", "monotherapy": "old"})
    changed.to_csv(folder / "patients.csv", index=False)
    about = 'name = "other-test"\ntitle = "Another cohort"\nprovenance = "patient-level"\nsource = "a test"\n'
    about += 'disclosure = "internal"\n'
    (folder / "cohort.toml").write_text(about)
    shutil.copy(ROOT / "tests" / "another" / "study.toml", folder)
    return folder


# What a book of drugs A and B, cut at 45 % and read at 6 and 18 months, may not say.
OF_THE_DEFAULT_STUDY = re.compile(
    r"venetoclax|blinatumomab|combination arm|monotherapy|[>≤] ?60 ?%|\b60 ?% blasts|than 60 ?%"
    r"|\b(12|24) months|(one|two) years?\b",
    re.IGNORECASE,
)


def test_another_cohort_builds_its_own_book_and_no_tracked_file_changes(other):
    before = tracked_state()
    run = build(other)
    assert run.returncode == 0, run.stdout + run.stderr
    site = ROOT / "_build" / "cohorts" / "other-test" / "html"
    results = pd.read_csv(site / "results.csv").set_index("id")
    assert results.loc["cohort.patients.count.all", "estimate"] == 28
    assert results.loc["cohort.relapse.count.all", "estimate"] == 0
    assert not any(id.startswith("immune.") or ".mrd_negativity." in id for id in results.index)
    for page in (site / "notebooks").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "rebuilt from a conference abstract" not in text, page
    for page in [*(site / "notebooks").glob("*.html"), *(site / "book").glob("*.html")]:
        if page.stem != "references":  # titles of papers
            words = words_of(page.read_text(encoding="utf-8"))
            said, broken = OF_THE_DEFAULT_STUDY.search(words), BROKEN.search(words)
            assert broken is None, f"{page.name} says {broken[0]}"
            assert said is None, (
                f"{page.name} says {said[0]}: …{said.string[said.start() - 90 : said.end() + 60]}…"
            )
    assert not [*(site / "notebooks").glob("0[67]*.html")]
    assert not (site / "ledger.csv").exists()
    assert "efficacy.response.rate.new.many_blasts" in results.index
    assert {"survival.os.km_6m.old", "survival.os.km_18m.old"} <= set(results.index)
    assert not (site / "_sources").exists()
    assert tracked_state() == before


def test_a_broken_cohort_builds_nothing_and_says_why(edit):
    folder = edit("patients.csv", lambda rows: rows.assign(bm_blasts_pct="140"))
    toml = folder / "cohort.toml"
    toml.write_text(toml.read_text().replace('name = "reconstructed"', 'name = "broken-test"'))
    run = build(folder)
    assert run.returncode == 1
    assert "patients.csv: rows 2-65, column bm_blasts_pct" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (ROOT / "_build" / "cohorts" / "broken-test").exists()
