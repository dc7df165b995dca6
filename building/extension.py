"""A Sphinx extension: the last touches that the site gets, whoever calls Sphinx."""

import functools
from pathlib import Path
from typing import Any

import pybtex.plugin
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

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
    app.connect("doctree-read", _mention)
    app.connect("env-updated", _concerned, priority=900)  # after the citations have their names
    app.connect("build-finished", _finish, priority=900)  # after the table of contents put its own page there
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _mention(app: Sphinx, doctree: nodes.document) -> None:
    """Remember the names of what a page refers to, as it is read."""
    targets = [node.get("reftarget", "") for node in doctree.findall(addnodes.pending_xref)]
    # As in ``page.md#thing``, and in a citation of several.
    names = {name.strip().lower() for target in targets for name in target.rpartition("#")[2].split(",")}
    env: Any = app.env
    env.mentioned = getattr(env, "mentioned", {}) | {env.docname: names}


def _concerned(app: Sphinx, env: Any) -> set[str]:
    """Name the pages to be written beside those that were read: all where the contents changed.

    Otherwise those that refer to a thing of another page that came, went or is called otherwise.
    """
    shared = [env.titles, env.longtitles, env.toctree_includes, env.toc_secnumbers, env.toc_fignumbers]
    contents = repr([sorted((name, str(of)) for name, of in each.items()) for each in shared])
    things = {(thing[0], str(thing)) for domain in env.domains.values() for thing in domain.get_objects()}
    things |= {(cited.key, cited.formatted_entry.label) for cited in env.domains["cite"].citations}
    known_contents, known = getattr(env, "said", ("", set()))
    env.said = contents, things
    if known_contents != contents:
        return set(env.found_docs)
    changed = {name.lower() for name, _ in known ^ things}
    return {page for page, names in env.mentioned.items() if changed & names}


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
