"""Order statistics and the least P values of rank tests, against trying every small sample."""

from itertools import combinations, combinations_with_replacement, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evidence.claims.printed import Figure
from evidence.forensics import order_statistics


def read(text):
    return Figure.parse("x", text)


def printed(value, decimals=1):
    return read(f"{value:.{decimals}f}")


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("17 17 18", True),
        ("17 16", None),
        ("18 17", None),
        ("1 4 - 9 8", None),
        ("5 2 - - 9", None),
        ("17.4 17", True),
        ("17.6 17", False),
        ("18.1 17", None),
        ("16.5 17.4 17", True),
        ("17 16.4", None),
        ("17 16.5", True),
        ("17 16.9", True),
        ("<5 2", True),
        (">5 4", None),
        ("5 <4", None),
        ("-3 −2", True),
        ("-2 -3", None),
    ],
)
def test_numbers_that_do_not_descend(text, usual):
    found = order_statistics.in_order([None if each == "-" else read(each) for each in text.split()])
    assert [way.usual for way in found] == ([] if usual is None else [usual])


@settings(max_examples=150, deadline=None)
@given(values=st.lists(st.floats(-50, 150), min_size=2, max_size=25), decimals=st.integers(0, 2))
def test_true_summaries_always_have_a_way(values, decimals):
    values, n = np.array(values), len(values)
    quartiles = [printed(each, decimals) for each in np.percentile(values, [0, 25, 50, 75, 100])]
    assert order_statistics.in_order(quartiles)[0].usual
    least, median, most = quartiles[0], quartiles[2], quartiles[4]
    mean, sd = printed(values.mean(), decimals), printed(values.std(ddof=1), decimals)
    assert order_statistics.within(mean, -50, 150)
    assert order_statistics.mean_in_range(mean, least, most, n)
    assert order_statistics.sd_in_range(sd, least, most, n)[0].usual
    assert order_statistics.mean_and_median(mean, median, sd)
    assert order_statistics.sd_in_range(printed(values.std(), decimals), least, most, n)
    assert order_statistics.sd_in_range(printed(stats.sem(values), decimals), least, most, n)
    assert order_statistics.mean_and_median(mean, median, printed(values.std(), decimals))


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
def test_no_sample_is_outside_and_some_are_at_the_ends(n):
    every = np.array(list(combinations_with_replacement(np.linspace(0, 10, 5), n)))
    every = every[(every[:, 0] == 0) & (every[:, -1] == 10)]
    ends = Figure("x", 0, 6), Figure("x", 10, 6)
    for values, check in [
        (every.mean(axis=1), order_statistics.mean_in_range),
        (every.std(axis=1, ddof=1), order_statistics.sd_in_range),
    ]:
        for at, beyond in [(values.min(), values.min() - 0.001), (values.max(), values.max() + 0.001)]:
            assert check(printed(at, 4), *ends, n)[0].usual
            assert not any(way.usual for way in check(printed(beyond, 4), *ends, n))
    assert order_statistics.sd_in_range(read("1"), *ends, 1) is None


def test_what_is_out_of_limits():
    assert order_statistics.within(read("100"), 0, 100) and order_statistics.within(read("0.0"), 0, 100)
    assert not order_statistics.within(read("100.1"), 0, 100)
    assert not order_statistics.within(read("-1"), 0, 100)
    assert not order_statistics.within(read(">100"), 0, 100)
    assert not order_statistics.mean_and_median(read("5.0"), read("9.0"), read("3.8"))
    assert order_statistics.mean_and_median(read("5.0"), read("9.0"), read("3.9"))


