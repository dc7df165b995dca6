"""Event times of all patients: follow-up, deaths and relapses drawn from a prior, given what is printed.

The prior, in days from the first blinatumomab:

- last contact lies evenly between day 28, as nobody is lost before the first marrow, and 34 months, as
  enrolment opened in October 2021 and the figures stand in an abstract of summer 2024;
- a patient without response dies after a Weibull time, median about 6 months; a responder relapses after day
  28, which showed the response, plus a Weibull time, median about 48 months, and dies after a relapse after a
  further Weibull time, median about 4 months. Nobody else dies: "19 died of no response or relapse";
- the three medians, of monotherapy, are lognormal about these values with standard deviations of their logs
  of 0.7, 1 and 0.7: what is usual of adults on blinatumomab, within factors of 4, 7 and 4 either way;
- the three hazards of the combination are those of monotherapy times exp(effect), with effect normal about 0.
  The shape of the Weibull times and the standard deviation of the effect are those of the named `Prior`.

Within an arm and a class of response patients are exchangeable. The condition: quartiles of follow-up
(simple, type 7, in months, of everyone), overall and disease-free survival at two years, deaths and relapses
print as printed.
"""

from dataclasses import dataclass, replace

import numpy as np

from evidence.annealing.anneal import State
from evidence.claims.printed import Figure
from evidence.ensemble import event_law, event_levels, event_moves, event_times
from evidence.ensemble.people import People
from evidence.ensemble.prior import Prior
from evidence.ensemble.reading import EXACT, Reading
from evidence.ensemble.tempering import Group, Plan, joined, sample, take
from evidence.reconstruction.targets import Targets
from evidence.this_abstract.abstract import DEATHS, DISEASE_FREE, OVERALL, RELAPSES, followup
from helpers.estimators.quantiles import QUARTILES
from helpers.ground.endpoints import DAYS_PER_MONTH

MEDIANS = (6.0, 48.0, 4.0)  # months to death without response, to relapse, from relapse to death
SPREADS = (0.7, 1.0, 0.7)  # standard deviations of their logs
MIX = (0.12, 0.13, 0.55, 0.12, 0.08)  # of the moves, in the order of `event_moves`
PLAN = Plan(particles=64, moves=100, highest=40.0, last_moves=100_000)
FEWEST, ATTEMPTS = 24, 4  # particles of a group; groups tried for the draws of one
FIGURES = (*(followup(name) for name in QUARTILES), OVERALL, DISEASE_FREE, DEATHS, RELAPSES)


KINDS = {
    "everyone": event_times.EVERYONE,
    "non-response": event_times.NON_RESPONSE,
    "responders": event_times.RESPONDERS,
}


def windows(targets: Targets) -> np.ndarray:
    """Return what prints as the printed figures, in the order of `FIGURES`.

    Parameters
    ----------
    targets : Targets

    Returns
    -------
    array, (figures, 2)
        Quartiles in months, survival in percent, counts as they are.
    """
    return np.array([_window(targets.value(id), id in (DEATHS, RELAPSES)) for id in FIGURES])


def _window(figure: Figure, counted: bool) -> tuple[float, float]:
    """Return the window; a count has half a patient of room, which no whole number uses."""
    return (figure.count - 0.5, figure.count + 0.5) if counted else figure.window


