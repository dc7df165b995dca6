"""The built site holds every page, works from disk, asks no other host, and carries the two tables."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest
import yaml
from odd_cohorts import words_of

from building.stage import ABOUT_DISCLOSURE
from evidence.claims import load as claims
from helpers.ground import cohort
from helpers.ground.paths import ROOT
from helpers.ground.results import COLUMNS

SITE = ROOT / "_build" / "html"
LEDGER = SITE / "notebooks" / "06a_ledger_and_searches.html"


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


def test_every_definition_of_the_methods_stands_below_its_own_term():
    lines = (ROOT / "book" / "methods.md").read_text(encoding="utf-8").splitlines()
    terms = {line for line, after in pairwise(lines) if after.startswith(": ")}
    page = (SITE / "book" / "methods.html").read_text(encoding="utf-8")
    shown = {re.sub(r"<[^>]*>", "", term).removesuffix("#") for term in re.findall(r"(?s)<dt.*?</dt>", page)}
    assert len(terms) > 5 and terms <= shown


@pytest.fixture(scope="module")
def pages() -> dict[Path, Page]:
    assert SITE.is_dir(), "run `make book` first; `make test` does"
    return {path: Page(path) for path in sorted(SITE.rglob("*.html")) if "_static" not in path.parts}


def contents() -> list[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    pages = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    return [page for page in pages if page not in ABOUT_DISCLOSURE]  # of books that hide something


def target(page: Page, address: str) -> tuple[Path, str]:
    parts = urlsplit(address)
    path = (page.base.parent / unquote(parts.path)).resolve() if parts.path else page.base.resolve()
    return (path / "index.html" if path.is_dir() else path), parts.fragment


@pytest.mark.parametrize("name", contents())
def test_every_page_of_the_contents_is_built(name, pages):
    assert SITE / f"{name}.html" in pages


def test_the_root_page_and_how_to_read_link_every_chapter(pages):
    notebooks = {Path(name).stem for name in contents() if name.startswith("notebooks/")}
    assert notebooks == {path.stem for path in (ROOT / "notebooks").glob("*.py")}
    # A page of details is linked by its chapter.
    chapters = {name for name in notebooks if re.match(r"\d\d_", name)}
    for name in ("index.html", "book/how_to_read.html"):
        main = {chapter for chapter in chapters if chapter[2] == "_"}  # the details hang on their chapter
        page = pages[SITE / name]
        article = page.path.read_text(encoding="utf-8").partition("<article")[2].partition("</article>")[0]
        assert main <= set(re.findall(r'href="[^"#]*notebooks/(\w+)\.html', article)), name


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
        assert not re.search(r"<Figure size|<IPython|object at 0x", "".join(page.text)), path
        for image in page.images:
            assert len(image.get("alt", "")) > 40 and "_images/" not in image["alt"], (path, image)


@pytest.mark.parametrize("name", contents())
def test_every_page_carries_the_banner(name, pages):
    assert "rebuilt from a conference abstract" in "".join(pages[SITE / f"{name}.html"].text)


# What says more than is so, with what is so.
OF_FIGURES = r"agrees? with every (printed |published )?figure"
MISLEADING = {
    "every cohort": "of the cohorts drawn, not of all there are",
    OF_FIGURES: "as it is read in Methods",
}


@pytest.mark.parametrize("name", contents())
def test_no_page_says_of_all_cohorts_what_holds_of_those_drawn(name, pages):
    text = " ".join("".join(pages[SITE / f"{name}.html"].text).split())
    assert [phrase for phrase in MISLEADING if re.search(phrase, text)] == []


@pytest.mark.parametrize(
    "name", ["README.md", "CITATION.cff", "Makefile", "data/README.md", "data/reconstructed/cohort.toml"]
)
def test_no_text_of_the_repository_says_more_of_the_cohort_than_is_so(name):
    text = " ".join((ROOT / name).read_text(encoding="utf-8").split())
    assert re.search(OF_FIGURES, text) is None


@pytest.mark.parametrize("name", contents())
def test_a_share_of_small_p_values_names_its_test(name, pages):
    text = " ".join("".join(pages[SITE / f"{name}.html"].text).split())
    shares = re.findall(r"P below 0\.05 in (?:none|all|[<>]?\s?\d+%)(.{0,40})", text)
    assert [after for after in shares if not re.match(r" \([\w -]+ test\)", after)] == []
    assert shares or name not in ("book/index", "notebooks/04_survival", "notebooks/07_what_is_open")


def test_every_figure_carries_the_note():
    """The note is drawn as paths, so it is looked for in the committed notebooks' calls.

    A figure of the printed figures alone says that instead, as no cohort enters it; one of ranges, or of
    simulated truths, says so.
    """
    for source in (ROOT / "notebooks").glob("*.py"):
        calls = re.findall(r"^ *show\(.*\)$|^ *show\((?:.|\n)*?^ *\)", source.read_text(), flags=re.MULTILINE)
        assert calls
        notes = (
            "note=cohort.note",
            "note=cohort.ranges_note",
            "note=of_ledger.FROM_PRINT",
            "note=draws.SIMULATED",
        )
        assert all(any(note in call for note in notes) for call in calls), source


def test_the_site_carries_results_and_ledger():
    results = pd.read_csv(SITE / "results.csv")
    assert list(results.columns) == COLUMNS
    assert results["id"].is_unique
    ledger = pd.read_csv(SITE / "ledger.csv", keep_default_na=False)
    assert list(ledger.columns) == [
        "id",
        "sentence",
        "statement",
        "published",
        "recomputed",
        "verdict",
        "reading",
        "depends_on",
        "changes_conclusion",
        "reason",
        "conflict",
        "patients",
    ]
    assert set(ledger["verdict"]) <= {
        "consistent",
        "consistent under a reading",
        "contradicts as worded",
        "nothing to check",
    }


@pytest.fixture(scope="module")
def ledger_bodies() -> dict[str, str]:
    """Give the HTML of each claim in the ledger, in the appendix, by its id."""
    page = LEDGER.read_text(encoding="utf-8")
    found = re.findall(r'<tbody id="claim-(\w+)"(.*?)</tbody>', page, flags=re.DOTALL)
    assert len(found) == page.count("<tbody id=")
    return dict(found)


def test_the_ledger_page_holds_every_claim_whole_without_scripts(ledger_bodies):
    ledger = pd.read_csv(SITE / "ledger.csv", dtype=str, keep_default_na=False)
    assert list(ledger_bodies) == list(ledger["id"])
    for entry in ledger.to_dict("records"):
        shown = words_of(ledger_bodies[entry.pop("id")])
        del entry["sentence"]  # which is their order
        assert all(text in shown for text in entry.values()), entry
        assert " hidden" not in shown


def test_the_ledger_links_every_result_to_its_section(ledger_bodies, pages):
    published = claims.load().set_index("id")["result_id"]
    for claim, body in ledger_bodies.items():
        links = re.findall(r'href="([^"]+)"', body)
        assert len(links) == (published[claim] != ""), claim
        for link in links:
            file, fragment = target(pages[LEDGER], link)
            assert fragment and fragment in pages[file].ids, (claim, link)


def test_prose_quotes_what_the_results_table_holds(pages):
    """The response rates on the efficacy page are the ones counted from the rows."""
    patients = cohort.load().patients
    text = " ".join("".join(pages[SITE / "notebooks/02_efficacy.html"].text).split())
    for _, rows in patients[patients["response"].notna()].groupby("arm", observed=True):
        assert f"{rows['response'].sum()} of {len(rows)}" in text