def signed_rank_deviates(n, pratt):
    """Return the absolute deviates of every pattern of signs, ties and zeros, without and with correction."""
    values = np.array(list(product(range(-n, n + 1), repeat=n)))
    values = values[(values != 0).any(axis=1)]
    for row in np.unique(np.sort(values, axis=1), axis=0):
        if not pratt:
            row = row[row != 0]
        ranks = stats.rankdata(abs(row)) * (row != 0)
        distance = abs(ranks[row > 0].sum() - ranks.sum() / 2)
        deviation = np.sqrt((ranks**2).sum()) / 2
        yield distance / deviation, max(distance - 0.5, 0) / deviation


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_least_p_value_of_a_signed_rank_test(n):
    least = order_statistics.least_p_values("signed_rank", n)
    name = "signed-rank test, normal approximation"
    for pratt in (False, True):
        plain, corrected = np.array(list(signed_rank_deviates(n, pratt))).max(axis=0)
        words = {"without": plain, "with": corrected}
        for word, deviate in words.items():
            one_sided = stats.norm.sf(deviate)
            assert least[f"{name} {word} continuity correction with ties"] == pytest.approx(
                (2 * one_sided, one_sided)
            )
    for size in (n, 7, 12):
        least = order_statistics.least_p_values("signed_rank", size)
        values = np.arange(1, size + 1)
        for word, correct in (("without", False), ("with", True)):
            p = stats.wilcoxon(values, correction=correct, method="asymptotic").pvalue
            assert least[f"{name} {word} continuity correction"][0] == pytest.approx(p)
        p = stats.wilcoxon(values, method="exact")
        assert least["signed-rank test, exact"][0] == pytest.approx(p.pvalue)
        one_sided = stats.wilcoxon(values, method="exact", alternative="greater").pvalue
        assert least["signed-rank test, exact"][1] == pytest.approx(one_sided)


@pytest.mark.parametrize("sizes", [(1, 1), (1, 2), (2, 2), (1, 4), (2, 3), (3, 3)])
def test_the_least_p_value_of_a_mann_whitney_test(sizes):
    n, total = sizes[0], sum(sizes)
    values = np.array(list(product(range(total), repeat=total)))
    values = values[(values != values[:, :1]).any(axis=1)]
    ranks = stats.rankdata(values, axis=1)
    distance = abs(ranks[:, :n].sum(axis=1) - n * (total + 1) / 2)
    deviation = np.sqrt(n * (total - n) * ranks.var(axis=1) / (total - 1))
    least = order_statistics.least_p_values("mann_whitney", *sizes)
    name = "Mann-Whitney test, normal approximation"
    untied = np.array([len(set(row)) == total for row in values])
    for word, half in (("without", 0.0), ("with", 0.5)):
        one_sided = stats.norm.sf(np.clip(distance - half, 0, None) / deviation)
        for ties, rows in (
            ("", untied),
            (" with ties", ~untied if not untied.all() and total > 2 else untied),
        ):
            reached = one_sided[rows].min()
            found = least[f"{name} {word} continuity correction{ties}"]
            assert found == pytest.approx((2 * reached, reached))
    splits = np.array(list(combinations(range(total), n)))
    distances = abs(ranks[:, splits].sum(axis=2) - n * (total + 1) / 2)
    p = (distances >= distance[:, None] - 1e-9).mean(axis=1)
    assert least["Mann-Whitney test, exact"][0] == pytest.approx(p[untied].min())
    assert least["Mann-Whitney test, exact with ties"][0] <= p.min() + 1e-12
    exact = stats.mannwhitneyu(range(n), range(n, total), method="exact")
    assert least["Mann-Whitney test, exact"][0] == pytest.approx(exact.pvalue)


def test_a_p_value_that_so_few_cannot_give():
    assert order_statistics.rank_test("signed_rank", read("<0.001"), 5) == []
    assert order_statistics.rank_test("signed_rank", read("0.031"), 5)
    assert not any("exact" in way.name for way in order_statistics.rank_test("signed_rank", read("0.02"), 5))
    one_sided = order_statistics.rank_test("signed_rank", read("0.031"), 5)
    assert "signed-rank test, exact, one-sided" in {way.name for way in one_sided if not way.usual}
    assert order_statistics.rank_test("mann_whitney", read("<0.001"), 3, 4) == []
    assert order_statistics.rank_test("mann_whitney", read("<0.05"), 3, 4)[0].usual is False
    assert order_statistics.rank_test("mann_whitney", read("<0.001"), 20, 20)[0].usual
    with pytest.raises(ValueError, match="neither"):
        order_statistics.least_p_values("student", 3)
