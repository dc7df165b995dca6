"""Chapter 3: the odds ratios of its models, and what is said of those of the primary one."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from helpers.chapters.multivariable import model
from helpers.chapters.multivariable.model import is_missing, primary, terms
from helpers.estimators.common import LEVEL, numbers
from helpers.estimators.logistic import firth_logistic, logistic
from helpers.estimators.separation import separated
from helpers.ground.results import Estimate, Row, Rows, not_estimable
from helpers.ground.study import CONTRAST, Study

RATIO_DECIMALS, P_DECIMALS = 2, 3  # to which an odds ratio and its P value are printed
PRINTED = {  # start of the statistic in the ids: the words for it
    "printed": "from the odds ratio of one point as it prints",
    "printed_least": "least that rounds to the print",
    "printed_most": "most that rounds to the print",
}
OF_PRINT = (
    "the printed odds ratio of one point to the power of ten; interval from its P value, if of a Wald test"
)
OF_ROUNDING = "the printed odds ratio of one point to the power of ten, at an edge of its rounding"


def model_rows(study: Study, data: pd.DataFrame, outcome: str, stratum: str) -> Rows:
    """Give the size of one model and its odds ratios under every choice of covariates.

    Parameters
    ----------
    study : Study
    data : DataFrame
        Of `helpers.chapters.multivariable.model.model_data`.
    outcome, stratum : str

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    for statistic, label, unit, value in _figures(study, data):
        yield model.line(study, model.result_id(outcome, statistic, stratum=stratum), label, unit, value)


