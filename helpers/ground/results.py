"""Ground: the result row, on which every table, figure, sentence and ledger entry of the book stands."""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from math import nan
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from helpers.ground.files import write_table

# What a results table on disk holds; in memory the other parts of the id and the kind stand beside it.
NUMBERS = ["estimate", "ci_low", "ci_high", "ci_level", "p_value", "n", "events"]
COLUMNS = ["id", "chapter", "label", "population", "group", "statistic", *NUMBERS, "unit", "method"]
IN_MEMORY = [*COLUMNS, "outcome", "stratum", "kind"]
CHAPTERS = ("cohort", "efficacy", "multivariable", "survival", "immune")

# What a number is. The kind decides its null value, its sign and its printing.
DIFFERENCE, RATIO, SHARE = "difference", "ratio", "share"
COUNT, TIME, STATISTIC = "count", "time", "statistic"
# The kind of a unit, unless whoever makes the row says that it is a difference.
KINDS = {
    "count": COUNT,
    **dict.fromkeys(("fraction", "percent_points"), SHARE),
    **dict.fromkeys(("months", "days", "years"), TIME),
    **dict.fromkeys(("odds_ratio", "hazard_ratio", "ratio"), RATIO),
    **dict.fromkeys(("p_value", "z", "statistic"), STATISTIC),
}
NULLS = {DIFFERENCE: 0, RATIO: 1}
DIGITS = 12  # of a number on disk: more would show the processor's rounding
NOT_ESTIMABLE = "not estimable: "
# Why a number is kept back: of few patients it would tell, or of one, or it would let another follow.
ONE, FOLLOWS, UNTOLD = "one patient's value", "a small number would follow", "the reason is not told"
KEPT_BACK = (ONE, FOLLOWS, UNTOLD)
FEW = re.compile(r"fewer than \d+ (patients(, or nearly all)?|values|events since an earlier month)")
NOT_RECORDED = "not recorded"  # begins the reason where a column is absent
# The method of a result for which the cohort has no column, or no panel.
UNRECORDED = re.compile(rf"{NOT_ESTIMABLE}({NOT_RECORDED}|(the cohort has )?no immune panel)")
NOT_REACHED = "; median not reached"  # ends the method of a median that the curve stays above

Row = dict[str, Any]
Rows = Iterator[Row]

_SEGMENT = re.compile(r"[a-z0-9_]+")


@lru_cache(maxsize=10_000)
def _is_segment(part: str) -> bool:
    return _SEGMENT.fullmatch(part) is not None


