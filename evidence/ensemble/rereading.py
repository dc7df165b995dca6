"""Ensemble: which known results rest on a reading, found in cohorts of which the reading does not hold.

A sentence of the abstract that has several readings is read in one of them, and what then follows, or stands
printed of those it is read to be about, holds under that reading alone. Nobody lists these results: patients
of a few members are altered as another reading would have them, and a known result that becomes another
number rests on the reading. The altered cohorts are asked only whether a number moves; they enter no range.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import product

import pandas as pd

from evidence.ensemble.standing import fixed
from evidence.this_abstract.abstract import ARMS, CUT, NEGATIVE, POSITIVE, REFRACTORY
from helpers.ground.many import Many, joined
from helpers.ground.standing import FOLLOWS, PRINTED

Otherwise = Callable[[pd.DataFrame], Iterator[pd.DataFrame]]
MEMBERS = 4  # that are altered: of one alone the same number could come out by chance
RESPONSES = ["CR", "CRi", "PR"]


def _remission(patients: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Leave one who became MRD negative in PR, or let one without response be it in place of a responder."""
    responded = patients["best_response"].isin(RESPONSES)
    high = patients["bm_blasts_pct"] > CUT
    for arm, side in product(ARMS, (high, ~high)):
        cell = patients["disease_status"].eq(REFRACTORY) & patients["arm"].eq(arm) & side
        became = patients.index[cell & responded & patients["mrd_negative"]]
        without = patients.index[cell & ~responded & ~patients["mrd_negative"]]
        if len(became):
            yield patients.assign(
                best_response=patients["best_response"].where(patients.index != became[0], "PR")
            )
        if len(became) and len(without):
            yield _exchanged(patients, "mrd_negative", became[0], without[0])


def _stayed(patients: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Let one who entered MRD negative become positive."""
    entered = patients.index[patients["disease_status"].eq(NEGATIVE)]
    yield patients.assign(mrd_negative=patients["mrd_negative"] & (patients.index != entered[0]))


def _together(patients: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Let two who entered MRD positive and negative change places, or one who did the former not clear it."""
    free = ~patients["relapse"] & ~patients["death"] & patients["mrd_negative"] & ~patients["in_panel"]
    for first, second in (ARMS, ARMS[::-1]):
        one = patients.index[free & patients["arm"].eq(first) & patients["disease_status"].eq(POSITIVE)]
        other = patients.index[free & patients["arm"].eq(second) & patients["disease_status"].eq(NEGATIVE)]
        if len(one) and len(other):
            yield _exchanged(patients, "disease_status", one[0], other[0])
        if len(one):
            yield patients.assign(mrd_negative=patients["mrd_negative"] & (patients.index != one[0]))


def _died(patients: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Let one who responded and stayed MRD positive die in place of one who relapsed, or did not respond."""
    responded = patients["best_response"].isin(RESPONSES) & ~patients["mrd_negative"]
    alive = patients.index[responded & ~patients["death"] & ~patients["relapse"]]
    refractory = patients["death"] & patients["disease_status"].eq(REFRACTORY)
    for dead in (refractory & patients["relapse"], refractory & patients["best_response"].eq("NR")):
        if len(alive) and dead.any():
            yield _exchanged(patients, "death", alive[0], patients.index[dead][0])


READINGS: dict[str, Otherwise] = {  # what is read, and how patients are where it is not so
    "whoever is MRD negative is in CR or CRi": _remission,
    "those who all became MRD negative are the patients who entered so": _stayed,
    "the rates printed for MRD-positive patients are those of all with measurable disease": _together,
    "who had no response is who reached no remission, or did not clear the MRD of entry": _died,
}
# So altered, the cohorts no longer print the odds ratio, and say nothing of its model.
NOT_ASKED = "multivariable"


def _exchanged(patients: pd.DataFrame, column: str, one: int, other: int) -> pd.DataFrame:
    values = patients[column].copy()
    values[one], values[other] = patients.loc[other, column], patients.loc[one, column]
    return patients.assign(**{column: values})


def reread(
    patients: pd.DataFrame, immune: pd.DataFrame, otherwise: Otherwise
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Alter a few members as another reading would have them.

    Parameters
    ----------
    patients, immune : DataFrame
        As `evidence.ensemble.store.read` returns them.
    otherwise : callable
        Of `READINGS`.

    Returns
    -------
    tuple of DataFrame
        The same tables, of altered cohorts, numbered from 0.
    """
    found: list[tuple[pd.DataFrame, pd.DataFrame]] = []
    for member in patients["member"].unique()[:MEMBERS]:
        samples = immune[immune["member"] == member]
        mine = patients[patients["member"] == member]
        mine = mine.assign(in_panel=mine["patient_id"].isin(samples["patient_id"]))
        for altered in otherwise(mine):
            number = {"member": len(found)}
            found.append((altered.drop(columns="in_panel").assign(**number), samples.assign(**number)))
    tables = (pd.concat(parts, ignore_index=True) for parts in zip(*found, strict=True))
    return next(tables), next(tables)


def rests_on(ranges: pd.DataFrame, many: Many, altered: Mapping[str, Many]) -> pd.Series:
    """Name the readings on which each known result rests.

    Parameters
    ----------
    ranges : DataFrame
        As `evidence.ensemble.standing.ranges` returns it.
    many : Many
        The results of the members, in the order of `ranges`.
    altered : mapping of str to Many
        By reading the results of the cohorts of which it does not hold.

    Returns
    -------
    Series of str
        One a row of `ranges`: readings, joined by a semicolon; empty for a result that is not known, that
        has no one number, or that is the same under another reading.
    """
    same, one = fixed(many), _first(many)
    asked = ranges["standing"].isin([PRINTED, FOLLOWS]) & ~ranges["id"].str.startswith(f"{NOT_ASKED}.")
    known = asked & ranges["id"].isin(same)
    moved = {words: ~ranges["id"].isin(fixed(joined(one, otherwise))) for words, otherwise in altered.items()}
    found = pd.DataFrame({words: known & moves for words, moves in moved.items()})
    return pd.Series(["; ".join(found.columns[row]) for row in found.to_numpy()], index=ranges.index)


def _first(many: Many) -> Many:
    numbers = {name: values[:, :1] for name, values in many.numbers.items()}
    return Many(many.rows, numbers, many.reasons[:, :1])
