"""Wrong settings end a build with a line that says which file and what is wrong with it."""

import shutil
from dataclasses import replace

import pandas as pd
import pytest

from building import stage
from building.failures import TOLD, BuildError
from helpers.ground import cohort
from helpers.ground.broken import read_settings
from helpers.ground.paths import ROOT


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("_config.yml", "title: [\n", "_config.yml: not valid YAML: .*line 2"),
        ("_config.yml", b"title: K\xf6ln\n", "_config.yml: the text is not UTF-8"),
        ("_config.yml", None, "_config.yml: the file is missing"),
        ("_toc.yml", "- a list\n", "_toc.yml: must hold keys and values, parts among them"),
        ("_toc.yml", "", "_toc.yml: must hold keys and values"),
        (
            "_toc.yml",
            "parts:\n- chapters:\n  - file: notebooks/09_none\n",
            "there is no notebooks/09_none.py",
        ),
        ("_toc.yml", "parts:\n- chapter:\n", "_toc.yml: each of its parts must have chapters"),
        ("_config.yml", "title: A book\n", "_config.yml: must hold keys and values, sphinx among them"),
        *(
            ("_config.yml", text, "_config.yml: html and sphinx must hold keys and values")
            for text in (
                "sphinx:\n",
                "sphinx: 3\n",
                "sphinx: {config: null}\n",
                "sphinx: {config: {}}\n",
                "html:\nsphinx: {config: {html_theme_options: {}}}\n",
                "html: []\nsphinx: {config: {html_theme_options: {}}}\n",
            )
        ),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, name, content, said):
    for each in stage.SETTINGS:
        shutil.copy(ROOT / each, tmp_path)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns("*.ipynb"))
    stage.settings(tmp_path, cohort.load())
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(TOLD, match=f"(?s){said}"):
        stage.settings(tmp_path, cohort.load())


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("https://example.org/book/", True),
        ("http://localhost:8000", True),
        ("example.org/book/", False),
        ("/book/", False),
        ("http://example.org/?x=1", False),
        ("https://example.org/a book/", False),
    ],
)
def test_the_address_of_the_site_is_one(tmp_path, address, is_one):
    for each in stage.SETTINGS:
        shutil.copy(ROOT / each, tmp_path)
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    path = tmp_path / stage.SETTINGS[0]
    path.write_text(path.read_text(encoding="utf-8").replace('baseurl: ""', f'baseurl: "{address}"'))
    if is_one:
        stage.settings(tmp_path, cohort.load())
    else:
        with pytest.raises(BuildError, match="_config.yml: html: baseurl must be empty or the"):
            stage.settings(tmp_path, cohort.load())


def test_who_builds_with_jupyter_book_alone_gets_the_title_of_the_study():
    assert read_settings(ROOT / "_config.yml")["title"] == cohort.load().study.short_title


def test_the_page_on_what_is_hidden_stands_in_books_that_hide_alone():
    default = cohort.load()
    for threshold, stands in ((0, False), (5, True)):
        said = stage.settings(ROOT, replace(default, threshold=threshold))
        pages = [page["file"] for part in said["_toc.yml"]["parts"] for page in part["chapters"]]
        assert ("book/disclosure" in pages) == stands


def test_the_dictionary_of_a_book_describes_what_the_cohort_has():
    default = cohort.load()
    every = stage.described(default)
    less = stage.described(replace(default, absent=("centre",), immune=default.immune.iloc[:0]))
    assert {*every["column"]} - {*less["column"]} == {"centre", "visit", "population", "parent", "percent"}


def test_results_of_what_the_cohort_lacks_are_counted_together():
    methods = ["not estimable: not recorded: relapse", "not estimable: not recorded: centre", "Wilson"]
    counts = stage.hidden(pd.DataFrame({"chapter": "cohort", "method": methods}))
    assert counts["Cohort"].to_dict() == {"not recorded": 2, counts.index[-1]: 1}
    assert counts.index.name == "Results"


def test_no_number_of_patients_stands_in_what_is_told_of_the_files():
    told = [
        "patients.csv: 177 rows; UTF-8; GB18030; 2 columns not used: z9, CD4; 3 rows left out by consent",
        "patients.csv: relapse_days: in 121 rows without a relapse the day is the end of follow-up",
        "patients.csv: relapse_days: empty in rows 2-4, 9 and 1,003 more with a relapse",
        "patients.csv: relapse: yes in row 7, although best_response says NR, no response",
        "patients.csv: 4 patients of something that nobody has thought of yet",
        "immune.csv: 1 row; percent: 0.6 read as 60%; best_response: 10 values not evaluable; 8 of them new",
    ]
    assert stage.to_be_shown(told) == [
        "patients.csv: some rows; UTF-8; GB18030; 2 columns not used: z9, CD4; some rows left out by consent",
        "patients.csv: relapse_days: in some rows without a relapse the day is the end of follow-up",
        "patients.csv: relapse_days: empty in some rows with a relapse",
        "patients.csv: relapse: yes in some rows, although best_response says NR, no response",
        "immune.csv: some rows; percent: 0.6 read as 60%; best_response: some values not evaluable",
    ]
