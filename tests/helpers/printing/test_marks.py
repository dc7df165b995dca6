"""A number says how it is known, in text and table alike, and figures take it without the mark."""

import pandas as pd
import pytest

from helpers.ground.results import Estimate, ResultId, row, table
from helpers.ground.standing import FOLLOWS, OPEN, told
from helpers.ground.study import load
from helpers.printing import comparisons, prose
from helpers.printing.marks import drawing_legend, plain
from helpers.printing.tables import printed, render

STUDY = load()
RATIO = ResultId("survival", "os", "hazard_ratio", "arm")
METHOD = "Cox model, Wald interval and P"
SHARE = ResultId("survival", "os", "km_24m")
ROWS = table(
    [
        row(
            RATIO, "Hazard ratio", "all", "hazard_ratio", Estimate(1.44, 0.6, 3.4, 0.95, 0.41, 64, 19, METHOD)
        ),
        row(
            SHARE, "Alive", "all", "fraction", Estimate(0.64, 0.48, 0.76, 0.95, n=64, events=15, method="KM")
        ),
    ]
)
RANGES = pd.DataFrame(
    {
        "id": [str(RATIO), str(SHARE)],
        "standing": ["open", "printed"],
        "range_low": [0.5, 0.64],
        "range_high": [2.6, 0.64],
        "share_below_null": [0.4, float("nan")],
        "share_significant": [0.03, float("nan")],
        "varies": ["", "interval events"],
    }
)


@pytest.fixture
def known():
    return told(ROWS, RANGES)


def test_an_open_number_prints_as_its_range_and_says_so(known):
    text = prose.with_interval(known.iloc[0])
    assert plain(text) == "0.50 to 2.60"
    assert 'class="standing open"' in text and str(RATIO) in text


@pytest.mark.parametrize(
    ("unit", "low", "high", "text"),
    [
        ("count", 8.0, 8.0, "8 in at least 95% of the cohorts"),
        ("statistic", 40.0, 40.0, "40 in at least 95% of the cohorts"),
        ("fraction", 0.831, 0.834, "83.1% to 83.4%"),
        ("fraction", 0.5, 0.5 + 1e-9, "about 50.0000%"),
        ("months", 3.01, 3.02, "about 3.0 months"),
        ("count", 7.0, 8.0, "7 to 8"),
    ],
)
def test_a_number_that_most_cohorts_share_is_not_called_near(known, unit, low, high, text):
    count = known.iloc[0].copy()
    count[["unit", "kind", "range_low", "range_high"]] = [unit, unit, low, high]
    assert prose.bare(count) == text


def test_a_printed_number_loses_the_interval_that_varies(known):
    text = prose.with_interval(known.iloc[1])
    assert plain(text) == "64%" and 'class="standing printed"' in text


def test_real_rows_print_as_they_did():
    observed = told(ROWS, RANGES.iloc[:0])
    assert prose.with_interval(observed.iloc[1]) == "64% (95% CI 48% to 76%)"


def test_an_open_comparison_says_in_how_many_cohorts_it_points_where(known):
    text = plain(comparisons.comparison(known.iloc[0], "The hazard of death", STUDY))
    assert text == (
        "The hazard of death: open, hazard ratio 0.50 to 2.60, lower with the combination in 40% "
        "of the cohorts, P below 0.05 in 3% (Wald test)."
    )
    assert "1.44" not in text and comparisons.clarity(known.iloc[0]) == "open"


@pytest.mark.parametrize(
    ("below", "ends", "said"),
    [
        (
            0.0,
            (0.4, 9.0),
            "a search met cohorts from 0.40 to 9.00, so that its direction is not fixed.",
        ),
        (
            1.0,
            (0.1, 1.2),
            "a search met cohorts from 0.10 to 1.20, so that its direction is not fixed.",
        ),
        (0.0, (1.1, 9.0), "a search met cohorts from 1.10 to 9.00."),
        (0.4, (0.1, 9.0), "."),  # the drawn cohorts themselves point both ways
        (0.0, (float("nan"), float("nan")), "."),
    ],
)
def test_where_all_cohorts_point_one_way_a_search_says_whether_others_point_the_other(
    known, below, ends, said
):
    ratio = known.iloc[0].copy()
    ratio["share_below_null"] = below
    ratio["plausible_low"], ratio["plausible_high"] = ends
    text = comparisons.comparison(ratio, "The hazard of death", STUDY)
    search = "; within stated limits " if said != "." else ""
    assert plain(text).endswith(f"P below 0.05 in 3% (Wald test){search}{said}")
    assert plain(text).count("hazard") == 2


def test_a_table_keeps_the_marks_and_escapes_the_rest(known):
    frame = printed(known, ["Result", "Estimate", "Interval", "P"]).assign(Result="a < b")
    html = render(frame, "x", "title").data
    assert 'class="standing open"' in html and "a &lt; b" in html
    assert "significant in 3% of the cohorts" in html and "1.44" not in html


def test_a_figure_explains_the_looks_that_it_has(known):
    band, filled = "Band without a point: open", "Filled: printed"
    assert drawing_legend(known).startswith(filled) and band in drawing_legend(known)
    assert drawing_legend(known.iloc[:1]).startswith(band) and "Hollow" not in drawing_legend(known)
    assert drawing_legend(known.iloc[:1], known.iloc[1:]) == drawing_legend(known)
    assert drawing_legend(told(ROWS, RANGES.iloc[:0])) is None  # observed rows are all drawn alike


def test_a_number_that_rests_on_a_reading_says_so_and_its_mark_says_on_which():
    row = pd.concat(
        [ROWS.iloc[1], pd.Series({"standing": FOLLOWS, "varies": "", "reading": "all were asked"})]
    )
    row[["unit", "kind", "estimate", "events", "n", "method"]] = ["fraction", "share", 0.5, 6, 12, ""]
    for text in (prose.of(row), prose.share(row), prose.with_interval(row)):
        assert plain(text).endswith("under a reading)") and "; under a reading: all were asked; " in text
    assert plain(prose.number(row)) == "50%" and plain(prose.count(row)) == "6 of 12"
    ranged = pd.concat([row, pd.Series({"range_low": 0.4, "range_high": 0.6})])
    ranged["standing"] = OPEN
    assert plain(prose.of(ranged)) == "40% to 60%" and "reading" not in prose.of(ranged)
