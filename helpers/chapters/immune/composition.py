"""Chapter 5, CD45RA and CD45RO as parts of one whole: the logarithm of their ratio.

Two shares of one whole cannot change independently, and neither can be read without the other. Their ratio
can: it does not depend on what else the CD8+ T cells hold. Its logarithm turns a doubling and a halving into
steps of one size.
"""

import numpy as np
import pandas as pd

from helpers.chapters.immune.panel import VISITS, count
from helpers.estimators import log_ratios, quantiles, ranks
from helpers.ground.endpoints import ARMS, LABELS
from helpers.ground.results import Estimate, row

PARTS = ("cd8_cd45ra", "cd8_cd45ro")
#: Half of the last decimal in which a percentage is recorded; stands in for 0 in the sensitivity analysis.
REPLACEMENT = 0.05
SPLIT = "CD45RA+ to CD45RO+ ratio of CD8+ T cells"
COMPARED = "change with the combination to change with blinatumomab alone"


def log_ratio_pairs(panel: pd.DataFrame, replacement: float | None = None) -> pd.DataFrame:
    """Compute the log ratio of CD45RA to CD45RO at both visits.

    Parameters
    ----------
    panel : DataFrame
        As `helpers.chapters.immune.panel.pairs` returns it.
    replacement : float, optional
        What a share of 0 is replaced by, in percent. Without it a share of 0 leaves the log ratio missing.

    Returns
    -------
    DataFrame
        One row per patient with both shares at both visits: patient_id, arm, baseline and day28 (natural
        logarithm of CD45RA / CD45RO).

    References
    ----------
    Aitchison J (1982). Journal of the Royal Statistical Society B 44, 139-177;
    Martín-Fernández JA, Barceló-Vidal C, Pawlowsky-Glahn V (2003). Mathematical Geology 35, 253-278 (zeros).
    """
    complete = panel.dropna(subset=list(VISITS))
    upper, lower = (
        complete[complete["population"].eq(part)].set_index(["patient_id", "arm"])[list(VISITS)]
        for part in PARTS
    )
    keys = upper.index.intersection(lower.index)
    shares = [part.loc[keys] for part in (upper, lower)]
    # A zero of both parts at once says nothing about their ratio.
    nothing = shares[0].eq(0) & shares[1].eq(0)
    filled = [part.mask(part.eq(0), np.nan if replacement is None else replacement) for part in shares]
    return np.log((filled[0] / filled[1]).mask(nothing)).reset_index()


def rows(panel: pd.DataFrame) -> list[dict]:
    """Compute how the balance of CD45RA and CD45RO changed, in each arm and between the arms."""
    strict, replaced = log_ratio_pairs(panel), log_ratio_pairs(panel, REPLACEMENT)
    return [
        *_sum_rows(panel),
        *(entry for arm in ARMS for entry in _arm_rows(strict, replaced, arm)),
        *_between_rows(strict, replaced),
    ]


def _arm_rows(strict: pd.DataFrame, replaced: pd.DataFrame, arm: str) -> list[dict]:
    mine, filled = (frame[frame["arm"].eq(arm)] for frame in (strict, replaced))
    known = mine.dropna(subset=list(VISITS))
    used = count(len(known), len(mine), "patients without a share of 0, of those with both shares twice")
    values = [
        ("pairs_used", "patients with a ratio at both visits", "count", used),
        *_median_values(known),
        *_change_values(known["baseline"], known["day28"]),
        (
            "fold_change_zeros_replaced",
            f"day 28 to baseline, shares of 0 replaced by {REPLACEMENT}%",
            "ratio",
            log_ratios.exponentiated(ranks.hodges_lehmann_paired(filled["baseline"], filled["day28"])),
        ),
    ]
    return [_split_row(name, arm, label, unit, value) for name, label, unit, value in values]


def _median_values(known: pd.DataFrame) -> list[tuple]:
    values = []
    for visit in VISITS:
        median, words = quantiles.median(known[visit]), f"median, {LABELS[visit].lower()}"
        values += [
            (f"log_ratio_{visit}", f"{words}, of the logarithm", "statistic", median),
            (f"ratio_{visit}", words, "ratio", log_ratios.exponentiated(median)),
        ]
    return values


def _change_values(before: pd.Series, after: pd.Series) -> list[tuple]:
    shift = ranks.hodges_lehmann_paired(before, after)
    exact = ranks.signed_rank_exact(before, after)
    return [
        ("log_change_hodges_lehmann", "shift of the logarithm", "statistic", shift),
        ("fold_change", "day 28 to baseline", "ratio", log_ratios.exponentiated(shift)),
        ("log_change_signed_rank", "signed-rank test", "statistic", ranks.signed_rank(before, after)),
        ("log_change_signed_rank_exact", "exact signed-rank test", "statistic", exact),
    ]


def _between_rows(strict: pd.DataFrame, replaced: pd.DataFrame) -> list[dict]:
    changes = _changes_by_arm(strict)
    shift = ranks.hodges_lehmann_two_sample(*changes)
    values = [
        ("log_change_hodges_lehmann", "difference of the changes of the logarithm", "statistic", shift),
        (
            "fold_change",
            COMPARED,
            "ratio",
            log_ratios.exponentiated(shift),
        ),
        (
            "fold_change_zeros_replaced",
            f"{COMPARED}, shares of 0 replaced by {REPLACEMENT}%",
            "ratio",
            log_ratios.exponentiated(ranks.hodges_lehmann_two_sample(*_changes_by_arm(replaced))),
        ),
        (
            "log_change_mann_whitney",
            "Mann-Whitney test of the changes of the logarithm",
            "statistic",
            ranks.mann_whitney(*changes),
        ),
        (
            "log_change_mann_whitney_exact",
            "exact Mann-Whitney test of the changes of the logarithm",
            "statistic",
            ranks.mann_whitney_exact(*changes),
        ),
    ]
    return [_split_row(name, "arm", label, unit, value) for name, label, unit, value in values]


def _changes_by_arm(log_pairs: pd.DataFrame) -> list[pd.Series]:
    change = log_pairs["day28"] - log_pairs["baseline"]
    return [change[log_pairs["arm"].eq(arm)] for arm in ARMS]


def _split_row(statistic: str, group: str, label: str, unit: str, value: Estimate) -> dict:
    patients = f"{LABELS[group]}, patients with both shares at both visits"
    return row(f"immune.cd45_split.{statistic}.{group}", f"{SPLIT}: {label}", patients, unit, value)


def _sum_rows(panel: pd.DataFrame) -> list[dict]:
    """How far the CD45RA and CD45RO shares of CD8+ T cells are two views of one change."""
    cd45ra, cd45ro = (panel[panel["population"].eq(name)].set_index("patient_id") for name in PARTS)
    medians = [
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
    value = count(product.lt(0).sum(), len(product), "of the patients with both changes")
    label = "Patients in whom CD45RA+ and CD45RO+ moved in opposite directions"
    opposite = row("immune.cd8_cd45_sum.opposite_changes.all", label, LABELS["all"], "count", value)
    return [*medians, opposite]
