"""The immune panel: percentages with the printed medians, and P values within and between the arms.

Percentages have one decimal and are searched as whole tenths. The tests are the ones that reach the printed
values: signed-rank and Mann-Whitney in their normal approximation, zero differences dropped, without
continuity correction. Treg's 0.046 and the 0.071 of the NKT ratios do not exist without ties, which the moves
below therefore make. Differences are taken between tenths, so equal ones are equal; ratios are taken as a
reader of the file would, and a solution must have the same ties whether or not they are rounded. Pairs that
the abstract leaves unmentioned stay clear of significance.

The two CD45 populations share their parent: what CD45RA leaves bounds CD45RO, patient by patient and visit by
visit, with a small remainder that is neither. NKT cells and T cells both count in lymphocytes; whether the
first are among the second the abstract does not say, nor by which markers they were found. Here NKT cells are
below T cells in every sample, and the two leave room for other lymphocytes, which suits either.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

import numpy as np
import pandas as pd

from evidence.annealing.anneal import Found, Schedule, State, anneal
from evidence.annealing.statistics import beyond, mann_whitney_z, median, ratios, signed_rank_z
from evidence.forensics import abstract
from evidence.forensics.abstract import ARMS, CONTRAST, VISITS
from evidence.reconstruction.targets import LEAN, PARENTS, Targets

SCHEDULE = Schedule(chains=48, steps=500, restarts=8, warm=0.1, cold=0.0001)
PLAIN_MOVES, ALL_MOVES = 3, 6
STEPS = np.array([0.05, 0.2, 0.8])  # in units of a population's change
SIMPLE_RATIOS = np.array(
    [(1, 1), (1, 1), (1, 1), (4, 5), (3, 4), (5, 4), (2, 3), (3, 2), (4, 3), (9, 10), (6, 5)]
)
REMAINDER = (5, 260)  # tenths of CD8 T cells that carry neither CD45RA nor CD45RO
USUAL_REMAINDER = 100
FEWEST_OTHERS = 5  # tenths of lymphocytes that are neither T nor NKT cells
# Later to earlier sample in lowest terms, and in how many patients of each arm (combination, monotherapy).
Ties = dict[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Population:
    """Where one cell population lies when the abstract prints nothing, and how far it spreads.

    Attributes
    ----------
    low, high : int
        Range, in tenths of a percent.
    usual : tuple of int
        Median at the two visits, in tenths, for an arm without a printed one.
    spread, change : float
        Standard deviation between patients, and of the change within one, in tenths.
    ties : dict of (int, int) to (int, int)
        Equal ratios that are built in from the start, where a P value needs more than a search finds: `Ties`.
    """

    low: int
    high: int
    usual: tuple[int, int]
    spread: float
    change: float
    ties: Ties = field(default_factory=dict)


# With 11 and 10 patients and few ties, 0.071 takes U = 80.5, so an odd number of tied pairs across the arms,
# and a sum of t^3 - t over the ties between 68 and 127. Here it is 84: two and one patient without a change,
# one and three with a fall by a quarter.
NKT_TIES = {(1, 1): (2, 1), (3, 4): (1, 3)}

POPULATIONS = {
    "t_cells": Population(480, 880, (720, 735), 80, 60),
    "nkt": Population(40, 420, (170, 190), 70, 50, NKT_TIES),
    "treg": Population(15, 200, (75, 70), 30, 25),
    "cd8_cd45ra": Population(80, 800, (400, 410), 130, 80),
    "cd8_cd45ro": Population(80, 1000, (0, 0), 20, 40),  # around what the other one leaves, see `_ranges`
}
RISING = {("nkt", "combination")}  # called higher than under monotherapy: it does not fall


@dataclass(frozen=True)
class Aim:
    """What one population has to meet.

    Attributes
    ----------
    medians : dict of (arm, visit) to int
        Printed medians, in tenths.
    paired : dict of arm to (float, float)
        Signed deviates of the paired test that are allowed.
    between : tuple of float
        The same for the ratios, combination against monotherapy.
    """

    medians: dict[tuple[str, str], int]
    paired: dict[str, tuple[float, float]]
    between: tuple[float, float]


def aim(targets: Targets, population: str) -> Aim:
    """Gather what the abstract prints of one population.

    Parameters
    ----------
    targets : Targets
    population : str

    Returns
    -------
    Aim
    """
    result_id = partial(abstract.immune, population)
    samples = [(arm, visit) for arm in ARMS for visit in VISITS]
    printed = {(arm, visit): targets.figures.get(result_id(f"median_{visit}", arm)) for arm, visit in samples}
    medians = {sample: 10 * figure.count for sample, figure in printed.items() if figure is not None}
    tests = {arm: (result_id("signed_rank", arm), result_id("median_change", arm)) for arm in ARMS}
    paired = {arm: targets.z_window(*test) for arm, test in tests.items()}
    for arm in ARMS:
        if (population, arm) in RISING:
            paired[arm] = (LEAN, paired[arm][1])
    ratio = (result_id(f"ratio_{name}", CONTRAST) for name in ("mann_whitney", "hodges_lehmann"))
    return Aim(medians, paired, targets.z_window(*ratio))


def fit(
    panel: pd.DataFrame, targets: Targets, rng: np.random.Generator
) -> tuple[pd.DataFrame, dict[str, Found]]:
    """Give every patient of the panel two samples.

    Parameters
    ----------
    panel : DataFrame
        patient_id and arm.
    targets : Targets
    rng : Generator

    Returns
    -------
    tuple of DataFrame and dict of str to Found
        Rows of ``immune.csv`` but for ``synthetic``, and how the search of each population went.
    """
    arm = panel["arm"].to_numpy()
    found: dict[str, Found] = {}
    for name in POPULATIONS:
        aimed = aim(targets, name)
        found[name] = _search(name, aimed, arm, _ranges(name, aimed, arm, found), rng)
    return _rows(panel, found), found


def _ranges(population: str, aimed: Aim, arm: np.ndarray, found: dict[str, Found]) -> np.ndarray:
    """Return lowest, highest and usual values of each patient's two samples, (3, visits, patients)."""
    own = POPULATIONS[population]
    low, high = (np.full((len(VISITS), len(arm)), limit) for limit in (own.low, own.high))
    medians = zip(VISITS, own.usual, strict=True)
    usual = np.array([[aimed.medians.get((one, visit), other) for one in arm] for visit, other in medians])
    if population == "nkt":
        high = np.minimum(high, 1000 - FEWEST_OTHERS - found["t_cells"].state["samples"])
    if population == "cd8_cd45ro":
        room = 1000 - found["cd8_cd45ra"].state["samples"]
        low, high, usual = np.maximum(low, room - REMAINDER[1]), room - REMAINDER[0], room - USUAL_REMAINDER
    return np.stack([low, high, usual])


