"""Chapter 1, the cohort: what was known at entry, in each arm and between the arms."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers.chapters.cohort.groups import answer_rows, entry_strata, make, result_id, values
from helpers.estimators import balance, ranks
from helpers.estimators.quantiles import OTHERS, QUANTILES, quantile
from helpers.ground.results import DIFFERENCE, Estimate, Rows, not_estimable
from helpers.ground.rounding import multiple
from helpers.ground.study import CONTRAST, EVERYBODY, Study

# Outcome: its column, its label, its unit.
QUANTITIES = {
    "age": ("age_years", "Age", "years"),
    "blasts": ("bm_blasts_pct", "Bone-marrow blasts at baseline", "percent_points"),
}


def quantities(study: Study) -> dict[str, tuple[str, str, str]]:
    """Give the numbers that are described at entry: those of the book, and those of the study.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of str to tuple
        By outcome of the id the column, its label and its unit.
    """
    own = {one.id: (one.column, one.label, "statistic") for one in study.characteristics if not one.levels}
    return QUANTITIES | own


_WORDS = {"quartile_1": "first quartile", "quartile_3": "third quartile"}
Comparison = tuple[str, str, str | None, Callable[..., Estimate]]  # statistic, unit, kind, estimator
_TESTS: tuple[Comparison, ...] = (
    ("mann_whitney", "statistic", None, ranks.mann_whitney),
    ("mann_whitney_exact", "statistic", None, ranks.mann_whitney_exact),
)
# The standardised difference of numbers has a sign; that of shares is a distance, without one.
_NUMBERS = ("standardised_difference", "statistic", DIFFERENCE, balance.standardised_difference)
_SHARES = ("standardised_distance", "statistic", None)


def rows(patients: pd.DataFrame, study: Study, base: int = 0) -> Rows:
    """Give the quantiles of age and blasts, their comparisons, and the standardised differences at entry.

    Parameters
    ----------
    patients : DataFrame
        As `helpers.chapters.cohort.groups.with_answers` gives them.
    study : Study
    base : int
        Rounds the counts behind what is computed from counts alone, as in `helpers.ground.rounding.multiple`.

    Yields
    ------
    dict
        A result row.
    """
    for subject in (_other_rule_rows, _comparison_rows):
        yield from subject(patients, study)
    for counted in (_quantile_rows, _difference_rows, _level_rows, _chance_rows):
        yield from counted(patients, study, base)


def _quantile_rows(patients: pd.DataFrame, study: Study, base: int) -> Rows:
    return (
        make(study, result_id(outcome, statistic, group, stratum), f"{label}: {words}", unit, value)
        for outcome, (column, label, unit) in quantities(study).items()
        for stratum in entry_strata(study)
        for group in study.groups
        for sample in [values(patients, study, column, group, stratum)]
        for statistic, share in QUANTILES.items()
        for words, value in [(_WORDS.get(statistic, statistic), _quantile(sample, share, base))]
    )


def _quantile(sample: np.ndarray, share: float, base: int) -> Estimate:
    """Give a quantile; with a base as a multiple of what all whole values are, as its part tells how many."""
    value = quantile(sample, share)
    if not base or not len(sample) or (sample % 1).any():
        return value
    step = max(int(np.gcd.reduce(sample.astype(int))), 1)
    return replace(value, estimate=step * np.floor(value.estimate / step + 0.5))


def _other_rule_rows(patients: pd.DataFrame, study: Study) -> Rows:
    """Give the quartiles of the blasts under the other rules, as a report that prints them may name none."""
    column, label, unit = QUANTITIES["blasts"]
    for arm in study.arm_ids:
        sample = values(patients, study, column, arm, study.assessed)
        for statistic, words in _WORDS.items():
            for kind in OTHERS:
                id = result_id("blasts", f"{statistic}_type_{kind}", arm, study.assessed)
                value = quantile(sample, QUANTILES[statistic], kind)
                yield make(study, id, f"{label}: {words}, type {kind}", unit, value)


def _comparison_rows(patients: pd.DataFrame, study: Study) -> Rows:
    """Compare age among everybody, and blasts where a response is assessed."""
    for outcome, stratum in (("age", EVERYBODY), ("blasts", study.assessed)):
        column, label, unit = QUANTITIES[outcome]
        shift = ("hodges_lehmann", unit, DIFFERENCE, ranks.hodges_lehmann_two_sample)
        yield from _compared_rows(patients, study, outcome, column, label, (stratum,), *_TESTS, shift)


def _difference_rows(patients: pd.DataFrame, study: Study, base: int) -> Rows:
    """Give the standardised differences of what was known at entry, by disease status."""
    compared, strata = partial(_compared_rows, patients, study), entry_strata(study)
    shares = (*_SHARES, partial(_distance, base=base))
    yield from compared("age", "age_years", "Age", strata, _NUMBERS)
    yield from compared("disease_status", "disease_status", "Disease status", (EVERYBODY,), shares)
    yield from compared("blasts", "bm_blasts_pct", "Bone-marrow blasts", strata, _NUMBERS)
    if study.burden:
        high, label = study.burden[0].id, f"Blasts > {study.cutoff:g}%"
        yield from compared(high, "above_cut", label, (study.assessed,), shares)


def _level_rows(patients: pd.DataFrame, study: Study, base: int) -> Rows:
    """Count the patients of each level of the study's own characteristics, and compare all of them."""
    strata = entry_strata(study)
    for one in study.characteristics:
        compared = partial(_compared_rows, patients, study, one.id, one.column, one.label, strata)
        if not one.levels:
            yield from compared(_NUMBERS)
            continue
        known = patients[one.column]
        for place, level in enumerate(one.levels, 1):
            answers = np.where(known.isna(), np.nan, known.eq(level))
            label = f"{one.label}: {level}"
            yield from answer_rows(patients, study, one.level_id(place), label, answers, strata)
        yield from compared((*_SHARES, partial(_distance, base=base)))


