"""In a browser, from disk: figures are read at a place by keyboard, and show another cohort on a press."""

import re
from itertools import product

import pandas as pd
import pytest
from browser import BROWSER, window
from bs4 import BeautifulSoup, SoupStrainer

from helpers.ground import standing
from helpers.ground.cohort import DEFAULT
from helpers.ground.paths import ROOT

SITE = ROOT / "_build" / "html"
SURVIVAL, CUT_OFFS, COURSES = "figure-4-os", "figure-2a-cut-offs", "figure-1a-courses"
PAGES = {
    SURVIVAL: "notebooks/04_survival",
    CUT_OFFS: "notebooks/02a_efficacy_details",
    COURSES: "notebooks/01a_cohort_details",
}
SIZES = [(390, 844), (820, 1100), (1280, 900)]
SCHEMES = ["light", "dark"]
RIGHT, LEFT, HOME = ("ArrowRight", 39), ("ArrowLeft", 37), ("Home", 36)
RANGE = r".+ to .+|about .+|.+ in at least 95% of the cohorts"
# Nothing that was put beside a figure lies outside of it, and what is drawn over a picture lies on it.
LAID_OUT = """(figure => {
  const [on, over] = ["img", ".exhibit-over"].map(each => figure.querySelector(each).getBoundingClientRect());
  const page = document.documentElement.clientWidth;
  const panel = figure.querySelector(".exhibit-read, .exhibit-others"), edge = panel.getBoundingClientRect();
  const out = each => each.getBoundingClientRect().right > edge.right + 1 || edge.right > page + 1;
  return {
    outside: [...panel.querySelectorAll("*")].filter(out).map(each => each.outerHTML.slice(0, 80)),
    apart: ["left", "top", "width", "height"].map(side => Math.abs(on[side] - over[side])),
    sideways: document.documentElement.scrollWidth > page + 1, width: on.width,
  };
})(document.querySelector("#%s"))"""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium to open the pages with")


@pytest.fixture(scope="module")
def page():
    assert SITE.is_dir(), "run `make book` first; `make test` does"
    with window() as opened:
        yield opened


def opened(page, figure: str, size=(1280, 900), scheme: str = "light") -> None:
    """Open the page of a figure and let its picture load."""
    page.open(SITE / f"{PAGES[figure]}.html", size, scheme)
    page.get(f"document.querySelector('#{figure} img').loading = 'eager'")
    page.wait(f"(image => image.complete && image.naturalWidth)(document.querySelector('#{figure} img'))")


def text(page, selector: str) -> str:
    return " ".join(page.get(f"document.querySelector({selector!r}).textContent").split())


def table(page, figure: str) -> list[list[str]]:
    """Read the cells of a slider's table, row by row."""
    found = page.get(
        f"[...document.querySelectorAll('#{figure} .exhibit-read tbody tr')]"
        ".map(row => [...row.cells].map(cell => cell.textContent.replace(/\\s+/g, ' ')))"
    )
    return [[cell.strip() for cell in row] for row in found]


def pressed(page, figure: str, key: tuple[str, int], times: int = 1) -> str:
    """Press a key on a slider; what a screen reader is told then."""
    page.get(f"document.querySelector('#{figure} input[type=range]').focus()")
    page.get(f"document.querySelector('#{figure} [role=status]').textContent = ''")
    for _ in range(times):
        page.press(*key)
    page.wait(f"document.querySelector('#{figure} [role=status]').textContent")
    return text(page, f"#{figure} [role=status]")


def test_survival_is_read_at_a_month_by_keyboard(page):
    opened(page, SURVIVAL)
    assert text(page, f"#{SURVIVAL} .exhibit-bar output") == "24 months"
    assert table(page, SURVIVAL)[0][1] == "64%"
    lines = f"[...document.querySelectorAll('#{SURVIVAL} .exhibit-line')].map(line => line.x1.baseVal.value)"
    before = page.get(lines)
    said = pressed(page, SURVIVAL, LEFT, times=6)
    fans = pd.read_csv(DEFAULT / standing.FANS).query("outcome == 'os' and month == 18").set_index("group")
    shown = table(page, SURVIVAL)
    for group, (name, share, left) in zip(("all", "combination", "monotherapy"), shown, strict=True):
        low, high, fewest, most = fans.loc[group, ["low", "high", "at_risk_low", "at_risk_high"]]
        assert share == f"{100 * low:.0f}% to {100 * high:.0f}%" and left == f"{fewest:.0f} to {most:.0f}"
        assert f"{name}: Survival {share} (open), At risk {left} (open)" in said
    assert said.startswith("18 months. ")
    after = page.get(lines)
    assert len(after) == 3 and all(now < then for now, then in zip(after, before, strict=True))
    assert page.errors == [] and page.outside == []


def test_the_slider_is_named_says_its_place_and_shows_the_focus(page):
    opened(page, SURVIVAL)
    bar = f"document.querySelector('#{SURVIVAL} input[type=range]')"
    assert page.get(f"{bar}.labels[0].textContent") == "Month"
    said = pressed(page, SURVIVAL, HOME)
    assert page.get(f"{bar}.getAttribute('aria-valuetext')") == "1 month" and said.startswith("1 month. ")
    assert page.get(f"getComputedStyle({bar}).outlineStyle") != "none"
    assert page.get(f"{bar}.closest('figure').querySelector('table').getAttribute('aria-labelledby')")


