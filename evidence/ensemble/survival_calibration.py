"""Calibration of the block of event times: ``python -m evidence.ensemble.survival_calibration FILE``."""

import sys
from dataclasses import dataclass, replace

import numpy as np

from evidence.annealing.anneal import State
from evidence.claims import load as published_claims
from evidence.ensemble import calibration, event_results, people, survival
from evidence.ensemble.event_law import EFFECT
from evidence.ensemble.prior import Prior
from evidence.ensemble.survival import EventTimes
from evidence.ensemble.tempering import Plan, joined, take
from evidence.reconstruction.targets import Targets

BATCH, PARTS = 20_000, 16
PLAN, GROUPS = Plan(particles=12, moves=60, highest=40.0, last_moves=3000), 16
TRUTHS, SEED = 200, 1


@dataclass(frozen=True)
class Subject:
    """The event times as `evidence.ensemble.calibration` takes them.

    Attributes
    ----------
    times : EventTimes
        Its windows are not used.
    name : str
    """

    times: EventTimes
    name: str = "survival"

    def truths(self, number: int, rng: np.random.Generator) -> State:
        """Draw cohorts from the prior in which everyone without response and every relapsed patient died.

        Every print says so: as many deaths as patients without response and relapses. How many relapse is
        left as it comes.

        Parameters
        ----------
        number : int
        rng : Generator

        Returns
        -------
        State
        """
        found: list[State] = []
        while sum(len(each["last"]) for each in found) < number:
            found.append(self._some(rng))
        return take(joined(found), np.arange(number))

    def _some(self, rng: np.random.Generator) -> State:
        """Reject a cohort as soon as some of its patients break the rule: few get further than that."""
        parameters = self.times.parameters(BATCH, rng)
        none = np.empty((BATCH, 0))
        state: State = {"last": none, "first": none, "after": none, "parameters": parameters}
        for patients in np.array_split(np.arange(len(self.times.responds)), PARTS):
            drawn = self.times.times(state["parameters"], patients, rng)
            seen = survival.courses(drawn, self.times.responds[patients])
            all_die = seen["death"] == (seen["relapse"] | ~self.times.responds[patients])
            state |= {name: np.hstack([state[name], values]) for name, values in drawn.items()}
            state = take(state, np.flatnonzero(all_die.all(axis=1)))
        return state

    def printed(self, truth: State) -> EventTimes:
        """Print the figures of one cohort: whole months, whole percents, counts.

        Parameters
        ----------
        truth : State
            Of one particle.

        Returns
        -------
        EventTimes
            Given these figures.
        """
        rounded = np.floor(self.times.summaries(truth)[0] + 0.5)
        return replace(self.times, windows=np.column_stack([rounded - 0.5, rounded + 0.5]))

    def results(self, state: State) -> dict[str, np.ndarray]:
        """Return open results and parameters, by which draws are judged.

        Parameters
        ----------
        state : State

        Returns
        -------
        dict of str to array
        """
        times = self.times
        seen = survival.courses(state, times.responds)
        days, death, relapse = seen["followup"], seen["death"], seen["relapse"]
        arms = {"combination": times.combination, "monotherapy": ~times.combination}
        medians = ("death_median", "relapse_median", "after_median")
        found = dict(zip(medians, state["parameters"].T, strict=False))
        found |= {"effect": state["parameters"][:, EFFECT]}
        found |= {"log_hazard_ratio": event_results.log_hazard_ratio(days, death, times.combination)}
        found |= {"reverse_followup": event_results.reverse_median(days, death)}
        for name, arm in arms.items():
            for at in (12.0, 24.0):
                found |= {f"survival_{at:.0f}_{name}": event_results.survival_at(days, death, arm, at)}
            found |= {f"relapses_{name}": (relapse & arm).sum(axis=1)}
        with_first = np.where(death & ~times.responds, days, 0).sum(axis=1)
        return found | {"time_to_death": with_first, "time_to_relapse": seen["relapse_days"].sum(axis=1)}


def main(path: str) -> None:
    """Calibrate the neutral prior under the exact reading, and write the ranks.

    Parameters
    ----------
    path : str
        Of a CSV file.
    """
    targets = Targets(published_claims.load())
    times = survival.block(people.solve(targets.figures), targets, Prior())
    table = calibration.ranks(Subject(times), PLAN, GROUPS, TRUTHS, SEED)
    table.to_csv(path, index=False, lineterminator="\n")


if __name__ == "__main__":
    main(sys.argv[1])
