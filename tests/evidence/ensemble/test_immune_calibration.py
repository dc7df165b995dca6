from dataclasses import replace

import numpy as np
import pytest

from evidence.claims.load import load
from evidence.ensemble.immune import LAWS, WHOLES
from evidence.ensemble.immune_calibration import NotPrintableError, numbers, panel, printed
from evidence.ensemble.immune_figures import read
from evidence.ensemble.immune_kernels import (
    BIG,
    EITHER,
    direction,
    doubled_median,
    mann_whitney_z,
    ratio_shift,
    signed_rank_z,
)
from evidence.forensics.abstract import immune

SIZES, WHOLE = (11, 10), WHOLES["whole percents"]
ARMS = (slice(0, 11), slice(11, 21))


def inside(z, window):
    return window[0] < abs(z) <= window[1]


def truths(wanted):
    rng, found = np.random.default_rng(4), []
    while len(found) < wanted:
        truth = panel(SIZES, WHOLE, LAWS, rng)
        try:
            found.append((truth, read(printed(truth, SIZES, WHOLE, load()))))
        except NotPrintableError:
            continue
    return found


def test_a_truth_lies_in_the_windows_of_its_own_print():
    for truth, windows in truths(15):
        for number, samples in enumerate(truth):
            one, other = (samples[:, members] for members in ARMS)
            for arm, own in enumerate((one, other)):
                change = own[1] - own[0]
                medians = [doubled_median(values) for values in own]
                assert all(
                    low <= m < high
                    for m, (low, high) in zip(medians, windows.medians[number, arm], strict=True)
                )
                assert inside(signed_rank_z(change), windows.paired[number, arm])
                assert windows.changes[number, arm] in (EITHER, direction(doubled_median(change)))
            assert inside(mann_whitney_z(one, other), windows.between[number])
            assert windows.shifts[number] in (EITHER, direction(ratio_shift(one, other)))


def test_a_truth_prints_what_the_abstract_prints_and_no_more():
    shape = read(load())
    for _, windows in truths(5):
        assert np.array_equal(windows.medians[..., 1] == BIG, shape.medians[..., 1] == BIG)
        assert np.array_equal(windows.changes == EITHER, shape.changes == EITHER)
        assert np.array_equal(windows.shifts == EITHER, shape.shifts == EITHER)


def test_numbers_by_hand():
    truth = np.tile([[2], [4]], (5, 1, 21)) + np.arange(21) % 3  # 2, 3, 4 become 4, 5, 6
    truth[:, 1, 20] = 9
    found = numbers(truth, SIZES, WHOLE)
    assert found[immune("treg", "median_baseline", "combination"), False] == 3
    assert found[immune("treg", "median_day28", "combination"), False] == 5
    assert found[immune("treg", "median_change", "monotherapy"), False] == 2


def test_a_panel_without_a_change_cannot_be_printed():
    with pytest.raises(NotPrintableError, match="differences"):
        printed(np.full((5, 2, 21), 7), SIZES, WHOLE, load())


def test_tenths_are_recorded_in_tenths():
    tenths = panel(
        SIZES,
        WHOLES["tenths"],
        dict(LAWS, treg=replace(LAWS["treg"], centre=(0.4, 0.6))),
        np.random.default_rng(1),
    )
    assert tenths.max() > 100
    assert (tenths[3] + tenths[4]).max() <= 1000
