"""Rank tests and shifts against R and against enumeration of every permutation."""

import itertools
import math

import numpy as np
import pytest
from reference import FIGURES, data
from scipy import stats

from helpers.estimators import ranks

pytestmark = pytest.mark.filterwarnings("error")
R = FIGURES["rank"]
WITH_TIES = ([4, 7, 7, 9, 12], [1, 4, 4, 7, 8, 8])
PAIRS = ([5, 5, 6, 8, 3, 9, 7, 2], [8, 2, 6, 9, 6, 14, 10, 3])  # one zero; differences of 1 and 3 tie


def paired_data(name):
    frame = data(name)
    return (frame["control"], frame["mp6"]) if name == "gehan_pairs21" else (frame["d28"], frame["base"])


def two_samples():
    pairs = data("gehan_pairs21")
    return pairs["mp6"][:11], pairs["control"][11:]


@pytest.mark.parametrize("name", ["gehan_pairs21", "sim_treg11"])
def test_signed_rank_agrees_with_r(name):
    before, after = paired_data(name)
    asymptotic, exact = ranks.signed_rank(before, after), ranks.signed_rank_exact(before, after)
    assert asymptotic.estimate == exact.estimate == R[name]["asym_correct_FALSE"]["V"]
    assert asymptotic.p_value == pytest.approx(R[name]["asym_correct_FALSE"]["p"], abs=1e-12)
    assert exact.p_value == pytest.approx(R[name]["exactRankTests"]["p"], abs=1e-12)
    assert asymptotic.n == R[name]["n"]


@pytest.mark.parametrize("name", ["gehan_pairs21", "sim_treg11"])
def test_paired_shift_agrees_with_r(name):
    shift = ranks.hodges_lehmann_paired(*paired_data(name))
    assert [shift.ci_low, shift.ci_high] == pytest.approx(R[name]["exactRankTests"]["ci"], abs=1e-9)


def test_paired_shift_is_the_pseudo_median():
    tied, untied = (
        ranks.hodges_lehmann_paired(*paired_data(name)) for name in ("gehan_pairs21", "sim_treg11")
    )
    assert untied.estimate == pytest.approx(R["sim_treg11"]["exact"]["hl"], abs=1e-9)
    # With ties R solves for the root of the statistic, to three digits of the median of the Walsh averages.
    assert tied.estimate == pytest.approx(R["gehan_pairs21"]["asym_correct_FALSE"]["hl"], abs=1e-3)


def test_mann_whitney_agrees_with_r():
    x, y = two_samples()
    asymptotic, exact = ranks.mann_whitney(x, y), ranks.mann_whitney_exact(x, y)
    r = R["gehan_11v10"]
    assert asymptotic.estimate == exact.estimate == r["asym_correct_FALSE"]["W"]
    assert asymptotic.p_value == pytest.approx(r["asym_correct_FALSE"]["p"], abs=1e-12)
    assert exact.p_value == pytest.approx(r["exactRankTests"]["p"], abs=1e-12)


def test_two_sample_shift_agrees_with_r():
    shift = ranks.hodges_lehmann_two_sample(*two_samples())
    assert shift.estimate == pytest.approx(R["gehan_11v10"]["asym_correct_FALSE"]["hl"], abs=1e-3)
    assert [shift.ci_low, shift.ci_high] == pytest.approx(R["gehan_11v10"]["exactRankTests"]["ci"], abs=1e-9)


def enumerated_mann_whitney(x, y):
    """Return the share of all allocations whose rank sum is as far from its mean as the observed one."""
    midranks = stats.rankdata([*x, *y])
    mean = len(x) * (len(x) + len(y) + 1) / 2
    sums = np.array([sum(chosen) for chosen in itertools.combinations(midranks, len(x))])
    return np.mean(np.abs(sums - mean) >= abs(midranks[: len(x)].sum() - mean) - 1e-9)


def enumerated_signed_rank(before, after):
    """Return the share of all sign patterns whose rank sum is as far from its mean as the observed one."""
    differences = np.subtract(after, before)
    differences = differences[differences != 0]
    midranks = stats.rankdata(np.abs(differences))
    signs = np.array(list(itertools.product([0, 1], repeat=len(midranks))))
    distance = np.abs(signs @ midranks - midranks.sum() / 2)
    return np.mean(distance >= abs(midranks[differences > 0].sum() - midranks.sum() / 2) - 1e-9)


