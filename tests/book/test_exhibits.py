"""Figures and tables of the built site: numbered, opened by a key, their links good."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest
from browser import BROWSER, BusyError, window
from bs4 import BeautifulSoup

from helpers.ground.edition import citation
from helpers.ground.paths import ROOT

SITE = ROOT / "_build" / "html"
CHAPTERS = [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("*.py"))]
PHONE = (390, 844)


def page_of(name: str) -> BeautifulSoup:
    assert SITE.is_dir(), "run `make book` first; `make test` does"
    return BeautifulSoup((SITE / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_and_tables_are_numbered_in_their_order(name):
    found, page = re.match(r"notebooks/(\d+)(a?)_", name), page_of(name)
    chapter = f"{int(found[1])}{found[2]}"
    for kind in ("figure", "table"):
        labels = [one.text for one in page.select(f'.exhibit[id^="{kind}-"] .exhibit-number')]
        assert labels == [f"{kind.capitalize()} {chapter}.{place}" for place in range(1, len(labels) + 1)]
    assert page.select("figure.exhibit") and not page.select("div.cell_output img:not(.exhibit img)")
    assert all(table.caption and table.caption.text.strip() for table in page.select("div.cell_output table"))


@pytest.mark.parametrize("name", [*CHAPTERS, "book/index"])
def test_every_link_under_a_figure_or_a_table_leads_to_a_file_that_holds_something(name):
    for exhibit in page_of(name).select(".exhibit"):
        links = {link.text: target(name, link["href"]) for link in exhibit.select(".exhibit-links > a")}
        expected = {"Data (CSV)", "SVG", "PNG"} if exhibit.name == "figure" else {"Data (CSV)"}
        assert set(links) == expected, exhibit["id"]
        assert len(pd.read_csv(links["Data (CSV)"])) > 0
        assert all(path.stat().st_size > 500 for words, path in links.items() if "CSV" not in words)
        cited = exhibit.select_one(".exhibit-cite").text
        assert f"#{exhibit['id']}" in cited and f", version {citation()['version']}." in cited


def target(name: str, address: str) -> Path:
    return (SITE / name).parent / unquote(urlsplit(address).path)


def test_no_figure_offers_a_value_of_an_open_result():
    """The file of a figure of result rows holds a range in place of a value."""
    seen = 0
    for path in sorted(SITE.glob("figures/*.csv")):
        rows = pd.read_csv(path)
        if {"standing", "range_low"} <= set(rows.columns):
            of_open = rows[rows["standing"].eq("open")]
            numbers = of_open[of_open.columns.intersection(["estimate", "ci_low", "ci_high", "p_value"])]
            assert numbers.isna().all(axis=None), path
            seen += len(of_open)
    assert seen > 100


@pytest.mark.skipif(BROWSER is None, reason="no Chromium to open figures in")
def test_a_key_opens_a_figure_large_and_another_closes_it():
    try:
        with window() as page:
            page.open(SITE / "notebooks" / "04_survival.html", PHONE)
            link = 'document.querySelector("a.exhibit-picture")'
            before = page.get(f"{link}.focus(), {link}.querySelector('img').getBoundingClientRect().width")
            page.press("Enter", 13)
            page.wait('document.querySelector("dialog.exhibit-large[open] img")?.complete')
            large = 'document.querySelector("dialog.exhibit-large")'
            assert page.get(f"{large}.querySelector('img').getBoundingClientRect().width") > 1.5 * before
            assert "Figure 4.1" in page.get(f"{large}.querySelector('p').textContent")
            assert page.get(f"{large}.contains(document.activeElement)")
            page.press("Escape", 27)
            page.wait(f"!{large}.open")
            assert page.get(f"document.activeElement === {link}")
            assert not page.errors
    except BusyError:
        pytest.skip("the browser did not answer")
