"""Quartiles of whole numbers against every multiset through numpy, and what the claims give."""

import itertools
from math import comb

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evidence.claims import load as claims
from evidence.claims.printed import Figure, Figures
from evidence.forensics import quartile_findings, quartiles
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_AS_WORDED
from evidence.forensics.quartiles import Summary
from evidence.plots.quartiles import plot_samples
from evidence.words import quartiles as reading
from helpers.estimators.quantiles import RULES

ABOVE = {"combination": 6, "monotherapy": 9}  # found by the search of the two-by-two tables


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(claims.load())


def brute(summary: Summary) -> np.ndarray:
    """Give every sample that prints a summary, by trying all multisets."""
    values = range(summary.low, summary.high + 1)
    samples = np.array([*itertools.combinations_with_replacement(values, summary.n)])
    keep = np.ones(len(samples), dtype=bool)
    for share, figure in summary.quantiles:
        found = np.quantile(samples, share, axis=1, method=RULES[summary.rule])
        keep &= figure.prints(found)
    if summary.above:
        cut, above = summary.above
        keep &= (samples > cut).sum(axis=1) == above
    return samples[keep]


def summary(n, quartile_1, median, quartile_3, rule, above=None, decimals=0) -> Summary:
    printed = [
        (share, Figure(str(share), value, decimals))
        for share, value in ((0.25, quartile_1), (0.5, median), (0.75, quartile_3))
        if value is not None
    ]
    return Summary(n, tuple(printed), rule, low=0, high=9, above=above)


CASES = [
    summary(n, *printed, rule, above)
    for rule in quartiles.RULES
    for n, printed, above in [
        (1, (None, 4, None), None),
        (2, (2, 4, 6), None),
        (3, (2, 4, 6), (4, 1)),
        (4, (2, 4, 6), None),
        (5, (2, 4, 6), (5, 2)),
        (6, (2, 4, 6), (4, 3)),
        (6, (None, 4, None), (3, 6)),
        (7, (2, 2, 7), None),
        (4, (5, 4, 6), None),
        (5, (None, None, None), (4, 0)),
    ]
] + [summary(4, 2.25, 4.5, 6.5, rule, decimals=2) for rule in quartiles.RULES]


@pytest.mark.parametrize("case", CASES)
def test_count_and_bounds_are_those_of_all_multisets(case):
    samples = brute(case)
    assert quartiles.count(case) == len(samples)
    if len(samples):
        means = samples.mean(axis=1)
        assert quartiles.mean_bounds(case) == pytest.approx((means.min(), means.max()))
        ends = np.stack([samples.min(axis=0), samples.max(axis=0)], axis=1)
        assert quartiles.ranges(case).tolist() == ends.tolist()
        few = (samples <= 3).sum(axis=1)
        assert quartiles.bounds(case, lambda values: values <= 3) == (few.min(), few.max())
    else:
        assert quartiles.mean_bounds(case) is None
        with pytest.raises(ValueError, match="no sample"):
            quartiles.draw(case, 1, np.random.default_rng(1))


@pytest.mark.parametrize("case", [case for case in CASES if quartiles.count(case)])
def test_unranking_lists_every_sample_once(case):
    ranks = np.arange(quartiles.count(case))
    expected = brute(case)
    assert quartiles.unrank(case, ranks).tolist() == expected.tolist()
    assert quartiles.unrank(case, ranks.astype(object)).tolist() == expected.tolist()


def test_draws_are_even():
    case = summary(6, 2, 4, 6, 7, (4, 3))
    samples = brute(case)
    places = {tuple(sample): place for place, sample in enumerate(samples.tolist())}
    drawn = quartiles.draw(case, 100 * len(samples), np.random.default_rng(20))
    counts = np.bincount([places[tuple(sample)] for sample in drawn.tolist()], minlength=len(samples))
    assert stats.chisquare(counts).pvalue > 0.01


def test_numbers_beyond_64_bits_are_exact():
    whole = Summary(40, (), 7)
    assert quartiles.count(whole) == comb(140, 40) > quartiles.MOST_RANKS
    ends = np.array([0, comb(140, 40) - 1], dtype=object)
    assert quartiles.unrank(whole, ends).tolist() == [[0] * 40, [100] * 40]
    drawn = quartiles.draw(whole, 2000, np.random.default_rng(3))
    assert drawn.shape == (2000, 40) and (np.diff(drawn, axis=1) >= 0).all()
    # The mean of an even draw of multisets is the middle of the range.
    assert drawn.mean() == pytest.approx(50, abs=4 * drawn.mean(axis=1).std() / 2000**0.5)


def test_every_draw_prints_the_figures(figures):
    for arm, rule in itertools.product(ABOVE, quartiles.RULES):
        printed = quartile_findings.blasts(figures, arm, rule, ABOVE[arm])
        drawn = quartiles.draw(printed, 500, np.random.default_rng(7))
        assert ((drawn > 60).sum(axis=1) == ABOVE[arm]).all()
        for share, figure in printed.quantiles:
            assert figure.prints(np.quantile(drawn, share, axis=1, method=RULES[rule])).all()


