"""Evidence: the models that the printed odds ratio of blasts may come from, and what the print asks of them.

The abstract prints an odds ratio per percentage point of marrow blasts and its P value from a multivariate
analysis, and names neither patients, outcome precisely, nor covariates. `MODELS` lists the candidates; a
`Layout` holds what every other printed figure asks of the patients of a candidate; `measure` says what a
candidate gives for made-up patients, and how far they are from the print.
"""

from dataclasses import dataclass
from math import log

import numpy as np
import pandas as pd
from scipy.special import erfc, expit, ndtri

from evidence.annealing.statistics import beyond, logistic, mann_whitney_z, median
from evidence.claims.printed import Figure, Figures
from evidence.forensics.quartiles import position
from helpers.ground.endpoints import ARMS, HIGH_BURDEN_BLASTS
from helpers.ground.paths import ROOT
from helpers.ground.results import SIGNIFICANT

FOLDER = ROOT / "data" / "attainable"  # the stored map
RESULT = "multivariable.complete_remission_mrd_negative.odds_ratio_blasts.all.relapsed_refractory"
RANK_TEST = "cohort.blasts.mann_whitney.arm.relapsed_refractory"
QUARTILES = {"quartile_1": 0.25, "median": 0.5, "quartile_3": 0.75}
AGES = ("minimum", "median", "maximum")
HIGHEST_IN_REMISSION = 5  # percent of marrow cells; more would be relapsed or refractory disease
POPULATIONS = {
    "relapsed_refractory": ("relapsed_refractory",),
    "measurable_disease": ("relapsed_refractory", "mrd_positive"),
    "all": ("relapsed_refractory", "mrd_positive", "mrd_negative"),
}
# Newton's method from here converges over the whole range of odds ratios that is searched.
START = np.array([2.0, -4.0, 0.0, 0.0])
NEWTON_STEPS = 10
SOLVED, UNSOLVED = 1e-10, 5.0  # score at an estimate, and the violation of a fit that is none
CENTRE_AGE = 46.0  # keeps the equations well conditioned; no estimate for blasts depends on it


@dataclass(frozen=True)
class Model:
    """A candidate for the printed analysis.

    Attributes
    ----------
    population : str
        A key of `POPULATIONS`.
    outcome : str
        ``mrd_negativity``; ``composite``, complete remission with MRD negativity where fewer patients reach
        it than MRD negativity; ``complete_remission``, which all MRD-negative and some other responders
        reach; ``response``.
    covariates : tuple of str
        Beside blasts: none, arm, or arm and age.
    quartiles : int
        Which of Hyndman and Fan's rules the printed quartiles follow: 2, 6 or 7.
    distinct : bool
        Whether no two relapsed or refractory patients have the same blasts.
    """

    population: str
    outcome: str
    covariates: tuple[str, ...]
    quartiles: int = 7
    distinct: bool = False

    @property
    def name(self) -> str:
        """A key for files: all attributes, the last two where they are not the usual."""
        parts = [self.population, self.outcome, "+".join(("blasts", *self.covariates))]
        parts += [f"type{self.quartiles}"] * (self.quartiles != 7) + ["distinct"] * self.distinct
        return ".".join(parts)


BLASTS, ARM, ARM_AGE = (), ("arm",), ("arm", "age")
MODELS = (
    *(Model("relapsed_refractory", "mrd_negativity", covariates) for covariates in (BLASTS, ARM, ARM_AGE)),
    Model("relapsed_refractory", "composite", BLASTS),
    *(
        Model("relapsed_refractory", outcome, covariates)
        for outcome in ("response", "complete_remission")
        for covariates in (BLASTS, ARM_AGE)
    ),
    *(
        Model(population, "mrd_negativity", covariates)
        for population in ("measurable_disease", "all")
        for covariates in (BLASTS, ARM, ARM_AGE)
    ),
    *(Model("relapsed_refractory", "mrd_negativity", BLASTS, rule, distinct=True) for rule in (7, 2, 6)),
)


