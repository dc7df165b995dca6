"""What a row holds is what its words say: rounding, signs, sides, reasons."""

import dataclasses
from math import nan

import pandas as pd
import pytest

from helpers.ground import results, study
from helpers.ground.results import Estimate, ResultId, not_estimable, row
from helpers.printing import comparisons, prose, tables

STUDY = dataclasses.replace(
    study.load(),
    arms=(study.Arm("first", "Drug A", "A", "drug A"), study.Arm("second", "Drug B", "B", "drug B")),
)


def made(unit: str, value: Estimate, kind: str | None = None) -> pd.Series:
    return pd.Series(row(ResultId("survival", "os", "some", "arm"), "label", "population", unit, value, kind))


def difference(value: Estimate, unit: str = "fraction") -> pd.Series:
    return made(unit, value, results.DIFFERENCE)


RATE = made("fraction", Estimate(0.83, 0.55, 0.95, 0.95, nan, 12, 10, "Wilson"))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(12.5, 0, "13"), (0.125, 2, "0.13"), (-12.5, 0, "-13"), (100 * 0.145, 0, "15"), (44.25, 1, "44.3")],
)
def test_halves_are_rounded_as_by_hand(value, decimals, text):
    assert prose.fixed(value, decimals) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0004, "P < 0.001"),
        (0.001, "P = 0.001"),
        (0.0571, "P = 0.057"),
        (0.57, "P = 0.57"),
        (0.0499, "P = 0.0499"),
        (0.0501, "P = 0.0501"),
        (0.05, "P = 0.050"),
        (0.04996, "P = 0.04996"),
        (0.0996, "P = 0.0996"),
        (0.1004, "P = 0.1004"),
        (0.00996, "P = 0.00996"),
        (0.0104, "P = 0.0104"),
        (0.01, "P = 0.010"),
        (0.1 + 1e-12, "P = 0.100"),
        (nan, "P not estimable"),
    ],
)
def test_p_values(p, text):
    assert prose.p_value(p) == text


def test_a_share_has_its_count_denominator_and_interval():
    assert prose.of(RATE) == "83% (10 of 12; 95% CI 55% to 95%)"


@pytest.mark.parametrize(
    ("unit", "kind", "low", "high", "clear"),
    [
        ("fraction", results.DIFFERENCE, -0.1, 0.4, "no clear difference"),
        ("fraction", results.DIFFERENCE, 0.1, 0.4, "a clear difference"),
        ("fraction", results.DIFFERENCE, -0.4, -0.1, "a clear difference"),
        ("fraction", results.DIFFERENCE, 0.0, 0.4, "no clear difference"),
        ("hazard_ratio", None, 0.2, 0.9, "a clear difference"),
        ("hazard_ratio", None, 0.2, 1.9, "no clear difference"),
        ("hazard_ratio", None, nan, nan, "no clear difference"),
    ],
)
def test_a_difference_is_clear_only_when_the_interval_leaves_out_the_null(unit, kind, low, high, clear):
    assert comparisons.clarity(made(unit, Estimate(0.3, low, high, 0.95), kind)) == clear


@pytest.mark.parametrize(
    ("estimate", "word"), [(0.17, "higher"), (-0.17, "lower"), (0.0, "neither higher nor lower")]
)
def test_the_sentence_follows_the_sign(estimate, word):
    sentence = comparisons.comparison(
        difference(Estimate(estimate, -0.5, 0.5, 0.95, method="M")), "It", STUDY
    )
    assert f"It was {word} with drug A" in sentence
    assert sentence.endswith("no clear difference.")


def test_an_exact_test_that_disagrees_with_the_interval_is_told():
    clear = difference(Estimate(-0.4, -0.7, -0.01, 0.95, method="M"))
    other = made("p_value", Estimate(p_value=0.083, method="Fisher"))
    assert comparisons.disagreement(clear, other, STUDY) == (
        " The interval leaves out no difference, yet the exact test gives P = 0.083 (Fisher)."
    )
    same = made("p_value", Estimate(p_value=0.03, method="Fisher"))
    assert comparisons.disagreement(clear, same, STUDY) == ""


def test_a_ratio_is_compared_with_one():
    assert "was lower" in comparisons.comparison(
        made("hazard_ratio", Estimate(0.8, 0.2, 3, 0.95)), "Hazard", STUDY
    )


def test_what_is_not_estimable_says_why_everywhere():
    none = made("hazard_ratio", not_estimable("no event"))
    for words in (prose.number(none), prose.estimate(none), prose.test(none), prose.of(none)):
        assert words == "not estimable (no event)"
    assert comparisons.comparison(none, "Hazard", STUDY) == "Hazard: the arms cannot be compared (no event)."


def test_a_table_is_the_same_bytes_twice_and_prints_its_rows():
    frame = tables.printed(results.table([RATE.to_dict()]), ["Result", "Patients", "Estimate", "Interval"])
    assert frame.iloc[0].tolist() == ["label", "12", "83%", "95% CI 55% to 95%"]
    first, second = (tables.render(frame, "name", "Title", "note").data for _ in range(2))
    assert first == second
    assert "83%" in first and "note" in first


