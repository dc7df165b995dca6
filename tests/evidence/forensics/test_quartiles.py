"""Quartiles of whole numbers against every multiset through numpy."""

import itertools
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evidence.claims.printed import Figure
from evidence.forensics import quartiles
from evidence.forensics.quartiles import Summary
from helpers.estimators.quantiles import RULES


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


@pytest.mark.parametrize(("patients", "share"), [(12, 0.25), (12, 0.5), (21, 0.25), (21, 0.75)])
@pytest.mark.parametrize("rule", RULES)
def test_order_statistics_give_numpys_quantiles(patients, share, rule):
    values = np.sort(np.random.default_rng(patients).integers(0, 101, patients))
    ours = sum(weight * values[place] for place, weight in quartiles.order_statistics(patients, share, rule))
    assert ours == pytest.approx(np.quantile(values, share, method=RULES[rule]))
