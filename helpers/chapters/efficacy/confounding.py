"""Chapter 2, efficacy: what may hide in arms that were not allotted by chance (weights, E-values)."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.chapters.efficacy.groups import answers, contrast_row, counts, joined, places, result_id
from helpers.estimators import balance, confounding, weighting
from helpers.ground.results import DIFFERENCE, Estimate, Row, Rows, pick, row
from helpers.ground.rounding import multiple
from helpers.ground.study import CONTRAST, EVERYBODY, Study

CUT = "blasts_above_cut"
BALANCE = ("standardised_difference", "weighted_standardised_difference")  # before weighting and after


def models(study: Study) -> dict[str, tuple[str, ...]]:
    """Give the covariates of the propensity model of each stratum.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict
        By stratum. Whoever enters without disease to clear isn't weighted: where an arm has no such patient,
        nobody stands for those of the other.
    """
    known = ("age", "blasts")
    mixed, by_status = joined(study), [study.assessed] * (study.assessed != EVERYBODY)
    return {study.assessed: known} | ({mixed: (*known, *by_status)} if mixed else {})


def shown(study: Study, stratum: str) -> tuple[str, ...]:
    """Name the covariates whose balance is shown.

    Parameters
    ----------
    study : Study
    stratum : str
        One of `models`.

    Returns
    -------
    tuple of str
        Those of the model, and one that it doesn't hold, which shows what balance of means leaves over.
    """
    return (*models(study)[stratum], *([CUT] if study.burden else []))


def weighted_places(study: Study) -> list[tuple[str, str]]:
    """List the comparisons that are made with weights.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of tuple
        Outcome and stratum.
    """
    return [place for stratum in models(study) for place in places(study) if place[1] == stratum]


def rows(patients: pd.DataFrame, study: Study, base: int = 0) -> Rows:
    """Give the weighted comparisons with balance and effective size.

    Parameters
    ----------
    patients : DataFrame
        The cohort's patients with their endpoints.
    study : Study
    base : int
        As of `helpers.chapters.efficacy.groups.counts`.

    Yields
    ------
    dict
        A result row.
    """
    for stratum in models(study):
        yield from _balance_rows(patients, study, stratum, base)
    for place in weighted_places(study):
        yield _weighted_row(patients, study, *place)


def ratio_rows(patients: pd.DataFrame, study: Study, base: int = 0) -> Rows:
    """Give the risk ratios and their E-values.

    Parameters
    ----------
    patients : DataFrame
    study : Study
    base : int
        As of `helpers.chapters.efficacy.groups.counts`.

    Yields
    ------
    dict
        A result row.
    """
    for place in places(study):
        yield from _ratio_rows(patients, study, *place, base)


def balance_pair(rows: pd.DataFrame, study: Study, stratum: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Select the standardised differences of a population before and after weighting, for the love plot.

    Parameters
    ----------
    rows : DataFrame
        Of the results table.
    study : Study
    stratum : str
        One of `models`.

    Returns
    -------
    tuple of DataFrame
        Rows about the same covariates in the same order.
    """
    asked = partial(pick, rows, outcome=shown(study, stratum), stratum=stratum)
    return asked(statistic=BALANCE[0]), asked(statistic=BALANCE[1])


def covariates(patients: pd.DataFrame, study: Study) -> dict[str, np.ndarray]:
    """Lay out what was known before treatment.

    Parameters
    ----------
    patients : DataFrame
    study : Study

    Returns
    -------
    dict of ndarray
        Numbers or yes/no, one a patient, for each covariate that `shown` can name.
    """
    blasts = answers(patients, "bm_blasts_pct")
    known = {"age": answers(patients, "age_years"), "blasts": blasts}
    known[study.assessed] = study.chosen(patients, study.assessed).astype(float)
    if study.cutoff is not None:
        known[CUT] = np.where(np.isnan(blasts), np.nan, blasts > study.cutoff)
    return known


def _label(study: Study, covariate: str) -> str:
    if covariate == CUT:
        return f"Blasts > {study.cutoff:g}%"
    return {"age": "Age", "blasts": "Marrow blasts"}.get(covariate) or study.label(covariate)


def _weighted(
    patients: pd.DataFrame, study: Study, stratum: str, chosen: np.ndarray
) -> tuple[weighting.Weighted, dict[str, np.ndarray]]:
    """Return the weights of the chosen patients, and what was known of all of them before treatment."""
    known = {name: values[chosen] for name, values in covariates(patients, study).items()}
    treated = study.chosen(patients, group=study.arm_ids[0])[chosen]
    return weighting.overlap_weights(treated, {name: known[name] for name in models(study)[stratum]}), known


def _balance_rows(patients: pd.DataFrame, study: Study, stratum: str, base: int) -> Rows:
    """Give the standardised differences before and after weighting, and the effective size of each arm."""
    weighted, known = _weighted(patients, study, stratum, study.chosen(patients, stratum))
    where = study.label(stratum)
    for name in shown(study, stratum):
        values = known[name][weighted.rows]
        before, after = weighting.balance(values, weighted)
        if base and name in (CUT, study.assessed):
            before = _of_rounded_counts(before, values, weighted.treated, base)
        for statistic, value in zip(BALANCE, (before, after), strict=True):
            id = result_id(name, statistic, CONTRAST, stratum)
            yield row(id, _label(study, name), where, "statistic", value, DIFFERENCE)
    for arm, treated in zip(study.arm_ids, (1, 0), strict=True):
        weights = weighted.weights[weighted.treated == treated]
        value = weighting.effective_size(weights, len(weights), weighted.problem)
        id = result_id("weights", "effective_sample_size", arm, stratum)
        yield row(id, "Effective sample size", where, "statistic", value)


def _of_rounded_counts(exact: Estimate, answers: np.ndarray, treated: np.ndarray, base: int) -> Estimate:
    """Give the standardised difference of yes and no by their rounded counts in each arm."""
    arms = []
    for arm in (1, 0):
        counts = np.bincount(answers[treated == arm].astype(int), minlength=2)
        arms.append(np.repeat([0.0, 1.0], multiple(counts, base)))
    return replace(balance.standardised_difference(*arms), n=exact.n)


def _weighted_row(patients: pd.DataFrame, study: Study, outcome: str, stratum: str) -> Row:
    """Compare the arms with overlap weights, among patients with outcome and covariates recorded."""
    reached = answers(patients, study.outcome(outcome).column)
    chosen = study.chosen(patients, stratum) & ~np.isnan(reached)
    weighted, _ = _weighted(patients, study, stratum, chosen)
    value = weighting.weighted_difference(reached[chosen][weighted.rows], weighted)
    make = partial(contrast_row, study, outcome, stratum)
    return make("overlap_weighted_difference", "weighted difference", value, kind=DIFFERENCE)


def _ratio_rows(patients: pd.DataFrame, study: Study, outcome: str, stratum: str, base: int) -> Rows:
    """Give the risk ratio, its E-value, and the E-value of the limit nearer to 1."""
    ratio = confounding.risk_ratio(*counts(patients, study, outcome, stratum, base))
    point, limit = confounding.e_values(ratio)
    make = partial(contrast_row, study, outcome, stratum, unit="ratio")
    yield make("risk_ratio", "risk ratio", ratio)
    yield make("e_value", "E-value", point)
    yield make("e_value_limit", "E-value limit", limit)
