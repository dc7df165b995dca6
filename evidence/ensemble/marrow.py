"""Baseline marrow blasts and ages, drawn from a prior and conditioned on what is printed of them.

The prior, in which nobody differs but by arm and burden:

- blasts of a relapsed/refractory patient are whole percentages, each as likely as the other: from 5, as fewer
  would be a remission, to the cut-off in a low burden, and from above it to 98 in a high one. Whether the
  patient became MRD negative makes no difference;
- ages are whole years between the printed extremes, each as likely as the other; or, under "normal" ages,
  from a normal law about the middle of that range, with a quarter of it as standard deviation, cut off at its
  ends and rounded. They depend on nothing else.

The condition, in the reading that each claim records: quartiles of blasts in each arm (type 7), P value of
the rank test between the arms (asymptotic, ties corrected, no continuity correction), odds ratio per
percentage point of blasts and its Wald P value in the logistic model of MRD negativity on blasts, arm and
age, how many of the three terms are significant; minimum, median and maximum of all ages. A figure prints
where every rule of rounding prints it: a quantile that is exactly a half of the last digit is left out, as
rules differ on it.

A proposal costs a few microseconds, so a chain goes far enough to forget the particle that it descends from.
"""

from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np
from scipy.special import ndtr

from evidence.annealing.anneal import State
from evidence.claims.printed import two_sided_z, z_window
from evidence.ensemble import marrow_ages, marrow_moves, marrow_statistics, tempering
from evidence.ensemble.people import People
from evidence.ensemble.prior import Prior
from evidence.ensemble.reading import EXACT, Reading
from evidence.reconstruction.targets import Targets
from evidence.this_abstract import abstract
from evidence.this_abstract.abstract import AGES, ALPHA, ARMS, CUT, ODDS_RATIO, RANK_TEST
from helpers.estimators.quantiles import QUARTILES
from helpers.ground.results import ResultId

LOWEST, HIGHEST = 5, 98  # percent; fewer than 5 % would be a remission
PLAN = tempering.Plan(particles=64, moves=300, highest=1000.0, last_moves=1500)
FORGETTING = 40_000  # proposals a draw after the last pressure, none of which leaves the print
AGE_TRIES = 200_000
SD_OF_RANGE = 0.25  # the standard deviation of normal ages as a share of the printed range
TERMS_TOLD = ResultId(
    ODDS_RATIO.chapter, ODDS_RATIO.outcome, "significant_terms", ODDS_RATIO.group, ODDS_RATIO.stratum
)


@dataclass(frozen=True)
class Marrow:
    """The block of blasts and ages, a `evidence.ensemble.tempering.Block` with moves of its own.

    The state: ``blasts``, (particles, relapsed/refractory patients), and ``ages``, (particles, patients) with
    the relapsed/refractory first, whole numbers.

    Attributes
    ----------
    people : People
    targets : Targets
    prior : Prior
    reading : Reading
        Of the printed odds ratio.
    """

    people: People
    targets: Targets
    prior: Prior = Prior()
    reading: Reading = EXACT

    @cached_property
    def fixed(self) -> tuple[np.ndarray, ...]:
        """What the counts fix of the relapsed/refractory patients.

        Returns
        -------
        tuple of array
            Whether in the first arm; whether with the outcome of the odds ratio; where a patient's cell
            begins and how many it holds; the least and the most blasts; the arm as a covariate, the same for
            all where the model has none.

        Raises
        ------
        ValueError
            If the prior leaves what no share of cells can be.
        """
        chosen = self.people.refractory
        outcomes = {"mrd": self.people.mrd_negative, "response": self.people.responded}
        first, outcome = self.people.combination[chosen], outcomes[self.reading.outcome][chosen]
        high = self.people.burden[chosen] == "high"
        _, start, cell, size = np.unique(
            2 * ~first + high, return_index=True, return_inverse=True, return_counts=True
        )
        bounds = possible(np.where(high, CUT + 1, LOWEST), np.where(high, HIGHEST, CUT))
        return first, outcome, start[cell], size[cell], *bounds, first & self.reading.with_arm

    @cached_property
    def printed(self) -> tuple:
        """The windows of the printed figures.

        Returns
        -------
        tuple
            Quartiles, (arms, 3, 2); rank test's deviate; slope per 100 points; its Wald deviate; the deviate
            of significance; the number of significant terms, -1 where it is not printed.
        """
        value, p_value = self.targets.value, self.targets.p_value
        quartiles = [[value(abstract.blasts(name, arm)).safe_window for name in QUARTILES] for arm in ARMS]
        low, high = value(ODDS_RATIO).safe_window
        told = self.targets.figures.get(TERMS_TOLD)
        return (
            np.array(quartiles),
            np.array(z_window(p_value(RANK_TEST).safe_window)),
            100 * np.array([log(max(low, 1e-9)), log(high)]),
            np.array(z_window(p_value(ODDS_RATIO).safe_window)),
            two_sided_z(ALPHA),
            told.count if told else -1,
        )

    @cached_property
    def law(self) -> tuple:
        """The prior of an age, and what is printed of all.

        Returns
        -------
        tuple
            Youngest, oldest; the window of the median; chance of each age, and cumulated but for the last.
        """
        youngest, middle, oldest = (self.targets.value(abstract.age(name)) for name in AGES)
        years = np.arange(youngest.count, oldest.count + 1)
        chances = age_chances(years, self.prior.ages)
        return youngest.count, oldest.count, *middle.safe_window, chances, np.cumsum(chances)[:-1]

    def draw(self, particles: int, rng: np.random.Generator) -> State:
        """Draw from the prior, given the burden of each patient and the three figures of the ages.

        Parameters
        ----------
        particles : int
        rng : Generator

        Returns
        -------
        State

        Raises
        ------
        ValueError
            If no ages are found.
        """
        low, high = self.fixed[4:6]
        blasts = rng.integers(low, high + 1, (particles, len(low)))
        ages = marrow_ages.draw_ages(particles, len(self.people.arm), self.law, AGE_TRIES, rng)
        if not len(ages):
            raise ValueError("no ages drawn have the printed median, minimum and maximum together")
        return {"blasts": blasts, "ages": ages}

    def distance(self, state: State) -> np.ndarray:
        """Return how far each particle is from the printed figures.

        Parameters
        ----------
        state : State

        Returns
        -------
        array
        """
        return marrow_moves.distances(state["blasts"], state["ages"], self.fixed, self.printed)

    def move(
        self, state: State, distance: np.ndarray, pressure: float, moves: int, rng: np.random.Generator
    ) -> tuple[State, np.ndarray, float]:
        """Move every particle.

        Parameters
        ----------
        state : State
        distance : array
        pressure : float
        moves : int
        rng : Generator

        Returns
        -------
        tuple of State, array and float
            The moved copy, its distances, and the share of proposals taken.
        """
        blasts, ages, distance = state["blasts"].copy(), state["ages"].copy(), distance.copy()
        taken = marrow_moves.move(
            blasts, ages, distance, pressure, moves, self.fixed, self.printed, self.law, rng
        )
        return {"blasts": blasts, "ages": ages}, distance, taken / (moves * len(distance))