@dataclass(frozen=True)
class Printed:
    """The figures beside the odds ratio that its patients have to print.

    Attributes
    ----------
    quartiles : dict of str to tuple of Figure
        First quartile, median and third quartile of blasts, by arm.
    rank_p : Figure
        P value of blasts between the arms.
    ages : tuple of Figure
        Youngest, median and oldest age of everyone.
    """

    quartiles: dict[str, tuple[Figure, ...]]
    rank_p: Figure
    ages: tuple[Figure, ...]


CONSTRAINTS = (
    *(f"cohort.patients.count.{group}" for group in ("all", *ARMS)),
    *(f"cohort.patients.count.{group}.relapsed_refractory" for group in ("all", *ARMS)),
    *(f"cohort.patients.count.all.{status}" for status in ("mrd_positive", "mrd_negative")),
    *(
        f"efficacy.{outcome}.{statistic}.{arm}.{stratum}"
        for outcome in ("response", "mrd_negativity")
        for statistic, stratum in (("count", "relapsed_refractory"), ("rate", "high_burden"))
        for arm in ARMS
    ),
    *(f"efficacy.mrd_negativity.rate.{arm}.measurable_disease" for arm in ARMS),
    *(f"cohort.blasts.{name}.{arm}.relapsed_refractory" for arm in ARMS for name in QUARTILES),
    *(f"cohort.age.{name}.all" for name in AGES),
)
CONSTRAINTS_P = (
    *(f"efficacy.{outcome}.pearson_chi_square.arm.high_burden" for outcome in ("response", "mrd_negativity")),
    "efficacy.mrd_negativity.pearson_chi_square.arm.measurable_disease",
    RANK_TEST,
)


def constraints(figures: Figures) -> pd.DataFrame:
    """List the figures that a map of attainable odds ratios rests on.

    Returns
    -------
    DataFrame
        ``result_id, is_p_value, value, decimals``; values missing where nothing is printed. Two equal lists
        have the same map.
    """
    found = [(id, False, figures.get(id)) for id in CONSTRAINTS]
    found += [(id, True, figures.p_value(id)) for id in CONSTRAINTS_P]
    rows = [(id, is_p, *((f.value, f.decimals) if f else (np.nan, np.nan))) for id, is_p, f in found]
    return pd.DataFrame(rows, columns=["result_id", "is_p_value", "value", "decimals"])


def printed(figures: Figures) -> Printed | None:
    """Look up the figures beside the odds ratio; None where one of them is not printed."""
    quartiles = {
        arm: tuple(figures.get(f"cohort.blasts.{name}.{arm}.relapsed_refractory") for name in QUARTILES)
        for arm in ARMS
    }
    ages = tuple(figures.get(f"cohort.age.{name}.all") for name in AGES)
    found = Printed(quartiles, figures.p_value(RANK_TEST), ages)
    everything = [*sum(quartiles.values(), ()), found.rank_p, *ages]
    return None if None in everything else found


def order_statistics(patients: int, share: float, rule: int) -> tuple[tuple[int, float], ...]:
    """Say which order statistics make a quantile, with their weights.

    Parameters
    ----------
    patients : int
    share : float
        0.25 for the first quartile.
    rule : int
        2, 6 or 7.

    Returns
    -------
    tuple of (place from 0, weight)
        One or two, of weight above 0.
    """
    place, next_weight = position(patients, share, rule)
    return ((place, 1 - next_weight), (place + 1, next_weight)) if next_weight else ((place, 1.0),)