@dataclass(frozen=True, order=True)
class ResultId:
    """Which number of the book a row is; prints as ``chapter.outcome.statistic.group[.stratum]``.

    Attributes
    ----------
    chapter : str
        One of `CHAPTERS`.
    outcome, statistic : str
    group : str
        ``all``, an arm, or ``arm`` where the arms are compared.
    stratum : str
        A population of the study; ``all`` is everybody and is not printed.

    Raises
    ------
    ValueError
        If a part is outside the grammar.

    Examples
    --------
    >>> str(ResultId("survival", "os", "median"))
    'survival.os.median.all'
    >>> ResultId.parse("efficacy.response.rate.all.high").stratum
    'high'
    """

    chapter: str
    outcome: str
    statistic: str
    group: str = "all"
    stratum: str = "all"

    def __post_init__(self) -> None:
        parts = (self.outcome, self.statistic, self.group, self.stratum)
        if self.chapter not in CHAPTERS or not all(map(_is_segment, parts)):
            raise ValueError(f"result id {self} is not chapter.outcome.statistic.group[.stratum]")

    def __str__(self) -> str:
        parts = (self.chapter, self.outcome, self.statistic, self.group)
        return ".".join(parts if self.stratum == "all" else (*parts, self.stratum))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id as it prints.

        Parameters
        ----------
        text : str

        Returns
        -------
        ResultId

        Raises
        ------
        ValueError
            If it is no id.
        """
        parts = text.split(".")
        if len(parts) not in (4, 5):
            raise ValueError(f"result id {text!r} is not chapter.outcome.statistic.group[.stratum]")
        return cls(*parts)

    def fits(self, **parts: str | Collection[str]) -> bool:
        """Tell whether parts of the id are the one wanted, or among several, as in `pick`.

        Parameters
        ----------
        **parts
            Of chapter, outcome, statistic, group and stratum.

        Returns
        -------
        bool

        Examples
        --------
        >>> ResultId("survival", "os", "median").fits(chapter="survival", outcome=("os", "dfs"))
        True
        """
        return all(getattr(self, part) in _several(wanted) for part, wanted in parts.items())


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
    """Return the estimate that does not exist.

    Parameters
    ----------
    reason : str
        Stands in place of the method.
    n, events : float
        Where these are known all the same.

    Returns
    -------
    Estimate
    """
    return Estimate(n=n, events=events, method=NOT_ESTIMABLE + reason)


def row(
    id: ResultId, label: str, population: str, unit: str, value: Estimate, kind: str | None = None
) -> Row:
    """Make one result row.

    Parameters
    ----------
    id : ResultId
    label : str
        What the number is, in words that can stand in a table.
    population : str
        Which patients it is about, in words.
    unit : str
        One of the keys of `KINDS`.
    value : Estimate
        The number itself.
    kind : str, optional
        `DIFFERENCE` where the number is one; without it the kind of the unit.

    Returns
    -------
    dict
        Keys are `IN_MEMORY`.

    Raises
    ------
    ValueError
        If the unit or the kind is not known.
    """
    if kind not in (None, DIFFERENCE):
        raise ValueError(f"result {id}: kind {kind!r} is not {DIFFERENCE!r}; others follow from the unit")
    if unit not in KINDS:
        raise ValueError(f"result {id}: unit {unit!r} is not one of {', '.join(KINDS)}")
    words = {"label": label, "population": population, "unit": unit, "kind": kind or KINDS[unit]}
    return {**vars(id), "id": str(id), **words, **vars(value)}


def recorded(rows: Iterable[Row], absent: Collection[str], needs: Mapping[str, tuple[str, ...]]) -> Rows:
    """Take the number of results away that rest on columns that a cohort does not have.

    Parameters
    ----------
    rows : iterable of dict
        As `row` makes them.
    absent : collection of str
        Columns.
    needs : mapping of str to tuple of str
        By outcome of the id the columns on which its results rest; none where it is not named.

    Yields
    ------
    dict
        The rows; one without its number says which column is not recorded, where "no patients" would say that
        nobody had it.
    """
    for each in rows:
        missed = [column for column in needs.get(each["outcome"], ()) if column in absent]
        yield each | asdict(not_estimable(f"{NOT_RECORDED}: {', '.join(missed)}")) if missed else each


def table(rows: Iterable[Row]) -> pd.DataFrame:
    """Gather result rows into the results table.

    Parameters
    ----------
    rows : iterable of dict
        As `row` makes them.

    Returns
    -------
    DataFrame
        `IN_MEMORY`, one row per id, in the order given.

    Raises
    ------
    ValueError
        If an id stands twice.
    """
    results = pd.DataFrame(list(rows), columns=IN_MEMORY)
    twice = results["id"][results["id"].duplicated()]
    if len(twice):
        raise ValueError(f"result ids stand twice: {', '.join(twice.unique())}")
    return results


def get(results: pd.DataFrame, id: ResultId) -> pd.Series:
    """Return the row of one id.

    Parameters
    ----------
    results : DataFrame
        As `table` returns it.
    id : ResultId

    Returns
    -------
    Series

    Raises
    ------
    KeyError
        If no row has that id; the message names the nearest ids.
    """
    found = np.flatnonzero(results["id"].to_numpy() == str(id))
    if not len(found):
        near = difflib.get_close_matches(str(id), results["id"], n=3)
        raise KeyError(f"no result {str(id)!r}; near it: {', '.join(near) or 'none'}")
    return results.iloc[found[0]]


def pick(results: pd.DataFrame, **parts: str | Collection[str]) -> pd.DataFrame:
    """Select rows by parts of their ids, in the table's order.

    Parameters
    ----------
    results : DataFrame
        As `table` returns it.
    **parts
        Of chapter, outcome, statistic, group, stratum and kind: the one wanted, or several of them.

    Returns
    -------
    DataFrame
        Rows of `results` on a fresh index; none where nothing fits.

    Examples
    --------
    >>> rows = table(
    ...     row(ResultId("survival", "os", "median", arm), "Median", arm, "months", Estimate(estimate=12.0))
    ...     for arm in ("first", "second")
    ... )
    >>> pick(rows, outcome="os", group="second")["estimate"].tolist()
    [12.0]
    """
    chosen = pd.Series(True, index=results.index)
    for part, wanted in parts.items():
        chosen &= results[part].isin(_several(wanted))
    return results[chosen].reset_index(drop=True)


def _several(wanted: str | Collection[str]) -> list[str]:
    return [wanted] if isinstance(wanted, str) else list(wanted)


def is_estimable(result: pd.Series | Row) -> bool:
    """Tell whether a result row holds a number and not a reason.

    Parameters
    ----------
    result : Series or dict

    Returns
    -------
    bool
    """
    return not result["method"].startswith(NOT_ESTIMABLE)


def is_recorded(result: pd.Series | Row) -> bool:
    """Tell whether the cohort has the columns on which a result rests.

    Parameters
    ----------
    result : Series or dict

    Returns
    -------
    bool
    """
    return not result["method"].startswith(NOT_ESTIMABLE + NOT_RECORDED)


def is_hidden(why: str) -> bool:
    """Tell whether a number is kept back because of what it would tell of few patients.

    Parameters
    ----------
    why : str
        The reason why a result has none.

    Returns
    -------
    bool
    """
    return why in KEPT_BACK or FEW.fullmatch(why) is not None


def reason(result: pd.Series | Row) -> str:
    """Return why a result that is not estimable does not exist.

    Parameters
    ----------
    result : Series or dict

    Returns
    -------
    str
    """
    return result["method"].removeprefix(NOT_ESTIMABLE)


def write(results: pd.DataFrame, path: Path) -> None:
    """Write a results table as CSV: `COLUMNS`, numbers to `DIGITS` significant digits.

    Parameters
    ----------
    results : DataFrame
        As `table` returns it.
    path : Path
    """
    write_table(results[COLUMNS], path, float_format=f"%.{DIGITS}g")
