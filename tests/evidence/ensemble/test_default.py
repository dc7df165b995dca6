"""The default cohort is a verified member of the committed ensemble, and stands on no edge."""

import numpy as np
import pandas as pd
import pytest

from evidence.claims import load
from evidence.ensemble import store, verification
from evidence.ensemble.typical import on_edge
from evidence.reconstruction import verify
from evidence.reconstruction.write import write
from helpers.chapters.book import all_results
from helpers.ground import cohort
from helpers.ground.standing import read_whole
from ranges import COUNTEREXAMPLES

CLAIMS = load.load()


@pytest.fixture(scope="module")
def default():
    return verify.read_patients(cohort.DEFAULT).assign(member=0)


def test_every_claim_holds_in_the_files_of_the_default_cohort(default):
    judged = verify.verify(cohort.DEFAULT, CLAIMS)
    assert judged.loc[judged["holds"].eq(False).fillna(False).astype(bool), "id"].tolist() == []
    assert verify.impossible(default) == []
    # The abstract calls this one significant beside P = 0.075.
    contradicted = judged[judged["holds"].isna() & judged["recomputed"].notna()]
    assert set(contradicted["id"]) == {"cd8_cd45ra_combination_significant"}


def test_the_default_cohort_is_a_member_as_it_is_written(committed, default, tmp_path):
    patients, immune, _ = committed
    columns = ["age_years", "followup_days", "bm_blasts_pct", "cycles"]
    wanted = default[columns].to_numpy(float)
    shaped = patients[columns].to_numpy(float).reshape(-1, len(default), len(columns))
    (member,) = np.flatnonzero((shaped == wanted).all(axis=(1, 2)))
    rows = [table[table["member"] == member].drop(columns="member") for table in (patients, immune)]
    write(*rows, tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(written) == 3  # the words of the cohort, its patients and their panels
    assert written == {name: (cohort.DEFAULT / name).read_bytes() for name in written}


def test_survival_of_the_default_cohort_hangs_on_no_single_day(default):
    assert not on_edge(default).any()


def test_a_handful_of_members_agree_with_every_claim(committed):
    patients, immune, manifest = committed
    chosen = np.random.default_rng(4).choice(manifest["members"], 4, replace=False)
    some = [rows[rows["member"].isin(chosen)] for rows in (patients, immune)]
    assert verification.failures(*some, CLAIMS, workers=1).empty


def test_the_verification_sees_a_wrong_member(committed):
    patients, immune, _ = committed
    one, samples = (rows[rows["member"] == 0].copy() for rows in (patients, immune))
    one.loc[one.index[one["death"]][0], "death"] = False
    found = verification.failures(one, samples, CLAIMS, workers=1)
    assert {"deaths"} <= set(found["claim"])


def test_nobody_dies_but_without_response_or_after_a_relapse(committed):
    patients, _, _ = committed
    entered_positive = patients["disease_status"].eq("mrd_positive") & ~patients["mrd_negative"]
    without = patients["best_response"].eq("NR") | entered_positive
    assert (patients["death"] == (without | patients["relapse"])).all()
    assert pd.Series(patients["death"]).groupby(patients["member"]).sum().eq(19).all()


def test_cohorts_found_by_hand_agree_with_the_print_and_refute_what_they_are_kept_for():
    patients, immune, about = store.read(COUNTEREXAMPLES)
    assert verification.failures(patients, immune, CLAIMS, workers=1).empty
    default = cohort.load(cohort.DEFAULT)
    ours = all_results(default).set_index("id")["estimate"]
    standings = read_whole(cohort.DEFAULT).set_index("id")["standing"]
    wholes = cohort.split(patients, immune, default)
    for refuted, whole in zip(about["refuted"], wholes, strict=True):
        theirs = all_results(whole).set_index("id")["estimate"]
        assert refuted and (theirs[refuted] != ours[refuted]).all()
        assert standings[refuted].eq("open").all()
