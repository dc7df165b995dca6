"""Chapter 5, exploratory: the cells at baseline of patients with and without an outcome."""

import pandas as pd

from helpers.chapters.immune.multiplicity import family_rows
from helpers.chapters.immune.panel import POPULATIONS, population_label
from helpers.estimators import quantiles, ranks
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import LABELS, in_stratum
from helpers.ground.results import row

#: outcome: its column in the patients, and the patients in whom it can be reached
OUTCOMES = {
    "mrd_negativity": ("mrd_negative", "measurable_disease"),
    "response": ("response", "relapsed_refractory"),
}
STATISTIC = "baseline_mann_whitney"


def baseline_by_outcome(study: Cohort, panel: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Put each patient's baseline values beside whether the outcome was reached.

    Parameters
    ----------
    study : Cohort
    panel : DataFrame
        As `helpers.chapters.immune.panel.pairs` returns it for the cohort.
    outcome : str
        A key of `OUTCOMES`.

    Returns
    -------
    DataFrame
        One row per patient and population with a baseline value and a known outcome, of the patients in whom
        it can be reached, whether they have a second sample or not: patient_id, arm, population, baseline
        (percent of the parent population), reached (bool).
    """
    column, stratum = OUTCOMES[outcome]
    patients = study.patients[in_stratum(study.patients, stratum)]
    reached = patients.set_index("patient_id")[column].astype("boolean").dropna().astype(bool)
    known = panel.dropna(subset=["baseline"])
    known = known[known["patient_id"].isin(reached.index)]
    return known[["patient_id", "arm", "population", "baseline"]].assign(
        reached=known["patient_id"].map(reached).astype(bool)
    )


def baseline_by_outcomes(study: Cohort, panel: pd.DataFrame) -> pd.DataFrame:
    """Stack `baseline_by_outcome` of every outcome, named in the column outcome."""
    frames = [baseline_by_outcome(study, panel, outcome).assign(outcome=outcome) for outcome in OUTCOMES]
    return pd.concat(frames, ignore_index=True)


def rows(study: Cohort, panel: pd.DataFrame) -> list[dict]:
    """Compare baseline values by outcome, and adjust the tests over all populations and outcomes."""
    compared = [
        entry
        for outcome in OUTCOMES
        for frame in [baseline_by_outcome(study, panel, outcome)]
        for population in POPULATIONS
        for entry in _outcome_rows(frame, population, outcome)
    ]
    return [*compared, *family_rows(compared, STATISTIC, "all")]


def _outcome_rows(frame: pd.DataFrame, population: str, outcome: str) -> list[dict]:
    mine = frame[frame["population"].eq(population)]
    with_outcome, without = (mine.loc[mine["reached"].eq(reached), "baseline"] for reached in (True, False))
    values = [
        ("baseline_median_reached", "median where reached", "percent_points", quantiles.median(with_outcome)),
        ("baseline_median_missed", "median where not reached", "percent_points", quantiles.median(without)),
        (
            "baseline_hodges_lehmann",
            "shift, reached against not reached",
            "percent_points",
            ranks.hodges_lehmann_two_sample(with_outcome, without),
        ),
        (STATISTIC, "Mann-Whitney test", "statistic", ranks.mann_whitney(with_outcome, without)),
        (
            f"{STATISTIC}_exact",
            "exact Mann-Whitney test",
            "statistic",
            ranks.mann_whitney_exact(with_outcome, without),
        ),
    ]
    stratum = OUTCOMES[outcome][1]
    return [
        row(
            f"immune.{population}_by_{outcome}.{name}.all.{stratum}",
            f"{population_label(population)} at baseline by {LABELS[outcome]}: {label}",
            f"{LABELS[stratum]}, patients with a baseline value and a known outcome",
            unit,
            value,
        )
        for name, label, unit, value in values
    ]
