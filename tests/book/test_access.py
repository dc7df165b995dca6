"""What opens on a page, is looked up or written for an abstract is open to all; the focus is seen.

Of the pages as they open, axe is asked in `test_every_page.py`. Here too colours alone follow from the theme.
"""

import hashlib

import axe
import pytest
from browser import BROWSER, BusyError, Window, window

from evidence.claims import folder
from evidence.claims.template import EXAMPLE
from evidence.ledger import of_abstract, report
from helpers.ground.paths import ROOT

SITE = ROOT / "_build" / "html"
PUBLISHED = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"  # 4.14.1, as npm gives it
DESK, PHONE = (1280, 900), (390, 844)  # pixels
# The keyboard was used before, so that the browser shows the focus that a script sets.
HIDDEN_FOCUS = """(() => {
  const places = document.querySelectorAll("a[href], button, input, select, summary, [tabindex]");
  const shown = [...places].filter(each => each.tabIndex >= 0 && each.getClientRects().length);
  const is_ringed = style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const is_seen = style => style.boxShadow !== "none" || is_ringed(style);
  const hidden = shown.filter(each => {
    each.focus({preventScroll: true});
    return document.activeElement === each && !is_seen(getComputedStyle(each));
  });
  return {places: shown.length, hidden: hidden.map(each => each.outerHTML.slice(0, 150))};
})()"""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium to look at the pages with")


@pytest.fixture(scope="module")
def page():
    assert SITE.is_dir(), "run `make book` first; `make test` does"
    with window() as opened:
        yield opened


def opened(page: Window, name: str, size: tuple[int, int], query: str = "") -> None:
    page.open(SITE / f"{name}.html", size, query=query)
    axe.put_into(page)


def in_both_themes(page: Window, size: tuple[int, int], what: str) -> dict[str, list[str]]:
    """Ask for all faults in the light, in which the page is shown, and for those of colours in the dark."""
    found = {f"{what}, light": axe.faults(page)}
    page.resize(size, "dark")
    found[f"{what}, dark"] = axe.faults(page, axe.COLOURS)
    page.resize(size, "light")
    return found


def pressed(page: Window, button: str) -> None:
    """Press the first button of a kind that is shown."""
    page.get(f"[...document.querySelectorAll('{button}')].find(each => each.getClientRects().length).click()")


def test_the_report_of_an_abstract_has_no_fault_and_does_not_scroll_sideways(page, tmp_path):
    abstract = folder.load(EXAMPLE)
    findings = of_abstract.examine(abstract)
    written = report.write(of_abstract.ledger(abstract, findings), findings, abstract, tmp_path)
    root, found = "document.documentElement", {}
    try:
        page.open(written[-1], PHONE)
        axe.put_into(page)
        for look in ((PHONE, "light"), (DESK, "dark")):
            page.resize(*look)
            found[look] = axe.faults(page)
            assert page.get(f"{root}.scrollWidth <= {root}.clientWidth"), look
    except BusyError:
        pytest.skip("the browser did not answer")
    assert not any(found.values()), found


def test_what_opens_has_no_fault(page):
    """The book's contents on a phone, a figure that is large, the search's box, folded code."""
    try:
        opened(page, "notebooks/02_efficacy", PHONE)
        found = {}
        for what, button, shown in (
            ("contents", ".primary-toggle", "#pst-primary-sidebar-modal[open]"),
            ("figure", "a.exhibit-picture", "dialog.exhibit-large[open]"),
            ("search", ".search-button__button", "#pst-search-dialog[open]"),
        ):
            pressed(page, button)
            page.wait(f"document.querySelector('{shown}')")
            if what == "search":
                page.type("0.057")
                page.wait("document.querySelector('#pst-search-dialog .search-list a')")
            found |= in_both_themes(page, PHONE, what)
            page.press("Escape", 27)
            page.wait(f"!document.querySelector('{shown}')")
        page.get("document.querySelectorAll('details').forEach(each => each.open = true)")
        found |= in_both_themes(page, PHONE, "code")
    except BusyError:
        pytest.skip("the browser did not answer")
    assert not any(found.values()), found


@pytest.mark.parametrize(
    ("name", "query", "there"),
    [
        ("search", "?q=blasts", ".search-results mark"),
        ("notebooks/06a_ledger_and_searches", "?words=blasts&sort=published", ".ledger-unit"),
    ],
)
def test_what_was_looked_up_has_no_fault(page, name, query, there):
    try:
        opened(page, name, DESK, query)
        page.wait(f"document.querySelector('{there}')")
        found = in_both_themes(page, DESK, name)
    except BusyError:
        pytest.skip("the browser did not answer")
    assert not any(found.values()), found


@pytest.mark.parametrize(
    "name", ["index", "search", "notebooks/04_survival", "notebooks/06a_ledger_and_searches"]
)
def test_the_focus_is_seen_wherever_it_goes(page, name):
    looks, found = ((PHONE, "light"), (DESK, "dark")), {}
    try:
        page.open(SITE / f"{name}.html", *looks[0])
        page.press("Tab", 9)
        for look in looks:
            page.resize(*look)
            found[look] = page.get(HIDDEN_FOCUS)
    except BusyError:
        pytest.skip("the browser did not answer")
    for look, seen in found.items():
        assert not seen["hidden"] and seen["places"] > 20, look


def test_a_fault_that_is_put_into_a_page_is_found(page):
    try:
        opened(page, "book/colophon", DESK)
        page.get("document.querySelector('article p').style.color = '#999'")
        page.get("document.documentElement.removeAttribute('lang')")
        found = axe.faults(page)
    except BusyError:
        pytest.skip("the browser did not answer")
    assert {each.partition(":")[0] for each in found} == {"color-contrast", "html-has-lang"}


def test_axe_is_the_one_that_was_published():
    assert hashlib.sha256(axe.FILE.read_bytes()).hexdigest() == PUBLISHED
