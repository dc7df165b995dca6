"""The prose pages say of a study what its description says."""

import json
import re
from collections import defaultdict

import odd_cohorts
import pytest

from helpers.ground import dictionary, study
from helpers.ground.paths import ROOT
from helpers.printing import numbered
from helpers.printing.exhibits import EXHIBIT, FIGURE, SVG, exhibit
from helpers.printing.pages import QUOTES, PageError, filled, handed, quoted_figures, unquoted

PAGES = sorted((ROOT / "book").glob("*.md"))
SENTENCES = defaultdict(lambda: "a sentence")
ANOTHER = study.load(ROOT / "tests" / "another" / "study.toml")


@pytest.fixture
def another(tmp_path, monkeypatch):
    """Let the pages be those of a cohort of another title."""
    words = 'name = "a"\ntitle = "A trial of A and B"\nprovenance = "patient-level"\nsource = "here"\n'
    (tmp_path / "cohort.toml").write_text(words + '[checklist]\n"STROBE 5" = "In *two* towns"\n')
    monkeypatch.setenv("COHORT", str(tmp_path))


def test_the_study_answers_the_checklist_and_its_words_stay_words(another):
    text = filled((ROOT / "book" / "reporting.md").read_text(encoding="utf-8"), ANOTHER, SENTENCES)
    assert "| In \\*two\\* towns |" in text and "not answered" in text
    assert filled("# {{ about.title }}", ANOTHER, SENTENCES) == "# A trial of A and B"


def test_every_sentence_that_a_page_asks_for_is_handed_on_by_a_notebook():
    pages = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
    assert len(unquoted(pages, {})) > 30
    assert unquoted(pages, handed(ROOT / "notebooks").marked) == []


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("a\n{{ nosuch }}", "line 2: 'nosuch' is undefined; the line is: {{ nosuch }}"),
        ("{{ quoted.nosuch }}", "line 1: no notebook quotes nosuch; the line is"),
        ("a\n\n{% if study %}", "line 3: Unexpected end of template"),
        ("a\n{{ 1 / 0 }}\nb", "line 2: ZeroDivisionError"),
    ],
)
def test_a_template_that_cannot_be_filled_says_at_which_line(template, said):
    with pytest.raises(PageError, match=said):
        filled(template, study.load(), {})


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_default_study_fills_every_page(path):
    text = filled(path.read_text(encoding="utf-8"), study.load(), SENTENCES)
    assert "{{" not in text and "{%" not in text


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_another_study_is_not_told_about_the_default_one(path, another):
    text = filled(path.read_text(encoding="utf-8"), ANOTHER, SENTENCES)
    assert not re.search(r"venetoclax|blinatumomab|60 ?%|two years|24 months|06_does", text, re.IGNORECASE)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_cohort_of_another_disease_is_not_told_about_leukaemia(path, another):
    absent = [column for column in dictionary.load()["column"] if column not in dictionary.NEEDED]
    less, page = study.as_recorded(ANOTHER, absent), path.read_text(encoding="utf-8")
    text = filled(page, less, SENTENCES, lacks=[*absent, "immune", "burden", "statuses"])
    assert not (word := odd_cohorts.OF_LEUKAEMIA.search(text)), text[word.start() - 90 : word.end() + 40]


def test_the_landing_page_asks_in_the_right_number(another):
    page = (ROOT / "book" / "index.md").read_text(encoding="utf-8")
    one, two, three = (
        re.search(r": (Do.*) differ between", filled(page, ANOTHER, SENTENCES | dict.fromkeys(said, "x")))[1]
        for said in ((), ("immune_clear",), ("immune_clear", "response_arms"))
    )
    assert (one, two) == ("Does survival", "Do survival and immune cells")
    assert three == "Do response, survival and immune cells"


def test_the_study_says_where_its_cut_off_and_its_months_lie(another):
    said = SENTENCES | {"response_arms": "10 of 20"}
    landing = filled((ROOT / "book" / "index.md").read_text(encoding="utf-8"), ANOTHER, said)
    assert "more than 45 % blasts" in landing
    assert "18 months after the first day of treatment" in landing


@pytest.mark.parametrize(
    ("lacks", "word"),
    [
        ("best_response", "Complete remission"),
        ("mrd_negative", "MRD negativity\n:"),
        ("relapse", "Disease-free survival\n:"),
        ("relapse", "cumulative incidence"),
        ("transplant", "time-dependent covariate"),
        ("immune", "Wilcoxon signed-rank"),
    ],
)
def test_methods_of_what_is_not_recorded_are_not_described(lacks, word, another):
    page = (ROOT / "book" / "methods.md").read_text(encoding="utf-8")
    assert word in filled(page, ANOTHER, SENTENCES)
    assert word not in filled(page, ANOTHER, SENTENCES, lacks=[lacks])


def test_a_page_quotes_what_an_executed_notebook_hands_over(tmp_path):
    cells = [{"outputs": [{"data": {QUOTES: {"alive": "9 of 12"}}}]}, {"source": "text"}]
    (tmp_path / "04.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert filled("{{ quoted.alive }} live", ANOTHER, handed(tmp_path).sentences) == "9 of 12 live"


def test_a_page_shows_the_figures_that_it_names_once_each(tmp_path):
    said = exhibit(FIGURE, "burden", "By burden") | {"alt": "Rates", "quoted": "by_burden"}
    picture = '<svg xmlns="x" width="72pt" height="72pt"></svg>'
    one = {"data": {EXHIBIT: said, SVG: picture}}
    other = {"data": {EXHIBIT: said | {"quoted": "elsewhere"}, SVG: picture}}
    (tmp_path / "02.ipynb").write_text(json.dumps({"cells": [{"outputs": [one, other]}]}), encoding="utf-8")
    site = numbered.Site(tmp_path, "{} {}".format)
    template = (
        "{% if a %}{{ quoted.by_burden }}{% else %}{{ quoted.by_burden }}{% endif %} {{ quoted.alive }}"
    )
    found = quoted_figures(handed(tmp_path), "book/index", template, site)
    assert list(found) == ["by_burden"] and 'id="figure-burden"' in found["by_burden"]
    assert (tmp_path / "figures" / "index-burden.svg").read_text() == picture
