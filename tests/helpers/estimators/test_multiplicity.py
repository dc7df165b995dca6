"""Adjusted families of P values against R."""

import math

import numpy as np
import pytest
from reference import FIGURES, MORE

from helpers.estimators.multiplicity import benjamini_hochberg, holm

pytestmark = pytest.mark.filterwarnings("error")
R = MORE["immune"]


@pytest.mark.parametrize("name", R["p_adjust"])
def test_adjustments_agree_with_r(name):
    raw, r_holm, r_bh = (np.array(R["p_adjust"][name][key], dtype=float) for key in ("p", "holm", "BH"))
    np.testing.assert_allclose(holm(raw), r_holm, rtol=1e-12)
    np.testing.assert_allclose(benjamini_hochberg(raw), r_bh, rtol=1e-12)


def test_the_printed_family_agrees_with_r():
    published = [0.046, 0.075, 0.028, 0.038, 0.015, 0.071, 0.029, 0.011]
    assert benjamini_hochberg(published) == pytest.approx(FIGURES["rank"]["p_adjust_BH"], abs=1e-12)


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_the_missing_are_left_out_of_the_family(adjust):
    assert adjust([0.01, math.nan, 0.04]) == pytest.approx([0.02, math.nan, 0.04], nan_ok=True)
    assert np.isnan(adjust([math.nan, math.nan])).all()
    assert len(adjust([])) == 0


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_ends_of_the_scale(adjust):
    assert adjust([0, 1, 1]).tolist() == [0, 1, 1]


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
@pytest.mark.parametrize("wrong", [-0.2, 1.2, math.inf])
def test_what_is_no_p_value_is_refused(adjust, wrong):
    with pytest.raises(ValueError, match=f"P values outside 0 and 1: {wrong}"):
        adjust([0.01, wrong, math.nan])
