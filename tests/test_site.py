"""The built site holds every page, works from disk, asks no other host, and carries the two tables."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest
import yaml

from helpers import cohort
from helpers.dictionary import ROOT
from helpers.results import COLUMNS

SITE = ROOT / "_build" / "html"


class Page(HTMLParser):
    """Collects what a page links to, loads and shows."""

    def __init__(self, path: Path):
        super().__init__()
        self.path, self.base = path, path
        self.links, self.loaded, self.ids, self.images, self.text = [], [], set(), [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids.add(found.get("id"))
        if tag == "base":
            self.base = self.path.parent / found["href"]
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if tag in ("script", "img", "iframe", "source", "video", "audio") and found.get("src"):
            self.loaded.append(found["src"])
        if tag == "link" and set(found.get("rel", "").split()) & {
            "stylesheet",
            "icon",
            "preload",
            "preconnect",
        }:
            self.loaded.append(found["href"])
        if tag == "img":
            self.images.append(found)

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def pages() -> dict[Path, Page]:
    assert SITE.is_dir(), "run `make book` first; `make test` does"
    return {path: Page(path) for path in sorted(SITE.rglob("*.html")) if "_static" not in path.parts}


def contents() -> list[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    return [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]


def target(page: Page, address: str) -> tuple[Path, str]:
    parts = urlsplit(address)
    path = (page.base.parent / unquote(parts.path)).resolve() if parts.path else page.base.resolve()
    return (path / "index.html" if path.is_dir() else path), parts.fragment


@pytest.mark.parametrize("name", contents())
def test_every_page_of_the_contents_is_built(name, pages):
    assert SITE / f"{name}.html" in pages


def test_the_root_page_shows_the_five_chapters(pages):
    linked = {target(pages[SITE / "index.html"], link)[0].stem for link in pages[SITE / "index.html"].links}
    assert {Path(name).stem for name in contents() if name.startswith("notebooks/")} <= linked
    assert len([name for name in contents() if name.startswith("notebooks/")]) == 5


def test_no_link_or_image_is_broken(pages):
    broken = []
    for path, page in pages.items():
        for address in page.links + page.loaded:
            if urlsplit(address).scheme in ("http", "https", "mailto", "data", "javascript"):
                continue
            file, fragment = target(page, address)
            missing = not file.exists()
            if not missing and fragment and file.suffix == ".html":
                missing = file in pages and unquote(fragment) not in pages[file].ids
            if missing:
                broken.append(f"{path.relative_to(SITE)}: {address}")
    assert not broken


def test_no_page_asks_another_host(pages):
    outside = [
        (path.name, src) for path, page in pages.items() for src in page.loaded if urlsplit(src).netloc
    ]
    assert not outside
    for sheet in SITE.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*['\"]?\s*(https?:)?//", sheet.read_text(encoding="utf-8")), (
            sheet
        )


def test_no_figure_was_lost_and_each_is_described(pages):
    for path, page in pages.items():
        assert "<Figure size" not in "".join(page.text), path
        for image in page.images:
            assert len(image.get("alt", "")) > 40 and "_images/" not in image["alt"], (path, image)


@pytest.mark.parametrize("name", contents())
def test_every_page_carries_the_banner(name, pages):
    assert "rebuilt from a conference abstract" in "".join(pages[SITE / f"{name}.html"].text)


def test_every_figure_carries_the_note():
    """The note is drawn as paths, so it is looked for in the committed notebooks' calls."""
    for source in (ROOT / "notebooks").glob("*.py"):
        calls = re.findall(r"^show\((?:.|\n)*?^\)|^show\(.*\)$", source.read_text(), flags=re.MULTILINE)
        assert calls
        assert all("note=study.note" in call for call in calls), source


def test_the_site_carries_results_and_ledger():
    results = pd.read_csv(SITE / "results.csv")
    assert list(results.columns) == COLUMNS
    assert results["id"].is_unique
    ledger = pd.read_csv(SITE / "ledger.csv", keep_default_na=False)
    assert list(ledger.columns) == [
        "id",
        "statement",
        "published",
        "recomputed",
        "verdict",
        "reading",
        "reason",
    ]
    assert set(ledger["verdict"]) <= {
        "reproduced",
        "reproduced under a stated reading",
        "impossible as printed",
        "not determined",
    }


def test_prose_quotes_what_the_results_table_holds(pages):
    """The response rates on the efficacy page are the ones counted from the rows."""
    patients = cohort.load().patients
    text = " ".join("".join(pages[SITE / "notebooks/02_efficacy.html"].text).split())
    for _, rows in patients[patients["response"].notna()].groupby("arm", observed=True):
        assert f"{rows['response'].sum()} of {len(rows)}" in text
