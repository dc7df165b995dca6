"""Chapter 3: what goes with complete remission and MRD negativity, blasts, arm and age taken together."""

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.chapters.multivariable import checks
from helpers.estimators.logistic import firth_logistic, logistic, predicted_probability, separated
from helpers.estimators.prediction import calibration_groups
from helpers.estimators.quantiles import median
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import ARMS, LABELS, centres_by_size, in_stratum
from helpers.ground.results import NOT_ESTIMABLE, SIGNIFICANT, Estimate, not_estimable, row, table

CURVE_POINTS = 101
BLASTS_SHOWN = (20, 50, 80)  # % of marrow cells: low, middle and high burden

# Outcome in the ids: its column and its name in print.
OUTCOMES = {
    "complete_remission_mrd_negative": (
        "complete_remission_mrd_negative",
        "Complete remission with MRD negativity",
    ),
    "response": ("response", LABELS["response"]),
    "complete_remission": ("complete_remission", LABELS["complete_remission"]),
    "mrd_negativity": ("mrd_negative", LABELS["mrd_negativity"]),
}
PRIMARY = ("complete_remission_mrd_negative", "relapsed_refractory")
# Response and remission are recorded in relapsed/refractory patients only: the others entered in remission.
ANALYSES = (
    PRIMARY,
    ("response", "relapsed_refractory"),
    ("complete_remission", "relapsed_refractory"),
    ("mrd_negativity", "relapsed_refractory"),
    ("mrd_negativity", "measurable_disease"),
    ("mrd_negativity", "all"),
)
TERMS = {
    "blasts": "Blasts, per percentage point",
    "blasts_per_10": "Blasts, per 10 percentage points",
    "combination": "Combination against monotherapy",
    "age": "Age, per year",
}
MODEL = ("blasts", "combination", "age")
# Start of the statistic in the ids: the covariates, and their name in print.
COVARIATE_SETS = {
    "": (MODEL, "with arm and age"),
    "without_age_": (("blasts", "combination"), "with arm"),
    "univariate_": (("blasts",), "alone"),
}


def results(study: Cohort) -> pd.DataFrame:
    """Compute every result of the chapter.

    Returns
    -------
    DataFrame
        The results table; the same ids for every cohort.
    """
    rows = []
    for outcome, stratum in ANALYSES:
        data = model_data(study.patients, outcome, stratum)
        rows += _counts(data, outcome, stratum)
        for start in COVARIATE_SETS:
            rows += _odds_ratios(data, outcome, stratum, start)
    return table([*rows, *_primary_model(model_data(study.patients, *PRIMARY)), *_checks(study)])


def model_data(patients: pd.DataFrame, outcome: str, stratum: str) -> pd.DataFrame:
    """Give the outcome and the covariates of one model.

    Parameters
    ----------
    patients : DataFrame
        As in `helpers.ground.cohort.Cohort`.
    outcome : str
        One of `OUTCOMES`.
    stratum : str
        One of `helpers.ground.endpoints.STRATA`.

    Returns
    -------
    DataFrame
        One row per patient of the stratum, missing values kept: ``arm``, ``event`` (nullable boolean),
        ``blasts`` (% of marrow cells), ``combination`` (bool) and ``age`` (years).
    """
    chosen = patients[in_stratum(patients, stratum)]
    return pd.DataFrame(
        {
            "arm": chosen["arm"],
            "event": chosen[OUTCOMES[outcome][0]].astype("boolean"),
            "blasts": chosen["bm_blasts_pct"],
            "combination": chosen["arm"].eq("combination"),
            "age": chosen["age_years"],
        }
    )


def analysed(study: Cohort) -> pd.DataFrame:
    """Give the patients of the primary model with every value known; as `model_data`, ``event`` bool."""
    return _complete(model_data(study.patients, *PRIMARY))


def fitted_curves(study: Cohort) -> pd.DataFrame:
    """Give the fitted probability of the primary outcome over blasts, by arm, at the median age.

    Returns
    -------
    DataFrame
        ``arm``, ``blasts`` (from the lowest to the highest of the arm's patients), ``estimate``, ``ci_low``,
        ``ci_high`` (pointwise, 95 %); no rows where the model is not estimable.
    """
    data = analysed(study)
    ranges = {arm: data.loc[data["arm"].eq(arm), "blasts"].agg(["min", "max"]) for arm in ARMS}
    curves = {arm: _probability(data, arm, np.linspace(*ranges[arm], CURVE_POINTS)) for arm in ARMS}
    return pd.concat([curve.assign(arm=arm) for arm, curve in curves.items()], ignore_index=True)


def shape_curves(study: Cohort, arm: str) -> pd.DataFrame:
    """Give one arm's fitted probability over blasts under each shape; see `multivariable_checks`."""
    data = analysed(study)
    return checks.shape_curves(data["event"], data[list(MODEL)], arm == "combination")


