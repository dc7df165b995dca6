"""Ratios and differences, their intervals and P values: true studies always have a way."""

import numpy as np
import pytest
from scipy import optimize, special, stats
from scipy.stats.contingency import odds_ratio
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from evidence.claims.printed import Figure
from evidence.forensics import ratios

Z = stats.norm.isf(0.025)


def printed(value, decimals=2):
    return Figure.parse("x", f"{value:.{decimals}f}")


def read(text):
    return [Figure.parse("x", each) if each else None for each in text.split()] + [None] * 4


def p_text(p):
    return Figure.parse("p", "<0.001" if p < 0.001 else f"{p:.3f}")


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("0.81 0.70 0.94 0.005", True),  # the example of Altman and Bland's note
        ("0.81 0.70 0.94 0.0025", False),  # one-sided
        ("0.81 0.70 0.94 0.3", None),
        ("0.81 0.70 0.94 <0.05", True),
        ("0.81 0.70 0.94 >0.3", None),
        ("0.81 0.94 0.70", None),
        ("0.95 0.70 0.94", None),
        ("-0.81 0.70 0.94", None),
        ("0.89 0.70 0.94", None),  # between the limits, but not where any method puts it
        ("4.52 0.98 29.55", False),  # as profile likelihood or exact limits lie
        ("2.0 1.0 4.0 0.05", True),
        ("0.0 0.0 2.3", True),  # its decimals leave nearly everything open
        ("0.00 0.00 2.30 0.21", False),
    ],
)
def test_ratios_with_their_limits_and_p_value(text, usual):
    found = ratios.ratio(*read(text)[:4])
    assert bool(found) == (usual is not None)
    assert any(way.usual for way in found) == bool(usual)


def test_what_does_not_bear_on_each_other():
    estimate, low, high, p_value = read("0.81 0.70 0.94 0.005")[:4]
    for figures in [(estimate, None, None, p_value), (None, None, high, p_value), (None, low, None, None)]:
        assert ratios.ratio(*figures) is None
        assert ratios.difference(*figures) is None
    assert ratios.ratio(None, low, high, p_value)[0].usual
    assert ratios.ratio(estimate, None, high, p_value)[0].usual
    one_sided = ratios.ratio(estimate, None, printed(0.918), Figure.parse("p", "0.005"))
    assert {way.name for way in one_sided if not way.usual} >= {"Wald's one-sided limit and test, two-sided"}


def test_the_level_decides():
    figures = read("0.81 0.70 0.94 0.005")[:4]
    assert ratios.ratio(*figures, level=95)[0].usual
    assert not any(way.usual for way in ratios.ratio(*figures, level=99))


def test_extremes_over_the_windows_are_on_the_corners():
    rng = np.random.default_rng(1)
    for _ in range(40):
        below = np.sort(rng.normal(-1, 0.6, 2))
        above = np.sort(rng.normal(1.5, 0.6, 2))
        around = np.sort(rng.normal(0.2, 0.3, 2))
        corners = ratios._corners(tuple(around), tuple(below), tuple(above))
        low, high = rng.uniform(*below, 20_000), rng.uniform(*above, 20_000)
        inside = ((low + high) / 2 > around[0]) & ((low + high) / 2 < around[1]) & (high > low)
        if not inside.any():
            continue
        shifts = abs(low + high)[inside] / (high - low)[inside]
        least, most = ratios._shifts(corners)
        assert least <= shifts.min() and shifts.max() <= most
        if inside.sum() > 2000 and most < 20:
            assert shifts.min() - least < 0.05 * (1 + most) and most - shifts.max() < 0.2 * (1 + most)


def tables(seed, size):
    rng = np.random.default_rng(seed)
    while size:
        n, m = rng.integers(5, rng.choice([20, 60, 200]), 2)
        rate = rng.random()
        a = rng.binomial(n, rate)
        b = rng.binomial(m, special.expit(special.logit(rate) + rng.normal(0, 1.3)))
        if min(a, n - a, b, m - b):
            size -= 1
            yield a, n, b, m


def profile(table):
    """Return the likelihood-ratio limits of a log odds ratio."""
    (a, c), (b, d) = table

    def loss(beta):
        rest = optimize.brentq(
            lambda x: special.expit(x + beta) * (a + c) + special.expit(x) * (b + d) - a - b, -50, 50
        )
        logs = a * special.log_expit(rest + beta) + c * special.log_expit(-rest - beta)
        return -2 * (logs + b * special.log_expit(rest) + d * special.log_expit(-rest))

    best = np.log(a * d / b / c)
    return [
        optimize.brentq(lambda x: loss(x) - loss(best) - Z * Z, *ends)
        for ends in ((best - 15, best), (best, best + 15))
    ]


