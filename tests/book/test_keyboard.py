"""Whoever uses a keyboard reaches the numbers, and reads at the foot of the window what each is."""

import re
from io import BytesIO

import pytest
from browser import BROWSER, BusyError, Window, window
from matplotlib.image import imread

from helpers.ground.paths import ROOT

SITE = ROOT / "_build" / "html"
PAGE = SITE / "notebooks" / "07_what_is_open.html"
SIZES = {"a desk": (1280, 900), "a phone": (390, 844)}
NUMBERS = 4  # that are looked at
PRESSES = 400  # of the tab key, more than a page has places to stop at
# The note is drawn by the style sheet, after the number, so that its size and colour are asked of that.
FOCUSED = """(() => {
  const found = document.activeElement;
  if (!found.matches("article .standing[data-told]")) return null;
  const note = getComputedStyle(found, "::after"), place = found.getBoundingClientRect();
  return {
    told: found.dataset.told, note: note.content,
    height: parseFloat(note.blockSize), colour: note.backgroundColor,
    outline: getComputedStyle(found).outlineStyle, top: place.top, bottom: place.bottom,
  };
})()"""
SHARE = 0.6  # of the foot of the window that has the note's colour; the rest is the note's letters

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium to press keys in")


def next_number(page: Window) -> dict:
    """Press the tab key until a marked number of the page has the focus."""
    for _ in range(PRESSES):
        page.press("Tab", 9)
        if found := page.get(FOCUSED):
            return found
    raise AssertionError(f"no marked number after {PRESSES} presses")


def coloured(page: Window, found: dict) -> float:
    """Give the share of the place of a note, at the foot of the window, that has its colour."""
    picture = (imread(BytesIO(page.picture()), format="png")[..., :3] * 255).round()
    colour = [int(part) for part in re.findall(r"\d+", found["colour"])[:3]]
    return float((abs(picture[-int(found["height"]) :] - colour) <= 2).all(axis=2).mean())


@pytest.fixture(scope="module")
def page():
    assert PAGE.exists(), "run `make book` first; `make test` does"
    with window() as opened:
        yield opened


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_tab_key_reaches_numbers_and_their_notes_are_seen(page, size, scheme):
    try:
        page.open(PAGE, size, scheme)
        for _ in range(NUMBERS):
            found = next_number(page)
            assert found["note"].strip('"') == found["told"]
            assert found["outline"] != "none"
            assert 0 <= found["top"] < found["bottom"] <= size[1] - found["height"], "hidden by its note"
            seen = coloured(page, found)
            page.get("document.activeElement.blur()")
            assert seen > SHARE > coloured(page, found)
            page.get("document.activeElement.focus()")
    except BusyError:
        pytest.skip("the browser did not answer")
