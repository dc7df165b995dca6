"""Chapter 4: what compares the arms, by a hazard ratio and without the hazards being proportional."""

from collections.abc import Callable, Mapping
from functools import partial

from helpers.chapters.survival.times import CAUSES, OUTCOMES, contrast, in_first_arm, line, times
from helpers.estimators.competing import gray_test
from helpers.estimators.cox import cox_hazard_ratio, proportional_hazards
from helpers.estimators.log_rank import log_rank, weighted_log_rank
from helpers.estimators.restricted_mean import restricted_mean, restricted_mean_difference
from helpers.ground.cohort import Cohort
from helpers.ground.results import DIFFERENCE, Estimate, Rows
from helpers.ground.study import CONTRAST

Comparisons = Mapping[str, tuple[str, str, Callable[..., Estimate]]]

# Statistic in the ids: its words in print, its unit and its estimator.
COMPARISONS: Comparisons = {
    "logrank": ("log-rank chi-square", "statistic", log_rank),
    "hazard_ratio": ("hazard ratio", "hazard_ratio", cox_hazard_ratio),
    "proportional_hazards": ("test of proportional hazards, chi-square", "statistic", proportional_hazards),
}
# The weights are powers of the pooled curve and of its complement.
WEIGHTS: Comparisons = {
    f"weighted_logrank_{side}": (
        f"log-rank chi-square, {side} differences weighted",
        "statistic",
        partial(weighted_log_rank, early=early, late=1 - early),
    )
    for side, early in (("early", 1), ("late", 0))
}


def comparison_rows(cohort: Cohort, outcome: str, comparisons: Comparisons = COMPARISONS) -> Rows:
    """Compare the arms: log-rank test, hazard ratio, and whether one ratio can stand for all of follow-up.

    Parameters
    ----------
    cohort : Cohort
    outcome : str
        One of `helpers.chapters.survival.times.OUTCOMES`.
    comparisons : mapping
        `COMPARISONS` or `WEIGHTS`.

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    for name, (words, unit, estimator) in comparisons.items():
        value, label = estimator(*contrast(cohort, outcome)), f"{OUTCOMES[outcome].label}, {words}"
        yield line(cohort.study, outcome, name, label, unit, value, CONTRAST)


def rows(cohort: Cohort) -> Rows:
    """Give the rows of this subject: restricted means, weighted log-rank tests and Gray's tests.

    Parameters
    ----------
    cohort : Cohort

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    for outcome in OUTCOMES:
        for month in cohort.study.horizons:
            yield from _restricted_mean_rows(cohort, outcome, month)
        yield from comparison_rows(cohort, outcome, WEIGHTS)
    months, event = cohort.patients["disease_free_months"], cohort.patients["first_event"]
    for cause, (level, label, *_) in CAUSES.items():
        value, words = gray_test(months, event, in_first_arm(cohort), level), "chi-square of Gray's test"
        yield line(cohort.study, cause, "gray", f"{label}, {words}", "statistic", value, CONTRAST)


def _restricted_mean_rows(cohort: Cohort, outcome: str, month: int) -> Rows:
    made = partial(line, cohort.study, outcome, unit="months")
    label = f"{OUTCOMES[outcome].label}, mean time within {month} months"
    for group in cohort.study.groups:
        value = restricted_mean(*times(cohort, outcome, group), month)
        yield made(f"rmst_{month}m", label, value=value, group=group)
    value = restricted_mean_difference(*contrast(cohort, outcome), month)
    name, label = f"rmst_difference_{month}m", f"{label}, difference"
    yield made(name, label, value=value, group=CONTRAST, kind=DIFFERENCE)