def test_the_cut_off_is_moved_and_counts_and_difference_follow(page):
    opened(page, CUT_OFFS)
    first = table(page, CUT_OFFS)[0]
    assert text(page, f"#{CUT_OFFS} .exhibit-bar output") == "more than 60%"
    assert first[1:3] == ["5 of 6", "3 of 9"] and first[3].startswith("+50 points (95% CI")
    said = pressed(page, CUT_OFFS, RIGHT)
    rows = pd.read_csv(DEFAULT / standing.CUT_OFFS).query("outcome == 'response' and cutoff == 65")
    ends = rows.set_index("group")
    for place, arm in enumerate(("combination", "monotherapy"), start=1):
        counts = (
            f"{ends.loc[arm, f'{name}_low']} to {ends.loc[arm, f'{name}_high']}" for name in ("events", "n")
        )
        assert table(page, CUT_OFFS)[0][place] == " of ".join(counts)
    low, high = ends.loc["arm", ["estimate_low", "estimate_high"]]
    assert table(page, CUT_OFFS)[0][3] == f"+{100 * low:.0f} to +{100 * high:.0f} points"
    assert said.startswith("more than 65%. Response: Combination 3 to 5 of 4 to 6 (open)")
    assert page.errors == []


def test_a_press_shows_another_cohort_and_says_which(page):
    opened(page, COURSES)
    status, button = (
        f"#{COURSES} .exhibit-others p",
        f"document.querySelector('#{COURSES} .exhibit-others button')",
    )
    found = f"document.querySelectorAll('#{COURSES} .exhibit-over rect[opacity]')"
    bars = f"[...{found}].map(bar => bar.width.baseVal.value)"
    assert "the book’s own cohort, one of many" in text(page, status) and page.get(bars) == []
    members = pd.read_csv(DEFAULT / standing.OTHERS).groupby("member")
    scale, seen = None, set()
    for number, (member, patients) in enumerate(members, start=2):
        page.get(f"{button}.focus()")
        page.press("Enter", 13)
        assert f"Shown: cohort {member} of those drawn, one of many ({number} of 13 here)" in text(
            page, status
        )
        widths = sorted(page.get(bars))
        days = sorted(patients["followup_days"].clip(lower=0.5))
        scale = scale or widths[-1] / days[-1]
        assert widths == pytest.approx([scale * each for each in days], abs=0.2), "each bar is a patient's"
        seen.add(tuple(widths))
    assert len(seen) == 12
    page.press("Enter", 13)
    assert "the book’s own cohort" in text(page, status) and page.get(bars) == []
    assert page.errors == []


@pytest.mark.parametrize("figure", PAGES)
def test_all_has_room_and_the_picture_keeps_what_is_drawn_over_it(page, figure):
    opened(page, figure, SIZES[0], "dark")  # as no test before loads it
    for look in product(SIZES, SCHEMES):
        page.resize(*look)
        found = page.get(LAID_OUT % figure)
        assert found["outside"] == [] and not found["sideways"] and found["width"] > 300, look
        assert max(found["apart"]) < 1, look
    assert page.errors == []


def test_the_large_view_takes_along_what_is_drawn_over_the_picture(page):
    opened(page, SURVIVAL, SIZES[0], "dark")
    page.get(f"document.querySelector('#{SURVIVAL} a.exhibit-picture').click()")
    page.wait("document.querySelector('dialog.exhibit-large').open")
    assert page.get("document.querySelectorAll('dialog .exhibit-over .exhibit-line').length") == 3
    assert page.get("getComputedStyle(document.querySelector('dialog img')).filter") == "none"


@pytest.mark.parametrize("figure", PAGES)
def test_without_scripts_the_figure_stands_as_it_is(page, figure):
    page.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open(SITE / f"{PAGES[figure]}.html", SIZES[0])
        shown = page.ask("DOM.getDocument", depth=-1)
        assert shown and page.errors == []
        told = page.get(
            f"[...document.querySelector('#{figure}').children].map(each => each.tagName + each.hidden)"
        )
        assert page.get(f"document.querySelector('#{figure} img').alt.length") > 40
        assert (
            page.get(
                f"document.querySelectorAll('#{figure} :is(input, button, table, .exhibit-over)').length"
            )
            == 0
        )
        assert page.get(f"document.querySelector('#{figure} script').getBoundingClientRect().height") == 0
        assert any(each.startswith("FIGCAPTION") for each in told)
    finally:
        page.ask("Emulation.setScriptExecutionDisabled", value=False)


def test_no_slider_holds_one_value_of_what_is_open():
    """Of what is open the page itself holds ranges alone, whatever its script shows of them."""
    cells = 0
    for path in sorted((SITE / "notebooks").glob("*.html")):
        sliders = SoupStrainer("script", class_="exhibit-live")
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser", parse_only=sliders)
        for script in page.select("script"):
            for said in re.findall(r'\["([^"]*)","open"\]', script.string):
                assert re.fullmatch(RANGE, said), (path.name, said)
                cells += 1
    assert cells > 500
