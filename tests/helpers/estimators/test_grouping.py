"""Bands hold enough values, lie between round ends, and there are as many of them as there can be."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from helpers.estimators.grouping import FEWEST, counted, least, round_edges, round_ends

SETS = st.lists(st.integers(0, 60), min_size=1, max_size=25)
STEP, TOP = 10, 100


def held(values, low, high, is_first):
    """Count, one by one, the values over the lower and up to the upper end."""
    return sum(low < value <= high or (is_first and value == 0) for value in values)


def most_bands(groups, fewest):
    """Try every choice of round ends up to the highest."""
    first, last = 0, TOP
    inner = range(first + STEP, last, STEP)
    for number in reversed(range(len(inner) + 1)):
        for chosen in combinations(inner, number):
            ends = [first, *chosen, last]
            bands = zip(ends[:-1], ends[1:], strict=True)
            if all(held(values, *band, band[0] == first) >= fewest for band in bands for values in groups):
                return number + 1
    return 0


@given(st.lists(SETS, min_size=1, max_size=3), st.integers(1, 6))
def test_there_are_as_many_bands_as_hold_enough_of_every_group(groups, fewest):
    edges = round_edges(groups, STEP, fewest, TOP)
    assert max(len(edges) - 1, 0) == most_bands(groups, fewest)
    assert not (edges % STEP).any() and (np.diff(edges) > 0).all()
    for values in groups:
        bands = counted(values, edges)
        assert bands["n"].min() >= fewest if len(edges) else bands.empty
        assert bands["n"].sum() == (len(values) if len(edges) else 0)
        for number, (_, band) in enumerate(bands.iterrows()):
            assert band["n"] == held(values, band["over"], band["to"], number == 0)


def test_a_value_on_an_end_belongs_below_it_and_missing_ones_to_no_band():
    values = [0, 10, np.nan, 10.5, 20, 60]
    assert round_edges([values], STEP, 2, TOP).tolist() == [0, 10, TOP]
    assert counted(values, np.array([0.0, 10, 60]))["n"].tolist() == [2, 3]


def test_the_smallest_and_the_largest_value_change_no_end():
    for extremes in ([11, 51], [3, 79], [19, 140]):
        values = [14, 15, 22, 28, 33, 45, *extremes]
        edges = round_edges([values], STEP, 3, TOP)
        assert edges.tolist() == [0, 20, TOP] and counted(values, edges)["n"].tolist() == [3, 5]


def test_too_few_values_make_no_band():
    assert (
        len(round_edges([[5] * 4], STEP, 5, TOP)) == len(round_edges([[5] * 9, [5] * 4], STEP, 5, TOP)) == 0
    )
    assert len(round_edges([[]], STEP, 1, TOP)) == len(round_edges([], STEP, 1, TOP)) == 0


@given(SETS, st.integers(1, 6))
def test_round_ends_have_enough_values_at_or_beyond_either(values, fewest):
    low, high = round_ends(values, STEP, fewest)
    ends = [
        (one, other)
        for one, other in combinations(range(0, 80, STEP), 2)
        if sum(value <= one for value in values) >= fewest
        and sum(value >= other for value in values) >= fewest
    ]
    if np.isnan(low):
        assert not ends
    else:
        assert (low, high) == (min(one for one, _ in ends), max(other for _, other in ends))


def test_a_larger_threshold_asks_for_larger_groups():
    assert [least(threshold) for threshold in (0, 3, FEWEST, 12)] == [FEWEST] * 3 + [12]
