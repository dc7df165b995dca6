"""Chapter 6: where in the rounding of the printed odds ratio and P value the cohorts of the ensemble lie."""

from math import nan

import numpy as np
import pandas as pd
from scipy.special import ndtr

from evidence.claims.printed import Figure, Figures
from evidence.ensemble.marrow_statistics import TERMS, logistic
from evidence.ensemble.standing import INSIDE, ends
from evidence.this_abstract import odds_ratio_findings
from evidence.this_abstract.abstract import ARMS, REFRACTORY
from helpers.printing import prose

BLASTS = 1  # the place of the coefficient, which is one of `HUNDRED` points
HUNDRED = 100


def pairs(patients: pd.DataFrame) -> pd.DataFrame:
    """Fit the model that the printed odds ratio is read as to each member of the ensemble.

    Parameters
    ----------
    patients : DataFrame
        As `evidence.ensemble.store.read` returns them.

    Returns
    -------
    DataFrame
        ``odds_ratio`` of one percentage point of blasts and its Wald ``p_value``, one row a member; missing
        where the model has no maximum.
    """
    chosen = patients[patients["disease_status"].eq(REFRACTORY)]
    rows = [_pair(rows) for _, rows in chosen.groupby("member")]
    return pd.DataFrame(rows, columns=["odds_ratio", "p_value"])


def _pair(rows: pd.DataFrame) -> tuple[float, float]:
    found = np.zeros((2, TERMS))
    blasts, years = (rows[name].to_numpy().astype(np.int64) for name in ("bm_blasts_pct", "age_years"))
    first, outcome = rows["arm"].eq(ARMS[0]).to_numpy(), rows["mrd_negative"].to_numpy(bool)
    if not logistic(blasts, first, years, outcome, found):
        return nan, nan
    return float(np.exp(found[0, BLASTS] / HUNDRED)), float(2 * ndtr(-abs(found[1, BLASTS])))


def sentence(patients: pd.DataFrame, figures: Figures) -> str | None:
    """Say where in the rounding of the printed pair the members lie.

    Parameters
    ----------
    patients : DataFrame
        As in `pairs`.
    figures : Figures

    Returns
    -------
    str or None
        None where the pair is not printed, or a member does not print it, as when the claims were changed.
    """
    printed = odds_ratio_findings.pair(figures)
    found = pairs(patients)
    if printed is None or not all(
        figure.prints(found[name]).all() for name, figure in zip(found, printed, strict=True)
    ):
        return None
    ratio, p_value = (_placed(found[name], figure) for name, figure in zip(found, printed, strict=True))
    return (
        "In the model that is read here, of relapsed/refractory patients on blasts, arm and age, "
        f"{prose.percentage(INSIDE[1] - INSIDE[0])} of the cohorts have an odds ratio of {ratio} and a P "
        f"value of {p_value} before rounding."
    )


def _placed(values: pd.Series, figure: Figure) -> str:
    """Print a range with one digit more, and the half of the rounding in which it lies if it is one."""
    low, high = ends(values.to_numpy())
    span = " to ".join(prose.fixed(end, max(figure.decimals + 1, 4)) for end in (low, high))
    sides = {end < figure.value for end in (low, high)}
    if len(sides) > 1:
        return span
    return f"{span} (in the {'lower' if sides.pop() else 'upper'} half of what prints as {figure})"
