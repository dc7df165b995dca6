"""Small steps from constructed cohorts to an extreme of disease-free survival or of the month of relapse."""

from dataclasses import dataclass, replace

import numpy as np

from evidence.claims.printed import Figure
from evidence.forensics.deaths import Counts
from evidence.forensics.disease_free_cohorts import (
    CHOSEN,
    DEAD,
    EARLIEST,
    GAP,
    NO_RESPONSE,
    NO_RESPONSE_DEAD,
    RELAPSED,
    RELAPSED_DEAD,
    causes_hold,
)

STEPS = 600
RECORDED = range(150, STEPS + 1, 15)  # steps after which the walks are looked at
FOLLOWUP = 0.1  # the part of the steps that take the follow-up times of another cohort
NEAR = 4  # half of the exchanges are between patients at most so many places apart
RELAPSE = 0.3  # the part that redraws one relapse; the others exchange two patients


@dataclass(frozen=True)
class Start:
    """Cohorts, each with the one population and the one goal that it serves; patients in order of follow-up.

    Attributes
    ----------
    followup, relapse, kind, beyond
        As in `disease_free_cohorts.Cohorts`.
    inside : array of bool, (cohorts, patients)
        Who belongs to the population of the definition.
    part : array of float, (cohorts,)
        The part of the curve that is left after time zero.
    definition, causes, goal : array of str, (cohorts,)
    others : array of float, (rows, patients)
        Ordered follow-up times with the printed quartiles, to choose from.
    """

    followup: np.ndarray
    relapse: np.ndarray
    kind: np.ndarray
    inside: np.ndarray
    beyond: np.ndarray
    part: np.ndarray
    definition: np.ndarray
    causes: np.ndarray
    goal: np.ndarray
    others: np.ndarray

    def rows(self, places: np.ndarray) -> "Start":
        """Take some of the cohorts, by place."""
        return replace(self, kind=self.kind[places], beyond=self.beyond[places])

    @property
    def dead(self) -> np.ndarray:
        """Who died."""
        return (self.kind == NO_RESPONSE_DEAD) | (self.kind == RELAPSED_DEAD) | (self.kind == DEAD)

    @property
    def relapsed(self) -> np.ndarray:
        """Who relapsed."""
        return (self.kind == RELAPSED) | (self.kind == RELAPSED_DEAD)

    @property
    def times(self) -> np.ndarray:
        """Months to relapse, death or last contact."""
        return np.minimum(self.relapse, self.followup)

    def share(self, at: float) -> np.ndarray:
        """Disease-free survival at a time, a fraction."""
        return self.part * kaplan_meier(self.times, self.dead | self.relapsed, self.inside, at)

    def median_relapse(self) -> np.ndarray:
        """Median month of the relapses in the population; infinite where half of them are outside."""
        mine = np.sort(np.where(self.inside & self.relapsed, self.relapse, np.inf), axis=1)
        number = (self.inside & self.relapsed).sum(axis=1, keepdims=True)
        middle = np.concatenate([(number - 1) // 2, number // 2], axis=1).clip(min=0)
        return np.take_along_axis(mine, middle, axis=1).mean(axis=1)


def kaplan_meier(times: np.ndarray, event: np.ndarray, inside: np.ndarray, at: float) -> np.ndarray:
    """Return the Kaplan-Meier probability of each row's chosen patients at a time.

    Parameters
    ----------
    times : array of float, (rows, patients)
        An event and a censoring at the same time would be taken in any order: the cohorts have none.
    event, inside : array of bool, (rows, patients)
        Who has the event; who is counted.
    at : float

    Returns
    -------
    array, (rows,)
    """
    order = np.argsort(np.where(inside, times, np.inf), axis=1)
    happens = np.take_along_axis(event & inside & (times <= at), order, axis=1)
    at_risk = inside.sum(axis=1, keepdims=True) - np.arange(times.shape[1])
    return np.where(happens, 1 - 1 / np.maximum(at_risk, 1), 1.0).prod(axis=1)


def score(goal: np.ndarray, share: np.ndarray, relapse: np.ndarray, printed: Figure) -> np.ndarray:
    """Score cohorts for their goals, the higher the better; off the print, the nearer the better.

    The goals are ``low`` and ``high`` (disease-free survival), ``earliest`` and ``latest`` (median relapse of
    cohorts that print it) and ``walk`` (to print it, and no more: all cohorts that do score the same).
    """
    share, relapse = np.asarray(share, dtype=float), np.asarray(relapse, dtype=float)
    off = np.maximum(0, np.maximum(printed.low - 100 * share, 100 * share - printed.high))
    prints = printed.prints(100 * share) & np.isfinite(relapse)
    month = np.select([goal == "latest", goal == "earliest"], [relapse, -relapse], 0)
    extreme = np.where(goal == "low", -share, share)
    return np.where(np.isin(goal, ["low", "high"]), extreme, np.where(prints, month, -1000 - off))


def climb(
    start: Start,
    known: Counts,
    overall: Figure,
    printed: Figure,
    at: float,
    rng: np.random.Generator,
) -> list[Start]:
    """Take `STEPS` random steps, single or double, in each cohort and keep those that do not lower its score.

    A step exchanges two patients with all that is theirs but their follow-up, or their membership alone, or
    redraws the month of one relapse, or takes the follow-up times of another cohort. It is refused where
    overall survival would no longer print or the causes of death, where they have to hold, no longer do.
    Counts, quartiles and the split of the deaths never change.

    Returns
    -------
    list of Start
        The cohorts after each of the steps `RECORDED`. Those with the goal ``walk`` wander among the cohorts
        that print disease-free survival, so that their records show what is common among these, under the
        measure of the steps.
    """
    recorded = []
    best = _score(start, printed, at)
    everyone = np.ones(start.kind.shape, dtype=bool)
    # Exchanges can break the causes only where the population matters to them.
    keys = [(definition, "mrd") for definition in CHOSEN]
    for step in range(1, STEPS + 1):
        tried = _step(start, rng)
        # One step alone rarely leaves both probabilities in their windows: what it moves, a second can undo.
        tried = _chosen(rng.random(len(best)) < 0.6, _step(tried, rng), tried)
        value = _score(tried, printed, at)
        keep = (value >= best) & overall.prints(100 * kaplan_meier(tried.followup, tried.dead, everyone, at))
        for key in keys:
            mine = np.flatnonzero((start.definition == key[0]) & (start.causes == key[1]))
            keep[mine] &= causes_hold(tried.rows(mine), tried.inside[mine], known, key[1], key[0])
        best = np.where(keep, value, best)
        start = _chosen(keep, tried, start)
        if step in RECORDED:
            recorded.append(start)
    return recorded


def _chosen(which: np.ndarray, these: Start, those: Start) -> Start:
    moving = ("followup", "relapse", "kind", "inside")
    return replace(
        those,
        **{name: np.where(which[:, None], getattr(these, name), getattr(those, name)) for name in moving},
    )


def _score(cohorts: Start, printed: Figure, at: float) -> np.ndarray:
    return score(cohorts.goal, cohorts.share(at), cohorts.median_relapse(), printed)


def _step(start: Start, rng: np.random.Generator) -> Start:
    cohorts, patients = start.kind.shape
    rows = np.arange(cohorts)
    which = rng.random(cohorts)
    fresh = which < FOLLOWUP
    followup = np.where(
        fresh[:, None], start.others[rng.integers(len(start.others), size=cohorts)], start.followup
    )
    relapse, kind, inside = start.relapse.copy(), start.kind.copy(), start.inside.copy()
    one, other = rng.integers(patients, size=(2, cohorts))
    near = (one + rng.integers(1, NEAR + 1, size=cohorts)) % patients
    other = np.where(rng.random(cohorts) < 0.5, near, other)
    redraw = (which >= FOLLOWUP) & (which < FOLLOWUP + RELAPSE)
    someone = np.where(start.relapsed, rng.random(kind.shape), -1).argmax(axis=1)
    relapse[rows[redraw], someone[redraw]] = (rng.random(cohorts) * followup[rows, someone])[redraw]
    # Membership alone may only pass between patients in remission, and only where the print leaves it open.
    remission = ~np.isin(kind, [NO_RESPONSE, NO_RESPONSE_DEAD])
    alone = (which > 0.8) & remission[rows, one] & remission[rows, other]
    exchange = ~fresh & ~redraw
    for values, moved in ((inside, exchange), (kind, exchange & ~alone), (relapse, exchange & ~alone)):
        first, second = values[rows, one], values[rows, other]
        values[rows, one] = np.where(moved, second, first)
        values[rows, other] = np.where(moved, first, second)
    relapse = np.where(
        np.isfinite(relapse), np.clip(relapse, np.minimum(EARLIEST, GAP * followup), GAP * followup), relapse
    )
    return replace(start, followup=followup, relapse=relapse, kind=kind, inside=inside)
