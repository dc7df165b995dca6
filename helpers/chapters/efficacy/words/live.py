"""Chapter 2 in words: what the slider beside the figure of cut-offs says at each of them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.chapters.efficacy.words.said import short
from helpers.ground.standing import is_open
from helpers.ground.study import CONTRAST, Study
from helpers.printing import prose
from helpers.printing.live import Cell, Live, cell, slider
from helpers.printing.marks import plain


def cut_off_slider(
    axes: Sequence[Axes], known: pd.DataFrame, study: Study, lines: Sequence[float] = ()
) -> Live | None:
    """Let a figure of differences over the cut-offs of the blasts be read at one of them.

    Parameters
    ----------
    axes : sequence of Axes
        With the cut-offs on the x-axis, or with a line for some of them, one below the other.
    known : DataFrame
        As `helpers.chapters.efficacy.cut_offs.known` gives it.
    study : Study
        Its own cut-off is shown first.
    lines : sequence of float
        The cut-offs that have a line, at equal steps; none where they are on the x-axis.

    Returns
    -------
    Live or None
        None where nothing is known.
    """
    if known.empty:
        return None
    cut_offs = known["cutoff"].unique().tolist()
    rows = {short(study, name): _cells(mine, study) for name, mine in known.groupby("outcome", sort=False)}
    names = [f"more than {cutoff}%" for cutoff in cut_offs]
    columns = ["Outcome", *(prose.begin(arm.short) for arm in study.arms), "Difference"]
    at = [(cutoff - lines[0]) / (lines[1] - lines[0]) for cutoff in cut_offs] if lines else cut_offs
    start = int(np.abs(np.subtract(cut_offs, study.cutoff or np.median(cut_offs))).argmin())
    places = dict(zip(at, names, strict=True))
    return slider(axes, "Blasts", places, columns, rows, start=start, up=len(lines) > 0)


def _cells(known: pd.DataFrame, study: Study) -> list[list[Cell]]:
    """Print the counts of the arms and their difference, cut-off by cut-off."""
    by_group = known.set_index(["cutoff", "group"])
    return [
        [
            *(_counted(by_group.loc[(cutoff, arm)]) for arm in study.arm_ids),
            cell(by_group.loc[(cutoff, CONTRAST)]),
        ]
        for cutoff in known["cutoff"].unique()
    ]


def _counted(rate: pd.Series) -> Cell:
    if not is_open(rate):
        return cell(rate, plain(prose.count(rate)))
    ends = (prose.span(rate[f"{name}_low"], rate[f"{name}_high"]) for name in ("events", "n"))
    text = " of ".join(ends)
    return cell(rate, text if " to " in text else f"{text} in at least 95% of the cohorts")
