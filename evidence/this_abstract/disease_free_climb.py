"""Small steps from constructed cohorts to an extreme of disease-free survival or of the month of relapse."""

from itertools import product

import numpy as np
import pandas as pd

from evidence.annealing.anneal import Cooling, State, exchange, walk
from evidence.annealing.statistics import beyond, median_of
from evidence.claims.printed import Figure
from evidence.this_abstract import disease_free_cohorts as build
from evidence.this_abstract.disease_free import Wanted

STEPS = 600
RECORDED = range(150, STEPS + 1, 15)  # steps after which the walks are looked at
FOLLOWUP = 0.1  # the part of the steps that take the follow-up times of another cohort
RELAPSE = 0.3  # the part that redraws one relapse; the others exchange two patients
ALONE = 0.2  # the part that exchanges no more than membership
TWICE = 0.6  # the part of double steps
NEAR = 4  # half of the exchanges are between patients at most so many places apart
OFF_PRINT = 1000  # taken from the score of a cohort that does not print: more than any month


def score(goal: np.ndarray, share: np.ndarray, relapse: np.ndarray, printed: Figure) -> np.ndarray:
    """Score cohorts for their goals, the higher the better; off the print, the nearer the better.

    Parameters
    ----------
    goal : array of str, (cohorts,)
        ``low`` and ``high`` (disease-free survival), ``earliest`` and ``latest`` (median relapse of cohorts
        that print it) and ``walk`` (to print it, and no more: all cohorts that do score the same).
    share : array of float, (cohorts,)
        Disease-free survival, a fraction.
    relapse : array of float, (cohorts,)
        Median month of relapse; not finite where nobody relapses.
    printed : Figure
        Disease-free survival in percent.

    Returns
    -------
    array of float, (cohorts,)
    """
    prints = printed.prints(100 * share) & np.isfinite(relapse)
    month = np.select([goal == "latest", goal == "earliest"], [relapse, -relapse], 0)
    extreme = np.where(goal == "low", -share, share)
    off = -OFF_PRINT - beyond(100 * share, *printed.window)
    return np.where(np.isin(goal, ["low", "high"]), extreme, np.where(prints, month, off))


def climb(
    start: State, task: pd.DataFrame, followups: np.ndarray, wanted: Wanted, rng: np.random.Generator
) -> list[State]:
    """Take `STEPS` random steps, single or double, in each cohort and keep those that do not lower its score.

    A step exchanges two patients with all that is theirs but their follow-up, or their membership alone, or
    redraws the month of one relapse, or takes the follow-up times of another cohort. It is refused where
    overall survival would no longer print or the causes of death, where they have to hold, no longer do.
    Counts, quartiles and the split of the deaths never change.

    Parameters
    ----------
    start : State
        As `disease_free_cohorts.construct` returns it, with ``inside``: who belongs to the population of the
        definition that the cohort serves. Every cohort prints overall survival.
    task : DataFrame
        What each of the cohorts side by side is to reach: ``definition``, ``causes``, ``goal`` (of `score`)
        and ``left`` (the part of the curve that is left after time zero).
    followups : array of float, (rows, patients)
        Ordered follow-up times with the printed quartiles, to choose from.
    wanted : Wanted
    rng : Generator

    Returns
    -------
    list of State
        The cohorts after each of the steps `RECORDED`. Those with the goal ``walk`` wander among the cohorts
        that print disease-free survival, so that their records show what is common among these, under the
        measure of the steps.
    """
    # Exchanges can break the causes only where the population matters to them.
    at_stake = [
        (causes, definition, np.flatnonzero(task["definition"].eq(definition) & task["causes"].eq(causes)))
        for causes, definition in product(("mrd", "response"), build.CHOSEN)
    ]
    goal, left = task["goal"].to_numpy(), task["left"].to_numpy()

    def _energy(state: State) -> np.ndarray:
        kind, inside = state["kind"], state["inside"]
        allowed = build.prints_overall(state, wanted)
        for causes, definition, mine in at_stake:
            allowed[mine] &= build.causes_hold(kind[mine], inside[mine], wanted.known, causes, definition)
        share = left * build.disease_free_share(state, inside)
        relapse = median_of(state["relapse"], inside & build.HAS_RELAPSED[kind])
        return np.where(allowed, -score(goal, share, relapse, wanted.disease_free), np.inf)

    def _propose(state: State) -> State:
        once = _step(state, followups, rng)
        # One step alone rarely leaves both probabilities in their windows: what it moves, a second can undo.
        again = rng.random(len(task)) < TWICE
        twice = _step(once, followups, rng)
        return {name: np.where(again[:, None], twice[name], once[name]) for name in once}

    records = enumerate(walk(start, _propose, _energy, rng, Cooling(STEPS)))
    return [state for step, (state, _) in records if step in RECORDED]


def _step(state: State, followups: np.ndarray, rng: np.random.Generator) -> State:
    cohorts, patients = len(state["kind"]), state["kind"].shape[1]
    rows, which = np.arange(cohorts), rng.random(cohorts)
    fresh = which < FOLLOWUP
    others = followups[rng.integers(len(followups), size=cohorts)]
    followup = np.where(fresh[:, None], others, state["followup"])
    changed = {name: state[name].copy() for name in ("relapse", "kind", "inside")}
    one, other = rng.integers(patients, size=(2, cohorts))
    near = (one + rng.integers(1, NEAR + 1, size=cohorts)) % patients
    other = np.where(rng.random(cohorts) < 0.5, near, other)
    redraw = (which >= FOLLOWUP) & (which < FOLLOWUP + RELAPSE)
    someone = np.where(build.HAS_RELAPSED[state["kind"]], rng.random((cohorts, patients)), -1).argmax(axis=1)
    month = rng.random(cohorts) * followup[rows, someone]
    changed["relapse"][rows[redraw], someone[redraw]] = month[redraw]
    # Membership alone may only pass between patients in remission, and only where the print leaves it open.
    remission = build.REMITTED[state["kind"]]
    alone = (which > 1 - ALONE) & remission[rows, one] & remission[rows, other]
    swap = ~fresh & ~redraw
    for name, moved in (("inside", swap), ("kind", swap & ~alone), ("relapse", swap & ~alone)):
        exchange(changed[name], rows[moved], one[moved], other[moved])
    relapse = changed["relapse"]
    relapse = np.where(np.isfinite(relapse), build.relapse_within(relapse, followup), relapse)
    return {**changed, "followup": followup, "relapse": relapse}