def _distance(x: ArrayLike, y: ArrayLike, base: int) -> Estimate:
    """Give the standardised difference of shares, of the rounded counts where there is a base."""
    exact = balance.standardised_difference_of_shares(x, y)
    if not base:
        return exact
    told = balance.standardised_difference_of_shares(*(_in_multiples(sample, base) for sample in (x, y)))
    return replace(told, n=exact.n)


def _in_multiples(sample: ArrayLike, base: int) -> np.ndarray:
    """Repeat each value that is known as often as its rounded count says."""
    known = pd.Series(np.asarray(sample, object)).dropna().astype(str)
    levels, counts = np.unique(known.to_numpy(str), return_counts=True)
    return np.repeat(levels, multiple(counts, base))


def _compared_rows(
    patients: pd.DataFrame,
    study: Study,
    outcome: str,
    column: str,
    label: str,
    strata: tuple[str, ...],
    *comparisons: Comparison,
) -> Rows:
    for stratum in strata:
        samples = [values(patients, study, column, arm, stratum) for arm in study.arm_ids]
        for statistic, unit, kind, estimator in comparisons:
            id = result_id(outcome, statistic, CONTRAST, stratum)
            yield make(study, id, label, unit, estimator(*samples), kind)


def _chance_rows(patients: pd.DataFrame, study: Study, base: int) -> Rows:
    """Give the standard error of a standardised difference between two arms that do not differ.

    References
    ----------
    Hedges LV, Olkin I (1985). Statistical Methods for Meta-Analysis, Academic Press, chapter 5: at a true
    difference of 0 the variance is ``1 / n_1 + 1 / n_0``.
    """
    for stratum in entry_strata(study):
        sizes = [int(study.chosen(patients, stratum, arm).sum()) for arm in study.arm_ids]
        told = [multiple(size, base) for size in sizes]
        value = not_estimable("an arm has no patients", n=sum(sizes))
        if all(told):
            error = sum(1 / size for size in told) ** 0.5
            value = Estimate(estimate=error, n=sum(sizes), method="standard error at no difference")
        id = result_id("standardised_difference", "standard_error", CONTRAST, stratum)
        yield make(study, id, "Standardised difference: standard error by chance", "statistic", value)