def test_rediscovered_sizes_and_bounds(figures):
    spaces = quartile_findings.spaces(figures).set_index(["arm", "rule"])
    assert spaces.loc["combination", "samples"].between(1e11, 4e11).all()
    assert spaces.loc["monotherapy", "samples"].between(1e18, 1e19).all()
    known = quartile_findings.spaces(figures, ABOVE).set_index(["arm", "rule"])
    assert known.loc["monotherapy", "samples"].between(1e17, 3e18).all()
    bounds = known.loc[("combination", 7), ["mean_low", "mean_high"]].astype(float)
    assert bounds.round(1).tolist() == [49.2, 62.1]


def test_age_as_quartiles_needs_quarters_of_the_patients(figures):
    needs = quartile_findings.age_needs(quartile_findings.age(figures)).set_index("side")
    # The 16th youngest is at most the first quartile: position 0.25 * 63 = 15.75, from 0.
    assert needs["fewest"].to_dict() == {"younger": 16, "older": 16}
    assert needs["n"].eq(64).all()


def test_findings_of_the_printed_figures(figures):
    found = quartile_findings.findings(figures, ABOVE)
    assert [finding.outcome for finding in found] == [CAN_HOLD] * 3
    assert "16 of 64" in found[-1].reason


def changed(**values: float) -> Figures:
    table = claims.load()
    for claim, value in values.items():
        table.loc[table["id"].eq(claim), "value"] = value
    return Figures(table)


@pytest.mark.parametrize(
    ("claim", "value", "outcome", "words"),
    [
        (
            "blasts_combination_quartile_1",
            61,
            CANNOT_HOLD,
            "first quartile 61 and median 60 exclude each other",
        ),
        ("blasts_monotherapy_quartile_3", 101, CANNOT_HOLD, "third quartile 101 is out of range"),
        ("age_median", 80, CANNOT_HOLD, "out of order"),
        ("age_upper", 130, NOT_AS_WORDED, "as quartiles"),
        ("treg_combination_day28", 105, CANNOT_HOLD, "outside 0 to 100"),
    ],
)
def test_findings_of_changed_claims(claim, value, outcome, words):
    found = quartile_findings.findings(changed(**{claim: value}))
    judged = [finding for finding in found if claim in finding.claims]
    assert [finding.outcome for finding in judged] == [outcome]
    assert words in judged[0].reason


def test_the_number_above_the_cut_can_exclude_a_quartile(figures):
    found = quartile_findings.findings(figures, {"combination": 1})
    assert found[0].outcome == CANNOT_HOLD
    assert "third quartile 86 and the number above 60 exclude each other" in found[0].reason


def test_decimals_are_tried_before_a_figure_is_called_impossible():
    table = claims.load()
    table.loc[table["id"].eq("blasts_monotherapy_median"), ["value", "decimals"]] = [42.3, 1]
    found = {finding.claims[0]: finding for finding in quartile_findings.findings(Figures(table))}
    finding = found["blasts_monotherapy_quartile_1"]
    assert finding.outcome == CAN_HOLD and finding.depends_on == "percentages with a decimal"


def test_findings_leave_out_what_is_not_printed():
    assert quartile_findings.findings(Figures(claims.load().iloc[:0])) == []


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(0, 100), min_size=1, max_size=15),
    st.sampled_from(quartiles.RULES),
    st.integers(0, 1),
    st.integers(0, 100),
)
def test_a_sample_is_never_called_impossible(sample, rule, decimals, cut):
    found = np.quantile(sample, [0.25, 0.5, 0.75], method=RULES[rule])
    printed = tuple(
        (share, Figure("x", round(value, decimals), decimals))
        for share, value in zip((0.25, 0.5, 0.75), found, strict=True)
    )
    above = (cut, sum(value > cut for value in sample))
    case = Summary(len(sample), printed, rule, above=above)
    assert quartiles.count(case)
    assert quartiles.count(quartiles.in_tenths(case))
    low, high = quartiles.mean_bounds(case)
    assert low - 1e-9 <= np.mean(sample) <= high + 1e-9


def test_reading_prints_the_exact_bounds(figures):
    spaces = quartile_findings.spaces(figures, ABOVE)
    drawn = reading.draws(figures, ABOVE)
    assert "49.2% and 62.1%" in reading.mean_sentence(spaces, drawn)
    assert "16 of 64" in reading.age_sentence(figures)
    assert "10¹¹" in reading.spaces_sentence(spaces)
    orders = reading.order_statistics(figures, ABOVE, drawn)
    assert (orders["low"] <= orders["p05"]).all() and (orders["p95"] <= orders["high"]).all()
    assert reading.printed(figures, "combination")["place"].tolist() == [3.75, 6.5, 9.25]
    fig, ax = plt.subplots()
    plot_samples(
        orders[orders["arm"].eq("monotherapy")], reading.printed(figures, "monotherapy"), "monotherapy", ax=ax
    )
    assert [text.get_text() for text in ax.texts] == ["19", "42", "85"]
    plt.close(fig)


def test_reading_of_claims_without_quartiles():
    empty = Figures(claims.load().iloc[:0])
    assert reading.draws(empty, ABOVE) == {} and reading.age_sentence(empty) == ""
