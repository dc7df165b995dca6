"""The exact test of homogeneity against full enumeration in whole numbers."""

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest

from helpers.estimators.homogeneity import zelen
from helpers.ground.results import NOT_ESTIMABLE


def by_enumeration(tables) -> Fraction:
    """Sum the tables that are no more probable, as exact fractions."""
    total = sum(table[0] for table in tables)
    weights = {}
    for counts in product(*(range(n_1 + 1) for _, n_1, _, _ in tables)):
        if sum(counts) == total:
            weight = 1
            for count, (events_1, n_1, events_0, n_0) in zip(counts, tables, strict=True):
                other = events_1 + events_0 - count
                weight *= comb(n_1, count) * (comb(n_0, other) if 0 <= other <= n_0 else 0)
            weights[counts] = weight
    observed = weights[tuple(table[0] for table in tables)]
    extreme = sum(weight for weight in weights.values() if weight <= observed)
    return Fraction(extreme, sum(weights.values()))


def test_the_solved_tables_of_the_abstract():
    """High and low burden: MRD negativity 4/6 v 2/9 and 3/6 v 11/12; response 5/6 v 3/9 and 5/6 v 11/12."""
    mrd = zelen([(4, 6, 2, 9), (3, 6, 11, 12)])
    response = zelen([(5, 6, 3, 9), (5, 6, 11, 12)])
    assert round(mrd.p_value, 3) == 0.028
    assert round(response.p_value, 2) == 0.23
    assert (mrd.n, mrd.events) == (33, 20)


def test_p_values_are_those_of_full_enumeration():
    rng = np.random.default_rng(7)
    for _ in range(60):
        sizes = rng.integers(1, 9, (rng.integers(1, 4), 2))
        tables = [(*(rng.integers(0, one + 1), one), *(rng.integers(0, two + 1), two)) for one, two in sizes]
        tables = [tuple(map(int, table)) for table in tables]
        found = zelen(tables)
        if found.method.startswith(NOT_ESTIMABLE):
            continue
        assert found.p_value == pytest.approx(float(by_enumeration(tables)), rel=1e-9)


def test_margins_that_leave_one_possibility_say_so():
    assert zelen([(0, 3, 0, 4), (2, 5, 1, 6)]).method.startswith(NOT_ESTIMABLE)
    assert "too many" in zelen([(1, 400, 1, 400), (1, 400, 1, 400)]).method
    with pytest.raises(ValueError, match="3 of 2"):
        zelen([(3, 2, 0, 2)])
