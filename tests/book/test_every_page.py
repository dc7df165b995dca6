"""Every page, opened once: it has no error and no fault that axe finds, and nothing is long or cut.

axe is asked for all rules of WCAG 2.1 at levels A and AA, and for what it calls best practice. A page is
looked at in three widths and both themes, though not in all six pairs: its structure follows from the width,
and its colours from the theme, so that a width between the others is asked for its structure alone.
"""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import axe
import pytest
from browser import BROWSER, BusyError, Window, path_of, window

from building.stage import ABOUT_DISCLOSURE
from helpers.ground.paths import ROOT
from helpers.site import paper

SITE = ROOT / "_build" / "html"
DESK, TABLET, PHONE = (1280, 900), (820, 1180), (390, 844)  # pixels
SHEET = (665, 960)  # pixels: the width of an A4 sheet between its margins
# Of the chapters. Their pages of details (01a to 07a) are an appendix, as long as it must be, where a heading
# comes at least every so many screens.
SCREENS = {DESK: 8.0, PHONE: 25.0}
LANDING = {DESK: 2.0, PHONE: 5.0}
UNDER_A_HEADING = {DESK: 4.5, PHONE: 8.0}
CHAPTERS = [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("??_*.py"))]
DETAILS = [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("??a_*.py"))]
WITH_FIGURES = [*CHAPTERS, *DETAILS, "book/index"]
BOOK = sorted({f"book/{path.stem}" for path in (ROOT / "book").glob("*.md")} - {*ABOUT_DISCLOSURE})
PRINTED = [*BOOK, *CHAPTERS, *DETAILS]
PAGES = ["index", "search", *PRINTED]
MOST = 1_500_000  # bytes that a page may load before its reader moves
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
EXHIBITS = """(() => {
  document.querySelectorAll("img").forEach(image => image.loading = "eager");
  const page = document.documentElement.clientWidth;
  const out = each => { const at = each.getBoundingClientRect(); return at.left < 0 || at.right > page + 1; };
  const name = each => each.closest(".exhibit").id;
  const parts = ["img", "figcaption", ".exhibit-title", ".exhibit-links"];
  const shown = [...document.querySelectorAll(parts.map(part => `figure.exhibit ${part}`).join())];
  const ground = style => style.backgroundColor + style.filter + style.mixBlendMode;
  const pictures = [...document.querySelectorAll(".exhibit-picture img")];
  const grounds = pictures.map(each => ground(getComputedStyle(each)));
  return {cut: shown.filter(out).map(name), sideways: document.documentElement.scrollWidth > page + 1,
          figures: document.querySelectorAll("figure.exhibit").length, grounds: [...new Set(grounds)]};
})()"""
ON_PAPER = """(() => {
  const page = document.documentElement.clientWidth, seen = each => each.getClientRects().length;
  const wide = [...document.querySelectorAll("article :is(table, img)")].filter(seen);
  const outside = each => each.getBoundingClientRect().right > page + 1;
  return {
    cut: wide.filter(outside).map(each => each.outerHTML.slice(0, 90)),
    ground: getComputedStyle(document.body).backgroundColor,
    inks: ["article p", ".standing.open"].flatMap(part => {
      const found = [...document.querySelectorAll(part)].filter(seen).slice(0, 1);
      return found.map(each => getComputedStyle(each).color);
    }),
    around: [".bd-sidebar-primary", ".bd-header-article", ".exhibit-links", "details.hide"].filter(
      part => [...document.querySelectorAll(part)].some(seen)),
  };
})()"""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium to look at the pages with")


@dataclass(frozen=True)
class Visit:
    """What was seen of a page: as it opened, and then by what was looked for and by width or theme."""

    errors: list[str]
    outside: list[str]
    requests: list[str]
    faults: dict[str, list[str]]
    laid_out: dict[tuple[int, int], dict[str, Any]]
    exhibits: dict[str, dict[str, Any]]
    on_paper: dict[str, Any]


