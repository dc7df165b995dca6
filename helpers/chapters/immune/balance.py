"""Two populations of cells as parts of one whole: the logarithm of their ratio.

Two shares of one whole cannot change independently, and neither can be read without the other. Their ratio
can: it does not depend on what else the whole holds. Its logarithm turns a doubling and a halving into steps
of one size.
"""

from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np
import pandas as pd

from helpers.chapters.immune.panel import Number, count, in_words, mann_whitney, number_rows, result_id
from helpers.estimators import log_ratios, quantiles, ranks
from helpers.ground.results import DIFFERENCE, Estimate, Rows, row
from helpers.ground.study import CONTRAST, EVERYBODY, Study
from helpers.ground.study_parts import ENDS, Balance

# Half of the last decimal in which a percentage is recorded; stands in for 0 in the sensitivity analysis.
REPLACEMENT = 0.05
Columns = dict[str, np.ndarray]
REPLACED = f"shares of 0 replaced by {REPLACEMENT}%"


def log_ratio_pairs(
    panel: pd.DataFrame, balance: Balance | None, replacement: float | None = None
) -> pd.DataFrame:
    """Compute the log ratio of the two populations at the first and the last visit.

    Parameters
    ----------
    panel : DataFrame
        As `helpers.chapters.immune.panel.pairs` returns it.
    balance : Balance or None
    replacement : float, optional
        What a share of 0 is replaced by, in percent. Without it a share of 0 leaves the log ratio missing.

    Returns
    -------
    DataFrame
        One row per patient with both shares at both visits, none without a balance: patient_id, arm, before
        and after (natural logarithm of numerator / denominator).

    References
    ----------
    Aitchison J (1982). Journal of the Royal Statistical Society B 44, 139-177;
    Martín-Fernández JA, Barceló-Vidal C, Pawlowsky-Glahn V (2003). Mathematical Geology 35, 253-278 (zeros).
    """
    if balance is None:
        return pd.DataFrame(columns=["patient_id", "arm", *ENDS])
    return pd.DataFrame(_log_ratios(panel, balance, replacement))


def _log_ratios(panel: pd.DataFrame, balance: Balance, replacement: float | None = None) -> Columns:
    """Return the columns of `log_ratio_pairs`."""
    population, ids = panel["population"].to_numpy(), panel["patient_id"].to_numpy()
    values = panel[ENDS].to_numpy(float)
    complete = ~np.isnan(values).any(axis=1)
    places = [
        {ids[place]: place for place in np.flatnonzero(complete & (population == part))}
        for part in (balance.numerator, balance.denominator)
    ]
    keys = [id for id in places[0] if id in places[1]]
    shares = [values[[part[id] for id in keys]].reshape(-1, len(ENDS)) for part in places]
    # A zero of both parts at once says nothing about their ratio.
    nothing = (shares[0] == 0) & (shares[1] == 0)
    filled = [np.where(part == 0, np.nan if replacement is None else replacement, part) for part in shares]
    logarithms = np.log(np.where(nothing, np.nan, filled[0] / filled[1]))
    rows = [places[0][id] for id in keys]
    whose = {name: panel[name].to_numpy()[rows] for name in ("patient_id", "arm")}
    return {**whose, **dict(zip(ENDS, logarithms.T, strict=True))}


def balance_rows(panel: pd.DataFrame, study: Study) -> Rows:
    """Say how the balance of the two populations changed, in each arm and between the arms.

    Parameters
    ----------
    panel : DataFrame
        As `helpers.chapters.immune.panel.pairs` returns it.
    study : Study

    Yields
    ------
    dict
        None where the study follows no balance.
    """
    if study.balance is None:
        return
    strict, replaced = (_log_ratios(panel, study.balance, filler) for filler in (None, REPLACEMENT))
    yield from _sum_rows(panel, study, study.balance)
    for arm in study.arm_ids:
        mine, filled = (
            {end: pairs[end][pairs["arm"] == arm] for end in ENDS} for pairs in (strict, replaced)
        )
        yield from _ratio_rows(study, study.balance, arm, _arm_numbers(mine, filled, study))
    yield from _ratio_rows(study, study.balance, CONTRAST, _between_numbers(strict, replaced, study))


def _ratio_rows(study: Study, balance: Balance, group: str, numbers: Iterable[Number]) -> Rows:
    upper, lower = study.cell(balance.numerator), study.cell(balance.denominator)
    name = f"{upper.marker} to {lower.marker} ratio of {upper.parent_label}"
    patients = f"{study.label(group)}, patients with both shares at both visits"
    return number_rows(numbers, name, patients, partial(result_id, balance.id, group=group))


