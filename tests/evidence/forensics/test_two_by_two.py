"""Two-by-two tables against scipy and against trying every table."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evidence.claims import load as claims
from evidence.claims.printed import Figure, Figures
from evidence.forensics import two_by_two
from evidence.this_abstract import rates


def each_in_words(tables):
    """Print tables, each once."""
    return [
        two_by_two.in_words(row) for row in tables[two_by_two.COLUMNS].drop_duplicates().to_dict("records")
    ]


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
            assert {getattr(mine, test) for test in two_by_two.EVERY if test != "fisher"} == {1}
            continue
        side = "greater" if a / n > b / m else "less"
        sided = stats.fisher_exact(table, alternative=side).pvalue
        assert mine.fisher_one_sided == pytest.approx(sided, rel=1e-9)
        assert mine.mid_p_one_sided == pytest.approx(sided - chance / 2, rel=1e-9)
        assert mine.pearson_one_sided == mine.pearson / 2
        pooled = stats.chi2_contingency(table, correction=False).statistic
        assert mine.n_minus_1 == pytest.approx(stats.chi2.sf(pooled * (n + m - 1) / (n + m), 1), rel=1e-9)
        error = np.sqrt(a * (n - a) / n**3 + b * (m - b) / m**3)
        if error:
            deviate = abs(a / n - b / m) / error
            assert mine.unpooled_z == pytest.approx(2 * stats.norm.sf(deviate), rel=1e-9, abs=1e-300)
        assert mine.mid_p == pytest.approx(exact - chance / 2, rel=1e-9)
        assert mine.pearson == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue, rel=1e-9)
        assert mine.yates == pytest.approx(stats.chi2_contingency(table).pvalue, rel=1e-9)
        ratio = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").pvalue
        assert mine.likelihood_ratio == pytest.approx(ratio, rel=1e-9, abs=1e-12)


def test_chances_that_are_looked_up_are_those_that_are_computed(monkeypatch):
    rng = np.random.default_rng(6)
    sizes = rng.integers(1, 200, (400, 2))
    events = rng.integers(0, sizes.sum(axis=1) + 1)
    arguments = np.arange(200), *sizes.astype(float).T, events.astype(float)
    computed = two_by_two._hypergeometric(*arguments)
    monkeypatch.setattr(two_by_two, "FEW", 0)
    found = two_by_two._hypergeometric(*arguments)
    assert (found != computed).any()
    assert found == pytest.approx(computed, rel=1e-10, abs=1e-300)
    assert found.sum(axis=1) == pytest.approx(np.ones(400), rel=1e-10)


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


@settings(deadline=None)
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


def test_no_other_test_side_or_rounding_adds_a_table_to_the_published_ones():
    """Seven tests, both sides, rounding and truncation, all denominators up to the arms.

    One-sided, Fisher's test would add 10/12 v 2/6 for response; it would put 12 and 6 at high burden, and no
    number prints 67 % together with 22 % of 6.
    """
    figures = Figures(claims.load())
    found = {}
    for outcome, sizes in (("response", (12, 21)), ("mrd_negativity", (12, 21))):
        first, second, p_value = rates.printed(figures, outcome, "high_burden")
        for rule in ("", two_by_two.TRUNCATED):
            tables = two_by_two.candidates(first, second, sizes, rule)
            long = two_by_two.each_test(tables, two_by_two.EVERY)
            printed = long[p_value.prints(long["p_value"])]
            found.setdefault(outcome, set()).update(each_in_words(printed))
    assert found == {"response": {"5/6 v 3/9", "10/12 v 2/6"}, "mrd_negativity": {"4/6 v 2/9"}}
    assert not any(round(100 * events / 6) == 22 for events in range(7))
    one, other, p_value = rates.printed(figures, "mrd_negativity", "measurable_disease")
    assert set(each_in_words(two_by_two.search(one, other, p_value, (19, 45)))) == {"14/19 v 29/39"}
    for rule in ("", two_by_two.TRUNCATED):
        long = two_by_two.each_test(two_by_two.candidates(one, other, (19, 45), rule), two_by_two.EVERY)
        assert set(each_in_words(long[p_value.prints(long["p_value"])])) <= {"14/19 v 29/39"}


def test_a_p_value_that_only_a_side_or_truncation_prints_is_found():
    """10/12 v 2/6 by Fisher's one-sided test, 0.0573; 2/3 truncated to 66 %."""
    figures = Figure("a", 83, 0), Figure("b", 33, 0)
    found = two_by_two.search(*figures, Figure("p", 0.0573, 4), (12, 6))
    assert set(found["test"]) == {"fisher_one_sided"}
    assert each_in_words(found) == ["10/12 v 2/6"]
    truncated = two_by_two.search(Figure("a", 66, 0), Figure("b", 33, 0), Figure("p", 0.4142, 4), (3, 3))
    assert truncated["rule"].eq(two_by_two.TRUNCATED).all()
    assert each_in_words(truncated) == ["2/3 v 1/3"]
