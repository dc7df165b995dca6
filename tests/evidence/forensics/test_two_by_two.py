"""Two-by-two tables against scipy and against trying every table."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evidence.claims.printed import Figure
from evidence.forensics import two_by_two


def test_p_values_are_those_of_scipy():
    rng = np.random.default_rng(3)
    sizes = rng.integers(1, 40, (60, 2))
    counts = rng.integers(0, sizes + 1)
    rows = np.column_stack([counts[:, 0], sizes[:, 0], counts[:, 1], sizes[:, 1]])
    tables = pd.DataFrame(rows, columns=two_by_two.COLUMNS)
    found = two_by_two.p_values(tables)
    for (a, n, b, m), mine in zip(rows, found.itertuples(), strict=True):
        table = np.array([[a, n - a], [b, m - b]])
        exact = stats.fisher_exact(table).pvalue
        chance = stats.hypergeom.pmf(a, n + m, a + b, n)
        assert mine.fisher == pytest.approx(exact, rel=1e-9)
        if (table.sum(axis=0) == 0).any():
            assert mine.pearson == mine.yates == mine.likelihood_ratio == mine.mid_p == 1
            continue
        assert mine.mid_p == pytest.approx(exact - chance / 2, rel=1e-9)
        assert mine.pearson == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue, rel=1e-9)
        assert mine.yates == pytest.approx(stats.chi2_contingency(table).pvalue, rel=1e-9)
        ratio = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").pvalue
        assert mine.likelihood_ratio == pytest.approx(ratio, rel=1e-9, abs=1e-12)


def test_the_search_finds_what_trying_every_table_finds():
    first, second, p_value = Figure("a", 67, 0), Figure("b", 29, 0), Figure("p", 0.1, 1)
    found = two_by_two.solutions(two_by_two.candidates(first, second, (9, 10)), p_value)
    wanted = set()
    for n, m in product(range(1, 10), range(1, 11)):
        for a, b in product(range(n + 1), range(m + 1)):
            if round(100 * a / n) != 67 or round(100 * b / m) != 29:
                continue
            table = [[a, n - a], [b, m - b]]
            p_values = {
                "pearson": stats.chi2_contingency(table, correction=False).pvalue,
                "yates": stats.chi2_contingency(table).pvalue,
                "fisher": stats.fisher_exact(table).pvalue,
            }
            wanted |= {(a, n, b, m, test) for test, p in p_values.items() if 0.05 <= p <= 0.15}
    of_three = found[found["test"].isin(["pearson", "yates", "fisher"])]
    assert wanted
    assert set(map(tuple, of_three[[*two_by_two.COLUMNS, "test"]].to_numpy())) == wanted


@given(st.data())
def test_a_true_table_is_never_called_impossible(data):
    """A random table is summarised and rounded; the search must find it again, under its own test."""
    n, m = (data.draw(st.integers(1, 25)) for _ in range(2))
    a, b = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    test = data.draw(st.sampled_from(list(two_by_two.TESTS)))
    decimals = data.draw(st.integers(1, 3))
    true = pd.DataFrame([(a, n, b, m)], columns=two_by_two.COLUMNS)
    p_value = Figure("p", round(two_by_two.p_values(true)[test].iloc[0], decimals), decimals)
    first, second = Figure("a", round(100 * a / n), 0), Figure("b", round(100 * b / m), 0)
    found = two_by_two.solutions(two_by_two.candidates(first, second, (25, 25)), p_value)
    assert ((found[two_by_two.COLUMNS] == (a, n, b, m)).all(axis=1) & found["test"].eq(test)).any()
