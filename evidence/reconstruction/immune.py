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

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from evidence.annealing.anneal import Found, Schedule, State, anneal
from evidence.annealing.statistics import beyond, mann_whitney_z, median, ratios, signed_rank_z
from evidence.forensics import abstract
from evidence.forensics.abstract import CONTRAST
from evidence.reconstruction.targets import ARMS, LEAN, PARENTS, VISITS, Targets

SCHEDULE = Schedule(chains=48, steps=500, restarts=8, warm=0.1, cold=0.0001)
PLAIN_MOVES, ALL_MOVES = 3, 6
STEPS = np.array([0.05, 0.2, 0.8])  # in units of a population's change
SIMPLE_RATIOS = np.array(
    [(1, 1), (1, 1), (1, 1), (4, 5), (3, 4), (5, 4), (2, 3), (3, 2), (4, 3), (9, 10), (6, 5)]
)
REMAINDER = (5, 260)  # tenths of CD8 T cells that carry neither CD45RA nor CD45RO
USUAL_REMAINDER = 100
FEWEST_CD45RO = 80  # tenths of CD8 T cells
FEWEST_OTHERS = 5  # tenths of lymphocytes that are neither T nor NKT cells


@dataclass(frozen=True)
class Tie:
    """Patients of each arm (combination, monotherapy) whose second sample is the same multiple of the first.

    Attributes
    ----------
    later, earlier : int
        The multiple in lowest terms.
    patients : tuple of int
        How many of each arm.
    """

    later: int
    earlier: int
    patients: tuple[int, int]


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
    ties : tuple of Tie
        Equal ratios that are built in from the start, where a P value needs more than a search finds.
    """

    low: int
    high: int
    usual: tuple[int, int]
    spread: float
    change: float
    ties: tuple[Tie, ...] = ()


# With 11 and 10 patients and few ties, 0.071 takes U = 80.5, so an odd number of tied pairs across the arms,
# and a sum of t^3 - t over the ties between 68 and 127. Here it is 84: two and one patient without a change,
# one and three with a fall by a quarter.
NKT_TIES = (Tie(1, 1, (2, 1)), Tie(3, 4, (1, 3)))

POPULATIONS = {
    "t_cells": Population(480, 880, (720, 735), 80, 60),
    "nkt": Population(40, 420, (170, 190), 70, 50, NKT_TIES),
    "treg": Population(15, 200, (75, 70), 30, 25),
    "cd8_cd45ra": Population(80, 800, (400, 410), 130, 80),
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
    medians, paired = {}, {}
    for arm in ARMS:
        for visit in VISITS:
            printed = targets.figures.get(result_id(f"median_{visit}", arm))
            if printed is not None:
                medians[arm, visit] = 10 * printed.count
        paired[arm] = targets.z_window(result_id("signed_rank", arm), result_id("median_change", arm))
        if (population, arm) in RISING:
            paired[arm] = (LEAN, paired[arm][1])
    ratio = (result_id(f"ratio_{name}", CONTRAST) for name in ("mann_whitney", "hodges_lehmann"))
    between = targets.z_window(*ratio)
    return Aim(medians, paired, between)


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
    for name, population in POPULATIONS.items():
        bounds = np.stack([np.full((2, len(arm)), limit) for limit in (population.low, population.high)])
        if name == "nkt":
            bounds[1] = np.minimum(bounds[1], 1000 - FEWEST_OTHERS - _samples(found["t_cells"].state))
        aimed = aim(targets, name)
        found[name] = _search(aimed, arm, bounds, _centres(population, aimed, arm), population, rng)
    room = 1000 - _samples(found["cd8_cd45ra"].state)
    bounds = np.stack([np.maximum(room - REMAINDER[1], FEWEST_CD45RO), room - REMAINDER[0]])
    rest = Population(0, 1000, (0, 0), 20, 40)
    aimed = aim(targets, "cd8_cd45ro")
    found["cd8_cd45ro"] = _search(aimed, arm, bounds, room - USUAL_REMAINDER, rest, rng)
    return _rows(panel, found), found


def _centres(population: Population, aimed: Aim, arm: np.ndarray) -> np.ndarray:
    """Return the median around which each patient's two samples are drawn, (2, patients)."""
    return np.array(
        [
            [aimed.medians.get((one, visit), usual) for one in arm]
            for visit, usual in zip(VISITS, population.usual, strict=True)
        ]
    )


def _samples(state: State) -> np.ndarray:
    return np.stack([state[visit] for visit in VISITS])


