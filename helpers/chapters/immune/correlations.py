"""Change against change: how two populations of cells move together in the same patients."""

from itertools import combinations, product

import numpy as np
import pandas as pd

from helpers.chapters.immune.panel import result_id
from helpers.estimators import correlation
from helpers.ground.results import ResultId, Rows, get, row
from helpers.ground.study import EVERYBODY, Study
from helpers.ground.study_parts import Cell


def changes(panel: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Lay out the changes with one row per patient and one column per population of cells.

    Parameters
    ----------
    panel : DataFrame
        As `helpers.chapters.immune.panel.pairs` returns it.
    study : Study

    Returns
    -------
    DataFrame
        patient_id, arm, and the change (percentage points, NaN without both samples) of each population.
    """
    return pd.DataFrame(_changes(panel, study))


def _changes(panel: pd.DataFrame, study: Study) -> dict[str, np.ndarray]:
    """Return the columns of `changes`."""
    names = ("patient_id", "arm", "population", "change")
    ids, arms, populations, change = (panel[name].tolist() for name in names)
    patients = dict.fromkeys(zip(ids, arms, strict=True))
    known = dict(zip(zip(populations, ids, strict=True), change, strict=True))
    columns = {
        "patient_id": np.array([id for id, _ in patients], dtype=object),
        "arm": np.array([arm for _, arm in patients], dtype=object),
    }
    for cell in study.cells:
        own = [known.get((cell.id, id), np.nan) for id, _ in patients]
        columns[cell.id] = np.array(own, dtype=float)
    return columns


def rank_correlations(
    results: pd.DataFrame, study: Study, group: str = EVERYBODY
) -> dict[tuple[str, str], pd.Series]:
    """Return the correlation of the changes of every two populations.

    Parameters
    ----------
    results : DataFrame
        The chapter's results table.
    study : Study
    group : str

    Returns
    -------
    dict
        By the ids of the two populations.
    """
    return {
        (first.id, second.id): get(results, _id(first, second, group))
        for first, second in combinations(study.cells, 2)
    }


def correlation_rows(panel: pd.DataFrame, study: Study) -> Rows:
    """Correlate the changes of every two populations, over all patients and in each arm.

    Parameters
    ----------
    panel : DataFrame
        As `helpers.chapters.immune.panel.pairs` returns it.
    study : Study

    Yields
    ------
    dict
    """
    values = _changes(panel, study)
    members = {arm: values["arm"] == arm for arm in study.arm_ids}
    members[EVERYBODY] = np.full(len(values["arm"]), True)
    for group, (first, second) in product(study.groups, combinations(study.cells, 2)):
        value = correlation.spearman(*(values[cell.id][members[group]] for cell in (first, second)))
        label = f"Spearman correlation of the changes, {first.label} and {second.label}"
        id = _id(first, second, group)
        yield row(id, label, f"{study.label(group)}, patients with both changes", "statistic", value)


def _id(first: Cell, second: Cell, group: str) -> ResultId:
    return result_id(f"{first.id}_{second.id}", "change_spearman", group)
