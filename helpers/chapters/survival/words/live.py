"""Chapter 4 in words: what the slider beside a figure of curves says at each month."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from helpers.chapters.survival.monthly import AT_RISK, SHARES
from helpers.ground.standing import is_open
from helpers.ground.study import Study
from helpers.printing import prose
from helpers.printing.live import Cell, Live, cell, slider


def month_slider(axes: Sequence[Axes], read: pd.DataFrame, study: Study) -> Live | None:
    """Let a figure of curves be read at a month.

    Parameters
    ----------
    axes : sequence of Axes
        Whose x-axes are the months.
    read : DataFrame
        As `helpers.chapters.survival.monthly.monthly` gives it.
    study : Study
        Its main horizon is shown first.

    Returns
    -------
    Live or None
        None where nothing is known, or of one month alone.
    """
    if read.empty or len(read["month"].unique()) < 2:  # nothing to choose
        return None
    curves = {_short(label, read): curve for label, curve in read.groupby("label", sort=False)}
    rows = {label: _cells(curve) for label, curve in curves.items()}
    months = {month: f"{month} month{'s' * (month != 1)}" for month in read["month"].unique().tolist()}
    start = max(0, sum(month <= study.horizon for month in months) - 1)
    return slider(axes, "Month", months, ["Curve", "Survival", "At risk"], rows, start=start)


def _short(label: str, read: pd.DataFrame) -> str:
    """Leave out of the name of a curve the outcome, if all curves are of one."""
    name = label.partition(": ")[2]
    return f"{name[0].upper()}{name[1:]}" if name and len(set(read["outcome"])) == 1 else label


def _cells(curve: pd.DataFrame) -> list[list[Cell]]:
    shares, left = (curve[curve["part"] == part].iterrows() for part in (SHARES, AT_RISK))
    return [
        [_share(one, at_risk), _carried(at_risk, cell(at_risk))]
        for (_, one), (_, at_risk) in zip(shares, left, strict=True)
    ]


def _share(share: pd.Series, at_risk: pd.Series) -> Cell:
    """Print what a curve reads, and where in some cohorts, or nearly all, nobody is followed any longer."""
    if not is_open(share) or at_risk["range_low"] > 0:
        return _carried(share, cell(share))
    if at_risk["range_high"] == 0:
        return cell(share, "nobody followed in at least 95% of the cohorts")
    return cell(share, f"{prose.bare(share)}; in some cohorts the last value, carried on")


def _carried(result: pd.Series, printed: Cell) -> Cell:
    """Say when a curve that is not read at every month was read last."""
    month = result.get("read", result["month"])
    if month == result["month"]:
        return printed
    return [f"{printed[0]}, at {month} month{'s' * (month != 1)}", printed[1]]
