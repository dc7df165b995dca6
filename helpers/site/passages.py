"""Site: the passages that the search goes through: what a section, a term, a claim says, without code."""

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_ARTICLE = re.compile(r'<article class="bd-article">(.*?)</article>', re.DOTALL)
_CODE = re.compile(r'<details class="[^"]*above-input[^"]*">.*?</details>|<pre\b.*?</pre>', re.DOTALL)
ASIDE = ("headerlink", "label", "exhibit-links")  # classes of what a reader does not read there
SKIPPED = {"script", "style", "svg", "form", "button"}
BREAKS = {"p", "li", "dt", "dd", "summary", "caption", "tr", "h1", "h2", "h3", "h4", "img", "br"}
NOT_SAID = {"headerlink", "label", "exhibit-links"}  # classes
LINE, CELL = "\n", "\N{MIDDLE DOT}"
HEADINGS = {"h1", "h2", "h3", "h4"}
# What has an anchor and stands for itself: a term of the glossary, a claim, an entry of the references.
OWN = {"dt": re.compile("term-"), "tbody": re.compile("claim-"), "div": re.compile(r"id\d+$")}


@dataclass
class Passage:
    """One place of a page that a search can lead to.

    Attributes
    ----------
    anchor : str
        Its id on the page; empty at the head of the page.
    title : str
        Its heading, or the first words of what has none.
    texts : list of str
        What it says, piece by piece.
    rows : list of str
        The ids of the results that it shows, each once.
    """

    anchor: str
    title: str = ""
    texts: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Reads an article into passages."""

    def __init__(self) -> None:
        super().__init__()
        self.found = [Passage("")]
        self._skipping: list[str] = []
        self._section = ""
        self._heading = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Begin a passage, a line or a cell; note the row that is shown."""
        given = {name: value or "" for name, value in attributes}
        if tag in SKIPPED or self._skipping or given.get("class") in NOT_SAID:
            self._skipping += [tag] if tag not in ("img", "br", "input", "hr", "col") else []
            return
        self._open(tag, given)
        if tag in ("td", "th"):
            self._say(CELL)
        elif tag in BREAKS:
            self._say(LINE)
        if tag == "img":
            self._say(given.get("alt", ""))
        self._note(given.get("data-row", ""))

    def _open(self, tag: str, given: dict[str, str]) -> None:
        anchor = given.get("id", "")
        if tag == "section":
            self._section = anchor
        elif tag in HEADINGS:
            self._begin(self._section if tag != "h1" else "")
            self._heading = tag
        elif tag in OWN and OWN[tag].match(anchor) and given.get("class", "citation") == "citation":
            self._begin(anchor)
            self._heading = tag if tag == "dt" else ""

    def _begin(self, anchor: str) -> None:
        self.found.append(Passage(anchor))

    def _note(self, row: str) -> None:
        if row and row not in self.found[-1].rows:
            self.found[-1].rows.append(row)

    def _say(self, text: str) -> None:
        if self._heading:
            self.found[-1].title += text
        else:
            self.found[-1].texts.append(text)

    def handle_endtag(self, tag: str) -> None:
        """End what is skipped, and a heading."""
        if self._skipping:
            if tag == self._skipping[-1]:
                self._skipping.pop()
        elif tag == self._heading:
            self._heading = ""

    def handle_data(self, data: str) -> None:
        """Take a piece of text."""
        if not self._skipping:
            self._say(re.sub(r"\s+", " ", data))


def _on_lines(text: str) -> str:
    """Put each line on one, and the cells of a row beside each other."""
    rows = (filter(None, (" ".join(cell.split()) for cell in line.split(CELL))) for line in text.split(LINE))
    return "\n".join(filter(None, (f" {CELL} ".join(row) for row in rows)))


def of_page(page: str) -> list[Passage]:
    """Read the passages of a page.

    Parameters
    ----------
    page : str
        Its HTML as the theme lays it out.

    Returns
    -------
    list of Passage
        In the order of the page, without code; none of a page without an article.
    """
    article = _ARTICLE.search(page)
    if article is None:
        return []
    reader = _Reader()
    reader.feed(_CODE.sub("", article[1]))
    return [passage for passage in map(_whole, reader.found) if passage.title]


def _whole(passage: Passage) -> Passage:
    """Join the pieces; what has no heading takes its first cell for one."""
    title, text = " ".join(passage.title.split()), _on_lines("".join(passage.texts))
    if not title:
        title, _, text = text.replace(f" {CELL} ", "\n", 1).partition("\n")
    return Passage(passage.anchor, title, [text], passage.rows)


def found(address: str, page: str) -> list[list[str]]:
    """List the passages of a page as the search shows them.

    Parameters
    ----------
    address : str
        Of the page from the root of the site.
    page : str
        Its HTML.

    Returns
    -------
    list of list of str
        Place, chapter, title and text of each, and the ids of its rows.
    """
    passages = of_page(page)
    return [
        [
            f"{address}#{passage.anchor}" if passage.anchor else address,
            passages[0].title,
            passage.title,
            passage.texts[0],
            " ".join(passage.rows),
        ]
        for passage in passages
    ]


def script(passages: list[list[str]]) -> str:
    """Write passages as a script that the search loads, as a page opened from disk can.

    Parameters
    ----------
    passages : list of list of str
        As `found` lists them, in the order of the book.

    Returns
    -------
    str
    """
    lines = ",\n".join(json.dumps(passage, ensure_ascii=False) for passage in passages)
    return f"globalThis.searchPassages = [\n{lines}\n];\n"
