"""The main line of a chapter is short, on a desk and on a phone, and no page scrolls sideways."""

import json
import os
import re
import shutil
import subprocess
from tempfile import TemporaryDirectory

import pytest

from helpers.ground.paths import ROOT

SITE = ROOT / "_build" / "html"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 90  # seconds
DESK, PHONE = (1280, 900), (390, 844)  # pixels
# Of the chapters. Their pages of details (01a to 07a) are an appendix, as long as it must be, where a heading
# comes at least every so many screens.
SCREENS = {DESK: 8.0, PHONE: 25.0}
LANDING = {DESK: 2.0, PHONE: 5.0}
UNDER_A_HEADING = {DESK: 4.5, PHONE: 8.0}
CHAPTERS = [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("??_*.py"))]
DETAILS = [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("??a_*.py"))]
MEASURE = """
const size = frame => {
  const page = frame.contentDocument, article = page.querySelector("article");
  const wide = [...article.querySelectorAll("img, table, div.cell_output")];
  const outside = each => each.getBoundingClientRect().right > frame.clientWidth + 1;
  const headings = [...article.querySelectorAll("h1, h2, h3")];
  const ends = [...headings, article].map(each => each.getBoundingClientRect());
  const tops = [...ends.slice(0, -1).map(each => each.top), ends.at(-1).bottom];
  return {
    height: article.getBoundingClientRect().height,
    sideways: page.documentElement.scrollWidth > frame.clientWidth + 1,
    without: Math.max(...tops.slice(1).map((top, place) => top - tops[place])),
    nameless: headings.filter(each => !each.closest("section[id]")).length,
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


def measured(name: str) -> dict[str, dict]:
    """Lay a page out in both sizes; its measures by width."""
    assert SITE.is_dir(), "run `make book` first; `make test` does"
    frames = "".join(
        f'<iframe name="{width}" src="{name}.html" width="{width}" height="{height}" style="border:0">'
        "</iframe>"
        for width, height in (DESK, PHONE)
    )
    sheet = SITE / f".screens-{name.replace('/', '-')}.html"
    sheet.write_text(f"<!DOCTYPE html><script>{MEASURE}</script><body>{frames}", encoding="utf-8")
    options = ["--headless", "--disable-gpu", "--allow-file-access-from-files", "--virtual-time-budget=8000"]
    options += ["--no-sandbox"] * (os.geteuid() == 0)  # which the superuser's browser refuses
    try:
        with TemporaryDirectory() as profile:
            run = subprocess.run(
                [BROWSER, *options, f"--user-data-dir={profile}", "--dump-dom", sheet.as_uri()],
                **{"capture_output": True, "text": True, "timeout": PATIENCE},
            )
    except subprocess.TimeoutExpired:
        pytest.skip(f"the browser did not lay out {name} within {PATIENCE} s")
    finally:
        sheet.unlink()
    found = re.search(r"<body>(\{.*\})", run.stdout)
    if found is None:
        pytest.skip(f"the browser did not measure {name}: {run.stderr[-200:]}")
    return json.loads(found[1])


def test_each_chapter_has_a_page_of_details():
    assert [name[10:12] for name in CHAPTERS] == [name[10:12] for name in DETAILS] != []


@pytest.mark.parametrize("name", [*CHAPTERS, *DETAILS, "book/index"])
def test_the_main_line_is_short_and_nothing_is_cut(name):
    most = LANDING if name == "book/index" else SCREENS
    laid_out = measured(name)
    for size in (DESK, PHONE):
        found = laid_out[str(size[0])]
        assert not found["sideways"] and not found["cut"], size
        if name in DETAILS:
            assert found["without"] / size[1] <= UNDER_A_HEADING[size] and not found["nameless"], size
        else:
            assert found["height"] / size[1] <= most[size], size
