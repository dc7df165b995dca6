"""The search knows every row of the results table, and no value of what is open."""

import json

import pandas as pd
import pytest

from helpers.ground import standing
from helpers.ground.results import DIFFERENCE
from helpers.site import rows


def told(**changed) -> pd.DataFrame:
    row = {
        "id": "efficacy.response.risk_difference.arm",
        "chapter": "efficacy",
        "label": "Response, difference",
        "population": "Everybody",
        "group": "arm",
        "statistic": "risk_difference",
        "estimate": 0.123,
        "ci_low": -0.1,
        "ci_high": 0.3,
        "ci_level": 0.95,
        "p_value": float("nan"),
        "n": 64,
        "events": 30,
        "unit": "fraction",
        "kind": DIFFERENCE,
        "method": "difference of proportions",
    }
    ranges = {"id": row["id"], "standing": standing.OPEN, "range_low": -0.05, "range_high": 0.25}
    ranges |= {"share_below_null": 0.4, "share_significant": 0, "varies": ""} | changed
    return standing.told(pd.DataFrame([row]), pd.DataFrame([ranges]))


def test_an_open_row_tells_its_range_and_no_value():
    line = rows.line(told().iloc[0])
    assert "−5 to +25 points" in line and "open" in line
    assert "12" not in line


def test_a_printed_row_tells_its_value_and_who_it_is_of():
    line = rows.line(told(standing=standing.PRINTED, range_low=0.123, range_high=0.123).iloc[0])
    assert "+12 points" in line and "printed in the abstract" in line and "<" not in line
    assert line.startswith("Response, difference; Everybody; ")


def test_the_script_has_a_line_a_row():
    written = rows.script(told())
    assert (
        json.loads(written.partition("= ")[2].rstrip(";\n"))[0][0] == "efficacy.response.risk_difference.arm"
    )


def test_without_rows_the_search_still_has_its_script():
    assert rows.script(pd.DataFrame()).split() == ["globalThis.searchRows", "=", "[", "];"]


@pytest.mark.parametrize("method", ["not estimable: no event"])
def test_a_row_without_a_number_gives_the_reason(method):
    row = told(standing=standing.FOLLOWS).iloc[0].copy()
    row["estimate"], row["method"] = float("nan"), method
    assert rows.line(row).endswith(method)


@pytest.mark.parametrize(
    ("why", "stands"),
    [
        ("not recorded: mrd_negative", False),
        ("the cohort has no immune panel", False),
        ("no immune panel", False),
        ("no patients", True),
    ],
)
def test_what_the_cohort_has_no_column_for_is_not_searched(why, stands):
    written = rows.script(told().assign(method=f"not estimable: {why}", estimate=float("nan")))
    assert ("efficacy.response" in written) is stands
