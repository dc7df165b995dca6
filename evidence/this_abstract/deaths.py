"""The deaths: whether they fit on the patients who relapsed or had no response, under each reading of it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics import percentages
from evidence.this_abstract import abstract
from evidence.this_abstract.abstract import ARMS, REFRACTORY, efficacy, patients

LITERAL = "response"  # the key of the reading that knows of no response but a remission
EXACT = (
    "status"  # the key of the reading that the claims take: a response is what each status can respond with
)


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

    @property
    def positive_without_response(self) -> int:
        """Patients who entered MRD positive and did not become MRD negative.

        Returns
        -------
        int
        """
        return self.without_mrd_negativity - self.non_responders - self.responders_without_mrd_negativity

    @property
    def without_response(self) -> int:
        """Patients without what counts as a response in the status that they entered with.

        Returns
        -------
        int
        """
        return self.non_responders + self.positive_without_response

    @property
    def remissions(self) -> int:
        """Patients in remission on entry or after treatment: those who can relapse.

        Returns
        -------
        int
        """
        return self.responders + self.in_remission


def counts(figures: Figures) -> Counts | None:
    """Work the counts out from the claims.

    The counts of MRD negativity in relapsed/refractory and MRD-positive patients together are those that
    print as the two rates, with the arms less the patients who entered MRD negative (all in the second arm)
    as denominators, the only ones that print the P value as well.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    Counts or None
        None where a count is not printed, or the printed ones do not fit together.
    """
    groups = [patients(), *(patients(stratum=status) for status in abstract.STATUSES)]
    groups += [abstract.DEATHS, abstract.RELAPSES, *(patients(arm) for arm in ARMS)]
    outcomes = [efficacy(name, "count", arm, REFRACTORY) for name in abstract.OUTCOMES for arm in ARMS]
    printed = figures.every([*groups, *outcomes])
    rates = figures.every(efficacy("mrd_negativity", "rate", arm, abstract.MEASURABLE) for arm in ARMS)
    if printed is None or rates is None:
        return None
    everyone, refractory, positive, entered_negative, dead, relapsed, one, other, *became = (
        figure.count for figure in printed
    )
    sizes = one, other - entered_negative
    events = [_events(rate, size) for rate, size in zip(rates, sizes, strict=True)]
    if any(len(possible) != 1 for possible in events):
        return None
    negative = sum(possible[0] for possible in events)
    responders, refractory_negative = sum(became[:2]), sum(became[2:])
    result = Counts(
        patients=everyone,
        deaths=dead,
        relapses=relapsed,
        non_responders=refractory - responders,
        responders=responders,
        in_remission=positive + entered_negative,
        mrd_negative=negative + entered_negative,
        without_mrd_negativity=refractory + positive - negative,
        responders_without_mrd_negativity=responders - refractory_negative,
    )
    fits = result.non_responders + result.remissions == result.patients
    fits &= result.positive_without_response >= 0 and min(vars(result).values()) >= 0
    return result if fits else None


def _events(rate: Figure, size: int) -> list[int]:
    found = percentages.nearest(rate, max(size, 1))
    return found.loc[found["patients"].eq(size), "events"].tolist()


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
        One row per reading: ``reading`` (`LITERAL`, `EXACT` or another), ``words``, ``without_response``
        (the fewest patients with whom the deaths fit; all of them where the number is given), ``added`` (of
        those, not among the non-responders), ``possible`` (the largest number of deaths that fit), ``holds``,
        ``least_relapsed`` and ``most_relapsed`` (deaths after relapse among patients outside "no response";
        NA where none fits), ``splits`` (how many splits of the deaths fit).
    """
    without = known.non_responders
    rows = [
        _reading(known, LITERAL, "no remission, complete or partial", [without]),
        _reading(known, EXACT, "no response, by the status on entry", [known.without_response]),
        _reading(known, "mrd", "no MRD negativity", [known.without_mrd_negativity]),
        # How many remissions are partial is not printed: none to all, the fewest that will do first.
        _reading(
            known, "complete", "no complete remission", list(range(without, without + known.responders + 1))
        ),
    ]
    return pd.DataFrame(rows)


def _reading(known: Counts, key: str, words: str, sizes: list[int]) -> dict[str, object]:
    each = [splits(known, size) for size in sizes]
    place = next((place for place, found in enumerate(each) if len(found)), len(sizes) - 1)
    relapsed = each[place]["relapsed_deaths"]
    holds = len(relapsed) > 0
    return {
        "reading": key,
        "words": words,
        "without_response": sizes[place],
        "added": sizes[place] - known.non_responders,
        "possible": min(sizes[-1] + known.relapses, known.patients),
        "holds": holds,
        "least_relapsed": relapsed.min() if holds else pd.NA,
        "most_relapsed": relapsed.max() if holds else pd.NA,
        "splits": sum(map(len, each)),
    }


def splits(known: Counts, without_response: int) -> pd.DataFrame:
    """List every split of the deaths between "no response" and relapse.

    Parameters
    ----------
    known : Counts
    without_response : int
        Patients without response in the sense of a reading.

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
        ``response``: no more than entered MRD positive and stayed so, which is their missing response.
        ``mrd``: all of them had no MRD negativity, which non-responders had not either. ``any``: no cause is
        asked for.

    Returns
    -------
    range
        Empty where the deaths do not fit.
    """
    fewest = max(0, known.deaths - known.non_responders - known.relapses)
    most = {
        "response": min(known.positive_without_response, known.deaths),
        "mrd": min(known.without_mrd_negativity - known.non_responders, known.deaths),
        "any": min(known.remissions, known.deaths),
    }[causes]
    return range(fewest, most + 1)