def primary_rows(study: Study, data: pd.DataFrame, ratios: dict[str, Estimate]) -> Rows:
    """Give what is said of the primary model alone: Firth's odds ratios, P values, separation, interaction.

    Parameters
    ----------
    study : Study
    data : DataFrame
        Of the primary model, complete.
    ratios : dict of Estimate
        Its odds ratios by maximum likelihood.

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    for term, ratio in fitted(study, data, terms(study), firth_logistic).items():
        label = f"{model.term_labels(study)[term]}, Firth"
        yield primary(study, f"firth_odds_ratio_{term}", label, "odds_ratio", ratio)
    count = sum(ratio.p_value < study.alpha for ratio in ratios.values())
    method = f"covariates of {len(ratios)} with a Wald P value below {study.alpha}"
    value = as_estimable_as(ratios["blasts"], method, estimate=count)
    yield primary(study, "significant_terms", "Significant covariates", "count", value)
    yield _separated_row(study, data, ratios)
    yield _interaction_row(study, data)
    for name, (words, value) in per_ten_of_print(ratios["blasts"]).items():
        label = f"{model.term_labels(study)['blasts_per_10']}, {words}"
        yield primary(study, f"{name}_odds_ratio_blasts_per_10", label, "odds_ratio", value)


def fitted(
    study: Study,
    data: pd.DataFrame,
    covariates: list[str],
    estimator: Callable[..., dict[str, Estimate]] = logistic,
) -> dict[str, Estimate]:
    """Fit a model, and give the odds ratio of 10 points of blasts beside that of one.

    Parameters
    ----------
    study : Study
    data : DataFrame
        With ``event`` and the covariates.
    covariates : list of str
    estimator : callable
        Of `helpers.estimators.logistic`.

    Returns
    -------
    dict of Estimate
        By covariate, then ``blasts_per_10``.
    """
    columns = model.columns(study, data)
    known = {name: columns[name] for name in covariates}
    ratios = estimator(numbers(data["event"]), known)
    return ratios | {"blasts_per_10": per_ten(ratios["blasts"])}


def per_ten(ratio: Estimate) -> Estimate:
    """Give the odds ratio of 10 units; a limit too large for a number is missing.

    Parameters
    ----------
    ratio : Estimate
        Of one unit.

    Returns
    -------
    Estimate
    """
    estimate, low, high = (_tenth_power(value) for value in (ratio.estimate, ratio.ci_low, ratio.ci_high))
    return replace(ratio, estimate=estimate, ci_low=low, ci_high=high)


def _tenth_power(value: float) -> float:
    try:
        power = float(value) ** 10
    except OverflowError:
        return np.nan
    return power if np.isfinite(power) else np.nan


def per_ten_of_print(ratio: Estimate) -> dict[str, tuple[str, Estimate]]:
    """Give the odds ratio of 10 units as far as the print of one unit's ratio and P value determines it.

    Parameters
    ----------
    ratio : Estimate
        Of one unit, with its P value; only what of them is printed is used.

    Returns
    -------
    dict of (str, Estimate)
        By name, the words for it and the value: ``printed`` is the printed ratio to the power of ten, its
        interval the widest that the rounding of both prints leaves if the P value is a Wald test's;
        ``printed_least`` and ``printed_most`` are the ratios that the rounding of one leaves.

    Notes
    -----
    A Wald test with the two-sided P value of z has the standard error log(ratio) / z.

    Examples
    --------
    >>> found = per_ten_of_print(Estimate(estimate=0.95, p_value=0.001))
    >>> [round(value.estimate, 2) for _, value in found.values()]
    [0.6, 0.57, 0.63]
    >>> round(found["printed"][1].ci_low, 2), round(found["printed"][1].ci_high, 2)
    (0.4, 0.84)
    """
    if is_missing(ratio):
        return {name: (words, ratio) for name, words in PRINTED.items()}
    shown = _rounded(ratio.estimate, RATIO_DECIMALS)
    near = [shown + side * 0.5 * 10.0**-RATIO_DECIMALS for side in (-1, 1)]
    chance = _rounded(ratio.p_value, P_DECIMALS) + 0.5 * 10.0**-P_DECIMALS
    z = stats.norm.isf(min(chance, 1.0) / 2)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        logs = 10 * np.log(np.clip(near, 0, None))
        reach = stats.norm.isf((1 - LEVEL) / 2) * np.abs(logs) / z
        ends = np.exp([(logs - reach).min(), (logs + reach).max()]).tolist()
        values = np.exp([10 * np.log(max(shown, 0.0)), *logs]).tolist()
    main = replace(
        ratio, estimate=values[0], ci_low=ends[0], ci_high=ends[1], p_value=np.nan, method=OF_PRINT
    )
    edge = replace(main, ci_low=np.nan, ci_high=np.nan, ci_level=np.nan, method=OF_ROUNDING)
    found = [replace(main, ci_level=LEVEL), *(replace(edge, estimate=value) for value in values[1:])]
    return {name: (PRINTED[name], value) for name, value in zip(PRINTED, found, strict=True)}


def _rounded(value: float, decimals: int) -> float:
    return float(np.floor(value * 10**decimals + 0.5) / 10**decimals)


def as_estimable_as(fit: Estimate, method: str, **figures: float) -> Estimate:
    """Give a figure drawn from a fit; without the fit there is no figure, for the same reason.

    Parameters
    ----------
    fit : Estimate
    method : str
    **figures : float
        Fields of the estimate.

    Returns
    -------
    Estimate
    """
    return fit if is_missing(fit) else Estimate(**figures, n=fit.n, events=fit.events, method=method)


def _figures(study: Study, data: pd.DataFrame) -> Iterator[tuple[str, str, str, Estimate]]:
    """Give the numbers of one model: the statistic in the ids, the words in print, the unit and the value."""
    known = model.complete(data)
    n, events = len(known), int(known["event"].sum())
    per_variable = not_estimable("no patients", n=0, events=0)
    if n:
        method = "the fewer of events and non-events, over the number of covariates"
        fewer = min(events, n - events) / len(terms(study))
        per_variable = Estimate(estimate=fewer, n=n, events=events, method=method)
    yield "events_per_variable", "Events per variable", "ratio", per_variable
    left_out = Estimate(estimate=len(data) - n, n=len(data), method="outcome or a covariate missing")
    yield "left_out", "Patients left out", "count", left_out
    for start, (covariates, words) in model.covariate_choices(study).items():
        for term, ratio in fitted(study, data, covariates).items():
            label = f"{model.term_labels(study)[term]}, {words}"
            yield f"{start}odds_ratio_{term}", label, "odds_ratio", ratio


def _separated_row(study: Study, data: pd.DataFrame, ratios: dict[str, Estimate]) -> Row:
    infinite = separated(data["event"].to_numpy(), model.columns(study, data))
    method = "linear programming (Konis 2007)"
    value = as_estimable_as(ratios["blasts"], method, estimate=0)
    if infinite:
        n, events = len(data), int(data["event"].sum())
        value = Estimate(estimate=len(infinite), n=n, events=events, method=method)
    return primary(study, "separated_terms", "Coefficients without a finite estimate", "count", value)


def _interaction_row(study: Study, data: pd.DataFrame) -> Row:
    """Compare the odds ratio of blasts between the arms, by a product term added to the primary model.

    By Firth's likelihood: with so many terms, Wald P and profile interval of maximum likelihood part ways.
    """
    first, second = study.arms
    known = model.columns(study, data)
    known = known | {"product": known["blasts"] * known[first.id]}
    value = per_ten(firth_logistic(data["event"].to_numpy(), known, of=["product"])["product"])
    label = f"Odds ratio of 10 points of blasts, {first.short} over {second.short}"
    return primary(study, "ratio_of_odds_ratios_blasts_per_10", label, "ratio", value, CONTRAST)
