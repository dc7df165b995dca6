"""Ensemble: every member checked from its rows by the independent verifier."""

import joblib
import pandas as pd

from evidence.reconstruction import verify

CHUNK = 25  # members a call


def failures(
    patients: pd.DataFrame, immune: pd.DataFrame, claims: pd.DataFrame, workers: int
) -> pd.DataFrame:
    """List the claims that a member misses, and its events in an order that cannot be.

    Parameters
    ----------
    patients, immune : DataFrame
        As `evidence.ensemble.assembly.assemble` returns them.
    claims : DataFrame
        As `evidence.claims.load.load` returns it.
    workers : int

    Returns
    -------
    DataFrame
        member, claim (or the patient) and reason; empty where every member agrees with every claim.
    """
    numbers = range(0, patients["member"].max() + 1, CHUNK)
    samples = immune.pivot_table(
        index=["member", "patient_id", "population"], columns="visit", values="percent"
    ).reset_index()
    calls = (
        joblib.delayed(_chunk)(
            *(rows[rows["member"].between(first, first + CHUNK - 1)] for rows in (patients, samples)), claims
        )
        for first in numbers
    )
    found = joblib.Parallel(n_jobs=workers)(calls)
    rows = [row for chunk in found for row in chunk]
    return pd.DataFrame(rows, columns=["member", "claim", "reason"])


def summary(failures: pd.DataFrame) -> str:
    """Say in one line which claims are missed, by how many members, and how the first of them misses each.

    Parameters
    ----------
    failures : DataFrame
        As `failures` returns it, with a row at least.

    Returns
    -------
    str
    """
    lines = [
        f"{claim} is missed by {rows['member'].nunique()} ({rows['reason'].iloc[0]})"
        for claim, rows in failures.groupby("claim", sort=False)
    ]
    return "; ".join(lines)


def _chunk(patients: pd.DataFrame, samples: pd.DataFrame, claims: pd.DataFrame) -> list[tuple[int, str, str]]:
    of_member = dict(list(samples.groupby("member")))
    return [
        (member, *missed)
        for member, people in patients.groupby("member")
        for missed in _member(people.reset_index(drop=True), of_member[member], claims)
    ]


def _member(people: pd.DataFrame, samples: pd.DataFrame, claims: pd.DataFrame) -> list[tuple[str, str]]:
    people = people.assign(best_response=people["best_response"].replace("", None))
    statuses = people[["patient_id", "arm", "disease_status"]]
    judged = verify.judge(people, samples.merge(statuses, on="patient_id"), claims)
    missed = judged[judged["holds"].eq(False).fillna(False)]
    disorders = [disorder.split(": ", 1) for disorder in verify.impossible(people)]
    return [*zip(missed["id"], missed["reason"], strict=True), *map(tuple, disorders)]
