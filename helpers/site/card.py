"""Site: the picture that stands beside a link to the book, where such pictures are shown."""

import textwrap
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.site.head import CARD_SIZE

PAPER, INK, LINE, QUIET = "#ffffff", "#22313f", "#0063a0", "#5b6670"
DOTS = 100  # to the inch


def draw(title: str, below: str, foot: str) -> Figure:
    """Draw the card.

    Parameters
    ----------
    title : str
        Of the book.
    below : str
        What it is, or where it comes from.
    foot : str
        Which edition it is.

    Returns
    -------
    Figure
    """
    figure = Figure(figsize=(CARD_SIZE[0] / DOTS, CARD_SIZE[1] / DOTS), dpi=DOTS, facecolor=PAPER)
    figure.add_artist(_bar(figure))
    looks: dict[str, Any] = {"ha": "left", "va": "top", "color": INK, "linespacing": 1.25}
    figure.text(0.08, 0.86, textwrap.fill(title, 28), fontsize=42, fontweight="bold", **looks)
    figure.text(0.08, 0.42, textwrap.fill(below, 54), fontsize=22, **looks)
    figure.text(0.08, 0.13, foot, fontsize=18, **looks | {"color": QUIET})
    FigureCanvasAgg(figure)
    return figure


def _bar(figure: Figure) -> Rectangle:
    return Rectangle((0, 0), 0.025, 1, transform=figure.transFigure, color=LINE)


def write(figure: Figure, path: Path) -> None:
    """Write the card as PNG, the same bytes for the same words.

    Parameters
    ----------
    figure : Figure
    path : Path
    """
    figure.savefig(path, format="png", dpi=DOTS, metadata={"Software": None})
