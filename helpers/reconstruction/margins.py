"""How many patients, responders and MRD-negative patients stand in each arm, status and blast stratum.

The abstract prints rates without their denominators. `helpers.forensics` finds them by trying every one: a
table of two rates and a P value has one solution at high burden, and one for the "74 % in both groups", which
no split of the 25 MRD-positive patients gives. That sentence is therefore read as relapsed/refractory and
MRD-positive patients together, which fixes how many MRD-positive and MRD-negative patients each arm has.

An MRD-negative patient with relapsed/refractory disease is taken to be in CR or CRi: flow cytometry that
finds no leukaemia contradicts a partial remission. The composite of the odds ratio, CR with MRD negativity,
is then MRD negativity itself. Patients who entered MRD negative stay so (first reading of "all patients
achieved").
"""

import numpy as np
import pandas as pd

from helpers.endpoints import ARMS
from helpers.forensics import margins, rates
from helpers.forensics.two_by_two import COLUMNS as COUNTS
from helpers.reconstruction.targets import Targets

COLUMNS = ["arm", "disease_status", "burden", "patients", "responses", "mrd_negative"]


def solve(targets: Targets) -> pd.DataFrame:
    """Find the counts of every cell.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row per arm, disease status and, in relapsed/refractory disease, burden (high, low,
        else empty text). Responses are missing (-1) for patients who entered in remission.

    Raises
    ------
    ValueError
        If a table has no solution or more than one, or the solutions contradict a printed count.
    """
    arm_sizes = _counts(targets, "cohort.patients.count.{arm}")
    refractory = _counts(targets, "cohort.patients.count.{arm}.relapsed_refractory")
    printed = rates.triple(targets.figures, "mrd_negativity", rates.READ_AS)
    answers = margins.tables_of_populations(margins.splits(targets.figures), *printed)
    both = _only(answers[answers["population"] == rates.READ_AS])
    cells = _high_and_low_burden(targets, refractory)
    for arm, (negative, patients) in zip(ARMS, both, strict=True):
        refractory_negative = targets.count(f"efficacy.mrd_negativity.count.{arm}.relapsed_refractory")
        positive = patients - refractory[arm]
        cells.append((arm, "mrd_positive", "", positive, -1, negative - refractory_negative))
        rest = arm_sizes[arm] - patients
        cells.append((arm, "mrd_negative", "", rest, -1, rest))
    table = pd.DataFrame(cells, columns=COLUMNS)
    for status, patients in table.groupby("disease_status")["patients"].sum().items():
        if patients != targets.count(f"cohort.patients.count.all.{status}"):
            raise ValueError(
                f"the solved tables give {patients} patients with {status}, not the printed number"
            )
    return table[table["patients"] > 0].reset_index(drop=True)


def patients(cells: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Write one row per patient.

    Parameters
    ----------
    cells : DataFrame
        As `solve` returns it.
    rng : Generator
        Says who of the MRD-negative has incomplete recovery, and who of the other responders a partial
        remission.

    Returns
    -------
    DataFrame
        arm, disease_status, burden, mrd_negative (bool) and best_response (empty text without one). Within a
        cell the MRD-negative come first, then the other responders.
    """
    rows = [
        (cell.arm, cell.disease_status, cell.burden, number < cell.mrd_negative, number < cell.responses)
        for cell in cells.itertuples()
        for number in range(cell.patients)
    ]
    people = pd.DataFrame(rows, columns=["arm", "disease_status", "burden", "mrd_negative", "responds"])
    refractory = people["disease_status"] == "relapsed_refractory"
    response = np.where(people["responds"], np.where(people["mrd_negative"], "CR", "PR"), "NR")
    people["best_response"] = np.where(refractory, response, "")
    incomplete = round(0.3 * (people["best_response"] == "CR").sum())
    _vary(people, "CR", "CRi", incomplete, rng, people["arm"].notna())
    # Complete remission is not printed by burden: this one keeps the arms alike there, as far as may be.
    _vary(people, "PR", "CR", 1, rng, people["arm"].eq(ARMS[1]))
    return people.drop(columns="responds")


def _vary(
    people: pd.DataFrame, usual: str, other: str, number: int, rng: np.random.Generator, among: pd.Series
) -> None:
    """Give `number` of the patients with the usual best response, among those marked, the other one."""
    order = rng.permutation(np.flatnonzero(people["best_response"] == usual))
    people.loc[order[among.to_numpy()[order]][:number], "best_response"] = other


def _high_and_low_burden(targets: Targets, refractory: dict[str, int]) -> list[tuple]:
    tables = rates.high_burden_tables(targets.figures)
    response, negative = _only(tables["response"]), _only(tables["mrd_negativity"])
    cells = []
    for arm, (responses, patients), (negatives, same) in zip(ARMS, response, negative, strict=True):
        if patients != same:
            raise ValueError(f"{arm}: response and MRD negativity need different numbers at high burden")
        all_responses, all_negatives = (
            targets.count(f"efficacy.{outcome}.count.{arm}.relapsed_refractory")
            for outcome in ("response", "mrd_negativity")
        )
        low = (refractory[arm] - patients, all_responses - responses, all_negatives - negatives)
        cells.append((arm, "relapsed_refractory", "low", *low))
        cells.append((arm, "relapsed_refractory", "high", patients, responses, negatives))
    return cells


def _counts(targets: Targets, pattern: str) -> dict[str, int]:
    return {arm: targets.count(pattern.format(arm=arm)) for arm in ARMS}


def _only(tables: pd.DataFrame) -> list[tuple[int, int]]:
    """Return events and patients of each arm, combination first, from tables that are all the same one."""
    solutions = tables[COUNTS].drop_duplicates()
    if len(solutions) != 1:
        raise ValueError(f"the printed rates and P value have {len(solutions)} solutions, not one")
    first, size_first, second, size_second = map(int, solutions.iloc[0])
    return [(first, size_first), (second, size_second)]