def _arm_numbers(mine: Columns, filled: Columns, study: Study) -> Iterator[Number]:
    whole = ~np.any([np.isnan(mine[end]) for end in ENDS], axis=0)
    known = {end: mine[end][whole] for end in ENDS}
    used = count(whole.sum(), len(whole), "patients without a share of 0, of those with both shares twice")
    compared = " to ".join(reversed(in_words(study)))
    shift = ranks.hodges_lehmann_paired(known["before"], known["after"])
    test = ranks.signed_rank(known["before"], known["after"])
    exact = ranks.signed_rank_exact(known["before"], known["after"])
    replaced = ranks.hodges_lehmann_paired(filled["before"], filled["after"])
    yield Number("pairs_used", "patients with a ratio at both visits", "count", used)
    yield from _median_numbers(known, study)
    yield Number("log_change_hodges_lehmann", "shift of the logarithm", "statistic", shift, DIFFERENCE)
    yield _as_ratio("fold_change", compared, shift)
    yield Number("log_change_signed_rank", "signed-rank test", "statistic", test)
    yield Number("log_change_signed_rank_exact", "exact signed-rank test", "statistic", exact)
    yield _as_ratio("fold_change_zeros_replaced", f"{compared}, {REPLACED}", replaced)


def _median_numbers(known: Columns, study: Study) -> Iterator[Number]:
    for end, visit, name in zip(ENDS, study.ends, in_words(study), strict=True):
        median = quantiles.median(known[end])
        yield Number(f"log_ratio_{visit.id}", f"median, {name}, of the logarithm", "statistic", median)
        yield _as_ratio(f"ratio_{visit.id}", f"median, {name}", median)


def _between_numbers(strict: Columns, replaced: Columns, study: Study) -> Iterator[Number]:
    first, second = _changes_by_arm(strict, study)
    shift = ranks.hodges_lehmann_two_sample(first, second)
    filled = ranks.hodges_lehmann_two_sample(*_changes_by_arm(replaced, study))
    compared = " to ".join(f"change {arm.named}" for arm in study.arms)
    what = "difference of the changes of the logarithm"
    yield Number("log_change_hodges_lehmann", what, "statistic", shift, DIFFERENCE)
    yield _as_ratio("fold_change", compared, shift)
    yield _as_ratio("fold_change_zeros_replaced", f"{compared}, {REPLACED}", filled)
    yield from mann_whitney("log_change_mann_whitney", first, second, " of the changes of the logarithm")


def _as_ratio(statistic: str, label: str, logarithm: Estimate) -> Number:
    return Number(statistic, label, "ratio", log_ratios.exponentiated(logarithm))


def _changes_by_arm(log_pairs: Columns, study: Study) -> list[np.ndarray]:
    change = log_pairs["after"] - log_pairs["before"]
    return [change[log_pairs["arm"] == arm] for arm in study.arm_ids]


def _sum_rows(panel: pd.DataFrame, study: Study, balance: Balance) -> Rows:
    """Say how far the two shares are two views of one change."""
    cells = study.cell(balance.numerator), study.cell(balance.denominator)
    columns = {name: panel[name].to_numpy(float) for name in (*ENDS, "change")}
    ids, population = panel["patient_id"].to_numpy(), panel["population"].to_numpy()
    upper, lower = ({ids[row]: row for row in np.flatnonzero(population == cell.id)} for cell in cells)
    rows = [(upper[id], lower[id]) for id in upper if id in lower]
    first, second = np.array(rows, dtype=int).reshape(-1, 2).T
    markers = [cell.marker for cell in cells]
    for end, visit, name in zip(ENDS, study.ends, in_words(study), strict=True):
        label = f"Median of {' plus '.join(markers)} (% of {cells[0].parent_label}), {name}"
        value = quantiles.median(columns[end][first] + columns[end][second])
        id = result_id(balance.sum_id, f"median_{visit.id}")
        yield row(id, label, "Patients with both shares", "percent_points", value)
    product = columns["change"][first] * columns["change"][second]
    value = count((product < 0).sum(), (~np.isnan(product)).sum(), "of the patients with both changes")
    label = f"Patients in whom {' and '.join(markers)} moved in opposite directions"
    id = result_id(balance.sum_id, "opposite_changes")
    yield row(id, label, study.label(EVERYBODY), "count", value)
