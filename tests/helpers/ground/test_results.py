"""The result row keeps its grammar, and the prose says what the row holds."""

from math import nan

import pandas as pd
import pytest

from helpers.ground import results
from helpers.ground.results import Estimate, not_estimable, row
from helpers.printing import prose, tables


def made(id: str, unit: str, value: Estimate) -> pd.Series:
    return pd.Series(row(id, "label", "population", unit, value))


RATE = made(
    "efficacy.response.rate.combination", "fraction", Estimate(0.83, 0.55, 0.95, 0.95, nan, 12, 10, "Wilson")
)
DIFFERENCE = "efficacy.response.risk_difference.arm"
RATIO = "survival.os.hazard_ratio.arm"


def test_the_id_gives_chapter_statistic_and_group():
    assert RATE[["chapter", "statistic", "group"]].tolist() == ["efficacy", "rate", "combination"]


@pytest.mark.parametrize("id", ["efficacy.rate", "other.a.b.all", "survival.os..all", "survival.OS.km.all"])
def test_an_id_outside_the_grammar_is_refused(id):
    with pytest.raises(ValueError, match="is not chapter"):
        row(id, "", "", "count", Estimate())


def test_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="unit"):
        row("survival.os.km.all", "", "", "percent", Estimate())


def test_an_id_stands_once():
    with pytest.raises(ValueError, match="stand twice"):
        results.table([RATE.to_dict(), RATE.to_dict()])


def test_an_unknown_id_names_its_neighbours():
    with pytest.raises(KeyError, match="efficacy.response.rate.combination"):
        results.get(results.table([RATE.to_dict()]), "efficacy.response.rate.combinatoin")


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
        (nan, "P not estimable"),
    ],
)
def test_p_values(p, text):
    assert prose.p_value(p) == text


def test_a_share_has_its_count_denominator_and_interval():
    assert prose.of(RATE) == "83% (10 of 12; 95% CI 55% to 95%)"


@pytest.mark.parametrize(
    ("unit", "id", "low", "high", "clear"),
    [
        ("fraction", DIFFERENCE, -0.1, 0.4, "no clear difference"),
        ("fraction", DIFFERENCE, 0.1, 0.4, "a clear difference"),
        ("fraction", DIFFERENCE, -0.4, -0.1, "a clear difference"),
        ("fraction", DIFFERENCE, 0.0, 0.4, "no clear difference"),
        ("hazard_ratio", RATIO, 0.2, 0.9, "a clear difference"),
        ("hazard_ratio", RATIO, 0.2, 1.9, "no clear difference"),
        ("hazard_ratio", RATIO, nan, nan, "no clear difference"),
    ],
)
def test_a_difference_is_clear_only_when_the_interval_leaves_out_the_null(unit, id, low, high, clear):
    assert prose.clarity(made(id, unit, Estimate(0.3, low, high, 0.95))) == clear


@pytest.mark.parametrize(
    ("estimate", "word"), [(0.17, "higher"), (-0.17, "lower"), (0.0, "neither higher nor lower")]
)
def test_the_sentence_follows_the_sign(estimate, word):
    sentence = prose.comparison(
        made(DIFFERENCE, "fraction", Estimate(estimate, -0.5, 0.5, 0.95, method="M")), "It"
    )
    assert f"It was {word} with venetoclax" in sentence
    assert sentence.endswith("no clear difference.")


def test_an_exact_test_that_disagrees_with_the_interval_is_told():
    clear = made(DIFFERENCE, "fraction", Estimate(-0.4, -0.7, -0.01, 0.95, method="M"))
    other = made("efficacy.response.fisher_exact.arm", "p_value", Estimate(p_value=0.083, method="Fisher"))
    assert prose.disagreement(clear, other) == (
        " The interval leaves out no difference, yet the exact test gives P = 0.083 (Fisher)."
    )
    same = made("efficacy.response.fisher_exact.arm", "p_value", Estimate(p_value=0.03, method="Fisher"))
    assert prose.disagreement(clear, same) == ""


def test_a_ratio_is_compared_with_one():
    assert "was lower" in prose.comparison(made(RATIO, "hazard_ratio", Estimate(0.8, 0.2, 3, 0.95)), "Hazard")


def test_what_is_not_estimable_says_why_everywhere():
    none = made(RATIO, "hazard_ratio", not_estimable("no event"))
    for words in (prose.number(none), prose.estimate(none), prose.test(none), prose.of(none)):
        assert words == "not estimable (no event)"
    assert prose.comparison(none, "Hazard") == "Hazard: the arms cannot be compared (no event)."


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
    shift = made("immune.nkt.hodges_lehmann.combination", "percent_points", Estimate(estimate))
    assert prose.number(shift) == text


def test_one_point_is_singular():
    assert prose.number(made(DIFFERENCE, "fraction", Estimate(-0.01))) == "−1 point"
    assert prose.number(made(DIFFERENCE, "fraction", Estimate(0.21))) == "+21 points"
