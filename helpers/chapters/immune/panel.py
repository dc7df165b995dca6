"""The immune panel: two samples side by side, and the rows that speak of one population of cells."""

import pandas as pd

from helpers.estimators import ranks
from helpers.ground.endpoints import LABELS, PARENTS
from helpers.ground.results import Estimate, row

POPULATIONS = tuple(PARENTS)
VISITS = ("baseline", "day28")


def pairs(immune: pd.DataFrame) -> pd.DataFrame:
    """Put the two samples of each patient and population side by side.

    Parameters
    ----------
    immune : DataFrame
        `Cohort.immune`: patient_id, arm, visit, population, percent.

    Returns
    -------
    DataFrame
        One row per patient and population of the panel: patient_id, arm, population (text), baseline and
        day28 (percent of the parent population, NaN where there is none), change (day28 - baseline,
        percentage points) and ratio (day28 / baseline; NaN where the baseline is 0 or either is missing).
    """
    key = ["patient_id", "arm", "population"]
    text = immune.astype(dict.fromkeys([*key, "visit"], str)).astype({"percent": float})
    visits = [text[text["visit"].eq(visit)].set_index(key)["percent"].rename(visit) for visit in VISITS]
    wide = pd.concat(visits, axis=1).reset_index()
    return wide.assign(
        # Floating-point noise must not turn an unchanged share into a change.
        change=(wide["day28"] - wide["baseline"]).round(ranks.DECIMALS),
        ratio=wide["day28"] / wide["baseline"].where(wide["baseline"] > 0),
    )


def complete_pairs(panel: pd.DataFrame, population: str, arm: str) -> pd.DataFrame:
    """Select the rows of `pairs` of one population and arm that have both samples."""
    chosen = panel[panel["population"].eq(population) & panel["arm"].eq(arm)]
    return chosen.dropna(subset=list(VISITS))


def population_label(population: str) -> str:
    """Name a population with its parent: Regulatory T cells (% of CD4+ T cells)."""
    return f"{LABELS[population]} (% of {LABELS[PARENTS[population]]})"


def cell_row(population: str, statistic: str, group: str, label: str, unit: str, value: Estimate) -> dict:
    """Make a row about one population of cells, whose label names the population and its parent."""
    words = f"{population_label(population)}: {label[0].lower()}{label[1:]}"
    patients = f"{LABELS[group]}, patients with both samples"
    return row(f"immune.{population}.{statistic}.{group}", words, patients, unit, value)


def count(number: int, of: int, method: str) -> Estimate:
    """Give a count of patients or tests, of those that could have been counted."""
    return Estimate(estimate=float(number), n=float(of), events=float(number), method=f"count, {method}")
