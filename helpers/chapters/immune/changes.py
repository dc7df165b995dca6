"""How each population of cells changed in an arm, and how the changes differ between the arms.

All paired numbers of a population rest on the same patients: those with both samples of it.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd

from helpers.chapters.immune.panel import Number, cell_rows, count, in_words, mann_whitney, paired_values
from helpers.estimators import log_ratios, quantiles, ranks
from helpers.ground.results import DIFFERENCE, Estimate, Rows
from helpers.ground.study import CONTRAST, Study
from helpers.ground.study_parts import ENDS


def paired_rows(panel: pd.DataFrame, study: Study) -> Rows:
    """Say how each population changed in each arm.

    Parameters
    ----------
    panel : DataFrame
        As `helpers.chapters.immune.panel.pairs` returns it.
    study : Study

    Yields
    ------
    dict
    """
    for cell, arm in product(study.cells, study.arm_ids):
        numbers = _paired_numbers(paired_values(panel, cell.id, arm), study)
        yield from cell_rows(study, cell.id, arm, numbers)


def between_rows(panel: pd.DataFrame, study: Study) -> Rows:
    """Say how the ratios of the last visit to the first differ between the arms.

    Parameters
    ----------
    panel : DataFrame
        As `helpers.chapters.immune.panel.pairs` returns it.
    study : Study

    Yields
    ------
    dict
    """
    for cell in study.cells:
        first, second = (paired_values(panel, cell.id, arm)["ratio"] for arm in study.arm_ids)
        # A difference of ratios has its null at 0, so its unit is not "ratio".
        shift = ranks.hodges_lehmann_two_sample(first, second)
        numbers = [
            Number("ratio_hodges_lehmann", "difference of ratios", "statistic", shift, DIFFERENCE),
            *mann_whitney("ratio_mann_whitney", first, second),
        ]
        yield from cell_rows(study, cell.id, CONTRAST, numbers)


def fold_change_rows(panel: pd.DataFrame, study: Study) -> Rows:
    """Give the ratios of the last visit to the first on the log scale, in each arm and between the arms.

    Parameters
    ----------
    panel : DataFrame
        As `helpers.chapters.immune.panel.pairs` returns it.
    study : Study

    Yields
    ------
    dict
    """
    before, after = in_words(study)
    first, second = study.arms
    label = f"ratio of the ratios of {after} to {before}, {first.short} to {second.phrase}"
    for cell in study.cells:
        of_arms = [paired_values(panel, cell.id, arm) for arm in study.arm_ids]
        for arm, both in zip(study.arm_ids, of_arms, strict=True):
            yield from cell_rows(study, cell.id, arm, _fold_change_numbers(both, study))
        value = log_ratios.ratio_of_ratios(*(both["ratio"] for both in of_arms))
        yield from cell_rows(study, cell.id, CONTRAST, [Number("ratio_of_ratios", label, "ratio", value)])


def _paired_numbers(both: dict[str, np.ndarray], study: Study) -> Iterator[Number]:
    first, last = study.ends
    before, after, change, times = (both[name] for name in (*ENDS, "change", "ratio"))
    ratio = f"median ratio, {' to '.join(reversed(in_words(study)))}"
    shift = ranks.hodges_lehmann_paired(before, after)
    exact = ranks.signed_rank_exact(before, after)
    yield Number(f"median_{first.id}", f"median {first.phrase}", "percent_points", quantiles.median(before))
    yield Number(f"median_{last.id}", f"median {last.phrase}", "percent_points", quantiles.median(after))
    yield Number("median_change", "median change", "percent_points", quantiles.median(change), DIFFERENCE)
    yield Number("median_ratio", ratio, "ratio", quantiles.median(times))
    yield Number("hodges_lehmann", "shift", "percent_points", shift, DIFFERENCE)
    yield Number("signed_rank", "signed-rank test", "statistic", ranks.signed_rank(before, after))
    yield Number("signed_rank_exact", "exact signed-rank test", "statistic", exact)
    yield Number("increased", "patients in whom it rose", "count", _count(change > 0))
    yield Number("decreased", "patients in whom it fell", "count", _count(change < 0))


def _fold_change_numbers(both: dict[str, np.ndarray], study: Study) -> Iterator[Number]:
    before, after = in_words(study)
    values = [both[end] for end in ENDS]
    zero = ((values[0] == 0) | (values[1] == 0)).sum()
    left_out = count(
        zero, len(values[0]), "with a value of 0 at either visit, of the patients with both values"
    )
    value = log_ratios.fold_change(*values)
    yield Number("fold_change", f"ratio of {after} to {before}", "ratio", value)
    yield Number("without_logarithm", "patients with a value of 0", "count", left_out)


def _count(met: np.ndarray) -> Estimate:
    return count(met.sum(), len(met), "of the patients with both values")