def _search(name: str, aimed: Aim, arm: np.ndarray, ranges: np.ndarray, rng: np.random.Generator) -> Found:
    population = POPULATIONS[name]
    low, high, usual = ranges
    arms = {each: np.flatnonzero(arm == each) for each in ARMS}
    groups = list(_tied_patients(population.ties, arms))
    moves = PLAIN_MOVES if groups else ALL_MOVES  # a further tie would undo what the built-in ones are for

    def possible(samples: np.ndarray) -> State:
        inside = _reflected(samples, low, high)
        for (later, earlier), members in groups:
            multiples = np.array([[earlier], [later]])
            least = (-(-low[:, members] // multiples)).max(axis=0)
            most = (high[:, members] // multiples).min(axis=0)
            parts = np.clip(inside[:, 0, members] // earlier, least, most)
            inside[:, :, members] = parts[:, None] * multiples
        return {"samples": inside}

    def draw(chains: int) -> State:
        shape = (chains, len(arm))
        samples = usual + rng.normal(0, population.spread, shape)[:, None]
        samples[:, 1] += rng.normal(0, population.change, shape)
        return possible(np.rint(samples).astype(int))

    return anneal(
        draw=draw,
        propose=lambda state: possible(_propose(state["samples"], moves, population.change, rng)),
        penalty=lambda state: _penalty(state["samples"], aimed, arms, arm == ARMS[0]),
        rng=rng,
        schedule=SCHEDULE,
    )


def _reflected(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Bring values into their range without heaping them on its ends."""
    reflected = np.where(values > high, 2 * high - values, low + np.abs(values - low))
    return np.clip(reflected, low, high)


def _tied_patients(ties: Ties, arms: dict[str, np.ndarray]) -> Iterator[tuple[tuple[int, int], np.ndarray]]:
    """Hand the built-in ties out to the first patients of each arm; patients stand in random order."""
    waiting = [iter(members) for members in arms.values()]
    for multiple, numbers in ties.items():
        members = [list(islice(arm, number)) for arm, number in zip(waiting, numbers, strict=True)]
        yield multiple, np.concatenate(members)


def _propose(samples: np.ndarray, moves: int, change: float, rng: np.random.Generator) -> np.ndarray:
    """Change one patient of each chain.

    One sample or both move, or the second takes the size of another patient's difference, or the two take the
    ratio of another patient or a simple one: these make ties, and come after the first `PLAIN_MOVES`.
    """
    chains, _, patients = samples.shape
    rows = np.arange(chains)
    one, other = rng.integers(0, patients, (2, chains))
    (baseline, day28), (earlier, later) = samples[rows, :, one].T, samples[rows, :, other].T
    size = np.abs(later - earlier)
    step = np.rint(change * rng.normal(0, 1, chains) * STEPS[rng.integers(0, len(STEPS), chains)]).astype(int)
    tie = SIMPLE_RATIOS[rng.integers(0, len(SIMPLE_RATIOS), chains)].T
    copied = rng.random(chains) < 0.6
    divisor = np.gcd(earlier, later)
    multiple, base = np.where(copied, later // divisor, tie[0]), np.where(copied, earlier // divisor, tie[1])
    parts = np.maximum(np.rint(baseline / base).astype(int), 1)
    same_size = baseline + np.where(step < 0, -size, size)
    move = rng.integers(0, moves, chains)
    first = [baseline + step, baseline, baseline + step, baseline, *[parts * base] * 2]
    second = [day28, day28 + step, day28 + step, same_size, *[parts * multiple] * 2]
    changed = samples.copy()
    changed[rows, :, one] = np.stack([np.choose(move, first), np.choose(move, second)], axis=1)
    return changed


def _penalty(samples: np.ndarray, aimed: Aim, arms: dict[str, np.ndarray], first: np.ndarray) -> np.ndarray:
    baseline, day28 = samples.swapaxes(0, 1)
    ratio, same_ties = ratios(day28, baseline)
    total = beyond(mann_whitney_z(ratio, first), *aimed.between) + ~same_ties
    for arm, members in arms.items():
        change = (day28 - baseline)[:, members]
        low, high = aimed.paired[arm]
        total = total + beyond(signed_rank_z(change), low, high)
        middle = median(change)
        total = total + 0.2 * ((middle <= 0) if low > 0 else (middle >= 0) if high < 0 else 0)
        for visit, values in zip(VISITS, (baseline, day28), strict=True):
            if (arm, visit) in aimed.medians:
                miss = np.abs(median(values[:, members]) - aimed.medians[arm, visit])
                total = total + 0.02 * miss + 0.1 * (miss > 0)
    return total


def _rows(panel: pd.DataFrame, found: dict[str, Found]) -> pd.DataFrame:
    rows = [
        (patient, visit, population, parent, found[population].state["samples"][place, number] / 10)
        for number, patient in enumerate(panel["patient_id"])
        for place, visit in enumerate(VISITS)
        for population, parent in PARENTS.items()
    ]
    return pd.DataFrame(rows, columns=["patient_id", "visit", "population", "parent", "percent"])
