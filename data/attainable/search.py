"""Which pairs of odds ratio and P value each candidate model can reach, by a guided search.

``python -m data.attainable.search`` writes the map to ``data/attainable``. Chains of patients
are annealed side by side: some towards the smallest, some towards the largest P value of one printed odds
ratio, some towards the printed pair; whatever they pass that prints every other figure is kept where it is
the most extreme so far. What is kept is attainable, with the patients as witness; what is not is "not
reached", which is no proof.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pool

import numpy as np
import pandas as pd
from scipy.special import erfc

from data.attainable.layout import Layout, Measured, beside, measure, slope_window
from evidence.annealing.anneal import Cooling, State, exchange, rounded, walk
from evidence.annealing.statistics import beyond
from evidence.claims import load as claims
from evidence.claims.printed import Figure, Figures, z_window
from evidence.this_abstract import cells, odds_ratio
from evidence.this_abstract.odds_ratio import FOLDER, MODELS, Model
from evidence.this_abstract.odds_ratio_findings import pair
from helpers.ground.files import write_table

GRID = tuple(round(0.92 + 0.01 * step, 2) for step in range(8))  # odds ratios as they print
# What a chain is rewarded for: a large deviate, a small one, or one that prints.
ENDS = {"smallest": 1, "largest": -1, "nearest": 0}
CHAINS = 16  # for each odds ratio and end, and eight times as many for the printed pair
STEPS, COLD = 2200, 0.002
WARM = (0.5, 0.05, 0.02)  # of each round; the later ones go on from what was kept
SEED = 1
EDGE = 1e-6  # a witness is no nearer than this to a limit of a window, where rounding errors could decide
# Prices against a deviate of 1: a print that is missed costs more than a deviate can pay, and so does a slope
# outside its window, for slopes are measured in hundredths.
MISSED, OUTSIDE = 3, 100
NEAR = 3  # points of blasts of a small move
NEARBY, ANYWHERE, OUTCOMES, FLIP, AGES, AGE = range(6)  # the moves


@dataclass(frozen=True)
class Goal:
    """What some chains go for.

    Attributes
    ----------
    name : str
        An odds ratio of `GRID` as printed, or ``printed``.
    end : str
        A key of `ENDS`: the smallest or the largest P value, or the one nearest to the printed.
    window : tuple of float
        The log odds ratios that print so.
    """

    name: str
    end: str
    window: tuple[float, float]


@dataclass(frozen=True)
class Point:
    """The most extreme patients met so far for a goal, with their log odds ratio and its deviate."""

    score: float
    slope: float
    z: float
    patients: State


def goals(ratio: Figure) -> list[Goal]:
    """List the goals of a search: both ends at each odds ratio, then the printed pair.

    Parameters
    ----------
    ratio : Figure
        The printed odds ratio.

    Returns
    -------
    list of Goal
    """
    grid = [Figure("", value, 2) for value in GRID]
    ends = [Goal(str(value), end, slope_window(value)) for value in grid for end in ("smallest", "largest")]
    return [*ends, Goal("printed", "nearest", slope_window(ratio))]


def search(layout: Layout, ratio: Figure, p_value: Figure, seed: int) -> pd.DataFrame:
    """Search the patients of one model.

    Parameters
    ----------
    layout : Layout
    ratio, p_value : Figure
        The printed pair.
    seed : int

    Returns
    -------
    DataFrame
        ``goal`` (a printed odds ratio of the grid, or the text printed), ``end`` (smallest, largest or
        nearest), ``odds_ratio``, ``p_value`` and ``patients`` (dict of arrays); one row for each goal met.
    """
    rng = np.random.default_rng(seed)
    every, deviates = goals(ratio), z_window(p_value.window)
    points: list[Point | None] = [None] * len(every)
    goal = np.append(np.repeat(np.arange(len(every)), CHAINS), [len(every) - 1] * 7 * CHAINS)
    rewards = np.array([ENDS[one.end] for one in every])[goal]
    low, high = np.array([one.window for one in every])[goal].T

    def _energy(state: State) -> np.ndarray:
        measured = measure(layout, **state)
        # Also what a chain does not accept is kept, if it is more extreme than all before.
        _keep(points, every, state, measured, deviates)
        outside = beyond(measured.slope, low, high)
        scores = _scores(measured.z, rewards, deviates)
        return rounded(MISSED * measured.violation + OUTSIDE * outside - scores)

    for warm in WARM:
        start = _restart(points, goal, draw(layout, len(goal), rng))
        cooling = Cooling(STEPS, warm, COLD)
        for _ in walk(start, partial(propose, layout, rng=rng), _energy, rng, cooling):
            pass
    rows = [
        (one.name, one.end, np.exp(point.slope), erfc(abs(point.z) / np.sqrt(2)), point.patients)
        for one, point in zip(every, points, strict=True)
        if point is not None
    ]
    return pd.DataFrame(rows, columns=["goal", "end", "odds_ratio", "p_value", "patients"])


def _scores(z: np.ndarray, rewards: np.ndarray | int, deviates: tuple[float, float]) -> np.ndarray:
    size, (small, large) = np.abs(z), deviates
    return np.where(rewards == 0, -beyond(size, small + EDGE, large - EDGE), rewards * size)


def _restart(points: Sequence[Point | None], goal: np.ndarray, fresh: State) -> State:
    """Put what is kept for a chain's goal in the place of fresh patients, where there is any."""
    state = {name: values.copy() for name, values in fresh.items()}
    for number, point in enumerate(points):
        for name, values in point.patients.items() if point is not None else ():
            state[name][goal == number] = values
    return state


