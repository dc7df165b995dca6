"""Printing: a Sphinx extension by which the prose pages ask the study too.

``book/*.md`` is a template: what a page says of an arm, a cut-off, a month or the published abstract is
filled from the study of the cohort that the book is built for, before Sphinx reads the page.
"""

from typing import Any

from jinja2 import Environment, StrictUndefined
from sphinx.application import Sphinx

from helpers.ground import cohort
from helpers.ground.study import Study
from helpers.printing import prose

PAGES = "book/"


def filled(text: str, study: Study) -> str:
    """Fill a page's template.

    Parameters
    ----------
    text : str
        Markdown with Jinja's ``{{ … }}`` and ``{% … %}``, in which ``study`` is the study, and ``months``,
        ``inside`` and ``spelled`` are those of `helpers.printing.prose`.
    study : Study

    Returns
    -------
    str
    """
    pages = Environment(undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True)
    return pages.from_string(text).render(
        study=study, months=prose.months, inside=prose.inside, spelled=prose.spelled
    )


def _fill(_: Sphinx, name: str, source: list[str]) -> None:
    """Fill a page as Sphinx reads it; the notebooks have filled their own text."""
    if name.startswith(PAGES):
        source[0] = filled(source[0], cohort.study_of())


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
