"""How many patients, responders and MRD-negative patients stand in each arm, status and blast stratum.

The abstract prints rates without their denominators. They are found by trying every one: a table of two rates
and a P value has one solution at high burden, and one for the "74 % in both groups", which no split of the 25
MRD-positive patients gives. That sentence is therefore read as relapsed/refractory and MRD-positive patients
together, which fixes how many MRD-positive and MRD-negative patients each arm has. Patients who entered MRD
negative stay so (first reading of "all patients achieved").
"""

from collections.abc import Iterator

import pandas as pd

from evidence.claims.printed import Figures
from evidence.forensics.two_by_two import COLUMNS as COUNTS
from evidence.this_abstract import abstract, margins, rates
from evidence.this_abstract.abstract import ARMS, OUTCOMES, REFRACTORY, STATUSES, efficacy, patients

COLUMNS = ["arm", "disease_status", "burden", "patients", "responses", "mrd_negative"]
NOT_ASKED = -1  # responses of patients who entered in remission


def solve(figures: Figures) -> pd.DataFrame:
    """Find the counts of every cell.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    DataFrame
        `COLUMNS`, one row per arm, disease status and, in relapsed/refractory disease, burden (high, low,
        else empty text). Responses are `NOT_ASKED` for patients who entered in remission.

    Raises
    ------
    ValueError
        If a figure is not printed, a table has no solution or more than one, or the solutions contradict a
        printed count.
    """
    arm_sizes = [figures.count(patients(arm)) for arm in ARMS]
    states = {status: figures.count(patients(stratum=status)) for status in STATUSES}
    cells = [*_high_and_low_burden(figures)]
    for arm, everyone, (negative, measurable) in zip(ARMS, arm_sizes, _measurable(figures), strict=True):
        refractory = figures.count(patients(arm, REFRACTORY))
        became = negative - figures.count(efficacy("mrd_negativity", "count", arm, REFRACTORY))
        cells.append((arm, abstract.POSITIVE, "", measurable - refractory, NOT_ASKED, became))
        rest = everyone - measurable
        cells.append((arm, abstract.NEGATIVE, "", rest, NOT_ASKED, rest))
    table = pd.DataFrame(cells, columns=COLUMNS)
    for status, size in table.groupby("disease_status")["patients"].sum().items():
        if size != states[str(status)]:
            raise ValueError(f"the solved tables give {size} patients with {status}, not the printed number")
    return table[table["patients"] > 0].reset_index(drop=True)


def _measurable(figures: Figures) -> list[tuple[int, int]]:
    printed, splits = rates.printed(figures, "mrd_negativity", rates.READ_AS), margins.splits(figures)
    if printed is None or splits is None:
        raise ValueError(f"the rates of MRD negativity or their P value are not printed for {rates.READ_AS}")
    answers = margins.tables_of_populations(splits, *printed)
    return _only(answers[answers["population"] == rates.READ_AS], f"MRD negativity in {rates.READ_AS}")


def _high_and_low_burden(figures: Figures) -> Iterator[tuple[str, str, str, int, int, int]]:
    tables = rates.high_burden_tables(figures)
    if len(tables) < len(OUTCOMES):
        raise ValueError("the rates of an outcome or their P value are not printed for high burden")
    solved = (_only(tables[outcome], f"{outcome} at high burden") for outcome in OUTCOMES)
    for arm, *high in zip(ARMS, *solved, strict=True):
        (responses, size), (negatives, same) = high
        if size != same:
            raise ValueError(f"{arm}: response and MRD negativity need different numbers at high burden")
        everyone = figures.count(patients(arm, REFRACTORY))
        totals = [figures.count(efficacy(outcome, "count", arm, REFRACTORY)) for outcome in OUTCOMES]
        for outcome, total in zip(OUTCOMES, totals, strict=True):
            rate = figures.get(efficacy(outcome, "rate", arm, REFRACTORY))
            if rate and not rate.takes(100 * total / everyone):
                raise ValueError(f"{rate.claim}: {total} of {everyone} does not print as {rate} %")
        yield arm, REFRACTORY, "low", everyone - size, totals[0] - responses, totals[1] - negatives
        yield arm, REFRACTORY, "high", size, responses, negatives


def _only(tables: pd.DataFrame, what: str) -> list[tuple[int, int]]:
    """Return events and patients of each arm, the first arm first, from tables that are all the same one."""
    solutions = tables[COUNTS].drop_duplicates()
    if len(solutions) != 1:
        raise ValueError(f"{what}: the printed rates and P value have {len(solutions)} solutions, not one")
    first, size_first, second, size_second = map(int, solutions.iloc[0])
    return [(first, size_first), (second, size_second)]
