"""Rank tests of printed P values against scipy on every small sample."""

import itertools
import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evidence.claims import load as claims
from evidence.claims.printed import Figure, Figures
from evidence.forensics import rank_tests
from evidence.forensics.rank_patterns import fewest_tied, mann_whitney_pattern, signed_rank_pattern
from helpers.estimators import ranks
from helpers.ground.results import ResultId

WIDE = Figure("wide", 0.0, -1)  # from -5 to 5


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(claims.load())


def compositions(n: int):
    """Give every way to write n as an ordered sum: the sizes of the groups of ties."""
    for cuts in itertools.product([False, True], repeat=n - 1):
        groups = [1]
        for cut in cuts:
            if cut:
                groups.append(1)
            else:
                groups[-1] += 1
        yield groups


def scipy_signed_rank(differences: np.ndarray, convention: str) -> float:
    zero = "pratt" if convention.startswith("pratt") else "wilcox"
    correction = convention.endswith("corrected")
    return stats.wilcoxon(differences, zero_method=zero, correction=correction, method="asymptotic").pvalue


def as_set(rows: pd.DataFrame) -> set[tuple]:
    values = rows.drop(columns="p_value").itertuples(index=False, name=None)
    return {(*value, round(p, 10)) for value, p in zip(values, rows["p_value"], strict=True)}


def brute_signed_rank(pairs: int) -> set[tuple]:
    rows = set()
    for nonzero in range(1, pairs + 1):
        for groups in compositions(nonzero):
            values = np.repeat(np.arange(1, len(groups) + 1), groups)
            ties = sum(size**3 - size for size in groups) // 6
            for signs in itertools.product([-1, 1], repeat=nonzero):
                differences = values * np.array(signs)
                for convention in rank_tests.SIGNED_RANK:
                    zeros = pairs - nonzero if convention.startswith("pratt") else 0
                    if convention.startswith("pratt") and not zeros:
                        continue
                    sample = np.concatenate([np.zeros(zeros), differences])
                    of_ranks = stats.rankdata(np.abs(sample))
                    plus, minus = of_ranks[sample > 0].sum(), of_ranks[sample < 0].sum()
                    if convention == "exact":
                        p = ranks.signed_rank_exact(np.zeros(nonzero), differences).p_value
                    else:
                        p = scipy_signed_rank(sample, convention)
                    rows.add((convention, nonzero, min(plus, minus), ties, round(min(p, 1), 10)))
    return rows


@pytest.mark.parametrize("pairs", [1, 3, 5])
def test_signed_rank_is_every_small_sample_through_scipy(pairs):
    assert as_set(rank_tests.solutions("signed_rank", WIDE, pairs)) == brute_signed_rank(pairs)


def test_exact_signed_rank_without_ties_is_scipys():
    rows = rank_tests.untied("signed_rank", 9)
    rows = rows[rows["convention"].eq("exact") & rows["nonzero"].eq(9)]
    assert len(rows) == 23
    for row in rows.itertuples():
        # Ranks are given the sign plus greedily from the top until the sum is reached.
        rest, signs = row.statistic, np.full(9, -1)
        for rank in range(9, 0, -1):
            if rank <= rest:
                rest, signs[rank - 1] = rest - rank, 1
        expected = stats.wilcoxon(signs * np.arange(1, 10), method="exact").pvalue
        assert row.p_value == pytest.approx(expected)


def brute_mann_whitney(first: int, second: int) -> set[tuple]:
    rows = set()
    for one, other in ((first, second), (first - 1, second), (first, second - 1)):
        if min(one, other) < 1:
            continue
        for groups in compositions(one + other):
            if len(groups) == 1:
                continue
            values = np.repeat(np.arange(len(groups)), groups)
            ties = sum(size**3 - size for size in groups) // 6
            for chosen in itertools.combinations(range(one + other), one):
                inside = np.isin(np.arange(one + other), chosen)
                x, y = values[inside], values[~inside]
                for convention in rank_tests.MANN_WHITNEY:
                    if convention == "exact" and ties:
                        continue
                    method = "exact" if convention == "exact" else "asymptotic"
                    corrected = convention == "corrected"
                    result = stats.mannwhitneyu(x, y, method=method, use_continuity=corrected)
                    u = min(result.statistic, one * other - result.statistic)
                    rows.add((convention, one, other, u, ties, round(min(result.pvalue, 1), 10)))
    return rows


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 3), (3, 3), (4, 2)])
def test_mann_whitney_is_every_small_sample_through_scipy(first, second):
    assert as_set(rank_tests.solutions("mann_whitney", WIDE, first, second)) == brute_mann_whitney(
        first, second
    )


def test_exact_mann_whitney_of_the_arms_is_scipys():
    p = rank_tests.mann_whitney_exact(11, 10)
    for u in (0, 19, 24, 55, 110):
        x = np.arange(11) * 100.0
        # Each of the second group placed below as many of the first as are still owed to U.
        owed, y = u, []
        for _ in range(10):
            below = min(owed, 11)
            y.append(100 * (11 - below) - 50 + 0.1 * len(y))
            owed -= below
        result = stats.mannwhitneyu(x, np.array(y), method="exact")
        assert result.statistic == u
        assert p[u] == pytest.approx(result.pvalue)