def _search(
    aimed: Aim,
    arm: np.ndarray,
    bounds: np.ndarray,
    centres: np.ndarray,
    population: Population,
    rng: np.random.Generator,
) -> Found:
    arms = {name: np.flatnonzero(arm == name) for name in ARMS}
    groups = _tied_patients(population.ties, arms)
    moves = PLAIN_MOVES if groups else ALL_MOVES  # a further tie would undo what the built-in ones are for

    def possible(state: State) -> State:
        inside = {visit: _reflected(state[visit], *bounds[:, number]) for number, visit in enumerate(VISITS)}
        for tie, members in groups:
            multiples = np.array([[tie.earlier], [tie.later]])
            least = (-(-bounds[0][:, members] // multiples)).max(axis=0)
            most = (bounds[1][:, members] // multiples).min(axis=0)
            parts = np.clip(inside["baseline"][:, members] // tie.earlier, least, most)
            inside["baseline"][:, members] = parts * tie.earlier
            inside["day28"][:, members] = parts * tie.later
        return inside

    def draw(chains: int) -> State:
        shape = (chains, len(arm))
        level = rng.normal(0, population.spread, shape)
        state = {
            "baseline": centres[0] + level,
            "day28": centres[1] + level + rng.normal(0, population.change, shape),
        }
        return possible({visit: np.rint(values).astype(int) for visit, values in state.items()})

    return anneal(
        draw=draw,
        propose=lambda state: possible(_propose(state, moves, population.change, rng)),
        penalty=lambda state: _penalty(state, aimed, arms, arm == ARMS[0]),
        rng=rng,
        schedule=SCHEDULE,
    )


def _reflected(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Bring values into their range without heaping them on its ends."""
    reflected = np.where(values > high, 2 * high - values, low + np.abs(values - low))
    return np.clip(reflected, low, high)


def _tied_patients(ties: tuple[Tie, ...], arms: dict[str, np.ndarray]) -> list[tuple[Tie, np.ndarray]]:
    """Hand the built-in ties out to the first patients of each arm; patients stand in random order."""
    taken = dict.fromkeys(arms, 0)
    groups = []
    for tie in ties:
        members = []
        for name, number in zip(arms, tie.patients, strict=True):
            members += arms[name][taken[name] : taken[name] + number].tolist()
            taken[name] += number
        groups.append((tie, np.array(members)))
    return groups


def _propose(state: State, moves: int, change: float, rng: np.random.Generator) -> State:
    """Change one patient of each chain.

    One sample or both move, or the second takes the size of another patient's difference, or the two take the
    ratio of another patient or a simple one: these make ties, and come after the first `PLAIN_MOVES`.
    """
    chains, patients = state["baseline"].shape
    rows = np.arange(chains)
    one, other = rng.integers(0, patients, (2, chains))
    baseline, day28 = state["baseline"][rows, one], state["day28"][rows, one]
    earlier, later = state["baseline"][rows, other], state["day28"][rows, other]
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
    changed = {visit: state[visit].copy() for visit in VISITS}
    for visit, moved in zip(VISITS, (first, second), strict=True):
        changed[visit][rows, one] = np.choose(move, moved)
    return changed


def _penalty(state: State, aimed: Aim, arms: dict[str, np.ndarray], first: np.ndarray) -> np.ndarray:
    ratio, same_ties = ratios(state["day28"], state["baseline"])
    total = beyond(mann_whitney_z(ratio, first), *aimed.between) + ~same_ties
    for arm, members in arms.items():
        change = state["day28"][:, members] - state["baseline"][:, members]
        low, high = aimed.paired[arm]
        total = total + beyond(signed_rank_z(change), low, high)
        middle = median(change)
        total = total + 0.2 * ((middle <= 0) if low > 0 else (middle >= 0) if high < 0 else 0)
        for visit in VISITS:
            if (arm, visit) in aimed.medians:
                miss = np.abs(median(state[visit][:, members]) - aimed.medians[arm, visit])
                total = total + 0.02 * miss + 0.1 * (miss > 0)
    return total


def _rows(panel: pd.DataFrame, found: dict[str, Found]) -> pd.DataFrame:
    rows = [
        (patient, visit, population, PARENTS[population], found[population].state[visit][number] / 10)
        for number, patient in enumerate(panel["patient_id"])
        for visit in VISITS
        for population in PARENTS
    ]
    return pd.DataFrame(rows, columns=["patient_id", "visit", "population", "parent", "percent"])
