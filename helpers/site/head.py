"""Site: what a page says of itself to those who link to it, and at its foot which edition it is."""

import re
from collections.abc import Callable
from html import escape

from docutils import nodes

from helpers.ground.edition import Edition, day
from helpers.site.hints import shortened, words

LONGEST = 200  # characters of a description; what shows one cuts it about there
CARD = "card.png"
CARD_SIZE = (1200, 630)  # pixels, as those who show cards ask for


def description(doctree: nodes.document | None) -> str:
    """Take a page's first paragraph for its description.

    Parameters
    ----------
    doctree : document or None
        Of the page; None for a page without a source.

    Returns
    -------
    str
        Empty where the page has no paragraph.
    """
    if doctree is None:
        return ""
    for paragraph in doctree.findall(nodes.paragraph):
        text = words(paragraph.astext())
        if re.search(r"\w+ \w+ \w+", text) and not isinstance(paragraph.parent, nodes.admonition):
            return shortened(text, LONGEST)
    return ""


def tags(name: str, title: str, book: str, text: str, address: str) -> str:
    """Write the tags by which a page is found and shown.

    Parameters
    ----------
    name : str
        Of the page, such as ``book/index``.
    title, book : str
        Of the page and of the whole.
    text : str
        The description; without one its tags are left out.
    address : str
        Of the hosted site; empty where it has none. Tags that need it are left out then.

    Returns
    -------
    str
        HTML.
    """
    named = {"og:type": "article", "og:site_name": book, "og:title": words(title)}
    named |= {"og:description": text} if text else {}
    plain = {"description": text} if text else {}
    plain["twitter:card"] = "summary_large_image" if address else "summary"
    if address:
        base = address.rstrip("/")
        named |= {"og:url": f"{base}/{name}.html", "og:image": f"{base}/_static/{CARD}"}
        named |= dict(zip(("og:image:width", "og:image:height"), map(str, CARD_SIZE), strict=True))
        named["og:image:alt"] = book
    lines = [f'<meta name="{key}" content="{escape(value)}">' for key, value in plain.items()]
    lines += [f'<meta property="{key}" content="{escape(value)}">' for key, value in named.items()]
    return "\n".join(["", *lines, ""])


def foot(edition: Edition, data: str, tables: list[str], pathto: Callable[..., str], is_cited: bool) -> str:
    """Write the foot of a page: the tables behind the book, the edition, and how to cite it.

    Parameters
    ----------
    edition : Edition
    data : str
        The day of the data; empty where it is not known.
    tables : list of str
        The files at the root of the site.
    pathto : callable
        Sphinx's: the address of a file or a page from the page at hand.
    is_cited : bool
        Whether the book is one that others may cite; one of a hospital's own rows is its own affair.

    Returns
    -------
    str
        HTML.
    """
    links = " · ".join(f'<a href="{pathto(table, 1)}">{table}</a>' for table in tables)
    known = {"data of": day(data), "built from": edition.source}
    told = [f"Version {edition.version}", *(f"{key} {value}" for key, value in known.items() if value)]
    colophon = pathto("book/colophon").removesuffix("#")  # which is all that leads from the page to itself
    cite = f' · <a href="{colophon}#cite-this">Cite this</a>' if is_cited else ""
    return (
        f'<p class="edition">The tables behind the book: {links}</p>\n'
        f'<p class="edition">{escape(" · ".join(told))}{cite} · <a href="{colophon}#">Colophon</a></p>'
    )


def sitemap(names: list[str], address: str, changed: str) -> str:
    """List the pages of the site for search engines.

    Parameters
    ----------
    names : list of str
        Of the pages.
    address : str
        Of the hosted site.
    changed : str
        The day of the last change; empty where it is not known.

    Returns
    -------
    str
        XML, as https://www.sitemaps.org says.
    """
    day_of = f"<lastmod>{changed}</lastmod>" if changed else ""
    places = "".join(
        f"  <url><loc>{escape(address.rstrip('/'))}/{escape(name)}.html</loc>{day_of}</url>\n"
        for name in names
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{space}">\n{places}</urlset>\n'