@dataclass(frozen=True)
class EventTimes:
    """The block of event times, a `evidence.ensemble.tempering.Block`.

    The state: ``last`` contact, ``first`` (days to death without response, from day 28 to relapse with it),
    ``after`` (days from relapse to death; 0 without response), each (particles, patients) and all kept
    whether or not a course shows them; ``parameters``, (particles, 4): the logs of the three medians in days
    and the effect.

    Attributes
    ----------
    responds, combination : array of bool
        Of each patient.
    windows : array, (7, 2)
        As of `windows`.
    prior : Prior
    disease_free : str
        As of `Reading`.
    mix : tuple of float
        Shares of the moves, in the order of `event_moves`.
    """

    responds: np.ndarray
    combination: np.ndarray
    windows: np.ndarray
    prior: Prior = Prior()
    disease_free: str = "everyone"
    mix: tuple[float, ...] = MIX

    @property
    def centre(self) -> np.ndarray:
        """The prior means of the parameters.

        Returns
        -------
        array
        """
        return np.array([*np.log(np.multiply(MEDIANS, DAYS_PER_MONTH)), 0.0])

    @property
    def spread(self) -> np.ndarray:
        """The prior standard deviations of the parameters.

        Returns
        -------
        array
        """
        return np.array([*SPREADS, self.prior.effect_sd])

    def draw(self, particles: int, rng: np.random.Generator) -> State:
        """Draw from the prior.

        Parameters
        ----------
        particles : int
        rng : Generator

        Returns
        -------
        State
        """
        parameters = self.parameters(particles, rng)
        everybody = np.arange(len(self.responds))
        return {**self.times(parameters, everybody, rng), "parameters": parameters}

    def parameters(self, particles: int, rng: np.random.Generator) -> np.ndarray:
        """Draw parameters from their prior.

        Parameters
        ----------
        particles : int
        rng : Generator

        Returns
        -------
        array, (particles, 4)
        """
        return self.centre + self.spread * rng.standard_normal((particles, event_law.PARAMETERS))

    def times(self, parameters: np.ndarray, patients: np.ndarray, rng: np.random.Generator) -> State:
        """Draw the latent times of some patients from their prior given the parameters.

        Parameters
        ----------
        parameters : array, (particles, 4)
        patients : array of int
        rng : Generator

        Returns
        -------
        State
            last, first and after, (particles, those patients).
        """
        responds, combination = self.responds[patients], self.combination[patients]
        kind = np.where(responds, event_law.RELAPSE, event_law.DEATH)
        shrunk = np.exp(-parameters[:, [event_law.EFFECT]] * combination) / np.log(2)
        units = shrunk * rng.standard_exponential((2, len(parameters), len(patients)))
        logs = parameters[:, kind], parameters[:, [event_law.AFTER]]
        first, after = (
            np.exp(log) * unit ** (1 / self.prior.shape) for log, unit in zip(logs, units, strict=True)
        )
        last = rng.uniform(event_times.RESPONSE, event_times.LONGEST, first.shape)
        return {"last": last, "first": first, "after": after * responds}

    def summaries(self, state: State) -> np.ndarray:
        """Return what the figures print of each particle, before rounding.

        Parameters
        ----------
        state : State

        Returns
        -------
        array, (particles, 7)
            In the order of `FIGURES`.
        """
        times = state["last"], state["first"], state["after"]
        return event_times.summaries(*times, self.responds, KINDS[self.disease_free])

    def distance(self, state: State) -> np.ndarray:
        """Return how far each particle is from the printed figures.

        Parameters
        ----------
        state : State

        Returns
        -------
        array
            In months and pairs of percents and patients; 0 where every figure prints.
        """
        return event_times.distances(self.summaries(state), self.windows)

    def propose(self, state: State, rng: np.random.Generator) -> tuple[State, np.ndarray]:
        """Change each particle by one move of the mixture.

        Parameters
        ----------
        state : State
        rng : Generator

        Returns
        -------
        tuple of State and array
            The changed copy, and the log of prior ratio times proposal ratio.
        """
        changed = {name: values.copy() for name, values in state.items()}
        times, parameters = _parts(changed)
        people, law, mix = self._law()
        return changed, event_moves.propose(times, parameters, people, law, mix, rng)

    def move(
        self, state: State, distance: np.ndarray, pressure: float, moves: int, rng: np.random.Generator
    ) -> tuple[State, np.ndarray, float]:
        """Move each particle many times; as the engine would by `propose`, but compiled as a whole.

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
            The particles, their distances and the share of moves taken.
        """
        moved, near = {name: values.copy() for name, values in state.items()}, distance.copy()
        printed = KINDS[self.disease_free], self.windows
        times, parameters = _parts(moved)
        people, law, mix = self._law()
        taken = event_moves.walk(
            times, parameters, near, people, law, mix, printed, float(pressure), moves, rng
        )
        return moved, near, taken / max(1, moves * len(near))

    def _law(self) -> tuple[event_moves.People, event_moves.Law, np.ndarray]:
        order, partners = self._partners()
        people = self.responds, self.combination, order, partners
        return people, (float(self.prior.shape), self.centre, self.spread), np.cumsum(self.mix[:-1])

    def _partners(self) -> tuple[np.ndarray, np.ndarray]:
        """Return patients by class and arm, and of each where those of its class in the other arm stand."""
        cell = 2 * self.responds + self.combination
        size = np.bincount(cell, minlength=4)
        start, other = np.cumsum(size) - size, cell ^ 1
        return np.argsort(cell, kind="stable"), np.column_stack([start[other], size[other]])


