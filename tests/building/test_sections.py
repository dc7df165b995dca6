"""Sections that ask for what a cohort does not have give way to a line, and do not run."""

from dataclasses import replace

import jupytext
import pytest

from building.sections import as_shown, given_way, is_anothers, lacking
from helpers.ground.cohort import load
from helpers.ground.paths import ROOT

TEXT = """\
# %% [markdown]
# # A chapter

# %%
first = 1

# %% [markdown] tags=["needs-relapse"]
# ## Relapse?
#
# Some words of it.

# %%
second = 2

# %% [markdown]
# ### A part of it

# %%
third = 3

# %% [markdown] tags=["needs-best_response-or-mrd_negative", "needs-centre"]
# ## Response?

# %%
fourth = 4

# %% [markdown]
# ## The end
"""
WORDS = {"relapse": "`relapse`", "best_response": "`best_response`", "mrd_negative": "`mrd`", "centre": "`c`"}


def made(*lacks: str, is_another: bool = False, text: str = TEXT) -> list[str]:
    words = {name: WORDS[name] for name in lacks}
    notebook = given_way(jupytext.reads(text, "py:percent"), words, is_another)
    return [cell.source for cell in notebook.cells]


def test_where_nothing_is_lacking_nothing_changes():
    assert made() == [cell.source for cell in jupytext.reads(TEXT, "py:percent").cells]


def test_a_section_goes_up_to_the_next_heading_as_high_and_its_heading_stays():
    line = "## Relapse?\n\nNot in this book, as the cohort has no `relapse`."
    assert made("relapse") == [
        "# A chapter",
        "first = 1",
        line,
        "## Response?",
        "fourth = 4",
        "## The end",
    ]


def test_a_paragraph_that_lacks_what_it_needs_goes_alone():
    text = TEXT.replace(
        "# %% [markdown]", '# %% [markdown] tags=["needs-centre"]\n# A word.\n\n# %% [markdown]', 1
    )
    assert "A word." in made(text=text) and "A word." not in made("centre", text=text)
    assert "# A chapter" in made("centre", text=text)


def test_in_the_book_of_another_study_a_section_leaves_nothing_and_a_chapter_its_line():
    kept = ["# A chapter", "first = 1", "## Response?", "fourth = 4", "## The end"]
    assert made("relapse", is_another=True) == kept
    whole = TEXT.replace("# %% [markdown]", '# %% [markdown] tags=["needs-centre"]', 1)
    line = "# A chapter\n\nNot in this book, as the cohort has no `c`."
    assert made("centre", is_another=True, text=whole) == [line]


def test_a_study_of_other_arms_is_another():
    cohort = load()
    arms = tuple(replace(arm, id=f"{arm.id}_2") for arm in cohort.study.arms)
    assert not is_anothers(cohort) and is_anothers(replace(cohort, study=replace(cohort.study, arms=arms)))


@pytest.mark.parametrize(
    ("lacks", "words"),
    [
        (["best_response"], ""),
        (["best_response", "mrd_negative"], "`best_response` or `mrd`"),
        (["centre"], "`c`"),
        (["best_response", "mrd_negative", "centre"], "`best_response` or `mrd`, no `c`"),
    ],
)
def test_of_alternatives_one_is_enough_and_several_needs_are_all_needed(lacks, words):
    found = made(*lacks)
    assert ("fourth = 4" in found) == (words == "")
    assert words == "" or f"## Response?\n\nNot in this book, as the cohort has no {words}." in found


def test_every_need_of_the_notebooks_is_one_that_can_be_lacking():
    cohort = load()
    none = replace(cohort, immune=cohort.immune.iloc[:0], absent=tuple(cohort.patients.columns[:16]))
    none = replace(none, study=replace(cohort.study, populations=()))
    at_last = cohort.patients["followup_days"].where(cohort.patients["transplant"])
    ended = cohort.patients.assign(transplant_days=at_last, death=False)
    assert {*lacking(replace(cohort, patients=ended))} == {"after_transplant"}
    names = {*lacking(none), "after_transplant"}
    for path in (ROOT / "notebooks").glob("*.py"):
        for cell in jupytext.read(path).cells:
            tags = [tag for tag in cell.metadata.get("tags", []) if tag.startswith("needs-")]
            assert not tags or cell.cell_type == "markdown", f"{path.stem}: a need stands at a text"
            assert {name for tag in tags for name in tag.removeprefix("needs-").split("-or-")} <= names, tags
    assert lacking(cohort) == {}


SHOWN = """\
# %%
ranged = ""

# %%
show(
    '''
    A figure
    {ranged}A band over many cohorts.
    {recorded}An interval.
    ''',
    alt="A figure",
    ranged=ranged,
    recorded="",
)
"""


@pytest.mark.parametrize("is_ranged", [True, False])
def test_code_is_shown_without_the_lines_that_its_book_leaves_out(is_ranged):
    cohort = load()
    if not is_ranged:
        cohort = replace(cohort, ranges=cohort.ranges.iloc[:0])
    notebook = jupytext.reads(SHOWN, "py:percent")
    first, second = (cell.source for cell in as_shown(notebook, cohort).cells)
    assert first == 'ranged = ""'
    assert ("over many cohorts" in second) == ("ranged=ranged" in second) == is_ranged
    assert "    {recorded}An interval.\n" in second and '    recorded="",\n' in second
