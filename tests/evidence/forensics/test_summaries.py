"""Summaries of a measurement beside each other, durations beside dates, and what a conflict works out.

Expected by hand, with tables of the distributions, and by R where a test says so.
"""

import pytest
from few_claims import abstract, outcomes, sizes

from evidence.claims.printed import Figure
from evidence.forensics import (
    count_findings,
    effect_findings,
    means,
    measured_findings,
    repeat_findings,
    statistic_findings,
    summaries,
    time_findings,
)
from evidence.forensics.finding import BY_READING, CAN_HOLD, CANNOT_HOLD, NOT_AS_WORDED


def figure(text):
    return Figure.parse("a claim", text)


def of_b(**more):
    return {"population": "b"} | more


@pytest.mark.parametrize(
    ("se", "sd", "n", "expected"),
    [
        ("1.64", "12.69", 60, CAN_HOLD),  # 12.69 / 7.746 = 1.638
        ("1.70", "12.69", 60, BY_READING),  # 56 of the 60: 12.69 / 7.483 = 1.696
        ("3.1", "12.69", 60, CANNOT_HOLD),  # of 30 it is 2.317, the most
        ("1.2", "12.69", 60, CANNOT_HOLD),  # it takes 112 patients
        ("2", "12", 30, CAN_HOLD),  # 12 / 5.477 = 2.19
        ("<2", "12", 30, None),
    ],
)
def test_a_standard_error_is_the_deviation_over_the_root_of_n(se, sd, n, expected):
    more = {"unit": "points", "sentence": 2}
    found = outcomes(measured_findings, *sizes(n, n), ("se", se, more), ("sd", sd, more))
    assert found.get("c2") == expected


def test_with_its_size_beside_it_a_standard_error_of_fewer_is_not_as_worded():
    rows = [("n", "60", {}), ("se", "1.70", {}), ("sd", "12.69", {})]
    assert outcomes(measured_findings, *rows)["c1"] == NOT_AS_WORDED


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("5.7", CAN_HOLD),  # 60.95 - 55.26 = 5.69
        ("-5.7", CAN_HOLD),  # the other way round
        ("5.6", BY_READING),  # cut off: 5.69
        ("4.2", BY_READING),  # adjusted, as it may be
    ],
)
def test_a_difference_is_that_of_the_means(printed, expected):
    rows = [("mean", "60.95", {}), ("mean", "55.26", of_b()), ("mean", printed, {"versus": "b"})]
    assert outcomes(measured_findings, *rows)["c2"] == expected


def test_means_at_another_time_are_not_subtracted():
    rows = [("mean", "60.95", {"at": "day1"}), ("mean", "55.26", of_b()), ("mean", "3", {"versus": "b"})]
    assert outcomes(measured_findings, *rows) == {}


@pytest.mark.parametrize(
    ("test", "printed", "expected"),
    [
        ("student_t", "116", CAN_HOLD),  # 60 + 58 - 2
        ("student_t", "110", BY_READING),  # of fewer values
        ("student_t", "118", CANNOT_HOLD),
        ("student_t", "57", BY_READING),
        ("student_t", "40", BY_READING),  # Welch's, of fewer values
        ("student_t", "27", CANNOT_HOLD),  # 29 - 1 at the least
        ("student_t", "99.4", BY_READING),  # Welch's are no whole number
        ("welch_t", "99.4", CAN_HOLD),
        ("welch_t", "57", CAN_HOLD),  # of the smaller group alone
        ("welch_t", "117", CANNOT_HOLD),
        ("t", "116", CAN_HOLD),
        ("pearson", "9", None),
    ],
)
def test_degrees_of_freedom_are_those_of_the_patients(test, printed, expected):
    found = outcomes(statistic_findings, *sizes(60, 58), ("df", printed, {"versus": "b", "test": test}))
    assert found.get("c2") == expected


def test_degrees_of_freedom_of_pairs():
    assert outcomes(statistic_findings, *sizes(60, 58), ("df", "59", {"test": "paired_t"}))["c2"] == CAN_HOLD
    assert (
        outcomes(statistic_findings, *sizes(60, 58), ("df", "60", {"test": "paired_t"}))["c2"] == CANNOT_HOLD
    )
    # The pairs of two arms are as many as nobody says.
    both = ("df", "70", {"test": "paired_t", "versus": "b"})
    assert "c2" not in outcomes(statistic_findings, *sizes(60, 58), both)


