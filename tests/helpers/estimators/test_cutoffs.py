"""The search for a cut-off against every table made one by one."""

from itertools import combinations

import numpy as np
import pytest
from reference import data
from scipy import stats

from helpers.estimators.cutoffs import SEED, largest_chi_square
from helpers.ground.results import NOT_ESTIMABLE

pytestmark = pytest.mark.filterwarnings("error")
# data set: outcome, arm, what is cut
SETS = {
    "endometrial79": ("HG", "NV", "EH"),
    "birthwt189": ("low", "smoke", "lwt"),
    "pbc_overlap": ("y", "z", "bili"),
}


def largest_by_tables(outcome, treated, values):
    """Make the table of every cut-off and take the largest chi-square."""
    found = []
    for cutoff in sorted(set(values)):
        above = values > cutoff
        counts = [[np.sum(above & (outcome == o) & (treated == t)) for t in (1, 0)] for o in (1, 0)]
        if np.sum(counts, axis=0).all() and np.sum(counts, axis=1).all():
            found.append(stats.chi2_contingency(counts, correction=False).statistic)
    return max(found, default=-1)


@pytest.mark.parametrize("name", SETS)
def test_statistic_and_p_value_agree_with_tables_one_by_one(name):
    outcome, treated, values = (data(name)[column].to_numpy() for column in SETS[name])
    observed = largest_by_tables(outcome, treated, values)
    result = largest_chi_square(outcome, treated, values, resamples=19)
    allocations = np.random.default_rng(SEED).permuted(np.tile(treated.astype(float), (19, 1)), axis=1)
    chance = [largest_by_tables(outcome, allocation, values) for allocation in allocations]
    assert result.estimate == pytest.approx(observed, rel=1e-12)
    assert result.p_value == pytest.approx((1 + np.sum(np.array(chance) >= observed - 1e-9)) / 20)
    assert (result.n, result.events) == (len(outcome), outcome.sum())


def test_p_value_comes_near_that_of_every_allocation():
    outcome = np.array([1, 1, 0, 1, 0, 0, 1, 0, 0, 1])
    treated = np.array([1, 1, 0, 1, 0, 0, 1, 0, 1, 0])
    values = np.array([9, 8, 8, 7, 6, 5, 4, 3, 2, 1])
    observed = largest_by_tables(outcome, treated, values)
    every = []
    for chosen in combinations(range(10), 5):
        allocation = np.isin(np.arange(10), chosen).astype(int)
        every.append(largest_by_tables(outcome, allocation, values) >= observed - 1e-9)
    result = largest_chi_square(outcome, treated, values)
    assert result.p_value == pytest.approx(np.mean(every), abs=4 * np.sqrt(0.25 / 4999))


def test_missing_values_are_left_out():
    whole = largest_chi_square([1, 0, 1, 0, 1, 0], [1, 0, 1, 0, 0, 1], [3, 4, 5, 6, 7, 8])
    more = largest_chi_square(
        [1, 0, 1, 0, 1, 0, None, 1], [1, 0, 1, 0, 0, 1, 1, 1], [3, 4, 5, 6, 7, 8, 9, None]
    )
    assert (more.estimate, more.p_value, more.n) == (whole.estimate, whole.p_value, 6)


@pytest.mark.parametrize(
    ("outcome", "treated", "values"),
    [
        ([], [], []),
        ([1, 0], [1, 0], [5, 5]),
        ([0, 0, 0], [1, 0, 1], [1, 2, 3]),
        ([1, 0, 1], [1, 1, 1], [1, 2, 3]),
    ],
)
def test_without_a_cut_off_there_is_no_test(outcome, treated, values):
    result = largest_chi_square(outcome, treated, values)
    assert result.method == f"{NOT_ESTIMABLE}no cut-off leaves both arms and both outcomes"
