"""No page shows one value of a result that is open: every page is read and set beside ``ranges.csv``."""

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from page_numbers import (
    Allowed,
    Told,
    alternatives,
    article,
    beside,
    drawings,
    drawn,
    live_cells,
    named,
    numbers,
    running,
)

from evidence.claims import load as claims
from helpers.ground.cohort import DEFAULT, load
from helpers.ground.paths import ROOT
from helpers.ground.standing import OPEN, PRINTED, REACHED, read, told
from helpers.printing import prose
from helpers.printing.digits import in_unit
from helpers.printing.marks import plain

SITE = ROOT / "_build" / "html"
# The pages about the study's results; those after them are about the print, and hold their own searches.
ABOUT_RESULTS = [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("0[1-5]*.py"))]
ABOUT_RESULTS += ["book/index"]
ABOUT_THE_ABSTRACT = [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("0[67]*.py"))]
PAGES = [*ABOUT_RESULTS, *ABOUT_THE_ABSTRACT]
HAZARD = "survival.os.hazard_ratio.arm"


def text_of(name: str) -> str:
    assert SITE.is_dir(), "run `make book` first; `make test` does"
    return (SITE / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rows(rebuilt_results) -> pd.DataFrame:
    """Give the results as the pages know them, by id."""
    return told(rebuilt_results, read(DEFAULT)).set_index("id", drop=False)


@pytest.fixture(scope="module")
def allowed(rows) -> Allowed:
    return Allowed(rows, load().study, claims.load())


def is_open(row: pd.Series) -> bool:
    return row["standing"] == OPEN or "estimate" in str(row["varies"]).split()


def forms_of(row: pd.Series, alpha: float) -> set[str]:
    """Give the numbers that may stand under the name of an open row: its range, and shares of the cohorts."""
    shares = (row["share_below_null"], 1 - row["share_below_null"], row["share_significant"])
    texts = [prose.percentage(one) for one in shares if pd.notna(one)]
    texts += [plain(prose.bare(row)), f"{alpha:g}"]
    texts += [in_unit(row, row[name]) for name in REACHED]  # by a search for the extremes
    return {number for text in texts for number in numbers(text)}


def wrong(piece: Told, rows: pd.DataFrame, allowed: Allowed) -> str:
    """Say what is wrong with a piece of a page under a row's name; empty text where nothing is."""
    if piece.look == "tally" and not re.fullmatch(r"\d{1,3}(,\d{3})*|\d+", piece.text.strip()):
        return f"no count: {piece}"
    if piece.row not in rows.index:
        return f"no such row: {piece}" if piece.row else ""
    row, found = rows.loc[piece.row], set(numbers(piece.text))
    if not is_open(row):
        left = found - known_forms(row, rows, allowed)
        return f"not of its row, {plain(prose.bare(row))}: {piece}" if left else ""
    if piece.look == PRINTED and found <= allowed.claimed.get(piece.row, set()):
        return ""  # the P value of a statistic that is open
    if piece.look not in (OPEN, "part"):
        return f"open, and shown as known: {piece}"
    sizes = allowed.sizes if piece.look == "part" else set()
    left = found - forms_of(row, allowed.study.alpha) - sizes
    return f"not in its range, {plain(prose.bare(row))}: {piece}" if left else ""


def known_forms(row: pd.Series, rows: pd.DataFrame, allowed: Allowed) -> set[str]:
    """Give the numbers that may stand under the name of a known row: its own, its shares and its root."""
    found = allowed.forms_of(row) | {f"{allowed.study.alpha:g}"}
    shares = (row["share_significant"], row["share_below_null"])
    found |= {number for one in shares if pd.notna(one) for number in numbers(prose.percentage(one))}
    tenfold = str(row["id"]).replace("odds_ratio_blasts", "odds_ratio_blasts_per_10")
    if tenfold != row["id"] and tenfold in rows.index:  # before it is rounded, from that of ten points
        ends = rows.loc[tenfold, ["range_low", "range_high"]]
        found |= {prose.fixed(end**0.1, 4) for end in ends}
    return found


def one_value(cell: tuple[str, str]) -> bool:
    """Tell whether a cell of a slider says one value of what is open."""
    text, known = cell
    return known == OPEN and bool(numbers(text)) and " to " not in text and "95% of the cohorts" not in text


def faults(page: str, rows: pd.DataFrame, allowed: Allowed, *, about_results: bool = True) -> list[str]:
    """List what a page shows of open results beside their ranges."""
    body = article(page)
    found = list(filter(None, (wrong(piece, rows, allowed) for piece in named(body))))
    found += [f"one value in a slider: {cell}" for cell in live_cells(page) if one_value(cell)]
    figures = [text for figure in drawings(body, SITE / "book") for text in drawn(figure)]
    ask = allowed.beside_known if about_results else allowed.singly
    places = {"in a figure": (ask, figures), "in a figure's text": (ask, alternatives(body))}
    places |= {"in an attribute": (allowed.left if about_results else ask, beside(body))}
    places |= {
        "under no name": (allowed.left if about_results else allowed.singly, [sentences(body, about_results)])
    }
    return found + [
        f"{where}: {one} in …{near}…"
        for where, (asked, texts) in places.items()
        for text in texts
        for one, near in asked(text)
    ]


def sentences(body: Tag, about_results: bool) -> str:
    """Give the running text; of a page about the print without its tables, which hold its own searches."""
    if about_results:
        return running(body)
    copy = BeautifulSoup(str(body), "html.parser")
    for table in copy.select("table"):
        table.decompose()
    return running(copy)


@pytest.mark.parametrize("name", PAGES)
def test_every_number_of_a_page_is_known_or_a_range(name, rows, allowed):
    assert faults(text_of(name), rows, allowed, about_results=name in ABOUT_RESULTS) == []


@pytest.mark.parametrize("name", ABOUT_RESULTS)
def test_the_page_names_the_rows_of_its_numbers(name):
    """Without names there would be nothing to check."""
    assert sum(bool(piece.row) for piece in named(article(text_of(name)))) >= 8


def seeded(page: str, old: str, new: str) -> str:
    """Change the first place of a pattern in what a page says."""
    changed, times = re.subn(old, new, page, count=1, flags=re.DOTALL)
    assert times == 1, old
    return changed


PRINTED_SURVIVAL = "survival.os.km_24m.all"
PARAGRAPH = r"(<section id=\"how-long-did-the-patients-live.*?<p>)"
MARK = rf'(<span class="standing )open("[^>]*data-row="{re.escape(HAZARD)}"[^>]*>)[^<]*'
SEEDS = {
    "typed in a sentence": (
        PARAGRAPH,
        r"\1The ratio was 0.61. ",
    ),
    "a whole number of patients": (r"(<section id=\"how-long.*?<p>)", r"\1Of them 13 died. "),
    "a share": (r"(<section id=\"how-long.*?<p>)", r"\1Alive were 71%. "),
    "one value under an open mark": (MARK, r"\1open\g<2>0.61"),
    "its range under a known mark": (MARK, r"\1follows\g<2>0.23 to 1.83"),
    "an interval under its name": (
        MARK,
        rf'<span class="part" data-row="{HAZARD}">95% CI 0.21 to 1.77</span>\1open\g<2>open',
    ),
    "in a figure's text": (r'(<article.*?alt="Bands[^"]*)"', r'\1; hazard ratio 1.44"'),
    "under the name of a printed row": (
        rf'(<span class="standing printed"[^>]*data-row="{re.escape(PRINTED_SURVIVAL)}"[^>]*>)[^<]*',
        r"\g<1>61%",
    ),
    "under the name of a row that follows": (
        r'(<span class="standing follows"[^>]*data-row="survival.no_response.died.all"[^>]*>)[^<]*',
        r"\g<1>9 of 11",
    ),
    "a tally that is no count": (PARAGRAPH, r'\1<span class="tally">0.61</span> '),
    "on hover": (PARAGRAPH, r'\1<b title="hazard ratio 0.61">a</b> '),
    "read aloud": (PARAGRAPH, r'\1<b aria-label="hazard ratio 0.61">a</b> '),
    "in the note of a mark": (r'(data-told="[^"]*)"', r'\1; 0.61"'),
    "printed by code": (PARAGRAPH, r"\1<pre>0.61</pre> "),
    "drawn in the page": (PARAGRAPH, r"\1<svg><text>0.61</text></svg> "),
    "in a slider": (r'\["[^"]*","open"\]', '["71%","open"]'),
}
ABOUT_THE_PRINT = {
    "typed in a sentence": (r"(<article.*?<p>)", r"\1The hazard ratio was 0.61. "),
    "a share": (r"(<article.*?<p>)", r"\1Overall survival of them was 71.3%. "),
    "on hover": (r"(<article.*?<p>)", r'\1<b title="hazard ratio 0.613">a</b> '),
}


@pytest.mark.parametrize("seed", SEEDS)
def test_an_open_value_is_found_however_it_came_there(seed, rows, allowed):
    page = text_of("notebooks/04_survival")
    assert len(faults(seeded(page, *SEEDS[seed]), rows, allowed)) == 1


@pytest.mark.parametrize("seed", ABOUT_THE_PRINT)
@pytest.mark.parametrize("name", ABOUT_THE_ABSTRACT)
def test_an_open_value_is_found_on_the_pages_about_the_print_too(name, seed, rows, allowed):
    page = seeded(text_of(name), *ABOUT_THE_PRINT[seed])
    assert len(faults(page, rows, allowed, about_results=False)) == 1


def test_a_known_value_may_stand_under_its_name_alone(rows, allowed):
    """Whatever of a row prints is its own; the number of another row is not, and no other is."""
    printed = rows.loc[PRINTED_SURVIVAL]
    assert wrong(Told("printed", PRINTED_SURVIVAL, plain(prose.with_interval(printed))), rows, allowed) == ""
    for text in ("55%", "6.4%", "63.6%", "0.64"):
        assert wrong(Told("printed", PRINTED_SURVIVAL, text), rows, allowed), text


def test_an_open_value_is_found_in_a_drawing(rows, allowed):
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><g id="text_1"><!-- {} --></g></svg>'
    open_range = plain(prose.bare(rows.loc[HAZARD]))
    for shown, times in (("Hazard 1.44", 1), (open_range, 0), ("64% printed", 0)):
        assert [len(allowed.beside_known(text)) for text in drawn(drawing.format(shown))] == [times]


def test_the_tables_of_the_site_hold_no_value_of_an_open_result(rows):
    results = pd.read_csv(SITE / "results.csv").set_index("id")
    numbers_of = results.loc[
        rows.index[rows["standing"].eq(OPEN)], ["estimate", "ci_low", "ci_high", "p_value"]
    ]
    assert len(numbers_of) > 500 and numbers_of.isna().all(axis=None)
    pd.testing.assert_frame_equal(pd.read_csv(SITE / "ranges.csv"), pd.read_csv(DEFAULT / "ranges.csv"))
