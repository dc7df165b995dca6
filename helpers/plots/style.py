"""Craft: the one palette, with a second cue (marker, line style) beside each colour, and the one look."""

from pathlib import Path

import matplotlib.pyplot as plt

# Okabe and Ito's colours, told apart with every common form of colour blindness.
COLOURS = {
    "combination": "#0072B2",
    "monotherapy": "#D55E00",
    "all": "#444444",
    "yes": "#009E73",
    "no": "#CC79A7",
    "relapse": "#CC79A7",
    "death": "#222222",
    "transplant": "#009E73",
    "neutral": "#8A8A8A",
    "band": "#CFCFCF",
}
MARKERS = {"combination": "o", "monotherapy": "s", "all": "D"}
LINES = {
    "combination": "-",
    "monotherapy": "--",
    "all": "-",
    "relapse": "-",
    "death": "--",
    "yes": "-",
    "no": "--",
}


def use() -> None:
    """Take the book's look for every figure drawn from now on."""
    plt.style.use(Path(__file__).with_name("book.mplstyle"))
