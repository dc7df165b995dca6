"""The icons of the pages' buttons stand in a small style sheet, made from the theme's own font."""

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont

from helpers.ground.paths import ROOT
from helpers.site import icons


def held(sheet: str) -> set[int]:
    source = re.search(r"base64,([^\"]+)", sheet)[1]
    return set(TTFont(io.BytesIO(base64.b64decode(source))).getBestCmap())


def test_the_committed_sheet_is_the_one_that_the_theme_gives():
    assert icons.TARGET.read_text(encoding="utf-8") == icons.sheet()


def test_it_holds_each_icon_that_an_element_asks_for():
    assert icons.codes(icons.NAMES) <= held(icons.sheet()) | {
        0xF09B,
        0xF296,
    }  # two brands, which this book has not
    assert len(icons.codes(("moon", "sun"))) == len(icons.codes(("moon",))) + 1


def test_a_name_that_the_theme_does_not_know_is_refused():
    with pytest.raises(ValueError, match="no icon zeppelin-of-gold"):
        icons.codes(("zeppelin-of-gold",))


def test_the_built_pages_ask_for_no_other_icon():
    site = ROOT / "_build" / "html"
    assert site.is_dir(), "run `make book` first; `make test` does"
    looks = {"solid", "lg", "brands", "regular"}
    asked = set()
    for page in site.rglob("*.html"):
        asked |= set(re.findall(r"\bfa-([a-z-]+)", page.read_text(encoding="utf-8")))
    assert asked and asked - looks <= set(icons.NAMES)
