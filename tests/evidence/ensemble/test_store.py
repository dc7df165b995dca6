"""What is written of the members is read again, and the manifest with it."""

import pandas as pd

from evidence.ensemble import store
from evidence.reconstruction.targets import PARENTS
from evidence.this_abstract.abstract import CELLS, VISITS
from helpers.ground import cohort


def _members():
    default = pd.read_csv(cohort.DEFAULT / "patients.csv", keep_default_na=False, na_values=[""])
    yes_no = ["mrd_negative", "transplant", "relapse", "death", "on_chemotherapy"]
    one = default.drop(columns="synthetic").assign(**{name: default[name].eq("yes") for name in yes_no})
    one["best_response"] = one["best_response"].fillna("")
    one = one.astype({"followup_days": float, "bm_blasts_pct": float})
    return pd.concat([one.assign(member=0), one.assign(member=1)], ignore_index=True)


def _samples():
    rows = pd.read_csv(cohort.DEFAULT / "immune.csv").drop(columns="synthetic")
    rows["percent"] = rows["percent"].astype(float)
    return pd.concat([rows.assign(member=0), rows.assign(member=1)], ignore_index=True)


def test_members_come_back_as_they_went(tmp_path):
    patients, immune = _members(), _samples()
    store.write(patients, immune, {"seed": 3}, tmp_path / "members.parquet")
    read, samples, manifest = store.read(tmp_path / "members.parquet")
    assert manifest == {"seed": 3}
    pd.testing.assert_frame_equal(read[patients.columns], patients, check_dtype=False)
    keys = ["member", "patient_id", "visit", "population"]
    one, other = (table.sort_values(keys, ignore_index=True) for table in (samples, immune))
    pd.testing.assert_frame_equal(one[other.columns], other, check_dtype=False)
    assert set(samples["parent"]) == {PARENTS[cell] for cell in CELLS}
    assert samples["visit"].iloc[0] == VISITS[0]


def test_the_same_members_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        store.write(_members(), _samples(), {"seed": 3}, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
