"""Site: a term or a citation says its text where it stands, on hover and on focus.

The texts are those of the built glossary and the built list of references. They are put into each link as
``data-told``, so that nothing is loaded for them; ``hints.js`` shows them.
"""

import re
from html import escape, unescape

LONGEST = 420  # characters of a hint; the glossary and the references have the whole
_TERM = re.compile(r'<dt id="(term-[^"]+)">(.*?)</dt><dd>(.*?)</dd>', re.DOTALL)
_ENTRY = re.compile(r'<div class="citation" id="([^"]+)".*?</span>\s*<p>(.*?)</p>', re.DOTALL)
_LINK = re.compile(r'<a class="reference internal" href="([^"#]*)#([^"]+)"([^>]*)>')
_OWN = re.compile(r' (?:title|data-told|data-kind)="[^"]*"')


def words(html: str) -> str:
    r"""Return what a piece of HTML says, on one line.

    Parameters
    ----------
    html : str

    Returns
    -------
    str

    Examples
    --------
    >>> words("<em>CD4</em> &amp; <a href='#'>CD8</a>\n cells")
    'CD4 & CD8 cells'
    """
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def shortened(text: str, longest: int = LONGEST) -> str:
    """Cut a text at the end of a word, and say so.

    Parameters
    ----------
    text : str
    longest : int
        Characters that may stand.

    Returns
    -------
    str

    Examples
    --------
    >>> shortened("one two three", 9)
    'one two …'
    """
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + " …"


def of_glossary(page: str) -> dict[str, str]:
    """Read the terms of the built glossary.

    Parameters
    ----------
    page : str
        Its HTML.

    Returns
    -------
    dict of str to str
        Term and meaning by the anchor of the term.
    """
    texts = re.sub(r'<a class="headerlink".*?</a>', "", page, flags=re.DOTALL)
    return {
        anchor: shortened(f"{words(term)}: {words(meaning)}")
        for anchor, term, meaning in _TERM.findall(texts)
    }


def of_references(page: str) -> dict[str, str]:
    """Read the entries of the built list of references.

    Parameters
    ----------
    page : str
        Its HTML.

    Returns
    -------
    dict of str to str
        The entry by its anchor.
    """
    return {anchor: shortened(words(text)) for anchor, text in _ENTRY.findall(page)}


def with_hints(page: str, terms: dict[str, str], entries: dict[str, str]) -> str:
    """Put the texts of terms and entries into the links that lead to them.

    Parameters
    ----------
    page : str
        The HTML of a page.
    terms, entries : dict of str to str
        As `of_glossary` and `of_references` return them.

    Returns
    -------
    str
        The hint replaces the link's title, which a keyboard cannot reach.
    """

    def _told(link: re.Match) -> str:
        address, anchor, rest = link.groups()
        kind, texts = ("term", terms) if anchor.startswith("term-") else ("citation", entries)
        leads_there = anchor in texts and (kind == "term" or address.endswith("references.html"))
        if not leads_there:
            return link[0]
        hint = f' data-kind="{kind}" data-told="{escape(texts[anchor], quote=True)}"'
        return f'<a class="reference internal" href="{address}#{anchor}"{_OWN.sub("", rest)}{hint}>'

    return _LINK.sub(_told, page)
