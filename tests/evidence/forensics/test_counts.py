"""Percentages, two-by-two tables and margins against brute force and scipy, and what they find in print."""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evidence.claims import load as published_claims
from evidence.claims.printed import Figure, Figures
from evidence.forensics import margins, percentages, rates, two_by_two
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD

FIGURES = Figures(published_claims.load())
DECIMAL = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "half_down": ROUND_HALF_DOWN,
    "down": ROUND_DOWN,
    "up": ROUND_CEILING,
}


def printed(events, patients, decimals, rule):
    """Round a percentage with decimal arithmetic, which knows all of the rules."""
    share = Decimal(100 * events) / Decimal(patients)
    return float(share.quantize(Decimal(1).scaleb(-decimals), DECIMAL[rule]))


@pytest.mark.parametrize(("percentage", "decimals"), [(83, 0), (12, 0), (62.5, 1), (0, 0), (100, 0), (3, 0)])
def test_fractions_are_those_that_decimal_arithmetic_prints(percentage, decimals):
    found = percentages.fractions(percentage, decimals, 40)
    for rule in percentages.ROUNDINGS:
        wanted = {
            (events, patients)
            for patients in range(1, 41)
            for events in range(patients + 1)
            if printed(events, patients, decimals, rule) == percentage
        }
        assert set(map(tuple, found.loc[found[rule], ["events", "patients"]].to_numpy())) == wanted


def test_several_percentages_share_a_denominator():
    # 83, 67 and 33 % of one group: a multiple of 6 up to 12; 58 % of it too: 12 alone.
    assert set(percentages.denominators([(83, 0), (67, 0), (33, 0)], 12)["patients"]) == {6, 12}
    together = percentages.denominators([(83, 0), (58, 0)], 12)
    assert set(together.loc[together["rounding"] == "half_up", "patients"]) == {12}


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


def every_table(rows, columns):
    """Try every table of counts, with no thought for margins until the end."""
    largest = max(rows)
    for cells in product(range(largest + 1), repeat=len(rows) * len(columns)):
        table = np.array(cells).reshape(len(rows), len(columns))
        if table.sum(axis=1).tolist() == rows and table.sum(axis=0).tolist() == columns:
            yield table.tolist()


@pytest.mark.parametrize(
    ("rows", "columns"), [([2, 3], [1, 2, 2]), ([0, 4], [2, 2, 0]), ([3, 3], [6]), ([2, 1, 2], [2, 3])]
)
def test_margins_give_every_table(rows, columns):
    unknown = np.full((len(rows), len(columns)), np.nan)
    found = margins.contingency_tables(rows, columns, unknown)
    assert sorted(found.tolist()) == sorted(every_table(rows, columns))
    known = unknown.copy()
    known[0, 0] = 1
    held = margins.contingency_tables(rows, columns, known)
    assert sorted(held.tolist()) == sorted(t for t in every_table(rows, columns) if t[0][0] == 1)


def test_margins_that_do_not_add_up_have_no_table():
    assert len(margins.contingency_tables([2, 3], [1, 2], np.full((2, 2), np.nan))) == 0


def test_the_high_burden_rates_have_one_table_and_one_test():
    found = rates.high_burden_tables(FIGURES)
    response, negative = found["response"], found["mrd_negativity"]
    assert [two_by_two.in_words(table) for _, table in response.iterrows()] == ["5/6 v 3/9"]
    assert [two_by_two.in_words(table) for _, table in negative.iterrows()] == ["4/6 v 2/9"]
    assert response["test"].tolist() == negative["test"].tolist() == ["pearson"]
    assert rates.number_above_cut(FIGURES) == {"combination": 6, "monotherapy": 9}


def test_what_is_left_at_low_burden():
    """Printed totals less the solved tables: 5/6 v 11/12 respond, 3/6 v 11/12 become MRD negative."""
    left = {}
    for outcome, tables in rates.high_burden_tables(FIGURES).items():
        (table,) = tables[two_by_two.COLUMNS].to_numpy().tolist()
        totals = [
            FIGURES.get(f"efficacy.{outcome}.count.{arm}.relapsed_refractory").count
            for arm in ("combination", "monotherapy")
        ]
        sizes = rates.refractory_sizes(FIGURES)
        left[outcome] = [(totals[i] - table[2 * i], sizes[i] - table[2 * i + 1]) for i in (0, 1)]
    assert left == {"response": [(5, 6), (11, 12)], "mrd_negativity": [(3, 6), (11, 12)]}


def test_all_printed_rates_name_one_test():
    """Of the tests that print 0.956, only the one that the other two need is left: Pearson's."""
    figures = rates.triple(FIGURES, "mrd_negativity", rates.READ_AS)
    tables = two_by_two.solutions(two_by_two.candidates(*figures[:2], (19, 45)), figures[2])
    assert {two_by_two.in_words(table) for _, table in tables.iterrows()} == {"14/19 v 29/39"}
    shared = set(tables["test"])
    for each in rates.high_burden_tables(FIGURES).values():
        shared &= set(each["test"])
    assert shared == {"pearson"}


def test_no_split_of_the_mrd_positive_patients_prints_74_percent_twice():
    first, second, _ = rates.triple(FIGURES, "mrd_negativity", rates.READ_AS)
    sizes = [
        set(percentages.fractions(figure.value, figure.decimals, 25)["patients"])
        for figure in (first, second)
    ]
    # Under any rounding rule at all, truncation and rounding up included.
    assert not any(25 - size in sizes[1] for size in sizes[0])


def test_only_one_population_can_print_74_percent_twice_and_it_fixes_the_arms():
    splits = margins.splits(FIGURES)
    assert len(splits) == 7
    answers = margins.tables_of_populations(splits, *rates.triple(FIGURES, "mrd_negativity", rates.READ_AS))
    assert set(answers["population"]) == {"measurable_disease"}
    assert set(answers["splits"]) == {1}
    sizes = answers.loc[0, ["patients_first", "patients_second"]].tolist()
    assert sizes == [19, 39]
    fitting = splits[splits["combination"][["relapsed_refractory", "mrd_positive"]].sum(axis=1) == sizes[0]]
    assert fitting["combination"].to_numpy().tolist() == [[12, 7, 0]]
    assert fitting["monotherapy"].to_numpy().tolist() == [[21, 18, 6]]


def published_with(**values):
    """The published claims with other figures, by claim."""
    claimed = published_claims.load().set_index("id", drop=False)
    for claim, value in values.items():
        claimed.loc[claim, "value"] = value
    return Figures(claimed.reset_index(drop=True))


@pytest.mark.parametrize(
    ("table", "outcome", "named"),
    [
        ((1, 7, 1, 18), CAN_HOLD, "1/7 v 1/18"),  # the MRD-positive patients of the split that was found
        ((1, 15, 1, 24), CANNOT_HOLD, "relapsed/refractory and MRD-negative patients together"),
    ],
)
def test_every_population_of_whole_disease_states_is_asked(table, outcome, named):
    (a, n, b, m) = table
    p = stats.chi2_contingency([[a, n - a], [b, m - b]], correction=False).pvalue
    figures = published_with(
        mrd_negativity_both_combination=round(100 * a / n),
        mrd_negativity_both_monotherapy=round(100 * b / m),
        mrd_negativity_both_p=round(p, 3),
    )
    (found,) = [each for each in rates.findings(figures) if "mrd_negativity_both_p" in each.claims]
    assert found.outcome == outcome and named in found.reason