@pytest.mark.parametrize(
    ("estimate", "text"), [(1, "+1.0 points"), (3.1, "+3.1 points"), (-21, "−21.0 points")]
)
def test_points_are_signed_and_plural(estimate, text):
    shift = difference(Estimate(estimate), "percent_points")
    assert prose.number(shift) == text


def test_one_point_is_singular():
    assert prose.number(difference(Estimate(-0.01))) == "−1 point"
    assert prose.number(difference(Estimate(0.21))) == "+21 points"


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (made("statistic", Estimate(18.0)), "18"),
        (made("statistic", Estimate(18.25)), "18.25"),
        (difference(Estimate(0.0)), "0"),
        (difference(Estimate(1e-17)), "0"),
        (difference(Estimate(-0.02), "percent_points"), "\N{MINUS SIGN}0.02 points"),
        (made("months", Estimate(-0.01)), "\N{MINUS SIGN}0.01 months"),
        (made("months", Estimate(1e-17)), "0 months"),
        (made("odds_ratio", Estimate(0.0049)), "0.0049"),
        (made("odds_ratio", Estimate(0.00001)), "< 0.0001"),
        (made("odds_ratio", Estimate(1.0)), "1.00"),
        (made("fraction", Estimate(199 / 200, n=200, events=199)), "> 99%"),
        (made("fraction", Estimate(1 / 400, n=400, events=1)), "< 1%"),
        (made("fraction", Estimate(1.0, n=9, events=9)), "100%"),
        (made("fraction", Estimate(0.0, n=9, events=0)), "0%"),
    ],
)
def test_signs_zeros_and_shares(row, text):
    assert prose.number(row).removesuffix(" points" if text == "0" else "") == text


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (made("hazard_ratio", Estimate(2, 1.0048, 3, 0.95)), "95% CI 1.005 to 3.00"),
        (made("hazard_ratio", Estimate(0.5, 0.2, 0.998, 0.95)), "95% CI 0.20 to 0.998"),
        (difference(Estimate(0.1, 0.0004, 0.2, 0.95)), "95% CI +0.04 to +20 points"),
    ],
)
def test_a_limit_does_not_print_like_the_null_that_it_leaves_out(row, text):
    assert comparisons.clarity(row) == "a clear difference"
    assert prose.interval(row) == text


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (made("fraction", Estimate(0.004, 0.0004, 0.01, 0.95)), "95% CI < 1% to 1%"),
        (made("fraction", Estimate(399 / 400, 0.986, 0.9996, 0.95)), "95% CI 99% to > 99%"),
        (made("fraction", Estimate(0, 0, 1, 0.95)), "95% CI 0% to 100%"),
        (made("months", Estimate(0.5, 0.04, 1, 0.95)), "95% CI 0.04 to 1 months"),
        (
            difference(Estimate(-0.5, -2, -0.004, 0.95), "days"),
            "95% CI \N{MINUS SIGN}2 to \N{MINUS SIGN}0.004 days",
        ),
        (difference(Estimate(0.5, 0, 2.25, 0.95), "years"), "95% CI 0 to 2.3 years"),
    ],
)
def test_a_limit_that_is_not_0_does_not_print_as_0(row, text):
    assert prose.interval(row) == text


def test_two_numbers_that_print_alike_have_no_direction():
    row = difference(Estimate(-0.006, -0.2, 0.2, 0.95, method="M"))
    assert comparisons.comparison(row, "The rate", STUDY, alike=True) == (
        "The rate was estimated alike with drug A and with drug B: difference \N{MINUS SIGN}1 point "
        "(95% CI \N{MINUS SIGN}20 to +20 points; M); no clear difference."
    )
    clear = difference(Estimate(-0.006, -0.01, -0.002, 0.95, method="M"))
    assert "was lower" in comparisons.comparison(clear, "The rate", STUDY, alike=True)


@pytest.mark.parametrize(
    ("number", "text"), [(12, "one year"), (24, "two years"), (6, "6 months"), (18, "18 months")]
)
def test_months_are_said_as_people_say_them(number, text):
    assert prose.months(number) == text


def test_small_whole_numbers_are_spelled():
    assert [prose.spelled(number) for number in (7, 12, 14)] == ["seven", "twelve", "14"]


def counts(**events: int) -> pd.DataFrame:
    """Make a row for each arm; 400 patients each, or nobody."""
    return results.table(
        row(
            ResultId("cohort", "relapse", "count", arm),
            "Relapsed",
            "Everybody",
            "count",
            Estimate(number, n=400, events=number) if number >= 0 else not_estimable("no patients", n=0),
        )
        for arm, number in events.items()
    )


def test_counts_stand_by_arm_in_the_study_s_order_and_no_few_print_as_nobody():
    rows = counts(second=399, first=1)
    said = comparisons.by_arm(rows, STUDY, prose.share)
    assert said == "1 of 400 (< 1%) with drug A and 399 of 400 (> 99%) with drug B"
    assert comparisons.by_arm(counts(first=-1), STUDY, prose.share) == "no patients with drug A"
    assert comparisons.by_arm(rows.head(0), STUDY) is None


def test_small_prints_of_names_and_lists():
    assert comparisons.minus(STUDY) == "A minus B"
    assert prose.begin("drug A") == "Drug A"
    assert prose.bullets(["one", None, "", "two"]) == "- one\n- two"
