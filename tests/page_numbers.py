"""Reads the numbers of a built page: under which row's name each stands, and which stand under none."""

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
from bs4 import BeautifulSoup, SoupStrainer, Tag

from helpers.ground.cohort_parts import REBUILT_NOTE
from helpers.ground.standing import OPEN, REACHED
from helpers.ground.study import Study
from helpers.printing import prose
from helpers.printing.marks import plain

NUMBER = re.compile(r"(?<![\w.])[−+-]?\d+(?:[.,]\d+)*%?(?!\w)")
NOT_READ = (  # code, and what is no saying of the page
    "script, style, .cell_input, details.above-input, .highlight-ipython3, .headerlink, .exhibit-cite, "
    ".prev-next-footer, .math"
)
SAID_BESIDE = ("title", "aria-label", "aria-description", "placeholder", "value")
NAMED = ("standing", "part", "tally")
GAP = " \N{BLACK SQUARE} "  # where a number stood under a name
_ONE = r"[<>]? ?[−+-]?\d+(?:[.,]\d+)*%?"
_UNIT = r"(?: (?:months?|points|years|days))?"
# A range, and a share of the cohorts; what else is said of an open result is one value.
RANGE = re.compile(rf"(?<![\w.]){_ONE}{_UNIT} (?:to|and) {_ONE}|\d+% (?=of the (?:cohorts|curves|draws))")
SENTENCE = re.compile(r"(?<=[.;:?!]) ")
LEAST = 6  # letters of what is taken for the name of a result
OF_SEARCHES = re.compile(  # numbers of the searches and the draws that stand beside the name of a result
    r"P = [\d.]+ \(prints\)|(?:test|chi-square|z test)(?: gives|,) P = [\d.]+|[\d.]+ × 10[⁰¹²³⁴-⁹]+"
    r"|\d+/\d+ v \d+/\d+|So read, it is \d+/\d+ of"
    r"|\d+ of \d+ at risk|at most [\d.]+-fold|standard deviation [\d.]+|\d+ to \d+ / \d+"
    r"|\d+ first draws?"
)


@dataclass(frozen=True)
class Told:
    """A piece of a page that stands under a name.

    Attributes
    ----------
    look : str
        printed, follows, open, part or tally.
    row : str
        The id of its row; empty where it is no row's.
    text : str
    """

    look: str
    row: str
    text: str


def article(page: str) -> Tag:
    """Return what a page says, without its code."""
    found = BeautifulSoup(page, "html.parser").find("article")
    for element in found.select(NOT_READ):
        element.decompose()
    for link in found.select('a[href*="references.html"], a[href^="#id"]'):
        link.replace_with("")
    return found


def named(page: Tag) -> list[Told]:
    """List the pieces of a page that stand under a name."""
    return [
        Told(_look(span), span.get("data-row", ""), span.get_text())
        for span in page.select(", ".join(f"span.{name}" for name in NAMED))
        if span.find_parent(class_="standing-legend") is None
    ]


def _look(span: Tag) -> str:
    first, *rest = span["class"]
    return rest[0] if first == "standing" else first


def running(page: Tag) -> str:
    """Return the text of a page in which a gap stands for each piece under a name."""
    copy = BeautifulSoup(str(page), "html.parser")
    for span in copy.select(", ".join(f"span.{name}" for name in NAMED)):
        span.replace_with(GAP)
    return " ".join(copy.get_text(" ").split())


def alternatives(page: Tag) -> list[str]:
    """Return the texts that stand for the figures of a page, but for those of one cohort of many."""
    return [image["alt"] for image in page.select("img[alt]") if "one of many" not in image["alt"].lower()]


def beside(page: Tag) -> list[str]:
    """Return what a page says in attributes, which is shown on hover or read aloud, but for the glossary."""
    notes = [mark["data-told"] for mark in page.select(".standing[data-told]")]
    return notes + [tag[name] for tag in page.find_all(True) for name in SAID_BESIDE if tag.get(name)]


def live_cells(page: str) -> list[tuple[str, str]]:
    """Return the cells that the sliders of a page show, each with its standing."""
    sliders = SoupStrainer("script", class_="exhibit-live")
    scripts = BeautifulSoup(page, "html.parser", parse_only=sliders).select("script")
    told = (json.loads(script.string).get("slider", {}) for script in scripts)
    return [tuple(cell) for one in told for row in one.get("rows", []) for at in row["cells"] for cell in at]


