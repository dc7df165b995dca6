"""Printing: the notebooks' own edge, where figures are shown and sentences get their numbers."""

import base64
import hashlib
import io
import re
import textwrap
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import Markdown, display
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from helpers.printing import comparisons, prose
from helpers.printing.exhibits import EXHIBIT, FIGURE, PNG, SVG, Data, exhibit
from helpers.printing.live import Live, for_page, name_axes
from helpers.printing.marks import plain
from helpers.printing.pages import ABSENT, QUOTES

DOTS, COLOURS = 180, 64  # of a picture made of dots: an inch, and in all
MOST_INCHES = 4.7  # of a figure's width
LEAST_POINTS = 8.5  # of a text in a figure, which is drawn at four fifths of its size on a phone
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
LEAST_ALT = 40  # characters of an alternative text, which a reader has instead of the figure
_CLIP_PATH = re.compile(r'<clipPath id="(p[0-9a-f]{10})">(.*?)</clipPath>', re.DOTALL)
# {name} or {name:print}, but not a role of the pages such as {term}`P value`.
_SLOT = re.compile(r"\{([a-z_]\w*)(?::(\w+))?\}(?!`)")


def show(
    fig: Figure,
    name: str,
    text: str,
    /,
    *,
    alt: str,
    note: str,
    data: Data,
    live: Live | None = None,
    **slots: pd.Series | str | None,
) -> None:
    """Display a figure with its title and its caption, hand on its data, and close it.

    Parameters
    ----------
    fig : Figure
        A finished figure.
    name : str
        Unique on its page: small letters, digits and hyphens. Its address ends in it.
    text : str
        In the first line the title, then the caption, which stands alone: what is drawn, of whom, and how to
        read it. Slots as in `say`.
    alt : str
        What the figure shows, for a reader who cannot see it.
    note : str
        `helpers.ground.cohort_parts.Cohort.note`: printed under the figure where the cohort is rebuilt.
    data : DataFrame, or mapping of str to DataFrame, or None
        The rows that are drawn, which the page offers as CSV. Rows of single patients go through
        `helpers.ground.cohort_parts.Cohort.own_rows`, which offers those of a rebuilt cohort alone.
    live : Live, optional
        What the page's script lets a reader do with it.
    **slots : Series or str or None
        As in `say`.

    Raises
    ------
    ValueError
        If a text of the figure is too small for a phone, or stands where the note goes; if there is no
        caption, or `alt` has fewer than 40 characters.
    """
    said = _said(name, text, alt, note, data, slots)
    if note and fig.get_supxlabel():
        raise ValueError(f"the note takes the place of the words under {name!r}: name its axes instead")
    if note:
        fig.supxlabel(note, x=0.01, ha="left", fontsize=LEAST_POINTS, style="italic", color="#666666")
    name_axes(live.axes if live else ())
    pictures = _pictures(fig, is_cut=True)
    if live:
        said["live"] = for_page(live, pictures[SVG])
    display({**pictures, EXHIBIT: said}, metadata={SVG: {"alt": said["alt"]}}, raw=True)
    # The site puts these words with the figure; a notebook shows them under it.
    display(Markdown(f"**{said['title']}.** {said['caption']}"), metadata={EXHIBIT: name})


def say(text: str, **slots: pd.Series | str | None) -> Markdown | None:
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
    IPython.display.Markdown or None
        The finished paragraph, for JupyterLab, the site and the committed outputs alike; None where nothing
        is left of it, since an empty one would show as the name of its class.

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
    filled = _filled(text, slots)
    return Markdown(filled) if filled.strip() else None


def _filled(text: str, slots: dict[str, Any]) -> str:
    """Fill the slots of a text; a line with a slot that is None goes."""
    used = {name for name, _ in _SLOT.findall(text)}
    if used != set(slots):
        raise ValueError(f"slots without a value or a place: {', '.join(sorted(used ^ set(slots)))}")
    lines = textwrap.dedent(text).strip().splitlines()
    kept = [line for line in lines if not any(slots[name] is None for name, _ in _SLOT.findall(line))]
    return _SLOT.sub(lambda slot: _print(slots[slot[1]], slot[2]), "\n".join(kept))


