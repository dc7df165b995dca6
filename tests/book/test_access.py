"""Every page is open to those who do not see it well, or at all, or use no pointer: axe finds no fault.

axe is asked for all rules of WCAG 2.1 at levels A and AA, and for what it calls best practice. A page is
looked at in three widths and both themes, though not in all six pairs: its structure follows from the width,
and its colours from the theme, so that a width between the others is asked for its structure alone.
"""

import hashlib
from itertools import product
from pathlib import Path

import pytest
from browser import BROWSER, BusyError, Window, window

from building.stage import ABOUT_DISCLOSURE
from evidence.claims import folder
from evidence.claims.template import EXAMPLE
from evidence.ledger import of_abstract, report
from helpers.ground.paths import ROOT

SITE = ROOT / "_build" / "html"
VENDOR = Path(__file__).with_name("vendor")
AXE = VENDOR / "axe.min.js"
PUBLISHED = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"  # 4.14.1, as npm gives it
PAGES = ["index", "404", "search", "genindex"]
PAGES += sorted({f"book/{path.stem}" for path in (ROOT / "book").glob("*.md")} - {*ABOUT_DISCLOSURE})
PAGES += [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("*.py"))]
DESK, TABLET, PHONE = (1280, 900), (820, 1180), (390, 844)  # pixels
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that look at colours, and take longest
RUN = """axe.run(document, {{
  runOnly: {tags}, resultTypes: ["violations"], rules: {rules}, selectors: false, preload: false,
}}).then(found => found.violations.flatMap(rule =>
  rule.nodes.map(node => `${{rule.id}}: ${{node.html.slice(0, 200)}} ${{node.failureSummary}}`)))"""
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


def faults(page: Window, but: list[str] | None = None) -> list[str]:
    """Ask axe what is wrong with the page that is shown; the rules in `but` are left out."""
    rules = "{" + ", ".join(f'"{rule}": {{enabled: false}}' for rule in but or []) + "}"
    return page.get(RUN.format(tags=TAGS, rules=rules))


def opened(page: Window, name: str, size: tuple[int, int], scheme: str, query: str = "") -> None:
    page.open(SITE / f"{name}.html", size, scheme, query)
    page.get(f"{AXE.read_text(encoding='utf-8')}; 0")


def pressed(page: Window, button: str) -> None:
    """Press the first button of a kind that is shown."""
    page.get(f"[...document.querySelectorAll('{button}')].find(each => each.getClientRects().length).click()")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_fault(page, name):
    try:
        opened(page, name, DESK, "light")
        found = {"desk, light": faults(page)}
        page.resize(TABLET, "light")
        found["tablet"] = faults(page, but=COLOURS)
        page.resize(PHONE, "dark")
        found["phone, dark"] = faults(page)
    except BusyError:
        pytest.skip("the browser did not answer")
    assert not any(found.values()), found


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_the_report_of_an_abstract_has_no_fault_and_does_not_scroll_sideways(tmp_path, size, scheme):
    written = report.write(of_abstract.ledger(folder.load(EXAMPLE)), folder.load(EXAMPLE), tmp_path)
    try:
        with window() as page:
            page.open(written[-1], size, scheme)
            page.get(f"{AXE.read_text(encoding='utf-8')}; 0")
            found = faults(page)
            root = "document.documentElement"
            assert page.get(f"{root}.scrollWidth <= {root}.clientWidth")
    except BusyError:
        pytest.skip("the browser did not answer")
    assert not found, found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_opens_has_no_fault(page, scheme):
    """The book's contents on a phone, a figure that is large, the search's box, folded code."""
    try:
        opened(page, "notebooks/02_efficacy", PHONE, scheme)
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
            found[what] = faults(page)
            page.press("Escape", 27)
            page.wait(f"!document.querySelector('{shown}')")
        page.get("document.querySelectorAll('details').forEach(each => each.open = true)")
        found["code"] = faults(page)
    except BusyError:
        pytest.skip("the browser did not answer")
    assert not any(found.values()), found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "query", "there"),
    [
        ("search", "?q=blasts", ".search-results mark"),
        ("notebooks/06a_ledger_and_searches", "?words=blasts&sort=published", ".ledger-unit"),
    ],
)
def test_what_was_looked_up_has_no_fault(page, name, query, there, scheme):
    try:
        opened(page, name, DESK, scheme, query)
        page.wait(f"document.querySelector('{there}')")
        found = faults(page)
    except BusyError:
        pytest.skip("the browser did not answer")
    assert not found


@pytest.mark.parametrize(
    "name", ["index", "search", "notebooks/04_survival", "notebooks/06a_ledger_and_searches"]
)
def test_the_focus_is_seen_wherever_it_goes(page, name):
    looks, found = list(product((PHONE, DESK), ("light", "dark"))), {}
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
        opened(page, "book/colophon", DESK, "light")
        page.get("document.querySelector('article p').style.color = '#999'")
        page.get("document.documentElement.removeAttribute('lang')")
        found = faults(page)
    except BusyError:
        pytest.skip("the browser did not answer")
    assert {each.partition(":")[0] for each in found} == {"color-contrast", "html-has-lang"}


def test_axe_is_the_one_that_was_published():
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == PUBLISHED
