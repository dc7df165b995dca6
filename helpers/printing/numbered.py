"""Printing: a Sphinx extension that numbers figures and tables, and offers what stands behind them.

A notebook's outputs say what they are (`helpers.printing.exhibits`). As Sphinx reads a notebook, each figure
and each table gets a number within its page, an anchor, its title and caption, and below it links to its rows
(CSV), its pictures (SVG, PNG), its code and its citation. The files are written beside the pages.
"""

import json
import re
import shutil
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from sphinx.application import Sphinx

from helpers.ground.edition import citation
from helpers.printing.exhibits import EXHIBIT, FIGURE, HTML, PNG, SVG
from helpers.printing.marks import plain, safe

CHAPTERS = "notebooks/"
FOLDERS = {"figure": "figures", "table": "tables"}  # of the files, at the site's root
_PAGE = re.compile(r"(\d+)([a-z]?)_")
PIXELS = 96 / 72  # in a point


class Place(NamedTuple):
    """Where a figure or a table stands.

    Attributes
    ----------
    chapter : str
        As in its number: ``4``, ``4a``; empty on a page that is no chapter's.
    number : int
        On its page, of its kind.
    prefix : str
        Of the names of its files: ``04a-``.
    """

    chapter: str
    number: int
    prefix: str

    def label(self, kind: str) -> str:
        """Return what it is called: ``Figure 4.1``.

        Parameters
        ----------
        kind : str
            ``figure`` or ``table``.

        Returns
        -------
        str
        """
        return f"{kind.capitalize()} {self.chapter}{'.' if self.chapter else ''}{self.number}"

    def anchor(self, exhibit: dict) -> str:
        """Return its anchor: ``figure-4-os``.

        Parameters
        ----------
        exhibit : dict
            What it says of itself.

        Returns
        -------
        str
        """
        return "-".join(filter(None, [exhibit["kind"], self.chapter, exhibit["name"]]))


class Site(NamedTuple):
    """What the pages stand in: the folder of the site, its name, and what says where a page is.

    Attributes
    ----------
    folder : Path
        Of the built pages.
    cite : callable
        From the words for a figure and the page with its anchor to how it is cited.
    """

    folder: Path
    cite: Callable[[str, str], str]


def lay_out(notebook: dict, page: str, site: Site) -> dict[str, str]:
    """Turn the figures and tables of an executed notebook into what the site shows, in place.

    Parameters
    ----------
    notebook : dict
        The notebook's JSON.
    page : str
        Its name, with its folder and without its ending.
    site : Site

    Returns
    -------
    dict of str
        By anchor what each is called.

    Raises
    ------
    ValueError
        If two have one name.
    """
    called: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for cell in notebook["cells"]:
        exhibits = [output for output in cell.get("outputs", []) if EXHIBIT in output.get("data", {})]
        if not exhibits or "remove-cell" in cell["metadata"].get("tags", []):
            continue
        code = "".join(cell["source"])
        cell["outputs"] = [output for output in cell["outputs"] if EXHIBIT not in output.get("metadata", {})]
        for output in exhibits:
            said = output["data"][EXHIBIT]
            counts[said["kind"]] += 1
            place = place_of(page, counts[said["kind"]])
            if place.anchor(said) in called:
                raise ValueError(f"two of one name on {page}: {said['name']}")
            called[place.anchor(said)] = place.label(said["kind"])
            output["data"] = {HTML: drawn(output["data"], place, page, site, code)}
            output["metadata"] = {}
        cell["metadata"]["tags"] = ["remove-input"]
    return called


def place_of(page: str, number: int) -> Place:
    """Say where the next figure or table of a page stands.

    Parameters
    ----------
    page : str
        Its name, with its folder.
    number : int

    Returns
    -------
    Place

    Examples
    --------
    >>> place_of("notebooks/04a_survival_details", 2).label("table")
    'Table 4a.2'
    >>> place_of("book/index", 1).label("figure")
    'Figure 1'
    """
    found = _PAGE.match(page.rpartition("/")[2])
    if found is None:
        return Place("", number, f"{page.rpartition('/')[2]}-")
    return Place(f"{int(found[1])}{found[2]}", number, f"{found[1]}{found[2]}-")


def drawn(data: dict, place: Place, page: str, site: Site, code: str = "") -> str:
    """Write the files of a figure or a table, and return its element of the page.

    Parameters
    ----------
    data : dict
        Of the notebook's output, by kind: what it says of itself, and its pictures or its table.
    place : Place
    page : str
    site : Site
    code : str
        That drew it; without it none is shown.

    Returns
    -------
    str
        HTML without an empty line outside of the code.
    """
    said = data[EXHIBIT]
    anchor, label = place.anchor(said), place.label(said["kind"])
    links = dict(_files(data, place, site.folder))
    cite = site.cite(f"{label}. {plain(said['title'])}.", f"{page}.html#{anchor}")
    under = _under(links, code, cite, label)
    number = f'<a class="exhibit-number" href="#{anchor}">{label}</a>'
    if said["kind"] == FIGURE:
        return _figure(data, place, number, f"../{links['SVG']}", under)
    table = re.sub(r"(<caption[^>]*>)", rf"\1{number} ", "".join(data[HTML]), count=1)
    return f'<div class="exhibit exhibit-table" id="{anchor}">\n{table}\n{under}</div>'


