"""Cohorts constructed from a few parameters, for the search on disease-free survival: many at once."""

from dataclasses import dataclass

import numpy as np

from evidence.claims.printed import Figure
from evidence.forensics.deaths import Counts, beyond_causes
from evidence.forensics.disease_free import CAUSES
from evidence.forensics.survival import QUARTILES
from helpers.ground.endpoints import DAYS_PER_MONTH

FREE, NO_RESPONSE_DEAD, NO_RESPONSE, RELAPSED_DEAD, RELAPSED, DEAD = range(6)
CHOSEN = ("responders", "mrd_negative")  # populations of which the figures give the size and not the names
# What the parameters of a cohort, numbers from 0 to 1, steer: how many of each, in this order.
PARTS = {"quartile": 3, "apart": 3, "bend": 4, "centre": 6, "width": 6, "relapse": 2, "split": 2, "chosen": 6}
PARAMETERS = sum(PARTS.values())
EARLIEST = 28 / DAYS_PER_MONTH  # months; the marrow of day 28 is the first that can show a remission
GAP = 0.98  # a relapse comes at the latest at this part of the patient's follow-up


@dataclass(frozen=True)
class Cohorts:
    """Cohorts side by side, the patients of each in the order of their follow-up.

    Attributes
    ----------
    followup, relapse : array of float, (cohorts, patients)
        Months to death or last contact; months to relapse, infinite without one.
    kind : array of int, (cohorts, patients)
        One of the module's constants.
    beyond : array of int, (cohorts,)
        Deaths of patients in remission and without relapse.
    members : dict of array of bool, (cohorts, patients)
        For each of `CHOSEN`, who belongs to it.
    """

    followup: np.ndarray
    relapse: np.ndarray
    kind: np.ndarray
    beyond: np.ndarray
    members: dict[str, np.ndarray]

    def chosen(self, rows: np.ndarray) -> "Cohorts":
        """Take some of the cohorts, by place."""
        taken = (getattr(self, name)[rows] for name in ("followup", "relapse", "kind", "beyond"))
        return Cohorts(*taken, {name: inside[rows] for name, inside in self.members.items()})

    @property
    def dead(self) -> np.ndarray:
        """Who died."""
        return np.isin(self.kind, [NO_RESPONSE_DEAD, RELAPSED_DEAD, DEAD])

    @property
    def relapsed(self) -> np.ndarray:
        """Who relapsed."""
        return np.isin(self.kind, [RELAPSED_DEAD, RELAPSED])

    @property
    def in_remission(self) -> np.ndarray:
        """Who was in remission, on entry or after treatment."""
        return ~np.isin(self.kind, [NO_RESPONSE_DEAD, NO_RESPONSE])


def construct(
    parameters: np.ndarray,
    known: Counts,
    quartiles: list[Figure],
    longest: float,
    rng: np.random.Generator,
) -> Cohorts:
    """Construct one cohort from each row of parameters; the noise about them is drawn from `rng`.

    Every cohort has the printed quartiles of follow-up, deaths, relapses and non-responders. The deaths split
    at random between those without response, the relapsed (never more than there are) and the others.

    Parameters
    ----------
    parameters : array, (cohorts, `PARAMETERS`)
        From 0 to 1.
    known : Counts
    quartiles : list of three Figure
    longest : float
        Months.
    rng : Generator

    Returns
    -------
    Cohorts
    """
    ends = np.cumsum([0, *PARTS.values()])
    part = {name: parameters[:, start:stop] for name, start, stop in zip(PARTS, ends, ends[1:], strict=False)}
    followup = _followup(part, known.patients, quartiles, longest, rng)
    deaths = _split(part["split"], known)
    kind = _placed(part, deaths, known, rng)
    centre, width = longest * part["relapse"][:, :1], 10 ** (2 * part["relapse"][:, 1:] - 1)
    months = centre + width * rng.normal(size=kind.shape)
    months = np.clip(months, np.minimum(EARLIEST, GAP * followup), GAP * followup)
    relapsed = np.isin(kind, [RELAPSED_DEAD, RELAPSED])
    cohorts = Cohorts(followup, np.where(relapsed, months, np.inf), kind, deaths[:, 2], {})
    sizes = {"responders": known.responders, "mrd_negative": known.mrd_negative}
    for place, population in enumerate(CHOSEN):
        likes = 4 * part["chosen"][:, 3 * place : 3 * place + 3] - 2
        cohorts.members[population] = _members(cohorts, population, sizes[population], likes, known, rng)
    return cohorts


