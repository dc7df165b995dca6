"""Evidence: which odds ratios and P values each model of `evidence.forensics.odds_ratio` reaches.

``python -m evidence.attainable.search`` writes the map to ``data/attainable``. Chains of patients
are annealed side by side: some towards the smallest, some towards the largest P value of one printed odds
ratio, some towards the printed pair; whatever they pass that prints every other figure is kept where it is
the most extreme so far. What is kept is attainable, with the patients as witness; what is not is "not
reached", which is no proof.
"""

import time
from dataclasses import dataclass, field
from multiprocessing import Pool

import numpy as np
import pandas as pd
from scipy.special import erfc, ndtri

from evidence.annealing.statistics import DECISION_DECIMALS, beyond
from evidence.claims import load as claims
from evidence.claims.printed import Figure, Figures
from evidence.forensics import cells, odds_ratio
from evidence.forensics.odds_ratio import FOLDER, MODELS, RESULT, Layout, Measured, Model

GRID = tuple(round(0.92 + 0.01 * step, 2) for step in range(8))  # odds ratios as they print
ENDS = {"smallest": 1, "largest": -1}  # sign of the deviate's reward
CHAINS = 16  # for each odds ratio and end, and eight times as many for the printed pair
STEPS, COLD = 2200, 0.002
WARM = (0.5, 0.05, 0.02)  # of each round; the later ones go on from what was kept
SEED = 1
EDGE = 1e-6  # a witness is no nearer than this to a limit of a window, where rounding errors could decide


@dataclass
class Kept:
    """The most extreme patients met so far.

    Attributes
    ----------
    score : array, (goals,)
        Higher is more extreme; minus infinity where none were met.
    slope, z : array, (goals,)
    patients : list of dict of arrays
        Blasts, outcome and ages.
    """

    score: np.ndarray
    slope: np.ndarray
    z: np.ndarray
    patients: list = field(default_factory=list)


def search(layout: Layout, odds_ratio_printed: Figure, p_printed: Figure, seed: int) -> pd.DataFrame:
    """Search the patients of one model.

    Parameters
    ----------
    layout : Layout
    odds_ratio_printed, p_printed : Figure
    seed : int

    Returns
    -------
    DataFrame
        ``goal`` (a printed odds ratio of the grid, or the text printed), ``end`` (smallest, largest or
        nearest), ``odds_ratio``, ``p_value`` and ``patients`` (dict of arrays); one row for each goal met.
    """
    rng = np.random.default_rng(seed)
    goals = [(f"{value:.2f}", end) for value in GRID for end in ENDS] + [("printed", "nearest")]
    windows = np.array([odds_ratio.slope_window(Figure("", value, 2)) for value in GRID for _ in ENDS])
    windows = np.vstack([windows, odds_ratio.slope_window(odds_ratio_printed)])
    kept = Kept(*(np.full(len(goals), -np.inf) for _ in range(3)), [None] * len(goals))
    goal = np.append(np.repeat(np.arange(len(goals)), CHAINS), [len(goals) - 1] * 7 * CHAINS)
    rewards = np.array([ENDS.get(end, 0) for _, end in goals])
    small, large = -ndtri(np.array([p_printed.high, p_printed.low]) / 2)

    def scores(measured: Measured, of: np.ndarray) -> np.ndarray:
        size = np.abs(measured.z)
        nearest = -beyond(size, small + EDGE, large - EDGE)
        return np.where(rewards[of] == 0, nearest, rewards[of] * size)

    def energy(measured: Measured) -> np.ndarray:
        outside = beyond(measured.slope, windows[goal, 0], windows[goal, 1])
        return 3 * measured.violation + 100 * outside - scores(measured, goal)

    for warm in WARM:
        state = _restart(kept, goal, draw(layout, len(goal), rng))
        current = np.round(energy(odds_ratio.measure(layout, **state)), DECISION_DECIMALS)
        for step in range(STEPS):
            temperature = warm * (COLD / warm) ** (step / STEPS)
            proposal = propose(layout, state, rng)
            measured = odds_ratio.measure(layout, **proposal)
            _keep(kept, proposal, measured, windows, scores)
            proposed = np.round(energy(measured), DECISION_DECIMALS)
            accept = proposed - current <= -temperature * np.log1p(-rng.random(len(goal)))
            state = {name: np.where(accept[:, None], proposal[name], state[name]) for name in state}
            current = np.where(accept, proposed, current)
    return pd.DataFrame(
        [
            {
                "goal": goal_odds_ratio,
                "end": end,
                "odds_ratio": np.exp(kept.slope[number]),
                "p_value": erfc(abs(kept.z[number]) / np.sqrt(2)),
                "patients": kept.patients[number],
            }
            for number, (goal_odds_ratio, end) in enumerate(goals)
            if kept.patients[number] is not None
        ],
        columns=["goal", "end", "odds_ratio", "p_value", "patients"],
    )


