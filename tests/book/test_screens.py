"""The main line of a chapter is short, on a desk and on a phone, and no page scrolls sideways."""

import pytest
from browser import BROWSER, BusyError, window

from helpers.ground.paths import ROOT

SITE = ROOT / "_build" / "html"
DESK, PHONE = (1280, 900), (390, 844)  # pixels
# Of the chapters. Their pages of details (01a to 07a) are an appendix, as long as it must be, where a heading
# comes at least every so many screens.
SCREENS = {DESK: 8.0, PHONE: 25.0}
LANDING = {DESK: 2.0, PHONE: 5.0}
UNDER_A_HEADING = {DESK: 4.5, PHONE: 8.0}
CHAPTERS = [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("??_*.py"))]
DETAILS = [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("??a_*.py"))]
MEASURE = """document.fonts.ready.then(() => {
  const width = document.documentElement.clientWidth, article = document.querySelector("article");
  const wide = [...article.querySelectorAll("img, table, div.cell_output")];
  const outside = each => each.getBoundingClientRect().right > width + 1;
  const headings = [...article.querySelectorAll("h1, h2, h3")];
  const ends = [...headings, article].map(each => each.getBoundingClientRect());
  const tops = [...ends.slice(0, -1).map(each => each.top), ends.at(-1).bottom];
  return {
    height: article.getBoundingClientRect().height,
    sideways: document.documentElement.scrollWidth > width + 1,
    without: Math.max(...tops.slice(1).map((top, place) => top - tops[place])),
    nameless: headings.filter(each => !each.closest("section[id]")).length,
    cut: wide.filter(each => each.tagName === "IMG" && outside(each)).length,
  };
})"""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium to measure the pages with")


@pytest.fixture(scope="module")
def page():
    assert SITE.is_dir(), "run `make book` first; `make test` does"
    with window() as opened:
        yield opened


def test_each_chapter_has_a_page_of_details():
    assert [name[10:12] for name in CHAPTERS] == [name[10:12] for name in DETAILS] != []


@pytest.mark.parametrize("name", [*CHAPTERS, *DETAILS, "book/index"])
def test_the_main_line_is_short_and_nothing_is_cut(page, name):
    most = LANDING if name == "book/index" else SCREENS
    try:
        page.open(SITE / f"{name}.html", DESK)
        laid_out = {DESK: page.get(MEASURE)}
        page.resize(PHONE, "light")
        laid_out[PHONE] = page.get(MEASURE)
    except BusyError:
        pytest.skip("the browser did not answer")
    for size, found in laid_out.items():
        assert not found["sideways"] and not found["cut"], size
        if name in DETAILS:
            assert found["without"] / size[1] <= UNDER_A_HEADING[size] and not found["nameless"], size
        else:
            assert found["height"] / size[1] <= most[size], size
