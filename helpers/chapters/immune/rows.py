"""Chapter 5: blood immune cells at baseline and on day 28; a cohort in, result rows out.

All paired numbers of a population rest on the same patients: those with both samples of it.
"""

from dataclasses import asdict

import pandas as pd

from helpers.chapters.immune import baseline as immune_baseline
from helpers.chapters.immune import changes as immune_changes
from helpers.chapters.immune import composition as immune_composition
from helpers.chapters.immune import fold_changes as immune_folds
from helpers.chapters.immune.multiplicity import family_rows
from helpers.chapters.immune.panel import POPULATIONS, VISITS, cell_row, complete_pairs, count, pairs
from helpers.estimators import quantiles, ranks
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import ARMS, LABELS, STATUSES, in_group, in_stratum
from helpers.ground.results import not_estimable, row, table

NO_PANEL = "the cohort has no immune panel"


def results(study: Cohort) -> pd.DataFrame:
    """Compute every result of the chapter.

    Parameters
    ----------
    study : Cohort

    Returns
    -------
    DataFrame
        The results table. The same ids for every cohort; without an immune panel each is not estimable.
    """
    panel = pairs(study.immune)
    paired = [
        entry
        for population in POPULATIONS
        for arm in ARMS
        for entry in _paired_rows(complete_pairs(panel, population, arm), population, arm)
    ]
    between = [entry for population in POPULATIONS for entry in _between_rows(panel, population)]
    rows = [
        *_panel_rows(study),
        *_sample_rows(panel),
        *paired,
        *between,
        *family_rows(paired, "signed_rank", "all"),
        *family_rows(between, "ratio_mann_whitney", "arm"),
        *immune_composition.rows(panel),
        *immune_folds.rows(panel),
        *immune_baseline.rows(study, panel),
        *immune_changes.rows(panel),
    ]
    if study.immune.empty:
        rows = [entry | asdict(not_estimable(NO_PANEL)) for entry in rows]
    return table(rows)


def _panel_rows(study: Cohort) -> list[dict]:
    """Who was sampled: patients with any row in the panel, of all patients of the group and stratum."""
    sampled = study.patients["patient_id"].isin(study.immune["patient_id"])
    rows = []
    for group in ("all", *ARMS):
        for stratum in ("all", *STATUSES):
            of = in_group(study.patients, group) & in_stratum(study.patients, stratum)
            id = f"immune.patients.count.{group}" + ("" if stratum == "all" else f".{stratum}")
            words = LABELS[group] if stratum == "all" else f"{LABELS[group]}, {LABELS[stratum]}"
            value = count((sampled & of).sum(), of.sum(), "patients in the panel, of the cohort's patients")
            rows.append(row(id, "Patients in the immune panel", words, "count", value))
    centres = study.patients["centre"]
    value = count(
        centres[sampled].nunique(), centres.nunique(), "centres of the panel, of the cohort's centres"
    )
    return [
        *rows,
        row("immune.centres.count.all", "Centres in the immune panel", LABELS["all"], "count", value),
    ]


def _sample_rows(panel: pd.DataFrame) -> list[dict]:
    """How complete the panel is, for each population and arm, and over all of them."""
    rows = []
    for population in POPULATIONS:
        for arm in ARMS:
            of = panel[panel["population"].eq(population) & panel["arm"].eq(arm)]
            both = complete_pairs(panel, population, arm)
            for statistic, label, found in (
                ("samples_baseline", "Baseline values", of["baseline"].notna()),
                ("samples_day28", "Day-28 values", of["day28"].notna()),
                ("pairs", "Patients with both values", of["change"].notna()),
            ):
                value = count(found.sum(), len(of), "values present, of the panel's patients in the arm")
                rows.append(cell_row(population, statistic, arm, label, "count", value))
            zero = count(both["baseline"].eq(0).sum(), len(both), "of the patients with both values")
            label = "Patients without a ratio, because the baseline value is 0"
            rows.append(cell_row(population, "zero_baseline", arm, label, "count", zero))
    both = panel.dropna(subset=list(VISITS))
    zero = count(both["baseline"].eq(0).sum(), len(both), "of all pairs of values, over the populations")
    label = "Pairs without a ratio, because the baseline value is 0"
    return [*rows, row("immune.pairs.zero_baseline.all", label, LABELS["all"], "count", zero)]


def _paired_rows(both: pd.DataFrame, population: str, arm: str) -> list[dict]:
    """How one population changed in one arm, from the patients with both samples."""
    before, after, change = both["baseline"], both["day28"], both["change"]
    directions = [
        ("increased", "Patients in whom it rose", change > 0),
        ("decreased", "Patients in whom it fell", change < 0),
    ]
    values = [
        ("median_baseline", "Median at baseline", "percent_points", quantiles.median(before)),
        ("median_day28", "Median on day 28", "percent_points", quantiles.median(after)),
        ("median_change", "Median change", "percent_points", quantiles.median(change)),
        ("median_ratio", "Median ratio, day 28 to baseline", "ratio", quantiles.median(both["ratio"])),
        ("hodges_lehmann", "Shift", "percent_points", ranks.hodges_lehmann_paired(before, after)),
        ("signed_rank", "Signed-rank test", "statistic", ranks.signed_rank(before, after)),
        ("signed_rank_exact", "Exact signed-rank test", "statistic", ranks.signed_rank_exact(before, after)),
    ] + [
        (name, label, "count", count(met.sum(), len(both), "of the patients with both values"))
        for name, label, met in directions
    ]
    return [cell_row(population, name, arm, label, unit, value) for name, label, unit, value in values]


def _between_rows(panel: pd.DataFrame, population: str) -> list[dict]:
    """How the ratios of day 28 to baseline of one population differ between the arms."""
    combination, monotherapy = (complete_pairs(panel, population, arm)["ratio"] for arm in ARMS)
    values = [
        # A difference of ratios has its null at 0, so its unit is not "ratio".
        (
            "ratio_hodges_lehmann",
            "Difference of ratios",
            "statistic",
            ranks.hodges_lehmann_two_sample(combination, monotherapy),
        ),
        (
            "ratio_mann_whitney",
            "Mann-Whitney test",
            "statistic",
            ranks.mann_whitney(combination, monotherapy),
        ),
        (
            "ratio_mann_whitney_exact",
            "Exact Mann-Whitney test",
            "statistic",
            ranks.mann_whitney_exact(combination, monotherapy),
        ),
    ]
    return [cell_row(population, name, "arm", label, unit, value) for name, label, unit, value in values]
