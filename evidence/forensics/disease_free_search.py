"""Disease-free survival by each definition in constructed cohorts, and what the print asks of relapses."""

import numpy as np
import pandas as pd

from evidence.claims.printed import Figure
from evidence.forensics import disease_free, disease_free_climb
from evidence.forensics.deaths import Counts
from evidence.forensics.disease_free import AFTER_ZERO, CAUSES, DEFINITIONS
from evidence.forensics.disease_free_climb import Start, kaplan_meier
from evidence.forensics.disease_free_cohorts import (
    PARAMETERS,
    Cohorts,
    causes_hold,
    construct,
    splits_of_deaths,
)

SEED = 4
DRAWS = 16000  # cohorts constructed
STARTS = {"low": 3, "high": 3, "earliest": 3, "latest": 3, "walk": 8}  # the best of them for each goal
SMALLEST = 12  # patients, below which the times beside one quartile touch those beside the next
YEAR = 12
TAIL = 0.1  # left out at each end of what the walks met


def search(
    known: Counts,
    quartiles: list[Figure],
    overall: Figure,
    printed: Figure,
    at: float,
    longest: float,
    seed: int = SEED,
    definitions: tuple[str, ...] = tuple(DEFINITIONS),
) -> pd.DataFrame:
    """Construct cohorts that print follow-up, deaths, relapses and overall survival; read each definition.

    Not exhaustive: a value that is not met is "not reached", no more. `DRAWS` cohorts are drawn evenly over
    the parameters of `disease_free_cohorts.construct`. From the best of those that print overall survival,
    for each definition, causes and goal, `disease_free_climb.climb` goes on in small steps. The goals are the
    lowest and the highest disease-free survival, and the earliest and the latest median relapse with the
    printed one.

    Parameters
    ----------
    known : Counts
    quartiles : list of three Figure
        Of follow-up, months, type 7.
    overall, printed : Figure
        Overall and disease-free survival in percent.
    at : float
        Months.
    longest : float
        Longest follow-up, months.
    seed : int
    definitions : tuple of str
        Of `disease_free.DEFINITIONS`, those to search for.

    Returns
    -------
    DataFrame
        One row per cohort that prints overall survival, definition and causes (`disease_free.CAUSES`; a
        cohort stands under each that it keeps): ``definition``, ``causes``, ``share``
        (disease-free survival, a fraction), ``prints``, and where it prints: ``relapses`` in the population,
        ``relapse`` (their median month), ``at_risk`` (the median over them of the patients of the population
        at risk), ``after_year`` (how many come after month 12). Empty where nothing can be constructed.
    """
    rng = np.random.default_rng(seed)
    cohorts, drawn = draw(known, quartiles, overall, printed, at, longest, rng, definitions)
    if drawn.empty:
        return drawn
    starts = _starts(drawn, printed)
    records = disease_free_climb.climb(_start(cohorts, known, starts), known, overall, printed, at, rng)
    keys = starts[["definition", "causes", "goal"]].reset_index(drop=True)
    reached = [
        _describe(record.times, record.relapsed, record.inside, record.share(at), printed).join(keys)
        for record in records
    ]
    walks = keys["goal"].eq("walk").to_numpy()
    reached = pd.concat([*(frame[walks] for frame in reached), reached[-1][~walks]])
    wider = reached[reached["causes"].ne("any") & reached["goal"].ne("walk")].assign(causes="any")
    return pd.concat([drawn.drop(columns="draw").assign(goal="drawn"), reached, wider], ignore_index=True)


def draw(
    known: Counts,
    quartiles: list[Figure],
    overall: Figure,
    printed: Figure,
    at: float,
    longest: float,
    rng: np.random.Generator,
    definitions: tuple[str, ...],
) -> tuple[Cohorts | None, pd.DataFrame]:
    """Construct the cohorts from which `search` starts; the arguments are the same.

    Returns
    -------
    Cohorts or None, DataFrame
        Those that print overall survival, and the frame of `search` for them with ``draw``, their place. None
        and an empty frame where nothing can be constructed.
    """
    constructible = min(known.patients - SMALLEST, known.relapses - 1, known.responders - 1) >= 0
    if not constructible or not len(splits_of_deaths(known, "any")):
        return None, pd.DataFrame(columns=["definition", "causes", "share", "prints", "relapse"])
    cohorts = construct(rng.random((DRAWS, PARAMETERS)), known, quartiles, longest, rng)
    everyone = np.ones(cohorts.kind.shape, dtype=bool)
    alive = kaplan_meier(cohorts.followup, cohorts.dead, everyone, at)
    cohorts = cohorts.chosen(np.flatnonzero(overall.prints(100 * alive)))
    return cohorts, _read(cohorts, known, printed, at, definitions)


