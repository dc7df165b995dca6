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
    patients = panel[["patient_id", "arm"]].drop_duplicates().reset_index(drop=True)
    population, ids, change = (panel[name].to_numpy() for name in ("population", "patient_id", "change"))
    for cell in study.cells:
        mine = population == cell.id
        known = dict(zip(ids[mine], change[mine], strict=True))
        patients[cell.id] = np.array([known.get(id, np.nan) for id in patients["patient_id"]], dtype=float)
    return patients


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
    wide = changes(panel, study)
    values = {cell.id: wide[cell.id].to_numpy(float) for cell in study.cells}
    members = {group: study.chosen(wide, group=group) for group in study.groups}
    for group, (first, second) in product(study.groups, combinations(study.cells, 2)):
        value = correlation.spearman(*(values[cell.id][members[group]] for cell in (first, second)))
        label = f"Spearman correlation of the changes, {first.label} and {second.label}"
        id = _id(first, second, group)
        yield row(id, label, f"{study.label(group)}, patients with both changes", "statistic", value)


def _id(first: Cell, second: Cell, group: str) -> ResultId:
    return result_id(f"{first.id}_{second.id}", "change_spearman", group)
