"""The whole rebuild, part after part, each with random numbers of its own."""

from collections.abc import Callable
from itertools import count

import numpy as np
import pandas as pd

from evidence.annealing.anneal import Found
from evidence.forensics import cells
from evidence.reconstruction import centres, courses, immune, margins, model, survival
from evidence.reconstruction.targets import Targets


def rebuild(targets: Targets, seed: int, tell: Callable[[str], None]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rebuild a cohort.

    Parameters
    ----------
    targets : Targets
    seed : int
        Any whole number from 0. Each part draws from a stream of its own, so that a change to one part leaves
        the others as they are.
    tell : callable
        Is given one line of text a part.

    Returns
    -------
    tuple of two DataFrame
        Patients and immune panel, as `evidence.reconstruction.write.write` takes them.
    """
    streams = (np.random.default_rng([seed, part]) for part in count())
    counts = cells.solve(targets.figures)
    people = margins.patients(counts, next(streams))
    tell(f"counts: {len(people)} patients in {len(counts)} cells, the only tables that print the rates")
    people, found = model.fit(people, targets, next(streams))
    tell(f"odds ratio and blasts: {_outcome(found)}")
    found = survival.fit(people["no_response"], targets, next(streams))
    tell(f"follow-up and survival: {_outcome(found)}")
    people = courses.assign(people, found.state, targets, next(streams))
    people = centres.assign(people, targets, next(streams))
    panel = people[people["in_panel"]]
    tell(f"courses: {people['centre'].nunique()} centres, {len(panel)} patients in the immune panel")
    samples, searches = immune.fit(panel, targets, next(streams))
    for population, found in searches.items():
        tell(f"immune panel, {population}: {_outcome(found)}")
    return people, samples


def _outcome(found: Found) -> str:
    if found.penalty == 0:
        return f"every target met after {found.steps} steps"
    return f"NOT reached after {found.steps} steps (distance {found.penalty:.3g})"
