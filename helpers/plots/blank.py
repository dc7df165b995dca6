"""Plots: the axes of a figure that cannot be drawn, which hold the reason."""

import textwrap

from matplotlib.axes import Axes

REASON_WIDTH = 26  # letters in a line, which fits half of a page's width


def write_reason(reason: str, *, ax: Axes) -> Axes:
    """Empty the axes and write the reason into them.

    Parameters
    ----------
    reason : str
        Why there is nothing to draw, as the `method` of a result that is not estimable says it.
    ax : Axes

    Returns
    -------
    Axes
        Without ticks.
    """
    ax.set(xticks=[], yticks=[], xlabel="", ylabel="")
    text = textwrap.fill(reason, REASON_WIDTH)
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", fontsize=9, color="#555555")
    return ax