@pytest.mark.parametrize("samples", [WITH_TIES, ([1, 1, 2], [1, 3, 3, 3]), ([1.5, 2.5], [0.5, 3.5, 9])])
def test_exact_mann_whitney_is_the_permutation_test(samples):
    assert ranks.mann_whitney_exact(*samples).p_value == pytest.approx(
        enumerated_mann_whitney(*samples), abs=1e-12
    )


@pytest.mark.parametrize("pairs", [PAIRS, ([0] * 6, [1, -1, 2, 2, 2, 5]), ([0] * 5, [1, 2, 3, 4, 5])])
def test_exact_signed_rank_is_the_permutation_test(pairs):
    assert ranks.signed_rank_exact(*pairs).p_value == pytest.approx(enumerated_signed_rank(*pairs), abs=1e-12)


def test_asymptotic_tests_by_hand():
    # No ties: U = 8 of 9, mean 4.5, variance 3 * 3 * 7 / 12.
    mann_whitney = ranks.mann_whitney([3, 5, 6], [1, 2, 4])
    assert mann_whitney.estimate == 8
    assert mann_whitney.p_value == pytest.approx(2 * stats.norm.sf(3.5 / math.sqrt(63 / 12)))
    # PAIRS: |1| twice (rank 1.5), |3| four times (4.5) of which one is a decrease, |5| once (7).
    signed_rank = ranks.signed_rank(*PAIRS)
    variance = (2 * 1.5**2 + 4 * 4.5**2 + 7**2) / 4
    assert signed_rank.estimate == 28 - 4.5
    assert signed_rank.p_value == pytest.approx(2 * stats.norm.sf((28 - 4.5 - 14) / math.sqrt(variance)))
    assert signed_rank.n == 8


def test_floating_point_noise_breaks_no_tie():
    before, after = [5.1, 0.0, 1.0, 2.2, 0.3], [8.3, 3.2, 0.9, 2.3, 0.4]
    in_tenths = ([51, 0, 10, 22, 3], [83, 32, 9, 23, 4])
    assert ranks.signed_rank(before, after) == ranks.signed_rank(*in_tenths)
    assert ranks.signed_rank_exact(before, after) == ranks.signed_rank_exact(*in_tenths)
    assert ranks.mann_whitney([0.1 + 0.2, 0.7], [0.3, 0.1]) == ranks.mann_whitney([3, 7], [3, 1])
    assert ranks.mann_whitney_exact([0.1 + 0.2, 0.7], [0.3, 0.1]) == ranks.mann_whitney_exact([3, 7], [3, 1])


def test_paired_interval_holds_the_shifts_that_the_exact_test_accepts():
    rng = np.random.default_rng(3)
    before, after = rng.normal(size=9), rng.normal(0.5, size=9)
    shift = ranks.hodges_lehmann_paired(before, after)
    for limit, inward in [(shift.ci_low, 1e-6), (shift.ci_high, -1e-6)]:
        assert enumerated_signed_rank(before + limit + inward, after) > 0.05
        assert enumerated_signed_rank(before + limit - inward, after) <= 0.05


def test_two_sample_interval_holds_the_shifts_that_the_exact_test_accepts():
    rng = np.random.default_rng(4)
    x, y = rng.normal(1, size=6), rng.normal(size=7)
    shift = ranks.hodges_lehmann_two_sample(x, y)
    for limit, inward in [(shift.ci_low, 1e-6), (shift.ci_high, -1e-6)]:
        assert enumerated_mann_whitney(x - limit - inward, y) > 0.05
        assert enumerated_mann_whitney(x - limit + inward, y) <= 0.05


def test_shifts_by_hand():
    # Differences 1, 2, 6: Walsh averages 1, 1.5, 2, 3.5, 4, 6.
    assert ranks.hodges_lehmann_paired([0, 0, 0], [1, 2, 6]).estimate == pytest.approx(2.75)
    # Differences 4 - 1, 4 - 2, 9 - 1, 9 - 2.
    assert ranks.hodges_lehmann_two_sample([4, 9], [1, 2]).estimate == pytest.approx(5)


@pytest.mark.parametrize(("pairs", "exists"), [(5, False), (6, True)])
def test_six_pairs_are_the_fewest_for_an_interval(pairs, exists):
    # The most extreme of 2^5 sign patterns still has a two-sided P of 1/16, of 2^6 one of 1/32.
    shift = ranks.hodges_lehmann_paired([0] * pairs, range(1, pairs + 1))
    assert math.isfinite(shift.ci_low) is exists
    assert ("too few values for a 95% interval" in shift.method) is not exists


