"""Chapter 3: what the primary model rests on (shape, prediction, centres, choice of covariates)."""

import numpy as np
import pandas as pd

from helpers.estimators import nonlinearity, prediction
from helpers.estimators.logistic import logistic
from helpers.estimators.selection import RULES, covariate_sets, selection
from helpers.ground.results import NOT_ESTIMABLE, Estimate, not_estimable

RESAMPLES = 500
SEED = 20240301  # any number; the same resamples serve prediction and selection
RISK_GROUPS = 3  # of the calibration figure
CURVE_POINTS = 101
SHAPE_LABELS = {"spline": "restricted cubic spline", "quadratic": "square"}
MEASURE_LABELS = {
    "c_statistic": "c-statistic",
    "brier": "Brier score",
    "calibration_intercept": "Calibration intercept",
    "calibration_slope": "Calibration slope",
}
RULE_LABELS = {
    "full_model": "P < 0.05 in the full model",
    "p_value": "Backward by P < 0.05",
    "aic": "Backward by AIC",
}
NOBODY = "no patient of the model at this centre"
CENTRE_TERMS = {
    "blasts_per_10": "10 percentage points of blasts",
    "combination": "combination against monotherapy",
    "age": "a year of age",
}
_ENDS = {"lowest": ("estimate", min), "highest": ("estimate", max), "largest_p": ("p_value", max)}

Line = tuple[str, str, str, Estimate]  # statistic, label, unit, value


def lines(event: pd.Series, covariates: pd.DataFrame, centres: pd.Series, every_centre: list) -> list[Line]:
    """Compute every check of the primary model.

    Parameters
    ----------
    event : Series of bool
        The outcome of the model's patients.
    covariates : DataFrame
        ``blasts``, ``combination``, ``age`` of the same patients, complete.
    centres : Series
        Their centre.
    every_centre : list
        The centres of the whole cohort, the largest first; their places are their numbers in print.

    Returns
    -------
    list of tuple
        Statistic, label, unit and `Estimate` of each result; the same statistics for the same centres.
    """
    return [
        *_shapes(event, covariates),
        *_prediction(event, covariates),
        *_centres(event, covariates, centres, every_centre),
        *_selection(event, covariates),
    ]


def shape_curves(event: pd.Series, covariates: pd.DataFrame, combination: bool) -> pd.DataFrame:
    """Give the fitted probability over the blasts of one arm, as a line, a spline and a parabola.

    Returns
    -------
    DataFrame
        ``shape`` (of `helpers.estimators.nonlinearity.SHAPES`), ``blasts``, ``estimate``, at the median age;
        no rows without a model.
    """
    own = covariates.loc[covariates["combination"].eq(combination), "blasts"]
    if own.empty:
        return pd.DataFrame(columns=["blasts", "estimate", "shape"])
    values = np.linspace(own.min(), own.max(), CURVE_POINTS)
    held = {"combination": combination, "age": covariates["age"].median()}
    curves = [
        nonlinearity.shaped_curve(event, covariates, "blasts", values, held, shape).assign(shape=shape)
        for shape in nonlinearity.SHAPES
    ]
    return pd.concat([curve for curve in curves if len(curve)] or curves[:1], ignore_index=True)


def _shapes(event: pd.Series, covariates: pd.DataFrame) -> list[Line]:
    return [
        (
            f"nonlinearity_blasts_{shape}",
            f"Blasts as a {SHAPE_LABELS[shape]} against the line",
            "statistic",
            nonlinearity.nonlinearity(event, covariates, "blasts", shape),
        )
        for shape in nonlinearity.BENDS
    ]


def _prediction(event: pd.Series, covariates: pd.DataFrame) -> list[Line]:
    found = prediction.performance(event, covariates, RESAMPLES, SEED)
    kinds = {"apparent": "as it looks", "corrected": "corrected for optimism"}
    measures = [
        (f"{name}_{kind}", f"{label}, {words}", "statistic", found[f"{name}_{kind}"])
        for name, label in MEASURE_LABELS.items()
        for kind, words in kinds.items()
    ]
    n, events = len(event), int(event.sum())
    without = not_estimable("no patients", n=0, events=0)
    if n:
        rate = events / n
        without = Estimate(rate * (1 - rate), n=n, events=events, method="everybody given the overall share")
    return [*measures, ("brier_without_covariates", "Brier score without covariates", "statistic", without)]


