"""Site: the pages on paper: the warning on every sheet, and the whole book as one page to print.

The margins of a sheet are written by the browser (``@page``), from text in a style. So the warning, which the
configuration holds, is put into each page's head, and stands on every sheet that is printed of it.
"""

import re
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

NOT_PRINTED = ".headerlink, .exhibit-links, details.hide, .ledger-controls, script, button"
STYLES = re.compile(r'<link[^>]* href="\.\./(_static/[^"?]+\.css)[^"]*"[^>]*>')
SHEET = (
    "@page {{ size: A4; margin: 2.3cm 1.7cm 1.9cm; @top-left {{ content: '{words}'; {looks} }} {number} }}"
)
LOOKS = (
    "width: 100%; padding: 0 0 3pt; vertical-align: bottom; font: bold 7.5pt/1.35 sans-serif; color: #6b4e00;"
)
PAGE = Template("""<!DOCTYPE html>
<html lang="en" data-theme="light" data-mode="light">
<head><meta charset="utf-8"><title>$title</title>
$styles
$margins</head>
<body class="whole-book"><div class="bd-content"><div class="bd-article-container">
<header><p class="book-title">$title</p><nav><ol>$listed</ol></nav></header>
$bodies
</div></div></body></html>
""")
NUMBER = "@bottom-right { content: counter(page); font: 8pt sans-serif; color: #555; }"


def sheet(warning: str) -> str:
    r"""Return the style of the margins of a sheet: the warning above, if there is one, and the number below.

    Parameters
    ----------
    warning : str
        HTML; its words are taken.

    Returns
    -------
    str

    Examples
    --------
    >>> sheet("It's <strong>rebuilt</strong>.")[:79]
    "@page { size: A4; margin: 2.3cm 1.7cm 1.9cm; @top-left { content: 'It\\27 s rebu"
    """
    words = " ".join(unescape(re.sub(r"<[^>]+>", "", warning)).split())
    quoted = words.replace("\\", "\\5c ").replace("'", "\\27 ")
    return SHEET.format(words=quoted, looks=LOOKS if words else "", number=NUMBER)


def whole_book(site: Path, order: list[str], title: str) -> str:
    """Put the pages of a rendered site into one, whose links lead within it.

    Parameters
    ----------
    site : Path
    order : list of str
        The names of the pages in the order of the book.
    title : str

    Returns
    -------
    str
        A page for the root of the site: title and contents, then each page from a new sheet on.
    """
    texts = {name: (site / f"{name}.html").read_text(encoding="utf-8") for name in order}
    pages = {name: within(BeautifulSoup(text, "html.parser"), name, order) for name, text in texts.items()}
    first = texts[order[0]]
    styles = "\n".join(f'<link rel="stylesheet" href="{path}">' for path in STYLES.findall(first))
    margins = "".join(re.findall(r'<style class="paper">.*?</style>', first, flags=re.DOTALL))
    listed = "".join(
        f'<li><a href="#{_own(name)}">{escape(_heading(page))}</a></li>' for name, page in pages.items()
    )
    bodies = "\n".join(
        f'<article class="bd-article" id="{_own(name)}">{pages[name]}</article>' for name in pages
    )
    parts = {"title": escape(title), "styles": styles, "margins": margins, "listed": listed, "bodies": bodies}
    return PAGE.substitute(parts)


def within(page: BeautifulSoup, name: str, order: list[str]) -> Tag:
    """Take the article out of a page, with anchors and links that hold in the whole book.

    Parameters
    ----------
    page : BeautifulSoup
    name : str
        Of the page, with its folder.
    order : list of str
        The names of all pages of the book.

    Returns
    -------
    Tag
        Named anchors carry their page's name before them; a link to a file of the site is plain text.
    """
    article = page.find("article")
    assert isinstance(article, Tag)
    for element in article.select(NOT_PRINTED):
        element.decompose()
    for element in article.select("[id]"):
        element["id"] = _own(name, str(element["id"]))
    for element in article.select("[aria-labelledby], [headers]"):
        _rename(element, name)
    for image in article.select("img[src]"):
        image["src"] = _resolved(str(image["src"]), name)
        del image["loading"]
    for link in article.select("a[href]"):
        target = _target(str(link["href"]), name, order)
        if target:
            link["href"] = target
        else:
            link.unwrap()
    for element in article.select("details"):
        element["open"] = ""
    article.name = "div"
    return article


def _rename(element: Tag, name: str) -> None:
    """Point what refers to anchors to their names in the whole book."""
    for attribute in ("aria-labelledby", "headers"):
        if element.get(attribute):
            element[attribute] = " ".join(
                _own(name, each) for each in " ".join(element.get_attribute_list(attribute)).split()
            )


def _own(name: str, anchor: str = "") -> str:
    """Return an anchor of a page in the whole book; without one, of its beginning."""
    page = name.replace("/", "-")
    return f"{page}--{anchor}" if anchor else page


def _resolved(address: str, name: str) -> str:
    """Return an address as seen from the root of the site."""
    return address if ":" in address else str(_from_root(urlsplit(address).path, name))


def _from_root(path: str, name: str) -> Path:
    parts: list[str] = list(Path(name).parent.parts)
    for part in Path(unquote(path)).parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return Path(*parts)


def _target(address: str, name: str, order: list[str]) -> str:
    """Return where a link leads in the whole book; empty text if to a file beside it."""
    parts = urlsplit(address)
    if parts.scheme:
        return address
    page = _from_root(parts.path, name).with_suffix("").as_posix() if parts.path else name
    return f"#{_own(page, parts.fragment)}" if page in order else ""


def _heading(page: Tag) -> str:
    found = page.find("h1")
    return found.get_text().strip() if found else ""


def names(site: Path) -> list[str]:
    """Read the order of the pages from the contents beside the first one.

    Parameters
    ----------
    site : Path

    Returns
    -------
    list of str
        Their names with their folders, the landing page first.
    """
    landing = "book/index"
    page = BeautifulSoup((site / f"{landing}.html").read_text(encoding="utf-8"), "html.parser")
    return list(dict.fromkeys([landing, *_linked(page, landing)]))


def _linked(page: BeautifulSoup, name: str) -> Iterator[str]:
    for link in page.select(".bd-links__item a[href], nav.bd-links a[href]"):
        address = urlsplit(str(link["href"]))
        if not address.scheme and address.path.endswith(".html"):
            yield _from_root(address.path, name).with_suffix("").as_posix()


def _put_margins(app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Put the style of the sheets into a page's head."""
    warning = (app.config.html_theme_options or {}).get("announcement", "")
    style = f'<style class="paper">@media print {{ {sheet(warning)} }}</style>'
    context["metatags"] = context.get("metatags", "") + style


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
    app.connect("html-page-context", _put_margins)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
