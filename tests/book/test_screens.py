"""The main line of a chapter is short, on a desk and on a phone, and no page scrolls sideways."""

import json
import os
import re
import shutil
import subprocess
from functools import cache

import pytest

from helpers.ground.paths import ROOT

SITE = ROOT / "_build" / "html"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DESK, PHONE = (1280, 900), (390, 844)  # pixels
# Of chapters 1 to 5. Their pages of details (01a to 05a) are an appendix; chapters 6 and 7 hold long tables.
SCREENS = {DESK: 8.0, PHONE: 25.0}
LANDING = {DESK: 2.0, PHONE: 5.0}
CHAPTERS = [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("0[1-5]_*.py"))]
MEASURE = """
const size = frame => {
  const page = frame.contentDocument, article = page.querySelector("article");
  const wide = [...article.querySelectorAll("img, table, div.cell_output")];
  const outside = each => each.getBoundingClientRect().right > frame.clientWidth + 1;
  return {
    height: article.getBoundingClientRect().height,
    sideways: page.documentElement.scrollWidth > frame.clientWidth + 1,
    cut: wide.filter(each => each.tagName === "IMG" && outside(each)).length,
  };
};
addEventListener("load", () => setTimeout(() => {
  const frames = [...document.querySelectorAll("iframe")];
  const found = Object.fromEntries(frames.map(one => [one.name, size(one)]));
  document.body.textContent = JSON.stringify(found);
}, 4000));
"""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium to measure the pages with")


@cache
def measured() -> dict[str, dict]:
    """Lay every page out in both sizes, in one run of the browser; by page and width its measures."""
    assert SITE.is_dir(), "run `make book` first; `make test` does"
    frames = "".join(
        f'<iframe name="{name} {width}" src="{name}.html" width="{width}" height="{height}" style="border:0">'
        "</iframe>"
        for name in (*CHAPTERS, "book/index")
        for width, height in (DESK, PHONE)
    )
    sheet = SITE / ".screens.html"
    sheet.write_text(f"<!DOCTYPE html><script>{MEASURE}</script><body>{frames}", encoding="utf-8")
    options = ["--headless", "--disable-gpu", "--allow-file-access-from-files", "--virtual-time-budget=8000"]
    options += ["--no-sandbox"] * (os.geteuid() == 0)  # which the superuser's browser refuses
    try:
        run = subprocess.run(
            [BROWSER, *options, "--dump-dom", sheet.as_uri()], capture_output=True, text=True
        )
    finally:
        sheet.unlink()
    return json.loads(re.search(r"<body>(\{.*\})", run.stdout)[1])


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", [*CHAPTERS, "book/index"])
def test_the_main_line_is_short(name, size):
    width, height = size
    most = (LANDING if name == "book/index" else SCREENS)[size]
    assert measured()[f"{name} {width}"]["height"] / height <= most


@pytest.mark.parametrize("name", [*CHAPTERS, "book/index"])
def test_no_page_scrolls_sideways_and_every_figure_is_whole(name):
    for width, _ in (DESK, PHONE):
        found = measured()[f"{name} {width}"]
        assert not found["sideways"] and not found["cut"], (name, width)
