"""What is left open: times in other units, fewer values than patients, tests that are not known here."""

from dataclasses import replace

import pytest
from few_claims import abstract, outcomes, sizes
from scipy import stats

from evidence.claims.groups import Population
from evidence.forensics import (
    count_findings,
    level_findings,
    measured_findings,
    searches,
    statistic_findings,
    time_findings,
)
from evidence.forensics.finding import BY_READING, CAN_HOLD, CANNOT_HOLD, NOT_AS_WORDED, NOT_REACHED

ELSEWHERE = {"sentence": 2}


@pytest.mark.parametrize(
    ("text", "number"),
    [("1 y", 12), ("1 year", 12), ("12 mo", 12), ("12 months", 12), ("2-year", 24), ("24 mo", 24), ("m6", 6)]
    + [("year_2", 24), ("1.5 yrs", 18), ("Month 3", 3), ("12", None), ("baseline", None), ("5 miles", None)],
)
def test_a_time_is_read_in_every_unit(text, number):
    assert time_findings.months(text) == number
    assert time_findings.months("365 days") == pytest.approx(12, rel=0.001)
    assert time_findings.months("52 wk") == pytest.approx(12, rel=0.004)


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (("62", "1 y"), ("62", "12 months"), CAN_HOLD),
        (("62", "365 days"), ("62.4", "1 year"), CAN_HOLD),
        (("62", "24 mo"), ("62.7", "2-year"), BY_READING),  # cut off
        (("62", "1 y"), ("65", "12 mo"), CANNOT_HOLD),
        (("62", "365 days"), ("65", "1 year"), CANNOT_HOLD),
        (("62", "360 days"), ("60", "1 year"), BY_READING),  # five days apart
        (("62", "1 y"), ("65", "24 mo"), CANNOT_HOLD),  # rises
        (("65", "1 y"), ("62", "24 mo"), CAN_HOLD),
    ],
)
def test_probabilities_are_of_one_time_in_whichever_unit(first, second, outcome):
    rows = [("probability", value, {"at": at, "variable": "survival"}) for value, at in (first, second)]
    assert outcome in set(outcomes(time_findings, *rows).values())


@pytest.mark.parametrize(("value", "outcome"), [("60", CANNOT_HOLD), ("45", CAN_HOLD)])
def test_a_median_of_ten_months_lies_before_a_year(value, outcome):
    rows = [("probability", value, {"at": "1 y", "variable": "survival"})]
    rows += [("median", "10", {"unit": "months", "variable": "survival"})]
    assert outcomes(time_findings, *rows)["c0"] == outcome


@pytest.mark.parametrize(("at", "outcome"), [("1 y", CANNOT_HOLD), ("2 y", CAN_HOLD)])
def test_events_by_a_time_are_those_of_a_probability_in_another_unit(at, outcome):
    """20 deaths of 100 by then are a mortality of 20 %, and some of two years may be later."""
    rows = [("probability", "5", {"at": "12 months", "variable": "mortality"})]
    rows += [("count", "20", {"at": at, "variable": "mortality"})]
    assert outcomes(time_findings, *sizes(100, 100), *rows)["c2"] == outcome


YATES = stats.chi2_contingency([[14, 6], [7, 12]]).pvalue


@pytest.mark.parametrize(("test", "outcome"), [("", CAN_HOLD), ("chi_square", CAN_HOLD), ("yates", CAN_HOLD)])
def test_two_levels_have_the_tests_of_two_by_two_tables(test, outcome):
    counts = {("a", "man"): 14, ("a", "woman"): 6, ("b", "man"): 7, ("b", "woman"): 12}
    rows = [
        ("count", str(n), {"population": id, "variable": f"x={level}"}) for (id, level), n in counts.items()
    ]
    named = {"versus": "b", "test": test}
    assert outcomes(level_findings, *rows, ("p_value", f"{YATES:.4f}", named))["c4"] == outcome
    named = {"versus": "b", "test": "pearson"}
    assert outcomes(level_findings, *rows, ("p_value", f"{YATES:.4f}", named))["c4"] == NOT_AS_WORDED


