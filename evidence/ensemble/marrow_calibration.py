"""Simulation-based calibration of the marrow block: truths from its prior, printed as claims and sampled.

Where the sampler draws from the prior given the print, the rank of a truth among the draws is uniform for
every result (Talts, Betancourt, Simpson, Vehtari, Gelman 2018, arXiv:1804.06788). The cells and the range of
ages are those of the claims, as the prior is about patients within them; all else a truth prints anew. Left
out are truths whose logistic model has no maximum and those with a figure on a half or at the edge of one:
the condition excludes both, so that this selects nothing.

``python -m evidence.ensemble.marrow_calibration`` adds to `PATH` the truths that it does not hold yet.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import erfc, exp, sqrt

import numpy as np
import pandas as pd

from evidence.annealing.anneal import State
from evidence.claims.load import load
from evidence.ensemble import marrow, people
from evidence.ensemble.calibration import COLUMNS, covered, p_decimals, rank
from evidence.ensemble.marrow_statistics import TERMS, logistic, rank_z
from evidence.ensemble.people import People
from evidence.ensemble.prior import Prior
from evidence.reconstruction.targets import Targets
from evidence.this_abstract import abstract
from evidence.this_abstract.abstract import AGES, ALPHA, ARMS, ODDS_RATIO, RANK_TEST
from helpers.estimators.quantiles import QUARTILES
from helpers.ground.paths import ROOT
from helpers.ground.results import ResultId

PATH = ROOT / "data" / "ensemble" / "calibration_marrow.csv"
TRUTHS, DRAWS, FORGETTING, SEED = 200, 39, 20_000, 20
EQUAL = 1e-12  # closer results are the same, computed in another order
Printed = dict[tuple[ResultId, bool], float]
Sampler = Callable[..., State]


def model(state: State, block: marrow.Marrow) -> np.ndarray:
    """Fit the logistic model to each draw.

    Parameters
    ----------
    state : State
    block : Marrow

    Returns
    -------
    array, (draws, 2, terms)
        Coefficients (per 100 points of blasts, per decade of age) and their Wald z.
    """
    first, negative = block.fixed[:2]
    fits = np.zeros((len(state["ages"]), 2, TERMS))
    for blasts, ages, fit in zip(state["blasts"], state["ages"], fits, strict=True):
        logistic(blasts, first, ages, negative, fit)
    return fits


def results(state: State, block: marrow.Marrow) -> pd.DataFrame:
    """Compute the open results of each draw.

    Parameters
    ----------
    state : State
    block : Marrow

    Returns
    -------
    DataFrame
        One row a draw.
    """
    first, negative = block.fixed[:2]
    blasts, fits = state["blasts"], model(state, block)
    ages = state["ages"][:, : len(first)]
    one, other = blasts[:, first], blasts[:, ~first]
    shifts = (one[:, :, None] - other[:, None, :]).reshape(len(blasts), -1)
    centred = [values - values.mean(axis=1, keepdims=True) for values in (ages, blasts)]
    squares = np.sqrt((centred[0] ** 2).sum(axis=1) * (centred[1] ** 2).sum(axis=1))
    return pd.DataFrame(
        {
            "mean_blasts_first": one.mean(axis=1),
            "mean_blasts_second": other.mean(axis=1),
            "hodges_lehmann": np.median(shifts, axis=1),
            "odds_ratio_age": np.exp(fits[:, 0, 3] / 10),
            "p_age": [erfc(abs(z) / sqrt(2)) for z in fits[:, 1, 3]],
            "odds_ratio_arm": np.exp(fits[:, 0, 2]),
            "coefficient_blasts": fits[:, 0, 1] / 100,
            "mean_age_first": ages[:, first].mean(axis=1),
            "mean_age_second": ages[:, ~first].mean(axis=1),
            "correlation_age_blasts": (centred[0] * centred[1]).sum(axis=1) / squares,
            "mean_blasts_negative_first": blasts[:, first & negative].mean(axis=1),
            "mean_blasts_negative_second": blasts[:, ~first & negative].mean(axis=1),
        }
    )


def printed(state: State, block: marrow.Marrow) -> Printed:
    """Return what the first draw of a state prints, before rounding.

    Parameters
    ----------
    state : State
    block : Marrow

    Returns
    -------
    dict
        By result, and whether its P value.
    """
    first, blasts, ages = block.fixed[0], state["blasts"][0], state["ages"][0]
    groups = dict(zip(ARMS, (np.sort(blasts[first]), np.sort(blasts[~first])), strict=True))
    coefficients, z = model(state, block)[0]
    p_values = [erfc(abs(each) / sqrt(2)) for each in z[1:]]
    figures: Printed = {
        (abstract.blasts(name, arm), False): float(np.quantile(values, share))
        for arm, values in groups.items()
        for name, share in QUARTILES.items()
    }
    for name, age in zip(AGES, np.quantile(ages, [0, 0.5, 1]), strict=True):
        figures[abstract.age(name), False] = float(age)
    figures[RANK_TEST, True] = erfc(abs(rank_z(*groups.values())) / sqrt(2))
    figures[ODDS_RATIO, False], figures[ODDS_RATIO, True] = exp(coefficients[1] / 100), p_values[0]
    figures[marrow.TERMS_TOLD, False] = sum(p < ALPHA for p in p_values)
    return figures


def claimed(claims: pd.DataFrame, figures: Printed) -> pd.DataFrame:
    """Return the claims with other figures in them, to their decimals; P values to those of `p_decimals`.

    Parameters
    ----------
    claims : DataFrame
    figures : dict
        As of `printed`.

    Returns
    -------
    DataFrame
    """
    changed = claims.copy()
    keys = zip(claims["result_id"], claims["unit"].eq("p_value"), claims["relation"], strict=True)
    named = {(str(id), is_p): value for (id, is_p), value in figures.items()}
    for row, (id, is_p, relation) in enumerate(keys):
        if relation == "equals" and (id, is_p) in named:
            decimals = p_decimals(named[id, is_p]) if is_p else int(claims["decimals"].iloc[row])
            changed.loc[claims.index[row], "value"] = round(named[id, is_p], decimals)
            changed.loc[claims.index[row], "decimals"] = decimals
    return changed


@dataclass(frozen=True)
class Study:
    """What the truths share.

    Attributes
    ----------
    people : People
    claims : DataFrame
    prior : Prior
    """

    people: People
    claims: pd.DataFrame
    prior: Prior = Prior()


def truth(study: Study, rng: np.random.Generator) -> tuple[State, Targets]:
    """Draw a truth from the prior and what it prints.

    Parameters
    ----------
    study : Study
    rng : Generator

    Returns
    -------
    tuple of State and Targets
        One draw.
    """
    block = marrow.Marrow(study.people, Targets(study.claims), study.prior)
    block.__dict__["law"] = (*block.law[:2], -np.inf, np.inf, *block.law[4:])  # of any median
    while True:
        state = block.draw(1, rng)
        if not model(state, block).any():
            continue
        targets = Targets(claimed(study.claims, printed(state, block)))
        own = replace(block, targets=targets)
        if own.distance(state)[0] == 0 and own.law[2] <= np.median(state["ages"]) <= own.law[3]:
            return state, targets


def judged(study: Study, number: int, sampler: Sampler = marrow.draws) -> pd.DataFrame:
    """Sample one truth's print, and rank it among the draws.

    Parameters
    ----------
    study : Study
    number : int
        Of the truth, which has a generator of its own.
    sampler : callable
        As `evidence.ensemble.marrow.draws`.

    Returns
    -------
    DataFrame
        `evidence.ensemble.calibration.COLUMNS`, one row a result; of equal values the rank is a random one.
    """
    rng = np.random.default_rng([SEED, number])
    state, targets = truth(study, rng)
    block = marrow.Marrow(study.people, targets, study.prior)
    true = results(state, block).iloc[0]
    drawn = results(sampler(study.people, targets, study.prior, DRAWS, rng, forgetting=FORGETTING), block)
    ranks = rank(true.to_numpy(), drawn.to_numpy(), rng, EQUAL)
    columns = ("marrow", drawn.columns, number, ranks, DRAWS, covered(ranks, DRAWS))
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def main() -> None:
    """Judge the truths that `PATH` does not hold yet, and add each as it comes."""
    claims = load()
    study = Study(people.solve(Targets(claims).figures), claims)
    PATH.parent.mkdir(parents=True, exist_ok=True)
    done = set(pd.read_csv(PATH)["truth"]) if PATH.exists() else set()
    for number in sorted(set(range(TRUTHS)) - done):
        judged(study, number).to_csv(PATH, mode="a", index=False, header=not PATH.exists())
        print(f"\rtruth {number + 1} of {TRUTHS}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