def test_true_tables_always_have_a_way():
    for a, n, b, m in tables(11, 40):
        table = np.array([[a, n - a], [b, m - b]])
        mine = Table2x2(table)
        p_values = [
            stats.chi2_contingency(table, correction=False).pvalue,
            stats.chi2_contingency(table).pvalue,
            stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").pvalue,
            stats.fisher_exact(table).pvalue,
        ]
        exact = odds_ratio(table)
        intervals = [
            (mine.oddsratio, *mine.oddsratio_confint()),
            (exact.statistic, *exact.confidence_interval()),
            (mine.oddsratio, *np.exp(profile(table))),
        ]
        usual = ratios.ratio(*map(printed, intervals[0]), p_text(mine.oddsratio_pvalue()))
        assert any(way.usual for way in usual)
        for interval in intervals:
            for p in p_values:
                assert ratios.ratio(*map(printed, interval), p_text(p)), (table, interval, p)
                halved = ratios.ratio(*map(printed, interval), p_text(p / 2))
                assert halved, (table, interval, p)
        for p in p_values:
            figures = map(printed, (mine.riskratio, *mine.riskratio_confint()))
            assert ratios.ratio(*figures, p_text(p), risks=True), (table, p)
            for method in ("wald", "newcomb"):
                limits = confint_proportions_2indep(a, n, b, m, compare="diff", method=method)
                figures = [printed(100 * each, 1) for each in (a / n - b / m, *limits)]
                assert ratios.difference(*figures, p_text(p)), (table, method, p)


def test_true_hazard_ratios_always_have_a_way():
    rng = np.random.default_rng(4)
    for _ in range(60):
        n = int(rng.integers(12, 150))
        first = rng.random(n) < rng.uniform(0.25, 0.75)
        months = rng.exponential(np.where(first, np.exp(rng.normal(0, 0.8)), 1.0))
        until = rng.uniform(0, rng.uniform(0.3, 4), n)
        order = np.argsort(np.minimum(months, until))
        died, first = (months <= until)[order], first[order]
        at_risk, others = (each[::-1].cumsum()[::-1][died].astype(float) for each in (first, ~first))
        deaths = (first & died).sum()

        def share(beta, at_risk=at_risk, others=others):
            return at_risk * np.exp(beta) / (at_risk * np.exp(beta) + others)

        def logs(beta, at_risk=at_risk, others=others, deaths=deaths):
            return beta * deaths - np.log(at_risk * np.exp(beta) + others).sum()

        def score(beta, share=share, deaths=deaths):
            return deaths - share(beta).sum()

        if died.sum() < 5 or score(-6) < 0 or score(6) > 0:
            continue
        best = optimize.brentq(score, -6, 6)
        error = (share(best) * (1 - share(best))).sum() ** -0.5
        log_rank = score(0) / (share(0) * (1 - share(0))).sum() ** 0.5
        ratio = (2 * (logs(best) - logs(0))) ** 0.5 if abs(best) > 1e-6 else 0.0
        ends = [
            optimize.brentq(lambda x, f=logs, b=best: 2 * (f(b) - f(x)) - Z * Z, *ends)
            for ends in ((best - 12 * error, best), (best, best + 12 * error))
        ]
        wald = [best - Z * error, best + Z * error]
        assert ratios.ratio(
            *map(printed, np.exp([best, *wald])), p_text(2 * stats.norm.sf(abs(best) / error))
        )[0].usual
        for limits in (wald, ends):
            for z in (log_rank, ratio):
                figures = map(printed, np.exp([best, *limits]))
                assert ratios.ratio(*figures, p_text(2 * stats.norm.sf(abs(z)))), (n, best, limits, z)


def test_true_differences_of_means_are_those_of_student():
    rng = np.random.default_rng(8)
    for _ in range(40):
        n, m = rng.integers(3, 30, 2)
        first, second = rng.normal(rng.normal(5, 1), 2, n), rng.normal(5, 2, m)
        both = CompareMeans(DescrStatsW(first), DescrStatsW(second))
        figures = [printed(each) for each in (first.mean() - second.mean(), *both.tconfint_diff())]
        p_value = p_text(both.ttest_ind()[1])
        for df in (None, n + m - 2):
            assert any(way.usual for way in ratios.difference(*figures, p_value, df=df))
    assert ratios.difference(*read("-3.0 -1.0 -5.0")[:4]) == []
    assert ratios.difference(*read("-3.0 -5.0 -1.0 0.003")[:4])[0].usual
    assert ratios.difference(*read("-3.0 -5.0 -1.0 0.6")[:4]) == []
    assert not any(way.usual for way in ratios.difference(*read("-3.0 -5.0 -1.0 0.05")[:4]))
    assert ratios.difference(*read("-3.0 -5.0 -1.0 0.0015")[:4])[0].name.endswith("one-sided")