def compared(p_value, test, sizes_in):
    """Means of 5.0 and 5.8, standard deviations of 1.0 and 1.2, of 30 patients each."""
    figures = [("mean", "5.0", "a"), ("sd", "1.0", "a"), ("mean", "5.8", "b"), ("sd", "1.2", "b")]
    rows = [("n", "30", {"population": id} | sizes_in) for id in "ab"]
    rows += [(name, value, {"population": id}) for name, value, id in figures]
    return [*rows, ("p_value", p_value, {"versus": "b", "test": test})]


def of_sizes(n, m):
    """Students's P value of numbers that round to the means and spreads."""
    return float(stats.ttest_ind_from_stats(5.0, 1.0, n, 5.8, 1.2, m).pvalue)


@pytest.mark.parametrize(
    ("p_value", "in_sentence", "outcome"),
    [
        (of_sizes(30, 30), ELSEWHERE, CAN_HOLD),
        (of_sizes(18, 17), ELSEWHERE, BY_READING),
        (of_sizes(18, 17), {}, NOT_AS_WORDED),  # its own sentence prints 30
        (of_sizes(10, 10), ELSEWHERE, CANNOT_HOLD),
        (of_sizes(60, 60), ELSEWHERE, CANNOT_HOLD),
    ],
)
def test_a_named_t_test_may_be_of_fewer_values_than_patients(p_value, in_sentence, outcome):
    rows = compared(f"{p_value:.5f}", "student_t", in_sentence)
    (found,) = [each for each in measured_findings.findings(abstract(*rows)) if "c6" in each.claims]
    assert found.outcome == outcome
    assert "n = 30 and 30" in found.reason


def test_the_numbers_of_values_that_are_named_print_the_p_value():
    rows = compared(f"{of_sizes(18, 17):.5f}", "welch_t", ELSEWHERE)
    (found,) = [each for each in measured_findings.findings(abstract(*rows)) if "c6" in each.claims]
    equal = found.depends_on.startswith("Student")
    n, m = (int(word) for word in found.depends_on.split() if word.isdigit())
    ends = [
        stats.ttest_ind_from_stats(5.0 + x, 1.0 + s, n, 5.8 - x, 1.2 + s, m, equal_var=equal).pvalue
        for x in (-0.05, 0.05)
        for s in (-0.05, 0.05)
    ]
    assert min(ends) <= of_sizes(18, 17) <= max(ends)


@pytest.mark.parametrize(("p_value", "outcome"), [("0.30", BY_READING), ("0.45", CANNOT_HOLD)])
def test_a_paired_t_test_may_be_of_fewer_pairs(p_value, outcome):
    """0.72 less at n = 26 has P = 0.19 at most; of 13 pairs t is 0.93 and P 0.37 at most."""
    at = {"population": "a", "at": "baseline"}, {"population": "a", "at": "day28"}
    rows = [("n", "26", ELSEWHERE), ("mean", "3.90", at[0]), ("sd", "1.32", at[0])]
    rows += [("mean", "4.62", at[1]), ("sd", "1.42", at[1]), ("p_value", p_value, {"test": "paired_t"})]
    assert outcomes(measured_findings, *rows)["c5"] == outcome


def of_so_many(number, values):
    """Tell by brute force whether a mean of whole numbers rounds to one with two decimals."""
    return any(abs(total / values - number) <= 0.005 + 1e-9 for total in range(12 * values))


FEW = next(
    number / 100
    for number in range(500, 600)
    if not any(of_so_many(number / 100, n) for n in range(22, 29))
    and any(of_so_many(number / 100, n) for n in range(14, 22))
)


@pytest.mark.parametrize(
    ("value", "n", "in_sentence", "outcome"),
    [
        ("5.18", 28, {}, CAN_HOLD),
        ("5.19", 28, ELSEWHERE, BY_READING),  # of 27
        ("5.19", 28, {}, NOT_AS_WORDED),
        (f"{FEW:.2f}", 28, ELSEWHERE, BY_READING),  # more than a fifth is missing
        (f"{FEW:.2f}", 28, {}, NOT_AS_WORDED),
        ("5.1", 4, ELSEWHERE, CANNOT_HOLD),  # quarters, thirds and halves
    ],
)
def test_a_mean_of_whole_numbers_may_be_of_fewer_values_than_patients(value, n, in_sentence, outcome):
    rows = [("n", str(n), in_sentence), ("mean", value, {"unit": "cycles"})]
    (found,) = measured_findings.findings(abstract(*rows))
    assert found.outcome == outcome
    assert f"n = {n}" in found.reason