def _centres(
    event: pd.Series, covariates: pd.DataFrame, centres: pd.Series, every_centre: list
) -> list[Line]:
    per_ten = covariates.assign(blasts=covariates["blasts"] / 10).rename(columns={"blasts": "blasts_per_10"})
    fits = {centre: _without(event, per_ten, centres.eq(centre)) for centre in every_centre}
    singles = [
        (
            f"without_centre_{place:02d}_odds_ratio_{term}",
            f"odds ratio of {CENTRE_TERMS[term]} without centre {place}",
            "odds_ratio",
            fits[centre][term],
        )
        for place, centre in enumerate(every_centre, start=1)
        for term in CENTRE_TERMS
    ]
    return [*singles, *(line for term in CENTRE_TERMS for line in _centre_range(fits, term))]


def _without(event: pd.Series, covariates: pd.DataFrame, left_out: pd.Series) -> dict[str, Estimate]:
    if not left_out.any():
        reason = not_estimable(NOBODY, n=len(event), events=int(event.sum()))
        return dict.fromkeys(CENTRE_TERMS, reason)
    return logistic(event[~left_out], covariates[~left_out])


def _centre_range(fits: dict[str, dict[str, Estimate]], term: str) -> list[Line]:
    """Give the ends of an odds ratio over the fits that each leave out one centre."""
    existing = [fit[term] for fit in fits.values() if not fit[term].method.startswith(NOT_ESTIMABLE)]
    found = []
    for end, (name, extreme) in _ENDS.items():
        words = end.replace("_p", " Wald P")
        value = not_estimable("no fit exists without one centre")
        if existing:
            most = extreme(existing, key=lambda fit: getattr(fit, name))
            method = f"{words} of {len(existing)} fits, each without one centre"
            value = Estimate(**{name: getattr(most, name)}, n=most.n, events=most.events, method=method)
        ending, unit = (term, "p_value") if name == "p_value" else (f"odds_ratio_{term}", "odds_ratio")
        label = f"odds ratio of {CENTRE_TERMS[term]} without one centre, {words}"
        found.append((f"leave_one_centre_out_{end}_{ending}", label, unit, value))
    return found


def _selection(event: pd.Series, covariates: pd.DataFrame) -> list[Line]:
    found = selection(event, covariates, RESAMPLES, SEED)
    return [line for rule in RULES for line in _rule(event, covariates, found[found["rule"] == rule], rule)]


def _rule(event: pd.Series, covariates: pd.DataFrame, found: pd.DataFrame, rule: str) -> list[Line]:
    """Give the shares of one rule's sets and covariates, and what it keeps in the patients themselves."""
    size, words = {"n": len(event), "events": int(event.sum())}, RULE_LABELS[rule]
    usable = found["resamples"].max() if len(found) else 0

    def value(number: float, method: str) -> Estimate:
        if not usable:
            return not_estimable("the patients have no model with every covariate", **size)
        return Estimate(float(number), method=method, **size)

    drawn = f"share of {usable} bootstrap resamples ({RESAMPLES} drawn, seed {SEED})"
    shares = dict(zip(found["covariates"], found["share"], strict=True))
    chosen = {names for names, yes in zip(found["covariates"], found["chosen"], strict=True) if yes}
    whole = [
        (f"share_{set_name(names)}", set_label(names), "fraction", value(shares.get(names, 0), drawn))
        for names in covariate_sets(covariates.columns)
    ]
    single = []
    for term in covariates.columns:
        name = set_label((term,))
        share = sum(share for names, share in shares.items() if term in names)
        kept = value(any(term in names for names in chosen), words)
        single.append((f"inclusion_{term}", f"{name} kept", "fraction", value(share, drawn)))
        single.append((f"keeps_{term}", f"{name} kept in all patients", "count", kept))
    return [
        (f"selection_{rule}_{end}", f"{words}: {label}", unit, one)
        for end, label, unit, one in whole + single
    ]


def set_name(names: tuple[str, ...]) -> str:
    """Name a set of covariates as the ids do."""
    return "_".join(names) or "none"


def set_label(names: tuple[str, ...]) -> str:
    """Name a set of covariates in print."""
    words = ["arm" if name == "combination" else name for name in names]
    return ", ".join(words) if words else "none of the three"
