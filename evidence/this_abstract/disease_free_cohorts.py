"""Cohorts constructed from a few parameters, for the search on disease-free survival: many at once.

A cohort is one chain of a state: ``followup`` (months to death or last contact), ``relapse`` (months,
infinite without one) and ``kind`` (one of the constants below), the patients in the order of their follow-up.
"""

import numpy as np

from evidence.annealing.anneal import State
from evidence.annealing.statistics import kaplan_meier
from evidence.this_abstract.abstract import AT
from evidence.this_abstract.deaths import Counts, beyond_causes
from evidence.this_abstract.disease_free import CAUSES, Wanted
from helpers.estimators.quantiles import QUARTILES
from helpers.ground.endpoints import DAYS_PER_MONTH

KINDS = FREE, NO_RESPONSE_DEAD, NO_RESPONSE, RELAPSED_DEAD, RELAPSED, DEAD = range(6)
# By kind: who died, relapsed, was in remission on entry or after treatment, has an event.
DIED = np.isin(KINDS, [NO_RESPONSE_DEAD, RELAPSED_DEAD, DEAD])
HAS_RELAPSED = np.isin(KINDS, [RELAPSED_DEAD, RELAPSED])
REMITTED = ~np.isin(KINDS, [NO_RESPONSE_DEAD, NO_RESPONSE])
HAS_EVENT = DIED | HAS_RELAPSED
CHOSEN = ("responders", "mrd_negative")  # populations of which the figures give the size and not the names
# What the parameters of a cohort, numbers from 0 to 1, steer: how many of each, in this order.
PARTS = {"quartile": 3, "apart": 3, "bend": 4, "centre": 6, "width": 6, "relapse": 2, "split": 2, "chosen": 6}
PARAMETERS = sum(PARTS.values())
EARLIEST = 28 / DAYS_PER_MONTH  # months; the marrow of day 28 is the first that can show a remission
GAP = 0.98  # a relapse comes at the latest at this part of the patient's follow-up
CLEAR = 0.02  # of a rounding window, at either end: there the rules of rounding differ


def construct(parameters: np.ndarray, wanted: Wanted, rng: np.random.Generator) -> State:
    """Construct one cohort from each row of parameters; the noise about them is drawn from `rng`.

    Every cohort has the printed quartiles of follow-up, deaths, relapses and non-responders. The deaths split
    at random between those without response, the relapsed (never more than there are) and the others.

    Parameters
    ----------
    parameters : array, (cohorts, `PARAMETERS`)
        From 0 to 1.
    wanted : Wanted
    rng : Generator

    Returns
    -------
    State
        ``followup, relapse, kind``, each (cohorts, patients).
    """
    part = _parts(parameters)
    followup = _followup(part, wanted, rng)
    kind = _placed(part, _split(part["split"], wanted.known), wanted.known, rng)
    # The relapses of a cohort lie about one month, from 0.1 to 10 months apart.
    centre, width = wanted.longest * part["relapse"][:, :1], 10 ** (2 * part["relapse"][:, 1:] - 1)
    months = relapse_within(centre + width * rng.normal(size=kind.shape), followup)
    return {"followup": followup, "relapse": np.where(HAS_RELAPSED[kind], months, np.inf), "kind": kind}


def relapse_within(months: np.ndarray, followup: np.ndarray) -> np.ndarray:
    """Bring months of relapse between the first marrow and the end of follow-up.

    Parameters
    ----------
    months, followup : array, (cohorts, patients)

    Returns
    -------
    array, (cohorts, patients)
    """
    latest = GAP * followup
    return np.clip(months, np.minimum(EARLIEST, latest), latest)


def prints_overall(state: State, wanted: Wanted) -> np.ndarray:
    """Tell which cohorts print overall survival.

    Parameters
    ----------
    state : State
    wanted : Wanted

    Returns
    -------
    array of bool, (cohorts,)
    """
    return wanted.overall.prints(100 * kaplan_meier(state["followup"], DIED[state["kind"]], AT))


