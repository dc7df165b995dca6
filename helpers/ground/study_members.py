"""Ground: which patients a population and a group of a study are."""

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.ground.kept import kept
from helpers.ground.study_parts import EVERYBODY

if TYPE_CHECKING:
    from helpers.ground.study_record import Study


@kept
def chosen(study: "Study", patients: pd.DataFrame, stratum: str, group: str) -> np.ndarray:
    """Say which patients belong to a population and a group.

    Parameters
    ----------
    study : Study
    patients : DataFrame
    stratum, group : str
        As of `helpers.ground.study_record.Study.members`.

    Returns
    -------
    ndarray of bool
        Not to be written into.
    """
    population, found = study.population(stratum), np.full(len(patients), True)
    if group != EVERYBODY:
        found &= _among(patients["arm"], (study.arm(group).id,))
    if population.parent != EVERYBODY:
        found &= study.chosen(patients, population.parent)
    if population.levels:
        found &= _among(patients[population.column], population.levels)
    for bound, side in ((population.above, np.greater), (population.at_most, np.less_equal)):
        if bound is not None:
            found &= side(patients[population.column].to_numpy(float), bound)
    found.flags.writeable = False
    return found


def _among(column: pd.Series, levels: Collection[str]) -> np.ndarray:
    """Tell where a column has one of several levels; of categories their codes are compared."""
    categories = column.array
    if not isinstance(categories, pd.Categorical):
        return column.isin(levels).to_numpy()
    codes = [code for code, level in enumerate(categories.categories) if level in levels]
    return (categories.codes[:, None] == codes).any(axis=1)
