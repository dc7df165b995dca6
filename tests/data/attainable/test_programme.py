"""The dynamic programme against the maximum of an enumeration."""

import numpy as np
import pytest
from few_patients import few

from data.attainable.programme import Programme


@pytest.mark.parametrize("distinct", [False, True])
def test_dynamic_programme_finds_the_maximum_of_an_enumeration(distinct):
    layout, data, outcomes, allowed = few(distinct)
    assert len(data) > 20
    programme = Programme(layout)
    cells = [cell for arm in programme.arms for cell in arm.cells] + programme.remission
    for number, cell in enumerate(cells):  # no other blast values than the enumeration has
        cell.allowed[:] = np.isin(np.arange(101), allowed[np.searchsorted(layout.cell, number)])
    gains = np.random.default_rng(1).normal(size=(20, 2, 101))
    best = np.max(
        [gains[:, outcome.astype(int), data].sum(axis=2).max(axis=1) for outcome in outcomes], axis=0
    )
    np.testing.assert_allclose(programme.largest(gains), best)
