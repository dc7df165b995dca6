"""Craft: the notebooks' own edge, where figures are shown and sentences are handed to the prose."""

import io

import matplotlib.pyplot as plt
import myst_nb
from IPython.display import display
from matplotlib.figure import Figure

SVG = "image/svg+xml"


def show(fig: Figure, alt: str, note: str) -> None:
    """Display a figure as SVG with its alternative text, and close it.

    Parameters
    ----------
    fig : Figure
        A finished figure.
    alt : str
        What the figure shows, for a reader who cannot see it.
    note : str
        `helpers.ground.cohort.Cohort.note`: printed under the figure where the cohort is rebuilt.
    """
    if note:
        fig.supxlabel(note, x=0.01, ha="left", fontsize=8, style="italic", color="#666666")
    file = io.StringIO()
    fig.savefig(file, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(fig)
    display({SVG: file.getvalue()}, metadata={SVG: {"alt": alt}}, raw=True)


def quote(**sentences: str) -> None:
    """Hand sentences built from result rows to the prose, which names them with ``{glue:text}``."""
    for name, sentence in sentences.items():
        myst_nb.glue(name, sentence, display=False)
