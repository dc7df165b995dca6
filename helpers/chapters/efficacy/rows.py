"""Chapter 2, efficacy: every result row; the rates of the outcomes and their comparison between the arms."""

from typing import Any

import pandas as pd

from helpers.chapters.efficacy import bayes, burden, confounding, responders
from helpers.chapters.efficacy.groups import counts, places, result_id, tally
from helpers.estimators import proportions, score_intervals
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import RESPONSES
from helpers.ground.results import DIFFERENCE, Estimate, is_estimable, not_estimable, pick, row, table
from helpers.ground.study import CONTRAST, EVERYBODY, Study

DIFFERENCES = {
    "risk_difference": proportions.newcombe_difference,
    "miettinen_nurminen_difference": score_intervals.miettinen_nurminen,
    "exact_difference": score_intervals.exact_difference,
}
TESTS = {
    "pearson_chi_square": (proportions.pearson_chi_square, "Pearson"),
    "fisher_exact": (proportions.fisher_exact, "Fisher"),
    "barnard": (score_intervals.suissa_shuster, "Suissa-Shuster"),
    "boschloo": (proportions.boschloo, "Boschloo"),
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
    patients, study = cohort.patients, cohort.study
    rows = [
        one
        for place in places(study)
        for one in (*_rate_rows(patients, study, *place), *_comparison_rows(patients, study, *place))
    ]
    rows += burden.contrast_rows(patients, study)
    rows += _best_response_rows(patients, study) + _missing_rows(patients, study)
    for subject in (responders, burden, bayes, confounding):
        rows += subject.rows(patients, study)
    return table(rows + _caution_rows(table(rows), study))


def _rate_rows(patients: pd.DataFrame, study: Study, outcome: str, stratum: str) -> list[dict[str, Any]]:
    """Count the patients of a stratum who reach the outcome, together and in each arm."""
    found = []
    for group in study.groups:
        events, n = tally(patients, study, outcome, group, stratum)
        for statistic, unit, value in (
            ("count", "count", _count(events, n)),
            ("rate", "fraction", proportions.wilson(events, n)),
        ):
            id = result_id(outcome, statistic, group, stratum)
            found.append(row(id, f"{study.label(outcome)}, {statistic}", study.label(stratum), unit, value))
    return found


def _comparison_rows(
    patients: pd.DataFrame, study: Study, outcome: str, stratum: str
) -> list[dict[str, Any]]:
    """Compare the arms within a stratum: the difference, and the tests beside each other."""
    arms = counts(patients, study, outcome, stratum)
    found: list[tuple[str, str, str, Estimate, str | None]] = [
        (name, "risk difference", "fraction", estimator(*arms), DIFFERENCE)
        for name, estimator in DIFFERENCES.items()
    ]
    found += [
        (name, f"{words} test", "statistic", test(*arms), None) for name, (test, words) in TESTS.items()
    ]
    expected = _smallest_expected_count(*arms)
    found.append(("smallest_expected_count", "smallest expected count", "statistic", expected, None))
    return [
        row(
            result_id(outcome, name, CONTRAST, stratum),
            f"{study.label(outcome)}, {words}",
            study.label(stratum),
            unit,
            value,
            kind,
        )
        for name, words, unit, value, kind in found
    ]


def _best_response_rows(patients: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """Give the share of each level of best response among the patients in whom it is assessed."""
    found = []
    for level, label in RESPONSES.items():
        for group in study.groups:
            chosen = study.members(patients, study.assessed, group)
            known = patients.loc[chosen, "best_response"].dropna()
            value = proportions.wilson(int(known.eq(level).sum()), len(known))
            id = result_id(f"best_response_{level.lower()}", "rate", group, study.assessed)
            found.append(row(id, label, study.label(study.assessed), "fraction", value))
    return found


def _missing_rows(patients: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """Count the patients in whom what the chapter needs is not recorded."""
    found = []
    for outcome, label, stratum, column in (
        ("response", study.label("response"), study.assessed, "response"),
        ("mrd_negativity", study.label("mrd_negativity"), EVERYBODY, "mrd_negative"),
        ("blasts", "Marrow blasts", study.assessed, "bm_blasts_pct"),
    ):
        asked = patients.loc[study.members(patients, stratum), column]
        absent = int(asked.isna().sum())
        value = Estimate(estimate=absent, n=len(asked), events=absent, method="count of empty cells")
        id = result_id(outcome, "missing", stratum=stratum)
        found.append(row(id, f"{label}, not recorded", study.label(stratum), "count", value))
    return found


def _caution_rows(rows: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """Count the comparisons that the chapter makes, and find the size of its smallest group."""
    tests = pick(rows, statistic="pearson_chi_square")
    made = tests[[is_estimable(test) for _, test in tests.iterrows()]]
    low = int((made["p_value"] < study.alpha).sum())
    rates = pick(rows, statistic="rate", group=study.arm_ids)
    least = rates.loc[rates["n"] > 0, "n"].min()
    smallest = Estimate(estimate=least, n=least, method="smallest denominator of a rate")
    method = "count of Pearson tests"
    values = (
        (
            result_id("comparisons", "count", CONTRAST),
            "Comparisons of the arms that can be tested",
            Estimate(estimate=len(made), method=method),
        ),
        (
            result_id("comparisons", "low_p_count", CONTRAST),
            f"Comparisons with a Pearson P below {study.alpha:g}",
            Estimate(estimate=low, method=f"{method}, not adjusted for their number"),
        ),
        (
            result_id("smallest_group", "count"),
            "Smallest group compared",
            not_estimable("no group has patients") if pd.isna(least) else smallest,
        ),
    )
    return [row(id, label, "All strata of the chapter", "count", value) for id, label, value in values]


def _count(events: int, n: int) -> Estimate:
    if n == 0:
        return not_estimable("no patients", n=0, events=0)
    return Estimate(estimate=events, n=n, events=events, method="count")


def _smallest_expected_count(events_1: int, n_1: int, events_0: int, n_0: int) -> Estimate:
    n, events = n_1 + n_0, events_1 + events_0
    if n_1 == 0 or n_0 == 0:
        return not_estimable("an arm has no patients", n=n, events=events)
    expected = min(n_1, n_0) * min(events, n - events) / n
    return Estimate(estimate=expected, n=n, events=events, method="smallest cell expected by Pearson's test")
