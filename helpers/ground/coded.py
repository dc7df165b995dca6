"""Ground: characteristics whose numbers are codes of two levels, which are counted instead of averaged.

A mean of codes tells the counts of both levels, which a shareable book may have to hide.
"""

from dataclasses import replace

import pandas as pd

from helpers.ground.study import Study

CODES = ({0, 1}, {1, 2})


def as_levels(study: Study, rows: pd.DataFrame) -> tuple[Study, pd.DataFrame, list[str]]:
    """Make levels of the numbers of each characteristic without levels that holds 0 and 1, or 1 and 2, only.

    Parameters
    ----------
    study : Study
    rows : DataFrame of str
        Of the patients, without problems.

    Returns
    -------
    tuple of Study, DataFrame and list of str
        The study and the rows with these levels, and a line for each such column.
    """
    free = {*rows} - {one.column for one in study.populations}
    found, told = [*study.characteristics], []
    for place, one in enumerate(study.characteristics):
        if one.levels or one.column not in free:
            continue
        numbers = pd.to_numeric(rows[one.column])
        if {*numbers.dropna()} not in CODES:
            continue
        texts = numbers.map("{:.0f}".format, na_action="ignore").astype(object)
        levels = tuple(sorted({*texts.dropna()}))
        rows = rows.assign(**{one.column: texts})
        found[place] = replace(one, levels=levels, unit="")
        told.append(
            f"{one.column}: holds {' and '.join(levels)} only, and is counted as levels; "
            "name them with `levels` under characteristics and [values." + one.column + "]"
        )
    return replace(study, characteristics=tuple(found)), rows, told
