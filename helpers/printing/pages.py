"""Printing: a Sphinx extension by which the prose pages ask the study too.

``book/*.md`` is a template: what a page says of an arm, a cut-off, a month or the published abstract is
filled from the study of the cohort that the book is built for, before Sphinx reads the page.
"""

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from sphinx.application import Sphinx

from helpers.ground import cohort
from helpers.ground.study import Study
from helpers.printing import marks, prose

PAGES = "book/"
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
    cells = (
        cell
        for path in sorted(folder.glob("*.ipynb"))
        for cell in json.loads(path.read_text("utf-8"))["cells"]
    )
    outputs = (output.get("data", {}) for cell in cells for output in cell.get("outputs", []))
    return {name: text for data in outputs for name, text in data.get(QUOTES, {}).items()}


def filled(text: str, study: Study, quoted: dict[str, str]) -> str:
    """Fill a page's template.

    Parameters
    ----------
    text : str
        Markdown with Jinja's ``{{ … }}`` and ``{% … %}``, in which ``study`` is the study, ``quoted`` has the
        notebooks' sentences by name, and ``months``, ``inside`` and ``spelled`` are those of
        `helpers.printing.prose`, ``legend`` that of `helpers.printing.marks`; ``absent`` is `ABSENT`.
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
    return pages.from_string(text).render(study=study, quoted=quoted, **words)


def _fill(app: Sphinx, name: str, source: list[str]) -> None:
    """Fill a page as Sphinx reads it; the notebooks have filled their own text."""
    if name.startswith(PAGES):
        source[0] = filled(source[0], cohort.study_of(), quotes(Path(app.srcdir) / "notebooks"))


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
