"""Margins: every split of the arms over the disease states, and the states that can print given rates."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

import numpy as np
import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics import two_by_two
from evidence.this_abstract.abstract import (
    ARMS,
    MEASURABLE,
    NEGATIVE,
    POSITIVE,
    REFRACTORY,
    STATUSES,
    patients,
)

# Every population that is made of whole disease states, the seven sets of three, and its name in print.
POPULATIONS = {
    REFRACTORY: (REFRACTORY,),
    POSITIVE: (POSITIVE,),
    NEGATIVE: (NEGATIVE,),
    MEASURABLE: (REFRACTORY, POSITIVE),
    "in_remission": (POSITIVE, NEGATIVE),
    "all_but_mrd_positive": (REFRACTORY, NEGATIVE),
    "all": STATUSES,
}
NAMES = {
    REFRACTORY: "relapsed/refractory patients",
    POSITIVE: "MRD-positive patients",
    NEGATIVE: "patients who entered MRD negative",
    MEASURABLE: "relapsed/refractory and MRD-positive patients together",
    "in_remission": "MRD-positive and MRD-negative patients together",
    "all_but_mrd_positive": "relapsed/refractory and MRD-negative patients together",
    "all": "all patients",
}
COLUMNS = pd.MultiIndex.from_product([ARMS, STATUSES], names=["arm", "disease_status"])  # of a split


def contingency_tables(rows: list[int], columns: Sequence[int] | np.ndarray, known: np.ndarray) -> np.ndarray:
    """List every table of counts with given margins.

    The search is exhaustive: row after row is filled in each way that its sum and the columns still allow, so
    a single table in the answer is proved to be the only one.

    Parameters
    ----------
    rows : list of int
        Sums of the rows.
    columns : sequence or array of int
        Sums of the columns.
    known : array of float, (rows, columns)
        Cells that are known; NaN where not.

    Returns
    -------
    array of int, (tables, rows, columns)
    """
    whole = np.array(columns)
    # The last row is owed what the columns have left, and in each row the last cell what the row has left.
    first = whole[None]
    if len(rows) > 1:
        free = np.array([*product(*(range(column + 1) for column in whole[:-1]))], dtype=int)
        first = np.column_stack([free, rows[0] - free.sum(axis=1)])
    fits = (first >= 0) & (first <= whole) & (np.isnan(known[0]) | (first == known[0]))
    first = first[fits.all(axis=1) & (first.sum(axis=1) == rows[0])]
    if len(rows) == 1:
        return first[:, None]
    tables = [
        [row, *table] for row in first for table in contingency_tables(rows[1:], whole - row, known[1:])
    ]
    return np.array(tables, dtype=int).reshape(-1, len(rows), len(columns))


def splits(figures: Figures) -> pd.DataFrame | None:
    """List every split of the arms over the disease states that fits the printed counts.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    DataFrame or None
        One row per split, with columns (arm, disease status). What is printed of a disease state in one arm
        is held. None where the size of an arm or of a disease state is not printed.
    """
    arms = figures.every(patients(arm) for arm in ARMS)
    states = figures.every(patients(stratum=status) for status in STATUSES)
    if arms is None or states is None:
        return None
    cells = [[figures.get(patients(arm, status)) for status in STATUSES] for arm in ARMS]
    known = np.array([[np.nan if cell is None else cell.count for cell in row] for row in cells])
    tables = contingency_tables([arm.count for arm in arms], [state.count for state in states], known)
    return pd.DataFrame(tables.reshape(-1, len(COLUMNS)), columns=COLUMNS)


def tables_of_size(size: int, first: Figure, second: Figure) -> pd.DataFrame:
    """List the tables of so many patients split over the arms in any way.

    Parameters
    ----------
    size : int
    first, second : Figure
        Rates of the two arms.

    Returns
    -------
    DataFrame
        As `two_by_two.candidates`, with percentages that are rounded to the nearest or truncated.
    """
    rules = ("", two_by_two.TRUNCATED)
    each = [two_by_two.candidates(first, second, (size, size), rule) for rule in rules]
    tables = pd.concat(each).drop_duplicates(two_by_two.COLUMNS)
    return tables[tables["patients_first"] + tables["patients_second"] == size]


def tables_of_populations(
    arm_splits: pd.DataFrame, first: Figure, second: Figure, p_value: Figure
) -> pd.DataFrame:
    """Find the populations whose patients can print two rates and a P value.

    Exhaustive over `POPULATIONS`, over all splits of the arms, and over all counts in each.

    Parameters
    ----------
    arm_splits : DataFrame
        As `splits` returns it.
    first, second, p_value : Figure
        Rates of the combination and of monotherapy, and the P value between them.

    Returns
    -------
    DataFrame
        One row per population, table and test: population, the columns of `two_by_two.solutions`, and
        ``splits``, how many splits give the population these sizes. Remembered, so not to be changed in
        place.
    """
    return _of_populations(tuple(map(tuple, arm_splits.to_numpy().tolist())), first, second, p_value)


@lru_cache(maxsize=32)
def _of_populations(
    rows: tuple[tuple[int, ...], ...], first: Figure, second: Figure, p_value: Figure
) -> pd.DataFrame:
    arm_splits = pd.DataFrame(list(rows), columns=COLUMNS)
    one, other = (int(arm_splits[arm].sum(axis=1).max()) for arm in ARMS)
    staged = list(two_by_two.stages(first, second, p_value, (one, other)))

    def _answers(states: tuple[str, ...]) -> pd.DataFrame:
        sizes = [arm_splits[arm][list(states)].sum(axis=1) for arm in ARMS]
        counted = pd.concat(sizes, axis=1, keys=["patients_first", "patients_second"])
        counted = counted.value_counts().rename("splits").reset_index()
        return two_by_two.first_left(tables.merge(counted) for tables in staged)

    found = [_answers(states).assign(population=population) for population, states in POPULATIONS.items()]
    return pd.concat(found, ignore_index=True)
