"""Simulation-based calibration: truths drawn from a block's prior, printed as claims, and sampled again.

That every figure prints and that groups agree does not show that a density is right; this does. Where it is,
the rank of each truth among draws that are conditioned on its own print is even.

References
----------
Talts, Betancourt, Simpson, Vehtari, Gelman (2018), arXiv:1804.06788; Modrak and others (2025), Bayesian
Analysis 20:461-488 (ranks of results that depend on parameters and data).
"""

from collections.abc import Iterable
from typing import Protocol

import joblib
import numpy as np
import pandas as pd
from scipy import stats

from evidence.annealing.anneal import State
from evidence.ensemble.tempering import Block, Plan, sample, take

COLUMNS = ["block", "result", "truth", "rank", "draws", "covered"]
LEVEL = 0.95  # of the bands
THREE_DECIMALS = 0.1  # P values below have three decimals, others two: so does the abstract in both blocks


def p_decimals(p_value: float) -> int:
    """Return with how many decimals a truth prints a P value.

    With three throughout, a truth without an effect would say far more than the abstract does: a window of
    0.001 around 0.5 is two hundred times narrower, as a deviate, than one around 0.001.

    Parameters
    ----------
    p_value : float

    Returns
    -------
    int
    """
    return 3 if p_value < THREE_DECIMALS else 2


class Subject(Protocol):
    """A block that can be calibrated."""

    @property
    def name(self) -> str:
        """The name of the block.

        Returns
        -------
        str
        """

    def truths(self, number: int, rng: np.random.Generator) -> State:
        """Draw cohorts from the prior, given alone what every print fixes.

        Parameters
        ----------
        number : int
        rng : Generator

        Returns
        -------
        State
        """

    def printed(self, truth: State) -> Block:
        """Print one cohort, rounded as a journal does, and set up the block that is given its figures.

        Parameters
        ----------
        truth : State
            Of one particle.

        Returns
        -------
        Block
        """

    def results(self, state: State) -> dict[str, np.ndarray]:
        """Return open results, one number a particle.

        Parameters
        ----------
        state : State

        Returns
        -------
        dict of str to array
        """


def ranks(
    subject: Subject, plan: Plan, groups: int, truths: int, seed: int, workers: int = 1
) -> pd.DataFrame:
    """Rank truths among the draws that are given their prints.

    Parameters
    ----------
    subject : Subject
    plan : Plan
    groups : int
        Groups of particles a truth, each with a generator of its own.
    truths, seed : int
    workers : int
        Processes; any number gives the same ranks.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row a result and truth: ``rank`` (draws below the truth, and of equal draws a random
        number), ``draws``, ``covered`` (whether the central band of `LEVEL` holds the truth). A truth whose
        print is not reached has no draws, rank 0 and is not covered.
    """
    drawn = subject.truths(truths, np.random.default_rng([seed, 0]))
    calls = (
        joblib.delayed(_rank)(subject, take(drawn, np.array([number])), plan, groups, [seed, 1 + number])
        for number in range(truths)
    )
    rows: Iterable[list] = joblib.Parallel(n_jobs=workers)(calls)
    found = [
        (subject.name, result, number, *rest) for number, row in enumerate(rows) for result, *rest in row
    ]
    return pd.DataFrame(found, columns=COLUMNS)


def _rank(subject: Subject, truth: State, plan: Plan, groups: int, seed: list[int]) -> list[tuple]:
    block = subject.printed(truth)
    drawn = [
        subject.results(sample(block, plan, np.random.default_rng([*seed, group])).state)
        for group in range(groups)
    ]
    rng = np.random.default_rng([*seed, groups])
    return [
        (name, *_placed(float(value[0]), np.concatenate([each[name] for each in drawn]), rng))
        for name, value in subject.results(truth).items()
    ]


def _placed(truth: float, draws: np.ndarray, rng: np.random.Generator) -> tuple[int, int, bool]:
    """Return rank, draws and cover; a missing value is larger than any other."""
    truth, draws = (np.nan_to_num(each, nan=np.inf) for each in (truth, draws))
    place = int(rank(truth, draws, rng))
    return place, len(draws), bool(len(draws) and covered(place, len(draws)))


def rank(
    truth: float | np.ndarray, draws: np.ndarray, rng: np.random.Generator, equal: float = 0.0
) -> np.ndarray:
    """Return how many draws lie below the truth, and of those equal to it a random number.

    Parameters
    ----------
    truth : float or array, (results,)
    draws : array, (draws,) or (draws, results)
        Nothing is missing.
    rng : Generator
    equal : float
        Closer values are the same, computed in another order.

    Returns
    -------
    array of int, () or (results,)
    """
    below, above = (draws < truth - equal).sum(axis=0), (draws > truth + equal).sum(axis=0)
    return below + rng.integers(0, len(draws) - below - above + 1)


def covered(rank: int | np.ndarray, draws: int, within: float = 0.5) -> np.ndarray:
    """Tell whether the central band of `LEVEL` holds a truth.

    Parameters
    ----------
    rank : int or array of int
        As `rank` returns it.
    draws : int
    within : float
        Where within its rank the truth is thought to lie. With so few draws that no whole number of ranks is
        `LEVEL` of them, a random place makes the band hold that share.

    Returns
    -------
    array of bool
    """
    return np.abs((rank + within) / (draws + 1) - 0.5) < LEVEL / 2


def summary(table: pd.DataFrame, bins: int = 10) -> pd.DataFrame:
    """Judge ranks: how often bands hold the truth, and whether the ranks are even.

    Parameters
    ----------
    table : DataFrame
        As `ranks` returns it, of one block or several.
    bins : int

    Returns
    -------
    DataFrame
        One row a block and result: ``truths``, ``covered`` (share), ``chi_square``, ``p_value`` and
        ``p_adjusted`` (Bonferroni, over all rows).
    """
    rows = [(*key, *_judged(group, bins)) for key, group in table.groupby(["block", "result"], sort=False)]
    names = ["block", "result", "truths", "covered", "chi_square", "p_value"]
    found = pd.DataFrame(rows, columns=names)
    return found.assign(p_adjusted=np.minimum(1.0, found["p_value"] * len(found)))


def histogram(group: pd.DataFrame, bins: int) -> np.ndarray:
    """Count the ranks of a result in bins of equal width.

    Parameters
    ----------
    group : DataFrame
        Rows of `ranks`.
    bins : int

    Returns
    -------
    array, (bins,)
        Adds up to the truths. A rank that lies across an edge is shared out, as the numbers of draws differ.
    """
    edges = np.linspace(0, 1, bins + 1)
    places = edges * (group["draws"].to_numpy()[:, None] + 1) - group["rank"].to_numpy()[:, None]
    return np.diff(np.clip(places, 0, 1), axis=1).sum(axis=0)


def _judged(group: pd.DataFrame, bins: int) -> tuple[int, float, float, float]:
    test = stats.chisquare(histogram(group, bins))
    return len(group), float(group["covered"].mean()), float(test.statistic), float(test.pvalue)
