"""Disease-free survival by each definition in constructed cohorts, and what the print asks of relapses."""

from functools import lru_cache

import numpy as np
import pandas as pd

from evidence.annealing.anneal import State
from evidence.annealing.statistics import median_of
from evidence.this_abstract import disease_free_cohorts as build
from evidence.this_abstract.disease_free import CAUSES, DEFINITIONS, Wanted, populations
from evidence.this_abstract.disease_free_climb import climb, score

SEED = 4
DRAWS = 16000  # cohorts constructed: enough for some hundreds that print overall survival
STARTS = {"low": 3, "high": 3, "earliest": 3, "latest": 3, "walk": 8}  # the best of them for each goal
SMALLEST = 12  # patients, below which the times beside one quartile touch those beside the next
YEAR = 12
TAIL = 0.1  # left out at each end of what the walks met
KEYS = ["definition", "causes"]


def search(wanted: Wanted, definitions: tuple[str, ...] = tuple(DEFINITIONS)) -> pd.DataFrame:
    """Construct cohorts that print follow-up, deaths, relapses and overall survival; ask each definition.

    Not exhaustive: a value that is not met is "not reached", no more. `DRAWS` cohorts are drawn evenly over
    the parameters of `disease_free_cohorts.construct`. From the best of those that print overall survival,
    for each definition, causes and goal, `disease_free_climb.climb` goes on in small steps. The goals are the
    lowest and the highest disease-free survival, and the earliest and the latest median relapse with the
    printed one.

    Parameters
    ----------
    wanted : Wanted
    definitions : tuple of str
        Of `disease_free.DEFINITIONS`, those to search for.

    Returns
    -------
    DataFrame
        One row per cohort that prints overall survival, definition and causes (`disease_free.CAUSES`; a
        cohort stands under each that it keeps): ``definition``, ``causes``, ``goal`` (of the climb; or
        "drawn"), ``share`` (disease-free survival, a fraction), ``prints``, and where it prints: ``relapses``
        in the population, ``relapse`` (their median month), ``at_risk`` (the median over them of the patients
        of the population at risk), ``after_year`` (how many come after month 12). Empty where nothing can be
        constructed.
    """
    nothing = pd.DataFrame(columns=[*KEYS, "goal", "share", "prints", "relapse", "at_risk", "after_year"])
    if not constructible(wanted):
        return nothing
    rng = np.random.default_rng(SEED)
    cohorts, everybody = _printing_overall(wanted, rng)
    inside = {definition: everybody[definition] for definition in definitions}
    drawn = _each_definition(cohorts, inside, wanted)
    if drawn.empty:
        return nothing
    starts = _starts(drawn, wanted)
    draws = starts["draw"].to_numpy()
    chosen = [inside[definition][draw] for definition, draw in zip(starts["definition"], draws, strict=True)]
    start = {**_taken(cohorts, draws), "inside": np.stack(chosen)}
    records = climb(start, starts, cohorts["followup"], wanted, rng)
    keys = starts[[*KEYS, "goal"]]
    reached = [_described(record, starts["left"], wanted).join(keys) for record in records]
    walks = keys["goal"].eq("walk").to_numpy()
    # A walk is looked at along its way, a climb to an extreme at its end.
    ends = pd.concat([*(frame[walks] for frame in reached), reached[-1][~walks]])
    # What was reached under narrower causes is reached under any.
    wider = ends[ends["causes"].ne("any") & ends["goal"].ne("walk")].assign(causes="any")
    return pd.concat(
        [drawn.drop(columns=["draw", "left"]).assign(goal="drawn"), ends, wider], ignore_index=True
    )


@lru_cache(maxsize=32)
def reaches(wanted: Wanted) -> bool:
    """Tell whether a cohort in which disease-free survival of everyone prints could be constructed.

    Parameters
    ----------
    wanted : Wanted

    Returns
    -------
    bool
        False is no proof that there is none.
    """
    if not constructible(wanted):
        return False
    cohorts, inside = _printing_overall(wanted, np.random.default_rng(SEED))
    # Most often drawn cohorts print it, and climbing, which takes its time, is not needed.
    if wanted.disease_free.prints(100 * build.disease_free_share(cohorts, inside["everyone"])).any():
        return True
    return bool(search(wanted, definitions=("everyone",))["prints"].any())


def constructible(wanted: Wanted) -> bool:
    """Tell whether the counts leave room for the cohorts of `disease_free_cohorts.construct`.

    Parameters
    ----------
    wanted : Wanted

    Returns
    -------
    bool
    """
    known = wanted.known
    enough = min(known.patients - SMALLEST, known.relapses - 1, known.responders - 1) >= 0
    return enough and len(build.splits_of_deaths(known, "any")) > 0


