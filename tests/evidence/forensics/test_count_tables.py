"""Tests of two-by-two tables as scipy computes them, and tables that print two shares and a P value."""

import numpy as np
import pandas as pd
import pytest
from made_up_abstracts import EXACT, SMOOTH, p_value
from scipy import stats

from evidence.claims.printed import Figure
from evidence.forensics import count_tables, exact_tests, unconditional
from evidence.forensics.two_by_two import COLUMNS

RNG = np.random.default_rng(7)
SIZES = RNG.integers(1, 60, (60, 2))
TABLES = [(int(RNG.integers(0, n + 1)), int(n), int(RNG.integers(0, m + 1)), int(m)) for n, m in SIZES]


def test_every_p_value_is_that_of_scipy():
    found = count_tables.p_values(pd.DataFrame(TABLES, columns=COLUMNS))
    for place, table in enumerate(TABLES):
        for test in (*SMOOTH, *EXACT):
            assert found[test][place] == pytest.approx(p_value(test, *table), rel=1e-7), (test, table)
            one_sided = p_value(test, *table, sides=1)
            if table[0] * table[3] != table[2] * table[1]:
                assert found[f"{test}_one_sided"][place] == pytest.approx(one_sided, rel=1e-7), (test, table)


@pytest.mark.parametrize("table", [(3000, 5000, 2900, 5000), (7, 4000, 21, 3900), (0, 900, 8, 1000)])
def test_fishers_p_value_of_large_groups_is_that_of_scipy(table):
    first, n, second, m = table
    columns = [np.array([each]) for each in table]
    two_sided, one_sided, own = exact_tests.fisher(*columns)
    cells = [[first, n - first], [second, m - second]]
    side = "greater" if first * m > second * n else "less"
    assert two_sided[0] == pytest.approx(stats.fisher_exact(cells).pvalue, rel=1e-6)
    assert one_sided[0] == pytest.approx(stats.fisher_exact(cells, alternative=side).pvalue, rel=1e-6)
    assert own[0] == pytest.approx(stats.hypergeom.pmf(first, n + m, n, first + second), rel=1e-6)


@pytest.mark.parametrize("table", [(7, 15, 12, 14), (1, 9, 6, 8), (20, 30, 11, 28), (0, 5, 4, 6)])
def test_unconditional_p_values_are_those_of_scipy(table):
    first, n, second, m = table
    columns = [[first, second], [n - first, m - second]]  # scipy takes the groups as columns
    doubled = stats.boschloo_exact(columns, n=128).pvalue
    assert unconditional.p_value("boschloo_doubled", *table) == pytest.approx(doubled, abs=1e-6)
    assert unconditional.p_value("barnard", *table) == pytest.approx(
        stats.barnard_exact(columns, n=128).pvalue, abs=1e-6
    )


def test_boschlos_two_sided_test_orders_tables_by_fishers():
    """By a grid over the common rate, every table one by one."""
    first, n, second, m = 7, 12, 2, 11
    own = stats.fisher_exact([[first, n - first], [second, m - second]]).pvalue
    as_extreme = [
        (x, y)
        for x in range(n + 1)
        for y in range(m + 1)
        if stats.fisher_exact([[x, n - x], [y, m - y]]).pvalue <= own * (1 + 1e-9)
    ]
    rates = np.linspace(0, 1, 2001)
    chances = sum(stats.binom.pmf(x, n, rates) * stats.binom.pmf(y, m, rates) for x, y in as_extreme)
    assert unconditional.p_value("boschloo", first, n, second, m) == pytest.approx(chances.max(), abs=1e-6)


@pytest.mark.parametrize("test", ["barnard", "boschloo", "boschloo_doubled"])
def test_an_unconditional_p_value_that_bounds_exclude_does_not_print(test):
    """Beside the figure of each table's own P value, and figures on both sides of it."""
    for table in TABLES[:25]:
        own = unconditional.p_value(test, *table)
        for shift in (0, -0.01, 0.01, -0.1, 0.2):
            figure = Figure("p", round(min(max(own + shift, 0), 1), 3), 3)
            assert unconditional.prints(figure, [test], *table) == bool(figure.prints(own)), (table, figure)


def _pairs(percent: int, most: int) -> frozenset[tuple[int, int]]:
    shares = ((events, size) for size in range(1, most + 1) for events in range(size + 1))
    return frozenset(
        (events, size) for events, size in shares if abs(100 * events - percent * size) <= size / 2
    )


@pytest.mark.parametrize("test", ["pearson", "fisher", "mid_p", "fisher_doubled"])
def test_of_very_many_tables_none_that_prints_is_left_out(monkeypatch, test):
    """Where only some P values are computed, because there are many tables, the same tables are found."""
    first, second, figure = _pairs(63, 150), _pairs(51, 150), Figure("p", 0.062, 3)
    few = _anew(first, second, figure, (test,))
    monkeypatch.setattr(count_tables, "FEW", 10**6)
    assert len(first) * len(second) > 2_000
    assert few == _anew(first, second, figure, (test,)) != []


def _anew(*sought):
    """Search with nothing remembered from before, and remember nothing."""
    count_tables.tables.cache_clear()
    found = count_tables.parted.__wrapped__(*sought)[0].tolist()
    count_tables.tables.cache_clear()
    return found


def test_tables_of_a_known_total_are_those_of_all_that_add_up_to_it():
    first, second, figure = _pairs(63, 60), _pairs(51, 60), Figure("p", 0.3, 2)
    for every, of_total in zip(
        count_tables.parted(first, second, figure, ("pearson",)),
        count_tables.parted(first, second, figure, ("pearson",), 80),
        strict=True,
    ):
        assert of_total.tolist() == [table for table in every.tolist() if table[1] + table[3] == 80] != []
    assert count_tables.number(first, second, 80) == sum(n + m == 80 for _, n in first for _, m in second)
