"""Ensemble: how the ranges of survival move with the named prior and with the reading of the print.

Run as ``python -m evidence.ensemble.sensitivity``; it writes ``data/ensemble/sensitivity.csv``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import joblib
import numpy as np
import pandas as pd

from evidence.annealing.anneal import State
from evidence.claims import load as published_claims
from evidence.ensemble import event_results, people, store, survival
from evidence.ensemble.people import People
from evidence.ensemble.prior import PRIORS
from evidence.ensemble.survival import Reading
from evidence.forensics.abstract import ARMS, AT, cohort
from evidence.forensics.abstract import survival as result
from evidence.reconstruction.targets import Targets
from helpers.ground.files import write_table
from helpers.ground.study import CONTRAST, EVERYBODY

FILE = store.DEFAULT.parent / "sensitivity.csv"
GROUPS, DRAWS, SEED = 16, 32, 1
INSIDE = (0.025, 0.5, 0.975)
AS_READ = "as read in this book"
READINGS = {
    AS_READ: Reading(),
    "no response means no MRD negativity": Reading(no_response="mrd"),
    "not responding is an event of disease-free survival": Reading(disease_free="non-response"),
    "disease-free survival of those with a response alone": Reading(disease_free="responders"),
}
NOT_REACHED = "not reached"


@dataclass(frozen=True)
class Setting:
    """One prior under one reading.

    Attributes
    ----------
    prior, reading : str
        Keys of `evidence.ensemble.prior.PRIORS` and of `READINGS`.
    """

    prior: str
    reading: str


SETTINGS = [Setting(prior, AS_READ) for prior in PRIORS if prior != "normal ages"]
SETTINGS += [Setting("neutral", reading) for reading in READINGS if reading != AS_READ]


def bands(setting: Setting, targets: Targets) -> pd.DataFrame:
    """Range the survival results of one setting.

    Parameters
    ----------
    setting : Setting
    targets : Targets

    Returns
    -------
    DataFrame
        prior, reading, id, low, middle, high (2.5, 50 and 97.5 %) and draws, one row a result; where no
        cohort was reached, one row without an id.
    """
    everybody = people.solve(targets.figures)
    try:
        groups = [_group(setting, group, everybody, targets) for group in range(GROUPS)]
    except ValueError:
        return pd.DataFrame([{"prior": setting.prior, "reading": setting.reading, "draws": 0}])
    times = {name: np.concatenate([group[name] for group in groups]) for name in groups[0]}
    rows = [
        (setting.prior, setting.reading, str(id), *np.nanquantile(values, INSIDE), len(values))
        for id, values in results(times, everybody)
    ]
    return pd.DataFrame(rows, columns=["prior", "reading", "id", "low", "middle", "high", "draws"])


def _group(setting: Setting, group: int, everybody: People, targets: Targets) -> State:
    rng = np.random.default_rng([SEED, group, 17])
    reading, prior = READINGS[setting.reading], PRIORS[setting.prior]
    return survival.draws(everybody, targets, prior, DRAWS, rng, reading)


def results(times: State, everybody: People) -> Iterator[tuple[object, np.ndarray]]:
    """Compute the open survival results of many cohorts.

    Parameters
    ----------
    times : State
        As `evidence.ensemble.survival.draws` returns it.
    everybody : People

    Yields
    ------
    ResultId, array
    """
    followup, death, relapse = times["followup"], times["death"], times["relapse"]
    treated = everybody.combination
    free = np.where(relapse, times["relapse_days"], followup)
    for outcome, days, event in (("os", followup, death), ("dfs", free, death | relapse)):
        days = days.astype(float)
        yield (
            result(outcome, "hazard_ratio", CONTRAST),
            np.exp(event_results.log_hazard_ratio(days, event, treated)),
        )
        for arm, among in zip(ARMS, (treated, ~treated), strict=True):
            yield result(outcome, f"km_{AT}m", arm), event_results.survival_at(days, event, among, AT)
    yield (
        result("followup", "reverse_km_median", EVERYBODY),
        event_results.reverse_median(followup.astype(float), death),
    )
    for arm, among in zip(ARMS, (treated, ~treated), strict=True):
        yield cohort("relapse", "count", arm), relapse[:, among].sum(axis=1).astype(float)


def main() -> None:
    """Range every setting, and write the table."""
    targets = Targets(published_claims.load())
    calls = (joblib.delayed(bands)(setting, targets) for setting in SETTINGS)
    parts = joblib.Parallel(n_jobs=2)(calls)
    write_table(pd.concat(chain(parts), ignore_index=True), FILE, float_format="%.4g")


if __name__ == "__main__":
    main()
