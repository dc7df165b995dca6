"""Rank tests of printed P values against scipy on every small sample, and what the claims give."""

import itertools
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from evidence.claims import load as claims
from evidence.claims.printed import Figure, Figures
from evidence.forensics import rank_findings, rank_tests
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_REACHED
from evidence.forensics.rank_patterns import mann_whitney_pattern, signed_rank_pattern
from evidence.plots.rank_tests import HIT, plot_attainable
from evidence.words import ranks as reading
from helpers.estimators import ranks

WIDE = Figure("wide", 0.0, -1)  # from -5 to 5


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(claims.load())


@pytest.fixture(scope="module")
def tests(figures) -> pd.DataFrame:
    return rank_findings.printed(figures)


@pytest.fixture(scope="module")
def found(tests) -> dict[str, pd.DataFrame]:
    return rank_findings.solutions(tests)


def compositions(n: int):
    """Give every way to write n as an ordered sum: the sizes of the groups of ties."""
    for cuts in itertools.product([False, True], repeat=n - 1):
        groups = [1]
        for cut in cuts:
            if cut:
                groups.append(1)
            else:
                groups[-1] += 1
        yield groups


def scipy_signed_rank(differences: np.ndarray, convention: str) -> float:
    zero = "pratt" if convention.startswith("pratt") else "wilcox"
    correction = convention.endswith("corrected")
    return stats.wilcoxon(differences, zero_method=zero, correction=correction, method="asymptotic").pvalue


def as_set(rows: pd.DataFrame) -> set[tuple]:
    values = rows.drop(columns="p_value").itertuples(index=False, name=None)
    return {(*value, round(p, 10)) for value, p in zip(values, rows["p_value"], strict=True)}


def brute_signed_rank(pairs: int) -> set[tuple]:
    rows = set()
    for nonzero in range(1, pairs + 1):
        for groups in compositions(nonzero):
            values = np.repeat(np.arange(1, len(groups) + 1), groups)
            ties = sum(size**3 - size for size in groups) // 6
            for signs in itertools.product([-1, 1], repeat=nonzero):
                differences = values * np.array(signs)
                for convention in rank_tests.SIGNED_RANK:
                    zeros = pairs - nonzero if convention.startswith("pratt") else 0
                    if convention.startswith("pratt") and not zeros:
                        continue
                    sample = np.concatenate([np.zeros(zeros), differences])
                    of_ranks = stats.rankdata(np.abs(sample))
                    plus, minus = of_ranks[sample > 0].sum(), of_ranks[sample < 0].sum()
                    if convention == "exact":
                        p = ranks.signed_rank_exact(np.zeros(nonzero), differences).p_value
                    else:
                        p = scipy_signed_rank(sample, convention)
                    rows.add((convention, nonzero, min(plus, minus), ties, round(min(p, 1), 10)))
    return rows


@pytest.mark.parametrize("pairs", [1, 3, 5])
def test_signed_rank_is_every_small_sample_through_scipy(pairs):
    assert as_set(rank_tests.signed_rank(WIDE, pairs)) == brute_signed_rank(pairs)


def test_exact_signed_rank_without_ties_is_scipys():
    rows = rank_tests.untied_signed_rank(9)
    rows = rows[rows["convention"].eq("exact") & rows["nonzero"].eq(9)]
    assert len(rows) == 23
    for row in rows.itertuples():
        # Ranks are given the sign plus greedily from the top until the sum is reached.
        rest, signs = row.statistic, np.full(9, -1)
        for rank in range(9, 0, -1):
            if rank <= rest:
                rest, signs[rank - 1] = rest - rank, 1
        expected = stats.wilcoxon(signs * np.arange(1, 10), method="exact").pvalue
        assert row.p_value == pytest.approx(expected)


def brute_mann_whitney(first: int, second: int) -> set[tuple]:
    rows = set()
    for one, other in ((first, second), (first - 1, second), (first, second - 1)):
        if min(one, other) < 1:
            continue
        for groups in compositions(one + other):
            if len(groups) == 1:
                continue
            values = np.repeat(np.arange(len(groups)), groups)
            ties = sum(size**3 - size for size in groups) // 6
            for chosen in itertools.combinations(range(one + other), one):
                inside = np.isin(np.arange(one + other), chosen)
                x, y = values[inside], values[~inside]
                for convention in rank_tests.MANN_WHITNEY:
                    if convention == "exact" and ties:
                        continue
                    method = "exact" if convention == "exact" else "asymptotic"
                    corrected = convention == "corrected"
                    result = stats.mannwhitneyu(x, y, method=method, use_continuity=corrected)
                    u = min(result.statistic, one * other - result.statistic)
                    rows.add((convention, one, other, u, ties, round(min(result.pvalue, 1), 10)))
    return rows


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 3), (3, 3), (4, 2)])
def test_mann_whitney_is_every_small_sample_through_scipy(first, second):
    assert as_set(rank_tests.mann_whitney(WIDE, first, second)) == brute_mann_whitney(first, second)