def _keep(
    points: list[Point | None],
    every: Sequence[Goal],
    state: State,
    measured: Measured,
    deviates: tuple[float, float],
) -> None:
    """Compare every chain without violation with what is kept for each goal whose window it is in."""
    fine = np.flatnonzero(measured.violation == 0)
    if not len(fine):
        return
    slope, z = measured.slope[fine], measured.z[fine]
    for number, (one, point) in enumerate(zip(every, points, strict=True)):
        low, high = one.window
        inside = (slope > low + EDGE) & (slope < high - EDGE)
        score = np.where(inside, _scores(z, ENDS[one.end], deviates), -np.inf)
        best = int(score.argmax())
        if score[best] > (point.score if point is not None else -np.inf):
            patients = {name: values[fine[best]].copy() for name, values in state.items()}
            points[number] = Point(score[best], slope[best], z[best], patients)


def draw(layout: Layout, chains: int, rng: np.random.Generator) -> State:
    """Make up patients at random within the range of each, not yet with the printed quartiles.

    Parameters
    ----------
    layout : Layout
    chains : int
    rng : Generator

    Returns
    -------
    State
        ``blasts, outcome, ages``, as `layout.measure` takes them.
    """
    blasts = rng.integers(layout.lowest, layout.highest + 1, (chains, len(layout.cell)))
    outcome = np.zeros(blasts.shape, dtype=bool)
    for number, (fewest, most) in enumerate(zip(layout.fewest, layout.most, strict=True)):
        here = np.flatnonzero(layout.cell == number)
        events = rng.integers(fewest, most + 1, chains)
        rank = rng.permuted(np.tile(np.arange(len(here)), (chains, 1)), axis=1)
        outcome[:, here] = rank < events[:, None]
    # One of each end and half on either side of the median: the printed ages from the start.
    half = layout.everyone // 2
    ages = np.hstack(
        [
            np.full((chains, 1), layout.youngest),
            rng.integers(layout.youngest, layout.middle + 1, (chains, half - 1)),
            rng.integers(layout.middle, layout.oldest + 1, (chains, layout.everyone - half - 1)),
            np.full((chains, 1), layout.oldest),
        ]
    )
    return {"blasts": blasts, "outcome": outcome, "ages": rng.permuted(ages, axis=1)}


def propose(layout: Layout, state: State, rng: np.random.Generator) -> State:
    """Change one patient's blasts, little or at will, exchange two outcomes or ages, or flip an outcome.

    Parameters
    ----------
    layout : Layout
    state : State
    rng : Generator

    Returns
    -------
    State
    """
    chains, patients = len(state["blasts"]), state["blasts"].shape[1]
    rows, one = np.arange(chains), rng.integers(0, patients, chains)
    blasts, outcome, ages = (state[name].copy() for name in ("blasts", "outcome", "ages"))
    move = rng.choice(_moves(layout), chains)
    near = blasts[rows, one] + rng.integers(-NEAR, NEAR + 1, chains)
    far = rng.integers(layout.lowest[one], layout.highest[one] + 1)
    changed = np.clip(np.where(move == NEARBY, near, far), layout.lowest[one], layout.highest[one])
    of_blasts = (move == NEARBY) | (move == ANYWHERE)
    blasts[rows, one] = np.where(of_blasts, changed, blasts[rows, one])
    # A second small change in the same step can give back what the first took from the rank test.
    second = rng.integers(0, patients, chains)
    near = blasts[rows, second] + rng.integers(-NEAR, NEAR + 1, chains)
    both = rows[of_blasts & (rng.random(chains) < 0.5)]
    blasts[both, second[both]] = np.clip(near, layout.lowest[second], layout.highest[second])[both]
    start = np.searchsorted(layout.cell, layout.cell[one])
    other = start + (rng.random(chains) * layout.sizes[layout.cell[one]]).astype(int)
    exchange(outcome, rows[move == OUTCOMES], one[move == OUTCOMES], other[move == OUTCOMES])
    _flip(layout, outcome, rows[move == FLIP], one[move == FLIP])
    anyone = rng.integers(0, layout.everyone, chains)
    exchange(ages, rows[move == AGES], one[move == AGES], anyone[move == AGES])
    aged = rows[move == AGE], anyone[move == AGE]
    ages[aged] = rng.integers(layout.youngest, layout.oldest + 1, len(aged[0]))
    return {"blasts": blasts, "outcome": outcome, "ages": ages}


