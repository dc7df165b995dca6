"""Printed test statistics with their P values: made data tested by scipy, and statcheck's own examples."""

import numpy as np
import pytest
from scipy import stats

from evidence.claims.printed import Figure
from evidence.forensics.reported_tests import reported


def printed(value, decimals=2):
    return Figure.parse("x", f"{value:.{decimals}f}")


def usual(found):
    return any(way.usual for way in found)


@pytest.mark.parametrize("seed", range(40))
def test_true_statistics_print_their_p_values(seed):
    rng = np.random.default_rng(seed)
    n, decimals = int(rng.integers(4, 60)), int(rng.integers(1, 4))
    first, second = rng.normal(0, 1, n), rng.normal(rng.normal(), 1, n)
    t = stats.ttest_ind(first, second)
    welch = stats.ttest_ind(first, 3 * second, equal_var=False)
    r = stats.pearsonr(first, second + first * rng.normal())
    groups = [rng.normal(shift, 1, n) for shift in rng.normal(0, 0.5, 3)]
    f = stats.f_oneway(*groups)
    table = rng.integers(3, 40, (2, 3))
    chi = stats.chi2_contingency(table)
    z = rng.normal(0, 2)
    for kind, statistic, df, p in [
        ("t", t.statistic, (2 * n - 2,), t.pvalue),
        ("t", welch.statistic, (printed(welch.df, 1),), welch.pvalue),
        ("r", r.statistic, (n - 2,), r.pvalue),
        ("f", f.statistic, (2, 3 * n - 3), f.pvalue),
        ("f", t.statistic**2, (1, 2 * n - 2), t.pvalue),
        ("chi_square", chi.statistic, (2,), chi.pvalue),
        ("z", z, (), 2 * stats.norm.sf(abs(z))),
    ]:
        p_value = Figure.parse("p", "<0.001") if p < 0.001 else printed(p, 3)
        assert usual(reported(kind, printed(statistic, decimals), p_value, df)), (kind, statistic, p)
        if kind in ("t", "r", "z"):
            found = reported(kind, printed(statistic, 4), printed(p / 2, 4), df)
            assert any("one-sided" in way.name for way in found)


@pytest.mark.parametrize(
    ("kind", "statistic", "p_value", "df", "fits"),
    [
        ("t", "2.20", "0.03", (28,), True),  # 0.036, printed 0.04: truncated
        ("t", "2.20", "0.04", (28,), True),
        ("t", "-2.20", "0.018", (28,), True),  # one-sided
        ("t", "2.20", "0.4", (28,), False),
        ("t", "2.2", ">0.05", (28,), False),
        ("f", "2.10", "0.14", (2, 30), True),
        ("f", "2.10", "0.07", (2, 30), False),  # half of it, but with two degrees no side
        ("f", "4.17", "0.025", (1, 30), True),
        ("chi_square", "3.84", "0.05", (1,), True),
        ("chi_square", "3.84", "<0.05", (1,), True),  # within its rounding
        ("chi_square", "3.8", "<0.05", (2,), False),
        ("chi_square", "-3.84", "0.05", (1,), False),
        ("r", "0.50", "0.02", (30,), False),
        ("r", "0.50", "0.004", (30,), True),
        ("r", "1.20", "0.004", (30,), False),
        ("r", "1.00", "<0.001", (3,), True),
        ("z", "1.96", "0.05", (), True),
        ("z", ">3", "<0.01", (), True),
        ("z", "<1", "<0.01", (), False),
    ],
)
def test_worked_examples(kind, statistic, p_value, df, fits):
    assert bool(reported(kind, Figure.parse("s", statistic), Figure.parse("p", p_value), df)) == fits


def test_degrees_of_freedom_are_those_of_the_statistic():
    with pytest.raises(ValueError, match="F statistic has 2"):
        reported("f", printed(1), printed(0.5), (3,))
    with pytest.raises(ValueError, match="not positive"):
        reported("t", printed(1), printed(0.5), (0,))
