"""The built site says what it is: edition, citation, descriptions, tables, a page for wrong addresses."""

import json
import re

import described
import pytest
import yaml

from helpers.ground import cohort, edition
from helpers.ground.paths import ROOT

SITE = ROOT / "_build" / "html"
CHAPTERS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.py"))


def source(name: str) -> str:
    path = SITE / name
    assert path.is_file(), "run `make book` first; `make test` does"
    return path.read_text(encoding="utf-8")


def test_the_date_of_the_data_is_that_of_their_last_change():
    if edition._git(ROOT, "rev-parse", "--is-shallow-repository") != "false":
        pytest.skip("no whole history to ask")
    files = [f"data/reconstructed/{name}.csv" for name in ("patients", "immune", "ranges")]
    changed = edition._git(ROOT, "log", "-1", "--format=%cs", "--", *files)
    assert cohort.load(cohort.DEFAULT).date == changed


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_chapter_links_the_tables_and_says_its_edition(name):
    page = source(f"notebooks/{name}.html")
    for table in ("results.csv", "ranges.csv", "ledger.csv"):
        assert f'href="../{table}"' in page
        assert (SITE / table).is_file()
    assert f"Version {edition.edition().version}" in page and "colophon.html#cite-this" in page


@pytest.mark.parametrize(
    "name", ["index.html", "book/index.html", *(f"notebooks/{name}.html" for name in CHAPTERS)]
)
def test_a_page_has_a_description_of_its_own_and_no_address_that_is_not_set(name):
    page = source(name)
    found = re.search(r'<meta name="description" content="([^"]+)"', page)
    assert found and len(found[1]) > 30
    assert '<meta property="og:title"' in page and "favicon.svg" in page
    assert not re.search(r'property="og:(url|image)"|rel="canonical"', page)
    assert not (SITE / "sitemap.xml").exists()


def test_no_two_chapters_share_a_description():
    found = [
        re.search(r'name="description" content="([^"]+)"', source(f"notebooks/{name}.html"))
        for name in CHAPTERS
    ]
    assert len({match[1] for match in found}) == len(CHAPTERS)


@pytest.mark.parametrize("name", ["index.html", "book/colophon.html"])
def test_the_landing_page_and_the_colophon_say_how_to_cite(name):
    assert edition.citation()["authors"][0]["name"].replace("'", "’") in source(name).replace("'", "’")
    assert f"(version {edition.edition().version})" in source(name)


def test_the_site_carries_its_citation_and_says_it_as_the_repository_does():
    assert yaml.safe_load(source("CITATION.cff")) == edition.citation()


def test_the_tables_of_the_site_are_what_its_package_says():
    package = json.loads(source("datapackage.json"))
    assert described.problems_of_package(package) == []
    assert [resource["name"] for resource in package["resources"]] == ["results", "ranges", "ledger"]
    for resource in package["resources"]:
        assert described.problems_of_table(resource, SITE) == []


def test_the_crate_of_the_site_holds_every_page_and_table():
    crate = json.loads(source("ro-crate-metadata.json"))
    assert described.problems_of_crate(crate, SITE) == []
    parts = {part["@id"] for part in crate["@graph"][1]["hasPart"]}
    assert {f"notebooks/{name}.html" for name in CHAPTERS} | {
        "results.csv",
        "ledger.csv",
        "ranges.csv",
    } <= parts


def test_the_crate_of_the_repository_names_all_that_stands_at_its_top():
    kept = edition._git(ROOT, "ls-files", "--", ":/*")
    top = {name.partition("/")[0] for name in kept.splitlines() if not name.startswith(".")}
    crate = json.loads((ROOT / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    named = {part["@id"].partition("/")[0] for part in crate["@graph"]}
    assert top <= named


def test_a_wrong_address_leads_back_without_any_other_file():
    page = source("404.html")
    assert 'href="index.html"' in page and 'action="search.html"' in page and "<base" not in page
    assert not re.search(r"<(script|link|img)\b", page)


def test_nothing_runs_code_in_the_page():
    assert not any("thebe" in path.read_text(encoding="utf-8").lower() for path in SITE.rglob("*.html"))
