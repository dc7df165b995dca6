"""Cohorts whose single patients are not drawn: rows of the rebuilt cohort, drawn anew with other numbers."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from helpers.ground.cohort import Cohort, load

MANY = 400


def undrawn(size: int = MANY, threshold: int = 5, seed: int = 1) -> Cohort:
    """Return a cohort of patient-level rows that is to be shown, or has many patients."""
    rebuilt, rng = load(), np.random.default_rng(seed)
    patients = rebuilt.patients.sample(size, replace=True, random_state=seed, ignore_index=True)
    patients["patient_id"] = [f"P{number}" for number in range(size)]
    patients["age_years"] = rng.integers(16, 80, size)
    patients["bm_blasts_pct"] = (patients["bm_blasts_pct"] + rng.integers(-9, 10, size)).clip(0, 100)
    nothing = {name: getattr(rebuilt, name).head(0) for name in ("ranges", "fans", "cut_offs", "others")}
    found = replace(rebuilt, provenance="patient-level", patients=patients, threshold=threshold, **nothing)
    assert not found.draws_patients
    return found


def places(fig: Figure) -> list[int]:
    """Count the places of each line and each set of marks, and the bars of each figure."""
    axes = fig.get_axes()
    drawn = [len(line.get_xdata()) for ax in axes for line in ax.lines]
    drawn += [len(marks.get_offsets()) for ax in axes for marks in ax.collections]
    plt.close(fig)
    return [*drawn, sum(len(ax.patches) for ax in axes)]