def possible(least: np.ndarray, most: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds of the blasts of each patient, if compiled code can count between them.

    Parameters
    ----------
    least, most : array of int

    Returns
    -------
    tuple of array

    Raises
    ------
    ValueError
        If one lies below 0 or above what `evidence.ensemble.marrow_statistics.ordered` counts, or leaves
        nothing between.
    """
    if (least < 0).any() or (most > marrow_statistics.HIGHEST).any() or (least > most).any():
        found = f"{min(least, default=0)} to {max(most, default=0)}"
        raise ValueError(f"blasts must lie within 0 and {marrow_statistics.HIGHEST} percent, not {found}")
    return least, most


def age_chances(years: np.ndarray, law: str) -> np.ndarray:
    """Return the prior chance of each age.

    Parameters
    ----------
    years : array of int
        All between the printed extremes.
    law : str
        As of `evidence.ensemble.prior.Prior.ages`.

    Returns
    -------
    array
        They add up to 1.

    Raises
    ------
    KeyError
        If there is no such law.
    """
    middle, sd = (years[0] + years[-1]) / 2, SD_OF_RANGE * (years[-1] - years[0])
    edges = np.clip(np.append(years - 0.5, years[-1] + 0.5), years[0], years[-1])
    normal = np.diff(ndtr((edges - middle) / max(sd, 1e-9)))
    chances = {"uniform": np.ones(len(years)), "normal": normal}[law]
    return chances / chances.sum()


def draws(
    people: People,
    targets: Targets,
    prior: Prior,
    number: int,
    rng: np.random.Generator,
    reading: Reading = EXACT,
    forgetting: int = FORGETTING,
) -> State:
    """Draw blasts and ages conditioned on the print: one group of its own.

    Parameters
    ----------
    people : People
    targets : Targets
    prior : Prior
    number : int
    rng : Generator
    reading : Reading
    forgetting : int
        Proposals a draw after the last pressure.

    Returns
    -------
    State
        Of `Marrow`, `number` draws; "ancestor", which of the group's first particles each descends from.

    Raises
    ------
    ValueError
        If no particle reaches the printed figures, or no ages are found.
    """
    block = Marrow(people, targets, prior, reading)
    group = tempering.sample(block, PLAN, rng)
    met = len(group.ancestor)
    if not met:
        raise ValueError("no blasts and ages were found that print the quartiles, P values and odds ratio")
    chosen = rng.choice(met, number, replace=number > met)
    state = tempering.take(group.state, chosen)
    moved = block.move(state, np.zeros(number), np.inf, forgetting, rng)[0]
    dealt = dealt_out(moved, 2 * block.fixed[2] + block.fixed[1], rng)
    return {**dealt, "ancestor": group.ancestor[chosen]}


def dealt_out(state: State, classes: np.ndarray, rng: np.random.Generator) -> State:
    """Let patients whom the print does not tell apart change places, blasts and age together.

    Patients of one arm and burden who are alike in MRD negativity are exchangeable given the print, but may
    differ in response: what response has to do with blasts is forgotten at once.

    Parameters
    ----------
    state : State
        Of `Marrow`.
    classes : array of int, (relapsed/refractory patients,)
        Equal for those whom the print does not tell apart.
    rng : Generator

    Returns
    -------
    State
        A copy.
    """
    blasts, ages = state["blasts"].copy(), state["ages"].copy()
    for each in np.unique(classes):
        alike = np.flatnonzero(classes == each)
        order = rng.permuted(np.tile(alike, (len(blasts), 1)), axis=1)
        blasts[:, alike] = np.take_along_axis(blasts, order, axis=1)
        ages[:, alike] = np.take_along_axis(ages, order, axis=1)
    return {"blasts": blasts, "ages": ages}
