"""Who is in the immune panel, and how complete their samples are."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd

from helpers.chapters.immune.panel import Number, cell_rows, count, in_words, result_id
from helpers.ground.cohort import Cohort
from helpers.ground.results import Rows, row
from helpers.ground.study import EVERYBODY, Study
from helpers.ground.study_parts import ENDS, inside


def patient_rows(cohort: Cohort) -> Rows:
    """Count the patients with any row in the panel, of all of the group and status, and their centres.

    Parameters
    ----------
    cohort : Cohort

    Yields
    ------
    dict
    """
    study, patients = cohort.study, cohort.patients
    ids = set(cohort.immune["patient_id"])
    sampled = np.array([id in ids for id in patients["patient_id"]], dtype=bool)
    for group, stratum in product(study.groups, (EVERYBODY, *study.statuses)):
        of = study.chosen(patients, stratum, group)
        status = "" if stratum == EVERYBODY else f", {study.label(stratum)}"
        value = count((sampled & of).sum(), of.sum(), "patients in the panel, of the cohort's patients")
        id = result_id("patients", "count", group, stratum)
        yield row(id, "Patients in the immune panel", study.label(group) + status, "count", value)
    centres = patients["centre"].to_numpy(object)
    sizes = _different(centres[sampled]), _different(centres)
    value = count(*sizes, "centres of the panel, of the cohort's centres")
    id = result_id("centres", "count")
    yield row(id, "Centres in the immune panel", study.label(EVERYBODY), "count", value)


def value_rows(panel: pd.DataFrame, study: Study) -> Rows:
    """Count the values of each population and arm, and the pairs that give no ratio.

    Parameters
    ----------
    panel : DataFrame
        As `helpers.chapters.immune.panel.pairs` returns it.
    study : Study

    Yields
    ------
    dict
        The last row is about all pairs of the panel.
    """
    population, arms = panel["population"].to_numpy(), panel["arm"].to_numpy()
    columns = {name: panel[name].to_numpy(float) for name in (*ENDS, "change")}
    for cell, arm in product(study.cells, study.arm_ids):
        own = (population == cell.id) & (arms == arm)
        of = {name: values[own] for name, values in columns.items()}
        yield from cell_rows(study, cell.id, arm, _value_numbers(of, study))
    both = ~np.isnan(panel[ENDS].to_numpy(float)).any(axis=1)
    before = panel["before"].to_numpy(float)[both]
    zero = count((before == 0).sum(), len(before), "of all pairs of values, over the populations")
    id = result_id("pairs", f"zero_{study.ends[0].id}")
    label = f"Pairs without a ratio, because the {in_words(study)[0]} value is 0"
    yield row(id, label, study.label(EVERYBODY), "count", zero)


def _different(names: np.ndarray) -> int:
    return len({name for name in names if not pd.isna(name)})


def _value_numbers(of: dict[str, np.ndarray], study: Study) -> Iterator[Number]:
    present = {
        f"samples_{visit.id}": (f"{'-'.join(inside(visit.label).split())} values", ~np.isnan(of[end]))
        for visit, end in zip(study.ends, ENDS, strict=True)
    }
    both = ~np.isnan(of["change"])
    present["pairs"] = ("patients with both values", both)
    for name, (words, found) in present.items():
        method = "values present, of the panel's patients in the arm"
        yield Number(name, words, "count", count(found.sum(), len(found), method))
    zero = count((of["before"][both] == 0).sum(), both.sum(), "of the patients with both values")
    label = f"patients without a ratio, because the {in_words(study)[0]} value is 0"
    yield Number(f"zero_{study.ends[0].id}", label, "count", zero)
