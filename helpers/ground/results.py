"""Ground: the result row, on which every table, figure, sentence and ledger entry of the book stands."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import nan

import pandas as pd

COLUMNS = [
    "id",
    "chapter",
    "label",
    "population",
    "group",
    "statistic",
    "estimate",
    "ci_low",
    "ci_high",
    "ci_level",
    "p_value",
    "n",
    "events",
    "unit",
    "method",
]
CHAPTERS = ("cohort", "efficacy", "multivariable", "survival", "immune")
GROUPS = ("all", "combination", "monotherapy", "arm")
UNITS = (
    "count",
    "fraction",
    "months",
    "days",
    "years",
    "percent_points",
    "odds_ratio",
    "hazard_ratio",
    "ratio",
    "p_value",
    "z",
    "statistic",
)
NOT_ESTIMABLE = "not estimable: "
SIGNIFICANT = 0.05  # two-sided; the usual level, as the abstract states none

_ID = re.compile(
    rf"(?P<chapter>{'|'.join(CHAPTERS)})\.(?P<outcome>[a-z0-9_]+)\.(?P<statistic>[a-z0-9_]+)"
    rf"\.(?P<group>{'|'.join(GROUPS)})(\.(?P<stratum>[a-z0-9_]+))?"
)


@dataclass(frozen=True)
class Estimate:
    """What an estimator returns.

    Attributes
    ----------
    estimate, ci_low, ci_high, ci_level, p_value : float
        NaN where the estimator gives none. The level is a fraction (0.95).
    n, events : float
        Patients (or pairs) that the estimate uses, and events among them.
    method : str
        The exact test or interval by name, or ``not estimable: reason``.
    """

    estimate: float = nan
    ci_low: float = nan
    ci_high: float = nan
    ci_level: float = nan
    p_value: float = nan
    n: float = nan
    events: float = nan
    method: str = ""


def not_estimable(reason: str, n: float = nan, events: float = nan) -> Estimate:
    """Return the estimate that does not exist, with the reason in place of its method."""
    return Estimate(n=n, events=events, method=NOT_ESTIMABLE + reason)


def row(id: str, label: str, population: str, unit: str, value: Estimate) -> dict:
    """Make one result row.

    Parameters
    ----------
    id : str
        ``chapter.outcome.statistic.group[.stratum]``; chapter, statistic and group are taken from it.
    label : str
        What the number is, in words that can stand in a table.
    population : str
        Which patients it is about, in words.
    unit : str
        One of `UNITS`.
    value : Estimate
        The number itself.

    Returns
    -------
    dict
        Keys are `COLUMNS`.

    Raises
    ------
    ValueError
        If the id or the unit is outside the grammar.
    """
    parts = _ID.fullmatch(id)
    if parts is None:
        raise ValueError(f"result id {id!r} is not chapter.outcome.statistic.group[.stratum]")
    if unit not in UNITS:
        raise ValueError(f"result {id}: unit {unit!r} is not one of {', '.join(UNITS)}")
    place = {key: parts[key] for key in ("chapter", "statistic", "group")}
    return {"id": id, "label": label, "population": population, "unit": unit, **place, **asdict(value)}


def table(rows: Iterable[dict]) -> pd.DataFrame:
    """Gather result rows into the results table.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row per id, in the order given.

    Raises
    ------
    ValueError
        If an id stands twice.
    """
    results = pd.DataFrame(list(rows), columns=COLUMNS)
    twice = results["id"][results["id"].duplicated()]
    if len(twice):
        raise ValueError(f"result ids stand twice: {', '.join(twice.unique())}")
    return results


def get(results: pd.DataFrame, id: str) -> pd.Series:
    """Return the row of one id.

    Raises
    ------
    KeyError
        If no row has that id; the message names the nearest ids.
    """
    found = results[results["id"] == id]
    if found.empty:
        near = difflib.get_close_matches(id, results["id"], n=3)
        raise KeyError(f"no result {id!r}; near it: {', '.join(near) or 'none'}")
    return found.iloc[0]


def is_estimable(result: pd.Series) -> bool:
    """Tell whether a result row holds a number and not a reason."""
    return not result["method"].startswith(NOT_ESTIMABLE)
