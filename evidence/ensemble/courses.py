"""Ensemble: what follows the sampled times; drawn afterwards, as no printed figure depends on it.

Each kernel chooses patients evenly among those for whom the event is possible, so that the printed totals
hold and nothing is aimed at:

- best response: a patient without MRD who responded has CR or, in three of ten, CRi; another responder has PR
  in one of two, but CR where a relapse follows, as only a remission can relapse;
- cycles: the printed numbers of patients with four, three and two cycles, among those who live so long
  without relapse;
- transplant: the printed number, among responders who are alive and without relapse after their last
  infusion, on a day that is uniform over the following `TRANSPLANT_WINDOW` days;
- chemotherapy: the printed number, among those alive and never transplanted.
"""

import numpy as np

from evidence.annealing.anneal import State
from evidence.ensemble.people import People
from evidence.reconstruction.targets import Targets
from evidence.this_abstract.abstract import CYCLES, TRANSPLANTS, TREATED

CYCLE_DAYS, INFUSION_DAYS = 42, 28  # four weeks of infusion, two weeks of rest
TRANSPLANT_WINDOW = 180
INCOMPLETE, PARTIAL = 0.3, 0.5


def assign(people: People, times: State, targets: Targets, rng: np.random.Generator) -> State:
    """Give every patient of every member a course.

    Parameters
    ----------
    people : People
    times : State
        followup, death, relapse and relapse_days, (members, patients), of `evidence.ensemble.survival`.
    targets : Targets
    rng : Generator

    Returns
    -------
    State
        best_response (text, empty where none is asked), cycles, transplant, transplant_days (0 where none)
        and on_chemotherapy, (members, patients).

    Raises
    ------
    ValueError
        If a printed number is larger than the patients for whom the event is possible.
    """
    free_until = np.where(times["relapse"], times["relapse_days"], times["followup"])
    cycles = _cycles(free_until, targets, rng)
    earliest = (cycles - 1) * CYCLE_DAYS + INFUSION_DAYS + 1
    transplant = choose(
        people.responded & (free_until > earliest), targets.figures.count(TRANSPLANTS), rng, "transplant"
    )
    latest = np.minimum(free_until - 1, earliest + TRANSPLANT_WINDOW)
    days = rng.integers(earliest, np.maximum(latest, earliest) + 1)
    treated = choose(~times["death"] & ~transplant, targets.figures.count(TREATED), rng, "chemotherapy")
    return {
        "best_response": _best_response(people, times["relapse"], rng),
        "cycles": cycles,
        "transplant": transplant,
        "transplant_days": np.where(transplant, days, 0),
        "on_chemotherapy": treated,
    }


def choose(eligible: np.ndarray, number: int, rng: np.random.Generator, event: str) -> np.ndarray:
    """Mark a number of the eligible patients of each member, evenly.

    Parameters
    ----------
    eligible : array of bool, (members, patients)
    number : int
    rng : Generator
    event : str
        Named in the error.

    Returns
    -------
    array of bool, (members, patients)

    Raises
    ------
    ValueError
        If a member has fewer eligible patients.
    """
    if (eligible.sum(axis=1) < number).any():
        raise ValueError(f"{event}: printed for {number} patients, possible in fewer of some cohort")
    key = np.where(eligible, rng.random(eligible.shape), 2.0)
    return key.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable") < number


def _cycles(free_until: np.ndarray, targets: Targets, rng: np.random.Generator) -> np.ndarray:
    cycles = np.ones(free_until.shape, dtype=int)
    for number in range(len(CYCLES), 1, -1):
        possible = (cycles == 1) & (free_until > (number - 1) * CYCLE_DAYS + INFUSION_DAYS)
        patients = targets.figures.count(CYCLES[number - 1])
        cycles[choose(possible, patients, rng, f"{number} cycles")] = number
    return cycles


def _best_response(people: People, relapse: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    complete = np.where(rng.random(relapse.shape) < INCOMPLETE, "CRi", "CR")
    partial = ~people.mrd_negative & ~relapse & (rng.random(relapse.shape) < PARTIAL)
    response = np.where(partial, "PR", complete)
    response = np.where(people.responded, response, "NR")
    return np.where(people.refractory, response, "")