def test_the_degrees_of_freedom_of_welch_lie_where_his_formula_has_its_ends():
    """With one variance naught they are those of the other group alone; at its best, of both together."""
    for n, m in ((5, 9), (20, 8)):
        ends = [1 / (share**2 / (n - 1) + (1 - share) ** 2 / (m - 1)) for share in (0, 1)]
        best = (n - 1) / (n + m - 2)
        most = 1 / (best**2 / (n - 1) + (1 - best) ** 2 / (m - 1))
        assert min(ends) == pytest.approx(min(n, m) - 1) and most == pytest.approx(n + m - 2)
        for inside, outside in (
            (f"{min(ends):.1f}", f"{min(ends) / 2 - 1:.1f}"),
            (f"{most:.1f}", f"{most + 1:.1f}"),
        ):
            assert any(way.usual for way in summaries.degrees_of_freedom("welch_t", figure(inside), n, m))
            assert not summaries.degrees_of_freedom("welch_t", figure(outside), n, m)


@pytest.mark.parametrize(
    ("duration", "unit", "expected"),
    [
        ("28", "months", CAN_HOLD),  # both months counted
        ("27", "months", CAN_HOLD),
        ("26", "months", CAN_HOLD),  # from the last of March to the first of June
        ("24", "months", BY_READING),  # a part of it
        ("30", "months", CANNOT_HOLD),
        ("2.3", "years", CAN_HOLD),
        ("3", "years", CANNOT_HOLD),
        ("853", "days", CAN_HOLD),  # from the first of March to the last of June, both counted
        ("790", "days", BY_READING),
        ("854", "days", CANNOT_HOLD),
    ],
)
def test_a_duration_is_the_time_between_the_dates_of_what_it_is_of(duration, unit, expected):
    dates = [
        ("date", "2018-03", {"at": "start", "population": "all"}),
        ("date", "2020-06", {"at": "end", "population": "all"}),
    ]
    found = outcomes(time_findings, *dates, ("months", duration, {"unit": unit, "population": "all"}))
    assert found["c2"] == expected


def reasons(search, *rows):
    return {id: each.reason for each in search.findings(abstract(*rows)) for id in each.claims}


def test_a_conflict_says_what_the_figures_give():
    rows = [*sizes(1826, 900), ("count", "562", {}), ("percent", "30.1", {})]
    assert "562 of 1826 is 30.78 %." in reasons(count_findings, *rows)["c3"]
    rows = [("n", "118", {"population": "all"}), *sizes(60, 59)]
    assert "60 and 59 add up to 119." in reasons(count_findings, *rows)["c2"]
    limits = [
        ("hazard_ratio", "0.56", {"versus": "b"}),
        ("ci_low", "0.35", {"of": "c0", "versus": "b"}),
        ("ci_high", "0.90", {"of": "c0", "versus": "b"}),
    ]
    # ln 0.56 = -0.580; (ln 0.90 - ln 0.35) / (2 * 1.960) = 0.241; z = 2.407
    p_value = ("p_value", "0.60", {"of": "c0", "versus": "b"})
    assert (
        "By Wald's method estimate and limits give a two-sided P value of 0.016."
        in reasons(effect_findings, *limits, p_value)["c3"]
    )
    # the root of 0.35 * 0.90
    limits[0] = ("hazard_ratio", "0.95", {"versus": "b"})
    assert "in the middle of the limits, at 0.561." in reasons(effect_findings, *limits)["c0"]
    # R: 2 * pt(-2.52, 116) = 0.01309
    of_t = {"test": "student_t", "versus": "b"}
    rows = [("statistic", "2.52", of_t), ("df", "116", of_t), ("p_value", "0.13", of_t)]
    said = "A t statistic of 2.52 with 116 degrees of freedom gives a two-sided P value of 0.013."
    assert said in reasons(statistic_findings, *rows)["c2"]
    # 97 / 28 = 3.464 and 98 / 28 = 3.5
    rows = [("n", "28", {}), ("mean", "3.48", {"unit": "cycles"})]
    assert "are 3.464 and 3.500." in reasons(measured_findings, *rows)["c1"]


def test_a_t_test_that_the_means_do_not_give_says_what_they_give():
    # (60.95 - 55.26) / sqrt((59 * 12.69² + 57 * 11.78²) / 116 * (1/60 + 1/58)) = 2.523; R: P = 0.01298
    rows = [
        *sizes(60, 58),
        ("mean", "60.95", {}),
        ("sd", "12.69", {}),
        ("mean", "55.26", of_b()),
        ("sd", "11.78", of_b()),
        ("p_value", "0.51", {"versus": "b", "test": "student_t"}),
    ]
    assert (
        "Student's t test of these gives a two-sided P value of 0.013."
        in reasons(measured_findings, *rows)["c6"]
    )