def test_a_pattern_of_ties_has_the_statistic_and_the_p_value(figures):
    figure = figures.p_value(ResultId.parse("immune.treg.signed_rank.combination"))
    rows = rank_tests.solutions("signed_rank", figure, 11)
    for row in rows[rows["convention"].isin(["normal", "corrected"])].itertuples():
        groups = signed_rank_pattern(row.nonzero, row.statistic, row.ties)
        parts = [[value] * up + [-value] * (size - up) for value, (size, up) in enumerate(groups, 1)]
        differences = np.concatenate(parts)
        assert len(differences) == row.nonzero
        p = scipy_signed_rank(differences, row.convention)
        assert p == pytest.approx(row.p_value) and figure.prints(p)
    figure = figures.p_value(ResultId.parse("immune.nkt.ratio_mann_whitney.arm"))
    rows = rank_tests.solutions("mann_whitney", figure, 11, 10)
    for row in rows.itertuples():
        groups = mann_whitney_pattern(row.first, row.second, row.statistic, row.ties)
        x, y = (
            np.concatenate([np.full(group[index], value) for value, group in enumerate(groups)])
            for index in (0, 1)
        )
        result = stats.mannwhitneyu(x, y, method="asymptotic", use_continuity=row.convention == "corrected")
        assert result.statistic == row.statistic and figure.prints(result.pvalue)


def test_a_pattern_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="do not reach"):
        signed_rank_pattern(3, 1.5, 0)
    with pytest.raises(ValueError, match="do not reach"):
        mann_whitney_pattern(2, 2, 0.5, 0)


def test_large_samples_are_searched_without_ties():
    rows = rank_tests.solutions("mann_whitney", Figure("p", 0.05, 2), 30, 30)
    assert rows["ties"].eq(0).all() and set(rows["convention"]) == set(rank_tests.MANN_WHITNEY)
    paired = rank_tests.solutions("signed_rank", Figure("p", 0.05, 3), 32)
    assert paired[paired["nonzero"].gt(rank_tests.MOST_TIED_PAIRS)]["ties"].eq(0).all()
    assert not rank_tests.signed_rank_is_exhaustive(40) and rank_tests.signed_rank_is_exhaustive(11)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(-4, 4), min_size=2, max_size=9).filter(any),
    st.sampled_from(["normal", "corrected", "pratt"]),
    st.integers(2, 3),
)
def test_a_paired_sample_is_never_called_impossible(differences, convention, decimals):
    differences = np.array(differences)
    if np.count_nonzero(differences) == 1 and convention == "pratt":
        return
    p = min(scipy_signed_rank(differences, convention), 1)
    figure = Figure("p", round(p, decimals), decimals)
    rows = rank_tests.solutions("signed_rank", figure, len(differences))
    assert math.isfinite(p) and len(rows)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(0, 5), min_size=2, max_size=6),
    st.lists(st.integers(0, 5), min_size=2, max_size=6),
    st.booleans(),
)
def test_two_samples_are_never_called_impossible(x, y, corrected):
    if len({*x, *y}) == 1:
        return
    p = stats.mannwhitneyu(x, y, method="asymptotic", use_continuity=corrected).pvalue
    figure = Figure("p", round(min(p, 1), 3), 3)
    assert len(rank_tests.solutions("mann_whitney", figure, len(x), len(y)))


def test_the_fewest_equal_values_are_those_of_every_arrangement_tried():
    """Three against three values, every order and every pattern of ties, statistic by statistic."""
    fewest = {}
    for values in itertools.product(range(6), repeat=6):
        one, other = values[:3], values[3:]
        u = sum((a > b) + (a == b) / 2 for a in one for b in other)
        sizes = tuple(sorted((size for size in Counter(values).values() if size > 1), reverse=True))
        ties = sum((size**3 - size) // 6 for size in sizes)
        if ties:
            fewest.setdefault((u, ties), set()).add(sizes)
    for (u, ties), ways in fewest.items():
        least = min(map(sum, ways))
        assert fewest_tied(3, 3, {ties: [u]}) == sorted(way for way in ways if sum(way) == least)
    assert fewest_tied(3, 3, {7: [1]}) == []


def test_the_published_p_value_takes_seven_equal_values():
    """P = 0.071 of 11 against 10 values."""
    rows = rank_tests.solutions("mann_whitney", Figure("p", 0.071, 3), 11, 10)
    rows = rows[rows["convention"].eq("normal") & rows["first"].eq(11) & rows["second"].eq(10)]
    by_ties = rows.groupby("ties")["statistic"].agg(list).to_dict()
    assert 0 not in by_ties
    assert fewest_tied(11, 10, by_ties) == [(4, 3), (5, 2)]
