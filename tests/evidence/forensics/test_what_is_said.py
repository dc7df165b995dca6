"""What the searches say of a few claims: nothing is impossible that another usual reading prints."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from few_claims import abstract, outcomes, sizes
from scipy import stats

from evidence.claims.printed import Figure
from evidence.forensics import (
    count_findings,
    effect_findings,
    level_findings,
    measured_findings,
    repeat_findings,
    statistic_findings,
    time_findings,
    word_findings,
)
from evidence.forensics.count_tables import is_turned
from evidence.forensics.finding import BY_READING, CAN_HOLD, CANNOT_HOLD, NOT_AS_WORDED


@pytest.mark.parametrize(("sides", "outcome"), [(0, BY_READING), (1, CAN_HOLD)])
def test_a_one_sided_p_value_is_as_worded_where_it_is_said_to_be_one(sides, outcome):
    # Log ratio and standard error of 1.2 and 0.7, so a deviate of 12/7.
    limits = np.exp([1.2 - 1.96 * 0.7, 1.2, 1.2 + 1.96 * 0.7])
    own = [("hazard_ratio", f"{limits[1]:.2f}", {"versus": "b"})]
    ends = [
        (name, f"{end:.2f}", {"of": "c0"})
        for name, end in zip(("ci_low", "ci_high"), limits[::2], strict=True)
    ]
    p_value = ("p_value", f"{stats.norm.sf(12 / 7):.3f}", {"of": "c0", "sides": sides, "versus": "b"})
    assert outcomes(effect_findings, *own, *ends, p_value)["c3"] == outcome


@pytest.mark.parametrize(
    "table", [[[3, 1, 1], [1, 2, 4]], [[4, 0, 1], [1, 3, 3]], [[2, 2, 1, 1], [0, 1, 3, 2]], [[5, 1], [2, 4]]]
)
def test_fishers_test_of_several_levels_is_what_all_ways_to_part_the_patients_give(table):
    levels = np.repeat(np.arange(len(table[0])), np.sum(table, axis=0))
    parted = [
        tuple(np.bincount(levels[list(chosen)], minlength=len(table[0])))
        for chosen in combinations(range(len(levels)), sum(table[0]))
    ]
    often = Counter(parted)
    rare = sum(number for number in often.values() if number <= often[tuple(table[0])])
    assert np.isclose(level_findings.fisher(np.array(table)), rare / len(parted), rtol=1e-9)


def test_levels_that_do_not_print_their_p_value_say_what_they_give():
    counts = {"a": (30, 10, 5), "b": (8, 12, 30)}
    rows = [
        ("count", str(count), {"population": id, "variable": f"x={level}"})
        for id, row in counts.items()
        for level, count in enumerate(row)
    ]
    p_value = ("p_value", "0.32", {"versus": "b"})
    (finding,) = level_findings.findings(abstract(*rows, p_value))
    least = stats.chi2_contingency(list(counts.values()), correction=False).pvalue
    assert finding.outcome == CANNOT_HOLD and finding.changes_conclusion and least < 0.001
    assert "The tests of all levels give a P value from" in finding.reason


@pytest.mark.parametrize(
    ("test", "outcome"), [("", CAN_HOLD), ("pearson", CAN_HOLD), ("fisher", NOT_AS_WORDED)]
)
def test_a_test_of_levels_that_is_named_is_the_one_that_prints(test, outcome):
    counts = [[9, 4, 2], [3, 5, 8]]
    p = stats.chi2_contingency(counts, correction=False).pvalue
    rows = [
        ("count", str(count), {"population": id, "variable": f"x={level}"})
        for id, row in zip("ab", counts, strict=True)
        for level, count in enumerate(row)
    ]
    p_value = ("p_value", f"{p:.4f}", {"versus": "b", "test": test})
    assert outcomes(level_findings, *rows, p_value)["c6"] == outcome


def test_an_impossible_p_value_of_counts_says_what_its_test_gives_and_that_a_conclusion_turns():
    counts = [("count", "13", {}), ("count", "7", {"population": "b"})]
    p_value = ("p_value", "0.0047", {"versus": "b", "test": "fisher"})
    shares = [("percent", "30.2", {}), ("percent", "14.6", {"population": "b"})]
    found = list(count_findings.findings(abstract(*sizes(43, 48), *counts, *shares, p_value)))
    (finding,) = [each for each in found if each.outcome == CANNOT_HOLD]
    given = stats.fisher_exact([[13, 30], [7, 41]]).pvalue
    assert f"Fisher's exact test: {given:.2g}" in finding.reason and "13/43 v 7/48" in finding.reason
    assert finding.changes_conclusion == (given > 0.05)


@pytest.mark.parametrize(
    ("printed", "given", "turned"),
    [
        ("0.01", (0.06, 0.2), True),
        ("0.01", (0.04, 0.2), False),
        ("0.3", (0.01,), True),
        ("<0.05", (0.2,), True),
    ],
)
def test_a_conclusion_turns_where_all_lies_across_the_level(printed, given, turned):
    assert is_turned(Figure.parse("p", printed), given, 0.05) == turned


@pytest.mark.parametrize("statistic", ["4.50", "2.12"])
def test_walds_statistic_may_be_a_deviate_or_its_square(statistic):
    p_value = ("p_value", "0.034", {"of": "c0", "versus": "b"})
    found = outcomes(statistic_findings, ("statistic", statistic, {"test": "wald", "versus": "b"}), p_value)
    assert set(found.values()) == {CAN_HOLD}


@pytest.mark.parametrize(("quantity", "is_said"), [("hazard_ratio", False), ("mean", True)])
def test_no_rank_test_is_proposed_for_times_to_an_event(quantity, is_said):
    rows = [("median", "12", {"unit": "months"}), ("p_value", "0.03", {"versus": "b"}), (quantity, "0.7", {})]
    assert bool(outcomes(statistic_findings, *sizes(40, 40), *rows)) == is_said


def test_an_early_incidence_does_not_count_all_deaths_of_the_study():
    deaths = [
        ("probability", "5", {"variable": "mortality", "at": "30 days"}),
        ("count", "20", {"variable": "mortality"}),
    ]
    assert set(outcomes(time_findings, *sizes(100, 100), *deaths).values()) == {CAN_HOLD}
    then = [deaths[0], ("count", "20", {"variable": "mortality", "at": "30 days"})]
    assert set(outcomes(time_findings, *sizes(100, 100), *then).values()) == {CANNOT_HOLD}


@pytest.mark.parametrize(
    ("quantity", "one", "other", "outcome"),
    [
        ("hazard_ratio", "0.70", "0.65", BY_READING),
        ("percent", "82", "82.6", BY_READING),
        ("percent", "83", "82.6", CAN_HOLD),
        ("percent", "81", "82.6", CANNOT_HOLD),
        ("count", "12", "13", CANNOT_HOLD),
    ],
)
def test_one_quantity_of_two_values_is_impossible_where_neither_a_model_nor_a_cut_explains_it(
    quantity, one, other, outcome
):
    assert outcomes(repeat_findings, (quantity, one, {}), (quantity, other, {}))["c0"] == outcome


@pytest.mark.parametrize(
    ("word", "first", "second", "outcome"),
    [
        ("higher", "85", "<90", CAN_HOLD),
        ("lower", "<80", "85", CAN_HOLD),
        ("lower", "12.3", "12", CAN_HOLD),
        ("lower", "13", "12", NOT_AS_WORDED),
        ("higher", "85", ">90", NOT_AS_WORDED),
    ],
)
def test_a_direction_is_denied_where_no_numbers_behind_the_figures_have_it(word, first, second, outcome):
    rows = [("percent", first, {}), ("percent", second, {"population": "b"}), ("word", word, {"versus": "b"})]
    assert outcomes(word_findings, *rows)["c2"] == outcome


@pytest.mark.parametrize(("word", "outcome"), [("lower", CAN_HOLD), ("higher", NOT_AS_WORDED)])
def test_a_direction_is_judged_by_a_percentage_beside_a_count(word, outcome):
    # 8 of 11 print 73 %; 21 of 24 are 87.5 %.
    rows = [*sizes(11, 24), ("percent", "73", {}), ("count", "21", {"population": "b"})]
    found = outcomes(word_findings, *rows, ("word", word, {"versus": "b"}))
    assert found == {"c4": outcome}


def test_a_p_value_that_stands_for_all_that_are_less_is_no_contradiction():
    # Student's t of 58.0 (13.0) v 69.6 (12.3) in 64 and 108: 5.9, so P is about 2e-8.
    def mean(quantity, value, population):
        return quantity, value, {"population": population}

    spreads = [
        mean("mean", "58.0", "a"),
        mean("sd", "13.0", "a"),
        mean("mean", "69.6", "b"),
        mean("sd", "12.3", "b"),
    ]
    test = ("p_value", "0.001", {"versus": "b", "test": "student_t"})
    assert outcomes(measured_findings, *sizes(64, 108), *spreads, test)["c6"] == BY_READING
    assert (
        outcomes(measured_findings, *sizes(64, 108), *spreads, ("p_value", "0.010", test[2]))["c6"]
        == CANNOT_HOLD
    )
