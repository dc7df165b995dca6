"""The patients of a candidate model: what the print asks of them, and what the model gives for them."""

from dataclasses import dataclass
from math import log

import numpy as np
import pandas as pd
from scipy.special import erfc, expit

from evidence.annealing.statistics import beyond, logistic, mann_whitney_z, median
from evidence.claims.printed import Figure, Figures, two_sided_z, z_window
from evidence.forensics.quartiles import order_statistics
from evidence.this_abstract.abstract import (
    AGES,
    ALPHA,
    ARMS,
    CENTRE_AGE,
    CUT,
    RANK_TEST,
    REFRACTORY,
    STATUSES,
    age,
    blasts,
)
from evidence.this_abstract.margins import POPULATIONS
from evidence.this_abstract.odds_ratio import HIGHEST_IN_REMISSION, Model
from helpers.estimators.quantiles import QUARTILES

Quantile = tuple[tuple[tuple[int, float], ...], Figure]  # order statistics with their weights, and the print
# Newton's method from here converges over the whole range of odds ratios that is searched.
START = np.array([2.0, -4.0, 0.0, 0.0])
NEWTON_STEPS = 10
SOLVED, UNSOLVED = 1e-10, 5.0  # score at an estimate, and the violation of a fit that is none


@dataclass(frozen=True)
class Beside:
    """The figures beside the odds ratio that its patients have to print.

    Attributes
    ----------
    quartiles : dict of str to list of Figure
        First quartile, median and third quartile of blasts, by arm.
    rank_p : Figure
        P value of blasts between the arms.
    ages : list of Figure
        Youngest, median and oldest age of everyone.
    """

    quartiles: dict[str, list[Figure]]
    rank_p: Figure
    ages: list[Figure]


def beside(figures: Figures) -> Beside:
    """Look up the figures beside the odds ratio.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    Beside

    Raises
    ------
    ValueError
        If one of them is not printed.
    """
    quartiles = {arm: figures.every(blasts(name, arm) for name in QUARTILES) for arm in ARMS}
    printed = {arm: found for arm, found in quartiles.items() if found is not None}
    rank_p, ages = figures.p_value(RANK_TEST), figures.every(map(age, AGES))
    if len(printed) < len(ARMS) or rank_p is None or ages is None:
        raise ValueError("the figures of blasts and age are not all printed")
    return Beside(printed, rank_p, ages)


class Layout:
    """The patients of a model, in a fixed order, and what the print asks of each and of all.

    Parameters
    ----------
    model : Model
    cells : DataFrame
        Counts by arm, disease status and burden: `evidence.this_abstract.cells.solve`.
    figures : Beside

    Attributes
    ----------
    quantiles : list of (array of bool (n,), list of (order statistics, Figure))
        By arm: its relapsed or refractory patients, and what is printed of their blasts.
    rank_z : tuple of float
        Window of the absolute deviate of the rank test.
    youngest, middle, oldest : int
        The printed ages of everyone.
    cell, first, refractory : array, (n,)
        Number of each patient's cell; whether treated with the first arm; whether relapsed or refractory.
        The ``n`` patients of the model come first in `everyone`, who all have an age.
    lowest, highest : array of int, (n,)
        Range of each patient's blasts, in whole percent.
    fewest, most : array of int, (cells,)
        Range of the number of events of each cell.
    fewest_events, most_events : int
        Range of the number of events over all cells.
    """

    def __init__(self, model: Model, cells: pd.DataFrame, figures: Beside):
        self.model, self.figures = model, figures
        self.everyone = int(cells["patients"].sum())
        self.youngest, self.middle, self.oldest = (figure.count for figure in figures.ages)
        self.cells = cells = _in_order(cells[cells["disease_status"].isin(POPULATIONS[model.population])])
        self.sizes = cells["patients"].to_numpy()
        self.cell = np.repeat(np.arange(len(cells)), self.sizes)
        self.first, self.refractory, high = (
            cells[column].eq(value).to_numpy()[self.cell]
            for column, value in (("arm", ARMS[0]), ("disease_status", REFRACTORY), ("burden", "high"))
        )
        self.lowest = np.where(high, CUT + 1, 0)
        self.highest = np.select([high, self.refractory], [100, CUT], HIGHEST_IN_REMISSION)
        negative, responses = cells["mrd_negative"].to_numpy(), cells["responses"].to_numpy()
        self.fewest, self.most = {
            "mrd_negativity": (negative, negative),
            "composite": (0 * negative, negative),
            "complete_remission": (negative, responses),
            "response": (responses, responses),
        }[model.outcome]
        # A composite or a remission with the very counts of MRD negativity would be that model again.
        self.fewest_events = self.fewest.sum() + (model.outcome == "complete_remission")
        self.most_events = self.most.sum() - (model.outcome == "composite")
        arms = [self.refractory & (self.first == (arm == ARMS[0])) for arm in ARMS]
        self.quantiles = [
            (chosen, self._quantiles(int(chosen.sum()), arm)) for chosen, arm in zip(arms, ARMS, strict=True)
        ]
        self.rank_z = z_window(figures.rank_p.window)

    def _quantiles(self, patients: int, arm: str) -> list[Quantile]:
        shares = zip(QUARTILES.values(), self.figures.quartiles[arm], strict=True)
        return [(order_statistics(patients, share, self.model.rule), figure) for share, figure in shares]


