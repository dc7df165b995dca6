"""Ensemble: hospitals, the one whose patients have an immune panel, and identifiers that give nothing away.

The panel's patients are drawn evenly among those with measurable disease who were seen on the day of the
second sample; they share the first hospital with a few others, the rest is spread unevenly over the other
hospitals, each of which has a patient.
"""

import numpy as np

from evidence.annealing.anneal import State
from evidence.ensemble.courses import choose
from evidence.ensemble.people import People
from evidence.reconstruction.targets import Targets
from evidence.this_abstract import abstract
from evidence.this_abstract.abstract import ARMS

SECOND_SAMPLE = 28  # days
OTHERS_OF_THE_PANEL_CENTRE = 5


def assign(people: People, followup: np.ndarray, targets: Targets, rng: np.random.Generator) -> State:
    """Send the patients of every member to hospitals.

    Parameters
    ----------
    people : People
    followup : array of int, (members, patients)
        Days.
    targets : Targets
    rng : Generator

    Returns
    -------
    State
        in_panel (bool), centre (from 1) and place (from 0, the patient's row in the file: by centre, in
        random order within one), (members, patients).
    """
    panel = np.zeros(followup.shape, dtype=bool)
    for arm in ARMS:
        possible = (people.measurable & (people.arm == arm)) & (followup >= SECOND_SAMPLE)
        panel |= choose(possible, targets.figures.count(abstract.panel(arm)), rng, "immune panel")
    centres = targets.figures.count(abstract.cohort("centres", "count"))
    others = rng.random(followup.shape)
    rank = np.where(panel, -1.0, others).argsort(axis=1).argsort(axis=1) - panel.sum(axis=1, keepdims=True)
    elsewhere = followup.shape[1] - panel[0].sum() - OTHERS_OF_THE_PANEL_CENTRE
    spread = np.stack([_uneven(elsewhere, centres - 1, rng) for _ in followup])
    away = rank - OTHERS_OF_THE_PANEL_CENTRE
    number = np.take_along_axis(spread, np.maximum(away, 0), axis=1)
    centre = np.where(away < 0, 1, number + 1)
    key = centre + rng.random(centre.shape)
    return {"in_panel": panel, "centre": centre, "place": key.argsort(axis=1).argsort(axis=1)}


def _uneven(patients: int, centres: int, rng: np.random.Generator) -> np.ndarray:
    """Return centre numbers (from 1), each at least once, the first ones more often."""
    weights = 1 / np.arange(1, centres + 1)
    more = rng.choice(np.arange(1, centres + 1), patients - centres, p=weights / weights.sum())
    return np.sort(np.concatenate([np.arange(1, centres + 1), more]))