@pytest.mark.parametrize(("sd", "outcome"), [("5.2", CAN_HOLD), ("5.4", BY_READING), ("5.6", CANNOT_HOLD)])
def test_a_spread_within_a_range_may_be_of_fewer_values(sd, outcome):
    """Half on each end of 0 to 10: at most 5.27 of ten values, and 5.48 of six or five."""
    rows = [("n", "10", ELSEWHERE), ("sd", sd, {}), ("minimum", "0.0", {}), ("maximum", "10.0", {})]
    assert outcomes(measured_findings, *rows)["c1"] == outcome


def test_a_share_and_its_spread_may_be_of_fewer_answers():
    """Of ten, yes is a whole tenth; 2 of 8 have a standard deviation of 0.463."""
    rows = [("mean", "0.25", {"unit": "proportion"}), ("sd", "0.463", {"unit": "proportion"})]
    assert outcomes(measured_findings, ("n", "10", ELSEWHERE), *rows)["c1"] == BY_READING


SCENES = {  # with a P value, the last claim, that no usual test of them prints
    "counts": [
        *(*sizes(60, 60), ("count", "30", {}), ("count", "10", {"population": "b"})),
        ("p_value", "0.9", {"versus": "b"}),
    ],
    "levels": [
        *(("count", n, {"variable": f"x={level}"}) for n, level in (("30", "i"), ("30", "ii"))),
        *(
            ("count", n, {"variable": f"x={level}", "population": "b"})
            for n, level in (("55", "i"), ("5", "ii"))
        ),
        ("p_value", "0.9", {"versus": "b"}),
    ],
    "ratio": [
        ("hazard_ratio", "0.50", {"versus": "b"}),
        *((name, end, {"of": "c0"}) for name, end in (("ci_low", "0.40"), ("ci_high", "0.62"))),
        ("p_value", "0.9", {"of": "c0", "versus": "b"}),
    ],
    "means": compared("0.9", "", {}),
    "statistic": [("statistic", "9.1", {"versus": "b"}), ("p_value", "0.9", {"versus": "b", "of": "c0"})],
    "few ranks": [
        *(*sizes(4, 4), ("median", "3", {}), ("median", "9", {"population": "b"})),
        ("p_value", "0.0001", {"versus": "b"}),
    ],
    "visits": [
        *(("n", "60", {}), ("mean", "3.0", {"at": "baseline"}), ("mean", "9.0", {"at": "day28"})),
        *(("sd", "1.0", {"at": at}) for at in ("baseline", "day28")),
        ("p_value", "0.9", {}),
    ],
}
ACCUSED = {CANNOT_HOLD, NOT_AS_WORDED}


def of_last(found, rows):
    """The outcomes of the last claim."""
    return {each.outcome for each in found if rows.claims[-1].id in each.claims}


@pytest.mark.parametrize("rows", SCENES.values(), ids=SCENES)
@pytest.mark.parametrize("test", ["mcnemar", "non_inferiority", "a test of our own"])
def test_a_p_value_of_a_test_that_is_not_known_is_not_reached(rows, test):
    *others, (quantity, value, cells) = rows
    named = abstract(*others, (quantity, value, cells | {"test": test}))
    found = searches.examine(named)
    assert of_last(found, named) == {NOT_REACHED}
    assert not {each.outcome for each in found} & ACCUSED
    assert any(test in each.reason for each in found)


@pytest.mark.parametrize(("tests", "is_accused"), [(("mcnemar",), False), (("mcnemar", "fisher"), True)])
def test_a_p_value_without_a_test_is_that_of_the_methods(tests, is_accused):
    rows = replace(abstract(*SCENES["counts"]), tests=tests)
    assert bool(of_last(searches.examine(rows), rows) & ACCUSED) == is_accused


