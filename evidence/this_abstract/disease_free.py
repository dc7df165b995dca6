"""Disease-free survival, which the abstract does not define: the range that each definition allows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evidence.claims.printed import Figure
from evidence.forensics import survival
from evidence.this_abstract.deaths import Counts, beyond_causes

CAUSES = {  # of death: who may have died
    "any": "anybody",
    "mrd": "without MRD negativity, or after relapse",
    "response": "without response in the sense of their status, or after relapse",
}
DEFINITIONS = {  # who is followed; relapse and death are events in each
    "everyone": "Everyone",
    "non_response": "Everyone, with no response as an event at time zero",
    "in_remission": "Responders and those who entered in remission",
    "responders": "Relapsed/refractory responders",
    "mrd_negative": "MRD-negative patients",
}
COLUMNS = ["definition", "causes", "patients", "events_low", "events_high", "low", "high", "late"]
LATE = 0.5  # an event is late once no more than this part of the population is at risk


@dataclass(frozen=True)
class Wanted:
    """What a cohort has to print before its disease-free survival is read, and that itself.

    Attributes
    ----------
    known : Counts
    followup : tuple of Figure
        First quartile, median and third quartile, months.
    overall, disease_free : Figure
        Survival in percent.
    longest : float
        Longest follow-up, months.
    """

    known: Counts
    followup: tuple[Figure, ...]
    overall: Figure
    disease_free: Figure
    longest: float


@dataclass(frozen=True)
class Population:
    """The patients of a definition after time zero, and the events that they can have.

    Attributes
    ----------
    patients : int
    relapses : range
        How many of the relapsed are among them.
    deaths : range
        How many deaths without relapse are.
    share : float
        The part of the curve left after the events at time zero.
    at_zero : int
        Events at time zero.
    """

    patients: int
    relapses: range
    deaths: range
    share: float = 1.0
    at_zero: int = 0


def populations(known: Counts, causes: str) -> dict[str, Population]:
    """Describe the patients of each of `DEFINITIONS` under one of `CAUSES`.

    How many deaths fall on patients in remission who did not relapse is `deaths.beyond_causes`. Under "mrd"
    none of them is MRD negative, and the relapsed/refractory ones are at most the responders without MRD
    negativity. Under "response" all of them entered MRD positive and stayed so.

    Parameters
    ----------
    known : Counts
    causes : str

    Returns
    -------
    dict of Population
        Empty where deaths and relapses do not fit under the causes.
    """
    others, remission = beyond_causes(known, causes), known.remissions
    if not others or known.relapses + others[0] > remission or known.mrd_negative > remission:
        return {}
    most_responders, most_negative = known.responders, others[-1]
    if causes == "mrd":
        most_responders, most_negative = known.responders_without_mrd_negativity, 0
    elif causes == "response":
        most_responders = most_negative = 0
    least = max(0, known.deaths - known.non_responders - others[-1])  # deaths after relapse
    everyone = range(known.deaths - min(known.relapses, known.deaths), known.deaths - least + 1)

    def _followed(size: int, deaths: range, share: float = 1.0, at_zero: int = 0) -> Population:
        """Follow so many of the patients in remission; the others may have the rest of the relapses."""
        relapses = range(max(0, known.relapses - (remission - size)), min(known.relapses, size) + 1)
        return Population(size, relapses, deaths, share, at_zero)

    share = remission / known.patients
    return {
        "everyone": Population(known.patients, range(known.relapses, known.relapses + 1), everyone),
        "non_response": _followed(remission, others, share, known.non_responders),
        "in_remission": _followed(remission, others),
        "responders": _followed(known.responders, range(min(others[-1], most_responders) + 1)),
        "mrd_negative": _followed(known.mrd_negative, range(most_negative + 1)),
    }


def outer(wanted: Wanted, splits: pd.DataFrame) -> pd.DataFrame:
    """Bound disease-free survival at the time of the printed figure, for every definition.

    Exhaustive over all ways to split: the patients and the deaths by that time (`survival.attainable`; only
    those that can print overall survival), the relapses and the deaths without relapse in the population. Say
    c patients of the population leave without event and e have one by the time. The probability is then at
    least (N - c - e) / (N - c), all events after all the losses, and at most (N - e) / N. For the lower bound
    c and e are taken as large as the splits let them be: everybody who leaves by the time and has not died is
    a loss, and every relapse comes before the time, also in patients followed beyond it. For the upper bound
    e is as small as it can be.

    Late is an event with at most half of the population at risk (`LATE`). With q late events of e the
    probability is lowest if the e - q others come just before half of the population is left, and the q just
    before the time, after all the losses. The fewest q with which the printed figure is reached is necessary.

    The bounds are relaxed: which positions print overall survival is judged by its own range, not jointly
    with the order that makes disease-free survival extreme. What lies outside cannot be reached; what lies
    inside may be out of reach, and more late events may be needed.

    Parameters
    ----------
    wanted : Wanted
    splits : DataFrame
        As `survival.attainable` returns it.

    Returns
    -------
    DataFrame
        One row per definition and causes: ``definition``, ``causes``, ``patients``, ``events_low``,
        ``events_high`` (whenever they occur), ``low`` and ``high`` as fractions (NaN where no split is left),
        ``late`` (events that must come late; NaN where the printed figure is out of reach).
    """
    splits = splits[survival.compatible(splits, wanted.overall)]
    lines = (
        {"definition": definition, "causes": causes, **_line(wanted, splits, population)}
        for causes in CAUSES
        for definition, population in populations(wanted.known, causes).items()
    )
    return pd.DataFrame(lines, columns=COLUMNS)


def _line(wanted: Wanted, splits: pd.DataFrame, population: Population) -> dict[str, float]:
    grid, patients = _largest(splits, population), population.patients + population.at_zero
    low, high = _bounds(wanted.known, grid, population)
    least, most = (population.at_zero + population.relapses[end] + population.deaths[end] for end in (0, -1))
    return {
        "patients": patients,
        "events_low": least,
        "events_high": min(most, patients),
        "low": population.share * low,
        "high": population.share * high,
        "late": _fewest_late(grid, population, wanted.disease_free.high / 100 / population.share),
    }


def _largest(splits: pd.DataFrame, population: Population) -> pd.DataFrame:
    """List the splits with the most events and the most losses by the time that each allows."""
    axes = (range(len(splits)), population.relapses, population.deaths)
    place, relapses, deaths = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
    fits = relapses + deaths <= population.patients
    place, relapses, deaths = (each[fits] for each in (place, relapses, deaths))
    number, by = (splits[name].to_numpy()[place] for name in ("number", "events_by"))
    events = relapses + np.minimum(deaths, by)
    losses = np.minimum(number - by, population.patients - relapses - deaths)
    counts = {"number": number, "events_by": by, "relapses": relapses, "deaths": deaths}
    return pd.DataFrame({**counts, "events": events, "losses": losses})


def _bounds(known: Counts, grid: pd.DataFrame, population: Population) -> tuple[float, float]:
    size = population.patients
    at_risk = size - grid["losses"]
    low = (1 - grid["events"] / at_risk).where(grid["events"] < at_risk, 0)
    elsewhere = known.deaths - grid["deaths"]  # after relapse, or outside the population
    beyond = np.minimum(elsewhere, known.patients - size)  # deaths that the population need not see
    happen = grid["relapses"] + grid["deaths"]
    longer = happen - (known.patients - grid["number"])  # no room for them in who is followed for longer
    fewest = np.maximum(grid["events_by"] - beyond, longer).clip(lower=0)
    return low.min(), (1 - fewest / size).max()


def _fewest_late(grid: pd.DataFrame, population: Population, wanted: float) -> float:
    half = int(population.patients * LATE)
    end = population.patients - grid["losses"] - grid["events"]
    for late in range(population.relapses[-1] + population.deaths[-1] + 1):
        early = grid["events"] - late
        fits = early.between(0, population.patients - half) & ((end + late <= half) | (late == 0))
        # Without a late event the others may come as far down as the losses let them.
        floor = half if late else np.maximum(half, end)
        before = floor / np.maximum(floor + early, 1)
        after = end / np.maximum(end + late, 1) if late else 1.0
        if (fits & (before * after <= wanted + 1e-12)).any():
            return late
    return np.nan
