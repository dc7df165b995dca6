"""Who has which course: the nameless ends of `survival` given to patients, in a possible order.

Nothing here is printed beyond the totals; the rules keep the order of events possible and ordinary. Response
and MRD are judged on day 28, transplant follows the last cycle in a patient who responded or is MRD negative,
relapse follows remission and, in a transplanted patient, the transplant; nobody is transplanted or relapses
after last contact.

The abstract compares survival between the arms nowhere. Like other pairs left unmentioned, the arms stay
clear of a significant difference, in overall and in disease-free survival.
"""

import numpy as np
import pandas as pd

from evidence.annealing.anneal import State
from evidence.annealing.statistics import log_rank_z
from evidence.forensics.abstract import ARMS, CYCLES, TRANSPLANTS, TREATED
from evidence.reconstruction import survival
from evidence.reconstruction.targets import QUIET, Targets

CYCLE_DAYS, INFUSION_DAYS = 42, 28  # four weeks of infusion, two weeks of rest
BEFORE_TRANSPLANT = 21  # conditioning, after the last infusion
LONGEST_TO_TRANSPLANT = 130  # days beyond the earliest possible one
AFTER_TRANSPLANT = 30  # to relapse or last contact
OLDEST_TRANSPLANTED = 66
MOST_CYCLES = 4
MATCHINGS = 100


def assign(people: pd.DataFrame, ends: State, targets: Targets, rng: np.random.Generator) -> pd.DataFrame:
    """Give every patient a course.

    Parameters
    ----------
    people : DataFrame
        disease_status, mrd_negative, no_response, best_response, age_years.
    ends : dict of arrays
        followup, end and gap, as `evidence.reconstruction.survival.fit` finds them.
    targets : Targets
    rng : Generator

    Returns
    -------
    DataFrame
        `people` with cycles, transplant, transplant_days, relapse, relapse_days, death, followup_days and
        on_chemotherapy; days are missing where there is no event.
    """
    course = _quiet_match(people, ends, rng)
    death, relapse, free_until = (each[course] for each in survival.events(ends))
    cycles = _cycles(people, free_until, targets, rng)
    transplant_days = _transplants(people, free_until, relapse, cycles, targets, rng)
    transplant = ~np.isnan(transplant_days)
    number = targets.figures.count(TREATED)
    in_need = (relapse | ~people["mrd_negative"]).to_numpy()
    on_chemotherapy = _choose(~death & ~transplant, number, rng, favour=0.5 * in_need)
    return people.assign(
        cycles=cycles,
        transplant=transplant,
        transplant_days=transplant_days,
        relapse=relapse,
        relapse_days=np.where(relapse, free_until, np.nan),
        death=death,
        followup_days=ends["followup"][course].astype(float),
        on_chemotherapy=on_chemotherapy,
    )


def _quiet_match(people: pd.DataFrame, ends: State, rng: np.random.Generator) -> np.ndarray:
    """Return the first matching with little difference in survival between the arms, else the best."""
    first = people["arm"].eq(ARMS[0]).to_numpy()
    death, relapse, free_until = survival.events(ends)
    best, smallest = np.arange(0), np.inf
    for _ in range(MATCHINGS):
        course = _match(people, ends["end"], rng)
        overall = log_rank_z(ends["followup"][course], death[course], first)
        free = log_rank_z(free_until[course], (relapse | death)[course], first)
        largest = max(abs(overall), abs(free))
        if largest < smallest:
            best, smallest = course, largest
        if smallest < QUIET:
            break
    return best


def _match(people: pd.DataFrame, end: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the number of each patient's course.

    Deaths without relapse go to patients without response, the earliest rather to relapsed/refractory ones;
    relapses go to MRD-negative patients, rather to those with relapsed/refractory disease.
    """
    course = np.full(len(people), -1)
    refractory = (people["disease_status"] == "relapsed_refractory").to_numpy()
    order = _ranked(people["no_response"].to_numpy(), rng, favour=0.5 * refractory)
    deaths = np.flatnonzero(end == survival.DEAD)  # courses stand in ascending order of follow-up
    course[order[: len(deaths)]] = deaths
    relapses = np.flatnonzero(np.isin(end, survival.RELAPSES))
    order = _ranked(people["mrd_negative"].to_numpy(), rng, favour=0.3 * refractory)
    course[order[: len(relapses)]] = rng.permutation(relapses)
    course[course < 0] = rng.permutation(np.flatnonzero(end == survival.ALIVE))
    return course


def _cycles(
    people: pd.DataFrame, free_until: np.ndarray, targets: Targets, rng: np.random.Generator
) -> np.ndarray:
    """Give the printed numbers of cycles to patients whose disease-free time holds them."""
    cycles = np.ones(len(people), dtype=int)
    responded = (people["best_response"] != "NR").to_numpy()
    for number in range(MOST_CYCLES, 1, -1):
        time = free_until >= number * CYCLE_DAYS + AFTER_TRANSPLANT
        patients = targets.figures.count(CYCLES[number - 1])
        cycles[_choose((cycles == 1) & responded & time, patients, rng)] = number
    return cycles


def _transplants(
    people: pd.DataFrame,
    free_until: np.ndarray,
    relapse: np.ndarray,
    cycles: np.ndarray,
    targets: Targets,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return days to transplant, missing for those without."""
    earliest = (cycles - 1) * CYCLE_DAYS + INFUSION_DAYS + BEFORE_TRANSPLANT
    room = np.minimum(free_until - AFTER_TRANSPLANT - earliest, LONGEST_TO_TRANSPLANT)
    responded = people["mrd_negative"] | people["best_response"].isin(["CR", "CRi"])
    eligible = (responded & (people["age_years"] <= OLDEST_TRANSPLANTED)).to_numpy() & (room > 0)
    refractory = (people["disease_status"] == "relapsed_refractory").to_numpy()
    number = targets.figures.count(TRANSPLANTS)
    # Relapse after transplant is what the printed deaths leave for transplanted patients to die of.
    favour = 0.2 * refractory + 0.5 * relapse
    chosen = _choose(eligible, number, rng, favour)
    days = earliest + np.floor(rng.beta(1.5, 2.5, len(people)) * np.maximum(room, 0))
    return np.where(chosen, days, np.nan)


def _ranked(eligible: np.ndarray, rng: np.random.Generator, favour: np.ndarray | float = 0.0) -> np.ndarray:
    """Return the eligible patients in random order; `favour` (0 to 1) brings a patient forward."""
    key = rng.random(len(eligible)) - favour
    return np.argsort(np.where(eligible, key, np.inf), kind="stable")[: eligible.sum()]


def _choose(
    eligible: np.ndarray, number: int, rng: np.random.Generator, favour: np.ndarray | float = 0.0
) -> np.ndarray:
    """Mark `number` of the eligible patients."""
    chosen = np.zeros(len(eligible), dtype=bool)
    chosen[_ranked(eligible, rng, favour)[:number]] = True
    return chosen