def _figure(data: dict, place: Place, number: str, picture: str, under: str) -> str:
    said = data[EXHIBIT]
    anchor = place.anchor(said)
    width, height = size("".join(data[SVG]))
    # The class keeps the dark theme from greying it: the figure brings its own ground.
    image = (
        f'<img class="dark-light" src="{picture}" alt="{escape(said["alt"], quote=True)}"'
        f' width="{width:.0f}" height="{height:.0f}" loading="lazy">'
    )
    looks = "exhibit" if place.chapter else "exhibit quoted-figure"
    return (
        f'<figure class="{looks}" id="{anchor}" aria-labelledby="{anchor}-title">\n'
        f'<p class="exhibit-title" id="{anchor}-title">{number} {safe(said["title"])}</p>\n'
        f'<a class="exhibit-picture" href="{picture}" title="Open large">{image}</a>\n'
        f"<figcaption>{safe(said['caption'])}</figcaption>\n{_live(said)}{under}</figure>"
    )


def _live(said: dict) -> str:
    """Hand on to the page's script what it may do with a figure."""
    told = said.get("live")
    return f'<script type="application/json" class="exhibit-live">{told}</script>\n' if told else ""


def size(svg: str) -> tuple[float, float]:
    """Return width and height of a drawing in pixels.

    Parameters
    ----------
    svg : str

    Returns
    -------
    tuple of float

    Examples
    --------
    >>> size('<svg xmlns="x" width="72pt" height="36.0pt" viewBox="0 0 72 36">')
    (96.0, 48.0)
    """
    head = svg[svg.index("<svg") :].partition(">")[0]
    sides = dict(re.findall(r' (width|height)="([\d.]+)pt"', head))
    return float(sides["width"]) * PIXELS, float(sides["height"]) * PIXELS


def _files(data: dict, place: Place, folder: Path) -> Iterator[tuple[str, str]]:
    """Write the rows and the pictures, and give the words and the address of each."""
    said = data[EXHIBIT]
    stem = f"{FOLDERS[said['kind']]}/{place.prefix}{said['name']}"
    (folder / stem).parent.mkdir(parents=True, exist_ok=True)
    if said["data"]:
        (folder / f"{stem}.csv").write_text(said["data"], encoding="utf-8", newline="\n")
        yield "Data (CSV)", f"{stem}.csv"
    if SVG in data:
        (folder / f"{stem}.svg").write_text("".join(data[SVG]), encoding="utf-8", newline="\n")
        yield "SVG", f"{stem}.svg"
    if PNG in data:
        (folder / f"{stem}.png").write_bytes(b64decode("".join(data[PNG])))
        yield "PNG", f"{stem}.png"


def _under(links: dict[str, str], code: str, cite: str, label: str) -> str:
    """Return the line of links below a figure or a table."""
    offered = [f'<a href="../{address}" download>{words}</a>' for words, address in links.items()]
    if code:
        lines = highlight(code, PythonLexer(), HtmlFormatter()).strip()
        shown = f'<div class="highlight-ipython3 notranslate">{lines}</div>'
        offered.append(_fold("Code", f"of {label}", shown))
    offered.append(_fold("Cite", label, f'<p class="exhibit-cite">{escape(cite)}</p>'))
    return f'<div class="exhibit-links">\n{"".join(offered)}\n</div>\n'


def _fold(words: str, what: str, inside: str) -> str:
    hidden = f'<span class="visually-hidden"> {what}</span>'
    return f"<details><summary>{words}{hidden}</summary>{inside}</details>"


def site_of(app: Sphinx, page: str) -> Site:
    """Return the site that Sphinx builds, with an empty folder for the files of a page.

    Sphinx keeps what it made of a page until its source changes, so what stands below a figure is kept with
    it, and copied to the site once all pages are written.

    Parameters
    ----------
    app : Sphinx
    page : str

    Returns
    -------
    Site
    """
    folder = _kept(app, page)
    shutil.rmtree(folder, ignore_errors=True)
    config = app.config
    book = config.html_title or config.project
    start = f"{config.author} ({config.copyright}). "
    end = f" In: {book}, version {citation()['version']}. {config.html_baseurl or ''}"
    return Site(folder, partial(_cited, start, end))


def _kept(app: Sphinx, page: str) -> Path:
    return Path(app.doctreedir) / "files" / page


def _put(app: Sphinx, error: Exception | None) -> None:
    """Copy to the site what stands below the figures and tables of its pages."""
    if error is None and app.builder.format == "html":
        for page in sorted(app.env.found_docs):
            if _kept(app, page).is_dir():
                shutil.copytree(_kept(app, page), app.outdir, dirs_exist_ok=True)


def _cited(start: str, end: str, what: str, address: str) -> str:
    return f"{start}{what}{end}{address}"


def _number(app: Sphinx, name: str, source: list[str]) -> None:
    """Lay out a notebook as Sphinx reads it, and let other pages refer to its figures and tables."""
    if not name.startswith(CHAPTERS):
        return
    notebook = json.loads(source[0])
    called = lay_out(notebook, name, site_of(app, name))
    source[0] = json.dumps(notebook)
    labels = app.env.get_domain("std")
    for anchor, label in called.items():
        labels.anonlabels[anchor] = name, anchor  # type: ignore[attr-defined]
        labels.labels[anchor] = name, anchor, label  # type: ignore[attr-defined]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx.

    Parameters
    ----------
    app : Sphinx

    Returns
    -------
    dict
        What Sphinx wants to know of an extension.
    """
    app.connect("source-read", _number)
    app.connect("build-finished", _put, priority=400)  # before the finished pages are looked at
    return {"parallel_read_safe": True, "parallel_write_safe": True}
