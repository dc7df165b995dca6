"""Ensemble: whether independent groups of draws agree, and how many draws the members are worth."""

import numpy as np
import pandas as pd
from arviz_stats.base import array_stats


def mixing(values: pd.DataFrame, groups: int) -> pd.DataFrame:
    """Judge the mixing of each result.

    Parameters
    ----------
    values : DataFrame
        One column a result, one row a member, a member of each group in turn.
    groups : int

    Returns
    -------
    DataFrame
        Indexed by result: r_hat (rank-normalised, split) and effective_size (bulk); missing where a result is
        constant or missing in a member.

    References
    ----------
    Vehtari, Gelman, Simpson, Carpenter, Bürkner (2021), Bayesian Analysis 16:667-718.
    """
    whole = values[: len(values) // groups * groups]
    found = {name: _judged(column.to_numpy(float).reshape(-1, groups).T) for name, column in whole.items()}
    return pd.DataFrame.from_dict(found, orient="index", columns=["r_hat", "effective_size"])


def _judged(draws: np.ndarray) -> tuple[float, float]:
    if not np.isfinite(draws).all() or np.ptp(draws) == 0:
        return np.nan, np.nan
    axes = {"chain_axis": 0, "draw_axis": 1}
    return float(array_stats.rhat(draws, **axes)), float(array_stats.ess(draws, **axes))