def disease_free_share(state: State, inside: np.ndarray) -> np.ndarray:
    """Return the share of a population without relapse or death at the time of the printed figures.

    Parameters
    ----------
    state : State
    inside : array of bool, (cohorts, patients)
        The population.

    Returns
    -------
    array, (cohorts,)
    """
    times = np.minimum(state["relapse"], state["followup"])
    return kaplan_meier(times, HAS_EVENT[state["kind"]], AT, inside)


def _parts(parameters: np.ndarray) -> dict[str, np.ndarray]:
    ends = np.cumsum([0, *PARTS.values()])
    return {name: parameters[:, start:stop] for name, start, stop in zip(PARTS, ends, ends[1:], strict=False)}


def _followup(part: dict[str, np.ndarray], wanted: Wanted, rng: np.random.Generator) -> np.ndarray:
    """Draw ordered times: two beside each quartile that make it print, the others bent to one side."""
    patients, cohorts = wanted.known.patients, len(part["quartile"])
    lows, highs = np.array([figure.window for figure in wanted.followup]).T
    printed = lows + (highs - lows) * (CLEAR + (1 - 2 * CLEAR) * part["quartile"])
    places = (patients - 1) * np.array([*QUARTILES.values()])
    below = np.floor(places).astype(int)
    weight = places - below
    # Nobody leaves too early for a relapse to be seen.
    shortest = np.full(cohorts, min(EARLIEST / GAP, lows[0] / 2))
    longest = np.full(cohorts, wanted.longest)
    halves = np.diff(np.column_stack([shortest, printed, longest]), axis=1) / 2
    # The room to the next quartile is shared; beyond the last one it is all free.
    down, up = halves[:, :-1], np.column_stack([halves[:, 1:-1], 2 * halves[:, -1]])
    # A weight of 0 leaves its neighbour free: it is held to a small one, so that the room decides.
    apart = part["apart"] * np.minimum(down / np.maximum(weight, 0.02), up / np.maximum(1 - weight, 0.02))
    under, over = printed - apart * weight, printed + apart * (1 - weight)
    times = np.empty((cohorts, patients))
    starts, stops = np.concatenate([[0], below + 2]), np.concatenate([below, [patients]])
    lower, upper = np.column_stack([shortest, over]), np.column_stack([under, longest])
    # Exponents from 1/30 to 30 heap the times of a quarter at its end or at its beginning.
    bend = 10 ** (3 * part["bend"] - 1.5)
    for quarter, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        edge, room = lower[:, [quarter]], (upper - lower)[:, [quarter]]
        times[:, start:stop] = edge + rng.random((cohorts, stop - start)) ** bend[:, [quarter]] * room
    times[:, below], times[:, below + 1] = under, over
    return np.sort(times, axis=1)


def splits_of_deaths(known: Counts, causes: str) -> np.ndarray:
    """List every split of the deaths under the causes: without response, after relapse, others.

    Parameters
    ----------
    known : Counts
    causes : str

    Returns
    -------
    array of int, (splits, 3)
    """
    without, relapsed = (
        axis.ravel() for axis in np.mgrid[0 : known.non_responders + 1, 0 : known.relapses + 1]
    )
    others = known.deaths - without - relapsed
    fits = np.isin(others, beyond_causes(known, causes)) & (others <= known.remissions - known.relapses)
    return np.column_stack([without, relapsed, others])[fits]


