"""Chapter 5, change against change: how two populations move together in the same patients."""

from itertools import combinations

import pandas as pd

from helpers.chapters.immune.panel import POPULATIONS
from helpers.estimators import correlation
from helpers.ground.endpoints import ARMS, LABELS, in_group
from helpers.ground.results import row

PAIRS = tuple(combinations(POPULATIONS, 2))


def changes(panel: pd.DataFrame) -> pd.DataFrame:
    """Lay out the changes with one row per patient and one column per population.

    Parameters
    ----------
    panel : DataFrame
        As `helpers.chapters.immune.panel.pairs` returns it.

    Returns
    -------
    DataFrame
        patient_id, arm, and the change (percentage points, NaN without both samples) of each population.
    """
    patients = panel[["patient_id", "arm"]].drop_duplicates().reset_index(drop=True)
    by_population = {
        name: patients["patient_id"].map(
            panel[panel["population"].eq(name)].set_index("patient_id")["change"]
        )
        for name in POPULATIONS
    }
    return patients.assign(**by_population)


def rows(panel: pd.DataFrame) -> list[dict]:
    """Correlate the changes of every two populations, over all patients and in each arm."""
    wide = changes(panel)
    return [
        row(
            f"immune.{first}_{second}.change_spearman.{group}",
            f"Spearman correlation of the changes, {LABELS[first]} and {LABELS[second]}",
            f"{LABELS[group]}, patients with both changes",
            "statistic",
            correlation.spearman(wide.loc[chosen, first], wide.loc[chosen, second]),
        )
        for group in ("all", *ARMS)
        for chosen in [in_group(wide, group)]
        for first, second in PAIRS
    ]