def drawings(page: Tag, folder: Path) -> Iterator[str]:
    """Give the SVG of each figure of a page."""
    for image in page.select("img[src]"):
        source = image["src"]
        inside = source.startswith("data:")
        yield (
            b64decode(source.partition("base64,")[2]).decode()
            if inside
            else (folder / source).read_text("utf-8")
        )


@cache
def drawn(figure: str) -> list[str]:
    """Return the texts of a figure beside its axes' ticks; none of a figure of one cohort of many."""
    builder = ElementTree.TreeBuilder(insert_comments=True)
    root = ElementTree.fromstring(figure, ElementTree.XMLParser(target=builder))
    texts = list(_texts(root))
    return [] if any(REBUILT_NOTE in text for text in texts) else texts


def _texts(element: ElementTree.Element) -> Iterator[str]:
    for child in element:
        if child.tag is ElementTree.Comment:
            yield child.text.strip()
        elif not child.get("id", "").startswith(("xtick", "ytick")):
            yield from _texts(child)


def numbers(text: str) -> list[str]:
    """Return the numbers of a text, as they print, with a plain minus, no plus and no per cent."""
    return [found[0].replace("−", "-").strip("+%") for found in NUMBER.finditer(text)]


class Allowed:
    """What may stand without a name: kinds that are computed from the study and the results, not listed.

    Parameters
    ----------
    rows : DataFrame
        Result rows with their standing and range.
    study : Study
    claims : DataFrame
        What is printed, as `evidence.claims.load.load` returns it.
    """

    def __init__(self, rows: pd.DataFrame, study: Study, claims: pd.DataFrame):
        self.study = study
        self.claimed = claims.assign(result_id=claims["result_id"].astype(str)).groupby("result_id")["value"]
        self.claimed = self.claimed.agg(lambda values: {f"{value:g}" for value in values.dropna()}).to_dict()
        self.ranges = {str(row["id"]): plain(prose.bare(row)) for _, row in rows.iterrows() if _is_open(row)}
        self.known = [row for _, row in rows.iterrows() if not _is_open(row)]
        self.names = _whole(name for column in ("label", "population", "method") for name in rows[column])
        self.sizes = {f"{row['n']:.0f}" for row in self.known if pd.notna(row["n"])}
        met = [_as_met(row) for _, row in rows.iterrows() if _is_open(row)]
        spans = [*self.ranges.values(), *(plain(prose.bare(row)) for row in met)]
        self.spans = _whole(form for text in spans for form in _forms(text))
        self.nouns = _nouns(row["label"] for _, row in rows.iterrows() if _is_open(row))
        self.kinds = re.compile("|".join(self._kinds()), re.IGNORECASE)
        self.left = cache(self.left)  # a page that is changed in one place says all else again

    def _kinds(self) -> Iterator[str]:
        study = self.study
        yield rf"\b{re.escape(f'{study.alpha:g}')}\b"  # the level of the tests
        yield r"\b95 ?% (?:CI|CrI|credible|Wald|(?:confidence )?(?:interval|band)s?\b)"
        yield r"\b95 ?% of (?:the|made-up) (?:Kaplan-Meier )?(?:cohorts|curves|draws)"
        for cut in {side.above for side in study.burden if side.above is not None}:
            yield rf"(?:[>≤]|more than|at least|at most|above|below) {cut:g} ?%"
        yield rf"\b(?:{'|'.join(map(str, study.horizons))})(?= months?\b)"
        yield r"\bday[- ]\d+\b"  # a visit's
        yield r"\bat \d\d% blasts\b"  # where a fitted curve is read
        yield r"(?<![\w.])[01](?!\w|%|\.\d)"  # the values of no difference
        yield r"\b(?:table|figure|chapter|type) \d(?:a?\.\d+|a)?\b"
        yield r"\b(?:10|200) (?:percentage )?points\b"  # the step of an odds ratio, the widest contrast
        yield r"\bBeta\([^)]*\)"
        yield r"\(\w+ (?:19|20)\d\d\)"  # a reference in a method's name
        yield r"\b30\.4375 days\b"  # a month
        yield r"\b(?:exceed|beyond|difference of) 0\.1\b"  # a notable standardised difference
        yield r"CD\d+\w*"  # a marker of cells
        yield r"\b0\.5 is a coin\b|chi-square is above 2\b"  # of a prediction, of a selection
        # Of a reading that was drawn by itself, of a family of tests.
        yield r"\bover [\d,]+ (?:cohorts|printed P values)\b"

    def left(self, text: str) -> list[tuple[str, str]]:
        """Return the numbers that may not stand there, each with what is around it."""
        for names in (self.names, self.spans):
            text = names.sub(GAP, text)
        text = self.kinds.sub(GAP, _without_quotes(text, set().union(*self.claimed.values())))
        return [
            (found[0], text[max(0, found.start() - 60) : found.end() + 30])
            for found in NUMBER.finditer(text)
            if found[0] not in self.sizes
        ]

    def beside_known(self, text: str) -> list[tuple[str, str]]:
        """Return the numbers of a figure or its text that no known row prints."""
        prints = self.prints
        return [found for found in self.left(text) if not set(numbers(found[0])) <= prints]

    def singly(self, text: str) -> list[tuple[str, str]]:
        """Return numbers beside the name of an open result that are no range, nor of a known row so named."""
        return [found for sentence in SENTENCE.split(text) for found in self._singly(sentence)]

    def _singly(self, sentence: str) -> Iterator[tuple[str, str]]:
        said = sentence.lower()
        named = {noun for noun in self.nouns if noun in said}
        known = set().union(*self.claimed.values(), *(self.by_noun.get(noun, ()) for noun in named))
        for found in self.left(RANGE.sub(GAP, OF_SEARCHES.sub(GAP, sentence))) if named else ():
            if not set(numbers(found[0])) <= known:
                yield found

    @cached_property
    def by_noun(self) -> dict[str, set[str]]:
        """The numbers that known rows print, by what the rows are called."""
        found: dict[str, set[str]] = {}
        for row in self.known:
            for noun in _nouns([row["label"]]):
                found.setdefault(noun, set()).update(self.forms_of(row))
        return found

    def forms_of(self, row: pd.Series) -> set[str]:
        """Return the numbers that may stand under the name of a known row: its own, however they print."""
        forms = (prose.bare, prose.with_interval, prose.of, prose.share, prose.tested)
        texts = [plain(form(row)) for form in forms if _prints(form, row)]
        counts = [row["n"], row["events"], row["n"] - row["events"]]
        texts += [f"{number:.0f}" for number in counts if pd.notna(number)]
        if row["unit"] != "fraction" and pd.notna(row["estimate"]):
            texts += [prose.fixed(row["estimate"], decimals) for decimals in range(3)]
        return {number for text in texts for number in numbers(text)} | self.claimed.get(
            str(row["id"]), set()
        )

    @cached_property
    def prints(self) -> set[str]:
        """The numbers that known rows print."""
        forms = (prose.of, prose.share, prose.with_interval, prose.tested)
        texts = (form(row) for row in self.known for form in forms if _prints(form, row))
        return {number for text in texts for number in numbers(plain(text))}.union(*self.claimed.values())