def ratio_of(quantity, value, **more):
    shares = [("percent", "26", {"population": "a"}), ("percent", "52", {"population": "b"})]
    return outcomes(effect_findings, *shares, (quantity, value, {"versus": "b"} | more)).get("c2")


@pytest.mark.parametrize(
    ("quantity", "value", "more", "expected"),
    [
        # 25.5 / 52.5 = 0.486 and 26.5 / 51.5 = 0.515
        ("risk_ratio", "0.50", {}, CAN_HOLD),
        ("risk_ratio", "0.48", {}, BY_READING),
        ("risk_ratio", "0.70", {}, BY_READING),
        ("risk_ratio", "2.0", {}, BY_READING),  # the groups exchanged
        ("risk_ratio", "1.54", {}, BY_READING),  # 74 / 48, of those without it
        # 0.255 / 0.745 = 0.342 beside 0.525 / 0.475 = 1.105, and 0.361 beside 1.062: 0.310 to 0.340
        ("odds_ratio", "0.32", {}, CAN_HOLD),
        ("odds_ratio", "0.35", {}, BY_READING),
        ("risk_difference", "-26", {"unit": "percent"}, CAN_HOLD),
        ("risk_difference", "0.30", {}, BY_READING),
    ],
)
def test_an_estimate_stands_beside_the_shares_of_both_groups(quantity, value, more, expected):
    assert ratio_of(quantity, value, **more) == expected


def test_the_p_value_of_a_difference_of_means_is_compared():
    """5.0 (1.0 to 9.0): z = 5 / (8 / 3.92) = 2.45, P = 0.014."""
    rows = [("mean", "5.0", {"versus": "b"})]
    rows += [
        (limit, value, {"of": "c0", "versus": "b"})
        for limit, value in (("ci_low", "1.0"), ("ci_high", "9.0"))
    ]
    for p_value, expected in (("0.014", CAN_HOLD), ("0.60", CANNOT_HOLD)):
        found = outcomes(effect_findings, *rows, ("p_value", p_value, {"of": "c0", "versus": "b"}))
        assert found["c3"] == expected


def test_a_p_value_beside_a_ratio_of_counts_may_be_of_any_test():
    """15/58 v 26/50: 0.50 (0.30 to 0.83) is Wald's, Fisher's P = 0.0060, Wald's 0.0074 (by R)."""
    limits = [
        (limit, value, {"of": "c0", "versus": "b"})
        for limit, value in (("ci_low", "0.30"), ("ci_high", "0.83"))
    ]
    p_value = ("p_value", "0.006", {"of": "c0", "versus": "b"})
    found = outcomes(effect_findings, ("risk_ratio", "0.50", {"versus": "b"}), *limits, p_value)
    assert found["c3"] == CAN_HOLD
    wald = ("p_value", "0.0012", {"of": "c0", "versus": "b", "test": "wald"})
    assert (
        outcomes(effect_findings, ("hazard_ratio", "0.50", {"versus": "b"}), *limits, wald)["c3"] != CAN_HOLD
    )


@pytest.mark.parametrize(
    ("test", "variable", "expected"), [("chi_square", "x", CANNOT_HOLD), ("chi_square", "stage", None)]
)
def test_a_chi_square_of_two_groups_has_one_degree_of_freedom_but_of_levels(test, variable, expected):
    """4.578 on one degree of freedom gives 0.0324 (R: pchisq)."""
    more = {"test": test, "versus": "b", "variable": variable}
    rows = [("count", "3", {"variable": "stage=I"}), ("statistic", "4.578", more), ("p_value", "0.040", more)]
    assert outcomes(statistic_findings, *rows).get("c1") == expected


def test_of_fewer_values_the_smaller_group_may_be_all_that_welch_counts():
    """7 and 45 values of 10 and 60, most of the variance in the smaller group: 6.3."""
    for test, printed in (("welch_t", "6.3"), ("student_t", "12")):
        rows = [*sizes(10, 60), ("df", printed, {"versus": "b", "test": test})]
        assert outcomes(statistic_findings, *rows)["c2"] == BY_READING


