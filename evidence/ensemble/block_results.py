"""Ensemble: the declared open results of single blocks, by the estimators of the chapters.

A whole cohort is not needed for what one block settles: the courses give survival, the marrow gives blasts,
ages and the model. Beside them stand the counts of who died, which follow under the exact reading.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from evidence.annealing.anneal import State
from evidence.ensemble import courses
from evidence.ensemble.people import People
from evidence.forensics.abstract import ARMS, REFRACTORY, STUDY, blasts, cohort, survival
from evidence.reconstruction.targets import Targets
from helpers.estimators import survival as kaplan_meier
from helpers.estimators.common import without_intervals
from helpers.estimators.competing import cumulative_incidence_at
from helpers.estimators.cox import cox_hazard_ratio
from helpers.estimators.logistic import firth_logistic, logistic
from helpers.estimators.ranks import hodges_lehmann_two_sample
from helpers.estimators.restricted_mean import restricted_mean_difference
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.ground.results import ResultId
from helpers.ground.study import CONTRAST, EVERYBODY

HORIZON = STUDY.horizon
Result = tuple[ResultId, float]


def of_survival(times: State, people: People, targets: Targets, rng: np.random.Generator) -> pd.DataFrame:
    """Compute the results of courses.

    Parameters
    ----------
    times : State
        As `evidence.ensemble.survival.draws` returns it.
    people : People
    targets : Targets
    rng : Generator
        Chooses who is transplanted.

    Returns
    -------
    DataFrame
        One column a result, by its id, one row a draw; missing where a draw has no such result.
    """
    drawn = {**times, "transplant": courses.assign(people, times, targets, rng)["transplant"]}
    return _of_each(drawn, lambda one: _course(one, people))


def of_marrow(state: State, people: People) -> pd.DataFrame:
    """Compute the results of blasts and ages.

    Parameters
    ----------
    state : State
        As `evidence.ensemble.marrow.draws` returns it.
    people : People

    Returns
    -------
    DataFrame
        As `of_survival`.
    """
    return _of_each(state, lambda one: _marrow(one, people))


def _of_each(state: State, results: Callable[[State], Iterator[Result]]) -> pd.DataFrame:
    number = len(next(iter(state.values())))
    with without_intervals():
        rows = [dict(results({name: values[i] for name, values in state.items()})) for i in range(number)]
    return pd.DataFrame(rows).rename(columns=str)


def _course(one: State, people: People) -> Iterator[Result]:
    groups = {EVERYBODY: np.ones_like(people.combination), **_arms(people.combination)}
    free = np.where(one["relapse"], one["relapse_days"], one["followup"]) / DAYS_PER_MONTH
    event = one["death"] | one["relapse"]
    yield from _outcome("os", one["followup"] / DAYS_PER_MONTH, one["death"], groups)
    yield from _outcome("dfs", free, event, groups)
    for name in ("relapse", "death", "transplant"):
        yield from ((cohort(name, "count", arm), float((one[name] & groups[arm]).sum())) for arm in ARMS)
    yield from _followup(one["followup"] / DAYS_PER_MONTH, one["death"], groups)
    cause = np.select([one["relapse"], one["death"]], ["relapse", "death"], "censored")
    found = cumulative_incidence_at(free, cause, HORIZON, "relapse")
    yield survival("relapse", f"cumulative_incidence_{HORIZON}m"), found.estimate
    yield from _died(one, people)


def _arms(combination: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip(ARMS, (combination, ~combination), strict=True))


def _outcome(
    outcome: str, months: np.ndarray, event: np.ndarray, groups: dict[str, np.ndarray]
) -> Iterator[Result]:
    treated = groups[ARMS[0]]
    yield survival(outcome, "hazard_ratio", CONTRAST), cox_hazard_ratio(months, event, treated).estimate
    difference = restricted_mean_difference(months, event, treated, HORIZON)
    yield survival(outcome, f"rmst_difference_{HORIZON}m", CONTRAST), difference.estimate
    for month in STUDY.horizons:
        for group, inside in groups.items():
            found = kaplan_meier.kaplan_meier_at(months[inside], event[inside], month)
            yield survival(outcome, f"km_{month}m", group), found.estimate


def _followup(months: np.ndarray, death: np.ndarray, groups: dict[str, np.ndarray]) -> Iterator[Result]:
    for group, inside in groups.items():
        found = kaplan_meier.reverse_kaplan_meier_median(months[inside], death[inside])
        yield survival("followup", "reverse_km_median", group), found.estimate
        yield survival("followup", "median", group), float(np.median(months[inside]))


def _died(one: State, people: People) -> Iterator[Result]:
    failed = ~people.responded
    parts = {"relapse": one["relapse"], "no_response": failed, "neither": ~(one["relapse"] | failed)}
    for outcome, chosen in parts.items():
        yield survival(outcome, "died"), float((one["death"] & chosen).sum())


def _marrow(one: State, people: People) -> Iterator[Result]:
    chosen = people.refractory
    first = people.combination[chosen]
    ages, percent = one["ages"].astype(float), one["blasts"].astype(float)
    data = pd.DataFrame({"blasts": percent, "combination": first.astype(float), "age": ages[chosen]})
    outcome = people.mrd_negative[chosen]
    ratios = logistic(outcome, data)
    yield from ((_term(f"odds_ratio_{name}"), ratios[name].estimate) for name in ("combination", "age"))
    product = firth_logistic(outcome, data.assign(product=percent * first))["product"].estimate
    yield _term("ratio_of_odds_ratios_blasts_per_10", CONTRAST), product**10
    for arm, inside in _arms(people.combination).items():
        yield cohort("age", "median", arm), float(np.median(ages[inside]))
    yield (
        blasts("hodges_lehmann", CONTRAST),
        hodges_lehmann_two_sample(percent[first], percent[~first]).estimate,
    )
    for arm, inside in _arms(first).items():
        yield blasts("minimum", arm), percent[inside].min()
        yield blasts("maximum", arm), percent[inside].max()


def _term(statistic: str, group: str = EVERYBODY) -> ResultId:
    return ResultId("multivariable", "complete_remission_mrd_negative", statistic, group, REFRACTORY)
