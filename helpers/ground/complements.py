"""Ground: groups of patients whose number would follow from those of others (complementary suppression).

The arms, the populations and everybody are sets of patients, some inside others. Where one of them is shown,
and others inside it that share no patient, the patients that are left over are told too.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.ground.study import EVERYBODY, Study

MOST_PARTS = 3  # taken away at once: more are joined in a population or an arm that stands for itself
Group = tuple[str, str]  # group and stratum of a result's id
Sets = dict[Group, np.ndarray]  # of bool, one a patient


def groups(patients: pd.DataFrame, study: Study) -> Sets:
    """Say which patients belong to every arm and everybody, within every population.

    Parameters
    ----------
    patients : DataFrame
    study : Study

    Returns
    -------
    dict of ndarray
        By group and stratum.
    """
    return {
        (group, stratum): study.chosen(patients, stratum, group)
        for stratum in study.strata
        for group in study.groups
    }


def hidden_groups(
    sets: Sets, threshold: int, answers: np.ndarray | None = None, late: tuple[str, ...] = (EVERYBODY,)
) -> set[Group]:
    """Find the groups that may not be shown: the small ones, and others until no small one follows.

    Parameters
    ----------
    sets : dict of ndarray
        As `groups` gives them.
    threshold : int
        Fewer patients may not be told.
    answers : ndarray of float, optional
        Yes, no or missing (NaN), one a patient. With them those with a yes and those with a no are counted,
        without them the patients.
    late : tuple of str
        Populations that most of the book is about, whose groups are hidden only if no others would do.

    Returns
    -------
    set of tuple
        Groups and strata. Where what is left over is small, the smallest part beside it is hidden.
    """
    cells = [np.ones(_length(sets), bool)] if answers is None else [answers == 1, answers == 0]
    if answers is not None:
        sets = {name: members & ~np.isnan(answers) for name, members in sets.items()}
    few = {name for name, members in sets.items() if _is_small(members, cells, threshold)}
    hidden = _with_other_arms(few, sets)
    while found := next(_betrayed(sets, hidden, cells, threshold, late), None):
        hidden = _with_other_arms({*hidden, found}, sets)
    return hidden


def _with_other_arms(hidden: set[Group], sets: Sets) -> set[Group]:
    """Hide the other arm of a population too, as everybody less one arm are the other."""
    strata = {stratum for group, stratum in hidden if group != EVERYBODY}
    return hidden | {name for name in sets if name[0] != EVERYBODY and name[1] in strata}


def _length(sets: Sets) -> int:
    return len(next(iter(sets.values())))


def _is_small(members: np.ndarray, cells: list[np.ndarray], threshold: int) -> bool:
    return any((members & cell).sum() < threshold for cell in cells)


def _betrayed(
    sets: Sets, hidden: set[Group], cells: list[np.ndarray], threshold: int, late: tuple[str, ...]
) -> Iterator[Group]:
    """Find a part of each whole that, taken away from it, leaves few patients over."""
    shown = {name: members for name, members in sets.items() if name not in hidden}
    for whole, members in shown.items():
        inside = {name: part for name, part in shown.items() if name != whole and not (part & ~members).any()}
        for number in range(1, MOST_PARTS + 1):
            for names in combinations(inside, number):
                parts = [inside[name] for name in names]
                left = members & ~np.any(parts, axis=0)
                if not left.any() or not _share_nobody(parts) or not _is_small(left, cells, threshold):
                    continue
                yield min(names, key=lambda name: (name[1] in late, inside[name].sum(), name))


def _share_nobody(parts: list[np.ndarray]) -> bool:
    return bool((np.sum(parts, axis=0) <= 1).all())
