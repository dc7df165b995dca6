"""What a page says of itself: a description, a card where there is an address, its edition, nothing more."""

import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import pytest
from docutils import nodes
from docutils.utils import new_document

from helpers.ground.edition import Edition
from helpers.site import head

EDITION = Edition("A title", "1.2.3", "2020-01-02", "Somebody", "abc1234567", "2021-03-04", False)
ADDRESS = "https://example.org/book/"


def tags(**changed: str) -> dict[str, str]:
    found: dict[str, str] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            given = dict(attributes)
            found[given.get("name") or given["property"]] = given["content"]

    asked = {
        "name": "book/index",
        "title": "Page & <em>more</em>",
        "book": "Book",
        "text": 'Says "so".',
        "address": "",
    }
    Reader().feed(head.tags(**asked | changed))
    return found


def test_without_an_address_the_tags_that_need_it_are_left_out():
    found = tags()
    assert found["description"] == found["og:description"] == 'Says "so".'
    assert found["og:title"] == "Page & more" and found["og:site_name"] == "Book"
    assert not {"og:url", "og:image"} & set(found) and found["twitter:card"] == "summary"
    assert not any("http" in text for text in found.values())


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS.rstrip("/")])
def test_with_an_address_the_page_and_its_card_are_named(address):
    found = tags(address=address)
    assert found["og:url"] == "https://example.org/book/book/index.html"
    assert found["og:image"] == "https://example.org/book/_static/card.png"
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert found["twitter:card"] == "summary_large_image"


def test_a_page_without_words_has_no_description():
    assert not {"description", "og:description"} & set(tags(text=""))


def document(*texts: str) -> nodes.document:
    made = new_document("page")
    for text in texts:
        made += nodes.paragraph("", "", nodes.Text(text))
    return made


def test_the_first_paragraph_with_words_describes_the_page():
    assert (
        head.description(document("64", "Who was treated, and how?", "Second."))
        == "Who was treated, and how?"
    )
    assert head.description(document()) == head.description(None) == ""


def test_a_mark_in_the_first_paragraph_is_taken_out_and_a_long_one_is_cut():
    made = document("Known of ")
    made[0] += nodes.raw("", '<span class="standing" data-told="x">', format="html")
    made[0] += nodes.Text("64 patients in all " * 40)
    found = head.description(made)
    assert "<" not in found and found.startswith("Known of 64 patients")
    assert len(found) <= head.LONGEST and found.endswith("…")


def foot(**changed) -> str:
    asked = {"edition": EDITION, "data": "2021-02-03", "tables": ["results.csv"], "is_cited": True}
    return head.foot(
        **asked | changed, pathto=lambda name, is_file=0: f"../{name}" + ("" if is_file else ".html")
    )


def test_the_foot_tells_tables_version_data_and_commit():
    found = foot(tables=["results.csv", "ranges.csv"])
    assert '<a href="../results.csv">results.csv</a> · <a href="../ranges.csv">ranges.csv</a>' in found
    for said in ("Version 1.2.3", "data of 3 February 2021", "built from commit abc1234567 of 4 March 2021"):
        assert said in found
    assert '<a href="../book/colophon.html#cite-this">Cite this</a>' in found


def test_the_foot_says_nothing_that_is_not_known():
    found = foot(data="", edition=Edition("A", "1", "2020-01-02", "B", "", "", False), is_cited=False)
    assert "data of" not in found and "built from" not in found and "Cite this" not in found


def test_the_list_of_pages_is_one_that_search_engines_read():
    text = head.sitemap(["book/index", "a&b"], ADDRESS, "2021-03-04")
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = ElementTree.fromstring(text.encode())
    assert found.tag == f"{space}urlset"
    places = [url.findtext(f"{space}loc") for url in found]
    assert places == ["https://example.org/book/book/index.html", "https://example.org/book/a&b.html"]
    assert {url.findtext(f"{space}lastmod") for url in found} == {"2021-03-04"}
    assert "lastmod" not in head.sitemap(["a"], ADDRESS, "")
