"""P values of t tests against scipy, on made data and over the windows of the printed figures."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from evidence.claims.printed import Figure
from evidence.forensics import t_tests
from evidence.forensics.t_tests import Group

GRID = np.array(list(product((0, 0.25, 0.5, 0.75, 1), repeat=4)))  # of each window


def printed(value, decimals=1):
    return Figure.parse("x", f"{value:.{decimals}f}")


def p_text(p):
    return Figure.parse("p", "<0.001" if p < 0.001 else f"{p:.3f}")


def group(values, decimals, se=False):
    spread = values.std(ddof=1) / (np.sqrt(len(values)) if se else 1)
    return Group(printed(values.mean(), decimals), printed(spread, decimals), len(values))


def names(found, usual=True):
    return {way.name for way in found if way.usual == usual}


@pytest.mark.parametrize("seed", range(60))
def test_true_means_and_spreads_have_the_test_that_was_done(seed):
    rng = np.random.default_rng(seed)
    decimals, shift = int(rng.integers(0, 3)), rng.normal(0, 3)
    first = rng.normal(10, rng.uniform(0.5, 5), rng.integers(2, 60))
    second = rng.normal(10 + shift, rng.uniform(0.5, 5), rng.integers(2, 60))
    groups = group(first, decimals), group(second, decimals)
    errors = group(first, decimals, se=True), group(second, decimals, se=True)
    for name, equal in (("Student's t test", True), ("Welch's t test", False)):
        p = stats.ttest_ind(first, second, equal_var=equal).pvalue
        assert f"{name}, two-sided" in names(t_tests.two_groups(*groups, p_text(p)))
        assert f"{name}, two-sided" in names(t_tests.two_groups(*errors, p_text(p), spread="se"))
        as_errors = t_tests.two_groups(*errors, p_text(p))
        assert names(as_errors) or any("taken as standard errors" in way.name for way in as_errors)
        side = "less" if first.mean() < second.mean() else "greater"
        p = stats.ttest_ind(first, second, equal_var=equal, alternative=side).pvalue
        found = t_tests.two_groups(*groups, p_text(p))
        assert names(found) or any(way.name.startswith(f"{name}, one-sided") for way in found)
    if len(first) > 2:
        after = first + rng.normal(shift, 1.0, len(first))
        p = p_text(stats.ttest_rel(first, after).pvalue)
        assert names(t_tests.paired(group(first, decimals), group(after, decimals), p))


@pytest.mark.parametrize("sizes", [(3, 3), (2, 9), (12, 5), (40, 41)])
def test_the_range_holds_that_of_every_corner_and_of_points_between(sizes):
    rng = np.random.default_rng(sum(sizes))
    for _ in range(15):
        centre = rng.uniform([3, 3, 0.6, 0.6], [6, 6, 3, 3])
        figures = [printed(value) for value in centre]
        ends = np.array([figure.window for figure in figures])
        points = ends[:, 0] + GRID * np.diff(ends, axis=1)[:, 0]
        squares = tuple(
            t_tests._squared(spread, "sd", n) for spread, n in zip(figures[2:], sizes, strict=True)
        )
        ranges = t_tests._tests(t_tests._difference(*ends[:2]), squares, sizes)
        for name, equal in (("Student's t test", True), ("Welch's t test", False)):
            a, b, s, u = points.T
            p = stats.ttest_ind_from_stats(a, s, sizes[0], b, u, sizes[1], equal_var=equal).pvalue
            low, high = ranges[name]
            assert low <= p.min() + 1e-12 and p.max() <= high + 1e-12
            # Student's is exact; Welch's is wider by a part that no printed digit of a P value would show.
            room = 1e-12 if equal else max(0.25 * (high - low), 1e-9)
            assert p.min() - low <= room and high - p.max() <= room


def test_what_no_t_test_prints():
    groups = Group(printed(5.0), printed(1.0), 20), Group(printed(6.0), printed(1.1), 20)
    assert names(t_tests.two_groups(*groups, Figure.parse("p", "0.005")))
    assert t_tests.two_groups(*groups, Figure.parse("p", "0.95")) == []
    assert t_tests.two_groups(*groups, Figure.parse("p", ">0.05")) != []  # were they standard errors
    assert not names(t_tests.two_groups(*groups, Figure.parse("p", ">0.05")))
    assert t_tests.two_groups(*groups, Figure.parse("p", "<0.0001")) == []
    assert t_tests.two_groups(groups[0], groups[1]._replace(n=1), Figure.parse("p", "0.2")) is None
    assert (
        t_tests.two_groups(groups[0]._replace(spread=Figure.parse("s", "<2")), groups[1], printed(0.2))
        is None
    )
    assert t_tests.paired(groups[0], groups[1]._replace(n=19), Figure.parse("p", "0.2")) is None
    assert t_tests.paired(*groups, Figure.parse("p", "0.2")) == []  # for no correlation
    same = Group(printed(5.0), printed(0.0), 20)
    assert names(t_tests.two_groups(same, same, printed(1.0)))