def test_exact_mann_whitney_of_the_arms_is_scipys():
    p = rank_tests.mann_whitney_exact(11, 10)
    for u in (0, 19, 24, 55, 110):
        x = np.arange(11) * 100.0
        # Each of the second group placed below as many of the first as are still owed to U.
        owed, y = u, []
        for _ in range(10):
            below = min(owed, 11)
            y.append(100 * (11 - below) - 50 + 0.1 * len(y))
            owed -= below
        result = stats.mannwhitneyu(x, np.array(y), method="exact")
        assert result.statistic == u
        assert p[u] == pytest.approx(result.pvalue)


def test_a_pattern_of_ties_has_the_statistic_and_the_p_value(figures):
    figure = figures.p_value("immune.treg.signed_rank.combination")
    rows = rank_tests.signed_rank(figure, 11)
    for row in rows[rows["convention"].isin(["normal", "corrected"])].itertuples():
        groups = signed_rank_pattern(row.nonzero, 0, row.statistic, row.ties)
        parts = [[value] * up + [-value] * (size - up) for value, (size, up) in enumerate(groups, 1)]
        differences = np.concatenate(parts)
        assert len(differences) == row.nonzero
        p = scipy_signed_rank(differences, row.convention)
        assert p == pytest.approx(row.p_value) and figure.prints(p)
    figure = figures.p_value("immune.nkt.ratio_mann_whitney.arm")
    rows = rank_tests.mann_whitney(figure, 11, 10)
    for row in rows.itertuples():
        groups = mann_whitney_pattern(row.first, row.second, row.statistic, row.ties)
        x, y = (
            np.concatenate([np.full(group[index], value) for value, group in enumerate(groups)])
            for index in (0, 1)
        )
        result = stats.mannwhitneyu(x, y, method="asymptotic", use_continuity=row.convention == "corrected")
        assert result.statistic == row.statistic and figure.prints(result.pvalue)


def test_a_pattern_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="do not reach"):
        signed_rank_pattern(3, 0, 1.5, 0)
    with pytest.raises(ValueError, match="do not reach"):
        mann_whitney_pattern(2, 2, 0.5, 0)


def test_large_samples_are_searched_without_ties():
    rows = rank_tests.mann_whitney(Figure("p", 0.05, 2), 30, 30)
    assert rows["ties"].eq(0).all() and set(rows["convention"]) == set(rank_tests.MANN_WHITNEY)
    paired = rank_tests.signed_rank(Figure("p", 0.05, 3), 32)
    assert paired[paired["nonzero"].gt(rank_tests.MOST_TIED_PAIRS)]["ties"].eq(0).all()
    assert not rank_tests.signed_rank_is_exhaustive(40) and rank_tests.signed_rank_is_exhaustive(11)


def untied(rows: pd.DataFrame, convention: str = "normal") -> list[tuple]:
    rows = rows[rows["convention"].eq(convention) & rows["ties"].eq(0)]
    rows = rows[rows["missing"].eq(0)] if "missing" in rows else rows
    return [
        *rows[["nonzero" if "nonzero" in rows else "first", "statistic"]].itertuples(index=False, name=None)
    ]


def test_rediscovered_paired_tests(found):
    named = {
        "cd8_cd45ra.signed_rank.combination": [(6, 2), (11, 13)],
        "cd8_cd45ro.signed_rank.combination": [(6, 0), (7, 1), (9, 4), (10, 6)],
        "t_cells.signed_rank.monotherapy": [(9, 5)],
        "nkt.signed_rank.monotherapy": [(9, 2)],
        # With fewer than five unchanged patients it needs ties.
        "treg.signed_rank.combination": [(6, 1)],
    }
    for id, expected in named.items():
        assert untied(found[f"immune.{id}"]) == expected


def test_rediscovered_tests_between_the_arms(found):
    assert untied(found["immune.cd8_cd45ro.ratio_mann_whitney.arm"]) == [(11, 24)]
    assert untied(found["immune.cd8_cd45ra.ratio_mann_whitney.arm"]) == [(11, 19)]
    assert untied(found["cohort.blasts.mann_whitney.arm.relapsed_refractory"]) == [(12, 111)]
    nkt = found["immune.nkt.ratio_mann_whitney.arm"]
    assert len(nkt) and nkt["ties"].min() == 12  # ties are needed, also with one value missing
    assert nkt[nkt["missing"].eq(1)]["ties"].min() == 25


def test_which_exact_tests_print_a_printed_p_value(found):
    reached = {id for id, rows in found.items() if untied(rows, "exact")}
    assert reached == {
        "immune.cd8_cd45ro.ratio_mann_whitney.arm",
        "cohort.blasts.mann_whitney.arm.relapsed_refractory",
    }
    assert untied(found["cohort.blasts.mann_whitney.arm.relapsed_refractory"], "exact") == [(12, 110)]
    with_ties = {
        id for id, rows in found.items() if rows["convention"].eq("exact").any() and "missing" not in rows
    }
    assert with_ties == {
        f"immune.{name}.signed_rank.combination" for name in ("treg", "cd8_cd45ra", "cd8_cd45ro")
    }


