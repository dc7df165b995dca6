"""Whole books of odd cohorts: thousands of patients of a study of its own, and public data."""

import re

import odd_cohorts
import pandas as pd
import pytest

from helpers.ground import cohort
from helpers.ground.paths import ROOT
from tests import attack

COHORTS = ROOT / "_build" / "cohorts"
LACKED = re.compile(r"not recorded: [\w.]+(, \w+)*")  # names of columns
PATIENTS = 2000
DEFAULT = r"venetoclax|blinatumomab|the combination|monotherapy|day 28"  # words of the default study


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    folder = odd_cohorts.many(tmp_path_factory.mktemp("many"), PATIENTS)
    run = odd_cohorts.build(folder)
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
def public(tmp_path_factory):
    folder = odd_cohorts.public(tmp_path_factory.mktemp("public"), "shareable")
    run = odd_cohorts.build(folder)
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