def ranges(found: pd.DataFrame) -> pd.DataFrame:
    """Summarise `search`: the range reached, and what the cohorts that print the figure look like.

    Parameters
    ----------
    found : DataFrame
        As `search` returns it.

    Returns
    -------
    DataFrame
        One row per definition and causes: ``definition``, ``causes``, ``reached_low``, ``reached_high``
        (fractions); of the cohorts that print disease-free survival ``earliest`` and ``latest`` (median month
        of relapse); and of the walks among them ``walks`` (how many) and for each of ``relapse``, ``at_risk``
        and ``after_year`` its ``_low``, ``_middle`` and ``_high`` without the tails. NaN where none prints.
    """
    return pd.DataFrame(
        {**dict(zip(KEYS, keys, strict=True)), **_range(group)}
        for keys, group in found.groupby(KEYS, sort=False)
    )


def _range(group: pd.DataFrame) -> dict[str, float]:
    printing = group[group["prints"].astype(bool)]
    walks = printing[printing["goal"].eq("walk")]
    return {
        "reached_low": group["share"].min(),
        "reached_high": group["share"].max(),
        "earliest": printing["relapse"].min(),
        "latest": printing["relapse"].max(),
        "walks": len(walks),
    } | {
        f"{name}_{end}": walks[name].quantile(share)
        for name in ("relapse", "at_risk", "after_year")
        for end, share in (("low", TAIL), ("middle", 0.5), ("high", 1 - TAIL))
    }


def _printing_overall(wanted: Wanted, rng: np.random.Generator) -> tuple[State, dict[str, np.ndarray]]:
    """Construct cohorts; return those that print overall survival, and who is in each population."""
    parameters = rng.random((DRAWS, build.PARAMETERS))
    cohorts = build.construct(parameters, wanted, rng)
    printing = np.flatnonzero(build.prints_overall(cohorts, wanted))
    inside = build.members(cohorts, parameters, wanted.known, rng)
    return _taken(cohorts, printing), _taken(inside, printing)


def _taken(state: State, places: np.ndarray) -> State:
    return {name: values[places] for name, values in state.items()}


def _each_definition(cohorts: State, inside: dict[str, np.ndarray], wanted: Wanted) -> pd.DataFrame:
    """Describe every cohort by every definition, under each of the causes that it keeps."""
    frames = []
    for definition, chosen in inside.items():
        left = populations(wanted.known, "any")[definition].share
        frame = _described({**cohorts, "inside": chosen}, left, wanted)
        frame = frame.assign(definition=definition, draw=np.arange(len(frame)), left=left)
        for causes in CAUSES:
            holds = build.causes_hold(cohorts["kind"], chosen, wanted.known, causes, definition)
            frames.append(frame[holds].assign(causes=causes))
    return pd.concat([frame for frame in frames if len(frame)] or frames, ignore_index=True)


def _described(state: State, left: pd.Series | float, wanted: Wanted) -> pd.DataFrame:
    """Say what disease-free survival the cohorts have and, where it prints, when the relapses come."""
    shares = left * build.disease_free_share(state, state["inside"])
    frame = pd.DataFrame({"share": shares, "prints": wanted.disease_free.prints(100 * shares)})
    printing = _taken(state, np.flatnonzero(frame["prints"]))
    inside, times = printing["inside"], np.minimum(printing["relapse"], printing["followup"])
    mine = inside & build.HAS_RELAPSED[printing["kind"]]
    at_risk = (inside[:, None, :] & (times[:, None, :] >= times[:, :, None])).sum(axis=2)
    described = {
        "relapses": mine.sum(axis=1),
        "relapse": median_of(times, mine),
        "at_risk": median_of(at_risk, mine),
        "after_year": (mine & (times > YEAR)).sum(axis=1),
    }
    rows = pd.DataFrame(described, index=frame.index[frame["prints"]], dtype=float)
    return frame.join(rows.replace(np.inf, np.nan))


def _starts(drawn: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """Pick the best drawn cohorts for each definition, causes and goal, in this order."""
    best = []
    for _, group in drawn.groupby(KEYS, sort=False):
        share, relapse = group["share"].to_numpy(), group["relapse"].to_numpy()
        for goal, number in STARTS.items():
            scores = score(np.full(len(group), goal), share, relapse, wanted.disease_free)
            best.append(group.iloc[np.argsort(-scores, kind="stable")[:number]].assign(goal=goal))
    return pd.concat(best, ignore_index=True)
