"""Survival at a time against every small data set, and against lifelines."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from evidence.claims.printed import Figure
from evidence.forensics import survival


def whole(value):
    return Figure("claim", float(value), 0)


def lifelines_at(months, event, at):
    return float(KaplanMeierFitter().fit(months, event).predict(at))


def product_limit(months, chosen, at):
    """Give the Kaplan-Meier value by hand, with fractions: one factor for each day with events."""
    value = Fraction(1)
    for day in sorted({months[place] for place in chosen if months[place] <= at}):
        at_risk = sum(month >= day for month in months)
        value *= Fraction(at_risk - sum(months[place] == day for place in chosen), at_risk)
    return float(value)


def brute_force(patients, events, printed, at, longest):
    """Give the numbers followed no longer, and the extreme values, over all data sets of half months."""
    grid = np.arange(1, 2 * longest + 1) / 2
    times = np.array(list(itertools.combinations_with_replacement(grid, patients)))
    found = np.percentile(times, [25, 50, 75], axis=1)
    fits = [np.abs(row - value) <= 0.5 for row, value in zip(found, printed, strict=True)]
    times = times[np.all(fits, axis=0)]
    # The value depends on no more than the order, the ties and who is followed no longer than the time.
    patterns = {
        (int((row <= at).sum()), *np.unique(np.minimum(row, at + 0.5), return_inverse=True)[1]): row
        for row in times
    }
    values = [
        product_limit(row, chosen, at)
        for row in patterns.values()
        for chosen in itertools.combinations(range(patients), events)
    ]
    return sorted(set((times <= at).sum(axis=1).tolist())), min(values), max(values)


@pytest.mark.parametrize(
    ("patients", "events", "printed", "at", "longest"),
    [(5, 2, (3, 5, 8), 6, 10), (5, 3, (2, 4, 5), 5, 8), (6, 2, (3, 5, 6), 6, 8), (6, 4, (2, 3, 6), 4, 8)],
)
def test_the_range_is_that_of_all_data_sets(patients, events, printed, at, longest):
    numbers = survival.numbers_by(patients, [whole(value) for value in printed], at, longest)
    splits = survival.attainable(patients, events, numbers)
    wanted, low, high = brute_force(patients, events, printed, at, longest)
    assert numbers.tolist() == wanted
    assert splits["low"].min() == pytest.approx(low)
    assert splits["high"].max() == pytest.approx(high)


def test_a_walk_steps_through_values_of_data_sets():
    months = np.arange(1, 7)
    values = {
        round(lifelines_at(months, [place in chosen for place in range(6)], 4.5), 12)
        for chosen in itertools.combinations(range(4), 2)
    }
    walk = survival.walk(6, 4, 2)
    assert walk[0] == pytest.approx(4 / 6)
    assert walk[-1] == pytest.approx(2 / 4)
    assert {round(value, 12) for value in walk} <= values


def test_no_times_where_quartiles_do_not_ascend():
    assert len(survival.numbers_by(64, [whole(11), whole(30), whole(25)], 24)) == 0
    assert len(survival.attainable(4, 5, np.arange(5))) == 0


@pytest.mark.parametrize("seed", range(12))
def test_the_true_value_lies_in_the_range_of_the_rounded_summaries(seed):
    rng = np.random.default_rng(seed)
    patients = int(rng.integers(5, 45))
    months = np.round(rng.exponential(18, patients) + 0.1, rng.integers(0, 3))
    event = rng.random(patients) < rng.uniform(0.1, 0.7)
    printed = [whole(round(value)) for value in np.percentile(months, [25, 50, 75])]
    at = float(rng.integers(6, 30))
    numbers = survival.numbers_by(patients, printed, at)
    splits = survival.attainable(patients, int(event.sum()), numbers)
    mine = splits[
        splits["number"].eq((months <= at).sum()) & splits["events_by"].eq((event & (months <= at)).sum())
    ]
    assert len(mine) == 1
    value = lifelines_at(months, event, at)
    assert mine["low"].iloc[0] - 1e-12 <= value <= mine["high"].iloc[0] + 1e-12
