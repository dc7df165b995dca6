from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evidence.claims.load import load
from evidence.ensemble import immune as sampler
from evidence.ensemble.calibration import p_decimals, summary
from evidence.ensemble.immune import LAWS, WHOLES, Effort
from evidence.ensemble.immune_calibration import NotPrintableError, numbers, panel, printed, ranks
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
from evidence.this_abstract.abstract import immune

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


def judged(monkeypatch, truths, supposed):
    """Calibrate without the P values, which are what takes long to meet."""
    claims = load()
    tests = claims["unit"].eq("p_value") | claims["relation"].isin(["significant", "not_significant"])
    monkeypatch.setattr(sampler, "PILOT", 500)
    effort, few = Effort(wanted=9, breadth=100), claims[~tests]
    tables = [ranks(number, few, effort, 21, supposed) for number in range(truths)]
    return summary(pd.concat(tables), bins=5)


def test_right_draws_are_calibrated(monkeypatch):
    found = judged(monkeypatch, 60, LAWS)
    assert (found["truths"] == 60).all()
    assert found["p_adjusted"].min() > 0.01
    assert found["covered"].mean() == pytest.approx(0.95, abs=0.03)


def test_a_wrong_standard_deviation_is_caught(monkeypatch):
    wide = {name: replace(law, shift=3 * law.shift) for name, law in LAWS.items()}
    found = judged(monkeypatch, 30, wide)
    assert found["p_adjusted"].min() < 0.01


@pytest.mark.parametrize("p_value, decimals", [(0.0994, 3), (0.004, 3), (0.1, 2), (0.57, 2)])
def test_p_values_have_the_decimals_that_they_have_in_the_abstract(p_value, decimals):
    assert p_decimals(p_value) == decimals
    claims = load().set_index("id")
    printed_so = claims.loc[["treg_combination_p", "blasts_p"], ["value", "decimals"]]
    assert [p_decimals(value) for value in printed_so["value"]] == printed_so["decimals"].tolist()