def test_large_samples_take_the_normal_distribution():
    values = np.arange(250.0)
    one, two = (
        ranks.hodges_lehmann_paired(0 * values, values),
        ranks.hodges_lehmann_two_sample(values, values - 3),
    )
    assert "normal approximation" in one.method and "normal approximation" in two.method
    assert one.ci_low < one.estimate == 124.5 < one.ci_high
    assert two.ci_low < two.estimate == 3 < two.ci_high
    assert "not computed beyond" in ranks.signed_rank_exact(0 * values, values).method
    assert "not computed beyond" in ranks.mann_whitney_exact(values, values).method


def test_missing_values_drop_their_pair():
    nan = math.nan
    assert ranks.signed_rank([*PAIRS[0], nan, 4], [*PAIRS[1], 5, nan]) == ranks.signed_rank(*PAIRS)
    assert ranks.mann_whitney([*WITH_TIES[0], nan], WITH_TIES[1]) == ranks.mann_whitney(*WITH_TIES)


@pytest.mark.parametrize("test", [ranks.mann_whitney, ranks.mann_whitney_exact])
def test_no_comparison_of_nothing(test):
    assert test([], [1, 2]).method == "not estimable: a group has no values"
    assert test([1, 2], [math.nan]).method == "not estimable: a group has no values"
    assert test([3, 3], [3]).method == "not estimable: all values are equal"


@pytest.mark.parametrize("test", [ranks.signed_rank, ranks.signed_rank_exact])
def test_no_paired_test_of_nothing(test):
    assert test([], []).method == "not estimable: no pairs"
    assert test([1, math.nan], [math.nan, 1]).method == "not estimable: no pairs"
    assert test([1, 2], [1, 2]).method == "not estimable: all differences are zero"


def test_no_normal_approximation_from_one_difference():
    assert ranks.signed_rank([1, 2], [1, 3]).method == "not estimable: only one difference is not zero"
    assert ranks.signed_rank_exact([1, 2], [1, 3]).p_value == 1


def test_no_shift_of_nothing():
    assert ranks.hodges_lehmann_paired([], []).method == "not estimable: no pairs"
    assert ranks.hodges_lehmann_two_sample([1], []).method == "not estimable: a group has no values"


def test_pairs_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="unequal length"):
        ranks.signed_rank([1, 2], [1, 2, 3])


@pytest.mark.parametrize(("sizes", "decimals"), [((41, 60), 0), ((40, 61), 1), ((7, 90), 6), ((1, 50), 2)])
def test_pairs_that_are_counted_give_what_pairs_that_are_laid_out_give(monkeypatch, sizes, decimals):
    """Beyond so many pairs none is laid out; here all are, by numpy, and none, by the counting."""
    rng = np.random.default_rng(sum(sizes))
    x, y = (np.round(rng.normal(size=size) * 3, decimals) for size in sizes)
    z = rng.choice(y, size=len(x))
    every = np.sort(np.round(x[:, None] - y, 10).ravel())
    changes = np.round(x - z, 10)
    averages = np.sort(((changes[:, None] + changes) / 2)[np.triu_indices(len(x))])
    monkeypatch.setattr(ranks, "MOST_PAIRS", 0)
    two, paired = ranks.hodges_lehmann_two_sample(x, y), ranks.hodges_lehmann_paired(z, x)
    for found, values in ((two, every), (paired, averages)):
        assert found.estimate == pytest.approx(np.median(values), abs=1e-9)
        if not np.isnan(found.ci_low):
            assert np.abs(values - found.ci_low).min() < 1e-9 and np.abs(values - found.ci_high).min() < 1e-9
    monkeypatch.undo()
    laid_out = ranks.hodges_lehmann_two_sample(x, y), ranks.hodges_lehmann_paired(z, x)
    for found, same in zip((two, paired), laid_out, strict=True):
        limits = [found.ci_low, found.ci_high]
        assert limits == pytest.approx([same.ci_low, same.ci_high], abs=1e-9, nan_ok=True)
        assert found.method == same.method


def test_a_hundred_thousand_values_have_a_shift():
    rng = np.random.default_rng(2)
    x, y = rng.normal(1, 1, 50_000), rng.normal(0, 1, 50_000)
    shift = ranks.hodges_lehmann_two_sample(x, y)
    assert shift.estimate == pytest.approx(1, abs=0.03)
    # The error of the estimate in normal samples is known.
    assert shift.ci_high - shift.ci_low == pytest.approx(2 * 1.96 * np.sqrt(np.pi / 3 * 2 / 50_000), rel=0.1)
