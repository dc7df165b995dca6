"""Site: a Sphinx extension that finishes the pages once they are rendered."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from sphinx.application import Sphinx

from helpers.site import hints, lean, passages, rows

TEMPLATES = Path(__file__).with_name("templates")
GLOSSARY, REFERENCES = "book/glossary.html", "book/references.html"
SEARCHED = "search-passages.js"


def finish(site: Path, order: list[str]) -> None:
    """Finish the pages of a rendered site in place, and write what its search goes through.

    Parameters
    ----------
    site : Path
    order : list of str
        The names of the pages in the order of the book. Done twice, nothing changes.
    """
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    texts = {path: text for path, text in texts.items() if "_static" not in path.parts}
    terms = hints.of_glossary(texts.get(site / GLOSSARY, ""))
    entries = hints.of_references(texts.get(site / REFERENCES, ""))
    for path, text in texts.items():
        told = lean.without_unused(hints.with_hints(text, terms, entries))
        finished = lean.with_lazy_images(lean.with_sizes(told, path.parent))
        if finished != text:
            path.write_text(finished, encoding="utf-8")
    pages = {f"{name}.html": texts[site / f"{name}.html"] for name in order}
    (site / "_static" / SEARCHED).write_text(passages.script(pages), encoding="utf-8")
    lean.prune(site / "_static")
    if not (site / rows.SEARCHED).exists():  # who renders the pages alone has no table of results
        (site / rows.SEARCHED).write_text(rows.script(pd.DataFrame()), encoding="utf-8")


def _in_order(app: Sphinx) -> list[str]:
    """Give the pages in the order of the contents; what is in none comes last."""
    contents: list[str] = []
    waiting = [app.config.root_doc]
    while waiting:
        page = waiting.pop(0)
        contents.append(page)
        waiting = [*app.env.toctree_includes.get(page, []), *waiting]
    return [*dict.fromkeys([*contents, *sorted(app.env.found_docs)])]


def _own_search(app: Sphinx) -> None:
    """Do without Sphinx's index of words; the site has its own."""
    app.builder.search = False  # type: ignore[attr-defined]


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give the pages that no source stands for."""
    yield "search", {"title": "Search"}, "lookup.html"


def _finish(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        finish(Path(app.outdir), _in_order(app))


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
    app.config.templates_path.append(str(TEMPLATES))
    app.connect("builder-inited", _own_search)
    app.connect("html-collect-pages", _pages)
    app.connect("build-finished", _finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
