from functools import cache

import numpy as np
import pytest
from scipy import stats

from evidence.claims.load import load
from evidence.ensemble import immune_kernels as kernels
from evidence.ensemble.immune import Effort, NoPanelError, Panels, _Family, sample
from evidence.ensemble.immune_figures import POPULATIONS, read

T, NKT, TREG, RA, RO = range(5)
COMBINATION, MONOTHERAPY = slice(0, 11), slice(11, 21)
# From the abstract: population, arm, medians at baseline and day 28, P value, sign of the change.
PAIRED = [
    (TREG, COMBINATION, 8, 5, 0.046, -1),
    (RA, COMBINATION, 39, 31, 0.075, -1),
    (RO, COMBINATION, 50, 60, 0.028, 1),
    (T, MONOTHERAPY, 74, 78, 0.038, 1),
    (NKT, MONOTHERAPY, 20, 15, 0.015, -1),
]
RATIOS = [(NKT, 0.071, 1), (RO, 0.029, 1), (RA, 0.011, -1)]
UNMENTIONED = [
    (T, COMBINATION),
    (NKT, COMBINATION),
    (TREG, MONOTHERAPY),
    (RA, MONOTHERAPY),
    (RO, MONOTHERAPY),
]


@cache
def drawn() -> Panels:
    return sample(read(load()), Effort(wanted=12, breadth=24), np.random.default_rng([7, 1]))


def signed_rank_p(change):
    return stats.wilcoxon(change, zero_method="wilcox", correction=False, method="asymptotic").pvalue


def ratio_p(one, other):
    ratios = [np.round(samples[1] / samples[0], 10) for samples in (one, other)]
    return stats.mannwhitneyu(*ratios, use_continuity=False, method="asymptotic").pvalue


def two_sided(z):
    return 2 * stats.norm.sf(abs(z))


def each_panel():
    state = drawn().state
    yield from np.stack([state["baseline"], state["day28"]], axis=2)  # (populations, visits, patients)


def test_the_order_of_the_populations_is_the_studys():
    assert POPULATIONS == ("t_cells", "nkt", "treg", "cd8_cd45ra", "cd8_cd45ro")


def test_signed_rank_agrees_with_scipy():
    rng = np.random.default_rng(1)
    for pairs in rng.integers(3, 13, 300):
        change = rng.integers(-5, 6, pairs)
        if np.count_nonzero(change) < 2:
            assert np.isnan(kernels.signed_rank_z(change))
        else:
            assert two_sided(kernels.signed_rank_z(change)) == pytest.approx(signed_rank_p(change), rel=1e-10)


def test_mann_whitney_agrees_with_scipy():
    rng = np.random.default_rng(2)
    for sizes in rng.integers(3, 12, (300, 2)):
        one, other = (rng.integers(1, 12, (2, size)) for size in sizes)
        z = kernels.mann_whitney_z(one, other)
        assert two_sided(z) == pytest.approx(ratio_p(one, other), rel=1e-10)


def test_equal_ratios_leave_no_test():
    same = np.array([[2, 4, 6], [1, 2, 3]])
    assert np.isnan(kernels.mann_whitney_z(same, 3 * same))


@pytest.mark.parametrize("population, arm, baseline, day28, p_value, sign", PAIRED)
def test_printed_changes_print(population, arm, baseline, day28, p_value, sign):
    for panel in each_panel():
        before, after = panel[population, :, arm]
        assert np.floor(np.median(before) + 0.5) == baseline
        assert np.floor(np.median(after) + 0.5) == day28
        assert round(signed_rank_p(after - before), 3) == p_value
        assert np.sign(np.median(after - before)) == sign


@pytest.mark.parametrize("population, p_value, sign", RATIOS)
def test_printed_ratios_print(population, p_value, sign):
    for panel in each_panel():
        one, other = panel[population, :, COMBINATION], panel[population, :, MONOTHERAPY]
        assert round(ratio_p(one, other), 3) == p_value
        assert np.sign(np.median(np.subtract.outer(one[1] / one[0], other[1] / other[0]))) == sign


def test_what_is_not_mentioned_is_not_significant():
    for panel in each_panel():
        for population, arm in UNMENTIONED:
            assert signed_rank_p(panel[population, 1, arm] - panel[population, 0, arm]) >= 0.05
        for population in (T, TREG):
            assert ratio_p(panel[population, :, COMBINATION], panel[population, :, MONOTHERAPY]) >= 0.05


def test_parts_fit_into_their_whole():
    for panel in each_panel():
        assert panel.min() >= 1
        assert (panel[T] + panel[NKT]).max() <= 100
        assert (panel[RA] + panel[RO]).max() <= 100


@pytest.mark.parametrize("patients", [10, 11])
@pytest.mark.parametrize("alike", [True, False])
def test_the_least_place_is_where_the_median_begins_to_print(patients, alike):
    rng = np.random.default_rng([5, patients, alike])
    for doubled in (2, 3, 17, 40, 41):
        offset = rng.standard_normal(patients)
        room = np.full(patients, 60) if alike else rng.integers(30, 90, patients)
        place = kernels._least_place(offset, room, room - 1, doubled)
        for step, reached in ((-1e-9, False), (1e-9, True)):
            samples = np.floor(room / (1 + np.exp(-place - step - offset)) + 0.5).clip(1, room - 1)
            assert (2 * np.median(samples) >= doubled) == (reached or doubled == 2)


def test_draws_are_chosen_evenly_and_from_many_ancestors():
    parents = np.repeat([0, 1, 2, 3], [1, 2, 3, 10])[np.random.default_rng(2).permutation(16)]
    family = _Family(read(load()), (2,), Effort(8, 4), np.random.default_rng(3), {})
    times = np.zeros(16)
    for _ in range(2000):
        chosen = family._spread_out(parents, 8)
        assert (np.bincount(parents[chosen], minlength=4) <= [1, 1, 2, 5]).all()
        times[chosen] += 1
    assert times == pytest.approx(np.full(16, 1000), abs=4 * np.sqrt(500))  # four standard errors


def test_the_same_seed_draws_the_same_panels():
    again = sample(read(load()), Effort(wanted=12, breadth=24), np.random.default_rng([7, 1]))
    assert all(np.array_equal(again.state[name], values) for name, values in drawn().state.items())


def test_figures_out_of_reach_end_with_a_line():
    claims = load()
    claims.loc[claims["id"] == "treg_combination_p", "value"] = 0.9  # beside a fall of both medians
    claims.loc[claims["id"] == "treg_combination_day28", "value"] = 1
    claims.loc[claims["id"] == "treg_combination_baseline", "value"] = 97
    with pytest.raises(NoPanelError, match="treg, arm 1, 0 print"):
        sample(read(claims), Effort(wanted=2, breadth=4, limit=20_000), np.random.default_rng(1))
