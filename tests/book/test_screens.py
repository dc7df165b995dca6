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


@pytest.mark.parametrize("name", [*CHAPTERS, "book/index"])
def test_the_main_line_is_short_and_nothing_is_cut(name):
    most = LANDING if name == "book/index" else SCREENS
    laid_out = measured(name)
    for size in (DESK, PHONE):
        found = laid_out[str(size[0])]
        assert found["height"] / size[1] <= most[size], size
        assert not found["sideways"] and not found["cut"], size
