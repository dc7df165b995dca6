"""Patients of the multivariable models, by hand, hostile changes of them, and the same models refitted."""

from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm

from helpers.ground import cohort
from helpers.ground.results import ResultId

# arm, status, age, blasts, best response, MRD negative
PATIENTS = [
    ("combination", "relapsed_refractory", 25, 12, "CR", "yes"),
    ("combination", "relapsed_refractory", 61, 35, "NR", "no"),
    ("combination", "relapsed_refractory", 48, 58, "CRi", "yes"),
    ("combination", "relapsed_refractory", 33, 66, "CR", "no"),
    ("combination", "relapsed_refractory", 52, 71, "CR", "yes"),
    ("combination", "relapsed_refractory", 44, 90, "NR", "no"),
    ("combination", "relapsed_refractory", 19, 95, "PR", "no"),
    ("monotherapy", "relapsed_refractory", 30, 8, "CR", "yes"),
    ("monotherapy", "relapsed_refractory", 58, 14, "CR", "yes"),
    ("monotherapy", "relapsed_refractory", 72, 22, "PR", "no"),
    ("monotherapy", "relapsed_refractory", 41, 30, "CRi", "yes"),
    ("monotherapy", "relapsed_refractory", 36, 41, "CR", "yes"),
    ("monotherapy", "relapsed_refractory", 65, 47, "CR", "no"),
    ("monotherapy", "relapsed_refractory", 27, 62, "CR", "yes"),
    ("monotherapy", "relapsed_refractory", 50, 75, "NR", "no"),
    ("monotherapy", "relapsed_refractory", 39, 80, "NR", "no"),
    ("monotherapy", "relapsed_refractory", 22, 93, "NR", "no"),
    ("combination", "mrd_positive", 45, 1, "", "yes"),
    ("combination", "mrd_positive", 31, 3, "", "no"),
    ("monotherapy", "mrd_positive", 63, 0, "", "yes"),
    ("monotherapy", "mrd_positive", 28, 2, "", "yes"),
    ("monotherapy", "mrd_positive", 55, 4, "", "no"),
    ("monotherapy", "mrd_negative", 37, 0, "", "yes"),
]
COLUMNS = ["arm", "disease_status", "age_years", "bm_blasts_pct", "best_response", "mrd_negative"]
TERMS = ("blasts", "combination", "age")


def primary(statistic: str, group: str = "all") -> ResultId:
    """Name a result of the primary model."""
    outcome, stratum = "complete_remission_mrd_negative", "relapsed_refractory"
    return ResultId("multivariable", outcome, statistic, group, stratum)


def frame() -> pd.DataFrame:
    """Give the patients by hand."""
    return pd.DataFrame(PATIENTS, columns=COLUMNS)


def written(folder: Path, patients: pd.DataFrame, provenance: str = "patient-level") -> cohort.Cohort:
    """Write patients as a cohort's folder, whatever the chapter does not use filled in, and load it."""
    folder.mkdir(exist_ok=True)
    rows = patients.assign(
        patient_id=[f"P{number:02d}" for number in range(len(patients))],
        centre="A",
        cycles=1,
        transplant="no",
        transplant_days="",
        relapse="no",
        relapse_days="",
        death="no",
        followup_days=300,
        on_chemotherapy="no",
        synthetic="yes" if provenance == "reconstructed" else "no",
    )
    rows.to_csv(folder / "patients.csv", index=False)
    about = f'name = "small"\ntitle = "Small"\nprovenance = "{provenance}"\nsource = "by hand"\n'
    about += 'disclosure = "internal"\n'
    (folder / "cohort.toml").write_text(about)
    return cohort.load(folder)


def design(patients, terms=("blasts", "combination", "age")):
    columns = {
        "blasts": patients["bm_blasts_pct"],
        "combination": patients["arm"].eq("combination"),
        "age": patients["age_years"],
    }
    return sm.add_constant(pd.DataFrame(columns)[list(terms)].astype(float))


def fit(outcome, covariates):
    return sm.Logit(outcome.astype(float), covariates).fit(disp=0, tol=1e-12, maxiter=100)


def remitted(patients: pd.DataFrame) -> pd.Series:
    """Say who had a complete remission with MRD negativity."""
    return patients["best_response"].isin(["CR", "CRi"]) & patients["mrd_negative"].eq("yes")


def relapsed() -> tuple[pd.DataFrame, pd.Series]:
    """Give the relapsed or refractory patients and the outcome of the primary model."""
    patients = frame().query("disease_status == 'relapsed_refractory'")
    return patients, remitted(patients)


def separated(patients):
    """Give the outcome to everybody at or below 60 % blasts and to nobody above."""
    low = patients["bm_blasts_pct"] <= 60
    response = np.where(low, "CR", "NR")
    response = np.where(patients["disease_status"] == "relapsed_refractory", response, "")
    return patients.assign(best_response=response, mrd_negative=np.where(low, "yes", "no"))


HOSTILE = {
    "no relapsed or refractory": lambda p: p[p["disease_status"] != "relapsed_refractory"],
    "relapsed or refractory in one arm only": lambda p: p[
        (p["disease_status"] != "relapsed_refractory") | (p["arm"] == "monotherapy")
    ],
    "one arm": lambda p: p[p["arm"] == "monotherapy"],
    "all respond": lambda p: p.assign(
        best_response=p["best_response"].where(p["best_response"] == "", "CR"), mrd_negative="yes"
    ),
    "nobody MRD negative": lambda p: p.assign(mrd_negative="no"),
    "separated": separated,
    "five patients": lambda p: p.iloc[[1, 2, 9, 10, 13]],
    "one patient": lambda p: p.iloc[[0]],
    "no ages": lambda p: p.assign(age_years=""),
    "no blasts": lambda p: p.assign(bm_blasts_pct=""),
    "no best response": lambda p: p.assign(best_response=""),
    "no MRD": lambda p: p.assign(mrd_negative=""),
    "everybody the same age": lambda p: p.assign(age_years=40),
    "age and blasts collinear": lambda p: p.assign(age_years=p["bm_blasts_pct"]),
}


def changed(rows: pd.DataFrame, statistic: str, group: str = "all", **values: object) -> pd.DataFrame:
    """Return the rows with one of the primary model's results replaced."""
    place = rows["id"] == str(primary(statistic, group))
    assert place.sum() == 1
    copy = rows.copy()
    for name, value in values.items():
        copy.loc[place, name] = value
    return copy
