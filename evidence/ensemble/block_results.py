"""Ensemble: the declared open results of single blocks, by the estimators of the chapters.

A whole cohort is not needed for what one block settles: the courses give survival, the marrow gives blasts,
ages and the model, the panels give immune cells. Beside them stand
the counts of who died, which follow under the exact reading.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from evidence.annealing.anneal import State
from evidence.ensemble import courses, event_results, immune_calibration, immune_figures
from evidence.ensemble.people import People
from evidence.reconstruction.targets import Targets
from evidence.this_abstract.abstract import ARMS, REFRACTORY, STUDY, blasts, cohort, survival
from helpers.estimators.common import without_intervals
from helpers.estimators.competing import cumulative_incidence_at
from helpers.estimators.logistic import firth_logistic, logistic
from helpers.estimators.ranks import hodges_lehmann_two_sample
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.ground.results import ResultId
from helpers.ground.study import CONTRAST, EVERYBODY

HORIZON = STUDY.horizon
OF_IMMUNE = ("median_baseline", "median_day28", "hodges_lehmann", "ratio_hodges_lehmann")
Results = tuple[ResultId, np.ndarray]


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
    return pd.DataFrame({str(id): values for id, values in _course(drawn, people)})


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


def of_immune(state: State, targets: Targets) -> pd.DataFrame:
    """Compute the medians and the changes of immune panels.

    Parameters
    ----------
    state : State
        As `evidence.ensemble.immune.draws` returns it.
    targets : Targets

    Returns
    -------
    DataFrame
        As `of_survival`.
    """
    found = immune_calibration.results(state, immune_figures.read(targets.claims))
    return pd.DataFrame({id: values for id, values in found.items() if id.split(".")[2] in OF_IMMUNE})


def _course(drawn: State, people: People) -> Iterator[Results]:
    arms = _arms(people.combination)
    groups = {EVERYBODY: np.ones_like(people.combination), **arms}
    days, death, relapse = drawn["followup"], drawn["death"], drawn["relapse"]
    free = np.where(relapse, drawn["relapse_days"], days)
    yield from _outcome("os", days, death, groups)
    yield from _outcome("dfs", free, death | relapse, groups)
    for name in ("relapse", "death", "transplant"):
        yield from ((cohort(name, "count", arm), (drawn[name] & arms[arm]).sum(axis=1)) for arm in ARMS)
    for group, inside in groups.items():
        reverse = event_results.reverse_median(days[:, inside], death[:, inside])
        yield survival("followup", "reverse_km_median", group), reverse
        yield survival("followup", "median", group), np.median(days[:, inside], axis=1) / DAYS_PER_MONTH
    yield survival("relapse", f"cumulative_incidence_{HORIZON}m"), _incidence(free, death, relapse)
    failed = ~people.responded
    died = {"relapse": relapse, "no_response": failed, "neither": ~(relapse | failed)}
    yield from ((survival(name, "died"), (death & who).sum(axis=1)) for name, who in died.items())


def _arms(combination: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip(ARMS, (combination, ~combination), strict=True))


def _outcome(
    outcome: str, days: np.ndarray, event: np.ndarray, groups: dict[str, np.ndarray]
) -> Iterator[Results]:
    treated, other = (groups[arm] for arm in ARMS)
    ratio = np.exp(event_results.log_hazard_ratio(days, event, treated))
    both = event[:, treated].any(axis=1) & event[:, other].any(axis=1)
    yield survival(outcome, "hazard_ratio", CONTRAST), np.where(both, ratio, np.nan)
    difference = _area(days, event, treated) - _area(days, event, other)
    yield survival(outcome, f"rmst_difference_{HORIZON}m", CONTRAST), difference
    for month in STUDY.horizons:
        yield from (
            (survival(outcome, f"km_{month}m", group), _survival(days, event, inside, month))
            for group, inside in groups.items()
        )


def _survival(days: np.ndarray, event: np.ndarray, inside: np.ndarray, month: float) -> np.ndarray:
    """Return the Kaplan-Meier probability; missing beyond the last contact of somebody without the event."""
    curve = event_results.survival_at(days, event, inside, float(month))
    beyond = days[:, inside].max(axis=1) < month * DAYS_PER_MONTH
    return np.where(beyond & (curve > 0), np.nan, curve)


def _area(days: np.ndarray, event: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return the mean time free of the event up to the horizon: the curve changes at whole days alone."""
    last = HORIZON * DAYS_PER_MONTH
    lengths = np.minimum(np.arange(1, np.ceil(last) + 1), last) - np.arange(np.ceil(last))
    total = np.zeros(len(days))
    for day, length in enumerate(lengths):  # a little after the start of the day, whatever rounding does
        total += length * event_results.survival_at(days, event, inside, (day + 0.25) / DAYS_PER_MONTH)
    reached = ~np.isnan(_survival(days, event, inside, HORIZON))
    return np.where(reached, total / DAYS_PER_MONTH, np.nan)


def _incidence(free: np.ndarray, death: np.ndarray, relapse: np.ndarray) -> np.ndarray:
    cause = np.select([relapse, death], ["relapse", "death"], "censored")
    with without_intervals():
        found = [
            cumulative_incidence_at(days / DAYS_PER_MONTH, first, HORIZON, "relapse")
            for days, first in zip(free, cause, strict=True)
        ]
    return np.array([value.estimate for value in found])


def _of_each(state: State, results: Callable[[State], Iterator[tuple[ResultId, float]]]) -> pd.DataFrame:
    number = len(next(iter(state.values())))
    with without_intervals():
        rows = [dict(results({name: values[i] for name, values in state.items()})) for i in range(number)]
    return pd.DataFrame(rows).rename(columns=str)


def _marrow(one: State, people: People) -> Iterator[tuple[ResultId, float]]:
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
