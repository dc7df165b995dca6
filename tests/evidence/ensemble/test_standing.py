from fnmatch import fnmatchcase

import numpy as np
import pandas as pd
import pytest

from evidence.claims import load
from evidence.ensemble import assumed, standing
from helpers.ground.cohort import DEFAULT
from helpers.ground.many import NUMBERS, Many
from helpers.ground.results import DIFFERENCE, Estimate, ResultId, not_estimable, row, table

nan = np.nan


def made(unit, values, kind=None, reasons=None, first=None, **numbers):
    """Return one result over members, whose estimates are the values."""
    id = ResultId("survival", "os", "some")
    first = first or Estimate(estimate=1.0)
    arrays = {name: np.full((1, len(values)), nan) for name in NUMBERS}
    arrays["estimate"] = np.array([values], dtype=float)
    arrays |= {name: np.array([numbers[name]], dtype=float) for name in numbers}
    told = np.array([reasons or [""] * len(values)], dtype=object)
    return Many(table([row(id, "Some", "All", unit, first, kind)]), arrays, told)


def known(many, printed=()):
    (found,) = standing.ranges(many, printed, 0.05).to_dict("records")
    return found


@pytest.mark.parametrize(
    ("unit", "values", "expected"),
    [
        ("fraction", [0.831, 0.831 + 1e-15], "follows"),  # the last digits of a computation
        ("fraction", [0.831, 0.834, 0.8349], "open"),  # all print 83%, and another cohort may print 84%
        ("hazard_ratio", [0.9, 0.9 + 1e-9], "follows"),  # an iteration stops at one or the other
        ("months", [12.31, nan], "open"),  # a time that is not reached
        ("months", [nan, nan], "follows"),
        ("count", [7, 7, 7], "follows"),
        ("statistic", [nan, 1.0], "open"),
    ],
)
def test_a_result_follows_where_it_is_one_number_in_every_member(unit, values, expected):
    assert known(made(unit, values))["standing"] == expected


def test_what_a_claim_prints_is_printed_whatever_the_members_have():
    assert known(made("count", [1, 2]), printed={"survival.os.some.all"})["standing"] == "printed"


def test_a_result_that_no_member_has_follows_where_the_reason_is_one():
    reasons = ["no patients", "no patients"]
    assert known(made("count", [nan, nan], reasons=reasons))["standing"] == "follows"
    found = known(made("count", [nan, nan], reasons=["no patients", "no events"]))
    assert (found["standing"], found["share_estimable"]) == ("open", 0)
    assert np.isnan(found["range_low"])


def test_range_and_shares_are_over_the_members_that_have_the_result():
    values, p = [0.5, 2.0, 4.0, nan], [0.01, 0.2, 0.04, nan]
    found = known(made("hazard_ratio", values, reasons=["", "", "", "no events"], p_value=p))
    assert found["standing"] == "open"
    assert (found["range_low"], found["range_high"]) == (0.5, 4.0)
    assert found["share_below_null"] == pytest.approx(1 / 3)
    assert found["share_significant"] == pytest.approx(2 / 3)
    assert found["share_estimable"] == 0.75


def test_ends_of_a_range_leave_out_a_fortieth_of_the_members_on_each_side():
    found = known(made("fraction", np.arange(1001) / 1000))
    assert (found["range_low"], found["range_high"]) == (0.025, 0.975)


def test_a_time_that_is_not_reached_lies_beyond_every_other():
    found = known(made("months", [10.0, 12.0, nan]))
    assert (found["range_low"], found["range_high"]) == (10.0, np.inf)


def test_a_difference_has_its_null_at_zero_and_a_share_none():
    assert known(made("fraction", [-0.1, 0.2], DIFFERENCE))["share_below_null"] == 0.5
    assert np.isnan(known(made("fraction", [0.1, 0.2]))["share_below_null"])


def test_a_row_of_a_p_value_ranges_over_it():
    found = known(made("p_value", [nan, nan], p_value=[0.0123, 0.0456]))
    assert found["standing"] == "open"
    assert (found["range_low"], found["range_high"]) == (0.0123, 0.0456)
    assert known(made("p_value", [nan, nan], p_value=[0.0123, 0.0123]))["standing"] == "follows"


def test_what_varies_beside_a_number_that_follows_is_named():
    same = [0.5, 0.5]
    limits = {"ci_low": [0.1, 0.1], "ci_high": [0.7, 0.9]}
    assert known(made("fraction", same, **limits))["varies"] == "interval"
    assert known(made("fraction", same, p_value=[0.585, 0.586]))["varies"] == "p_value"
    assert known(made("fraction", same, events=[3, 4], n=[6, 8]))["varies"] == "events patients"
    assert known(made("fraction", same, events=[3, 3], n=[6, 6]))["varies"] == ""
    assert known(made("fraction", [0.5, 0.9], n=[6, 8]))["varies"] == ""  # open: nothing else is said


