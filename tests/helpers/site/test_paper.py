"""On paper the warning stands on every sheet, and the links of the whole book lead within it."""

import re

import pytest
from bs4 import BeautifulSoup

from helpers.site import paper

WARNING = "It's <strong>rebuilt</strong>:\n no \\ evidence"
ORDER = ["book/index", "notebooks/04_survival"]
PAGES = {
    "book/index": """<h1 id="top">Glance<a class="headerlink" href="#top">#</a></h1>
        <p><a href="../notebooks/04_survival.html#figure-4-os">Figure</a> <a href="how_to_read.html">how</a>
        <a href="../notebooks/04_survival.html">chapter</a> <a href="../results.csv">results.csv</a>
        <a href="https://example.org/x">outside</a></p>""",
    "notebooks/04_survival": """<section id="survival"><h1>Survival</h1>
        <figure class="exhibit" id="figure-4-os" aria-labelledby="figure-4-os-title">
        <p id="figure-4-os-title">Figure 4.1</p><a href="../figures/04-os.svg"><img src="../figures/04-os.svg"
        loading="lazy" alt="a curve"></a>
        <div class="exhibit-links"><a href="../figures/04-os.csv">CSV</a></div>
        </figure><table><tr><th id="a">A</th></tr><tr><td headers="a">1</td></tr></table>
        <details class="hide"><pre>code</pre></details><details><summary>How</summary>so</details>
        <a href="#figure-4-os">here</a></section>""",
}
HEAD = """<link href="../_static/styles/theme.css?digest=1" rel="stylesheet" />
    <link rel="stylesheet" type="text/css" href="../_static/book.css?v=2" />
    <style class="paper">@media print { @page { } }</style>"""
CONTENTS = (
    '<nav class="bd-links"><a href="#">Glance</a><a href="../notebooks/04_survival.html">Survival</a></nav>'
)


@pytest.fixture
def site(tmp_path):
    for name, article in PAGES.items():
        path = tmp_path / f"{name}.html"
        path.parent.mkdir()
        body = f'{CONTENTS}<article class="bd-article">{article}</article>'
        path.write_text(f"<html><head>{HEAD}</head><body>{body}</body></html>", encoding="utf-8")
    return tmp_path


@pytest.fixture
def book(site) -> BeautifulSoup:
    return BeautifulSoup(paper.whole_book(site, ORDER, "A < B"), "html.parser")


def test_the_warning_is_a_text_of_the_margin_and_numbers_stand_below():
    style = paper.sheet(WARNING)
    assert r"@top-left { content: 'It\27 s rebuilt: no \5c  evidence';" in style
    assert "@bottom-right { content: counter(page);" in style


def test_without_a_warning_the_margin_has_no_colour():
    assert "background" not in paper.sheet("") and "counter(page)" in paper.sheet("")


def test_the_order_is_that_of_the_contents(site):
    assert paper.names(site) == ORDER


def test_every_anchor_is_there_once_and_every_link_leads_to_one(book):
    anchors = [element["id"] for element in book.select("[id]")]
    assert len(anchors) == len(set(anchors))
    inner = [link["href"] for link in book.select("a[href^='#']")]
    assert len(inner) == 5 and {link[1:] for link in inner} <= set(anchors)
    assert [link["href"] for link in book.select("a:not([href^='#'])")] == ["https://example.org/x"]


def test_links_to_pages_and_files_beside_the_book_are_plain_text(book):
    assert "how" in book.text and "results.csv" in book.text
    assert not book.select('a[href*="csv"], a[href*="how_to_read"]')


def test_what_refers_to_an_anchor_follows_it(book):
    (figure,) = book.select("figure")
    assert book.find(id=figure["aria-labelledby"]).text == "Figure 4.1"
    assert book.find(id=book.td["headers"]).text == "A"


def test_pictures_are_found_from_the_root_and_code_is_left_out(book):
    assert book.img["src"] == "figures/04-os.svg" and "loading" not in book.img.attrs
    assert "code" not in book.text and "CSV" not in book.text
    assert [element.has_attr("open") for element in book.select("details")] == [True]


def test_each_page_begins_a_sheet_under_its_name_and_is_listed(book):
    listed = {link.text: link["href"][1:] for link in book.select("nav a")}
    assert listed == {"Glance": "book-index", "Survival": "notebooks-04_survival"}
    assert [article["id"] for article in book.select("article")] == list(listed.values())
    assert book.title.text == "A < B"
    assert re.findall(r'href="(_static/[^"]+)"', str(book.head)) == [
        "_static/styles/theme.css",
        "_static/book.css",
    ]