def test_one_convention_prints_most_without_ties(tests, found):
    table = rank_findings.conventions(tests, found).set_index(["test", "convention"])
    assert table.loc[("signed_rank", "normal")].tolist() == [5, 5, 5]
    assert table.loc[("mann_whitney", "normal")].tolist() == [4, 3, 4]
    others = table.drop(index=[("signed_rank", "normal"), ("mann_whitney", "normal")])
    assert others["untied"].max() == 2


def test_adjustment_is_statsmodels_and_leaves_none_below_the_level(figures):
    family = rank_findings.adjusted(figures)
    assert len(family) == 8
    for name, method in (("benjamini_hochberg", "fdr_bh"), ("holm", "holm")):
        assert family[name].to_numpy() == pytest.approx(multipletests(family["printed"], method=method)[1])
        least = multipletests(family["printed"] - 0.0005, method=method)[1]
        assert family[f"{name}_least"].to_numpy() == pytest.approx(least)
    assert family["benjamini_hochberg"].min() == pytest.approx(0.058)
    assert family["benjamini_hochberg_least"].min() > 0.05


def test_findings_hold_for_every_printed_p_value(figures):
    found = rank_findings.findings(figures)
    assert [finding.outcome for finding in found] == [CAN_HOLD] * 9
    assert any("W = 13 of 11" in finding.reason for finding in found)


@pytest.mark.parametrize(
    ("claim", "value", "decimals", "outcome"),
    [
        ("treg_combination_p", 0.0001, 4, CANNOT_HOLD),
        ("nkt_ratio_p", 0.000001, 6, CANNOT_HOLD),
        ("t_cells_monotherapy_p", 0.01, 2, CAN_HOLD),
        ("nkt_ratio_p", 0.1234567, 7, NOT_REACHED),
    ],
)
def test_findings_of_changed_claims(claim, value, decimals, outcome):
    changed = claims.load()
    changed.loc[changed["id"].eq(claim), ["value", "decimals"]] = [value, decimals]
    found = {finding.claims[0]: finding for finding in rank_findings.findings(Figures(changed))}
    assert found[claim].outcome == outcome


def test_findings_leave_out_what_is_not_printed():
    assert rank_findings.findings(Figures(claims.load().iloc[:0])) == []
    without = claims.load()
    without = without[without["id"].ne("immune_patients_combination")]
    assert len(rank_findings.findings(Figures(without))) == 3


def test_reading_names_the_statistics(figures, tests, found):
    conventions = rank_findings.conventions(tests, found)
    assert "all 5 paired without ties (normal approximation without" in reading.family_sentence(conventions)
    assert "0.029 as U = 24, 0.57 as U = 110" in reading.exact_sentence(tests, found, conventions)
    ties = reading.ties_sentence(tests, found)
    assert "5 of 11 for 0.046" in ties and "P = 0.071 takes ties, also where one value is missing" in ties
    assert "smallest 0.058" in reading.adjusted_sentence(rank_findings.adjusted(figures))
    table = reading.table(tests, found).set_index("P value")
    assert table.loc["CD8+ CD45RA+ cells, combination", "Without ties"] == "W = 13 of 11; W = 2 of 6"


def test_figure_marks_a_hit_in_every_row(tests, found):
    points = reading.attainable(tests, found)
    assert points[points["hit"] & ~points["tied"] & points["convention"].eq("normal")]["label"].nunique() == 8
    fig, ax = plt.subplots()
    plot_attainable(points, ax=ax)
    marked = [line for line in ax.lines if line.get_color() == HIT and len(line.get_xdata())]
    assert {round(line.get_ydata()[0]) for line in marked} == set(range(len(tests)))
    assert all(abs(x) <= 0.5 for line in marked for x in line.get_xdata())
    plt.close(fig)


def test_reading_of_claims_with_one_kind_of_test():
    table = claims.load()
    some = Figures(table[~table["result_id"].str.contains("mann_whitney")])
    tests = rank_findings.printed(some)
    found = rank_findings.solutions(tests)
    assert "between" not in reading.family_sentence(rank_findings.conventions(tests, found))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(-4, 4), min_size=2, max_size=9).filter(any),
    st.sampled_from(["normal", "corrected", "pratt"]),
    st.integers(2, 3),
)
def test_a_paired_sample_is_never_called_impossible(differences, convention, decimals):
    differences = np.array(differences)
    if np.count_nonzero(differences) == 1 and convention == "pratt":
        return
    p = min(scipy_signed_rank(differences, convention), 1)
    figure = Figure("p", round(p, decimals), decimals)
    rows = rank_tests.signed_rank(figure, len(differences))
    assert math.isfinite(p) and len(rows)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(0, 5), min_size=2, max_size=6),
    st.lists(st.integers(0, 5), min_size=2, max_size=6),
    st.booleans(),
)
def test_two_samples_are_never_called_impossible(x, y, corrected):
    if len({*x, *y}) == 1:
        return
    p = stats.mannwhitneyu(x, y, method="asymptotic", use_continuity=corrected).pvalue
    figure = Figure("p", round(min(p, 1), 3), 3)
    assert len(rank_tests.mann_whitney(figure, len(x), len(y)))
