"""One row per patient, from how many stand in each arm, status and blast stratum.

An MRD-negative patient with relapsed/refractory disease is taken to be in CR or CRi: flow cytometry that
finds no leukaemia contradicts a partial remission. The composite of the odds ratio, CR with MRD negativity,
is then MRD negativity itself.
"""

import numpy as np
import pandas as pd

from evidence.forensics.abstract import ARMS, POSITIVE


def patients(cells: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Write one row per patient.

    Parameters
    ----------
    cells : DataFrame
        As `evidence.forensics.cells.solve` returns it.
    rng : Generator
        Says who of the MRD-negative has incomplete recovery, and who of the other responders a partial
        remission.

    Returns
    -------
    DataFrame
        arm, disease_status, burden, mrd_negative (bool), best_response (empty text without one) and
        no_response (bool: no remission in relapsed/refractory disease, no MRD negativity in patients who
        entered MRD positive). Within a cell the MRD-negative come first, then the other responders.
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
    positive = people["disease_status"].eq(POSITIVE)
    no_response = people["best_response"].eq("NR") | (positive & ~people["mrd_negative"])
    return people.drop(columns="responds").assign(no_response=no_response)


def _vary(
    people: pd.DataFrame, usual: str, other: str, number: int, rng: np.random.Generator, among: pd.Series
) -> None:
    """Give `number` of the patients with the usual best response, among those marked, the other one."""
    order = rng.permutation(np.flatnonzero(people["best_response"] == usual))
    people.loc[order[among.to_numpy()[order]][:number], "best_response"] = other