def _parts(state: State) -> tuple[event_law.Times, np.ndarray]:
    return (state["last"], state["first"], state["after"]), state["parameters"]


def block(people: People, targets: Targets, prior: Prior, reading: Reading = EXACT) -> EventTimes:
    """Set up the block of event times.

    Parameters
    ----------
    people : People
    targets : Targets
    prior : Prior
    reading : Reading

    Returns
    -------
    EventTimes

    Raises
    ------
    ValueError
        If a figure is not printed.
    KeyError
        If there is no such reading.
    """
    responds = {"response": people.responded, "mrd": people.mrd_negative}[reading.no_response]
    return EventTimes(responds, people.combination, windows(targets), prior, reading.disease_free)


def draws(
    people: People,
    targets: Targets,
    prior: Prior,
    number: int,
    rng: np.random.Generator,
    reading: Reading = EXACT,
) -> State:
    """Draw the courses of one group of members.

    Parameters
    ----------
    people : People
    targets : Targets
    prior : Prior
    number : int
        Members.
    rng : Generator
    reading : Reading

    Returns
    -------
    State
        As `courses` returns it, of exactly so many members; "ancestor", which of the group's first particles
        each descends from.

    Raises
    ------
    ValueError
        If a figure is not printed, or too few cohorts that print them all were reached.
    """
    times = block(people, targets, prior, reading)
    plan = replace(PLAN, particles=max(number, FEWEST))
    found: list[State] = []
    for attempt in range(ATTEMPTS):
        group = _group(times, plan, rng)
        ancestor = {"ancestor": group.ancestor + attempt * plan.particles}
        # Neighbours have more ancestors in common than others.
        order = rng.permutation(len(group.ancestor))
        found.append(take(courses(group.state, times.responds) | ancestor, order))
        if sum(len(each["followup"]) for each in found) >= number:
            return take(joined(found), np.arange(number))
    raise ValueError(
        f"event times: {ATTEMPTS} attempts reached fewer than {number} cohorts that print every figure"
        f"{_missed(times, targets, group.nearest)}"
    )


def _group(times: EventTimes, plan: Plan, rng: np.random.Generator) -> Group:
    """Draw one group; what the prior hardly ever prints is met step by step."""
    responders = KINDS[times.disease_free] == event_times.RESPONDERS
    return (event_levels.sample if responders else sample)(times, plan, rng)


def _missed(times: EventTimes, targets: Targets, nearest: State) -> str:
    """Name the figures that the nearest particle of the last attempt does not print."""
    found = times.summaries(nearest)[0]
    outside = (found < times.windows[:, 0]) | (found >= times.windows[:, 1])
    claims = [targets.value(id).claim for id, missed in zip(FIGURES, outside, strict=True) if missed]
    return f"; the nearest misses {' and '.join(claims)}" if claims else ""


def courses(state: State, responds: np.ndarray) -> State:
    """Return what is observed of each patient.

    Parameters
    ----------
    state : State
        As of `EventTimes`.
    responds : array of bool

    Returns
    -------
    State
        followup (whole days), death, relapse (bool) and relapse_days (0 without relapse), each (particles,
        patients).
    """
    last, first, after = state["last"], state["first"], state["after"]
    relapsed_at = event_times.RESPONSE + first
    relapse = responds & (relapsed_at <= last)
    dies_at = np.where(responds, np.where(relapse, relapsed_at + after, np.inf), first)
    return {
        "followup": np.ceil(np.minimum(last, dies_at)).astype(int),
        "death": dies_at <= last,
        "relapse": relapse,
        "relapse_days": np.where(relapse, np.ceil(relapsed_at), 0).astype(int),
    }