def test_a_printed_p_value_varies_where_it_prints_otherwise():
    printed = {"survival.os.some.all"}
    alike, other = ([0.5791, 0.5809], [0.5791, 0.5909])
    limits = {"ci_low": [0.1, 0.1], "ci_high": [0.7, 0.9]}
    assert known(made("statistic", [1, 1], p_value=alike), printed)["varies"] == ""
    assert known(made("statistic", [1, 1], p_value=other), printed)["varies"] == "p_value"
    assert known(made("fraction", [0.5, 0.5], **limits), printed)["varies"] == "interval"


def test_the_number_behind_a_printed_p_value_is_known_where_every_cohort_has_it():
    printed, numbers = {"survival.os.some.all"}, {"p_value": [0.5791, 0.5791]}
    assert known(made("statistic", [141, 141], **numbers), printed)["varies"] == ""
    assert known(made("statistic", [141, 111], **numbers), printed)["varies"] == "estimate"
    met = standing.ranges(made("statistic", [141, 141], **numbers), printed, 0.05, made("statistic", [111]))
    assert met.loc[0, ["standing", "varies"]].tolist() == ["printed", "estimate"]


def test_a_p_value_at_the_level_is_not_below_it():
    found = known(made("hazard_ratio", [0.5, 2.0], p_value=[0.05, 0.04]))
    assert found["share_significant"] == 0.5


def test_an_interval_that_was_left_out_of_the_members_counts_as_varying():
    with_interval = Estimate(estimate=0.5, ci_low=0.2, ci_high=0.8)
    assert known(made("fraction", [0.5, 0.5], first=with_interval))["varies"] == "interval"


def test_the_claims_print_what_they_give_a_figure_of():
    printed = standing.printed_ids(load.load())
    assert "efficacy.response.rate.combination.high_burden" in printed
    assert "survival.os.km_24m.all" in printed
    assert not any(id.startswith("survival.os.hazard_ratio") for id in printed)
    assert "immune.t_cells.signed_rank.combination" not in printed  # a wording alone


def test_the_table_has_its_columns_and_every_result_in_order():
    found = standing.ranges(made("count", [1, 1], first=not_estimable("none")), (), 0.05)
    assert list(found) == standing.COLUMNS
    assert isinstance(found, pd.DataFrame)


def test_a_further_cohort_takes_from_a_result_that_it_follows_and_changes_no_range():
    many, alike, other = made("count", [7, 7, 7]), made("count", [7]), made("count", [9])
    (open_,) = standing.ranges(many, (), 0.05, other).to_dict("records")
    assert (open_["standing"], open_["range_low"], open_["range_high"]) == ("open", 7, 7)
    (follows,) = standing.ranges(many, (), 0.05, alike).to_dict("records")
    assert follows["standing"] == "follows"


def test_a_result_that_a_further_cohort_does_not_have_does_not_follow():
    lacking = made("count", [nan], reasons=["nobody is left"])
    (found,) = standing.ranges(made("count", [7, 7]), (), 0.05, lacking).to_dict("records")
    assert found["standing"] == "open"


def test_what_the_draws_set_does_not_follow_from_the_print():
    def standing_of(id, values=(0, 0)):
        given = made("count", list(values))
        given.rows["id"] = id
        return known(given)["standing"]

    assert standing_of("cohort.missing_centre.count.all") == "assumed"
    assert standing_of("immune.t_cells.zero_baseline.combination") == "assumed"
    assert standing_of("cohort.alive.count.all") == "follows"
    assert standing_of("cohort.missing_arm.count.all") == "follows"  # 19 and 45 are all 64
    assert standing_of("cohort.centre_02.count.all", values=(3, 4)) == "open"


def test_each_pattern_of_what_the_draws_set_names_results_of_the_book(rebuilt_results):
    for pattern in assumed.ASSUMED:
        assert any(fnmatchcase(id, pattern) for id in rebuilt_results["id"]), pattern
    assert set(rebuilt_results["id"]) >= assumed.COMPLETE


def test_the_table_of_the_book_calls_assumed_what_the_draws_set_and_nothing_else():
    table = pd.read_csv(DEFAULT / "ranges.csv").set_index("id")["standing"]
    named = {id for id in table.index if assumed.is_assumed(id)}
    assert named >= set(table.index[table.eq("assumed")])
    assert set(table[list(named)]) <= {"assumed", "open"}