def _restart(kept: Kept, goal: np.ndarray, fresh: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Put what is kept for a chain's goal in the place of fresh patients, where there is any."""
    state = {name: values.copy() for name, values in fresh.items()}
    for number, patients in enumerate(kept.patients):
        for name in state if patients is not None else ():
            state[name][goal == number] = patients[name]
    return state


def _keep(kept: Kept, state: dict, measured: Measured, windows: np.ndarray, scores) -> None:
    """Compare every chain without violation with what is kept for each goal whose window it is in."""
    fine = np.flatnonzero(measured.violation == 0)
    if not len(fine):
        return
    chosen = Measured(measured.slope[fine], measured.z[fine], measured.violation[fine])
    for number, (low, high) in enumerate(windows):
        score = scores(chosen, np.full(len(fine), number))
        score = np.where((chosen.slope > low + EDGE) & (chosen.slope < high - EDGE), score, -np.inf)
        best = int(score.argmax())
        if score[best] > kept.score[number]:
            kept.score[number] = score[best]
            kept.slope[number], kept.z[number] = chosen.slope[best], chosen.z[best]
            kept.patients[number] = {name: values[fine[best]].copy() for name, values in state.items()}


def draw(layout: Layout, chains: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Make up patients at random within the range of each, not yet with the printed quartiles."""
    blasts = rng.integers(layout.lowest, layout.highest + 1, (chains, len(layout.cell)))
    outcome = np.zeros(blasts.shape, dtype=bool)
    for number, (fewest, most) in enumerate(zip(layout.fewest, layout.most, strict=True)):
        here = np.flatnonzero(layout.cell == number)
        events = rng.integers(fewest, most + 1, chains)
        rank = rng.permuted(np.tile(np.arange(len(here)), (chains, 1)), axis=1)
        outcome[:, here] = rank < events[:, None]
    youngest, middle, oldest = (figure.count for figure in layout.figures.ages)
    half = layout.everyone // 2
    ages = np.hstack(
        [
            np.full((chains, 1), youngest),
            rng.integers(youngest, middle + 1, (chains, half - 1)),
            rng.integers(middle, oldest + 1, (chains, layout.everyone - half - 1)),
            np.full((chains, 1), oldest),
        ]
    )
    return {"blasts": blasts, "outcome": outcome, "ages": rng.permuted(ages, axis=1)}


def propose(layout: Layout, state: dict[str, np.ndarray], rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Change one patient's blasts, little or at will, exchange two outcomes or ages, or flip an outcome."""
    chains, patients = state["blasts"].shape
    rows, one = np.arange(chains), rng.integers(0, patients, chains)
    blasts, outcome, ages = (state[name].copy() for name in ("blasts", "outcome", "ages"))
    move = rng.choice(_moves(layout), chains)
    near = blasts[rows, one] + rng.integers(-3, 4, chains)
    far = rng.integers(layout.lowest[one], layout.highest[one] + 1)
    changed = np.clip(np.where(move == 0, near, far), layout.lowest[one], layout.highest[one])
    blasts[rows, one] = np.where(move <= 1, changed, blasts[rows, one])
    # A second small change in the same step can give back what the first took from the rank test.
    second = rng.integers(0, patients, chains)
    near = blasts[rows, second] + rng.integers(-3, 4, chains)
    both = rows[(move <= 1) & (rng.random(chains) < 0.5)]
    blasts[both, second[both]] = np.clip(near, layout.lowest[second], layout.highest[second])[both]
    start = np.searchsorted(layout.cell, layout.cell[one])
    other = start + (rng.random(chains) * layout.sizes[layout.cell[one]]).astype(int)
    _exchange(outcome, rows[move == 2], one[move == 2], other[move == 2])
    _flip(layout, outcome, rows[move == 3], one[move == 3])
    youngest, _, oldest = (figure.count for figure in layout.figures.ages)
    anyone = rng.integers(0, layout.everyone, chains)
    _exchange(ages, rows[move == 4], one[move == 4], anyone[move == 4])
    aged = rows[move == 5], anyone[move == 5]
    ages[aged] = rng.integers(youngest, oldest + 1, len(aged[0]))
    return {"blasts": blasts, "outcome": outcome, "ages": ages}


def _moves(layout: Layout) -> list[int]:
    """List the moves that can change anything: flips need a free number of events, ages a model with age."""
    flip = [3] if (layout.fewest < layout.most).any() else []
    return [0, 1, 2, *flip, *([4, 5] if "age" in layout.model.covariates else [])]


def _exchange(array: np.ndarray, rows: np.ndarray, one: np.ndarray, other: np.ndarray) -> None:
    array[rows, one], array[rows, other] = array[rows, other], array[rows, one]


def _flip(layout: Layout, outcome: np.ndarray, rows: np.ndarray, one: np.ndarray) -> None:
    """Flip the outcomes of patients whose cell keeps a number of events in its range."""
    events = ((layout.cell == layout.cell[one][:, None]) & outcome[rows]).sum(axis=1)
    events += np.where(outcome[rows, one], -1, 1)
    fits = (events >= layout.fewest[layout.cell[one]]) & (events <= layout.most[layout.cell[one]])
    outcome[rows[fits], one[fits]] ^= True


def witness_rows(layout: Layout, patients: dict[str, np.ndarray]) -> pd.DataFrame:
    """Write patients as rows, numbered from 1 in the order of the layout.

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


def _one(task: tuple[Model, pd.DataFrame, Figures]) -> tuple[Model, pd.DataFrame, list[pd.DataFrame], float]:
    model, counts, figures = task
    began = time.perf_counter()
    layout = Layout(model, counts, odds_ratio.printed(figures))
    found = search(layout, figures.get(RESULT), figures.p_value(RESULT), SEED)
    rows = [witness_rows(layout, patients) for patients in found["patients"]]
    found.insert(0, "model", model.name)
    return model, found.drop(columns="patients"), rows, time.perf_counter() - began


def write(frame: pd.DataFrame, name: str) -> None:
    """Write a table of the map in one stroke."""
    FOLDER.mkdir(exist_ok=True)
    unfinished = FOLDER / f".{name}"
    frame.to_csv(unfinished, index=False, lineterminator="\n")
    unfinished.replace(FOLDER / name)


def main() -> None:
    """Search every model and write the map."""
    figures = Figures(claims.load())
    counts = cells.solve(figures)
    points, witnesses = [], []
    with Pool(2) as pool:
        tasks = [(model, counts, figures) for model in MODELS]
        for model, found, rows, seconds in pool.imap(_one, tasks):
            start = len(witnesses) + 1
            found.insert(0, "witness", np.arange(start, start + len(found)))
            points.append(found)
            witnesses += [frame.assign(witness=start + place) for place, frame in enumerate(rows)]
            near = found[found["end"] == "nearest"]
            print(
                f"{model.name}: {seconds:.0f} s, nearest", *near[["odds_ratio", "p_value"]].to_numpy().ravel()
            )
    everyone = Layout(Model("all", "mrd_negativity", ()), counts, odds_ratio.printed(figures))
    patients = everyone.cells.loc[everyone.cell, ["arm", "disease_status"]].reset_index(drop=True)
    patients.insert(0, "patient", np.arange(1, len(patients) + 1))
    table = pd.concat(points, ignore_index=True)
    write(table.round({"odds_ratio": 7, "p_value": 9}), "odds_ratio.csv")
    rows = pd.concat(witnesses, ignore_index=True)
    write(rows[["witness", "patient", "bm_blasts_pct", "outcome", "age_years"]], "odds_ratio_witnesses.csv")
    write(patients, "odds_ratio_patients.csv")
    write(odds_ratio.constraints(figures), "odds_ratio_figures.csv")


if __name__ == "__main__":
    main()
