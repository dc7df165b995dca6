"""Chapter 5, ratios of day 28 to baseline on the log scale, within each arm and between the arms."""

import pandas as pd

from helpers.chapters.immune.panel import POPULATIONS, VISITS, cell_row, complete_pairs, count
from helpers.estimators import log_ratios
from helpers.ground.endpoints import ARMS


def rows(panel: pd.DataFrame) -> list[dict]:
    """Compute the fold change of every population in each arm, and the ratio of the arms' fold changes."""
    found = []
    for population in POPULATIONS:
        by_arm = [complete_pairs(panel, population, arm) for arm in ARMS]
        for arm, both in zip(ARMS, by_arm, strict=True):
            found += _arm_rows(both, population, arm)
        value = log_ratios.ratio_of_ratios(*(both["ratio"] for both in by_arm))
        label = "Ratio of the ratios of day 28 to baseline, combination to blinatumomab alone"
        found.append(cell_row(population, "ratio_of_ratios", "arm", label, "ratio", value))
    return found


def _arm_rows(both: pd.DataFrame, population: str, arm: str) -> list[dict]:
    zero = both[list(VISITS)].eq(0).any(axis=1).sum()
    left_out = count(zero, len(both), "with a value of 0 at either visit, of the patients with both values")
    value = log_ratios.fold_change(both["baseline"], both["day28"])
    return [
        cell_row(population, "fold_change", arm, "Ratio of day 28 to baseline", "ratio", value),
        cell_row(population, "without_logarithm", arm, "Patients with a value of 0", "count", left_out),
    ]