def test_a_duration_is_of_two_dates_that_bear_its_name():
    everybody = {"population": "all"}
    named = [
        ("date", value, {"at": at} | everybody) for at, value in (("start", "2018-03"), ("end", "2020-06"))
    ]
    too_long = ("months", "60", everybody)
    assert outcomes(time_findings, *named, too_long)["c2"] == CANNOT_HOLD
    nameless = [(quantity, value, more | {"variable": ""}) for quantity, value, more in (*named, too_long)]
    cutoff = ("date", "2023-07", {"at": "data_cutoff"} | everybody)
    visit = ("months", "60", {"at": "follow_up"} | everybody)
    for rows in (nameless, [*named, cutoff, too_long], [*named, visit]):
        assert CANNOT_HOLD not in outcomes(time_findings, *rows).values()


def test_two_differences_of_means_may_be_crude_and_adjusted():
    rows = [("mean", "5.7", {"versus": "b"}), ("mean", "4.2", {"versus": "b"})]
    assert set(outcomes(repeat_findings, *rows).values()) == {BY_READING}


def test_odd_figures_have_no_worked_out_sentence_and_no_error():
    of_all = {"population": "all"}
    rows = [("count", "40", of_all), ("count", "30", {}), ("n", "50", of_b()), ("percent", "40.7", of_b())]
    assert CANNOT_HOLD in outcomes(count_findings, *rows).values()
    of_t = {"test": "student_t", "versus": "b"}
    for statistic, df in (("2.2", "<0"), ("2.2", "0"), ("<1", "116")):
        rows = [("statistic", statistic, of_t), ("df", df, of_t), ("p_value", "0.01", of_t)]
        assert "gives" not in "".join(reasons(statistic_findings, *rows).values())
    of_r = {"test": "correlation", "versus": ""}
    rows = [("statistic", "1.2", of_r), ("df", "58", of_r), ("p_value", "0.9", of_r)]
    assert "gives" not in reasons(statistic_findings, *rows)["c2"]


def test_degrees_of_freedom_may_belong_to_the_p_value():
    of_t = {"test": "student_t", "versus": "b", "of": "c2"}
    rows = [("statistic", "2.52", of_t), ("df", "116", of_t), ("p_value", "0.80", of_t | {"of": ""})]
    assert outcomes(statistic_findings, *rows)["c2"] == CANNOT_HOLD


def test_great_means_and_spreads_of_whole_numbers_are_judged_at_once():
    # 99,999 times 0.123456 is 12345.48, which the last decimal takes to no whole number.
    assert means.mean_and_sd(figure("12345678.123456"), figure("3.123456"), 99_999) == []
    assert means.mean_and_sd(figure("12.5"), figure("123456789"), 2)
    # 27 numbers of which one is greater by 1 than the rest: the mean ends in 1 / 27, the SD is 0.19245.
    for whole in ("3", "123456789"):
        assert means.mean_and_sd(figure(f"{whole}.037"), figure("0.192"), 27)
        assert means.mean_and_sd(figure(f"{whole}.037"), figure("0.195"), 27) == []


def test_what_another_t_test_than_the_named_one_prints_is_a_reading():
    """Means 70 and 55, SDs 30 and 2, of 6 and 60: Welch's P = 0.2750, Student's 0.00013 (scipy)."""
    rows = [
        *sizes(6, 60),
        ("mean", "70.0", {}),
        ("sd", "30.0", {}),
        ("mean", "55.0", of_b()),
        ("sd", "2.0", of_b()),
    ]
    for test, expected in (("welch_t", CAN_HOLD), ("student_t", BY_READING)):
        found = outcomes(measured_findings, *rows, ("p_value", "0.28", {"versus": "b", "test": test}))
        assert found["c6"] == expected
    said = reasons(measured_findings, *rows, ("p_value", "0.90", {"versus": "b", "test": "welch_t"}))["c6"]
    assert "Welch's t test of these gives a two-sided P value of 0.28." in said


@pytest.mark.parametrize(
    ("p_value", "expected"),
    [
        ("0.013", CAN_HOLD),  # R: 2 * pt(-2.52, 116) = 0.0131
        ("0.018", BY_READING),  # R: 2 * pt(-2.52, 28) = 0.0177, of the fewest
        ("0.019", CANNOT_HOLD),
        ("0.80", CANNOT_HOLD),
    ],
)
def test_without_degrees_of_freedom_a_t_test_has_those_of_its_patients(p_value, expected):
    of_t = {"test": "student_t", "versus": "b"}
    rows = [*sizes(60, 58), ("statistic", "2.52", of_t), ("p_value", p_value, of_t)]
    assert outcomes(statistic_findings, *rows)["c3"] == expected