def _in_order(cells: pd.DataFrame) -> pd.DataFrame:
    """Put the cells of relapsed/refractory patients first; in each status by arm, low burden before high."""
    status = cells["disease_status"].map(STATUSES.index)
    order = cells.assign(status=status).sort_values(
        ["status", "arm", "burden"], ascending=[True, True, False]
    )
    return order.drop(columns="status").reset_index(drop=True)


@dataclass(frozen=True)
class Measured:
    """What a model gives, each an array over the chains.

    Attributes
    ----------
    slope : array
        Log odds ratio per percentage point of blasts.
    z : array
        Its Wald deviate.
    violation : array
        How far the patients are from the print beside the odds ratio; 0 where they print it.
    """

    slope: np.ndarray
    z: np.ndarray
    violation: np.ndarray

    @property
    def p_value(self) -> np.ndarray:
        """The two-sided Wald P values.

        Returns
        -------
        np.ndarray
        """
        return erfc(np.abs(self.z) / np.sqrt(2))


def measure(layout: Layout, blasts: np.ndarray, outcome: np.ndarray, ages: np.ndarray) -> Measured:
    """Fit the model of a layout in each chain, and see which figures beside it are printed.

    Parameters
    ----------
    layout : Layout
    blasts : array of int, (chains, n)
        Within each patient's range.
    outcome : array of bool, (chains, n)
        With numbers of events within the range of each cell.
    ages : array of int, (chains, everyone)
        Of the model's patients, then of the others; unused by models without age.

    Returns
    -------
    Measured
        The violation adds a constant where Newton's method has not converged, and the distances of
        quartiles, rank test, number of events, ages and the covariates' deviates (to be not significant at
        0.05) from what is printed.
    """
    chains, patients = blasts.shape
    covariates = layout.model.covariates
    design = np.ones((chains, patients, 2 + len(covariates)))
    design[:, :, 1] = blasts / 100  # in shares and decades all columns are of one size
    if "arm" in covariates:
        design[:, :, 2] = layout.first
    if "age" in covariates:
        design[:, :, 3] = (ages[:, :patients] - CENTRE_AGE) / 10
    coefficients, z = logistic(design, outcome, START[: design.shape[2]], NEWTON_STEPS)
    linear = (design @ coefficients[:, :, None])[:, :, 0]
    score = np.einsum("ci,cij->cj", outcome - expit(linear), design)
    violation = np.where(np.abs(score).max(axis=1) < SOLVED, 0.0, UNSOLVED)
    violation += _marrow_violation(layout, blasts)
    violation += beyond(outcome.sum(axis=1), layout.fewest_events, layout.most_events)
    # Blasts are called the sole adverse variable: no other is significant.
    violation += beyond(np.abs(z[:, 2:]), 0, two_sided_z(ALPHA)).sum(axis=1)
    if "age" in covariates:
        violation += _age_violation(layout, ages)
    return Measured(coefficients[:, 1] / 100, z[:, 1], violation)


def _marrow_violation(layout: Layout, blasts: np.ndarray) -> np.ndarray:
    """Measure quartiles in fives of points, equal values in fives, the rank test in fifths of a deviate.

    One unit of each is then about what a few moves can mend.
    """
    violation = np.zeros(len(blasts))
    for patients, quantiles in layout.quantiles:
        ordered = np.sort(blasts[:, patients], axis=1)
        for parts, figure in quantiles:
            weighted = (weight * ordered[:, place] for place, weight in parts)
            violation += beyond(sum(weighted, np.zeros(len(blasts))), *figure.window) / 5
    if layout.model.distinct:
        ordered = np.sort(blasts[:, layout.refractory], axis=1)
        violation += (ordered[:, 1:] == ordered[:, :-1]).sum(axis=1) / 5
    rank_z = mann_whitney_z(blasts[:, layout.refractory], layout.first[layout.refractory])
    return violation + 5 * beyond(np.abs(rank_z), *layout.rank_z)


def _age_violation(layout: Layout, ages: np.ndarray) -> np.ndarray:
    statistics = ages.min(axis=1), median(ages), ages.max(axis=1)
    printed = zip(statistics, layout.figures.ages, strict=True)
    return sum((beyond(each, *figure.window) for each, figure in printed), np.zeros(len(ages)))


def slope_window(odds_ratio: Figure) -> tuple[float, float]:
    """Turn a printed odds ratio into the log odds ratios that print as it.

    Parameters
    ----------
    odds_ratio : Figure

    Returns
    -------
    tuple of float
    """
    low, high = odds_ratio.window
    return log(low), log(high)
