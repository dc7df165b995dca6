"""Print the built book as one PDF, with Chromium and without a window. Run as ``make pdf``."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bs4 import BeautifulSoup
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from building.places import place_of
from helpers.ground import cohort as cohorts
from helpers.ground import command
from helpers.ground.edition import edition
from helpers.ground.paths import named
from helpers.site import paper

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking")
PRINTED = ("--no-pdf-header-footer", "--generate-pdf-document-outline")
PATIENCE = 600  # seconds


class PrintError(Exception):
    """The book could not be printed, in words for its reader."""


def print_book(site: Path, target: Path, title: str) -> None:
    """Print a built site as one file.

    Parameters
    ----------
    site : Path
        The folder of the pages.
    target : Path
    title : str

    Raises
    ------
    PrintError
        If there is no site or no browser, or the browser gives no file.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise PrintError(f"no browser to print with; one of these must be installed: {', '.join(BROWSERS)}")
    if not (site / "index.html").is_file():
        raise PrintError(f"there is no book in {site}; `make book` builds it")
    page = site / ".whole-book.html"
    book = paper.whole_book(site, paper.names(site), title)
    page.write_text(book, encoding="utf-8")
    try:
        with TemporaryDirectory() as profile:
            file = _print(browser, page, Path(profile))
            name_outline(file, book)
            shutil.move(file, target)
    finally:
        page.unlink()


def name_outline(file: Path, book: str) -> None:
    """Name the entries of a printed book's outline as its headings are.

    The browser takes an entry from what it drew, and twice what it drew twice on its way to the next sheet.

    Parameters
    ----------
    file : Path
        Changed in place.
    book : str
        The page that was printed.
    """
    writer = PdfWriter(clone_from=file)
    headings = BeautifulSoup(book, "html.parser").find_all(["h1", "h2", "h3", "h4", "h5", "h6"])
    for heading, entry in zip(headings, _entries(writer.get_outline_root()), strict=True):
        title = " ".join(heading.get_text().split()).removesuffix("#")
        entry[NameObject("/Title")] = TextStringObject(title)
    if day := edition().date.replace("-", ""):  # of the commit, not of the clock
        writer.add_metadata({"/CreationDate": f"D:{day}", "/ModDate": f"D:{day}"})
    writer.write(file)


def _entries(above: DictionaryObject) -> Iterator[DictionaryObject]:
    entry = above.get("/First")
    while entry is not None:
        yield (this := entry.get_object())
        yield from _entries(this)
        entry = this.get("/Next")


def _print(browser: str, page: Path, profile: Path) -> Path:
    root = ["--no-sandbox"] * (os.geteuid() == 0)  # which the superuser's browser refuses
    file = profile / "book.pdf"
    asked = [f"--user-data-dir={profile}", f"--print-to-pdf={file}", page.as_uri()]
    run = subprocess.run(
        [browser, *OPTIONS, *root, *PRINTED, *asked], capture_output=True, text=True, timeout=PATIENCE
    )
    if not file.is_file():
        raise PrintError(f"the browser printed nothing:\n{run.stderr[-1000:]}")
    return file


def main(arguments: list[str] | None = None) -> int:
    """Print the book of a cohort, which is built already; return the exit status."""
    parser = argparse.ArgumentParser(prog="make pdf", description=main.__doc__)
    parser.add_argument("--cohort", type=named, default=cohorts.DEFAULT, help="folder of the cohort")
    chosen = parser.parse_args(arguments)
    try:
        cohort = cohorts.load(chosen.cohort)
        place = place_of(chosen.cohort).folder
        print_book(place / "html", place / "book.pdf", cohort.title)
    except PrintError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The book is printed in {place / 'book.pdf'}")
    return 0


if __name__ == "__main__":
    command.run(main)
