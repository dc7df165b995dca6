"""Figures and tables get their numbers page by page, and every link below them leads to a file."""

import base64
import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from helpers.printing import numbered, tables
from helpers.printing.exhibits import EXHIBIT, FIGURE, HTML, PNG, SVG, exhibit

PICTURE = '<?xml version="1.0"?><svg xmlns="x" width="338.4pt" height="72pt" viewBox="0 0 338 72"></svg>'
DOTS = b"\x89PNG some dots"
ROWS = pd.DataFrame({"month": [0, 12], "label": ["a", "b"]})


def figure(name: str, data: pd.DataFrame | None = ROWS) -> dict:
    said = exhibit(FIGURE, name, "Alive & well", "Share < 1 of all.", data) | {"alt": 'A "curve"'}
    return {"data": {SVG: PICTURE, PNG: base64.b64encode(DOTS).decode(), EXHIBIT: said}, "metadata": {}}


def table(name: str) -> dict:
    return {
        "data": tables.render(ROWS.astype(str), name, "Rows < 2", "A note")._repr_mimebundle_(),
        "metadata": {},
    }


def cell(*outputs: dict, tag: str = "hide-input", source: str = "x = 1 < 2") -> dict:
    return {"cell_type": "code", "source": source, "metadata": {"tags": [tag]}, "outputs": list(outputs)}


def laid_out(folder, *cells: dict, page: str = "notebooks/04a_survival_details"):
    """Lay out a page; its elements, and what each is called."""
    notebook = {"cells": [{"cell_type": "markdown", "source": "# Survival", "metadata": {}}, *cells]}
    site = numbered.Site(folder, lambda what, address: f"The authors. {what} In: Book. {address}")
    called = numbered.lay_out(notebook, page, site)
    shown = [output["data"][HTML] for one in cells for output in one["outputs"]]
    return BeautifulSoup("\n".join(shown), "html.parser"), called


def test_figures_and_tables_are_counted_by_themselves_in_the_order_of_the_page(tmp_path):
    page, called = laid_out(
        tmp_path, cell(figure("os")), cell(table("rates")), cell(figure("dfs"), table("p"))
    )
    assert called == {
        "figure-4a-os": "Figure 4a.1",
        "table-4a-rates": "Table 4a.1",
        "figure-4a-dfs": "Figure 4a.2",
        "table-4a-p": "Table 4a.2",
    }
    assert {one["id"]: one.select_one(".exhibit-number").text for one in page.select(".exhibit")} == called


def test_a_figure_has_its_title_its_caption_and_its_description(tmp_path):
    page, _ = laid_out(tmp_path, cell(figure("os")))
    assert page.select_one(".exhibit-title").text == "Figure 4a.1 Alive & well"
    assert page.select_one("figcaption").text == "Share < 1 of all."
    image = page.select_one("a.exhibit-picture > img")
    assert image["alt"] == 'A "curve"'
    assert (image["width"], image["height"]) == ("451", "96")


def test_a_table_has_a_caption_with_its_number(tmp_path):
    page, _ = laid_out(tmp_path, cell(table("rates")))
    assert page.select_one("table > caption").text == "Table 4a.1 Rows < 2"
    assert page.select_one("thead tr").get_text(" ", strip=True) == "month label"


def test_each_link_leads_to_a_file_that_holds_what_it_says(tmp_path):
    page, _ = laid_out(tmp_path, cell(figure("os"), table("rates")))
    links = {link["href"]: link.text for link in page.select(".exhibit-links > a")}
    assert list(links.values()) == ["Data (CSV)", "SVG", "PNG", "Data (CSV)"]
    (tmp_path / "notebooks").mkdir()
    files = {href: (tmp_path / "notebooks" / href).read_bytes() for href in links}
    assert files["../figures/04a-os.csv"] == files["../tables/04a-rates.csv"] == b"month,label\n0,a\n12,b\n"
    assert files["../figures/04a-os.svg"].decode() == PICTURE and files["../figures/04a-os.png"] == DOTS
    assert page.select_one("img")["src"] == page.select_one("a.exhibit-picture")["href"] in links


def test_code_and_citation_stand_below_and_the_cell_does_not_repeat_its_code(tmp_path):
    one = cell(figure("os"))
    page, _ = laid_out(tmp_path, one)
    code, cite = page.select(".exhibit-links details")
    assert code.select_one("pre").text.strip() == "x = 1 < 2"
    words = "The authors. Figure 4a.1. Alive & well."
    assert cite.p.text == f"{words} In: Book. notebooks/04a_survival_details.html#figure-4a-os"
    assert one["metadata"]["tags"] == ["remove-input"]


def test_a_figure_without_rows_offers_none(tmp_path):
    page, _ = laid_out(tmp_path, cell(figure("courses", None)))
    assert [link.text for link in page.select(".exhibit-links > a")] == ["SVG", "PNG"]
    assert not list(tmp_path.rglob("*.csv"))


def test_the_words_under_a_figure_in_the_notebook_go_as_the_page_has_them(tmp_path):
    words = {"data": {"text/markdown": "**Alive.**"}, "metadata": {EXHIBIT: "os"}}
    other = {"data": {"text/markdown": "A sentence."}, "metadata": {}}
    one = cell(figure("os"), words, other)
    numbered.lay_out({"cells": [one]}, "notebooks/04_survival", numbered.Site(tmp_path, "{} {}".format))
    assert [list(output["data"]) for output in one["outputs"]] == [[HTML], ["text/markdown"]]


def test_what_the_page_does_not_show_has_no_number(tmp_path):
    hidden = cell(figure("landing"), tag="remove-cell")
    notebook = {"cells": [hidden, cell(figure("os"))]}
    called = numbered.lay_out(notebook, "notebooks/02_efficacy", numbered.Site(tmp_path, "{} {}".format))
    assert called == {"figure-2-os": "Figure 2.1"}
    assert SVG in hidden["outputs"][0]["data"]


def test_two_of_one_name_are_refused(tmp_path):
    with pytest.raises(ValueError, match="two of one name on notebooks/04_survival: os"):
        laid_out(tmp_path, cell(figure("os")), cell(figure("os")), page="notebooks/04_survival")


def test_a_figure_of_a_prose_page_is_one_block_for_markdown(tmp_path):
    site = numbered.Site(tmp_path, "{} {}".format)
    html = numbered.drawn(figure("burden")["data"], numbered.place_of("book/index", 1), "book/index", site)
    assert not re.search(r"\n\s*\n", html)
    assert (
        BeautifulSoup(html, "html.parser").select_one("figure#figure-burden .exhibit-number").text
        == "Figure 1"
    )


def test_what_a_script_may_do_with_a_figure_stands_in_it(tmp_path):
    one = figure("os")
    one["data"][EXHIBIT]["live"] = '{"slider":{}}'
    page, _ = laid_out(tmp_path, cell(one, figure("dfs")))
    told = page.select_one("figure#figure-4a-os > script.exhibit-live")
    assert told["type"] == "application/json" and told.string == '{"slider":{}}'
    assert len(page.select("script")) == 1
