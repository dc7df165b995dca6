"""A Sphinx extension: the last touches that the site gets, whoever calls Sphinx."""

import functools
from pathlib import Path
from typing import Any

import pybtex.plugin
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from building.inputs import Inputs
from building.places import BUILD, Place
from helpers.ground.paths import REBUILT, ROOT


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
    # It looks through every installed package for each citation, which is half of the time of all pages.
    pybtex.plugin._load_entry_point = functools.cache(pybtex.plugin._load_entry_point)
    app.connect("env-updated", _everywhere)
    app.connect("build-finished", _finish, priority=900)  # after the table of contents put its own page there
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _everywhere(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """Name every page to be written where what a page may say of others changed, and none otherwise."""
    objects = [thing for domain in env.domains.values() for thing in domain.get_objects()]
    contents = {name: contents.astext() for name, contents in env.tocs.items()}
    said = repr((sorted(map(str, objects)), sorted(contents.items()), sorted(env.toctree_includes.items())))
    known, env.said = getattr(env, "said", None), said  # type: ignore[attr-defined]
    return set() if known == said else env.found_docs


def _finish(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.name == "html":
        _land(Path(app.outdir))
        if Path(app.srcdir) == ROOT:
            _add_tables(Path(app.outdir))


def _land(pages: Path) -> None:
    """Let the landing page also stand at the site's root; the base element keeps its relative links right."""
    landing = (pages / "book" / "index.html").read_text(encoding="utf-8")
    root_page = landing.replace("<head>", '<head>\n    <base href="book/index.html">', 1)
    (pages / "index.html").write_text(root_page, encoding="utf-8")


def _add_tables(pages: Path) -> None:
    """Give the tables to a site that `jupyter-book build .` made, from the last build of the book or anew."""
    from building import tables  # which loads all analyses, and most builds have made the tables already
    from helpers.ground import cohort
    from helpers.site import describe

    inputs, place = Inputs(ROOT, REBUILT), Place(BUILD)
    if not tables.is_current(place.tables, inputs):
        tables.make(cohort.load(REBUILT), inputs, place.tables, place.private)
    tables.put(place.tables, pages)
    describe.site(pages)
