"""In a browser: the ledger's filters stand in the address, nothing found is said, no sorting mixes units."""

from urllib.parse import parse_qsl

import browser
import pytest

from helpers.ground.paths import ROOT

PAGE = ROOT / "_build" / "html" / "notebooks" / "06a_ledger_and_searches.html"
DESK = (1280, 900)  # pixels
ALL = "[...document.querySelectorAll('.ledger {}')].filter(each => !each.hidden).map(each => each.{})"
SHOWN, UNITS = ALL.format("tbody[id]", "id"), ALL.format(".ledger-unit", "textContent")
BUTTONS = "[...document.querySelectorAll('.ledger thead button')]"
NOTHING = "document.querySelector('.ledger-nothing')"

pytestmark = pytest.mark.skipif(browser.BROWSER is None, reason="no Chromium to open the pages with")


@pytest.fixture(scope="module")
def window():
    assert PAGE.exists(), "run `make book` first; `make test` does"
    with browser.window() as opened:
        yield opened


@pytest.fixture(scope="module")
def everything(window) -> list[str]:
    """Give the claims that the page shows as it opens."""
    window.open(PAGE, DESK)
    return window.get(SHOWN)


def chosen(window, **values: str) -> None:
    """Choose and type in the ledger's form, as a reader's hand does."""
    for name, value in values.items():
        field = f"document.querySelector('.ledger form').elements.{name}"
        window.get(f"{field}.value = {value!r}; {field}.dispatchEvent(new Event('input', {{bubbles: true}}))")


def press(window, header: str) -> None:
    window.get(f"{BUTTONS}.find(one => one.textContent.trim() === {header!r}).click()")


def sections(window, column: int) -> list[tuple[str, list[float]]]:
    """Read the table as it stands: each line with a unit, and the numbers below it."""
    found: list[tuple[str, list[float]]] = []
    rows = window.get(
        f"""[...document.querySelectorAll('.ledger table tbody')].map(each => each.className === 'ledger-unit'
        ? [each.textContent, null] : [null, each.rows[0].cells[{column}].dataset.sort])"""
    )
    for unit, number in rows:
        if unit is not None:
            found.append((unit, []))
        elif number:
            found[-1][1].append(float(number))
    return found


def test_what_is_chosen_stands_in_the_address_and_comes_back_with_it(window, everything):
    window.open(PAGE, DESK)
    chosen(window, chapter="survival", words="disease-free")
    press(window, "Published")
    press(window, "Published")
    some, query = window.get(SHOWN), window.get("location.search")
    assert 0 < len(some) < len(everything)
    assert dict(parse_qsl(query[1:])) == {
        "words": "disease-free",
        "chapter": "survival",
        "sort": "-published",
    }
    window.open(PAGE, DESK, query=query)
    assert window.get(SHOWN) == some
    assert window.get("document.querySelector('.ledger form').elements.words.value") == "disease-free"
    assert window.get("document.querySelector('.ledger [aria-sort]').textContent.trim()") == "Published"
    window.get("document.querySelector('.ledger form').reset()")
    window.wait("!location.search.includes('chapter')")
    assert len(window.get(SHOWN)) == len(everything)
    assert window.errors == []


def test_an_address_that_names_what_is_not_there_shows_everything(window, everything):
    window.open(PAGE, DESK, query="?verdict=divine&chapter=zzz&sort=nothing")
    assert window.get(SHOWN) == everything and window.errors == []


def test_a_claim_of_the_address_is_still_led_to(window, everything):
    claim = everything[-1]
    window.open(PAGE, DESK, query=f"#{claim}")
    assert window.get("location.hash") == f"#{claim}"
    assert window.get(f"document.getElementById({claim!r}).getBoundingClientRect().top < innerHeight")


def test_a_claim_of_the_address_is_shown_whatever_is_looked_for(window, everything):
    claim = everything[-1]
    window.open(PAGE, DESK, query=f"?words=zeppelin#{claim}")
    assert claim in window.get(SHOWN) and "zeppelin" not in window.get("location.search")
    chosen(window, words="zeppelin")
    window.get("location.hash = ''; 0")
    window.get(f"location.hash = {claim!r}; 0")
    window.wait(f"document.getElementById({claim!r}).getClientRects().length")


def test_nothing_found_is_said_with_what_was_looked_for(window):
    window.open(PAGE, DESK)
    assert window.get(f"{NOTHING}.hidden")
    chosen(window, words="zeppelin", chapter="immune")
    assert window.get(SHOWN) == []
    said = window.get(f"{NOTHING}.textContent")
    assert not window.get(f"{NOTHING}.hidden")
    assert said.startswith("Nothing found") and "zeppelin" in said and "Immune microenvironment" in said
    assert window.get("document.querySelector('.ledger output').value") == "Nothing found"


@pytest.mark.parametrize(("header", "column"), [("Published", 1), ("Recomputed", 2)])
def test_numbers_are_sorted_within_their_units(window, header, column):
    window.open(PAGE, DESK)
    before = window.get(SHOWN)
    press(window, header)
    up = sections(window, column)
    units = [unit for unit, _ in up]
    assert len(units) == len(set(units)) > 5 and units[-1] == "Without a number"
    assert all(numbers == sorted(numbers) for _, numbers in up)
    press(window, header)
    down = sections(window, column)
    assert [unit for unit, _ in down] == units
    assert all(numbers == sorted(numbers, reverse=True) for _, numbers in down)
    press(window, header)
    assert window.get(SHOWN) == before and window.get(UNITS) == []


def test_a_unit_without_a_claim_that_is_shown_goes(window):
    window.open(PAGE, DESK)
    press(window, "Published")
    chosen(window, words="0.057")
    lines = window.get(UNITS)
    assert "P values" in lines and "Days" not in lines
