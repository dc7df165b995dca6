"""Chapter 1, the cohort: how many patients, in which arm, with which disease, and where they came from."""

from typing import Any

import pandas as pd

from helpers.chapters.cohort.groups import count, entry_strata, make, members, result_id, size
from helpers.ground.endpoints import centres_by_size
from helpers.ground.results import Estimate, not_estimable
from helpers.ground.study import Study


def rows(patients: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """Count the patients of every group and population, those of the immune panel, and those of each centre.

    Parameters
    ----------
    patients : DataFrame
        As `helpers.chapters.cohort.groups.with_answers` gives them.
    study : Study

    Returns
    -------
    list of dict
        Result rows; a population in which there is nobody counts 0.
    """
    found = [
        make(study, result_id("patients", "count", group, stratum), "Patients", "count", size(chosen))
        for group in study.groups
        for mine in [members(patients, study, group)]
        for stratum in study.strata
        for chosen in [study.members(mine, stratum)]
    ]
    if study.burden:
        found += _answer_rows(
            patients, study, study.burden[0].id, f"Blasts > {study.cutoff:g}%", "above_cut", (study.assessed,)
        )
    found += _answer_rows(
        patients, study, "immune_panel", "In the immune panel", "in_panel", entry_strata(study)
    )
    return found + _centre_rows(patients, study)


def centres(patients: pd.DataFrame) -> dict[str, str]:
    """Name the centres by their place in a result's id, the largest first.

    Parameters
    ----------
    patients : DataFrame

    Returns
    -------
    dict
        By outcome of the id, which is the rank by size, since a name need not fit an id.
    """
    known = patients[patients["centre"].notna()]
    return {f"centre_{rank:02d}": name for rank, name in enumerate(centres_by_size(known), start=1)}


def _answer_rows(
    patients: pd.DataFrame, study: Study, outcome: str, label: str, column: str, strata: tuple[str, ...]
) -> list[dict[str, Any]]:
    return [
        make(study, result_id(outcome, "count", group, stratum), label, "count", count(answers))
        for group in study.groups
        for stratum in strata
        for answers in [members(patients, study, group, stratum)[column]]
    ]


def _centre_rows(patients: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    known = patients[patients["centre"].notna()]
    found = [
        make(study, result_id(outcome, "count", group), name, "count", size(hospitals.eq(name)))
        for outcome, name in centres(patients).items()
        for group in study.groups
        for hospitals in [members(known, study, group)["centre"]]
    ]
    arms = known["arm"].astype(str).groupby(known["centre"]).nunique()
    for outcome, label, number in (
        ("centres", "Centres", len(arms)),
        ("centres_with_both_arms", "Centres with patients in both arms", int(arms.eq(2).sum())),
    ):
        value = Estimate(estimate=number, n=len(known), method="count of centres")
        if known.empty:
            value = not_estimable("centre not recorded", n=0)
        found.append(make(study, result_id(outcome, "count"), label, "count", value))
    return found
