"""The prose pages say of a study what its description says."""

import re

import pytest

from helpers.ground import study
from helpers.ground.paths import ROOT
from helpers.printing.pages import filled

PAGES = sorted((ROOT / "book").glob("*.md"))
ANOTHER = study.load(ROOT / "tests" / "another" / "study.toml")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_default_study_fills_every_page(path):
    text = filled(path.read_text(encoding="utf-8"), study.load())
    assert "{{" not in text and "{%" not in text


@pytest.mark.parametrize(
    "path", [path for path in PAGES if path.stem != "reporting"], ids=lambda path: path.stem
)
def test_another_study_is_not_told_about_the_default_one(path):
    text = filled(path.read_text(encoding="utf-8"), ANOTHER)
    assert not re.search(r"venetoclax|blinatumomab|60 ?%|two years|24 months|06_does", text, re.IGNORECASE)


def test_the_study_says_where_its_cut_off_and_its_months_lie():
    landing = filled((ROOT / "book" / "index.md").read_text(encoding="utf-8"), ANOTHER)
    assert "more than 45 % blasts" in landing
    assert "18 months after the first day of treatment" in landing
