"""Separation, against another program."""

import numpy as np
import pandas as pd
import pytest
from firthmodels import detect_separation

from helpers.estimators.separation import separated

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("seed", range(30))
def test_separation_is_that_of_firthmodels(seed):
    random = np.random.default_rng(seed)
    covariates = pd.DataFrame(
        {"arm": random.integers(0, 2, 9), "age": random.integers(0, 6, 9), "blasts": random.normal(size=9)}
    )
    outcome = np.append([0, 1], random.integers(0, 2, 7))
    found = detect_separation((covariates / covariates.std()).to_numpy(), outcome)
    names = [*covariates, "intercept"]
    expected = [name for name, finite in zip(names, found.is_finite, strict=True) if not finite]
    assert separated(outcome, covariates) == expected