def risk_groups(study: Cohort) -> pd.DataFrame:
    """Give observed shares beside fitted probabilities; see `helpers.estimators.prediction`."""
    data = analysed(study)
    return calibration_groups(data["event"], data[list(MODEL)], checks.RISK_GROUPS)


def leave_one_out(data: pd.DataFrame) -> list[Estimate]:
    """Fit the primary model once without each patient.

    Parameters
    ----------
    data : DataFrame
        Columns of `model_data`, no value missing.

    Returns
    -------
    list of Estimate
        The odds ratio of 10 percentage points of blasts, in the order of the patients.
    """
    fits = [_fit(data.drop(index=patient), MODEL)["blasts"] for patient in data.index]
    return [_per_ten(fit) for fit in fits]


def _complete(data: pd.DataFrame) -> pd.DataFrame:
    return data.dropna().astype({"event": bool})


def _fit(data: pd.DataFrame, covariates: tuple[str, ...], estimator=logistic) -> dict[str, Estimate]:
    return estimator(data["event"], data[list(covariates)])


def _probability(data: pd.DataFrame, arm: str, blasts: np.ndarray) -> pd.DataFrame:
    held = {"combination": arm == "combination", "age": data["age"].median()}
    return predicted_probability(data["event"], data[list(MODEL)], "blasts", blasts, held)


def _line(outcome: str, stratum: str, statistic: str, label: str, unit: str, value: Estimate, group="all"):
    """Make a result row of the chapter; all patients are the stratum that an id leaves out."""
    end = "" if stratum == "all" else f".{stratum}"
    label = f"{OUTCOMES[outcome][1]}: {label}"
    return row(f"multivariable.{outcome}.{statistic}.{group}{end}", label, LABELS[stratum], unit, value)


def _counts(data: pd.DataFrame, outcome: str, stratum: str) -> list[dict]:
    """Say how many patients a model has, how many it leaves out, and how many events for each covariate."""
    complete = _complete(data)
    n, events = len(complete), int(complete["event"].sum())
    per_variable = Estimate(
        estimate=min(events, n - events) / len(MODEL),
        n=n,
        events=events,
        method="the fewer of events and non-events, over the number of covariates",
    )
    left_out = Estimate(estimate=len(data) - n, n=len(data), method="outcome or a covariate missing")
    return [
        _line(
            outcome,
            stratum,
            "events_per_variable",
            "Events per variable",
            "ratio",
            per_variable if n else not_estimable("no patients", n=0, events=0),
        ),
        _line(outcome, stratum, "left_out", "Patients left out", "count", left_out),
    ]


def _odds_ratios(data: pd.DataFrame, outcome: str, stratum: str, start: str) -> list[dict]:
    """Give the odds ratios under one of `COVARIATE_SETS`, that of 10 points of blasts too."""
    covariates, words = COVARIATE_SETS[start]
    ratios = _with_per_ten(_fit(data, covariates))
    return [
        _line(outcome, stratum, f"{start}odds_ratio_{term}", f"{TERMS[term]}, {words}", "odds_ratio", ratio)
        for term, ratio in ratios.items()
    ]


def _primary_model(data: pd.DataFrame) -> list[dict]:
    """Give what is reported for the primary model alone."""
    complete = _complete(data)
    ratios = _fit(complete, MODEL)
    return [
        *_firth(complete),
        _significant_terms(ratios),
        _separated_terms(complete, ratios["blasts"]),
        _interaction(complete),
        *_leave_one_out_range(complete, ratios["blasts"]),
        _primary("median_age", "Age at which the curves are drawn", "years", median(complete["age"])),
        *[
            _probability_at(complete, arm, blasts, ratios["blasts"])
            for blasts in BLASTS_SHOWN
            for arm in ARMS
        ],
    ]


def _checks(study: Cohort) -> list[dict]:
    data, centres = analysed(study), study.patients["centre"]
    every_centre = centres_by_size(study.patients)
    found = checks.lines(data["event"], data[list(MODEL)], centres[data.index], every_centre)
    return [_primary(*line) for line in found]


def _primary(statistic: str, label: str, unit: str, value: Estimate, group: str = "all") -> dict:
    return _line(*PRIMARY, statistic, label, unit, value, group)


def _firth(data: pd.DataFrame) -> list[dict]:
    ratios = _with_per_ten(_fit(data, MODEL, firth_logistic))
    return [
        _primary(f"firth_odds_ratio_{term}", f"{TERMS[term]}, Firth", "odds_ratio", ratio)
        for term, ratio in ratios.items()
    ]