def _followup(
    part: dict[str, np.ndarray],
    patients: int,
    quartiles: list[Figure],
    longest: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw ordered times: two beside each quartile that make it print, the others bent to one side."""
    lows, highs = (np.array([getattr(figure, end) for figure in quartiles]) for end in ("low", "high"))
    printed = lows + (highs - lows) * (0.02 + 0.96 * part["quartile"])
    places = (patients - 1) * np.array(QUARTILES)
    below = np.floor(places).astype(int)
    weight = places - below
    shortest = np.full(len(printed), min(EARLIEST / GAP, lows[0] / 2))
    edges = np.column_stack([shortest, printed, np.full(len(printed), longest)])
    halves = np.diff(edges, axis=1) / 2
    # The room to the next quartile is shared; beyond the last one it is all free.
    down, up = halves[:, :-1], np.column_stack([halves[:, 1:-1], 2 * halves[:, -1]])
    apart = part["apart"] * np.minimum(down / np.maximum(weight, 0.02), up / np.maximum(1 - weight, 0.02))
    under, over = printed - apart * weight, printed + apart * (1 - weight)
    times = np.empty((len(printed), patients))
    starts = np.concatenate([[0], below + 2])
    stops = np.concatenate([below, [patients]])
    lower = np.column_stack([shortest, over])
    upper = np.column_stack([under, np.full(len(printed), longest)])
    bend = 10 ** (3 * part["bend"] - 1.5)
    for segment, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        drawn = rng.random((len(printed), stop - start)) ** bend[:, segment : segment + 1]
        edge = lower[:, segment : segment + 1]
        times[:, start:stop] = edge + drawn * (upper[:, segment : segment + 1] - edge)
    times[:, below], times[:, below + 1] = under, over
    return np.sort(times, axis=1)


def splits_of_deaths(known: Counts, causes: str) -> np.ndarray:
    """List every split of the deaths under the causes: without response, after relapse, others."""
    without, relapsed = (
        axis.ravel() for axis in np.mgrid[0 : known.non_responders + 1, 0 : known.relapses + 1]
    )
    others = known.deaths - without - relapsed
    room = known.responders + known.in_remission - known.relapses
    fits = np.isin(others, beyond_causes(known, causes)) & (others <= room)
    return np.column_stack([without, relapsed, others])[fits]


def causes_hold(
    cohorts: "Cohorts", inside: np.ndarray, known: Counts, causes: str, definition: str
) -> np.ndarray:
    """Tell which cohorts keep to the causes of death, also in who is in a definition's population.

    Parameters
    ----------
    cohorts : Cohorts
        Or anything with ``kind`` and ``beyond``.
    inside : array of bool, (cohorts, patients)
        The population.
    known : Counts
    causes : str
        One of `disease_free.CAUSES`.
    definition : str
        One of `disease_free.DEFINITIONS`.

    Returns
    -------
    array of bool, (cohorts,)
    """
    within = beyond_causes(known, causes)
    holds = np.isin(cohorts.beyond, within)
    here = (inside & (cohorts.kind == DEAD)).sum(axis=1)
    if causes == "mrd" and definition == "mrd_negative":
        return holds & (here == 0)
    if causes == "mrd" and definition == "responders":
        mine = known.responders_without_mrd_negativity
        elsewhere = known.without_mrd_negativity - known.non_responders - mine
        return holds & (here <= mine) & (cohorts.beyond - here <= elsewhere)
    return holds


def _split(split: np.ndarray, known: Counts) -> np.ndarray:
    """Choose a split of the deaths: an equal part of the cohorts under each of the causes that can hold."""
    allowed = [found for causes in CAUSES if len(found := splits_of_deaths(known, causes))]
    part = np.minimum((split[:, 0] * len(allowed)).astype(int), len(allowed) - 1)
    row = (split[:, 1] * np.array([len(found) for found in allowed])[part]).astype(int)
    return np.concatenate(allowed)[
        np.cumsum([0, *(len(found) for found in allowed)])[part]
        + np.minimum(row, np.array([len(found) for found in allowed])[part] - 1)
    ]


def _placed(
    part: dict[str, np.ndarray], deaths: np.ndarray, known: Counts, rng: np.random.Generator
) -> np.ndarray:
    """Place each kind of patient about its centre in the order of follow-up."""
    without, relapsed, others = deaths.T
    sizes = np.column_stack(
        [without, known.non_responders - without, relapsed, known.relapses - relapsed, others]
    )
    ends = np.cumsum(sizes, axis=1)
    place = np.arange(known.patients)
    # Kinds count from 1 in the order of the sizes; whoever is past the last is free of events.
    kind = 1 + (place[None, :, None] >= ends[:, None, :]).sum(axis=2)
    kind[kind > len(sizes[0])] = FREE
    centre = np.take_along_axis(1.4 * part["centre"] - 0.2, kind, axis=1)
    width = np.take_along_axis(10 ** (2.5 * part["width"] - 2), kind, axis=1)
    order = np.argsort(centre + width * rng.normal(size=kind.shape), axis=1)
    return np.take_along_axis(kind, order, axis=1)


def _members(
    cohorts: Cohorts,
    population: str,
    size: int,
    likes: np.ndarray,
    known: Counts,
    rng: np.random.Generator,
) -> np.ndarray:
    """Choose who of the patients in remission belongs to a population of a given size."""
    kind = cohorts.kind
    signs = np.stack([cohorts.relapsed, kind == DEAD, np.linspace(0, 1, kind.shape[1]) + 0 * kind])
    score = np.einsum("ck,kcn->cn", likes, signs) + rng.random(kind.shape)
    if population == "mrd_negative":
        # Where "no MRD negativity" can be the cause of these deaths, half of the cohorts leave them outside.
        caused = np.isin(cohorts.beyond, beyond_causes(known, "mrd"))
        score -= 100 * ((caused & (likes[:, 1] < 0))[:, None] & (kind == DEAD))
    score = np.where(cohorts.in_remission, score, -np.inf)
    return score >= -np.partition(-score, size - 1, axis=1)[:, size - 1 : size]
