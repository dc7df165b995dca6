"""Chapter 2, efficacy: who reaches an outcome above each cut-off of the blasts, for a slider."""

import pandas as pd

from helpers.chapters.efficacy.burden import asked
from helpers.chapters.efficacy.groups import result_id, share
from helpers.estimators import proportions
from helpers.ground.cohort import Cohort
from helpers.ground.results import DIFFERENCE, Rows, row
from helpers.ground.rounding import multiple
from helpers.ground.standing import FOLLOWS
from helpers.ground.study import CONTRAST, Study

CUT_OFFS = range(5, 95, 5)  # % of blasts; above the last of them hardly anybody is left
KEYS = ["outcome", "group", "cutoff"]
NUMBERS = ["estimate", "events", "n"]


def above(patients: pd.DataFrame, study: Study, base: int = 0) -> pd.DataFrame:
    """Count and compare the arms above each cut-off of the blasts.

    Parameters
    ----------
    patients : DataFrame
        The cohort's patients with their endpoints.
    study : Study
    base : int
        As of `helpers.chapters.efficacy.groups.counts`.

    Returns
    -------
    DataFrame
        Rows as of the results table, with ``cutoff``: for each outcome and cut-off the rate of each arm with
        its counts, then their difference (Newcombe) under the group `CONTRAST`.
    """
    return pd.DataFrame([*_rows(patients, study, base)])


def _rows(patients: pd.DataFrame, study: Study, base: int) -> Rows:
    where = study.label(study.assessed)
    for outcome in study.outcomes:
        frame = asked(patients, study, outcome.id)
        event, first, blasts = (frame[name].to_numpy() for name in ("event", "first", "blasts"))
        for cutoff in CUT_OFFS:
            over, counts = blasts > cutoff, []
            for arm, inside in zip(study.arm_ids, (over & first, over & ~first), strict=True):
                reached, n = int(event[inside].sum()), int(inside.sum())
                counts += [reached, n]
                id = result_id(outcome.id, f"rate_above_{cutoff}", arm, study.assessed)
                value = share(reached, n, base)
                yield row(id, outcome.label, where, "fraction", value) | {"cutoff": cutoff}
            id = result_id(outcome.id, f"risk_difference_above_{cutoff}", CONTRAST, study.assessed)
            difference = proportions.newcombe_difference(*(multiple(count, base) for count in counts))
            yield row(id, outcome.label, where, "fraction", difference, DIFFERENCE) | {"cutoff": cutoff}


def known(cohort: Cohort) -> pd.DataFrame:
    """Give what is known above each cut-off: of real rows what may be told, else what follows and ranges.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        As `above`. Where open results are known by their ranges, with ``standing``, ``range_low`` and
        ``range_high``, and those of ``events`` and ``n``, and without this cohort's own numbers; no rows if
        no ranges are at hand.
    """
    rows = above(cohort.patients, cohort.study, cohort.threshold)
    if not cohort.is_ranged:
        return cohort.told(rows)
    if cohort.cut_offs.empty:
        return rows.iloc[:0]
    ends = {f"estimate_{end}": f"range_{end}" for end in ("low", "high")}
    found = rows.merge(cohort.cut_offs.rename(columns=ends), on=KEYS, how="left", validate="one_to_one")
    own = [*NUMBERS, "ci_low", "ci_high", "ci_level"]
    found[own] = found[own].where(found["standing"] == FOLLOWS)
    return found
