"""Distributions of rank sums, against all choices one by one, and the limits that they give."""

from itertools import combinations, product

import numpy as np
import pytest
from scipy import stats

from helpers.estimators.rank_distributions import (
    normal_limit,
    rank_sum_distribution,
    rank_sum_limit,
    signed_rank_distribution,
    signed_rank_limit,
    two_sided,
)

RANKS = np.array([2, 5, 5, 8, 11, 11])  # twice the midranks of six values with ties


def shares(sums, length):
    return np.bincount(list(sums), minlength=length) / len(list(sums))


def test_signed_ranks_have_the_sums_of_all_signs():
    sums = [int(RANKS @ np.array(signs)) for signs in product((0, 1), repeat=len(RANKS))]
    assert signed_rank_distribution(RANKS) == pytest.approx(shares(sums, RANKS.sum() + 1), abs=1e-15)


@pytest.mark.parametrize("size", [1, 3])
def test_rank_sums_are_those_of_all_choices(size):
    sums = [sum(chosen) for chosen in combinations(RANKS.tolist(), size)]
    assert rank_sum_distribution(RANKS, size) == pytest.approx(shares(sums, RANKS.sum() + 1), abs=1e-15)


def test_both_sides_count_what_is_as_far_from_the_mean():
    law = stats.binom(9, 0.3)
    probability = law.pmf(np.arange(10))
    assert two_sided(probability, 8, 8) == pytest.approx(law.pmf([0, 8, 9]).sum())
    assert two_sided(probability, 4, 8) == pytest.approx(1)


@pytest.mark.parametrize("n", [5, 6, 12, 25])
def test_a_signed_rank_limit_leaves_out_as_much_as_it_may(n):
    below = np.cumsum(signed_rank_distribution(np.arange(1, n + 1)))
    rank = signed_rank_limit(n)
    assert (rank == 0 or below[rank - 1] <= 0.025) and below[rank] > 0.025


@pytest.mark.parametrize("sizes", [(3, 3), (4, 4), (7, 12)])
def test_a_rank_sum_limit_leaves_out_as_much_as_it_may(sizes):
    rank = rank_sum_limit(*sizes)
    others = range(sum(sizes))
    counts = [sum(chosen) - sizes[0] * (sizes[0] - 1) // 2 for chosen in combinations(others, sizes[0])]
    assert np.mean([count < rank for count in counts]) <= 0.025 < np.mean([count <= rank for count in counts])


def test_the_normal_limit_is_a_quantile_rounded_down():
    assert normal_limit(5000, 80_000) == np.floor(stats.norm(5000, np.sqrt(80_000)).ppf(0.025))
