"""Craft of the block of event times: a disease-free survival that the prior hardly ever prints.

Among responders alone disease-free survival prints as printed where nearly all relapses come late, in small
sets at risk. Tempering all figures at once ends beside such cohorts, with a relapse too many, as relapses
count for more the lower the survival has to be. So the others are met first, softly, and then the upper end
of the survival's window comes down step by step; at the end the pressure rises as usual. Each step is one of
sequential Monte Carlo: the target is the prior times exp(-pressure x distance) throughout, and a particle at
distance zero from the last window is a draw of the prior given the print.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from evidence.ensemble.tempering import Group, Plan, finished, resampled, take
from evidence.ensemble.tempering import sample as tempered

if TYPE_CHECKING:
    from evidence.ensemble.survival import EventTimes

FREE, WHOLE = 4, 100.0  # the place of the disease-free survival among the figures; percent
SOFT, HARDER = 6.0, (9.0, 15.0)  # pressures while the window comes down, and on the way to the last one
STEPS, MOVES, FEWEST = 60, 500, 64  # of the window; proposals a particle at each; particles


def sample(times: "EventTimes", plan: Plan, rng: np.random.Generator) -> Group:
    """Draw one group of event times conditioned on the print, the disease-free survival last.

    Parameters
    ----------
    times : EventTimes
    plan : Plan
        Of particles at least `FEWEST` are taken.
    rng : Generator

    Returns
    -------
    Group
        Its particles are those at distance zero; none where the figures were not met.
    """
    particles = max(plan.particles, FEWEST)
    first = replace(plan, particles=particles, highest=SOFT, last_moves=MOVES)
    group = tempered(_up_to(times, WHOLE), first, rng)
    if not len(group.ancestor):
        return group
    chosen = rng.choice(len(group.ancestor), particles)
    state, ancestor = take(group.state, chosen), group.ancestor[chosen]
    distance, pressure, passed = np.zeros(particles), SOFT, group.pressures
    for top, following in _stages(times, plan):
        at = _up_to(times, top)
        chosen = resampled(pressure * distance - following * at.distance(state), rng)
        state, ancestor = take(state, chosen), ancestor[chosen]
        pressure, passed = following, passed + 1
        moves = plan.last_moves if pressure == plan.highest else MOVES
        state, distance, accepted = at.move(state, at.distance(state), pressure, moves, rng)
    return finished(state, distance, ancestor, accepted, passed)


def _stages(times: "EventTimes", plan: Plan) -> Iterator[tuple[float, float]]:
    """Yield the upper end of the window and the pressure of each step."""
    last = float(times.windows[FREE, 1])
    yield from ((float(top), SOFT) for top in np.linspace(WHOLE, last, STEPS + 1)[1:])
    yield from ((last, pressure) for pressure in (*HARDER, plan.highest))


def _up_to(times: "EventTimes", top: float) -> "EventTimes":
    windows = times.windows.copy()
    windows[FREE, 1] = top
    return replace(times, windows=windows)
