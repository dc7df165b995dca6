"""Printing: a Sphinx extension by which the prose pages ask the study too.

``book/*.md`` is a template: what a page says of an arm, a cut-off, a month or the published abstract is
filled from the study of the cohort that the book is built for, before Sphinx reads the page.
"""

import json
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from sphinx.application import Sphinx

from helpers.ground import cohort, edition
from helpers.ground.study import Study
from helpers.printing import marks, numbered, prose
from helpers.printing.exhibits import EXHIBIT

PAGES = "book/"
TOOLS = ("jupyter-book", "sphinx", "sphinx-book-theme", "myst-nb", "matplotlib", "pandas", "numpy", "scipy")
TOOLS += ("statsmodels", "lifelines", "firthmodels", "great-tables")
QUOTES = "application/vnd.quotes+json"  # the output by which a notebook hands sentences to the pages
ABSENT = "not asked in this study"  # what a page is told where the study has no such sentence


def quotes(folder: Path) -> dict[str, str]:
    """Gather the sentences that the executed notebooks hand to the pages.

    Parameters
    ----------
    folder : Path
        Of the notebooks.

    Returns
    -------
    dict of str to str
        By name.
    """
    return {name: text for data in _outputs(folder) for name, text in data.get(QUOTES, {}).items()}


def quoted_figures(folder: Path, page: str, text: str, site: numbered.Site) -> dict[str, str]:
    """Lay out the figures that the executed notebooks hand to a page, in the order in which it names them.

    Parameters
    ----------
    folder : Path
        Of the notebooks.
    page : str
        Its name, with its folder.
    text : str
        Its template.
    site : Site

    Returns
    -------
    dict of str to str
        By name the element of the page; none of figures that this page does not name.
    """
    handed = {data[EXHIBIT]["quoted"]: data for data in _outputs(folder) if "quoted" in data.get(EXHIBIT, {})}
    named = [name for name in dict.fromkeys(re.findall(r"\bquoted\.(\w+)", text)) if name in handed]
    places = (numbered.place_of(page, number) for number in range(1, len(named) + 1))
    return {
        name: numbered.drawn(handed[name], place, page, site)
        for name, place in zip(named, places, strict=True)
    }


def _outputs(folder: Path) -> Iterator[dict]:
    """Give the outputs of the executed notebooks, by kind."""
    for path in sorted(folder.glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            yield from (output.get("data", {}) for output in cell.get("outputs", []))


def filled(text: str, study: Study, quoted: dict[str, str]) -> str:
    """Fill a page's template.

    Parameters
    ----------
    text : str
        Markdown with Jinja's ``{{ … }}`` and ``{% … %}``, in which ``study`` is the study, ``quoted`` has the
        notebooks' sentences by name, and ``months``, ``inside`` and ``spelled`` are those of
        `helpers.printing.prose`, ``legend`` that of `helpers.printing.marks`; ``absent`` is `ABSENT`, and
        ``edition`` what `helpers.ground.edition` says, with ``day`` to print a
        date, ``data_date`` of the data and the versions of the ``tools`` by name.
    study : Study
    quoted : dict of str to str
        As `quotes` gathers them.

    Returns
    -------
    str
    """
    pages = Environment(undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True)
    words: dict[str, Any] = {
        "months": prose.months,
        "inside": prose.inside,
        "spelled": prose.spelled,
        "legend": marks.legend,
    }
    words |= {"absent": ABSENT}
    if "edition." in text:
        words |= {"edition": edition.edition(), "day": edition.day, "tools": tools()}
        words |= {"data_date": cohort.about()["date"]}
    return pages.from_string(text).render(study=study, quoted=quoted, **words)


def tools() -> dict[str, str]:
    """Give the versions of the packages that the colophon names.

    Returns
    -------
    dict of str to str
        By the package's name.
    """
    return {name: version(name) for name in TOOLS}


def _fill(app: Sphinx, name: str, source: list[str]) -> None:
    """Fill a page as Sphinx reads it; the notebooks have filled their own text."""
    if name.startswith(PAGES):
        folder = Path(app.srcdir) / "notebooks"
        figures = quoted_figures(folder, name, source[0], numbered.site_of(app, name))
        source[0] = filled(source[0], cohort.study_of(), quotes(folder) | figures)
        # A page is read again when what it quotes may have changed.
        for path in [*folder.glob("*.ipynb"), *Path(app.srcdir).glob("edition.txt")]:
            app.env.note_dependency(str(path))


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
    app.connect("source-read", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