def ranges(found: pd.DataFrame) -> pd.DataFrame:
    """Summarise `search`: the range reached, and what the cohorts that print the figure look like.

    Returns
    -------
    DataFrame
        One row per definition and causes: ``definition``, ``causes``, ``reached_low``, ``reached_high``
        (fractions), ``printing`` (cohorts that print disease-free survival), and of these ``earliest`` and
        ``latest`` (median month of relapse), and of the cohort with the earliest: ``at_risk``, ``relapses``,
        ``after_year``; NaN where none prints.
    """
    rows = []
    for (definition, causes), group in found.groupby(["definition", "causes"], sort=False):
        printing = group[group["prints"].astype(bool)]
        walks = printing[printing["goal"].eq("walk")]
        middle = {
            f"{name}_{end}": walks[name].quantile(share)
            for name in ("relapse", "at_risk", "after_year")
            for end, share in (("low", TAIL), ("middle", 0.5), ("high", 1 - TAIL))
        }
        rows.append(
            {
                "definition": definition,
                "causes": causes,
                "reached_low": group["share"].min(),
                "reached_high": group["share"].max(),
                "earliest": printing["relapse"].min(),
                "latest": printing["relapse"].max(),
                "walks": len(walks),
                **middle,
            }
        )
    return pd.DataFrame(rows)


def _members(cohorts: Cohorts, definition: str) -> np.ndarray:
    everyone = np.ones(cohorts.kind.shape, dtype=bool)
    members = {"everyone": everyone, "in_remission": cohorts.in_remission, **cohorts.members}
    return members[AFTER_ZERO.get(definition, definition)]


def _read(
    cohorts: Cohorts, known: Counts, printed: Figure, at: float, definitions: tuple[str, ...]
) -> pd.DataFrame:
    """Read every definition from every cohort, which stands under each of the causes that it keeps."""
    times, event = np.minimum(cohorts.relapse, cohorts.followup), cohorts.dead | cohorts.relapsed
    frames = []
    populations = disease_free.populations(known, "any")
    for definition in definitions:
        inside = _members(cohorts, definition)
        share = populations[definition].share * kaplan_meier(times, event, inside, at)
        frame = _describe(times, cohorts.relapsed, inside, share, printed)
        frame = frame.assign(definition=definition, draw=np.arange(len(frame)))
        for causes in CAUSES:
            holds = causes_hold(cohorts, inside, known, causes, definition)
            frames.append(frame[holds].assign(causes=causes))
    return pd.concat([frame for frame in frames if len(frame)] or frames, ignore_index=True)


def _describe(
    times: np.ndarray, relapsed: np.ndarray, inside: np.ndarray, share: np.ndarray, printed: Figure
) -> pd.DataFrame:
    frame = pd.DataFrame({"share": share, "prints": printed.prints(100 * share)})
    rows = []
    for place in np.flatnonzero(frame["prints"]):
        mine = inside[place] & relapsed[place]
        months = times[place][mine]
        at_risk = (times[place][inside[place]] >= months[:, None]).sum(axis=1)
        middle = (np.median(months), np.median(at_risk)) if len(months) else (np.nan, np.nan)
        rows.append((place, len(months), *middle, (months > YEAR).sum()))
    described = pd.DataFrame(rows, columns=["place", "relapses", "relapse", "at_risk", "after_year"])
    return frame.join(described.set_index("place").astype(float))


def _starts(drawn: pd.DataFrame, printed: Figure) -> pd.DataFrame:
    """Pick the best drawn cohorts for each definition, causes and goal."""
    scored = [
        drawn.assign(
            goal=goal,
            score=disease_free_climb.score(
                np.full(len(drawn), goal), drawn["share"], drawn["relapse"], printed
            ),
        )
        for goal in STARTS
    ]
    best = [
        one.sort_values("score", ascending=False, kind="stable")
        .groupby(["definition", "causes"])
        .head(STARTS[one["goal"].iloc[0]])
        for one in scored
    ]
    order = list(DEFINITIONS)
    chosen = pd.concat(best, ignore_index=True)
    return chosen.sort_values(
        ["definition", "causes"],
        key=lambda column: column.map({name: place for place, name in enumerate([*order, *CAUSES])}),
        kind="stable",
    )


def _start(cohorts: Cohorts, known: Counts, starts: pd.DataFrame) -> Start:
    draws = starts["draw"].to_numpy()
    taken = cohorts.chosen(draws)
    definitions = starts["definition"].to_numpy()
    inside = np.stack([_members(taken, definition)[row] for row, definition in enumerate(definitions)])
    populations = disease_free.populations(known, "any")
    return Start(
        followup=taken.followup,
        relapse=taken.relapse,
        kind=taken.kind,
        inside=inside,
        beyond=taken.beyond,
        part=np.array([populations[definition].share for definition in definitions]),
        definition=definitions,
        causes=starts["causes"].to_numpy(),
        goal=starts["goal"].to_numpy(),
        others=cohorts.followup,
    )
