"""Chapter 4: what its tables read from the curves at the months of the study, and where they may not."""

import re
from collections.abc import Callable
from functools import partial
from itertools import chain

from helpers.chapters.survival.coarse import in_multiples
from helpers.chapters.survival.times import CAUSES, OUTCOMES, line, times
from helpers.estimators import survival as kaplan_meier
from helpers.estimators.competing import cumulative_incidence_at
from helpers.ground.cohort import Cohort
from helpers.ground.results import Estimate, Rows, is_estimable, table

_READ = re.compile(r"(naive_km|km|at_risk|simon_makuch|cumulative_incidence)_(\d+)m")


def curve_rows(cohort: Cohort, outcome: str, group: str) -> Rows:
    """Read one Kaplan-Meier curve at the horizons and at one half, with how many are still at risk.

    Parameters
    ----------
    cohort : Cohort
    outcome : str
        One of `helpers.chapters.survival.times.OUTCOMES`.
    group : str
        One of the study's groups.

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    made = partial(line, cohort.study, outcome, group=group)
    months, event = times(cohort, outcome, group)
    label = OUTCOMES[outcome].label
    for month in cohort.study.horizons:
        value = in_multiples(kaplan_meier.kaplan_meier_at(months, event, month), cohort.threshold)
        yield made(f"km_{month}m", f"{label} at {month} months", "fraction", value)
        left = int(kaplan_meier.number_at_risk(months, [month])[0])
        count = Estimate(estimate=left, n=value.n, events=value.events, method="count")
        yield made(f"at_risk_{month}m", f"{label}: at risk at {month} months", "count", count)
    yield made("median", f"{label}, median", "months", kaplan_meier.median_time(months, event))


def incidence_rows(cohort: Cohort, cause: str, group: str) -> Rows:
    """Read one curve of cumulative incidence at the horizons.

    Parameters
    ----------
    cohort : Cohort
    cause : str
        One of `helpers.chapters.survival.times.CAUSES`.
    group : str
        One of the study's groups.

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    chosen = cohort.study.chosen(cohort.patients, group=group)
    months, first_event = (cohort.patients[name][chosen] for name in ("disease_free_months", "first_event"))
    level, label, *_ = CAUSES[cause]
    for month in cohort.study.horizons:
        value = in_multiples(cumulative_incidence_at(months, first_event, month, level), cohort.threshold)
        name, words = f"cumulative_incidence_{month}m", f"{label} within {month} months"
        yield line(cohort.study, cause, name, words, "fraction", value, group)


def untold(cohort: Cohort, rows: Callable[..., Rows], *outcome: str) -> dict[tuple[str, str, str], list[int]]:
    """Find the months at which a table may not tell what it reads from a curve, so that no figure may.

    Parameters
    ----------
    cohort : Cohort
    rows : callable
        `curve_rows` or `incidence_rows` of an outcome, or what gives rows of the cohort alone.
    *outcome : str

    Returns
    -------
    dict of list of int
        Months by kind of curve (what stands before the month in the statistic), group and stratum; empty
        where nothing is to be hidden.
    """
    found: dict[tuple[str, str, str], list[int]] = {}
    if not cohort.threshold:
        return found
    made = [rows(cohort, *outcome, group) for group in cohort.study.groups] if outcome else [rows(cohort)]
    for _, row in cohort.protected(table(chain.from_iterable(made))).iterrows():
        if (read := _READ.fullmatch(row["statistic"])) and not is_estimable(row):
            found.setdefault((read[1], row["group"], row["stratum"]), []).append(int(read[2]))
    return found
