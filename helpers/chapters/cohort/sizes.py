"""Chapter 1, the cohort: how many patients, in which arm, with which disease, and where they came from."""

from collections import Counter

import pandas as pd

from helpers.chapters.cohort.groups import answer_rows, entry_strata, make, result_id, size
from helpers.ground.endpoints import centres_by_size
from helpers.ground.results import Estimate, Rows, not_estimable
from helpers.ground.study import Study


def rows(patients: pd.DataFrame, study: Study) -> Rows:
    """Count the patients of every group and population, those of the immune panel, and those of each centre.

    Parameters
    ----------
    patients : DataFrame
        As `helpers.chapters.cohort.groups.with_answers` gives them.
    study : Study

    Yields
    ------
    dict
        A result row; a population in which there is nobody counts 0.
    """
    for group in study.groups:
        mine = study.chosen(patients, group=group)
        for stratum in study.strata:
            id = result_id("patients", "count", group, stratum)
            yield make(study, id, "Patients", "count", size(study.chosen(patients, stratum)[mine]))
    if study.burden:
        high, label = study.burden[0].id, f"Blasts > {study.cutoff:g}%"
        yield from answer_rows(patients, study, high, label, patients["above_cut"], (study.assessed,))
    panel = patients["in_panel"]
    yield from answer_rows(patients, study, "immune_panel", "In the immune panel", panel, entry_strata(study))
    yield from _centre_rows(patients[patients["centre"].notna()], study)


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


def _centre_rows(known: pd.DataFrame, study: Study) -> Rows:
    """Count the patients of each centre, among those in whom it is recorded, and the centres."""
    for outcome, name in centres(known).items():
        here = known["centre"].eq(name)
        yield from answer_rows(known, study, outcome, name, here, counted=size)
    arms = Counter(centre for centre, _ in {*zip(known["centre"], known["arm"].astype(object), strict=True)})
    both = sum(number == 2 for number in arms.values())
    for outcome, label, number in (
        ("centres", "Centres", len(arms)),
        ("centres_with_both_arms", "Centres with patients in both arms", both),
    ):
        value = Estimate(estimate=number, n=len(known), method="count of centres")
        if known.empty:
            value = not_estimable("centre not recorded", n=0)
        yield make(study, result_id(outcome, "count"), label, "count", value)