def _moves(layout: Layout) -> list[int]:
    """List the moves that can change anything: flips need a free number of events, ages a model with age."""
    flip = [FLIP] if (layout.fewest < layout.most).any() else []
    ages = [AGES, AGE] if "age" in layout.model.covariates else []
    return [NEARBY, ANYWHERE, OUTCOMES, *flip, *ages]


def _flip(layout: Layout, outcome: np.ndarray, rows: np.ndarray, one: np.ndarray) -> None:
    """Flip the outcomes of patients whose cell keeps a number of events in its range."""
    events = ((layout.cell == layout.cell[one][:, None]) & outcome[rows]).sum(axis=1)
    events += np.where(outcome[rows, one], -1, 1)
    fits = (events >= layout.fewest[layout.cell[one]]) & (events <= layout.most[layout.cell[one]])
    outcome[rows[fits], one[fits]] ^= True


def witness_rows(layout: Layout, patients: State) -> pd.DataFrame:
    """Write patients as rows, numbered from 1 in the order of the layout.

    Parameters
    ----------
    layout : Layout
    patients : dict of arrays
        One of the patients of `search`.

    Returns
    -------
    DataFrame
        ``patient, bm_blasts_pct, outcome, age_years``, whole numbers; of patients outside the model only the
        age, and no age at all in models without it.
    """
    n = len(layout.cell)
    rows = pd.DataFrame({"patient": np.arange(1, layout.everyone + 1)})
    for name, column in (("bm_blasts_pct", "blasts"), ("outcome", "outcome")):
        rows[name] = pd.Series(patients[column].astype(int)).reindex(rows.index).astype("Int64")
    if "age" not in layout.model.covariates:
        return rows.head(n).assign(age_years=pd.array([pd.NA] * n, dtype="Int64"))
    return rows.assign(age_years=patients["ages"])


def _one(model: Model, counts: pd.DataFrame, figures: Figures) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Search one model; return its points and, for each, its patients as rows."""
    began = time.perf_counter()
    layout, printed = Layout(model, counts, beside(figures)), pair(figures)
    assert printed is not None, "the abstract prints the pair"
    found = search(layout, *printed, SEED)
    rows = [witness_rows(layout, patients) for patients in found["patients"]]
    found.insert(0, "model", model.name)
    near = found.loc[found["end"] == "nearest", ["odds_ratio", "p_value"]].to_numpy().ravel()
    print(f"{model.name}: {time.perf_counter() - began:.0f} s, nearest", *near, flush=True)
    return found.drop(columns="patients"), rows


def main() -> None:
    """Search every model and write the map."""
    figures = Figures(claims.load())
    counts = cells.solve(figures)
    with Pool(2) as pool:
        each = pool.starmap(_one, [(model, counts, figures) for model in MODELS], chunksize=1)
    table = pd.concat([points for points, _ in each], ignore_index=True)
    table.insert(0, "witness", np.arange(1, len(table) + 1))
    rows = [frame for _, frames in each for frame in frames]
    witnesses = pd.concat(frame.assign(witness=place) for place, frame in enumerate(rows, 1))
    everyone = Layout(Model("all", "mrd_negativity", ()), counts, beside(figures))
    patients = everyone.cells.loc[everyone.cell, ["arm", "disease_status"]].reset_index(drop=True)
    patients.insert(0, "patient", np.arange(1, len(patients) + 1))
    write_table(table.round({"odds_ratio": 7, "p_value": 9}), FOLDER / "odds_ratio.csv")
    columns = ["witness", "patient", "bm_blasts_pct", "outcome", "age_years"]
    write_table(witnesses[columns], FOLDER / "odds_ratio_witnesses.csv")
    write_table(patients, FOLDER / "odds_ratio_patients.csv")
    write_table(odds_ratio.constraints(figures), FOLDER / "odds_ratio_figures.csv")


if __name__ == "__main__":
    main()