class Layout:
    """The patients of a model, in a fixed order, and what the print asks of each and of all.

    Parameters
    ----------
    model : Model
    cells : DataFrame
        Counts by arm, disease status and burden: `evidence.forensics.cells.solve`.
    figures : Printed

    Attributes
    ----------
    quantiles : list of (array of bool (n,), list of (order statistics, Figure))
        By arm: its relapsed or refractory patients, and what is printed of their blasts.
    rank_z : tuple of float
        Window of the absolute deviate of the rank test.
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

    def __init__(self, model: Model, cells: pd.DataFrame, figures: Printed):
        self.model, self.figures = model, figures
        self.everyone = int(cells["patients"].sum())
        cells = cells[cells["disease_status"].isin(POPULATIONS[model.population])].reset_index(drop=True)
        cells = cells.sort_values(["arm", "burden"], ascending=[True, False], kind="stable")
        order = {status: place for place, status in enumerate(POPULATIONS["all"])}
        cells = cells.sort_values("disease_status", key=lambda column: column.map(order), kind="stable")
        self.cells = cells = cells.reset_index(drop=True)
        self.sizes = cells["patients"].to_numpy()
        self.cell = np.repeat(np.arange(len(cells)), self.sizes)
        self.first = cells["arm"].eq(ARMS[0]).to_numpy()[self.cell]
        self.refractory = cells["disease_status"].eq("relapsed_refractory").to_numpy()[self.cell]
        high = cells["burden"].eq("high").to_numpy()[self.cell]
        self.lowest = np.where(high, HIGH_BURDEN_BLASTS + 1, 0)
        self.highest = np.select([high, self.refractory], [100, HIGH_BURDEN_BLASTS], HIGHEST_IN_REMISSION)
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
        self.quantiles = [
            (self.refractory & (self.first == (arm == ARMS[0])), self._quantiles(arm)) for arm in ARMS
        ]
        self.rank_z = tuple(-ndtri(np.array([figures.rank_p.high, figures.rank_p.low]) / 2))

    def _quantiles(self, arm: str) -> list[tuple[tuple[tuple[int, float], ...], Figure]]:
        here = self.cells["arm"].eq(arm) & self.cells["disease_status"].eq("relapsed_refractory")
        patients = int(self.sizes[here].sum())
        shares = zip(QUARTILES.values(), self.figures.quartiles[arm], strict=True)
        return [(order_statistics(patients, share, self.model.quartiles), figure) for share, figure in shares]


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
        """The two-sided Wald P values."""
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
    design[:, :, 1] = blasts / 100
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
    violation += beyond(np.abs(z[:, 2:]), 0, -ndtri(SIGNIFICANT / 2)).sum(axis=1)
    if "age" in covariates:
        violation += _age_violation(layout, ages)
    return Measured(coefficients[:, 1] / 100, z[:, 1], violation)


def _marrow_violation(layout: Layout, blasts: np.ndarray) -> np.ndarray:
    violation = np.zeros(len(blasts))
    for patients, quantiles in layout.quantiles:
        ordered = np.sort(blasts[:, patients], axis=1)
        for parts, figure in quantiles:
            quantile = sum(weight * ordered[:, place] for place, weight in parts)
            violation += beyond(quantile, figure.low, figure.high) / 5
    if layout.model.distinct:
        ordered = np.sort(blasts[:, layout.refractory], axis=1)
        violation += (ordered[:, 1:] == ordered[:, :-1]).sum(axis=1) / 5
    rank_z = mann_whitney_z(blasts[:, layout.refractory], layout.first[layout.refractory])
    return violation + 5 * beyond(np.abs(rank_z), *layout.rank_z)


def _age_violation(layout: Layout, ages: np.ndarray) -> np.ndarray:
    youngest, middle, oldest = layout.figures.ages
    return sum(
        beyond(statistic, figure.low, figure.high)
        for statistic, figure in (
            (ages.min(axis=1), youngest),
            (median(ages), middle),
            (ages.max(axis=1), oldest),
        )
    )


def slope_window(odds_ratio: Figure) -> tuple[float, float]:
    """Return the log odds ratios whose odds ratio prints as the figure."""
    return log(odds_ratio.low), log(odds_ratio.high)
