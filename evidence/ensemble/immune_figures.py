"""What the abstract prints of the immune panel, as windows in the smallest unit recorded.

A median prints as its figure from half a unit below it up to, not including, half a unit above; so does a P
value, whose window becomes one of deviates. Where no P value is printed, the recorded reading says whether it
was significant. A P value and a "significant" beside it that contradict each other leave the P value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby, product
from math import ceil, inf

import numpy as np
import pandas as pd

from evidence.claims.claim import DIRECTIONS, listed
from evidence.claims.printed import SLACK, Figure, Figures, two_sided_z, z_window
from evidence.ensemble.immune_kernels import BIG, EITHER
from evidence.this_abstract.abstract import ALPHA, ARMS, CONTRAST, STUDY, VISITS, immune, panel
from helpers.ground.results import ResultId

POPULATIONS = tuple(cell.id for cell in STUDY.cells)
# Populations of one parent share a whole: the numbers of its members, in the order of the study.
FAMILIES = tuple(
    tuple(number for number, _ in members)
    for _, members in groupby(enumerate(STUDY.cells), key=lambda numbered: numbered[1].parent)
)
ANY = (-1.0, inf)  # the deviates of a test of which nothing is known
Relations = Mapping[ResultId, set[str]]


@dataclass(frozen=True)
class Printed:
    """The windows of one abstract.

    Attributes
    ----------
    sizes : tuple of int
        Patients of each arm.
    whole : int
        What 100 % is in units recorded: 100 for whole percents, 1000 for tenths.
    medians : array of int, (populations, arms, visits, 2)
        Twice the least median that prints, and twice the least that is too high.
    paired : array of float, (populations, arms, 2)
        Sizes of the signed-rank deviate that print, the lower end left out.
    changes : array of int, (populations, arms)
        Sign of the median change; `EITHER` where not stated.
    between : array of float, (populations, 2)
        The same as `paired` for Mann-Whitney's test of the ratios.
    shifts : array of int, (populations,)
        Sign of the ratios' shift; `EITHER` where not stated.
    """

    sizes: tuple[int, ...]
    whole: int
    medians: np.ndarray
    paired: np.ndarray
    changes: np.ndarray
    between: np.ndarray
    shifts: np.ndarray


def read(claims: pd.DataFrame, whole: int = 100) -> Printed:
    """Gather what the claims say of the panel.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.
    whole : int
        As in `Printed`.

    Returns
    -------
    Printed
    """
    figures, relations = Figures(claims), _relations(claims)
    of_test, of_sign = partial(_deviates, figures, relations), partial(_sign, relations)
    shape = (len(POPULATIONS), len(ARMS))
    pairs = list(product(POPULATIONS, ARMS))
    medians = [
        _median(figures.get(immune(population, f"median_{visit}", arm)), whole)
        for population, arm, visit in product(POPULATIONS, ARMS, VISITS)
    ]
    paired = [of_test(immune(population, "signed_rank", arm)) for population, arm in pairs]
    changes = [of_sign(immune(population, "median_change", arm)) for population, arm in pairs]
    between = [of_test(immune(population, "ratio_mann_whitney", CONTRAST)) for population in POPULATIONS]
    shifts = [of_sign(immune(population, "ratio_hodges_lehmann", CONTRAST)) for population in POPULATIONS]
    return Printed(
        tuple(figures.count(panel(arm)) for arm in ARMS),
        whole,
        np.array(medians).reshape(*shape, len(VISITS), 2),
        np.array(paired).reshape(*shape, 2),
        np.array(changes).reshape(shape),
        np.array(between),
        np.array(shifts),
    )


def _relations(claims: pd.DataFrame) -> Relations:
    relations: dict[ResultId, set[str]] = {}
    for claim in listed(claims):
        if claim.result_id is not None:
            relations.setdefault(claim.result_id, set()).add(claim.relation)
    return relations


def _median(figure: Figure | None, whole: int) -> tuple[int, int]:
    if figure is None:
        return 0, BIG
    low, high = (ceil(2 * whole / 100 * end - SLACK) for end in figure.window)
    return low, high


def _deviates(figures: Figures, relations: Relations, test: ResultId) -> tuple[float, float]:
    figure, said = figures.p_value(test), relations.get(test, set())
    if figure is not None:
        return z_window(figure.window)
    level = two_sided_z(ALPHA)
    if "significant" in said:
        return level, inf
    return (ANY[0], level) if "not_significant" in said else ANY


def _sign(relations: Relations, shift: ResultId) -> int:
    signs = {DIRECTIONS[said] for said in relations.get(shift, ()) if said in DIRECTIONS}
    if len(signs) > 1:
        raise ValueError(f"the claims state both directions of {shift}")
    return signs.pop() if signs else EITHER
