"""Means and standard deviations of whole numbers against every small sample."""

from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.claims.printed import Figure
from evidence.forensics import means


def rounded(value, decimals):
    return Figure.parse("x", f"{value:.{decimals}f}")


def samples(n, high):
    return np.array(list(combinations_with_replacement(range(high + 1), n)))


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7])
def test_the_sums_of_squares_are_those_of_every_sample(n):
    """Both directions: shifting a sample moves its sum by n, so sums from 0 to n - 1 are all there is."""
    most = {2: 30, 3: 16, 4: 10, 5: 7, 6: 5, 7: 4}[n]
    every = samples(n, 2 * most) - most
    reached = set(zip(every.sum(axis=1), (every**2).sum(axis=1), strict=True))
    for total in range(n):
        for square in range(most * most):  # no larger number can enter
            assert means._reached(total, square, n) == ((total, square) in reached), (total, square)
    total, square = next(pair for pair in sorted(reached) if pair[0] == n - 1)
    for shift in (-7, 3):
        assert means._reached(total + n * shift, square + 2 * shift * total + n * shift**2, n)


def test_five_numbers_have_every_sum_of_squares_of_the_right_parity():
    """What the proof for more numbers rests on, far beyond the smallest that could fail."""
    axis = np.arange(-20, 21)
    first, second = np.meshgrid(axis, axis)
    pairs = np.zeros((82, 801), dtype=bool)  # by sum and sum of squares
    pairs[(first + second + 40).ravel(), (first**2 + second**2).ravel()] = True
    most = 400
    for total in (0, 1, 2):
        reached = np.zeros(most + 1, dtype=bool)
        for x in axis:
            for two in range(-40, 41):
                other = total - x - two
                if abs(other) <= 40:
                    one, rest = np.flatnonzero(pairs[two + 40]), np.flatnonzero(pairs[other + 40])
                    squares = (one[:, None] + rest + x * x).ravel()
                    reached[squares[squares <= most]] = True
        assert np.flatnonzero(reached).tolist() == list(range(total, most + 1, 2))


@pytest.mark.parametrize(("n", "items"), [(3, 1), (6, 1), (4, 3), (9, 1)])
def test_a_mean_is_printed_where_some_sample_has_it(n, items):
    true = {f"{total / (n * items):.2f}" for total in range(5 * n * items)}
    halves = {  # numpy's and Python's halves may go elsewhere than those of others
        f"{total / (n * items) + shift:.2f}" for total in range(5 * n * items) for shift in (-1e-9, 1e-9)
    }
    for hundredths in range(400):
        text = f"{hundredths / 100:.2f}"
        found = means.mean(Figure.parse("x", text), n, items)
        usual = any(way.usual for way in found)
        assert usual == (text in halves)
        assert usual or text not in true
        cut = {int(100 * total / (n * items) + 1e-9) for total in range(5 * n * items)}
        assert bool(found) == (usual or hundredths in cut)


def test_worked_examples_of_means():
    """Brown and Heathers: 28 persons cannot have a mean of 5.19; Allard's page: mean 3.44, SD 2.47, n 18."""
    assert means.mean(Figure.parse("x", "5.19"), 28) == []
    assert means.mean(Figure.parse("x", "5.18"), 28)
    found = means.mean_and_sd(Figure.parse("x", "3.44"), Figure.parse("x", "2.47"), 18)
    assert found and not any(way.usual for way in found)  # truncated, a sample has both
    assert means.mean(Figure.parse("x", "5.19"), 100) is None
    assert means.mean(Figure.parse("x", "5.2"), 28) is None
    assert means.mean(Figure.parse("x", "<5.19"), 28) is None


@pytest.mark.parametrize(("n", "decimals"), [(2, 2), (3, 2), (4, 2), (5, 2), (6, 1), (6, 2)])
def test_a_mean_with_its_sd_is_printed_where_some_sample_has_both(n, decimals):
    every = samples(n, 5)
    spreads = {"1, ": every.std(axis=1, ddof=1), "over n": every.std(axis=1)}
    unit = 10**decimals
    for word, spread in spreads.items():
        true = set(zip(np.round(every.mean(axis=1) * unit), np.round(spread * unit), strict=True))
        # A spread of 1.5 or less is that of numbers which lie close together, so the samples above have all.
        for mean in range(2 * unit, 3 * unit, 1 if decimals == 1 else 7):
            for sd in range(0, int(1.2 * unit), 1 if decimals == 1 else 3):
                figures = Figure("m", mean / unit, decimals), Figure("s", sd / unit, decimals)
                found = means.mean_and_sd(*figures, n)
                if found is None:
                    assert decimals == 1
                elif (mean, sd) in true:
                    assert found
                if word == "1, " and found is not None:
                    usual = any(way.usual for way in found)
                    near = {
                        (np.round(m * unit + i), np.round(s * unit + j))
                        for m, s in zip(every.mean(axis=1), spread, strict=True)
                        if abs(m * unit - mean) < 2 and abs(s * unit - sd) < 2
                        for i in (-1e-6, 1e-6)
                        for j in (-1e-6, 1e-6)
                    }
                    assert usual == ((mean, sd) in near), (mean, sd)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), n=st.integers(2, 40), items=st.integers(1, 4), decimals=st.integers(0, 3))
def test_true_whole_numbers_always_have_a_way(data, n, items, decimals):
    totals = np.array(data.draw(st.lists(st.integers(-20, 120), min_size=n, max_size=n)))
    values, more = totals / items, data.draw(st.integers(0, 3))
    found = means.mean_and_sd(rounded(values.mean(), decimals), rounded(values.std(ddof=1), more), n, items)
    assert found is None or any(way.usual for way in found)
    found = means.mean(rounded(values.mean(), decimals), n, items)
    assert found is None or found[0].usual
    found = means.mean_and_sd(rounded(values.mean(), decimals), rounded(values.std(), more), n, items)
    assert found is None or found


@pytest.mark.parametrize("percent", [False, True])
@pytest.mark.parametrize("n", [2, 7, 23, 300])
def test_a_yes_or_no_has_one_spread(n, percent):
    scale, decimals = (100, 1) if percent else (1, 2)
    for k in {0, 1, n // 3, n // 2, n}:
        answers = scale * (np.arange(n) < k)
        mean, sd = rounded(answers.mean(), decimals), answers.std(ddof=1)
        assert means.yes_no(mean, rounded(sd, decimals), n, percent)[0].usual
        assert means.yes_no(mean, rounded(answers.std(), decimals), n, percent)
        assert means.yes_no(mean, rounded(sd + 0.2 * scale, decimals), n, percent) == []
    assert means.yes_no(Figure.parse("m", "0.5"), Figure.parse("s", "<1"), n) is None


@pytest.mark.parametrize("n", [2, 3, 4])
def test_few_numbers_far_apart_are_answered_at_once(n):
    values = np.array([100, 9000, 120, 35_000])[:n]
    found = means.mean_and_sd(rounded(values.mean(), 2), rounded(values.std(ddof=1), 2), n)
    assert found[0].usual
