"""Cohorts that differ from the rebuilt one in whatever the abstract leaves open, as long tables."""

import numpy as np
import pandas as pd

from helpers.ground.cohort import DEFAULT

CELLS = ["arm", "disease_status"]


def long_tables(number: int, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return patients and immune panel of some cohorts, as the ensemble's file gives them."""
    patients, immune = (pd.read_csv(DEFAULT / f"{file}.csv") for file in ("patients", "immune"))
    made = [_member(patients, immune, np.random.default_rng([seed, member])) for member in range(number)]
    tables = zip(*made, strict=True)
    patients, immune = (
        pd.concat([table.assign(member=member) for member, table in enumerate(of)], ignore_index=True)
        for of in tables
    )
    answers = [name for name in patients if patients[name].isin(["yes", "no"]).all()]
    patients[answers] = patients[answers].eq("yes")
    return patients.drop(columns="synthetic"), immune.drop(columns="synthetic")


def _member(
    patients: pd.DataFrame, immune: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Shuffle ages, centres and, on each side of the cut-off, blasts; stretch courses; blur the panel."""
    side = patients["bm_blasts_pct"] > 60
    blasts = patients.groupby([*CELLS, side])["bm_blasts_pct"].transform(
        lambda own: rng.permutation(own.to_numpy())
    )
    stretch = np.exp(rng.normal(0, 0.25, len(patients)))
    end = np.maximum(1, (patients["followup_days"] * stretch).round())
    days = {
        name: np.minimum((patients[name] * stretch).round(), end)
        for name in ("relapse_days", "transplant_days")
    }
    shuffled = {name: rng.permutation(patients[name].to_numpy()) for name in ("age_years", "centre")}
    percent = (immune["percent"] * np.exp(rng.normal(0, 0.1, len(immune)))).clip(0, 100).round(1)
    patients = patients.assign(bm_blasts_pct=blasts, followup_days=end, **days, **shuffled)
    return patients, immune.assign(percent=percent)
