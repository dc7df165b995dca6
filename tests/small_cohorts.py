"""Cohorts small enough to count by hand, on disk as a hospital has them, and studies that have less."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from helpers.ground.cohort import Cohort, load
from helpers.ground.study import Study

COLUMNS = [
    *["patient_id", "centre", "arm", "disease_status", "age_years", "bm_blasts_pct", "cycles"],
    *["best_response", "mrd_negative", "transplant", "transplant_days", "relapse", "relapse_days"],
    *["death", "followup_days", "on_chemotherapy"],
]
COURSES = """
P1,North,combination,relapsed_refractory,20,80,1,CR,yes,yes,61,no,,no,609,no
P2,North,combination,relapsed_refractory,30,61,1,NR,no,no,,no,,yes,100,no
P3,South,combination,relapsed_refractory,45,60,2,CR,yes,no,,yes,200,yes,300,no
P4,South,combination,mrd_positive,50,3,1,,yes,no,,no,,no,400,yes
P5,North,monotherapy,relapsed_refractory,40,90,1,CRi,yes,yes,90,no,,no,500,no
P6,North,monotherapy,relapsed_refractory,60,20,3,PR,no,no,,no,,yes,150,no
P7,East,monotherapy,relapsed_refractory,,10,1,NR,no,no,,no,,no,200,
P8,East,monotherapy,relapsed_refractory,74,30,5,CR,yes,no,,yes,50,no,700,no
P9,North,monotherapy,mrd_positive,35,2,1,,yes,no,,no,,yes,0,no
P10,,monotherapy,mrd_negative,17,1,1,,yes,no,,no,,no,800,no
"""
PANEL = {"P1": 10, "P4": 9, "P8": 10}  # patient: percentages recorded, of ten due

# arm, status, blasts, best response, MRD negative
RESPONSES = [
    ("combination", "relapsed_refractory", 80, "CR", "yes"),
    ("combination", "relapsed_refractory", 70, "PR", "no"),
    ("combination", "relapsed_refractory", 61, "CRi", "yes"),
    ("combination", "relapsed_refractory", 60, "NR", "no"),
    ("combination", "relapsed_refractory", 20, "CR", "yes"),
    ("monotherapy", "relapsed_refractory", 90, "NR", "no"),
    ("monotherapy", "relapsed_refractory", 75, "PR", "no"),
    ("monotherapy", "relapsed_refractory", 62, "CR", "no"),
    ("monotherapy", "relapsed_refractory", 10, "CR", "yes"),
    ("monotherapy", "relapsed_refractory", 30, "CRi", "yes"),
    ("monotherapy", "relapsed_refractory", 50, "NR", "no"),
    ("monotherapy", "relapsed_refractory", 5, "CR", "yes"),
    ("combination", "mrd_positive", 2, "", "yes"),
    ("combination", "mrd_positive", 1, "", "yes"),
    ("monotherapy", "mrd_positive", 0, "", "yes"),
    ("monotherapy", "mrd_positive", 3, "", "no"),
    ("monotherapy", "mrd_positive", 4, "", "yes"),
    ("monotherapy", "mrd_negative", 0, "", "yes"),
]


def courses() -> pd.DataFrame:
    """Return ten patients with their whole courses, as text."""
    return pd.DataFrame([line.split(",") for line in COURSES.split()], columns=COLUMNS)


def responses() -> pd.DataFrame:
    """Return eighteen patients who differ in disease, response and MRD alone, as text."""
    told = ["arm", "disease_status", "bm_blasts_pct", "best_response", "mrd_negative"]
    same = {"centre": "A", "age_years": "40", "cycles": "1", "transplant": "no", "transplant_days": ""}
    same |= {"relapse": "no", "relapse_days": "", "death": "no", "followup_days": "300"}
    names = [f"P{number:02d}" for number in range(len(RESPONSES))]
    rows = pd.DataFrame(RESPONSES, columns=told).astype(str)
    return rows.assign(patient_id=names, **same, on_chemotherapy="no")


def write(
    folder: Path, patients: pd.DataFrame, provenance: str = "reconstructed", panel: bool = False
) -> Cohort:
    """Write a cohort's folder and load it."""
    mark = "yes" if provenance == "reconstructed" else "no"
    patients.assign(synthetic=mark).to_csv(folder / "patients.csv", index=False)
    about = {"name": "small", "title": "Small", "provenance": provenance, "source": "a test"}
    about["disclosure"] = "internal"
    (folder / "cohort.toml").write_text("\n".join(f'{key} = "{value}"' for key, value in about.items()))
    if panel:
        _panel().to_csv(folder / "immune.csv", index=False)
    return load(folder)


def _panel() -> pd.DataFrame:
    parents = {"t_cells": "lymphocytes", "nkt": "lymphocytes", "treg": "cd4_t"}
    parents |= {"cd8_cd45ra": "cd8_t", "cd8_cd45ro": "cd8_t"}
    due = [(visit, *pair) for visit in ("baseline", "day28") for pair in parents.items()]
    lines = [(patient, *one, 20, "yes") for patient, recorded in PANEL.items() for one in due[:recorded]]
    return pd.DataFrame(
        lines, columns=["patient_id", "visit", "population", "parent", "percent", "synthetic"]
    )


def without(study: Study, *populations: str) -> Study:
    """Return the study without some of its populations."""
    kept = tuple(one for one in study.populations if one.id not in populations)
    outcomes = []
    for outcome in study.outcomes:
        asked = tuple(id for id in outcome.populations if id not in populations)
        outcomes.append(replace(outcome, populations=asked, main=outcome.main * (outcome.main in asked)))
    return replace(study, populations=kept, outcomes=tuple(outcomes), lead_in=None)


def other_studies(study: Study) -> dict[str, Study]:
    """Return studies that have less than the default one."""
    return {
        "no joined status": without(study, "measurable_disease"),
        "two statuses": without(study, "mrd_negative"),
        "no cut-off": without(study, "high_burden", "low_burden"),
        "one status": without(study, "mrd_negative", "mrd_positive", "measurable_disease"),
    }
