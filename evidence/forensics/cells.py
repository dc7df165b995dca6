"""How many patients, responders and MRD-negative patients stand in each arm, status and blast stratum.

The abstract prints rates without their denominators. They are found by trying every one: a table of two rates
and a P value has one solution at high burden, and one for the "74 % in both groups", which no split of the 25
MRD-positive patients gives. That sentence is therefore read as relapsed/refractory and MRD-positive patients
together, which fixes how many MRD-positive and MRD-negative patients each arm has. Patients who entered MRD
negative stay so (first reading of "all patients achieved").
"""

import pandas as pd

from evidence.claims.printed import Figures
from evidence.forensics import margins, rates
from evidence.forensics.rates import OUTCOMES, READ_AS, REFRACTORY
from evidence.forensics.two_by_two import COLUMNS as COUNTS
from helpers.ground.endpoints import ARMS, STATUSES

COLUMNS = ["arm", "disease_status", "burden", "patients", "responses", "mrd_negative"]


def solve(figures: Figures) -> pd.DataFrame:
    """Find the counts of every cell.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row per arm, disease status and, in relapsed/refractory disease, burden (high, low,
        else empty text). Responses are missing (-1) for patients who entered in remission.

    Raises
    ------
    ValueError
        If a figure is not printed, a table has no solution or more than one, or the solutions contradict a
        printed count.
    """
    arm_sizes = {arm: _count(figures, f"cohort.patients.count.{arm}") for arm in ARMS}
    states = {status: _count(figures, f"cohort.patients.count.all.{status}") for status in STATUSES}
    cells = _high_and_low_burden(figures)
    refractory = {arm: _count(figures, f"cohort.patients.count.{arm}.{REFRACTORY}") for arm in ARMS}
    for arm, (negative, patients) in zip(ARMS, _measurable(figures), strict=True):
        refractory_negative = _count(figures, f"efficacy.mrd_negativity.count.{arm}.{REFRACTORY}")
        positive = patients - refractory[arm]
        cells.append((arm, "mrd_positive", "", positive, -1, negative - refractory_negative))
        rest = arm_sizes[arm] - patients
        cells.append((arm, "mrd_negative", "", rest, -1, rest))
    table = pd.DataFrame(cells, columns=COLUMNS)
    for status, patients in table.groupby("disease_status")["patients"].sum().items():
        if patients != states[status]:
            raise ValueError(
                f"the solved tables give {patients} patients with {status}, not the printed number"
            )
    return table[table["patients"] > 0].reset_index(drop=True)


def _measurable(figures: Figures) -> list[tuple[int, int]]:
    printed = rates.triple(figures, "mrd_negativity", READ_AS)
    if printed is None:
        raise ValueError(f"the rates of MRD negativity or their P value are not printed for {READ_AS}")
    answers = margins.tables_of_populations(margins.splits(figures), *printed)
    return _only(answers[answers["population"] == READ_AS])


def _high_and_low_burden(figures: Figures) -> list[tuple]:
    tables = rates.high_burden_tables(figures)
    if len(tables) < len(OUTCOMES):
        raise ValueError("the rates of an outcome or their P value are not printed for high burden")
    response, negative = _only(tables["response"]), _only(tables["mrd_negativity"])
    cells = []
    for arm, (responses, patients), (negatives, same) in zip(ARMS, response, negative, strict=True):
        if patients != same:
            raise ValueError(f"{arm}: response and MRD negativity need different numbers at high burden")
        all_responses, all_negatives = (
            _count(figures, f"efficacy.{outcome}.count.{arm}.{REFRACTORY}") for outcome in OUTCOMES
        )
        everyone = _count(figures, f"cohort.patients.count.{arm}.{REFRACTORY}")
        low = (everyone - patients, all_responses - responses, all_negatives - negatives)
        cells.append((arm, REFRACTORY, "low", *low))
        cells.append((arm, REFRACTORY, "high", patients, responses, negatives))
    return cells


def _count(figures: Figures, result_id: str) -> int:
    figure = figures.get(result_id)
    if figure is None:
        raise ValueError(f"{result_id} is not printed")
    return figure.count


def _only(tables: pd.DataFrame) -> list[tuple[int, int]]:
    """Return events and patients of each arm, combination first, from tables that are all the same one."""
    solutions = tables[COUNTS].drop_duplicates()
    if len(solutions) != 1:
        raise ValueError(f"the printed rates and P value have {len(solutions)} solutions, not one")
    first, size_first, second, size_second = map(int, solutions.iloc[0])
    return [(first, size_first), (second, size_second)]
