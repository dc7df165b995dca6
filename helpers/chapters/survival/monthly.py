"""Chapter 4: its curves read month by month, with the numbers at risk, for the slider beside a figure."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from helpers.chapters.survival import curves
from helpers.chapters.survival.times import line, times
from helpers.estimators.common import interval
from helpers.estimators.survival import kaplan_meier_at, number_at_risk
from helpers.ground.cohort import Cohort
from helpers.ground.results import COUNT, SHARE, Estimate, Rows
from helpers.ground.standing import OPEN

SHARES, AT_RISK = "share", "at_risk"  # the parts: the curve, and the number at risk just before the month
KEYS = ["outcome", "group", "month", "part"]


def monthly(
    cohort: Cohort, rows: pd.DataFrame, outcomes: Sequence[str], groups: Sequence[str]
) -> pd.DataFrame:
    """Read curves and numbers at risk at each whole month.

    Parameters
    ----------
    cohort : Cohort
    rows : DataFrame
        The chapter's results with their standing: at their months they stand in place of what is read from
        the fans, where a curve goes on in cohorts in which nobody is followed any longer.
    outcomes, groups : sequence of str
        As in `helpers.chapters.survival.curves.fans`.

    Returns
    -------
    DataFrame
        Rows as of the results table with ``label`` (the name of the curve), ``month`` and ``part``, curve by
        curve and month by month; no rows where no curve is known. Where single patients may not be told from
        each other, only the months at which one of the curves of `helpers.chapters.survival.coarse` is read;
        ``read`` is the month at which that of the row was read last.
    """
    if cohort.threshold:
        return pd.DataFrame([*_coarse(cohort, outcomes, groups)])
    if not cohort.is_ranged:
        return pd.DataFrame([*_observed(cohort, outcomes, groups)])
    fans = curves.fans(cohort, tuple(outcomes), tuple(groups))
    fans = fans[fans["month"].gt(0) & fans["low"].notna()]
    if fans.empty:
        return fans
    open_rows = pd.concat([_ranged(fans, "", "fraction", SHARE), _ranged(fans, "at_risk_", "count", COUNT)])
    open_rows = open_rows.sort_index(kind="stable")
    results = curves.at_horizons(rows, cohort.study).drop(columns="label").assign(part=SHARES)
    told = open_rows[[*KEYS, "label"]].reset_index().merge(results, on=KEYS).set_index("index")
    is_told = open_rows["part"].eq(SHARES) & open_rows.index.isin(told.index)
    found = pd.concat([told, open_rows[~is_told]]).sort_index(kind="stable")
    return found.reset_index(drop=True)


def _ranged(fans: pd.DataFrame, column: str, unit: str, kind: str) -> pd.DataFrame:
    """Make rows of the ends in two columns."""
    words = {"part": AT_RISK if column else SHARES, "unit": unit, "kind": kind, "standing": OPEN}
    ends = {f"range_{end}": fans[f"{column}{end}"] for end in ("low", "high")}
    return fans[["outcome", "group", "month", "label"]].assign(**words, **ends)


def _observed(cohort: Cohort, outcomes: Sequence[str], groups: Sequence[str]) -> Rows:
    study = cohort.study
    for outcome, group in product(outcomes, groups):
        longest = times(cohort, outcome)[0].max(initial=0)
        months, event = times(cohort, outcome, group)
        label = f"{study.label(group)} (n = {len(months)})"
        for month in range(1, int(longest) + 1) if len(months) else ():
            share = kaplan_meier_at(months, event, month)
            left = Estimate(float(number_at_risk(months, [month])[0]), n=len(months), method="count")
            for part, unit, value in ((SHARES, "fraction", share), (AT_RISK, "count", left)):
                made = line(study, outcome, f"{part}_{month}m", label, unit, value, group)
                yield made | {"month": month, "part": part}


def _coarse(cohort: Cohort, outcomes: Sequence[str], groups: Sequence[str]) -> Rows:
    read = {
        (outcome, group): curves.curves(cohort, outcome, (group,))
        for outcome, group in product(outcomes, groups)
    }
    places = sorted({month for curve in read.values() for month in curve["month"] if month > 0})
    for (outcome, group), curve in read.items():
        for month in map(int, places if len(curve) else ()):
            last = curve[curve["month"] <= month].iloc[-1]
            share = interval(last["estimate"], last["ci_low"], last["ci_high"], "Kaplan-Meier", n=np.nan)
            left = Estimate(last["n_at_risk"], method="count")
            for part, unit, value in ((SHARES, "fraction", share), (AT_RISK, "count", left)):
                name = f"{part}_{month}m"
                made = line(cohort.study, outcome, name, last["label"], unit, value, group)
                yield made | {"month": month, "part": part, "read": int(last["month"])}
