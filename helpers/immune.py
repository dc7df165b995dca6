"""Chapter 5: blood immune cells at baseline and on day 28; a cohort in, result rows out.

All paired numbers of a population rest on the same patients: those with both samples of it.
"""

from dataclasses import asdict

import numpy as np
import pandas as pd

from helpers.cohort import Cohort
from helpers.endpoints import ARMS, LABELS, PARENTS, STATUSES, in_group, in_stratum
from helpers.estimators import quantiles, ranks
from helpers.results import SIGNIFICANT, Estimate, not_estimable, row, table

POPULATIONS = tuple(PARENTS)
VISITS = ("baseline", "day28")
NO_PANEL = "the cohort has no immune panel"
FAMILIES = {"signed_rank": "paired tests", "ratio_mann_whitney": "tests between the arms"}


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
        *_family_rows(paired, "signed_rank", "all"),
        *_family_rows(between, "ratio_mann_whitney", "arm"),
        *_composition_rows(panel),
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
            value = _count((sampled & of).sum(), of.sum(), "patients in the panel, of the cohort's patients")
            rows.append(row(id, "Patients in the immune panel", words, "count", value))
    return rows


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
                value = _count(found.sum(), len(of), "values present, of the panel's patients in the arm")
                rows.append(_row(population, statistic, arm, label, "count", value))
            zero = _count(both["baseline"].eq(0).sum(), len(both), "of the patients with both values")
            label = "Patients without a ratio, because the baseline value is 0"
            rows.append(_row(population, "zero_baseline", arm, label, "count", zero))
    both = panel.dropna(subset=list(VISITS))
    zero = _count(both["baseline"].eq(0).sum(), len(both), "of all pairs of values, over the populations")
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
        ("signed_rank", "Signed-rank test", "p_value", ranks.signed_rank(before, after)),
        ("signed_rank_exact", "Exact signed-rank test", "p_value", ranks.signed_rank_exact(before, after)),
    ] + [
        (name, label, "count", _count(met.sum(), len(both), "of the patients with both values"))
        for name, label, met in directions
    ]
    return [_row(population, name, arm, label, unit, value) for name, label, unit, value in values]


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
        ("ratio_mann_whitney", "Mann-Whitney test", "p_value", ranks.mann_whitney(combination, monotherapy)),
        (
            "ratio_mann_whitney_exact",
            "Exact Mann-Whitney test",
            "p_value",
            ranks.mann_whitney_exact(combination, monotherapy),
        ),
    ]
    return [_row(population, name, "arm", label, unit, value) for name, label, unit, value in values]


def _family_rows(rows: list[dict], statistic: str, group: str) -> list[dict]:
    """Adjust the asymptotic tests of one declared family, and count what became of them."""
    tests = [entry for entry in rows if entry["statistic"] == statistic]
    exact = [entry for entry in rows if entry["statistic"] == f"{statistic}_exact"]
    raw, exact_p = (np.array([entry["p_value"] for entry in found]) for found in (tests, exact))
    adjusted = ranks.benjamini_hochberg(raw)
    size = int(np.isfinite(raw).sum())
    family = f"{FAMILIES[statistic]} of the declared family"
    method = f"Benjamini-Hochberg over the {size} estimable of the {len(tests)} {family}"
    adjusted_rows = [
        _adjusted_row(test, statistic, p, method) for test, p in zip(tests, adjusted, strict=True)
    ]
    known = np.isfinite(raw) & np.isfinite(exact_p)
    counts = [
        ("below_0_05", "P < 0.05", (raw < SIGNIFICANT).sum(), size),
        ("below_0_05_exact", "exact P < 0.05", (exact_p < SIGNIFICANT).sum(), np.isfinite(exact_p).sum()),
        ("below_0_05_bh", "Benjamini-Hochberg adjusted P < 0.05", (adjusted < SIGNIFICANT).sum(), size),
        (
            "exact_differs",
            "asymptotic and exact P on different sides of 0.05",
            (known & ((raw < SIGNIFICANT) != (exact_p < SIGNIFICANT))).sum(),
            known.sum(),
        ),
    ]
    counted = [
        row(
            f"immune.{statistic}_family.{name}.{group}",
            f"{FAMILIES[statistic].capitalize()} with {label}",
            "All populations of the panel",
            "count",
            _count(count, of, family) if of else not_estimable(f"none of the {family} is estimable", n=0),
        )
        for name, label, count, of in counts
    ]
    return [*adjusted_rows, *counted, _smallest_row(adjusted, statistic, group, method)]


def _adjusted_row(test: dict, statistic: str, p: float, method: str) -> dict:
    reached = np.isfinite(p)
    change = {"p_value": p, "method": method} if reached else {}
    id = test["id"].replace(f".{statistic}.", f".{statistic}_bh.")
    label = f"{test['label']}, Benjamini-Hochberg adjusted"
    return test | change | {"id": id, "label": label, "statistic": f"{statistic}_bh"}


def _smallest_row(adjusted: np.ndarray, statistic: str, group: str, method: str) -> dict:
    known = adjusted[np.isfinite(adjusted)]
    value = not_estimable(f"none of the {FAMILIES[statistic]} is estimable", n=0)
    if len(known):
        value = Estimate(p_value=float(known.min()), n=len(known), method=method)
    label = f"Smallest adjusted P value of the {FAMILIES[statistic]}"
    id = f"immune.{statistic}_family.smallest_bh.{group}"
    return row(id, label, "All populations of the panel", "p_value", value)


def _composition_rows(panel: pd.DataFrame) -> list[dict]:
    """How far the CD45RA and CD45RO shares of CD8+ T cells are two views of one change."""
    cd45ra, cd45ro = (
        panel[panel["population"].eq(name)].set_index("patient_id") for name in ("cd8_cd45ra", "cd8_cd45ro")
    )
    rows = [
        row(
            f"immune.cd8_cd45_sum.median_{visit}.all",
            f"Median of CD45RA+ plus CD45RO+ (% of {LABELS['cd8_t']}), {LABELS[visit].lower()}",
            "Patients with both shares",
            "percent_points",
            quantiles.median(cd45ra[visit] + cd45ro[visit]),
        )
        for visit in VISITS
    ]
    product = (cd45ra["change"] * cd45ro["change"]).dropna()
    value = _count(product.lt(0).sum(), len(product), "of the patients with both changes")
    label = "Patients in whom CD45RA+ and CD45RO+ moved in opposite directions"
    return [
        *rows,
        row("immune.cd8_cd45_sum.opposite_changes.all", label, LABELS["all"], "count", value),
    ]


def _row(population: str, statistic: str, group: str, label: str, unit: str, value: Estimate) -> dict:
    """Make a row about one population of cells, whose label names the population and its parent."""
    words = f"{population_label(population)}: {label[0].lower()}{label[1:]}"
    patients = f"{LABELS[group]}, patients with both samples"
    return row(f"immune.{population}.{statistic}.{group}", words, patients, unit, value)


def _count(count: int, of: int, method: str) -> Estimate:
    return Estimate(estimate=float(count), n=float(of), events=float(count), method=f"count, {method}")
