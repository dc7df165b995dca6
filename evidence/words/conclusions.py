"""Chapter 7: in how many of the cohorts the conclusions of the abstract hold, and what they rest on."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from helpers.ground.results import ResultId
from helpers.ground.standing import PRINTED
from helpers.ground.study import CONTRAST, Study
from helpers.printing import prose
from helpers.printing.marks import mark, marked, part

EXACT, ADJUSTED, BOTH = "By the exact test", "Adjusted", "Exact and adjusted"
TESTS = {
    EXACT: "{}_exact",
    ADJUSTED: "{}_bh",
    BOTH: "{}_exact_bh",
}  # columns, with the statistics of their rows


def immune_table(claims: pd.DataFrame, ranges: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Say in which share of the cohorts each printed immune P value stays small by other tests.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.
    ranges : DataFrame
        The whole table of standing and ranges.
    study : Study

    Returns
    -------
    DataFrame of str
        Group, Population and the printed P value, and a column for each of `TESTS`.
    """
    known = _by_id(ranges)
    rows = [
        {
            "Comparison": _group(id, study),
            "Population": study.label(id.outcome),
            "Printed P": _printed(claim),
            **{head: _small(known, _other(id, form)) for head, form in TESTS.items()},
        }
        for id, claim in _tests(claims)
        if id.chapter == "immune"
    ]
    return pd.DataFrame(rows)


def adjusted_sentence(claims: pd.DataFrame, ranges: pd.DataFrame, study: Study) -> str:
    """Say how many of the printed immune P values stay small in some cohort when their family is adjusted.

    By the normal approximation, then by exact tests, with the share of the cohorts in which each does.

    Parameters
    ----------
    claims, ranges : DataFrame
        As in `immune_table`.
    study : Study

    Returns
    -------
    str
    """
    printed = [id for id, _ in _tests(claims) if id.chapter == "immune"]
    normal, exact = (
        _staying(_by_id(ranges), printed, form, study) for form in (TESTS[ADJUSTED], TESTS[BOTH])
    )
    return (
        f"adjusted over {_families(printed, study)}, {normal or 'none'} of the "
        f"{prose.spelled(len(printed))} printed P values stays below {study.alpha:g} in any of the cohorts "
        f"by the normal approximation, and {exact or 'none'} by exact tests"
    )


def _families(printed: list[ResultId], study: Study) -> str:
    """Size the families of tests, and say how many of each are printed."""
    cells, between = len(study.cells), sum(id.group == CONTRAST for id in printed)
    paired = cells * len(study.arms)
    return (
        f"the {prose.spelled(paired)} paired tests ({prose.spelled(len(printed) - between)} printed) and "
        f"over the {prose.spelled(cells)} between the arms ({prose.spelled(between)} printed)"
    )


def _staying(known: pd.DataFrame, printed: list[ResultId], form: str, study: Study) -> str:
    """Name the printed comparisons that stay small in some of the cohorts, each with its share."""
    found = [
        f"{study.label(id.outcome)}, {prose.inside(_group(id, study))}, in {_small(known, other)}"
        for id in printed
        if known.loc[str(other := _other(id, form)), "share_significant"] > 0
    ]
    return f"{prose.spelled(len(found))} ({'; '.join(found)})" if found else ""


def direction(ranges: pd.DataFrame, id: str) -> str:
    """Give the range of an open ratio, and in how many of the cohorts it lies below 1.

    Parameters
    ----------
    ranges : DataFrame
        The whole table of standing and ranges.
    id : str

    Returns
    -------
    str
    """
    row = _by_id(ranges).loc[id]
    below = part(row, prose.percentage(row["share_below_null"]))
    return f"{prose.number(row)}, below 1 in {below} of the cohorts"


def printed_p(claims: pd.DataFrame, **about: str) -> str:
    """Print a published P value, by the parts of the id of its result.

    Parameters
    ----------
    claims : DataFrame
    **about
        As `helpers.ground.results.ResultId.fits` takes them.

    Returns
    -------
    str
    """
    found = (claim for id, claim in _tests(claims) if id.fits(**about))
    return f"P = {_printed(next(found))}"


def _tests(claims: pd.DataFrame) -> Iterator[tuple[ResultId, Any]]:
    """Give the claims of a P value, each with the id of its result."""
    for claim in claims[claims["unit"].eq("p_value")].itertuples():
        yield ResultId.parse(str(claim.result_id)), claim


def _by_id(ranges: pd.DataFrame) -> pd.DataFrame:
    return ranges.assign(method="").set_index("id", drop=False)


def _other(id: ResultId, form: str) -> ResultId:
    return replace(id, statistic=form.format(id.statistic))


def _printed(claim: Any) -> str:
    return marked(f"{claim.value:.{claim.decimals}f}", PRINTED, f"{claim.statement}; printed in the abstract")


def _small(known: pd.DataFrame, id: ResultId) -> str:
    row = known.loc[str(id)]
    return mark(row, prose.percentage(row["share_significant"]))


def _group(id: ResultId, study: Study) -> str:
    return "Between the arms" if id.group == CONTRAST else study.label(id.group)
