"""Chapter 2, efficacy: the difference between the arms as a Bayesian sees it, under several priors."""

from functools import partial

import pandas as pd

from helpers.chapters.efficacy.groups import contrast_row, counts, places
from helpers.estimators.bayes import posterior_difference
from helpers.ground.results import DIFFERENCE, Rows
from helpers.ground.study import Study

Beta = tuple[float, float]  # "successes" and "failures" seen beforehand
MAIN = "uniform"


def priors(study: Study) -> dict[str, tuple[Beta, Beta]]:
    """Give the priors of the rate in the first arm and in the second.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict
        By the name that stands in a result's id: three that hold the arms alike, two that lean to one.
    """
    first, second = study.arm_ids
    return {
        MAIN: ((1, 1), (1, 1)),
        "jeffreys": ((0.5, 0.5), (0.5, 0.5)),
        "cautious": ((5, 5), (5, 5)),
        f"for_{first}": ((3, 1), (1, 3)),
        f"for_{second}": ((1, 3), (3, 1)),
    }


def varied(study: Study) -> list[tuple[str, str]]:
    """List the questions over which the prior is varied.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of tuple
        Outcome and stratum: response and MRD negativity, in their main population and on both sides of the
        cut-off, since one side alone would tell half.
    """
    outcomes = [study.outcome(id) for id in ("response", "mrd_negativity")]
    sides = [side.id for side in study.burden or ()]
    wanted = [(outcome.id, stratum) for outcome in outcomes for stratum in (outcome.main, *sides)]
    return [place for place in wanted if place in places(study)]


def rows(patients: pd.DataFrame, study: Study, base: int = 0) -> Rows:
    """Give the posterior difference and the posterior probability that the first arm's rate is higher.

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
        A result row: the main prior for every outcome and stratum, the others for `varied`.
    """
    for place in places(study):
        make = partial(contrast_row, study, *place)
        for name in priors(study) if place in varied(study) else [MAIN]:
            betas = priors(study)[name]
            difference, higher = posterior_difference(*counts(patients, study, *place, base), *betas)
            yield make(f"bayes_{name}_difference", "posterior difference", difference, kind=DIFFERENCE)
            yield make(f"bayes_{name}_probability", "probability of a higher rate", higher)
