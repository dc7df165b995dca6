"""A figure and a table say what they are, and hand on their rows as a file that any program reads."""

import io

import pandas as pd
import pytest

from helpers.printing.exhibits import FIGURE, as_csv, exhibit

MARKED = '<span class="standing open" tabindex="0" data-told="why">40% to 78%</span>'


def read(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text))


def test_rows_say_what_is_open_and_lose_their_breaks_and_their_empty_columns():
    rows = pd.DataFrame(
        {"label": ["Response,\n5 of 6", MARKED], "share": [1 / 3, 0.5], "events": [None, None]}
    )
    assert as_csv(rows) == 'label,share\n"Response, 5 of 6",0.333333333333\n40% to 78% [open],0.5\n'


def test_every_row_says_where_it_comes_from():
    found = read(as_csv(pd.DataFrame({"month": [0, 12]}), "rebuilt, no evidence"))
    assert found["note"].tolist() == ["rebuilt, no evidence"] * 2


def test_parts_stand_below_each_other_and_what_is_not_offered_is_left_out():
    parts = {
        "quartiles": pd.DataFrame({"estimate": [60]}),
        "patients": None,
        "nobody": pd.DataFrame({"x": []}),
    }
    parts["curve"] = pd.DataFrame({"month": [1, 2]})
    found = read(exhibit(FIGURE, "blasts", "Blasts", data=parts)["data"])
    assert list(found.columns) == ["part", "estimate", "month"]
    assert found["part"].tolist() == ["quartiles", "curve", "curve"]


@pytest.mark.parametrize("data", [None, pd.DataFrame(), {}, {"patients": None}])
def test_without_rows_there_is_no_file(data):
    assert exhibit(FIGURE, "courses", "Courses", data=data)["data"] == ""


@pytest.mark.parametrize("name", ["", "Survival", "1st", "two words", "../up", "a_b"])
def test_a_name_that_is_no_address_is_refused(name):
    with pytest.raises(ValueError, match="not a name of a figure"):
        exhibit(FIGURE, name, "Title")
