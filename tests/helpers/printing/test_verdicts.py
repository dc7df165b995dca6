"""How prose judges a comparison of event times, and how it prints several months."""

import dataclasses

import pandas as pd
import pytest

from helpers.ground import study as studies
from helpers.ground.results import Estimate, ResultId, row
from helpers.printing import comparisons, prose

STUDY = studies.load()


def made(unit, **numbers):
    return pd.Series(row(ResultId("survival", "os", "any", "arm"), "", "", unit, Estimate(**numbers)))


@pytest.mark.parametrize(
    ("months", "both", "either"),
    [
        ((12, 24), "one and two years", "one or two years"),
        ((6, 18), "6 and 18 months", "6 or 18 months"),
        ((6, 12), "6 months and one year", "6 months or one year"),
        ((12, 24, 36), "one, two and three years", "one, two or three years"),
        ((24,), "two years", "two years"),
    ],
)
def test_the_unit_of_several_months_is_said_once(months, both, either):
    assert prose.horizons(months) == both
    assert prose.horizons(months, "or") == either


@pytest.mark.parametrize(("events", "few"), [((5, 5), False), ((4, 50), True), ((50, 0), True)])
def test_a_side_with_fewer_than_five_events_has_few(events, few):
    assert comparisons.few_events(*events) is few


def test_a_verdict_is_read_from_the_interval_or_else_from_the_test():
    ratio = made("hazard_ratio", estimate=0.5, ci_low=0.3, ci_high=0.9, p_value=0.2)
    test = made("statistic", estimate=4.0, p_value=0.045)
    assert comparisons.verdict(ratio, STUDY) == comparisons.verdict(test, STUDY) == "a clear difference"
    assert comparisons.verdict(test, dataclasses.replace(STUDY, alpha=0.01)) == "no clear difference"
    assert comparisons.verdict(ratio, STUDY, few=True) == "too few events on one side for a verdict"


@pytest.mark.parametrize(
    ("ratio", "beside"), [(1.0, True), (0.99, True), (1.0149, True), (0.984, False), (1.02, False)]
)
def test_a_ratio_shows_no_direction_one_last_decimal_beside_one(ratio, beside):
    assert comparisons.near_one(ratio) is beside
