"""Chapter 2, efficacy: every result row; the rates of the outcomes and their comparison between the arms."""

from functools import partial

import numpy as np
import pandas as pd

from helpers.chapters.efficacy import bayes, burden, confounding, responders
from helpers.chapters.efficacy.groups import contrast_row, counts, places, result_id, share, tally
from helpers.estimators import proportions, score_intervals
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import RESPONSES
from helpers.ground.results import (
    DIFFERENCE,
    NOT_ESTIMABLE,
    Estimate,
    Row,
    Rows,
    not_estimable,
    recorded,
    row,
    table,
)
from helpers.ground.rounding import ROUNDED
from helpers.ground.study import CONTRAST, EVERYBODY, Study

DIFFERENCES = {
    "risk_difference": (proportions.newcombe_difference, "Newcombe"),
    "miettinen_nurminen_difference": (score_intervals.miettinen_nurminen, "Miettinen-Nurminen"),
    "exact_difference": (score_intervals.exact_difference, "Exact unconditional"),
}
TESTS = {
    "pearson_chi_square": (proportions.pearson_chi_square, "Pearson"),
    "fisher_exact": (proportions.fisher_exact, "Fisher"),
    "barnard": (score_intervals.suissa_shuster, "Suissa-Shuster"),
    "boschloo": (proportions.boschloo, "Boschloo"),
}
# What compares the arms by counts alone.
FROM_COUNTS = (
    *DIFFERENCES,
    *TESTS,
    *("burden_difference", "burden_homogeneity", "burden_odds_ratio"),
    *("risk_ratio", "e_value", "e_value_limit"),
)

# Columns without which an outcome is not known.
NEEDS = {
    **dict.fromkeys(("response", "complete_remission"), ("best_response",)),
    **{f"best_response_{level.lower()}": ("best_response",) for level in RESPONSES},
    "mrd_negativity": ("mrd_negative",),
    "blasts": ("bm_blasts_pct",),
    **dict.fromkeys(("age", "weights"), ("age_years", "bm_blasts_pct", "best_response")),
}


def results(cohort: Cohort) -> pd.DataFrame:
    """Answer every question of the chapter.

    Parameters
    ----------
    cohort : Cohort
        The cohort that is analysed.

    Returns
    -------
    DataFrame
        The results table: for each outcome and stratum the count and rate by arm, the risk difference and its
        tests; the contrast of high and low burden; the levels of best response; what bears on reading them
        (missing values, the number of comparisons, the smallest group); and the rows of the chapter's other
        modules, one for each subject.
    """
    # Of the disease status only its balance is told, which is made beside that of the ages.
    needs = NEEDS | {cohort.study.assessed: NEEDS["age"]}
    return table(recorded(result_rows(cohort), cohort.absent, needs))


def result_rows(cohort: Cohort) -> list[Row]:
    """Give the rows of `results`.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    list of dict
        As `helpers.ground.results.row` makes them.
    """
    patients, study, base = cohort.patients, cohort.study, cohort.threshold
    rows = [
        *_outcome_rows(patients, study, base),
        *burden.contrast_rows(patients, study, base),
        *_best_response_rows(patients, study, base),
        *_missing_rows(patients, study),
        *responders.rows(patients, study, base),
        *burden.rows(patients, study, base),
        *bayes.rows(patients, study, base),
        *confounding.rows(patients, study, base),
        *confounding.ratio_rows(patients, study, base),
    ]
    rows = [_named(each) for each in rows] if base else rows
    return [*rows, *_caution_rows(rows, study)]


def _named(result: Row) -> Row:
    """Say of a comparison of counts that these are rounded."""
    counted = result["statistic"] in FROM_COUNTS and not result["method"].startswith(NOT_ESTIMABLE)
    return result | {"method": f"{result['method']}, {ROUNDED}"} if counted else result


def _outcome_rows(patients: pd.DataFrame, study: Study, base: int) -> Rows:
    """Count who reaches each outcome, together and in each arm, and compare the arms."""
    for outcome, stratum in places(study):
        for group in study.groups:
            yield from _rate_rows(patients, study, outcome, group, stratum, base)
        arms = counts(patients, study, outcome, stratum, base)
        make = partial(contrast_row, study, outcome, stratum)
        for name, (estimator, _) in DIFFERENCES.items():
            yield make(name, "risk difference", estimator(*arms), kind=DIFFERENCE)
        for name, (test, words) in TESTS.items():
            yield make(name, f"{words} test", test(*arms), "statistic")
        expected = _smallest_expected_count(*arms)
        yield make("smallest_expected_count", "smallest expected count", expected, "statistic")


