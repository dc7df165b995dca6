"""Chapter 3: how far one patient, or one centre, can move the odds ratios of the primary model."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from helpers.chapters.multivariable.model import analysed, is_missing, primary, term_labels, terms
from helpers.chapters.multivariable.odds_ratios import as_estimable_as, per_ten
from helpers.estimators.logistic import logistic
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import centres_by_size
from helpers.ground.results import Estimate, not_estimable
from helpers.ground.study import Study

NOBODY = "no patient of the model at this centre"
# End of a range over fits in the ids: what it is the end of, and how it is found.
_ENDS: dict[str, tuple[str, Callable[..., Any]]] = {
    "lowest": ("estimate", min),
    "highest": ("estimate", max),
    "largest_p": ("p_value", max),
}


def patient_rows(study: Study, data: pd.DataFrame, whole: Estimate) -> list[dict[str, Any]]:
    """Give the ends of the odds ratio of 10 points of blasts over the fits that leave out one patient each.

    Parameters
    ----------
    study : Study
    data : DataFrame
        Of the primary model, complete.
    whole : Estimate
        The odds ratio of blasts with every patient.

    Returns
    -------
    list of dict
        As `helpers.ground.results.row` makes them.
    """
    names = list(terms(study))
    fits = [
        per_ten(logistic(rest["event"], rest[names])["blasts"])
        for patient in data.index
        for rest in [data.drop(index=patient)]
    ]
    existing = [fit for fit in fits if not is_missing(fit)]
    if not existing and not is_missing(whole):
        whole = not_estimable("no fit exists without one patient", n=whole.n, events=whole.events)
    label = f"{term_labels(study)['blasts_per_10']}, without one patient"
    rows = []
    for end, (name, extreme) in _ENDS.items():
        words = end.replace("largest_p", "largest Wald P")
        method = (
            f"{words} over {len(existing)} of {len(fits)} maximum-likelihood fits, each without one patient"
        )
        most = extreme((getattr(fit, name) for fit in existing), default=np.nan)
        value = as_estimable_as(whole, method, **{name: most})
        if name == "p_value":
            ids, ending = "leave_one_out_largest_p_blasts", "largest P"
        else:
            ids, ending = f"leave_one_out_{end}_odds_ratio_blasts_per_10", end
        unit = "p_value" if name == "p_value" else "odds_ratio"
        rows.append(primary(study, ids, f"{label}, {ending}", unit, value))
    return rows


def centre_rows(cohort: Cohort) -> list[dict[str, Any]]:
    """Give the odds ratios without each centre, the largest first, and the ends of their ranges.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    list of dict
        As `helpers.ground.results.row` makes them; the same for the same centres.
    """
    study, data = cohort.study, analysed(cohort)
    centres = cohort.patients.loc[data.index, "centre"]
    every_centre = centres_by_size(cohort.patients)
    fits = [_without(study, data, centres.eq(centre)) for centre in every_centre]
    rows = []
    for place, fit in enumerate(fits, start=1):
        for term, words in _centre_terms(study).items():
            label = f"odds ratio of {words} without centre {place}"
            rows.append(primary(study, without_centre(place, term), label, "odds_ratio", fit[term]))
    return rows + [row for term in _centre_terms(study) for row in _range_rows(study, fits, term)]


def without_centre(place: int, term: str) -> str:
    """Name the statistic of an odds ratio without one centre.

    Parameters
    ----------
    place : int
        Of the centre among all, the largest first and 1.
    term : str

    Returns
    -------
    str
    """
    return f"without_centre_{place:02d}_odds_ratio_{term}"


def _centre_terms(study: Study) -> dict[str, str]:
    first, second = study.arms
    return {
        "blasts_per_10": "10 percentage points of blasts",
        first.id: f"{first.short} against {second.short}",
        "age": "a year of age",
    }


def _without(study: Study, data: pd.DataFrame, left_out: pd.Series) -> dict[str, Estimate]:
    if not left_out.any():
        reason = not_estimable(NOBODY, n=len(data), events=int(data["event"].sum()))
        return dict.fromkeys(_centre_terms(study), reason)
    rest = data[~left_out].assign(blasts=data["blasts"] / 10)
    return logistic(rest["event"], rest[list(terms(study))].rename(columns={"blasts": "blasts_per_10"}))


def _range_rows(study: Study, fits: list[dict[str, Estimate]], term: str) -> list[dict[str, Any]]:
    existing = [fit[term] for fit in fits if not is_missing(fit[term])]
    rows = []
    for end, (name, extreme) in _ENDS.items():
        words = end.replace("_p", " Wald P")
        value = not_estimable("no fit exists without one centre")
        if existing:
            most = extreme(existing, key=lambda fit, name=name: getattr(fit, name))
            method = f"{words} of {len(existing)} fits, each without one centre"
            value = Estimate(**{name: getattr(most, name)}, n=most.n, events=most.events, method=method)
        ending, unit = (term, "p_value") if name == "p_value" else (f"odds_ratio_{term}", "odds_ratio")
        label = f"odds ratio of {_centre_terms(study)[term]} without one centre, {words}"
        rows.append(primary(study, f"leave_one_centre_out_{end}_{ending}", label, unit, value))
    return rows
