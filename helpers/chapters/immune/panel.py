"""The immune panel: the first and the last sample side by side, and rows about one population of cells."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers.estimators import ranks
from helpers.ground.kept import kept
from helpers.ground.results import Estimate, ResultId, Rows, row
from helpers.ground.study import Study
from helpers.ground.study_parts import ENDS, inside

result_id = partial(ResultId, "immune")


class Number(NamedTuple):
    """A number to make a row of: statistic, words, unit, and its kind where the unit does not say it."""

    statistic: str
    label: str
    unit: str
    value: Estimate
    kind: str | None = None


def pairs(immune: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Put the first and the last sample of each patient and population of cells side by side.

    Parameters
    ----------
    immune : DataFrame
        `Cohort.immune`: patient_id, arm, visit, population, percent.
    study : Study

    Returns
    -------
    DataFrame
        One row per patient and population of the panel: patient_id, arm, population (text), before and after
        (percent of the parent population, NaN where there is none), change (after - before, percentage
        points) and ratio (after / before; NaN where before is 0 or either is missing).
    """
    key = ("patient_id", "arm", "population")
    columns, percent = [immune[name].tolist() for name in (*key, "visit")], immune["percent"].tolist()
    of = dict(zip(zip(*columns, strict=True), percent, strict=True))
    ends = [visit.id for visit in study.ends]
    found = dict.fromkeys(entry[:-1] for end in ends for entry in of if entry[-1] == end)
    before, after = (
        np.array([of.get((*entry, end), np.nan) for entry in found], dtype=float) for end in ends
    )
    names = zip(*found, strict=True) if found else [()] * len(key)
    return pd.DataFrame(
        {
            **{name: np.array(values, dtype=object) for name, values in zip(key, names, strict=True)},
            **dict(zip(ENDS, (before, after), strict=True)),
            # Floating-point noise must not turn an unchanged share into a change.
            "change": (after - before).round(ranks.DECIMALS),
            "ratio": after / np.where(before > 0, before, np.nan),
        }
    )


@kept
def paired_values(panel: pd.DataFrame, cell: str, arm: str) -> dict[str, np.ndarray]:
    """Select the patients of an arm who have both samples of a population of cells.

    Parameters
    ----------
    panel : DataFrame
        As `pairs` returns it.
    cell, arm : str

    Returns
    -------
    dict of ndarray
        Their before, after, change and ratio: arrays, which are quick to read.
    """
    chosen = (panel["population"].to_numpy() == cell) & (panel["arm"].to_numpy() == arm)
    columns = {name: panel[name].to_numpy(float) for name in (*ENDS, "change", "ratio")}
    chosen &= ~np.isnan(columns["change"])
    return {name: values[chosen] for name, values in columns.items()}


def number_rows(
    numbers: Iterable[Number], subject: str, patients: str, id_of: Callable[[str], ResultId]
) -> Rows:
    """Make rows that share their subject and their patients.

    Parameters
    ----------
    numbers : iterable of Number
        Their labels are said after the subject.
    subject, patients : str
    id_of : callable
        Makes the id of a statistic.

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    for statistic, label, unit, value, kind in numbers:
        yield row(id_of(statistic), f"{subject}: {label}", patients, unit, value, kind)


def cell_rows(study: Study, cell: str, group: str, numbers: Iterable[Number]) -> Rows:
    """Make the rows about one population of cells in the patients with both samples.

    Parameters
    ----------
    study : Study
    cell, group : str
    numbers : iterable of Number
        Their labels are said after the name of the population.

    Returns
    -------
    iterator of dict
        As `number_rows` makes them.
    """
    patients = f"{study.label(group)}, patients with both samples"
    subject = study.cell(cell).share
    numbers = (number._replace(label=inside(number.label)) for number in numbers)
    return number_rows(numbers, subject, patients, partial(result_id, cell, group=group))


def mann_whitney(statistic: str, first: ArrayLike, second: ArrayLike, of_what: str = "") -> Iterator[Number]:
    """Compare two samples by the Mann-Whitney test, by its normal approximation and exactly.

    Parameters
    ----------
    statistic : str
        Of the approximate test; the exact one adds ``_exact``.
    first, second : array-like of float
    of_what : str
        What the label says after the name of the test.

    Yields
    ------
    Number
    """
    exact = ranks.mann_whitney_exact(first, second)
    yield Number(statistic, f"Mann-Whitney test{of_what}", "statistic", ranks.mann_whitney(first, second))
    yield Number(f"{statistic}_exact", f"exact Mann-Whitney test{of_what}", "statistic", exact)


def count(number: int, of: int, method: str) -> Estimate:
    """Give a count of patients or tests, of those that could have been counted.

    Parameters
    ----------
    number, of : int
    method : str
        Who or what is counted, of whom or what.

    Returns
    -------
    Estimate
    """
    return Estimate(estimate=float(number), n=float(of), events=float(number), method=f"count, {method}")


def in_words(study: Study) -> tuple[str, str]:
    """Name the first visit and the last as they stand in a sentence.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of str
        Baseline and day 28, in small letters.
    """
    first, last = (inside(visit.label) for visit in study.ends)
    return first, last
