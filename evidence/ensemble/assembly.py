"""Ensemble: the sampled blocks joined into whole cohorts, in the columns of a cohort's files."""

import numpy as np
import pandas as pd

from evidence.annealing.anneal import State
from evidence.ensemble import courses, places
from evidence.ensemble.people import People
from evidence.reconstruction.targets import PARENTS, Targets
from evidence.this_abstract.abstract import CELLS, VISITS

REMISSION = np.arange(0, 4.5, 0.5)  # blasts of patients who enter in remission, from counts of 200 cells
PATIENTS = [
    *("member", "patient_id", "centre", "arm", "disease_status", "age_years", "bm_blasts_pct", "cycles"),
    *("best_response", "mrd_negative", "transplant", "transplant_days", "relapse", "relapse_days", "death"),
    *("followup_days", "on_chemotherapy"),
]


def assemble(
    people: People, blocks: dict[str, State], targets: Targets, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Join as many whole cohorts as each block has draws.

    Parameters
    ----------
    people : People
    blocks : dict of str to State
        survival, marrow and immune, members first, as their modules return them.
    targets : Targets
    rng : Generator

    Returns
    -------
    tuple of DataFrame
        Patients and immune panel: the columns of ``patients.csv`` and ``immune.csv`` but ``synthetic``, with
        the number of the member first; members one after the other.
    """
    times, marrow = blocks["survival"], blocks["marrow"]
    course = courses.assign(people, times, targets, rng)
    place = places.assign(people, times["followup"], targets, rng)
    members, patients = place["place"].shape
    blasts = rng.choice(REMISSION, (members, patients))
    blasts[:, people.refractory] = marrow["blasts"]
    fixed = {"arm": people.arm, "disease_status": people.disease_status, "mrd_negative": people.mrd_negative}
    arrays = {
        "member": np.repeat(np.arange(members)[:, None], patients, axis=1),
        "patient_id": _numbered("P", place["place"] + 1),
        "centre": _numbered("centre ", place["centre"]),
        **{name: np.broadcast_to(values, (members, patients)) for name, values in fixed.items()},
        "age_years": marrow["ages"],
        "bm_blasts_pct": blasts,
        **course,
        "transplant_days": _days(course["transplant_days"], course["transplant"]),
        "relapse": times["relapse"],
        "relapse_days": _days(times["relapse_days"], times["relapse"]),
        "death": times["death"],
        "followup_days": times["followup"].astype(float),
    }
    order = place["place"].argsort(axis=1)
    rows = {name: np.take_along_axis(arrays[name], order, axis=1).ravel() for name in PATIENTS}
    return pd.DataFrame(rows), _immune(people, place, arrays["patient_id"], blocks["immune"])


def _numbered(stem: str, numbers: np.ndarray) -> np.ndarray:
    names = np.array([f"{stem}{number:02d}" for number in range(numbers.max() + 1)])
    return names[numbers]


def _days(days: np.ndarray, happened: np.ndarray) -> np.ndarray:
    return np.where(happened, days, np.nan)


def _immune(people: People, place: State, ids: np.ndarray, samples: State) -> pd.DataFrame:
    """Give the samples, the first arm's first, to the panel's patients arm by arm."""
    order = np.where(place["in_panel"], ~people.combination, 2).argsort(axis=1, kind="stable")
    visits = np.stack([samples[visit] for visit in VISITS])  # visits, members, populations, patients
    members, patients = visits.shape[1], visits.shape[3]
    named = np.take_along_axis(ids, order[:, :patients], axis=1)
    index = pd.MultiIndex.from_product(
        [range(members), range(patients), VISITS, CELLS], names=["member", "patient", "visit", "population"]
    )
    rows = index.to_frame(index=False)
    rows["patient_id"] = named[rows["member"], rows.pop("patient")]
    rows["parent"] = rows["population"].map(PARENTS)
    rows["percent"] = visits.transpose(1, 3, 0, 2).ravel()
    return rows[["member", "patient_id", "visit", "population", "parent", "percent"]]
