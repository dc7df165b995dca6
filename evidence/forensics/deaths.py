"""The deaths: whether they fit on the patients who relapsed or had no response, under each reading of it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics import percentages
from helpers.ground.endpoints import ARMS


@dataclass(frozen=True)
class Counts:
    """Patients by what the figures print of them.

    Attributes
    ----------
    patients, deaths, relapses : int
    non_responders : int
        Relapsed/refractory patients who did not respond.
    responders : int
        Relapsed/refractory patients who responded.
    in_remission : int
        Patients who entered in remission, MRD positive or MRD negative.
    mrd_negative : int
        Patients MRD negative after treatment, with those who entered so (taken to stay so).
    without_mrd_negativity : int
        Relapsed/refractory or MRD-positive patients who did not become MRD negative.
    responders_without_mrd_negativity : int
        Of them, relapsed/refractory ones who responded, if no non-responder was MRD negative.
    """

    patients: int
    deaths: int
    relapses: int
    non_responders: int
    responders: int
    in_remission: int
    mrd_negative: int
    without_mrd_negativity: int
    responders_without_mrd_negativity: int


def counts(figures: Figures) -> Counts | None:
    """Work the counts out from the claims; None where one is missing or they do not fit together.

    The counts of MRD negativity in relapsed/refractory and MRD-positive patients together are those that
    print as the two rates, with the arms less the patients who entered MRD negative (all in monotherapy) as
    denominators, the only ones that print the P value as well.
    """
    names = {
        "patients": "patients.count.all",
        "refractory": "patients.count.all.relapsed_refractory",
        "mrd_positive": "patients.count.all.mrd_positive",
        "entered_negative": "patients.count.all.mrd_negative",
        "deaths": "death.count.all",
        "relapses": "relapse.count.all",
        **{arm: f"patients.count.{arm}" for arm in ARMS},
    }
    found = {key: figures.get(f"cohort.{name}") for key, name in names.items()}
    for outcome in ("response", "mrd_negativity"):
        for arm in ARMS:
            found[f"{outcome}_{arm}"] = figures.get(f"efficacy.{outcome}.count.{arm}.relapsed_refractory")
    rates = [figures.get(f"efficacy.mrd_negativity.rate.{arm}.measurable_disease") for arm in ARMS]
    if None in (*found.values(), *rates):
        return None
    known = {key: figure.count for key, figure in found.items()}
    sizes = (known["combination"], known["monotherapy"] - known["entered_negative"])
    became = [_events(rate, size) for rate, size in zip(rates, sizes, strict=True)]
    if None in became:
        return None
    responders = known["response_combination"] + known["response_monotherapy"]
    negative = known["mrd_negativity_combination"] + known["mrd_negativity_monotherapy"]
    result = Counts(
        patients=known["patients"],
        deaths=known["deaths"],
        relapses=known["relapses"],
        non_responders=known["refractory"] - responders,
        responders=responders,
        in_remission=known["mrd_positive"] + known["entered_negative"],
        mrd_negative=sum(became) + known["entered_negative"],
        without_mrd_negativity=known["refractory"] + known["mrd_positive"] - sum(became),
        responders_without_mrd_negativity=responders - negative,
    )
    whole = result.non_responders + result.responders + result.in_remission == result.patients
    fits = result.without_mrd_negativity >= result.non_responders and min(vars(result).values()) >= 0
    return result if whole and fits else None


def _events(rate: Figure, size: int) -> int | None:
    found = percentages.nearest(rate.value, rate.decimals, max(size, 1))
    found = found.loc[found["patients"].eq(size), "events"]
    return int(found.iloc[0]) if len(found) == 1 else None


def readings(known: Counts) -> pd.DataFrame:
    """Ask under each reading of "no response" how the deaths can fall on it and on relapse.

    Exhaustive over every split: how many patients had no response in the sense of the reading (given, or for
    partial remissions every number up to the responders), how many of the relapsed are among them, how many
    of them died and how many of the other relapsed died.

    Parameters
    ----------
    known : Counts

    Returns
    -------
    DataFrame
        One row per reading: ``reading`` (its key), ``words``, ``without_response`` (the fewest patients with
        whom the deaths fit; all of them where the number is given), ``added`` (of those, not among the
        non-responders), ``possible`` (the largest number of deaths that fit), ``holds``, ``least_relapsed``
        and ``most_relapsed`` (deaths after relapse among patients outside "no response"; NA where none fits),
        ``splits`` (how many splits of the deaths fit).
    """
    choices = {
        "response": ("no remission, complete or partial", [known.non_responders]),
        "mrd": ("no MRD negativity", [known.without_mrd_negativity]),
        "complete": (
            "no complete remission",
            list(range(known.non_responders, known.non_responders + known.responders + 1)),
        ),
    }
    return pd.DataFrame([_reading(known, key, *choice) for key, choice in choices.items()])


def _reading(known: Counts, key: str, words: str, sizes: list[int]) -> dict:
    rows = [splits(known, size) for size in sizes]
    fewest = next((size for size, found in zip(sizes, rows, strict=True) if len(found)), sizes[-1])
    fitting = rows[sizes.index(fewest)]
    relapsed = fitting["relapsed_deaths"]
    return {
        "reading": key,
        "words": words,
        "without_response": fewest,
        "added": fewest - known.non_responders,
        "possible": min(sizes[-1] + known.relapses, known.patients),
        "holds": len(fitting) > 0,
        "least_relapsed": relapsed.min() if len(fitting) else pd.NA,
        "most_relapsed": relapsed.max() if len(fitting) else pd.NA,
        "splits": sum(len(found) for found in rows),
    }


def splits(known: Counts, without_response: int) -> pd.DataFrame:
    """List every split of the deaths between "no response" and relapse.

    Returns
    -------
    DataFrame
        ``overlap`` (relapsed patients who count as without response, too; a patient who never responded has
        nothing to relapse from), ``deaths`` among those without response, ``relapsed_deaths`` among the other
        relapsed; together all the deaths.
    """
    most = min(known.relapses, without_response - known.non_responders)
    overlap, deaths = (
        axis.ravel() for axis in np.mgrid[0 : max(most, 0) + 1, 0 : min(without_response, known.deaths) + 1]
    )
    frame = pd.DataFrame({"overlap": overlap, "deaths": deaths, "relapsed_deaths": known.deaths - deaths})
    return frame[frame["relapsed_deaths"].le(known.relapses - frame["overlap"])].reset_index(drop=True)


def beyond_causes(known: Counts, causes: str) -> range:
    """Say how many of the deaths can be of patients in remission who did not relapse.

    Parameters
    ----------
    known : Counts
    causes : str
        ``response``: no more than have to be, as non-responders and relapsed are too few. ``mrd``: all of
        them had no MRD negativity, which non-responders had not either. ``any``: no cause is asked for.

    Returns
    -------
    range
        Empty where the deaths do not fit.
    """
    fewest = max(0, known.deaths - known.non_responders - known.relapses)
    most = {
        "response": fewest,
        "mrd": min(known.without_mrd_negativity - known.non_responders, known.deaths),
        "any": min(known.responders + known.in_remission, known.deaths),
    }[causes]
    return range(fewest, most + 1)