def _rate_rows(
    patients: pd.DataFrame, study: Study, outcome: str, group: str, stratum: str, base: int
) -> Rows:
    events, n = tally(patients, study, outcome, group, stratum)
    count = Estimate(estimate=events, n=n, events=events, method="count")
    if n == 0:
        count = not_estimable("no patients", n=0, events=0)
    label, where = study.label(outcome), study.label(stratum)
    yield row(result_id(outcome, "count", group, stratum), f"{label}, count", where, "count", count)
    rate = share(events, n, base)
    yield row(result_id(outcome, "rate", group, stratum), f"{label}, rate", where, "fraction", rate)


def _best_response_rows(patients: pd.DataFrame, study: Study, base: int) -> Rows:
    """Give the share of each level of best response among the patients in whom it is assessed."""
    response = patients["best_response"].to_numpy(object)
    known = pd.notna(response)
    asked = {group: study.chosen(patients, study.assessed, group) & known for group in study.groups}
    for level, label in RESPONSES.items():
        reached = response == level
        for group in study.groups:
            value = share(int((reached & asked[group]).sum()), int(asked[group].sum()), base)
            id = result_id(f"best_response_{level.lower()}", "rate", group, study.assessed)
            yield row(id, label, study.label(study.assessed), "fraction", value)


def _missing_rows(patients: pd.DataFrame, study: Study) -> Rows:
    """Count the patients in whom what the chapter needs is not recorded."""
    for outcome, label, stratum, column in (
        ("response", study.label("response"), study.assessed, "response"),
        ("mrd_negativity", study.label("mrd_negativity"), EVERYBODY, "mrd_negative"),
        ("blasts", "Marrow blasts", study.assessed, "bm_blasts_pct"),
    ):
        asked = patients[column][study.chosen(patients, stratum)]
        absent = int(asked.isna().sum())
        value = Estimate(estimate=absent, n=len(asked), events=absent, method="count of empty cells")
        id = result_id(outcome, "missing", stratum=stratum)
        yield row(id, f"{label}, not recorded", study.label(stratum), "count", value)


def _caution_rows(rows: list[Row], study: Study) -> Rows:
    """Count the comparisons that the chapter makes, and find the size of its smallest group."""
    tests = [each["p_value"] for each in rows if each["statistic"] == "pearson_chi_square"]
    p_values = np.array([p_value for p_value in tests if not np.isnan(p_value)])
    made = Estimate(estimate=len(p_values), method="count of Pearson tests")
    below = int((p_values < study.alpha).sum())
    low = Estimate(estimate=below, method=f"{made.method}, not adjusted for their number")
    rates = [each for each in rows if each["statistic"] == "rate" and each["group"] in study.arm_ids]
    sizes = [rate["n"] for rate in rates if rate["n"] > 0]
    smallest = not_estimable("no group has patients")
    if sizes:
        smallest = Estimate(estimate=min(sizes), n=min(sizes), method="smallest denominator of a rate")
    for outcome, statistic, group, label, value in (
        ("comparisons", "count", CONTRAST, "Comparisons of the arms that can be tested", made),
        ("comparisons", "low_p_count", CONTRAST, f"Comparisons with a Pearson P below {study.alpha:g}", low),
        ("smallest_group", "count", EVERYBODY, "Smallest group compared", smallest),
    ):
        yield row(result_id(outcome, statistic, group), label, "All strata of the chapter", "count", value)


def _smallest_expected_count(events_1: int, n_1: int, events_0: int, n_0: int) -> Estimate:
    n, events = n_1 + n_0, events_1 + events_0
    if problem := proportions.no_difference(events_1, n_1, events_0, n_0):
        return problem
    expected = min(n_1, n_0) * min(events, n - events) / n
    return Estimate(estimate=expected, n=n, events=events, method="smallest cell expected by Pearson's test")
