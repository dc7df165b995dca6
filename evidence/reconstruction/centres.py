"""Hospitals, the one whose patients have an immune panel, and identifiers that give nothing away."""

import numpy as np
import pandas as pd

from evidence.forensics import abstract
from evidence.forensics.abstract import ARMS
from evidence.reconstruction.targets import Targets

PANEL_STATUSES = ("relapsed_refractory", "mrd_positive")
PANEL_FOLLOWUP = 35  # days; the second sample is drawn on day 28
OTHERS_OF_THE_PANEL_CENTRE = 5


def assign(people: pd.DataFrame, targets: Targets, rng: np.random.Generator) -> pd.DataFrame:
    """Send patients to hospitals of uneven size and choose the panel from the largest.

    Parameters
    ----------
    people : DataFrame
        arm, disease_status, followup_days.
    targets : Targets
    rng : Generator

    Returns
    -------
    DataFrame
        `people` in the order of the file, with patient_id, centre and in_panel (bool). Patients stand in
        random order within a centre, so that the identifier says nothing of arm or outcome.
    """
    panel = _panel(people, targets, rng)
    others = rng.permutation(np.flatnonzero(~panel))
    stay, elsewhere = np.split(others, [OTHERS_OF_THE_PANEL_CENTRE])
    centre = np.zeros(len(people), dtype=int)
    centres = targets.figures.count(abstract.cohort("centres", "count"))
    centre[elsewhere] = _uneven(len(elsewhere), centres - 1, rng)
    order = np.lexsort([rng.permutation(len(people)), centre])
    placed = people.assign(centre=[f"centre {number + 1:02d}" for number in centre], in_panel=panel)
    placed = placed.iloc[order].reset_index(drop=True)
    return placed.assign(patient_id=[f"P{number + 1:02d}" for number in range(len(placed))])


def _panel(people: pd.DataFrame, targets: Targets, rng: np.random.Generator) -> np.ndarray:
    possible = people["disease_status"].isin(PANEL_STATUSES) & (people["followup_days"] >= PANEL_FOLLOWUP)
    panel = np.zeros(len(people), dtype=bool)
    for arm in ARMS:
        number = targets.figures.count(abstract.panel(arm))
        candidates = np.flatnonzero(possible & (people["arm"] == arm))
        panel[rng.permutation(candidates)[:number]] = True
    return panel


def _uneven(patients: int, centres: int, rng: np.random.Generator) -> np.ndarray:
    """Return centre numbers (from 1), each at least once, the first ones more often."""
    weights = 1 / np.arange(1, centres + 1)
    more = rng.choice(np.arange(1, centres + 1), patients - centres, p=weights / weights.sum())
    return np.sort(np.concatenate([np.arange(1, centres + 1), more]))
