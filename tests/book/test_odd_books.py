"""The same notebooks build the books of other cohorts: few patients of other arms, thousands, public data.

No build writes a tracked file.
"""

import hashlib
import os
import re
import shutil
import tomllib
from pathlib import Path

import odd_cohorts
import pandas as pd
import pytest
from small_book import builds

from helpers.ground import cohort
from helpers.ground.paths import ROOT
from tests import attack

COHORTS = ROOT / "_build" / "cohorts"
LACKED = re.compile(r"not recorded: [\w.]+(, \w+)*")  # names of columns
PATIENTS = 5000
DEFAULT = r"venetoclax|blinatumomab|the combination|monotherapy|day 28"  # words of the default study


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """Give a function that builds the book of a cohort; that of an earlier run, of another folder, goes."""
    with builds(ROOT, tmp_path_factory.mktemp("printed")) as run:

        def of(folder: Path):
            name = tomllib.loads((folder / "cohort.toml").read_text(encoding="utf-8"))["name"]
            shutil.rmtree(COHORTS / name, ignore_errors=True)
            return run("book", "--cohort", str(folder))

        yield of


@pytest.fixture(scope="module")
def many(build, tmp_path_factory):
    folder = odd_cohorts.many(tmp_path_factory.mktemp("many"), PATIENTS)
    run = build(folder)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder, COHORTS / "many-test" / "html"


def test_thousands_of_another_study_have_a_book_of_their_own(many):
    folder, site = many
    said = odd_cohorts.words_of_pages(site)
    assert "Intensive against standard treatment" in said["index"]
    assert "The treatment was drawn by lot." in said["01_cohort"]
    assert "Sex: female" in said["01_cohort"] and "Prior lines" in said["01_cohort"]
    for name, words in said.items():
        if name != "references":  # titles of papers
            assert not re.search(DEFAULT, words, re.I), name
            assert not (broken := odd_cohorts.BROKEN.search(words)), (
                f"{name}: …{words[broken.start() - 90 : broken.end() + 40]}…"
            )
    for path in (site / "figures").glob("*.svg"):  # no mark and no step for each patient
        drawn = path.read_text(encoding="utf-8")
        assert max(drawn.count("<use "), len(re.findall(r"\b[LMC] [-\d]", drawn))) < PATIENTS, path.name


def test_a_site_to_be_shown_tells_no_small_number(many):
    folder, site = many
    results = pd.read_csv(site / "results.csv")
    counts = results[(results["unit"] == "count") & results["estimate"].notna()]
    whole = counts[~counts["id"].str.contains("centres|comparisons|smallest_group|separated|clear|_tested")]
    assert len(whole) > 50 and (whole["estimate"] % cohort.load(folder).threshold == 0).all()
    assert site.stat().st_mode & 0o077 == 0


@pytest.fixture(scope="module")
def public(build, tmp_path_factory):
    folder = odd_cohorts.public(tmp_path_factory.mktemp("public"), "shareable")
    run = build(folder)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder, COHORTS / "public-test" / "html"


def test_public_data_of_another_disease_have_a_book_that_tells_of_no_patient(public):
    folder, site = public
    truth = attack.truth_of(cohort.load(folder).patients)
    assert (attack.named(site, truth), attack.written(site, truth), attack.drawn(site, truth)) == ({}, {}, {})
    said = odd_cohorts.words_of_pages(site)
    assert "05_immune_microenvironment" not in said and "02a_efficacy_details" not in said
    assert "Not in this book, as the cohort" in said["index"]
    assert "Immune microenvironment: the cohort has no immune panel" in said["data_dictionary"]
    assert "Karnofsky score" in said["01_cohort"] and "ECOG performance: 1" in said["01_cohort"]
    for name, words in said.items():
        if name != "references":
            assert not re.search(DEFAULT, words, re.I), name
            assert not (broken := odd_cohorts.BROKEN.search(words)), f"{name}: {broken[0]}"
            own = LACKED.sub("", words)
            assert not (other := odd_cohorts.OF_LEUKAEMIA.search(own)), (
                f"{name}: …{own[other.start() - 90 : other.end() + 40]}…"
            )
    assert "Does survival differ between women and men?" in said["index"]


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


def test_another_cohort_builds_its_own_book_and_no_tracked_file_changes(other, build):
    before = tracked_state()
    run = build(other)
    assert run.returncode == 0, run.stdout + run.stderr
    site = COHORTS / "other-test" / "html"
    results = pd.read_csv(site / "results.csv").set_index("id")
    assert results.loc["cohort.patients.count.all", "estimate"] == 28
    assert results.loc["cohort.relapse.count.all", "estimate"] == 0
    assert not any(id.startswith("immune.") or ".mrd_negativity." in id for id in results.index)
    for page in (site / "notebooks").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "rebuilt from a conference abstract" not in text, page
    for page in [*(site / "notebooks").glob("*.html"), *(site / "book").glob("*.html")]:
        if page.stem != "references":  # titles of papers
            words = odd_cohorts.words_of(page.read_text(encoding="utf-8"))
            said, broken = OF_THE_DEFAULT_STUDY.search(words), odd_cohorts.BROKEN.search(words)
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


def test_a_broken_cohort_builds_nothing_and_says_why(edit, build):
    folder = edit("patients.csv", lambda rows: rows.assign(bm_blasts_pct="140"))
    toml = folder / "cohort.toml"
    toml.write_text(toml.read_text().replace('name = "reconstructed"', 'name = "broken-test"'))
    run = build(folder)
    assert run.returncode == 1
    assert "patients.csv: rows 2-65, column bm_blasts_pct" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (COHORTS / "broken-test").exists()