def _without_quotes(text: str, claimed: set[str]) -> str:
    """Take out what is quoted from the print, if the numbers in it are printed."""
    quotes = re.findall("“[^”]*”", text)
    for quote in quotes:
        text = text.replace(quote, GAP) if set(numbers(quote)) <= claimed else text
    return text


def _is_open(row: pd.Series) -> bool:
    return row["standing"] == OPEN or "estimate" in str(row["varies"]).split()


def _as_met(row: pd.Series) -> pd.Series:
    """Give a row the ends that a search met in place of its own."""
    return pd.Series({**row, "range_low": row[REACHED[0]], "range_high": row[REACHED[1]]})


def _prints(form: object, row: pd.Series) -> bool:
    if form is prose.tested:
        return pd.notna(row["p_value"])
    counts = pd.notna(row["events"]) and pd.notna(row["n"])
    return counts or form in (prose.bare, prose.with_interval)


def _whole(texts: Iterable[str]) -> re.Pattern[str]:
    """Match any of the texts that hold a number, the longest first, and never a part of another number."""
    held = sorted({text for text in texts if re.search(r"\d", text)}, key=len, reverse=True)
    return re.compile(rf"(?<![\d.])(?:{'|'.join(map(re.escape, held))})(?!\d|[.,]\d)")


def _nouns(labels: Iterable[str]) -> set[str]:
    parts = (part.strip(" )").lower() for label in labels for part in re.split(r", |: | \(", label))
    return {part for part in parts if len(part) >= LEAST and not re.search(r"\d", part)}


def _forms(text: str) -> set[str]:
    """Return a range with its unit, and without it, as where a header says the unit; never one number."""
    bare = re.sub(r" (?:points|months|years|days)\b|%", "", text)
    return {form for form in (text, bare) if " to " in form}
