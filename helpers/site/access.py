"""Site: pages say to those who hear them, or go through them by keys, what they show to others.

The theme, the notebooks' extension and docutils leave some things nameless, or under a name that is not the
one that is read; each function mends one kind, and takes a page that it has mended already as it is.
"""

import re
from collections import Counter

# What the theme's buttons open, in place of the parts of its layout that they toggle.
OPENED = {
    "Toggle primary sidebar": "Contents of the book",
    "Toggle secondary sidebar": "Contents of the page",
}
SIDEBAR = '<div id="pst-primary-sidebar"'
_CODE = re.compile(r"(Show code cell source)((?:(?!</summary>).)*</summary>)", re.DOTALL)
_HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL)
_ANCHOR = re.compile(r"<a class=\"headerlink.*?</a>|<[^>]+>")
_OWN_NAME = re.compile(
    r"(<summary) aria-label=\"Toggle hidden content\""
    r"|(<button class=\"btn search-button-field[^>]*?) aria-label=\"Search\""
)


def with_names(page: str) -> str:
    """Call what opens something as what it opens, and by the words that it shows.

    Parameters
    ----------
    page : str
        Its HTML.

    Returns
    -------
    str
        Folded code and the search's field lose a name that hides their text; who speaks to the computer says
        what is to be read there.

    Examples
    --------
    >>> with_names('<summary aria-label="Toggle hidden content"><p>Show code cell source</p></summary>')
    '<summary><p>Show code cell source</p></summary>'
    """
    for layout, opened in OPENED.items():
        page = page.replace(f'"{layout}"', f'"{opened}"')
    return _OWN_NAME.sub(lambda found: found[1] or found[2], page)


def with_code_named(page: str) -> str:
    """Call folded code by what it is of: the imports, the rows, or the part of the page in which it stands.

    Parameters
    ----------
    page : str
        Its HTML.

    Returns
    -------
    str

    Examples
    --------
    >>> page = '<h2>Who?</h2><summary>Show code cell source</summary><pre><span>import</span> this</pre>'
    >>> with_code_named(page)
    '<h2>Who?</h2><summary>Show code: imports</summary><pre><span>import</span> this</pre>'
    """
    parts = _CODE.split(page)
    called: Counter[str] = Counter()
    heading = "this part"
    for place in range(1, len(parts), 3):
        headings = _HEADING.findall(parts[place - 1])
        heading = _ANCHOR.sub("", headings[-1]).strip() if headings else heading
        what = _opened(parts[place + 2]) or heading
        called[what] += 1
        again = f" ({called[what]})" if called[what] > 1 else ""
        parts[place + 1] = parts[place + 1].replace("Hide code cell source", f"Hide code: {what}{again}")
        parts[place] = f"Show code: {what}{again}"
    return "".join(parts)


def _opened(after: str) -> str:
    """Name what folded code is of by its first words; empty text where they do not tell."""
    code = "".join(re.sub(r"<[^>]+>", "", after.partition("<pre>")[2].partition("</pre>")[0]).split())
    if code.startswith(("import", "from")):
        return "imports"
    if "=load(" in code:
        return "the rows"
    return ""


def with_landmarks(page: str) -> str:
    """Let the whole sidebar be a place that one can go to: its title and search stand outside of its list.

    Parameters
    ----------
    page : str
        Its HTML.

    Returns
    -------
    str
    """
    named = f'{SIDEBAR} role="navigation" aria-label="Book"'
    return page if named in page else page.replace(SIDEBAR, named)


def with_lists(page: str) -> str:
    """Let references be the items of the list that they stand in; docutils gives them a role that is no more.

    Parameters
    ----------
    page : str
        Its HTML.

    Returns
    -------
    str
    """
    return page.replace('role="doc-biblioentry"', 'role="listitem"')


def accessible(page: str) -> str:
    """Mend all of it.

    Parameters
    ----------
    page : str
        Its HTML.

    Returns
    -------
    str
    """
    return with_lists(with_landmarks(with_code_named(with_names(page))))
