"""In a browser, from disk: the search finds numbers, words and ids, and links tell texts."""

import hashlib
import re
from pathlib import Path
from urllib.parse import quote

import browser
import pytest

from helpers.ground.paths import ROOT

SITE = ROOT / "_build" / "html"
MINISEARCH = "4e02b9fa52f244c377d737c7d06cda6bce967d137254e8532d6c79f68469bef3"  # 7.2.0, as npm gives it
BOX = "document.getElementById('hint').getBoundingClientRect()"
DESK, PHONE = (1280, 900), (390, 844)  # pixels

pytestmark = pytest.mark.skipif(browser.BROWSER is None, reason="no Chromium to open the pages with")


@pytest.fixture(scope="module")
def page():
    assert SITE.is_dir(), "run `make book` first; `make test` does"
    with browser.window() as opened:
        yield opened


def file(name: str) -> Path:
    return SITE / f"{name}.html"


def searched(page, query: str) -> list[dict[str, str]]:
    """Ask the search page; what it lists, in its order."""
    page.open(file("search"), DESK, query=f"?q={quote(query)}")
    page.wait("document.querySelector('.search-status')")
    return page.get(
        "[...document.querySelectorAll('.search-results > ol > li')].map(each => "
        "({link: each.querySelector('a').href, text: each.textContent}))"
    )


@pytest.mark.parametrize("query", ["0.057", "P = 0.057", "p=0.057"])
def test_a_number_is_found_with_its_decimals(page, query):
    found = searched(page, query)
    assert found and all("0.057" in each["text"] for each in found)
    assert any("#claim-" in each["link"] for each in found)


def test_a_number_is_not_found_in_another(page):
    """No place has 0.05 for its 0.057, nor 57 for it."""
    for query in ("0.05", "57"):
        for each in searched(page, query):
            assert re.search(rf"(?<![\d.]){re.escape(query)}(?![\d]|\.\d)", each["text"]), (query, each)


def test_a_term_comes_first_and_the_rows_of_the_table_are_counted(page):
    found = searched(page, "Treg")
    assert found[0]["link"].endswith("book/glossary.html#term-Treg")
    assert "rows of the results table" in page.get("document.querySelector('.search-status').textContent")


def test_an_id_leads_to_where_its_row_is_shown(page):
    """The id is that of a number that the sixth chapter's page shows, whose text does not hold it."""
    source = (SITE / "notebooks" / "02_efficacy.html").read_text(encoding="utf-8")
    name = re.search(r'data-row="(efficacy\.response\.[\w.]+)"', source)[1]
    found = searched(page, name)
    assert any("02_efficacy.html" in each["link"] and name in each["text"] for each in found)
    assert page.get("document.querySelector('.search-rows code').textContent") == name


def test_an_id_that_no_page_shows_is_found_in_the_table(page):
    shown = "".join(path.read_text(encoding="utf-8") for path in SITE.rglob("*.html"))
    ids = re.findall(r"^([\w.]+),", (SITE / "results.csv").read_text(encoding="utf-8"), flags=re.MULTILINE)[
        1:
    ]
    hidden = next(name for name in ids if name not in shown)
    searched(page, hidden)
    assert page.get("document.querySelector('.search-rows li code').textContent") == hidden
    assert page.get("document.querySelector('.search-rows').open")


def test_every_result_leads_to_a_place_that_is_there(page):
    for each in searched(page, "blasts"):
        name, _, anchor = each["link"].partition("#")
        source = browser.path_of(name).read_text(encoding="utf-8")
        assert not anchor or f'id="{anchor}"' in source, each


def test_excerpts_hold_no_code(page):
    for query in ("cohort", "import", "results"):
        for each in searched(page, query):
            assert "def " not in each["text"] and "helpers." not in each["text"], each


def test_nothing_found_is_said(page):
    assert searched(page, "zeppelin") == []
    assert "Nothing found" in page.get("document.querySelector('.search-status').textContent")
    assert page.errors == []


def test_a_misspelt_word_still_finds(page):
    assert any("glossary.html#term-Hodges" in each["link"] for each in searched(page, "hodges lehman"))


@pytest.mark.parametrize("name", ["index", "notebooks/02_efficacy"])
def test_the_box_of_every_page_searches_as_one_types(page, name):
    page.open(file(name), DESK)
    page.get("document.querySelector('.search-button-field, .search-button__button').click()")
    page.type("0.057")
    page.wait("document.querySelector('#pst-search-dialog .search-list a')")
    link = page.get("document.querySelector('#pst-search-dialog .search-list a').href")
    assert browser.path_of(link.partition("#")[0]).exists()
    page.press("Enter", 13)
    page.wait("location.pathname.endsWith('/search.html') && document.querySelector('.search-list a')")
    assert page.get("location.search") == "?q=0.057"
    assert page.errors == [] and page.outside == []


@pytest.mark.parametrize("kind", ["term", "citation"])
def test_a_link_tells_its_text_on_hover_and_focus_and_hides_it(page, kind):
    page.open(file("notebooks/02_efficacy"), PHONE)
    link = f"a[data-kind={kind}]"
    told = page.get(f"document.querySelector('{link}').dataset.told")
    assert len(told) > 30
    shown = "!document.getElementById('hint').hidden && document.getElementById('hint').textContent"
    for act in (lambda: page.point(link), lambda: page.get(f"document.querySelector('{link}').focus()")):
        act()
        page.wait(shown)
        assert page.get(shown) == told
        left, right, top, bottom = (page.get(f"{BOX}.{side}") for side in ("left", "right", "top", "bottom"))
        assert left >= 0 and right <= PHONE[0] and top >= 0 and bottom <= PHONE[1]
        page.press("Escape", 27)
        page.wait("document.getElementById('hint').hidden")


def test_the_search_engine_is_the_one_that_was_published():
    engine = (ROOT / "book" / "_static" / "vendor" / "minisearch.js").read_bytes()
    assert hashlib.sha256(engine).hexdigest() == MINISEARCH
