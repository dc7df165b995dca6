"""Drawn blasts have the printed quartiles and the number above the cut-off."""

import numpy as np

from evidence.claims import load as published_claims
from evidence.reconstruction import blasts
from evidence.reconstruction.targets import Targets

TARGETS = Targets(published_claims.load())


def test_every_draw_of_blasts_has_the_printed_quartiles():
    rng = np.random.default_rng(5)
    for arm, patients, high, printed in (
        ("combination", 12, 6, [25, 60, 86]),
        ("monotherapy", 21, 9, [19, 42, 85]),
    ):
        for _ in range(200):
            low, top = blasts.limits(TARGETS, arm, patients, high, rng)
            values = rng.integers(low, top + 1)
            assert np.percentile(values, [25, 50, 75]).tolist() == printed
            assert (values > 60).sum() == high