SHARED = {id: Population(id, f"While on {id}") for id in ("early", "late")}


def of_groups(rows, *groups, test=""):
    """The same claims of two other groups, the last one under another test."""
    to, whole = dict(zip("ab", groups, strict=True)), abstract(*rows)
    claims = [
        replace(each, population=to[each.population], versus=to.get(each.versus, "")) for each in whole.claims
    ]
    claims[-1] = replace(claims[-1], test=test)
    return replace(whole, claims=tuple(claims), populations=whole.populations | SHARED)


@pytest.mark.parametrize(
    ("search", "scene", "test"),
    [
        (count_findings, "counts", "fisher"),
        (count_findings, "counts", ""),
        (level_findings, "levels", "pearson"),
        (statistic_findings, "few ranks", "mann_whitney"),
        (measured_findings, "means", "student_t"),
    ],
)
def test_groups_that_may_share_patients_are_not_accused_by_tests_of_groups_apart(search, scene, test):
    apart, shared = (of_groups(SCENES[scene], *two, test=test) for two in (("a", "b"), ("early", "late")))
    assert of_last(search.findings(apart), apart) & ACCUSED
    assert of_last(search.findings(shared), shared) == {BY_READING}


def test_a_count_against_its_percentage_is_found_beside_a_p_value_of_pairs():
    """30 of 60 are no 70 %, nor of fewer, which the sentence excludes."""
    rows = of_groups([("percent", "70", {}), *SCENES["counts"]], "early", "late")
    found = [(id, each.outcome) for each in count_findings.findings(rows) for id in each.claims]
    assert ("c0", NOT_AS_WORDED) in found and ("c5", BY_READING) in found
    assert not {outcome for id, outcome in found if id == "c5"} & ACCUSED


@pytest.mark.parametrize("statement", ["P value of non-inferiority", "Equivalence of the two", ""])
def test_a_p_value_of_a_margin_is_not_compared_with_a_test_of_no_difference(statement):
    """150 of 200 against 150 of 200: P = 1 without a margin."""
    counts = [("count", "150", {"population": group}) for group in "ab"]
    rows = [*sizes(200, 200), *counts, ("p_value", "0.01", {"versus": "b", "statement": statement})]
    found = {each.outcome for each in searches.examine(abstract(*rows)) if "c4" in each.claims}
    assert (found == {NOT_REACHED}) if statement else (NOT_AS_WORDED in found)


@pytest.mark.parametrize(("p_value", "outcome"), [("0.04", CANNOT_HOLD), ("0.50", CAN_HOLD)])
def test_an_adjusted_estimate_keeps_its_p_value_beside_counts(p_value, outcome):
    """511/1832 v 526/1826 give 0.956, not 0.95; ln(1.10/0.82)/3.92 = 0.0749, ln 0.95/0.0749 = -0.68."""
    compared, of = {"versus": "b"}, {"versus": "b", "of": "c4"}
    counts = [("count", "511", {}), ("count", "526", {"population": "b"})]
    ratio = [("odds_ratio", "0.95", compared), ("ci_low", "0.82", of), ("ci_high", "1.10", of)]
    found = abstract(*sizes(1832, 1826), *counts, *ratio, ("p_value", p_value, of))
    assert {each.outcome for each in searches.examine(found) if "c7" in each.claims} == {outcome}


@pytest.mark.parametrize(("p_value", "outcome"), [("0.84", BY_READING), ("0.30", CANNOT_HOLD)])
def test_the_p_value_beside_an_adjusted_estimate_may_be_that_of_the_counts(p_value, outcome):
    """100/200 v 98/200, whose Pearson chi-square is 0.0400, P = 0.841; the estimate's own is below 0.0001."""
    compared, of = {"versus": "b"}, {"versus": "b", "of": "c4"}
    counts = [("count", "100", {}), ("count", "98", {"population": "b"})]
    ratio = [("odds_ratio", "0.50", compared), ("ci_low", "0.40", of), ("ci_high", "0.62", of)]
    found = abstract(*sizes(200, 200), *counts, *ratio, ("p_value", p_value, of))
    assert {each.outcome for each in searches.examine(found) if "c7" in each.claims} == {outcome}
