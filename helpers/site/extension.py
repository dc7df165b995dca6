"""Site: a Sphinx extension that finishes the pages once they are rendered."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from helpers.ground import cohort, edition
from helpers.site import access, card, head, hints, lean, passages, rows

TEMPLATES = Path(__file__).with_name("templates")
GLOSSARY, REFERENCES = "book/glossary.html", "book/references.html"
SEARCHED = "search-passages.js"
FINISHED = "finished.json"


def finish(site: Path, order: list[str], written: set[str], kept: Path) -> None:
    """Finish the pages of a rendered site in place, and write what its search goes through.

    Parameters
    ----------
    site : Path
    order : list of str
        The names of the pages in the order of the book.
    written : set of str
        The names of those that were rendered since all were finished. The others are left as they are, unless
        a hint that they may hold changed.
    kept : Path
        A file, for the hints and the passages of the pages from one time to the next.
    """
    last = json.loads(kept.read_text("utf-8")) if kept.is_file() else {"hints": [], "passages": {}}
    told = [hints.of_glossary(_text(site / GLOSSARY)), hints.of_references(_text(site / REFERENCES))]
    found = last["passages"]
    for name in sorted(written if told == last["hints"] else _pages_of(site)):
        path = site / f"{name}.html"
        page = _text(path)
        lighter = lean.without_unused(hints.with_hints(page, *told))
        finished = access.accessible(lean.with_lazy_images(lean.with_sizes(lighter, path.parent)))
        if finished != page:
            path.write_text(finished, encoding="utf-8")
        found[name] = passages.found(f"{name}.html", finished)
    script = passages.script([passage for name in order for passage in found[name]])
    (site / "_static" / SEARCHED).write_text(script, encoding="utf-8")
    lean.prune(site / "_static")
    if not (site / rows.SEARCHED).exists():  # who renders the pages alone has no table of results
        (site / rows.SEARCHED).write_text(rows.script(pd.DataFrame()), encoding="utf-8")
    kept.write_text(json.dumps({"hints": told, "passages": found}), encoding="utf-8")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _pages_of(site: Path) -> set[str]:
    paths = (path.relative_to(site) for path in site.rglob("*.html"))
    return {path.with_suffix("").as_posix() for path in paths if "_static" not in path.parts}


def _in_order(app: Sphinx) -> list[str]:
    """Give the pages in the order of the contents; what is in none comes last."""
    contents: list[str] = []
    waiting = [app.config.root_doc]
    while waiting:
        page = waiting.pop(0)
        contents.append(page)
        waiting = [*app.env.toctree_includes.get(page, []), *waiting]
    return [*dict.fromkeys([*contents, *sorted(app.env.found_docs)])]


def _begin(app: Sphinx) -> None:
    """Do without Sphinx's index of words, as the site has its own; learn once what each foot says."""
    app.builder.search = False  # type: ignore[attr-defined]
    about = cohort.about()
    tables = ["results.csv", *["ranges.csv"] * cohort.has_ranges()]
    tables += ["ledger.csv"] * (cohort.study_of().claims is not None)
    known = {
        "edition": edition.edition(),
        "data": about["date"],
        "tables": tables,
        "is_cited": _is_cited(about),
    }
    written: set[str] = set()
    app.connect("html-page-context", partial(_say, known=known, written=written))
    app.connect("build-finished", partial(_finish, written=written))


def _is_cited(about: dict[str, str]) -> bool:
    """Tell whether a book says how it is cited."""
    return about["provenance"] == "reconstructed" or bool(about["citation"])


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give the pages that no source stands for."""
    yield "search", {"title": "Search"}, "lookup.html"
    yield "404", {"title": "Nothing here", "html_baseurl": app.config.html_baseurl}, "nothing_here.html"


def _say(
    app: Sphinx,
    name: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
    known: dict[str, Any],
    written: set[str],
) -> None:
    """Put into a page what it says of itself, and its foot."""
    written.add(name)
    book, text = app.config.html_title or app.config.project, head.description(doctree)
    said = head.tags(name, context.get("title", book), book, text, app.config.html_baseurl)
    context["metatags"] = context.get("metatags", "") + said
    context["theme_extra_footer"] = head.foot(pathto=context["pathto"], **known)


def _present(site: Path, names: list[str], address: str) -> None:
    """Write what needs the address of the site: the list of its pages, and its card."""
    known, about = edition.edition(), cohort.about()
    (site / "sitemap.xml").write_text(head.sitemap(names, address, known.date), encoding="utf-8")
    rebuilt = ": rebuilt from a conference abstract, no evidence about patients"
    rebuilt = rebuilt if about["provenance"] == "reconstructed" else ""
    drawn = card.draw(cohort.study_of().short_title, about["title"] + rebuilt, f"Version {known.version}")
    card.write(drawn, site / "_static" / head.CARD)


def _finish(app: Sphinx, error: Exception | None, written: set[str]) -> None:
    if error is None and app.builder.format == "html":
        finish(Path(app.outdir), _in_order(app), written, Path(app.doctreedir) / FINISHED)
        if app.config.html_baseurl:
            _present(Path(app.outdir), _in_order(app), app.config.html_baseurl)


def left_out(app: Sphinx, env: BuildEnvironment, node: nodes.Element, shown: nodes.Node) -> nodes.Node | None:
    """Show as plain words a term that the glossary has, and leaves out in this book.

    Parameters
    ----------
    app : Sphinx
    env : BuildEnvironment
    node : Element
        A reference that leads nowhere.
    shown : Node
        Its words.

    Returns
    -------
    Node or None
        None where the glossary has no such term, which Sphinx then tells of.
    """
    if node.get("reftype") != "term":
        return None
    source = (Path(env.srcdir) / GLOSSARY).with_suffix(".md").read_text(encoding="utf-8")
    return shown if node["reftarget"].lower() in source.lower().splitlines() else None


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
    app.connect("builder-inited", _begin)
    app.connect("html-collect-pages", _pages)
    app.connect("missing-reference", left_out)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
