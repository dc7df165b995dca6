"""On paper: the warning and a number on every sheet, and the whole book with its outline."""

import base64
import io
import re

import pytest
from browser import BROWSER, BusyError, window

import pdf
from helpers.ground.paths import ROOT
from helpers.site import paper

SITE = ROOT / "_build" / "html"
SHEET = (665, 960)  # pixels: the width of an A4 sheet between its margins

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium to print with")


@pytest.fixture(scope="module")
def chapter() -> bytes:
    """Print the chapter on survival."""
    try:
        with window() as page:
            page.open(SITE / "notebooks" / "04_survival.html", SHEET)
            printed = page.ask("Page.printToPDF", preferCSSPageSize=True, generateDocumentOutline=True)
            return base64.b64decode(printed["data"])
    except BusyError:
        pytest.skip("the browser did not answer")


def test_the_warning_and_a_number_stand_on_every_sheet(chapter):
    reader = pytest.importorskip("pypdf").PdfReader(io.BytesIO(chapter))
    assert len(reader.pages) > 2
    for number, sheet in enumerate(reader.pages, start=1):
        text = " ".join(sheet.extract_text().split())
        # The margins are read before the text or after it.
        assert re.search(rf"no evidence about patients\. {number}\b|\b{number}$", text), number
        assert "no evidence about patients" in text
    assert reader.outline


def test_the_whole_book_has_every_page_with_its_figures():
    whole = paper.whole_book(SITE, names := paper.names(SITE), "The book")
    anchors = re.findall(r' id="([^"]+)"', whole)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', whole)) <= set(anchors)
    assert all((SITE / source).is_file() for source in re.findall(r'<img[^>]* src="([^"]+)"', whole))
    assert whole.count("<article") == len(names) > 20
    assert "no evidence about patients" in re.search(r"@top-left \{[^}]*\}", whole)[0]


def test_no_figure_of_the_whole_book_is_taller_than_a_sheet(tmp_path):
    whole = paper.whole_book(SITE, paper.names(SITE), "The book")
    printed = tmp_path / "book.html"
    printed.write_text(whole.replace("<head>", f'<head><base href="{SITE.as_uri()}/">'), encoding="utf-8")
    heights = "[...document.querySelectorAll('.exhibit:has(img)')].map(e => e.getBoundingClientRect().height)"
    try:
        with window() as page:
            page.open(printed, SHEET)
            page.ask("Emulation.setEmulatedMedia", media="print")
            found = page.get(heights)
    except BusyError:
        pytest.skip("the browser did not answer")
    assert len(found) > 30 and 300 < max(found) < SHEET[1]


def test_the_outline_of_the_whole_book_is_named_as_its_headings(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    first = writer.add_outline_item(title="CohortCohort", page_number=0)
    writer.add_outline_item(title="Who took part?", page_number=0, parent=first)
    writer.add_outline_item(title="SurvivalSurvival", page_number=0)
    writer.write(tmp_path / "book.pdf")
    headings = "<h1>Cohort<a>#</a></h1><h2>Who took part?</h2><p>64</p><h1>Survival</h1>"
    pdf.name_outline(tmp_path / "book.pdf", headings)
    chapter, (section,), second = pypdf.PdfReader(tmp_path / "book.pdf").outline
    assert [chapter.title, section.title, second.title] == ["Cohort", "Who took part?", "Survival"]