def visited(page: Window, name: str) -> Visit:
    """Open a page and look at it; that a page has figures is looked for where there must be some."""
    page.open(SITE / f"{name}.html", DESK)
    opened = page.errors, page.outside, page.requests
    laid_out, exhibits = {}, {}
    if name in WITH_FIGURES:
        laid_out[DESK] = page.get(MEASURE)
    axe.put_into(page)
    faults = {"desk, light": axe.faults(page)}
    page.resize(TABLET, "light")
    faults["tablet"] = axe.faults(page, but=axe.COLOURS)
    page.resize(PHONE, "dark")
    if name in WITH_FIGURES:
        laid_out[PHONE] = page.get(MEASURE)
    faults["phone, dark"] = axe.faults(page)
    if name in WITH_FIGURES:
        exhibits["dark"] = page.get(EXHIBITS)
        page.resize(PHONE, "light")
        exhibits["light"] = page.get(EXHIBITS)
    return Visit(*opened, faults, laid_out, exhibits, on_paper(page) if name in PRINTED else {})


def on_paper(page: Window) -> dict[str, Any]:
    """Look at the page that is shown as it is printed from the dark theme."""
    page.resize(SHEET, "dark")
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.ask("Emulation.setEmulatedMedia", media="print", features=dark)
    found = page.get(ON_PAPER)
    page.ask("Emulation.setEmulatedMedia", media="", features=dark)
    return found


@pytest.fixture(scope="module")
def visit():
    """Give a function that visits a page the first time that it is asked for."""
    assert SITE.is_dir(), "run `make book` first; `make test` does"
    with window() as page:
        once = functools.cache(functools.partial(visited, page))

        def of(name: str) -> Visit:
            try:
                return once(name)
            except BusyError:
                pytest.skip("the browser did not answer")

        yield of


Visits = Callable[[str], Visit]


@pytest.mark.parametrize("name", ["404", "genindex", *PAGES])
def test_no_page_has_a_fault(visit: Visits, name):
    assert not any((found := visit(name).faults).values()), found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_error_no_outside_request_and_is_light(visit: Visits, name):
    seen = visit(name)
    assert seen.errors == [] and seen.outside == []
    files = [request for request in seen.requests if request.startswith("file:")]
    assert len(files) > 3
    assert sum(path_of(each).stat().st_size for each in set(files)) < MOST


def test_each_chapter_has_a_page_of_details():
    assert [name[10:12] for name in CHAPTERS] == [name[10:12] for name in DETAILS] != []


@pytest.mark.parametrize("name", WITH_FIGURES)
def test_the_main_line_is_short_and_nothing_is_cut(visit: Visits, name):
    most = LANDING if name == "book/index" else SCREENS
    for size, found in visit(name).laid_out.items():
        assert not found["sideways"] and not found["cut"], size
        if name in DETAILS:
            assert found["without"] / size[1] <= UNDER_A_HEADING[size] and not found["nameless"], size
        else:
            assert found["height"] / size[1] <= most[size], size


@pytest.mark.parametrize("name", WITH_FIGURES)
def test_no_figure_is_cut_on_a_phone_and_each_has_its_own_ground(visit: Visits, name):
    for scheme, found in visit(name).exhibits.items():
        assert not found["cut"] and not found["sideways"], scheme
        assert found["figures"] and found["grounds"] == ["rgb(255, 255, 255)nonenormal"], scheme


@pytest.mark.parametrize("name", PRINTED)
def test_every_page_is_light_and_whole_on_paper_from_the_dark_theme(visit: Visits, name):
    found = visit(name).on_paper
    assert found["ground"] == "rgb(255, 255, 255)"
    for ink in found["inks"]:
        assert max(map(int, re.findall(r"\d+", ink)[:3])) < 100
    assert not found["cut"] and not found["around"]


def test_every_page_that_is_printed_is_looked_at():
    assert set(paper.names(SITE)) == set(PRINTED)
