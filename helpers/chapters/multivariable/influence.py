"""Chapter 3: how far one patient, or one centre, can move the odds ratios of the primary model."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import attrgetter

import numpy as np
import pandas as pd

from helpers.chapters.multivariable.model import analysed, columns, is_missing, primary, term_labels
from helpers.chapters.multivariable.odds_ratios import per_ten
from helpers.estimators.common import without_intervals
from helpers.estimators.logistic import changes_without_each, logistic_in_parts
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import centres_by_size
from helpers.ground.results import Estimate, Rows, not_estimable
from helpers.ground.study import Study

MOST_LEFT_OUT = 500  # patients, one by one
MOST_INFLUENTIAL = 50  # of more, those who move the odds ratio most, down and up
NOBODY = "no patient of the model at this centre"
# End of a range over fits in the ids: what it is the end of, the unit, and how it is found.
_ENDS: dict[str, tuple[str, str, Callable[..., Estimate]]] = {
    "lowest": ("estimate", "odds_ratio", min),
    "highest": ("estimate", "odds_ratio", max),
    "largest_p": ("p_value", "p_value", max),
}


def patient_rows(study: Study, data: pd.DataFrame, whole: Estimate) -> Rows:
    """Give the ends of the odds ratio of 10 points of blasts over the fits that leave out one patient each.

    Parameters
    ----------
    study : Study
    data : DataFrame
        Of the primary model, complete.
    whole : Estimate
        The odds ratio of blasts with every patient.

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    known = columns(study, data)
    tried = _influential(data["event"], known)
    others = np.ones((len(tried), len(data)), dtype=bool)
    others[np.arange(len(tried)), tried] = False
    with without_intervals():  # of which only estimates and P values are read
        fits = [per_ten(fit["blasts"]) for fit in logistic_in_parts(data["event"], known, others)]
    if is_missing(whole):
        fits, without = [], whole
    else:
        without = not_estimable("no fit exists without one patient", n=whole.n, events=whole.events)
    # Every end is said of all the patients that are left out in turn.
    existing = [replace(fit, n=whole.n, events=whole.events) for fit in fits if not is_missing(fit)]
    label = f"{term_labels(study)['blasts_per_10']}, without one patient"
    method = f"over {len(existing)} of {len(fits)} maximum-likelihood fits, each without one patient"
    if len(tried) < len(data):
        method += ", of those who move it most in one step (Pregibon)"
    for end, unit, value in _ends(existing, method, without):
        name = f"{end}_blasts" if unit == "p_value" else f"{end}_odds_ratio_blasts_per_10"
        ending = end.replace("largest_p", "largest P")
        yield primary(study, f"leave_one_out_{name}", f"{label}, {ending}", unit, value)


def _influential(outcome: pd.Series, known: pd.DataFrame) -> np.ndarray:
    """Return the places of the patients without whom the model is fitted: all, or those who move it most."""
    if len(outcome) <= MOST_LEFT_OUT:
        return np.arange(len(outcome))
    change = changes_without_each(outcome, known)[:, list(known).index("blasts")]
    order = np.argsort(np.nan_to_num(change), kind="stable")
    return np.sort(np.concatenate([order[:MOST_INFLUENTIAL], order[-MOST_INFLUENTIAL:]]))


def centre_rows(cohort: Cohort) -> Rows:
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
    centres, names = cohort.patients.loc[data.index, "centre"], centres_by_size(cohort.patients)
    left_out = np.array([centres.eq(centre) for centre in names], dtype=bool)
    fits = _without_each(study, data, left_out.reshape(len(names), len(data)))
    for place, fit in enumerate(fits, start=1):
        for term, words in _centre_terms(study).items():
            label = f"odds ratio of {words} without centre {place}"
            yield primary(study, without_centre(place, term), label, "odds_ratio", fit[term])
    without = not_estimable("no fit exists without one centre")
    for term, words in _centre_terms(study).items():
        existing = [fit[term] for fit in fits if not is_missing(fit[term])]
        for end, unit, value in _ends(existing, f"of {len(existing)} fits, each without one centre", without):
            name = f"{end}_{term}" if unit == "p_value" else f"{end}_odds_ratio_{term}"
            label = f"odds ratio of {words} without one centre, {end.replace('_p', ' Wald P')}"
            yield primary(study, f"leave_one_centre_out_{name}", label, unit, value)


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


def _without_each(study: Study, data: pd.DataFrame, left_out: np.ndarray) -> list[dict[str, Estimate]]:
    """Return the odds ratios without those who are left out, for each row that says who they are."""
    known = dict(columns(study, data))
    known = {"blasts_per_10": known.pop("blasts") / 10, **known}
    reason = not_estimable(NOBODY, n=len(data), events=int(data["event"].sum()))
    nobody, some = dict.fromkeys(_centre_terms(study), reason), np.any(left_out, axis=1).tolist()
    fits = iter(logistic_in_parts(data["event"], known, ~left_out[some]))
    return [next(fits) if somebody else nobody for somebody in some]


def _ends(fits: list[Estimate], method: str, without: Estimate) -> Iterator[tuple[str, str, Estimate]]:
    """Find the ends of a range over fits (start in the ids, unit, value); the reason where there is none."""
    for end, (name, unit, extreme) in _ENDS.items():
        value = without
        if fits:
            most = extreme(fits, key=attrgetter(name))
            number, words = getattr(most, name), end.replace("_p", " Wald P")
            value = Estimate(**{name: number}, n=most.n, events=most.events, method=f"{words} {method}")
        yield end, unit, value
