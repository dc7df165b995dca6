"""Who has which blasts and age, so that odds ratio, its P value and rank test come out as printed.

The abstract gives an odds ratio of blasts for "CR and MRD negativity" from a multivariate analysis and names
neither its patients nor its covariates. Taken here, with the reasons:

- patients: the 33 with relapsed/refractory disease, the only ones in whom both CR and baseline blasts mean
  something;
- outcome: CR or CRi with MRD negativity, which is MRD negativity (see `evidence.forensics.cells`);
- covariates: blasts per percentage point, arm and age per year. An analysis called multivariate has more
  than one. Other candidate models reach the printed figures too, and some are proved unable to:
  `evidence.forensics.odds_ratio` has them all. Arm and age stay clear of significance, as blasts are called
  the sole adverse variable;
- maximum likelihood, Wald P value: what the usual programs print.

The ages printed as "IQR, 17-74" are read as the range: as quartiles they would put a quarter of the cohort at
17 or younger and another at 74 or older.
"""

from math import log

import numpy as np
import pandas as pd

from evidence.annealing.anneal import Found, Schedule, State, anneal, exchange
from evidence.annealing.statistics import beyond, logistic, mann_whitney_z
from evidence.claims.printed import z_window
from evidence.forensics.abstract import AGES, ARMS, CENTRE_AGE, ODDS_RATIO, RANK_TEST, age
from evidence.reconstruction import blasts
from evidence.reconstruction.targets import QUIET, Targets

SCHEDULE = Schedule(chains=48, steps=400, restarts=8, warm=0.3, cold=0.003)
NEWTON_STEPS = 7
# Near every solution: intercept, blasts per 100 points, arm, decades of age.
START = np.array([3.0, -5.0, 0.0, 0.0])


def fit(people: pd.DataFrame, targets: Targets, rng: np.random.Generator) -> tuple[pd.DataFrame, Found]:
    """Give every patient baseline blasts and an age.

    Parameters
    ----------
    people : DataFrame
        As `evidence.reconstruction.margins.patients` returns it.
    targets : Targets
    rng : Generator

    Returns
    -------
    tuple of DataFrame and Found
        `people` with bm_blasts_pct and age_years, and how the search went.
    """
    refractory = people[people["disease_status"] == "relapsed_refractory"]
    first = refractory["arm"].eq(ARMS[0]).to_numpy()
    negative = refractory["mrd_negative"].to_numpy()
    cell = refractory.groupby(["arm", "burden"], sort=False).ngroup().to_numpy()
    windows = [
        tuple(100 * log(limit) for limit in targets.value(ODDS_RATIO).safe_window),
        *(z_window(targets.p_value(test).safe_window) for test in (ODDS_RATIO, RANK_TEST)),
    ]
    found = anneal(
        draw=lambda chains: _draw(people, targets, rng, chains),
        propose=lambda state: _propose(state, cell, rng),
        penalty=lambda state: _penalty(state, first, negative, windows),
        rng=rng,
        schedule=SCHEDULE,
    )
    marrow = rng.choice(blasts.REMISSION, len(people))
    marrow[: len(refractory)] = found.state["blasts"]
    return people.assign(bm_blasts_pct=marrow, age_years=found.state["ages"]), found


def _draw(people: pd.DataFrame, targets: Targets, rng: np.random.Generator, chains: int) -> State:
    ages = np.stack([rng.permutation(_ages(targets, len(people), rng)) for _ in range(chains)])
    low, high = np.stack([_bounds(people, targets, rng) for _ in range(chains)], axis=1)
    return {"blasts": rng.integers(low, high + 1), "low": low, "high": high, "ages": ages}


def _bounds(people: pd.DataFrame, targets: Targets, rng: np.random.Generator) -> np.ndarray:
    """Hand the order statistics of each arm out to the patients of its two burden cells, at random."""
    parts = []
    for arm in ARMS:
        burdens = people.loc[people["arm"] == arm, "burden"]
        low, high = (int((burdens == burden).sum()) for burden in ("low", "high"))
        limits = blasts.limits(targets, arm, low + high, high, rng)
        parts += [limits[:, rng.permutation(low)], limits[:, low + rng.permutation(high)]]
    return np.concatenate(parts, axis=1)


def _ages(targets: Targets, patients: int, rng: np.random.Generator) -> np.ndarray:
    """Draw whole ages with the printed median, minimum and maximum, thinning out towards both ends."""
    youngest, middle, oldest = (targets.figures.count(age(statistic)) for statistic in AGES)
    gap = rng.integers(0, 2)
    older, younger = middle + gap, middle - gap
    reach = np.array([[younger - youngest], [oldest - older]])
    steps = np.floor(rng.beta(1.1, 1.7, (2, patients // 2 - 2)) * reach) + 1
    known = [youngest, younger, older, oldest]
    return np.concatenate([known, younger - steps[0], older + steps[1]]).astype(int)


def _propose(state: State, cell: np.ndarray, rng: np.random.Generator) -> State:
    """Move one patient's blasts, exchange the blasts of two in a cell, or exchange two ages."""
    chains, patients = state["blasts"].shape
    rows = np.arange(chains)
    move = rng.integers(0, 3, (chains,))
    one = rng.integers(0, patients, (chains,))
    first, size = np.searchsorted(cell, cell), np.bincount(cell)[cell]
    other = first[one] + (rng.random(chains) * size[one]).astype(int)
    other = np.where(move == 0, one, other)
    values = {name: array.copy() for name, array in state.items()}
    swap = move < 2
    for name in ("blasts", "low", "high"):
        exchange(values[name], rows[swap], one[swap], other[swap])
    moved = rows[move == 0], one[move == 0]
    values["blasts"][moved] = rng.integers(values["low"][moved], values["high"][moved] + 1)
    anyone = rng.integers(0, values["ages"].shape[1], (chains,))
    exchange(values["ages"], rows[~swap], one[~swap], anyone[~swap])
    return values


def _penalty(
    state: State, first: np.ndarray, negative: np.ndarray, windows: list[tuple[float, ...]]
) -> np.ndarray:
    slope, wald, rank = windows
    marrow = state["blasts"]
    ages = state["ages"][:, : marrow.shape[1]]
    terms = np.broadcast_arrays(1.0, marrow / 100, first, (ages - CENTRE_AGE) / 10)
    outcome = np.broadcast_to(negative, marrow.shape)
    coefficients, z = logistic(np.stack(terms, axis=2), outcome, START, NEWTON_STEPS)
    return (
        beyond(coefficients[:, 1], *slope)
        + 2 * beyond(-z[:, 1], *wald)
        + beyond(np.abs(z[:, 2:]), 0, QUIET).sum(axis=1)
        + 2 * beyond(np.abs(mann_whitney_z(marrow, first)), *rank)
    )