def quote(**sentences: str | None) -> None:
    """Hand sentences built from result rows to the prose pages, which name them as ``{{ quoted.name }}``.

    Parameters
    ----------
    **sentences : str or None
        By name; None where the study does not ask for it, which the page then says.
    """
    told = {name: sentence or ABSENT for name, sentence in sentences.items()}
    display({QUOTES: told}, raw=True)


def quote_figure(
    quoted: str,
    fig: Figure,
    name: str,
    text: str,
    /,
    *,
    alt: str,
    data: Data,
    **slots: pd.Series | str | None,
) -> None:
    """Hand a figure to the prose pages, which show it as ``{{ quoted.name }}``, and close it.

    Parameters
    ----------
    quoted : str
        The name by which the pages ask for it.
    fig : Figure
        A finished figure, in the size at which the pages show it.
    name, text, alt, data, **slots
        As in `show`.
    """
    said = _said(name, text, alt, "", data, slots) | {"quoted": quoted}
    display({**_pictures(fig, is_cut=False), EXHIBIT: said}, raw=True)


def _said(name: str, text: str, alt: str, note: str, data: Data, slots: dict[str, Any]) -> dict:
    """Say of a figure what the pages need: its title is the first line of the text."""
    title, _, caption = _filled(text, slots).partition("\n")
    caption, alt = " ".join(caption.split()), plain(alt)
    if not caption:
        raise ValueError(
            f"figure {name!r} has no caption: its text is a title and, from the next line on, a caption"
        )
    if len(alt) < LEAST_ALT:
        raise ValueError(
            f"alt of figure {name!r} has {len(alt)} characters, of at least {LEAST_ALT}: say what it shows"
        )
    return exhibit(FIGURE, name, title, caption, data, note) | {"alt": alt}


def _pictures(fig: Figure, is_cut: bool) -> dict[str, str]:
    """Draw a figure as SVG and as PNG, its words without marks, cut to what is drawn or not; and close it."""
    for text in fig.findobj(Text):
        text.set_text(plain(text.get_text()))
    fig.draw_without_rendering()  # which lays it out, once for both, and writes the ticks
    for text in fig.findobj(Text):
        points = float(text.get_fontsize())
        if text.get_text() and text.get_visible() and points < LEAST_POINTS:
            raise ValueError(f"too small for a phone, {points:g} points: {text.get_text()!r}")
    if fig.get_figwidth() > MOST_INCHES:
        raise ValueError(f"too wide for a phone, {fig.get_figwidth():g} inches; {MOST_INCHES} at most")
    whole_figure = fig.get_tightbbox().padded(plt.rcParams["savefig.pad_inches"]) if is_cut else None
    lines, dots, small = io.StringIO(), io.BytesIO(), io.BytesIO()
    with plt.rc_context({"figure.constrained_layout.use": False}):
        fig.set_layout_engine(None)
        fig.savefig(lines, format="svg", bbox_inches=whole_figure, metadata={"Date": None})
        fig.savefig(dots, format="png", bbox_inches=whole_figure, dpi=DOTS, pil_kwargs={"compress_level": 0})
    plt.close(fig)
    # Few colours are enough for a drawing and make a small file, which does not name the program either.
    whole, method = Image.open(dots).convert("RGB"), Image.Quantize.FASTOCTREE  # others lose rare colours
    few = whole.quantize(COLOURS, method=method, dither=Image.Dither.NONE)
    few.save(small, "png", optimize=True)
    return {SVG: _named_as_printed(lines.getvalue()), PNG: base64.b64encode(small.getvalue()).decode()}


def _named_as_printed(drawing: str) -> str:
    """Name each clip path by what is printed of it.

    The drawing library names it by all its digits, of which the last change from run to run: the solver of
    the layout goes by addresses.
    """
    for name, content in _CLIP_PATH.findall(drawing):
        drawing = drawing.replace(name, "p" + hashlib.sha256(content.encode()).hexdigest()[:10])
    return drawing


def _print(value: Any, word: str | None) -> str:
    return value if isinstance(value, str) else PRINTS[word or ""](value)