def causes_hold(
    kind: np.ndarray, inside: np.ndarray, known: Counts, causes: str, definition: str
) -> np.ndarray:
    """Tell which cohorts keep to the causes of death, also in who is in a definition's population.

    Parameters
    ----------
    kind : array of int, (cohorts, patients)
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
    beyond, here = (kind == DEAD).sum(axis=1), (inside & (kind == DEAD)).sum(axis=1)
    holds = np.isin(beyond, beyond_causes(known, causes))
    if (causes, definition) in (("mrd", "mrd_negative"), *(("response", chosen) for chosen in CHOSEN)):
        return holds & (here == 0)
    if causes == "mrd" and definition == "responders":
        mine = known.responders_without_mrd_negativity
        elsewhere = known.without_mrd_negativity - known.non_responders - mine
        return holds & (here <= mine) & (beyond - here <= elsewhere)
    return holds


def _split(split: np.ndarray, known: Counts) -> np.ndarray:
    """Choose a split of the deaths: an equal part of the cohorts under each of the causes that can hold."""
    allowed = [found for causes in CAUSES if len(found := splits_of_deaths(known, causes))]
    sizes = np.array([len(found) for found in allowed])
    part = np.minimum((split[:, 0] * len(allowed)).astype(int), len(allowed) - 1)
    row = np.minimum((split[:, 1] * sizes[part]).astype(int), sizes[part] - 1)
    return np.concatenate(allowed)[np.cumsum([0, *sizes])[part] + row]


def _placed(
    part: dict[str, np.ndarray], deaths: np.ndarray, known: Counts, rng: np.random.Generator
) -> np.ndarray:
    """Place each kind of patient about its centre in the order of follow-up."""
    without, relapsed, others = deaths.T
    sizes = np.column_stack(
        [without, known.non_responders - without, relapsed, known.relapses - relapsed, others]
    )
    ends = np.cumsum(sizes, axis=1)
    # Kinds count from 1 in the order of the sizes; whoever is past the last is free of events.
    kind = 1 + (np.arange(known.patients)[None, :, None] >= ends[:, None, :]).sum(axis=2)
    kind[kind > len(sizes[0])] = FREE
    # Centres may lie outside the order: a kind is then wholly at its end. Widths go from in a row to strewn.
    centre = np.take_along_axis(1.4 * part["centre"] - 0.2, kind, axis=1)
    width = np.take_along_axis(10 ** (2.5 * part["width"] - 2), kind, axis=1)
    order = np.argsort(centre + width * rng.normal(size=kind.shape), axis=1)
    return np.take_along_axis(kind, order, axis=1)


def members(
    state: State, parameters: np.ndarray, known: Counts, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Say who belongs to the population of each definition, after time zero.

    Parameters
    ----------
    state : State
        As `construct` returns it.
    parameters : array, (cohorts, `PARAMETERS`)
        The same.
    known : Counts
    rng : Generator

    Returns
    -------
    dict of str to array of bool, (cohorts, patients)
        By key of `disease_free.DEFINITIONS`.
    """
    kind, likes = state["kind"], 4 * _parts(parameters)["chosen"] - 2
    remission = REMITTED[kind]
    responders = _chosen(kind, known.responders, likes[:, :3], False, rng)
    # Where "no MRD negativity" can be the cause of these deaths, half of the cohorts leave them outside.
    caused = np.isin((kind == DEAD).sum(axis=1), beyond_causes(known, "mrd"))
    outside = (caused & (likes[:, 4] < 0))[:, None] & (kind == DEAD)
    negative = _chosen(kind, known.mrd_negative, likes[:, 3:], outside, rng)
    everyone = np.ones(kind.shape, dtype=bool)
    both = {"non_response": remission, "in_remission": remission}
    return {"everyone": everyone, **both, "responders": responders, "mrd_negative": negative}


def _chosen(
    kind: np.ndarray, size: int, likes: np.ndarray, outside: np.ndarray | bool, rng: np.random.Generator
) -> np.ndarray:
    """Choose so many of the patients in remission, with a liking for relapse, death and long follow-up."""
    signs = np.stack([HAS_RELAPSED[kind], kind == DEAD, np.linspace(0, 1, kind.shape[1]) + 0 * kind])
    score = np.einsum("ck,kcn->cn", likes, signs) + rng.random(kind.shape)
    score = np.where(outside, score - 100, score)  # more than likes and noise can make good
    score = np.where(REMITTED[kind], score, -np.inf)
    return score >= -np.partition(-score, size - 1, axis=1)[:, size - 1 : size]
