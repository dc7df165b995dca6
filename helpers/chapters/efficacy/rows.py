"""Chapter 2, efficacy: every result row; the rates of the outcomes and their comparison between the arms."""

from collections.abc import Callable
from functools import lru_cache, partial

import pandas as pd

from helpers.chapters.efficacy import bayes, burden, confounding, responders
from helpers.chapters.efficacy.groups import Counted, contrast_row, counted, counts, places, result_id, tally
from helpers.estimators import proportions, score_intervals
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import RESPONSES
from helpers.ground.results import DIFFERENCE, Estimate, Row, Rows, not_estimable, pick, row, table
from helpers.ground.study import CONTRAST, EVERYBODY, Study

Subject = Callable[[pd.DataFrame, Study], Rows]
COUNTED = 256  # subjects of cohorts whose rows are kept

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
    from_counts = partial(_from_counts, counted=counted(patients, study), study=study)
    rows = [
        *from_counts(_outcome_rows),
        *from_counts(burden.contrast_rows),
        *from_counts(_best_response_rows),
        *from_counts(_missing_rows),
        *from_counts(responders.rows),
        *burden.rows(patients, study),
        *from_counts(bayes.rows),
        *confounding.rows(patients, study),
        *from_counts(confounding.ratio_rows),
    ]
    return table([*rows, *_caution_rows(table(rows), study)])


@lru_cache(maxsize=COUNTED)
def _from_counts(subject: Subject, counted: Counted, study: Study) -> tuple[Row, ...]:
    """Return the rows of a subject that rests on counts alone: computed once for cohorts with the same."""
    return tuple(subject(counted.patients, study))


def _outcome_rows(patients: pd.DataFrame, study: Study) -> Rows:
    """Count who reaches each outcome, together and in each arm, and compare the arms."""
    for outcome, stratum in places(study):
        for group in study.groups:
            yield from _rate_rows(patients, study, outcome, group, stratum)
        arms, make = counts(patients, study, outcome, stratum), partial(contrast_row, study, outcome, stratum)
        for name, (estimator, _) in DIFFERENCES.items():
            yield make(name, "risk difference", estimator(*arms), kind=DIFFERENCE)
        for name, (test, words) in TESTS.items():
            yield make(name, f"{words} test", test(*arms), "statistic")
        expected = _smallest_expected_count(*arms)
        yield make("smallest_expected_count", "smallest expected count", expected, "statistic")


def _rate_rows(patients: pd.DataFrame, study: Study, outcome: str, group: str, stratum: str) -> Rows:
    events, n = tally(patients, study, outcome, group, stratum)
    count = Estimate(estimate=events, n=n, events=events, method="count")
    if n == 0:
        count = not_estimable("no patients", n=0, events=0)
    label, where = study.label(outcome), study.label(stratum)
    yield row(result_id(outcome, "count", group, stratum), f"{label}, count", where, "count", count)
    rate = proportions.wilson(events, n)
    yield row(result_id(outcome, "rate", group, stratum), f"{label}, rate", where, "fraction", rate)


def _best_response_rows(patients: pd.DataFrame, study: Study) -> Rows:
    """Give the share of each level of best response among the patients in whom it is assessed."""
    response = patients["best_response"].to_numpy(object)
    asked = {group: study.chosen(patients, study.assessed, group) for group in study.groups}
    known = {group: response[chosen & pd.notna(response)] for group, chosen in asked.items()}
    for level, label in RESPONSES.items():
        for group in study.groups:
            value = proportions.wilson(int((known[group] == level).sum()), len(known[group]))
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


def _caution_rows(rows: pd.DataFrame, study: Study) -> Rows:
    """Count the comparisons that the chapter makes, and find the size of its smallest group."""
    p_values = pick(rows, statistic="pearson_chi_square")["p_value"].dropna()
    made = Estimate(estimate=len(p_values), method="count of Pearson tests")
    below = int((p_values < study.alpha).sum())
    low = Estimate(estimate=below, method=f"{made.method}, not adjusted for their number")
    sizes = pick(rows, statistic="rate", group=study.arm_ids)["n"]
    least = sizes[sizes > 0].min()
    smallest = Estimate(estimate=least, n=least, method="smallest denominator of a rate")
    if pd.isna(least):
        smallest = not_estimable("no group has patients")
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
