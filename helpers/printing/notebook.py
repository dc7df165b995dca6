"""Printing: the notebooks' own edge, where figures are shown and sentences get their numbers."""

import base64
import io
import re
import textwrap
from collections.abc import Callable
from html import escape
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import Markdown, display
from matplotlib.figure import Figure
from matplotlib.text import Text

from helpers.printing import comparisons, prose
from helpers.printing.marks import plain
from helpers.printing.pages import ABSENT, QUOTES

SVG = "image/svg+xml"
# How a slot prints its row: {response:of} is a share with its count; without a word, with its interval.
PRINTS: dict[str, Callable[[pd.Series], str]] = {
    "": prose.with_interval,
    "number": prose.number,
    "interval": prose.interval,
    "of": prose.of,
    "count": prose.count,
    "share": prose.share,
    "estimate": prose.estimate,
    "test": prose.test,
    "clarity": comparisons.clarity,
    "population": lambda row: row["population"],
    "n": lambda row: f"{row['n']:.0f}",
}
# {name} or {name:print}, but not a role of the pages such as {term}`P value`.
_SLOT = re.compile(r"\{([a-z_]\w*)(?::(\w+))?\}(?!`)")


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
    display({SVG: _drawn(fig, "tight")}, metadata={SVG: {"alt": plain(alt)}}, raw=True)


def say(text: str, **slots: pd.Series | str | None) -> Markdown:
    r"""Put result rows into a paragraph of the book.

    A line with a slot that is None is left out, so that a sentence on a line of its own goes away where the
    study has nothing to fill it with.

    Parameters
    ----------
    text : str
        Markdown, indented as the cell is; ``{name}`` or ``{name:print}`` is a slot, where ``print`` is one of
        `PRINTS`. Roles of the pages (``{term}`` before a backquote) stay as they are.
    **slots : Series or str or None
        For each slot a row of the results table, or a sentence made from rows.

    Returns
    -------
    IPython.display.Markdown
        The finished paragraph, for JupyterLab, the site and the committed outputs alike.

    Raises
    ------
    ValueError
        If a slot is not filled, or what is given is not used.

    Examples
    --------
    >>> text = "Alive: {alive}; see {term}`Survival`.\nAbove the cut-off: {high}."
    >>> say(text, alive="9 of 12", high=None).data
    'Alive: 9 of 12; see {term}`Survival`.'
    """
    used = {name for name, _ in _SLOT.findall(text)}
    if used != set(slots):
        raise ValueError(f"slots without a value or a place: {', '.join(sorted(used ^ set(slots)))}")
    lines = textwrap.dedent(text).strip().splitlines()
    kept = [line for line in lines if not any(slots[name] is None for name, _ in _SLOT.findall(line))]
    return Markdown(_SLOT.sub(lambda slot: _print(slots[slot[1]], slot[2]), "\n".join(kept)))


def quote(**sentences: str | None) -> None:
    """Hand sentences built from result rows to the prose pages, which name them as ``{{ quoted.name }}``.

    Parameters
    ----------
    **sentences : str or None
        By name; None where the study does not ask for it, which the page then says.
    """
    told = {name: sentence or ABSENT for name, sentence in sentences.items()}
    display({QUOTES: told}, raw=True)


def quote_figure(name: str, fig: Figure, alt: str) -> None:
    """Hand a figure to the prose pages, which show it as ``{{ quoted.name }}``, and close it.

    Parameters
    ----------
    name : str
    fig : Figure
        A finished figure, in the size at which the pages show it.
    alt : str
        What the figure shows, for a reader who cannot see it.
    """
    source = base64.b64encode(_drawn(fig, None).encode()).decode()
    words = escape(plain(alt), quote=True)
    # The class keeps the dark theme from greying it; the figure brings its own ground.
    looks = 'class="quoted-figure dark-light"'
    quote(**{name: f'<img {looks} alt="{words}" src="data:{SVG};base64,{source}">'})


def _drawn(fig: Figure, box: str | None) -> str:
    """Draw a figure as SVG, its words without marks, and close it."""
    for text in fig.findobj(Text):
        text.set_text(plain(text.get_text()))
    file = io.StringIO()
    fig.savefig(file, format="svg", bbox_inches=box, metadata={"Date": None})
    plt.close(fig)
    return file.getvalue()


def _print(value: Any, word: str | None) -> str:
    return value if isinstance(value, str) else PRINTS[word or ""](value)