def _significant_terms(ratios: dict[str, Estimate]) -> dict:
    count = sum(ratio.p_value < SIGNIFICANT for ratio in ratios.values())
    method = f"covariates of {len(MODEL)} with a Wald P value below {SIGNIFICANT}"
    value = _as_estimable_as(ratios["blasts"], estimate=count, method=method)
    return _primary("significant_terms", "Significant covariates", "count", value)


def _separated_terms(data: pd.DataFrame, fit: Estimate) -> dict:
    infinite = separated(data["event"], data[list(MODEL)])
    method = "linear programming (Konis 2007)"
    if infinite:
        n, events = len(data), int(data["event"].sum())
        value = Estimate(estimate=len(infinite), n=n, events=events, method=method)
    else:
        value = _as_estimable_as(fit, method, estimate=0)
    return _primary("separated_terms", "Coefficients without a finite estimate", "count", value)


def _interaction(data: pd.DataFrame) -> dict:
    """Compare the odds ratio of blasts between the arms, by a product term added to the primary model.

    By Firth's likelihood: with so many terms, Wald P and profile interval of maximum likelihood part ways.
    """
    with_product = data.assign(product=data["blasts"] * data["combination"])
    value = _per_ten(_fit(with_product, (*MODEL, "product"), firth_logistic)["product"])
    label = "Odds ratio of 10 points of blasts, combination over monotherapy"
    return _primary("ratio_of_odds_ratios_blasts_per_10", label, "ratio", value, group="arm")


def _leave_one_out_range(data: pd.DataFrame, whole: Estimate) -> list[dict]:
    fits = leave_one_out(data)
    existing = [fit for fit in fits if not np.isnan(fit.estimate)]
    label = f"{TERMS['blasts_per_10']}, without one patient"
    method = f"over {len(existing)} of {len(fits)} maximum-likelihood fits, each without one patient"
    if not existing and not _missing(whole):
        whole = not_estimable("no fit exists without one patient", n=whole.n, events=whole.events)
    ratios, p_values = [fit.estimate for fit in existing], [fit.p_value for fit in existing]
    lowest, highest, largest = (
        _as_estimable_as(whole, **{name: extreme(values, default=np.nan)}, method=f"{word} {method}")
        for name, extreme, values, word in (
            ("estimate", min, ratios, "lowest"),
            ("estimate", max, ratios, "highest"),
            ("p_value", max, p_values, "largest Wald P"),
        )
    )
    ratio = "odds_ratio_blasts_per_10"
    return [
        _primary(f"leave_one_out_lowest_{ratio}", f"{label}, lowest", "odds_ratio", lowest),
        _primary(f"leave_one_out_highest_{ratio}", f"{label}, highest", "odds_ratio", highest),
        _primary("leave_one_out_largest_p_blasts", f"{label}, largest P", "p_value", largest),
    ]


def _probability_at(data: pd.DataFrame, arm: str, blasts: int, fit: Estimate) -> dict:
    """Give the fitted probability at a blast value that lies within those of the arm's patients."""
    own = data.loc[data["arm"].eq(arm), "blasts"]
    if not _missing(fit) and not own.min() <= blasts <= own.max():
        fit = not_estimable("outside the blasts of the arm's patients", n=fit.n, events=fit.events)
    if not _missing(fit):
        point = _probability(data, arm, np.array([blasts])).iloc[0]
        fit = replace(
            fit,
            estimate=point["estimate"],
            ci_low=point["ci_low"],
            ci_high=point["ci_high"],
            p_value=np.nan,
            method="logistic regression at the median age, Wald interval on the logit scale",
        )
    return _primary(f"probability_blasts_{blasts}", f"{blasts}% blasts", "fraction", fit, group=arm)


def _missing(value: Estimate) -> bool:
    return value.method.startswith(NOT_ESTIMABLE)


def _as_estimable_as(fit: Estimate, method: str, estimate=np.nan, p_value=np.nan) -> Estimate:
    """Give a figure drawn from a fit; without the fit there is no figure, for the same reason."""
    if _missing(fit):
        return fit
    return Estimate(estimate=estimate, p_value=p_value, n=fit.n, events=fit.events, method=method)


def _with_per_ten(ratios: dict[str, Estimate]) -> dict[str, Estimate]:
    """Add ``blasts_per_10`` to odds ratios."""
    return ratios | {"blasts_per_10": _per_ten(ratios["blasts"])}


def _per_ten(ratio: Estimate) -> Estimate:
    """Give the odds ratio of 10 units; a limit too large for a number is missing."""
    with np.errstate(over="ignore"):
        powers = np.power([ratio.estimate, ratio.ci_low, ratio.ci_high], 10.0)
    estimate, low, high = np.where(np.isfinite(powers), powers, np.nan).tolist()
    return replace(ratio, estimate=estimate, ci_low=low, ci_high=high)
