"""What one more printed number is worth, where the answer is known."""

import numpy as np
import pandas as pd
import pytest

from evidence.ensemble.settling import narrowing

RNG = np.random.default_rng(2)
COARSE = RNG.integers(0, 4, 4000)
TARGET = pd.Series(COARSE + RNG.random(4000))  # evenly between 0 and 4


def test_the_number_that_fixes_the_unit_leaves_a_quarter():
    printed = pd.DataFrame({"unit": COARSE.astype(str), "noise": RNG.integers(0, 4, 4000).astype(str)})
    found = narrowing(TARGET, printed).set_index("candidate")
    assert found.index[0] == "unit"
    assert found.loc["unit", "left"] == pytest.approx(0.25, abs=0.01)
    assert found.loc["noise", "left"] == pytest.approx(1, abs=0.02)
    assert found["covered"].eq(1).all()


def test_a_number_that_is_never_shared_is_not_read():
    found = narrowing(TARGET, pd.DataFrame({"own": [str(number) for number in range(4000)]}))
    assert np.isnan(found.loc[0, "left"]) and found.loc[0, "covered"] == 0
